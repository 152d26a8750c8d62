"""Observations on their way to an EHR: one live row per Observation and destination (design 3).

A newer version supersedes an older one that is not delivered. A claimed older one may be on the wire at that moment: it
stays claimed, the newer one waits for it, and so each version arrives at most once and in order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from leptobridge.store.bulk import Statement, is_postgresql
from leptobridge.store.instant import instant_text
from leptobridge.store.schema import OutboxRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row: deliver this version of ``Observation/<observation_id>``.

    ``ehr_reference`` and ``ehr_version`` are what the destination answered to the version delivered last, if any.
    """

    id: int
    observation_id: str
    version: int
    destination: str
    person: str
    attempts: int
    ehr_reference: str | None
    ehr_version: str | None


_ENQUEUE = Statement(
    "INSERT INTO outbox (observation_id, version, destination, person, state, attempts, created_at, next_attempt_at)"
    " VALUES (:observation_id, :version, :destination, :person, 'pending', 0, :now, :now)"
    " ON CONFLICT (observation_id, destination, version) DO NOTHING"
)
_SUPERSEDE = Statement(
    "UPDATE outbox SET state = 'superseded' WHERE observation_id = :observation_id AND destination = :destination"
    " AND version < :version AND state IN ('pending', 'parked')"
)


def enqueue(
    session: Session, observations: Iterable[tuple[str, int]], *, destination: str, person: str, now: datetime
) -> None:
    """Send these ``(Observation id, version)`` to a destination; older versions that wait are superseded."""
    rows = [
        {
            "observation_id": observation_id,
            "version": version,
            "destination": destination,
            "person": person,
            "now": instant_text(now),
        }
        for observation_id, version in sorted(observations)
    ]
    _SUPERSEDE.execute_many(session, rows)
    _ENQUEUE.execute_many(session, rows)


_CLAIMABLE = (
    "SELECT id FROM outbox AS waiting WHERE destination = :destination AND next_attempt_at <= :now"
    " AND (state = 'pending' OR (state = 'claimed' AND leased_until < :now))"
    " AND NOT EXISTS (SELECT 1 FROM outbox AS rival WHERE rival.observation_id = waiting.observation_id"
    " AND rival.destination = waiting.destination AND rival.id <> waiting.id AND rival.state = 'claimed')"
    " ORDER BY next_attempt_at, id LIMIT :limit"
)
_CLAIM = (
    "UPDATE outbox SET state = 'claimed', leased_until = :until, attempts = attempts + 1"
    " WHERE id IN ({claimable}) RETURNING id, observation_id, version, destination, person, attempts"
)
_CLAIM_SQLITE = text(_CLAIM.format(claimable=_CLAIMABLE))
_CLAIM_POSTGRESQL = text(_CLAIM.format(claimable=_CLAIMABLE + " FOR UPDATE SKIP LOCKED"))
_DELIVERED_BEFORE = text(
    "SELECT ehr_reference, ehr_version FROM outbox WHERE observation_id = :observation_id"
    " AND destination = :destination AND state = 'delivered' ORDER BY version DESC LIMIT 1"
)


def claim(session: Session, *, destination: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take up to ``limit`` rows whose time has come, for the time of the lease.

    Of one Observation at most one version is claimed. A row whose lease ended is claimed again: its earlier attempt may
    have arrived, and the receiver of the claim has to find out.
    """
    statement = _CLAIM_POSTGRESQL if is_postgresql(session) else _CLAIM_SQLITE
    parameters = {
        "destination": destination,
        "now": instant_text(now),
        "until": instant_text(now + lease),
        "limit": limit,
    }
    connection = session.connection()
    claimed = []
    for row in sorted(connection.execute(statement, parameters).all()):
        key = {"observation_id": row[1], "destination": row[3]}
        before = connection.execute(_DELIVERED_BEFORE, key).first() or (None, None)
        claimed.append(
            Delivery(
                id=row.id,
                observation_id=row.observation_id,
                version=row.version,
                destination=row.destination,
                person=row.person,
                attempts=row.attempts,
                ehr_reference=before[0],
                ehr_version=before[1],
            )
        )
    return claimed


_DELIVERED = text(
    "UPDATE outbox SET state = 'delivered', leased_until = NULL, last_status = :status, last_outcome = NULL,"
    " ehr_reference = :reference, ehr_version = :version WHERE id = :id"
)
_SUPERSEDED_BY_NEWER = (
    "CASE WHEN EXISTS (SELECT 1 FROM outbox AS newer WHERE newer.observation_id = outbox.observation_id"
    " AND newer.destination = outbox.destination AND newer.version > outbox.version)"
    " THEN 'superseded' ELSE {state} END"
)
_RETRY = text(
    f"UPDATE outbox SET state = {_SUPERSEDED_BY_NEWER.format(state=chr(39) + 'pending' + chr(39))},"  # noqa: S608
    " leased_until = NULL, next_attempt_at = :next_at, last_status = :status, last_outcome = :outcome WHERE id = :id"
)
_PARK = text(
    f"UPDATE outbox SET state = {_SUPERSEDED_BY_NEWER.format(state=chr(39) + 'parked' + chr(39))},"  # noqa: S608
    " leased_until = NULL, last_status = :status, last_outcome = :outcome WHERE id = :id"
)
_RELEASE = text(
    f"UPDATE outbox SET state = {_SUPERSEDED_BY_NEWER.format(state=chr(39) + 'pending' + chr(39))},"  # noqa: S608
    " leased_until = NULL, next_attempt_at = :now"
    " WHERE id = :id AND state IN ('parked', 'claimed')"
)


def mark_delivered(
    session: Session, row_id: int, *, status: int, ehr_reference: str | None, ehr_version: str | None
) -> None:
    """The destination holds this version; ``ehr_reference`` such as ``Observation/99`` is where."""
    parameters = {"id": row_id, "status": status, "reference": ehr_reference, "version": ehr_version}
    session.connection().execute(_DELIVERED, parameters)


def mark_retry(
    session: Session, row_id: int, *, next_attempt_at: datetime, status: int | None, outcome: str | None
) -> None:
    """The attempt failed or its fate is unknown: again later, unless a newer version goes instead."""
    parameters = {"id": row_id, "next_at": instant_text(next_attempt_at), "status": status, "outcome": outcome}
    session.connection().execute(_RETRY, parameters)


def park(session: Session, row_id: int, *, status: int | None, outcome: str | None) -> None:
    """The destination refuses for good: a person has to look. ``outcome`` is its OperationOutcome JSON."""
    session.connection().execute(_PARK, {"id": row_id, "status": status, "outcome": outcome})


def release(session: Session, row_id: int, *, now: datetime) -> bool:
    """Send a parked row again, or give a claimed one back; False if the row is neither."""
    return bool(session.connection().execute(_RELEASE, {"id": row_id, "now": instant_text(now)}).rowcount)


def read_row(session: Session, row_id: int) -> OutboxRow | None:
    """One row."""
    return session.get(OutboxRow, row_id)


def list_rows(session: Session, *, state: str | None = None, limit: int = 100) -> list[OutboxRow]:
    """Rows, newest first, of one state or all."""
    query = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
    if state is not None:
        query = query.where(OutboxRow.state == state)
    return list(session.exec(query))


def counts(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    rows = session.connection().execute(text("SELECT state, count(*) FROM outbox GROUP BY state"))
    return {state: int(count) for state, count in rows}
