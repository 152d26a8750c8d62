"""Every test that asks for a database gets one of its own, and PostgreSQL is the version that production runs."""

import sqlalchemy


def test_a_database_starts_empty(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


def test_nothing_of_another_test_is_seen(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_machine_time_zone_is_an_odd_one() -> None:
    import time

    assert time.tzname == ("+0545", "+0545")
