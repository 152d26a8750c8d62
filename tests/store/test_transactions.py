"""All or nothing, also when the process dies; and no writer overwrites what another one wrote."""

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from leptobridge.store.database import Database
from leptobridge.store.due import count_due, mark_due

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_exception_takes_everything_back(database: Database) -> None:
    with pytest.raises(RuntimeError, match="power"), database.transaction() as session:
        mark_due(session, ["ann", "bob"], NOON)
        raise RuntimeError("power")
    with database.reading() as session:
        assert count_due(session, NOON) == 0


def test_a_process_that_is_killed_before_the_commit_leaves_nothing(database: Database, database_url: str) -> None:
    script = textwrap.dedent(
        """
        import os, signal, sys
        from datetime import UTC, datetime
        from leptobridge.store.database import Database
        from leptobridge.store.due import mark_due
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        database = Database.open(sys.argv[1])
        with database.transaction() as session:
            mark_due(session, ["kept"], noon)
        with database.transaction() as session:
            mark_due(session, [f"lost-{n}" for n in range(500)], noon)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    ended = subprocess.run([sys.executable, "-c", script, database_url], check=False, timeout=60)
    assert ended.returncode == -9
    with database.reading() as session:
        assert session.connection().execute(text("SELECT person FROM due")).scalars().all() == ["kept"]


def test_counting_up_from_many_threads_loses_nothing(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)

    def increment(_: int) -> None:
        database.run(lambda session: mark_due(session, ["ann"], NOON))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(40)))
    with database.reading() as session:
        assert session.connection().execute(text("SELECT generation FROM due")).scalar_one() == 41


def test_work_is_repeated_when_another_transaction_took_the_same_new_key(database: Database) -> None:
    attempts: list[int] = []

    def insert(person: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            attempts.append(1)
            if len(attempts) == 1 and not database.is_sqlite:
                # Another writer commits the same key before this one.
                with database.transaction() as rival:
                    mark_due(rival, [person], NOON)
                session.connection().execute(
                    text("INSERT INTO due (person, due_at, generation) VALUES (:person, '', 1)"), {"person": person}
                )
            mark_due(session, [person], NOON)

        return work

    database.run(insert("ann"))
    assert len(attempts) == (1 if database.is_sqlite else 2)
    with database.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM due")).scalar_one() == 1


ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def _address(database: Database) -> str:
    return database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@ON_POSTGRESQL
def test_connections_that_the_server_ended_are_replaced(database: Database) -> None:
    database.run(lambda session: mark_due(session, ["ann"], NOON))
    with psycopg.connect(_address(database)) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for person in ("bob", "eve"):
        database.run(partial(mark_due, persons=[person], at=NOON))
    with database.reading() as session:
        assert count_due(session, NOON) == 3


@ON_POSTGRESQL
def test_a_connection_on_which_the_server_only_said_something_is_kept(database: Database) -> None:
    with database.reading() as session:
        before = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        session.connection().execute(text("LISTEN rounds"))
        session.commit()
    with psycopg.connect(_address(database)) as other:
        other.execute("NOTIFY rounds")
    threading.Event().wait(0.2)
    with database.reading() as session:
        assert session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one() == before
