"""Accepted means safe: a service that is killed at any moment loses nothing that it accepted, and doubles nothing."""

import itertools
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backlog import conclusions, wait_until_done
from tests.fhir_client import FhirClient, Json, conclusion_identifier, in_parallel
from tests.peers.hapi_server import free_port
from tests.population import SYSTEM, population
from tests.service_process import ServiceProcess

pytestmark = [pytest.mark.peer, pytest.mark.slow]

BUNDLES = 200
KILLS = 20
LEASE_SECONDS = "5"


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[ServiceProcess]:
    """The EHR: a second instance that neither evaluates nor delivers."""
    settings = {"evaluation": "false", "delivery": "false"}
    ehr = ServiceProcess(
        port=free_port(), database=f"sqlite:///{tmp_path}/ehr.db", folder=tmp_path / "ehr", settings=settings
    ).start()
    yield ehr
    ehr.stop()


@pytest.fixture
def service(database_url: str, hospital: ServiceProcess, tmp_path: Path) -> Iterator[ServiceProcess]:
    """The service under test, with short leases, so that what a killed process held is soon taken up again."""
    process = ServiceProcess(
        port=free_port(), database=database_url, folder=tmp_path / "service", ehr=hospital.base_url,
        settings={"lease_seconds": LEASE_SECONDS, "poll_seconds": "0.2"},
    ).start()  # fmt: skip
    yield process
    process.stop()


def test_twenty_kills_during_an_import_lose_and_double_nothing(
    service: ServiceProcess, hospital: ServiceProcess, database_url: str
) -> None:
    patients = population(BUNDLES, seed=3)
    ehr = FhirClient(hospital.base_url)
    for patient in patients:
        ehr.post_until_accepted(patient.bundle)

    _import_while_killing(service, [patient.bundle for patient in patients])
    done = wait_until_done(database_url, patience=300)

    assert not done.outbox.get("parked"), f"deliveries were parked: {done}"
    _every_bundle_is_there_once([patient.bundle for patient in patients], FhirClient(service.base_url))
    _every_conclusion_stands_in_the_ehr_once(conclusions(database_url), ehr)


def _import_while_killing(service: ServiceProcess, bundles: list[Json]) -> None:
    """Lets a share of the bundles go, waits a random moment, kills, starts again; so that every kill hits work."""
    chance = random.Random(20)
    released: queue.Queue[Json | None] = queue.Queue()
    senders = in_parallel(service.base_url, iter(released.get, None))
    batches = [bundles[first : first + BUNDLES // KILLS] for first in range(0, BUNDLES, BUNDLES // KILLS)]
    for batch in batches:
        for bundle in batch:
            released.put(bundle)
        time.sleep(chance.uniform(0.0, 0.6))
        service.kill()
        service.start()
    for _ in senders:
        released.put(None)
    _join(senders)


def _join(senders: list[threading.Thread]) -> None:
    for sender in senders:
        sender.join(180)
    assert not any(sender.is_alive() for sender in senders), "bundles were not accepted in time"


def _every_bundle_is_there_once(bundles: list[Json], service: FhirClient) -> None:
    sent = Counter(entry["resource"]["resourceType"] for bundle in bundles for entry in bundle["entry"])
    stored = {kind: sum(not conclusion_identifier(resource) for resource in service.all(kind)) for kind in sorted(sent)}
    assert stored == dict(sent)
    numbers = Counter(
        identifier["value"]
        for patient in service.all("Patient")
        for identifier in patient["identifier"]
        if identifier["system"] == SYSTEM
    )
    assert set(numbers.values()) == {1}


def _every_conclusion_stands_in_the_ehr_once(made: dict[str, str], ehr: FhirClient) -> None:
    assert made, "the service concluded nothing, so the test proves nothing"
    standing = Counter(conclusion_identifier(observation) for observation in ehr.conclusions())
    assert standing == Counter(made.keys())
    statuses = {conclusion_identifier(observation): observation["status"] for observation in ehr.conclusions()}
    assert statuses == made
    doubled = {key: count for key, count in ehr.provenance_counts().items() if count > 1}
    assert not doubled, f"Provenance stands more than once: {dict(itertools.islice(doubled.items(), 5))}"
