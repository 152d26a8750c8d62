"""Each version of an Observation goes out at most once, and a newer one instead of an older that waits."""

from datetime import UTC, datetime, timedelta

from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.outbox import Delivery

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
EHR = "https://ehr.example/fhir"


def enqueue(database: Database, version: int, observation: str = "class-1") -> None:
    with database.transaction() as session:
        outbox.enqueue(session, [(observation, version)], destination=EHR, person="ann", now=NOON)


def claim(database: Database, now: datetime = NOON) -> list[Delivery]:
    with database.transaction() as session:
        return outbox.claim(session, destination=EHR, now=now, lease=LEASE, limit=10)


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return outbox.counts(session)


def test_a_row_is_delivered_once(database: Database) -> None:
    enqueue(database, 1)
    enqueue(database, 1)
    (delivery,) = claim(database)
    with database.transaction() as session:
        outbox.mark_delivered(session, delivery.id, status=201, ehr_reference="Observation/9", ehr_version="1")
    assert claim(database, NOON + timedelta(days=1)) == []
    assert states(database) == {"delivered": 1}


def test_a_newer_version_supersedes_one_that_waits(database: Database) -> None:
    enqueue(database, 1)
    enqueue(database, 2)
    assert [delivery.version for delivery in claim(database)] == [2]
    assert states(database) == {"superseded": 1, "claimed": 1}


def test_a_newer_version_waits_for_one_on_the_wire_and_knows_where_it_went(database: Database) -> None:
    enqueue(database, 1)
    (first,) = claim(database)
    enqueue(database, 2)
    assert claim(database) == []
    with database.transaction() as session:
        outbox.mark_delivered(session, first.id, status=201, ehr_reference="Observation/9", ehr_version="1")
    (second,) = claim(database)
    assert (second.version, second.ehr_reference, second.ehr_version) == (2, "Observation/9", "1")


def test_a_failed_attempt_is_repeated_later_and_counted(database: Database) -> None:
    enqueue(database, 1)
    (first,) = claim(database)
    with database.transaction() as session:
        outbox.mark_retry(session, first.id, next_attempt_at=NOON + timedelta(minutes=4), status=503, outcome=None)
    assert claim(database, NOON + timedelta(minutes=3)) == []
    (again,) = claim(database, NOON + timedelta(minutes=4))
    assert (first.attempts, again.attempts) == (1, 2)


def test_a_failed_attempt_is_not_repeated_when_a_newer_version_waits(database: Database) -> None:
    enqueue(database, 1)
    (first,) = claim(database)
    enqueue(database, 2)
    with database.transaction() as session:
        outbox.mark_retry(session, first.id, next_attempt_at=NOON, status=None, outcome=None)
    assert [delivery.version for delivery in claim(database)] == [2]


def test_a_lease_that_ends_gives_the_row_to_another_worker(database: Database) -> None:
    enqueue(database, 1)
    assert len(claim(database)) == 1
    assert len(claim(database, NOON + LEASE + timedelta(seconds=1))) == 1


def test_a_parked_row_waits_for_a_person(database: Database) -> None:
    enqueue(database, 1)
    (delivery,) = claim(database)
    with database.transaction() as session:
        outbox.park(session, delivery.id, status=422, outcome='{"resourceType":"OperationOutcome"}')
    assert claim(database, NOON + timedelta(days=1)) == []
    with database.transaction() as session:
        row = outbox.read_row(session, delivery.id)
        assert row is not None
        assert (row.state, row.last_status) == ("parked", 422)
        assert outbox.release(session, delivery.id, now=NOON)
    assert len(claim(database)) == 1


def test_destinations_do_not_share_rows(database: Database) -> None:
    enqueue(database, 1)
    with database.transaction() as session:
        outbox.enqueue(session, [("class-1", 2)], destination="https://other.example", person="ann", now=NOON)
    assert [delivery.version for delivery in claim(database)] == [1]
