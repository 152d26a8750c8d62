"""Persons to be evaluated: a set, not a queue; ten messages about one person are one evaluation (design 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from leptobridge.store.bulk import Statement, is_postgresql
from leptobridge.store.instant import instant_text


@dataclass(frozen=True, slots=True)
class DuePerson:
    """A claimed person. ``generation`` tells `finish_due` whether a message came in while it was evaluated."""

    person: str
    generation: int


_MARK = Statement(
    "INSERT INTO due (person, due_at, generation) VALUES (:person, :due_at, 1) ON CONFLICT (person) DO UPDATE SET"
    " generation = due.generation + 1,"
    " due_at = CASE WHEN excluded.due_at < due.due_at THEN excluded.due_at ELSE due.due_at END"
)
_CLAIMABLE = (
    "SELECT person FROM due WHERE due_at <= :now AND (leased_until IS NULL OR leased_until < :now)"
    " ORDER BY due_at, person LIMIT :limit"
)
_CLAIM = "UPDATE due SET leased_until = :until WHERE person IN ({claimable}) RETURNING person, generation"
_CLAIM_SQLITE = text(_CLAIM.format(claimable=_CLAIMABLE))
_CLAIM_POSTGRESQL = text(_CLAIM.format(claimable=_CLAIMABLE + " FOR UPDATE SKIP LOCKED"))
_DROP = text("DELETE FROM due WHERE person = :person AND generation = :generation")
_POSTPONE = text(
    "UPDATE due SET due_at = :due_at, leased_until = NULL WHERE person = :person AND generation = :generation"
)
_RELEASE = text("UPDATE due SET leased_until = NULL WHERE person = :person")


def mark_due(session: Session, persons: Iterable[str], at: datetime) -> None:
    """Have these persons evaluated from ``at`` on, or earlier if they already were to be."""
    due_at = instant_text(at)
    _MARK.execute_many(session, [{"person": person, "due_at": due_at} for person in sorted(set(persons))])


def claim_due(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[DuePerson]:
    """Take up to ``limit`` persons whose time has come; nobody else gets them until the lease ends."""
    statement = _CLAIM_POSTGRESQL if is_postgresql(session) else _CLAIM_SQLITE
    parameters = {"now": instant_text(now), "until": instant_text(now + lease), "limit": limit}
    rows = session.connection().execute(statement, parameters).all()
    return sorted((DuePerson(row[0], row[1]) for row in rows), key=lambda due: due.person)


def finish_due(session: Session, claimed: DuePerson, *, next_at: datetime | None = None) -> bool:
    """End an evaluation; ``next_at`` is when the conclusions expire by themselves.

    False when a message came in meanwhile: the person stays due. Call it in the transaction that writes
    the conclusions.
    """
    key = {"person": claimed.person, "generation": claimed.generation}
    if next_at is None:
        finished = session.connection().execute(_DROP, key).rowcount
    else:
        finished = session.connection().execute(_POSTPONE, {**key, "due_at": instant_text(next_at)}).rowcount
    if not finished:
        release_due(session, claimed.person)
    return bool(finished)


def release_due(session: Session, person: str) -> None:
    """Give a claimed person back without having evaluated it."""
    session.connection().execute(_RELEASE, {"person": person})


def postpone_due(session: Session, claimed: DuePerson, until: datetime) -> None:
    """Try a person whose evaluation failed again later."""
    key = {"person": claimed.person, "generation": claimed.generation}
    if not session.connection().execute(_POSTPONE, {**key, "due_at": instant_text(until)}).rowcount:
        release_due(session, claimed.person)


def count_due(session: Session, now: datetime) -> int:
    """How many persons wait for evaluation now."""
    statement = text("SELECT count(*) FROM due WHERE due_at <= :now")
    return int(session.connection().execute(statement, {"now": instant_text(now)}).scalar_one())
