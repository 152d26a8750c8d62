"""A migrated database of each kind."""

from collections.abc import Iterator

import pytest

from leptobridge.store.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once SQLite and once PostgreSQL."""
    opened = Database.open(database_url)
    yield opened
    opened.close()
