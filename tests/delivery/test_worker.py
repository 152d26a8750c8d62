"""Several workers, and the loop that a server runs: every result goes out once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

from leptobridge.delivery.deliver import DeliveryReport, deliver_due
from leptobridge.delivery.ehr import Ehr
from leptobridge.delivery.worker import run_delivery
from leptobridge.store import outbox
from leptobridge.store.database import Database
from tests.delivery.fake_ehr import BASE, FakeEhr
from tests.delivery.stored_results import START, conclude, store_chart


def test_of_four_workers_one_delivers_the_result(database_url: str) -> None:
    database = Database.open(database_url)
    store_chart(database)
    conclude(database, 1, BASE, at=START)
    hospital = FakeEhr()

    def work(worker: int) -> DeliveryReport:
        with Ehr(BASE, clock=lambda: START, transport=hospital.transport()) as ehr:
            return deliver_due(database, ehr, START, clock=lambda: START, random=Random(worker))

    with ThreadPoolExecutor(4) as workers:
        reports = list(workers.map(work, range(4)))
    database.close()
    assert sum(report.delivered for report in reports) == 1
    assert sum(report.claimed for report in reports) == 1
    assert hospital.requests.count("POST ") == 1


def test_a_claim_is_not_touched_before_its_lease_ends(database_url: str) -> None:
    database = Database.open(database_url)
    store_chart(database)
    conclude(database, 1, BASE, at=START)
    with database.transaction() as session:
        assert outbox.claim(session, destination=BASE, now=START, lease=timedelta(seconds=60), limit=5)
    hospital = FakeEhr()
    delivered = []
    for seconds in (30, 61):
        now = START + timedelta(seconds=seconds)
        with Ehr(BASE, clock=lambda: START, transport=hospital.transport()) as ehr:
            delivered.append(deliver_due(database, ehr, now, clock=lambda now=now: now, random=Random(1)).delivered)  # type: ignore[misc]
    database.close()
    assert delivered == [0, 1]


def test_results_for_another_ehr_are_left_to_its_worker(database_url: str) -> None:
    database = Database.open(database_url)
    store_chart(database)
    conclude(database, 1, "https://other.example/fhir", at=START)
    hospital = FakeEhr()
    with Ehr(BASE, clock=lambda: START, transport=hospital.transport()) as ehr:
        report = deliver_due(database, ehr, START, clock=lambda: START, random=Random(1))
    database.close()
    assert report == DeliveryReport()
    assert hospital.requests == []


def test_the_loop_delivers_what_it_is_woken_for_and_ends_when_told(database_url: str) -> None:
    database = Database.open(database_url)
    store_chart(database)
    hospital = FakeEhr()
    stop, wake = threading.Event(), threading.Event()
    with Ehr(BASE, clock=lambda: datetime.now(UTC), transport=hospital.transport()) as ehr:
        loop = threading.Thread(
            target=run_delivery,
            args=(database, ehr, stop),
            kwargs={"clock": lambda: datetime.now(UTC), "random": Random(1), "wake": wake, "poll_seconds": 60.0},
        )
        loop.start()
        conclude(database, 1, BASE, at=START)
        wake.set()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not hospital.of_type("Observation"):
            time.sleep(0.01)
        stop.set()
        wake.set()
        loop.join(10)
    database.close()
    assert not loop.is_alive()
    assert len(hospital.of_type("Observation")) == 1
