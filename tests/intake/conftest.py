"""A migrated database of each kind."""

from collections.abc import Iterator

import pytest

from leptobridge.chart.mappings import load_mappings
from leptobridge.evaluation.stored_facts import FactReader
from leptobridge.store.database import Database
from tests.intake.counter import Counter


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once SQLite and once PostgreSQL."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def reader() -> FactReader:
    """Reads with the mappings that come along, for senders of whom nothing is set."""
    return FactReader(load_mappings())


@pytest.fixture
def counter(database: Database, reader: FactReader) -> Counter:
    """Where messages are taken in."""
    return Counter(database, reader)
