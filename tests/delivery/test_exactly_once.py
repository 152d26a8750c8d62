"""Whatever goes wrong on the way, the EHR ends up holding each result exactly once, in its last version."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from leptobridge.delivery.deliver import deliver_due
from leptobridge.delivery.ehr import Ehr
from leptobridge.delivery.origin import stated
from leptobridge.store import outbox
from leptobridge.store.database import Database
from tests.delivery.fake_ehr import BASE, FakeEhr, WorkerKilledError
from tests.delivery.stored_results import IDENTIFIER, START, conclude, store_chart

FAULTS = ("ok", "refused", "busy", "conflict", "unreachable", "lost", "gateway", "killed", "killed_after")
LATE = tuple(f"late {requests}" for requests in range(6))

#: What happens to the writes, one after the other; between them the result may change or end. Both together are fewer
#: than the attempts after which a person has to look.
WRITES = st.lists(st.sampled_from((*FAULTS, *LATE, "changes", "ends")), max_size=6)
READS = st.lists(st.sampled_from(("ok", "ok", "ok", *FAULTS)), max_size=5)


@given(writes=WRITES, reads=READS, client_ids=st.booleans(), stated_ids=st.booleans())
def test_a_result_stands_once_and_in_its_last_version(
    writes: list[str], reads: list[str], client_ids: bool, stated_ids: bool
) -> None:
    schedule = {"POST": list(writes), "GET": list(reads)}
    hospital = FakeEhr(client_ids=client_ids, states_client_ids=stated_ids)
    hospital.resources["Patient/pat-7"] = {
        "resourceType": "Patient",
        "id": "pat-7",
        "identifier": [{"system": "https://fhir.stcatherines-health.example/identifier/mrn", "value": "E4471902"}],
    }
    now = START
    version = 1
    with TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder)}/service.db")
        store_chart(database)
        conclude(database, version, BASE, at=now)

        def next_fault(method: str) -> str:
            # A new version is concluded while the delivery of the one before is under way.
            nonlocal version
            faults = schedule[method]
            while faults and faults[0] in ("changes", "ends"):
                version += 1
                conclude(database, version, BASE, at=now, status="entered-in-error" if faults.pop(0) == "ends" else "")
            return faults.pop(0) if faults else "ok"

        hospital.fault = next_fault
        for _ in range(len(writes) + len(reads) + 6):
            work(database, hospital, now)
            now += timedelta(hours=7)
            with database.reading() as session:
                if outbox.counts(session).keys() <= {"delivered", "superseded"}:
                    break
        hospital.settle()

        standing = [o for o in hospital.of_type("Observation") if o["identifier"][0]["value"] == IDENTIFIER]
        assert len(standing) == 1
        assert standing[0]["valueCodeableConcept"] == {"text": f"answer {version}"}
        assert standing[0]["subject"] == {"reference": "Patient/pat-7"}

        recorded = [p["recorded"] for p in hospital.of_type("Provenance")]
        if client_ids or not any(fault.startswith("late") for fault in writes):
            # Without ids of its choice a client has nothing to name a Provenance by that may still be on its way.
            assert len(recorded) == len(set(recorded))
        assert f"2025-04-03T06:{version:02d}:00.000+00:00" in recorded
        reference = {"reference": f"Observation/{standing[0]['id']}"}
        assert all(stated(p)["target"] == [reference] for p in hospital.of_type("Provenance"))
        with database.reading() as session:
            assert set(outbox.counts(session)) <= {"delivered", "superseded"}
        database.close()


def work(database: Database, hospital: FakeEhr, now: datetime) -> None:
    """A worker's pass; a worker that dies leaves its claim, which ends with its lease."""
    with Ehr(BASE, clock=lambda: now, transport=hospital.transport()) as ehr:
        try:
            deliver_due(database, ehr, now, clock=lambda: now, random=Random(7))
        except WorkerKilledError:
            return
