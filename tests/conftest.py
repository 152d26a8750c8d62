"""What every test shares: an odd time zone, Hypothesis profiles, and a fresh database of each supported kind."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from leptobridge.store.database import Database
from tests.postgresql_cluster import PostgresqlServer, missing, running_cluster

# A quarter-hour offset on the far side of UTC: code that takes the machine's zone for the sender's shows itself.
os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()

settings.register_profile("dev", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", deadline=None, max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


def absent(reason: str) -> None:
    """Skips a test whose counterpart is not installed; under CI everything has to be there, so there it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI lacks a counterpart: {reason}")
    pytest.skip(f"counterpart missing: {reason}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A private PostgreSQL server for this test process."""
    reason = missing()
    if reason:
        absent(reason)
    with running_cluster() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied: copying costs a hundredth of migrating."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer) -> str:
    """The same on PostgreSQL: the name of a database."""
    name = "template_leptobridge"
    postgresql_server.create(name)
    Database.open(postgresql_server.url(name)).close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "leptobridge.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        with _postgresql_database(request, request.getfixturevalue("postgresql_template")) as url:
            yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, for tests of the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        with _postgresql_database(request, "template0") as url:
            yield url


@contextmanager
def _postgresql_database(request: pytest.FixtureRequest, template: str) -> Iterator[str]:
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid.uuid4().hex}"
    server.create(name, template)
    try:
        yield server.url(name)
    finally:
        server.drop(name)
