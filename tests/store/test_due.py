"""Due persons are a set: nobody is forgotten, nobody is evaluated twice at once."""

from datetime import UTC, datetime, timedelta

from leptobridge.store.database import Database
from leptobridge.store.due import DuePerson, claim_due, count_due, finish_due, mark_due, postpone_due, release_due

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def claim(database: Database, now: datetime = NOON, limit: int = 10) -> list[DuePerson]:
    with database.transaction() as session:
        return claim_due(session, now=now, lease=LEASE, limit=limit)


def test_ten_messages_about_one_person_are_one_evaluation(database: Database) -> None:
    for _ in range(10):
        with database.transaction() as session:
            mark_due(session, ["ann"], NOON)
    assert [due.person for due in claim(database)] == ["ann"]


def test_a_claimed_person_is_nobody_elses_until_the_lease_ends(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)
    assert len(claim(database)) == 1
    assert claim(database) == []
    assert [due.person for due in claim(database, NOON + LEASE + timedelta(seconds=1))] == ["ann"]


def test_a_finished_person_is_no_longer_due(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)
    (ann,) = claim(database)
    with database.transaction() as session:
        assert finish_due(session, ann)
    assert claim(database, NOON + timedelta(days=9999)) == []


def test_a_message_during_the_evaluation_keeps_the_person_due(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)
    (ann,) = claim(database)
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)
    with database.transaction() as session:
        assert not finish_due(session, ann)
    assert [due.person for due in claim(database)] == ["ann"]


def test_a_person_whose_conclusions_expire_is_due_on_that_day_and_not_before(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON)
    (ann,) = claim(database)
    with database.transaction() as session:
        finish_due(session, ann, next_at=NOON + timedelta(days=14))
    assert claim(database, NOON + timedelta(days=13)) == []
    assert [due.person for due in claim(database, NOON + timedelta(days=14))] == ["ann"]


def test_a_message_brings_a_later_day_forward(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann"], NOON + timedelta(days=14))
        mark_due(session, ["ann"], NOON)
        assert count_due(session, NOON) == 1


def test_released_and_postponed_persons_come_again(database: Database) -> None:
    with database.transaction() as session:
        mark_due(session, ["ann", "bob"], NOON)
    ann, bob = claim(database)
    with database.transaction() as session:
        release_due(session, ann.person)
        postpone_due(session, bob, NOON + timedelta(minutes=5))
    assert [due.person for due in claim(database)] == ["ann"]
    assert [due.person for due in claim(database, NOON + timedelta(minutes=5))] == ["ann", "bob"]
