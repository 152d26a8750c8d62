"""Statements that go straight to the driver, many rows at a time.

SQLAlchemy keeps connections and transactions; sent its way a statement costs more Python than the database's own work
(libraries.md 5: three to seven times), and a message takes more than a dozen. Rows come back as plain tuples.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlmodel import Session

#: Where `driver_of` is kept while a transaction runs, in ``Session.info``.
DRIVER: Final = "driver"
#: Rows from which on COPY is cheaper than a statement for each.
_COPY_FROM: Final = 4
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")


def driver_of(session: Session) -> Any:
    """What runs statements in the session's transaction: sqlite3's connection, or a cursor of psycopg.

    A cursor costs psycopg as much as a small statement, so a transaction has one.
    """
    connection = session.connection().connection.driver_connection
    return connection if isinstance(connection, sqlite3.Connection) else connection.cursor()  # type: ignore[union-attr]


def _driver(session: Session) -> Any:
    return session.info.get(DRIVER) or driver_of(session)


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL (otherwise SQLite)."""
    return not isinstance(_driver(session), sqlite3.Connection)


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given in the order of ``columns``: COPY on PostgreSQL, executemany on SQLite."""
    if not rows:
        return
    driver = _driver(session)
    names = ", ".join(columns)
    if isinstance(driver, sqlite3.Connection):
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608  names of this package
    elif len(rows) < _COPY_FROM:
        marks = ", ".join(["%s"] * len(columns))
        for row in rows:
            driver.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)  # noqa: S608  names of this package
    else:
        with driver.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class Statement:
    """SQL with parameters written ``:name``; ``postgresql`` is its text there, where it differs."""

    def __init__(self, sql: str, postgresql: str | None = None) -> None:
        self._sqlite = sql
        self._postgresql = _PARAMETER.sub(r"%(\1)s", postgresql or sql)

    def rows(self, session: Session, **parameters: Any) -> list[Any]:
        """The rows that it finds."""
        rows: list[Any] = self._execute(session, parameters).fetchall()
        return rows

    def execute(self, session: Session, **parameters: Any) -> int:
        """Run a statement that returns no rows; answers how many it touched."""
        return int(self._execute(session, parameters).rowcount)

    def execute_many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each set of parameters."""
        if not rows:
            return
        driver = _driver(session)
        if isinstance(driver, sqlite3.Connection):
            driver.executemany(self._sqlite, rows)
        elif len(rows) == 1:
            driver.execute(self._postgresql, rows[0])
        else:
            driver.executemany(self._postgresql, rows)

    def _execute(self, session: Session, parameters: Mapping[str, Any]) -> Any:
        driver = _driver(session)
        return driver.execute(self._sqlite if isinstance(driver, sqlite3.Connection) else self._postgresql, parameters)


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

    def execute(self, session: Session, keys: Iterable[tuple[str, ...]], **parameters: Any) -> int:
        """Run a statement that returns no rows; answers how many it touched."""
        wanted = sorted(set(keys))
        return self._statement.execute(session, **self._listed(session, wanted), **parameters) if wanted else 0

    def _listed(self, session: Session, wanted: Sequence[tuple[str, ...]]) -> dict[str, Any]:
        if is_postgresql(session):
            return {name: [key[place] for key in wanted] for place, name in enumerate(self._columns)}
        return {"keys": orjson.dumps(wanted).decode()}
