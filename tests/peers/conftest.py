"""Fixtures of the tests against real counterparts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from profiles.package import package_files, write_archive
from tests.conftest import absent
from tests.peers.hapi_server import HapiServer, free_port
from tests.peers.maven_build import missing
from tests.peers.official_validator import Judge, running_judge
from tests.profiles.compiled import definitions, examples

#: Structured Data Capture is no part of R4; its extensions are in our forms.
SDC = "http://hl7.org/fhir/uv/sdc/"


@pytest.fixture(scope="session")
def java_and_maven() -> None:
    """Skips (under CI: fails) where the Java counterparts cannot be built."""
    reason = missing()
    if reason:
        absent(reason)


@pytest.fixture(scope="session")
def judge(java_and_maven: None) -> Iterator[Judge]:
    """The official validator, running."""
    with running_judge() as running:
        yield running


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed."""
    path = tmp_path_factory.mktemp("package") / "package.tgz"
    write_archive(package_files([*definitions(), *examples()]), path)
    return path


@pytest.fixture(scope="module")
def profile_judge(java_and_maven: None, package: Path) -> Iterator[Judge]:
    """The official validator with the package."""
    with running_judge([package], [SDC]) as running:
        yield running


@pytest.fixture
def hapi(java_and_maven: None, tmp_path: Path) -> Iterator[HapiServer]:
    """An empty FHIR server that keeps its data on disk, so that it can be restarted."""
    server = HapiServer(port=free_port(), folder=tmp_path / "hapi").start()
    yield server
    server.kill()
