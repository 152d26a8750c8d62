"""Outbox to EHR: claims what is due, delivers it, and records what became of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog

from leptobridge.delivery.backoff import retry_delay
from leptobridge.delivery.ehr import Ehr, write_json
from leptobridge.delivery.failure import DeliveryError
from leptobridge.delivery.origin import Counterparts
from leptobridge.delivery.parcels import load_origin, load_parcel
from leptobridge.delivery.result_write import deliver_parcel
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.outbox import Delivery

LEASE = timedelta(seconds=60)

#: A write begun later than this before the end of the lease could still be on its way when another worker starts.
WRITE_RESERVE = timedelta(seconds=30)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one pass over the outbox did: results delivered, to be tried again, parked for a person, given back."""

    delivered: int = 0
    retried: int = 0
    parked: int = 0
    released: int = 0

    @property
    def claimed(self) -> int:
        return self.delivered + self.retried + self.parked + self.released


def deliver_due(
    database: Database,
    ehr: Ehr,
    now: datetime,
    *,
    clock: Callable[[], datetime],
    random: Random,
    lease: timedelta = LEASE,
    limit: int = 20,
    ehr_senders: Collection[str] = (),
) -> DeliveryReport:
    """Claim up to ``limit`` results that are due at ``now`` and deliver them one after the other.

    ``clock`` tells when the lease nears its end: what has not begun by then is given back, ``random`` draws the delays.
    ``ehr_senders`` names senders whose resource ids are ids of this EHR; its base URL always is one. Several workers
    may do this at once: a claim belongs to one of them. No database transaction is open while the EHR is asked.
    """
    claimed = database.run(
        lambda session: outbox.claim(session, destination=ehr.base_url, now=now, lease=lease, limit=limit)
    )
    deadline = now + lease - min(WRITE_RESERVE, lease / 2)
    counterparts = Counterparts(ehr, lambda reference: load_origin(database, reference), ehr_senders)
    counts = dict.fromkeys(("delivered", "retried", "parked", "released"), 0)
    for delivery in claimed:
        counts[_deliver(database, ehr, delivery, counterparts, clock=clock, random=random, deadline=deadline)] += 1
    return DeliveryReport(**counts)


def _deliver(
    database: Database,
    ehr: Ehr,
    delivery: Delivery,
    counterparts: Counterparts,
    *,
    clock: Callable[[], datetime],
    random: Random,
    deadline: datetime,
) -> str:
    if clock() >= deadline:
        database.run(lambda session: outbox.release(session, delivery.id, now=clock()))
        return "released"
    with database.reading() as session:
        parcel = load_parcel(session, delivery)
    try:
        if parcel is None:
            raise DeliveryError("the store holds no such version of a conclusion", kind="permanent")
        reference = deliver_parcel(ehr, parcel, counterparts, clock=clock, deadline=deadline)
    except DeliveryError as error:
        return _record_failure(database, delivery, error, clock(), random)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # One result or answer of an unforeseen form must not stop the delivery of all others.
        unreadable = DeliveryError(f"result or answer of an unforeseen form ({type(error).__name__})", kind="permanent")
        return _record_failure(database, delivery, unreadable, clock(), random)
    database.run(
        lambda session: outbox.mark_delivered(
            session, delivery.id, status=200, ehr_reference=reference, ehr_version=None
        )
    )
    return "delivered"


def _record_failure(database: Database, delivery: Delivery, error: DeliveryError, now: datetime, random: Random) -> str:
    outcome = write_json(error.outcome or _own_outcome(error)).decode()
    out_of_patience = error.patience is not None and delivery.attempts >= error.patience
    parked = error.kind == "permanent" or out_of_patience
    _log.warning(
        "result not delivered",
        outbox=delivery.id,
        attempts=delivery.attempts,
        kind=error.kind,
        status=error.status,
        reason=str(error),
        parked=parked,
    )
    if parked:
        database.run(lambda session: outbox.park(session, delivery.id, status=error.status, outcome=outcome))
        return "parked"
    next_at = now + retry_delay(delivery.attempts, random, error.retry_after)
    database.run(
        lambda session: outbox.mark_retry(
            session, delivery.id, next_attempt_at=next_at, status=error.status, outcome=outcome
        )
    )
    return "retried"


def _own_outcome(error: DeliveryError) -> Mapping[str, Any]:
    """Where the EHR gave no OperationOutcome, one that says what happened instead."""
    code = {"transient": "transient", "ambiguous": "timeout", "permanent": "processing"}[error.kind]
    issue = {"severity": "error", "code": code, "diagnostics": str(error)}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
