"""What the drivers raise, as SQLAlchemy raises it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError


@contextmanager
def driver_errors_wrapped() -> Iterator[None]:
    """Wrap what statements of `store.bulk` raise, without their parameters."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raise DBAPIError.instance(None, None, error, base, hide_parameters=True) from error
