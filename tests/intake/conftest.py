"""A migrated database of each kind."""

from collections.abc import Iterator

import pytest

from leptobridge.chart.mappings import Mappings, load_mappings
from leptobridge.store.database import Database
from tests.intake.counter import Counter


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once SQLite and once PostgreSQL."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def mappings() -> Mappings:
    """The mappings that come along."""
    return load_mappings()


@pytest.fixture
def counter(database: Database, mappings: Mappings) -> Counter:
    """Where messages are taken in."""
    return Counter(database, mappings)
