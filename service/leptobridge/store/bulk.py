"""Statements that go straight to the driver, many rows at a time.

SQLAlchemy keeps connections and transactions; sent its way a statement costs more Python than the database's own work
(libraries.md 5: three to seven times), and a message takes more than a dozen. Rows come back as plain tuples.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlmodel import Session

#: Where a `_Driver` is kept while a transaction runs, in ``Session.info``.
_DRIVER: Final = "driver"
#: Rows from which on they go as one JSON parameter.
_TOGETHER_FROM: Final = 4
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")


@dataclass(slots=True)
class _Driver:
    """What runs statements in a session's transaction: sqlite3's connection, or psycopg's with two cursors.

    A cursor costs psycopg as much as a small statement, so a transaction has one for statements that are read from,
    and one for those whose answer nobody reads.
    """

    connection: Any
    reading: Any
    writing: Any
    is_sqlite: bool

    @classmethod
    def of(cls, session: Session) -> "_Driver":
        connection: Any = session.connection().connection.driver_connection
        if isinstance(connection, sqlite3.Connection):
            return cls(connection, connection, connection, is_sqlite=True)
        return cls(connection, connection.cursor(), connection.cursor(), is_sqlite=False)


def begin_bulk(session: Session) -> None:
    """Let the statements of this module share cursors until the end of the session's transaction."""
    session.info[_DRIVER] = _Driver.of(session)


def _driver(session: Session) -> _Driver:
    known: _Driver | None = session.info.get(_DRIVER)
    return known or _Driver.of(session)


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL (otherwise SQLite)."""
    return not _driver(session).is_sqlite


@contextmanager
def answers_awaited_late(session: Session) -> Iterator[None]:
    """Within, nobody waits for the answer of a statement that returns no rows: PostgreSQL gets them in a pipeline.

    A statement that fails raises with the next one that returns rows, or at the end. Statements of SQLAlchemy's own
    making have no place here.
    """
    driver = _driver(session)
    if driver.is_sqlite:
        yield
        return
    with driver.connection.pipeline():
        yield


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given in the order of ``columns``; many of them, on PostgreSQL, may hold no bytes."""
    if not rows:
        return
    driver = _driver(session)
    names = ", ".join(columns)
    if driver.is_sqlite:
        marks = ", ".join("?" * len(columns))
        driver.writing.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
    elif len(rows) < _TOGETHER_FROM:
        marks = ", ".join(["%s"] * len(columns))
        for row in rows:
            driver.writing.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)  # noqa: S608
    else:
        documents = orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows]).decode()
        driver.writing.execute(
            f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608  names of this package
            f" FROM json_populate_recordset(CAST(NULL AS {table}), CAST(%s AS json))",
            (documents,),
        )


class Statement:
    """SQL with parameters written ``:name``; ``postgresql`` is its text there, where it differs."""

    def __init__(self, sql: str, postgresql: str | None = None) -> None:
        self._sqlite = sql
        self._postgresql = _PARAMETER.sub(r"%(\1)s", postgresql or sql)

    def rows(self, session: Session, **parameters: Any) -> list[Any]:
        """The rows that it finds."""
        driver = _driver(session)
        rows: list[Any] = driver.reading.execute(self._text(driver), parameters).fetchall()
        return rows

    def execute(self, session: Session, **parameters: Any) -> None:
        """Run a statement from which nobody reads."""
        driver = _driver(session)
        driver.writing.execute(self._text(driver), parameters)

    def execute_many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each set of parameters."""
        driver = _driver(session)
        if len(rows) == 1:
            driver.writing.execute(self._text(driver), rows[0])
        elif rows:
            driver.writing.executemany(self._text(driver), rows)

    def _text(self, driver: _Driver) -> str:
        return self._sqlite if driver.is_sqlite else self._postgresql


class KeyedStatement:
    """A statement over a list of keys, prepared once per dialect.

    ``{keys}`` in the SQL stands for a table ``wanted`` with the columns ``a`` and, for pairs, ``b``; it must be the
    first table of FROM. Lists go as one parameter each, so that the statement text is always the same.
    """

    def __init__(self, sql: str, *, width: int = 1, postgresql_suffix: str = "") -> None:
        columns = ("a", "b")[:width]
        extracted = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
        sqlite = f"(SELECT {extracted} FROM json_each(:keys)) AS wanted"  # noqa: S608
        arrays = ", ".join(f"CAST(:{name} AS text[])" for name in columns)
        postgresql = f"unnest({arrays}) AS wanted({', '.join(columns)})"
        self._columns = columns
        self._statement = Statement(
            sql.replace("{keys}", sqlite), sql.replace("{keys}", postgresql) + postgresql_suffix
        )

    def run(self, session: Session, keys: Iterable[tuple[str, ...]], **parameters: Any) -> list[Any]:
        """The rows for these keys; no statement is sent for none."""
        wanted = sorted(set(keys))
        return self._statement.rows(session, **self._listed(session, wanted), **parameters) if wanted else []

    def execute(self, session: Session, keys: Iterable[tuple[str, ...]], **parameters: Any) -> None:
        """Run a statement from which nobody reads."""
        wanted = sorted(set(keys))
        if wanted:
            self._statement.execute(session, **self._listed(session, wanted), **parameters)

    def _listed(self, session: Session, wanted: Sequence[tuple[str, ...]]) -> dict[str, Any]:
        if is_postgresql(session):
            return {name: [key[place] for key in wanted] for place, name in enumerate(self._columns)}
        return {"keys": orjson.dumps(wanted).decode()}
