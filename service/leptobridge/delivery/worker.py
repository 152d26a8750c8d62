"""Delivery as a loop, in a thread of the server or in a process of its own."""

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from random import Random

import structlog
from sqlalchemy.exc import SQLAlchemyError

from leptobridge.delivery.deliver import LEASE, deliver_due
from leptobridge.delivery.ehr import Ehr
from leptobridge.store.database import Database

BATCH = 20

_log = structlog.get_logger(__name__)


def run_delivery(
    database: Database,
    ehr: Ehr,
    stop: threading.Event,
    *,
    clock: Callable[[], datetime],
    random: Random,
    wake: threading.Event | None = None,
    poll_seconds: float = 2.0,
    lease: timedelta = LEASE,
    ehr_senders: Collection[str] = (),
) -> None:
    """Deliver until ``stop`` is set. ``wake`` says that there may be something new; else the outbox is looked at every
    ``poll_seconds``. A database that fails is tried again: the claims that were open end with their lease."""
    signal = wake or threading.Event()
    while not stop.is_set():
        signal.clear()
        try:
            report = deliver_due(
                database, ehr, clock(), clock=clock, random=random, lease=lease, limit=BATCH, ehr_senders=ehr_senders
            )
        except SQLAlchemyError as error:
            _log.error("delivery could not use the database", reason=type(error).__name__)
            signal.wait(poll_seconds)
            continue
        if report.claimed == 0:
            signal.wait(poll_seconds)
