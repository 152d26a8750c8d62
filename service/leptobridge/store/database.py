"""The database: one engine, whole transactions, the same promises on SQLite and PostgreSQL."""

import random
import select
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Self, TypeVar

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlmodel import Session, create_engine

from leptobridge.store.bulk import begin_bulk
from leptobridge.store.driver_errors import driver_errors_wrapped
from leptobridge.store.joint_commit import JointCommit
from leptobridge.store.migration import migrate_to_head

P = TypeVar("P")
T = TypeVar("T")

#: SQLSTATE of what another transaction caused and a repetition cures: serialization failure, deadlock, unique
#: violation.
RETRIED_STATES = frozenset({"40001", "40P01", "23505"})
ATTEMPTS = 6


class Database:
    """Connections to one database, migrated to the newest schema.

    SQLite: WAL, foreign keys, ``synchronous=FULL``; writers take turns (a lock in the process, ``BEGIN IMMEDIATE``
    between processes) and share a commit (`JointCommit`), readers never wait. PostgreSQL: read committed; writers lock
    what they change.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer = threading.Lock()
        self._joint = JointCommit(self.transaction)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open ``sqlite:///path``, or ``postgresql://…`` (driver psycopg), and migrate it to head."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": 30}, pool_size=16)
            event.listen(engine, "connect", _configure_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=16, pool_use_lifo=True)
            event.listen(engine, "checkout", _refuse_ended)
        migrate_to_head(engine)
        return cls(engine)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction: committed at the end, rolled back by an exception."""
        turn = self._writer if self.is_sqlite else nullcontext()
        with (
            turn,
            driver_errors_wrapped(),
            self.engine.connect().execution_options(immediate=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            begin_bulk(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction: sees one state, takes no writer's turn, is rolled back."""
        with driver_errors_wrapped(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def run(self, work: Callable[[Session], T]) -> T:
        """The result of ``work`` in a writing transaction, repeated where another transaction was in the way."""
        return self.run_prepared(lambda: None, lambda session, _nothing: work(session))

    def run_prepared(self, prepare: Callable[[], P], work: Callable[[Session, P], T]) -> T:
        """The same for a work on what ``prepare`` makes without a database.

        On SQLite it is made when it is the writer's turn: two threads that compute at once would only take the
        interpreter from each other.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if self.is_sqlite:
                    return self._joint.run(prepare, work)
                prepared = prepare()
                with self.transaction() as session:
                    return work(session, prepared)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not is_transient(error):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")


def is_transient(error: DBAPIError) -> bool:
    """Whether the failed transaction may succeed when repeated."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in RETRIED_STATES
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def _refuse_ended(connection: Any, _record: object, _proxy: object) -> None:
    """Have the pool open another connection in place of one that the server ended.

    A server that waits for a statement says nothing: only where there is something to read is it asked. To ask it
    always would cost every message a round trip.
    """
    try:
        said = select.poll()
        said.register(connection.fileno(), select.POLLIN)
        if said.poll(0):
            connection.execute("SELECT 1")
            connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _keep_log_ahead(cursor: Any) -> None:
    """The switch to WAL does not wait for others who open the new database at the same moment, so it is repeated."""
    deadline = time.monotonic() + 30
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` says when and how.
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_log_ahead(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        # Pages that every message changes are written back once in a while, not every few messages (64 MB of WAL).
        "wal_autocheckpoint=16000",
        # Pages that a message fills are not read again soon: a small cache takes the same, warm memory for the next.
        "cache_size=-2048",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    # Straight to the driver: every message begins a transaction, and SQLAlchemy's way costs more than SQLite's work.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
