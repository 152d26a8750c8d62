"""The migrations build what the tables say, on both databases, however many processes start at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from leptobridge.store.database import Database


def test_the_migrated_schema_is_that_of_the_tables(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_opening_again_keeps_what_is_there(empty_database_url: str) -> None:
    first = Database.open(empty_database_url)
    with first.transaction() as session:
        session.connection().execute(text("INSERT INTO due (person, due_at, generation) VALUES ('ann', 'now', 1)"))
    first.close()
    again = Database.open(empty_database_url)
    with again.reading() as session:
        assert session.connection().execute(text("SELECT person FROM due")).scalars().all() == ["ann"]
    again.close()


@pytest.mark.parametrize("starters", [4])
def test_processes_that_start_together_migrate_once(empty_database_url: str, starters: int) -> None:
    with ThreadPoolExecutor(starters) as pool:
        opened = list(pool.map(lambda _: Database.open(empty_database_url), range(starters)))
    with opened[0].reading() as session:
        versions = session.connection().execute(text("SELECT count(*) FROM alembic_version")).scalar_one()
    assert versions == 1
    for database in opened:
        database.close()


def test_sqlite_is_durable_and_keeps_references_whole(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'lepto.db'}")
    with database.reading() as session:
        settings = {
            name: session.connection().execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()
