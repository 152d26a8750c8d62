"""Every test that asks for a database gets one of its own, and PostgreSQL is the version that production runs."""

import time

import pytest
import sqlalchemy


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    engine = sqlalchemy.create_engine(empty_database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("repetition", [1, 2])
def test_each_test_has_a_migrated_database_that_no_other_test_wrote_to(database_url: str, repetition: int) -> None:
    engine = sqlalchemy.create_engine(database_url)
    tables = sqlalchemy.inspect(engine).get_table_names()
    assert "receipt" in tables
    assert "left_behind" not in tables
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


def test_the_machine_time_zone_is_an_odd_one() -> None:
    assert time.tzname == ("+0545", "+0545")
