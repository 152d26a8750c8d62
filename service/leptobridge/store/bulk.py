"""Many rows in one statement, at the level of the driver (libraries.md 5: three to seven times the ORM)."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import CursorResult, text
from sqlalchemy.sql.elements import TextClause
from sqlmodel import Session


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL (otherwise SQLite)."""
    return session.get_bind().dialect.name == "postgresql"


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given in the order of ``columns``: COPY on PostgreSQL, executemany on SQLite."""
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(columns)
    if is_postgresql(session):
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608  names come from this package alone
        [tuple(row) for row in rows],
    )


def execute_many(session: Session, statement: TextClause, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for many parameter sets."""
    if rows:
        session.connection().execute(statement, rows)


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
        self._sqlite = text(sql.replace("{keys}", sqlite))
        self._postgresql = text(sql.replace("{keys}", postgresql) + postgresql_suffix)

    def run(self, session: Session, keys: Iterable[tuple[str, ...]], **parameters: Any) -> list[Any]:
        """The rows for these keys; no statement is sent for none."""
        result = self._send(session, keys, parameters)
        return [] if result is None else list(result)

    def execute(self, session: Session, keys: Iterable[tuple[str, ...]], **parameters: Any) -> int:
        """Run a statement that returns no rows; answers how many it touched."""
        result = self._send(session, keys, parameters)
        return 0 if result is None else int(result.rowcount)

    def _send(
        self, session: Session, keys: Iterable[tuple[str, ...]], parameters: dict[str, Any]
    ) -> CursorResult[Any] | None:
        wanted = sorted(set(keys))
        if not wanted:
            return None
        if is_postgresql(session):
            arrays = {name: [key[place] for key in wanted] for place, name in enumerate(self._columns)}
            return session.connection().execute(self._postgresql, {**arrays, **parameters})
        listed = {"keys": orjson.dumps(wanted).decode()}
        return session.connection().execute(self._sqlite, {**listed, **parameters})
