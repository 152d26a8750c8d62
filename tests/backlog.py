"""What a service has still to do, read from its database."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy
from sqlalchemy import text

from leptobridge.store.instant import instant_text


@dataclass(frozen=True)
class Backlog:
    """Persons due by now, and outbox rows by state."""

    due: int
    outbox: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return self.due == 0 and not self.outbox.get("pending") and not self.outbox.get("claimed")


def backlog(database_url: str) -> Backlog:
    """The backlog at this moment."""
    engine = sqlalchemy.create_engine(database_url)
    try:
        with engine.connect() as connection:
            now = instant_text(datetime.now(UTC))
            due = connection.execute(text("SELECT count(*) FROM due WHERE due_at <= :now"), {"now": now}).scalar_one()
            states = connection.execute(text("SELECT state, count(*) FROM outbox GROUP BY state")).all()
    finally:
        engine.dispose()
    return Backlog(due, {str(state): int(count) for state, count in states})


def wait_until_done(database_url: str, patience: float = 180.0) -> Backlog:
    """Returns when nothing is due and everything is delivered (or parked); fails when that takes too long."""
    deadline = time.monotonic() + patience
    while not (now := backlog(database_url)).is_empty:
        if time.monotonic() > deadline:
            raise AssertionError(f"after {patience:.0f} s there is still work: {now}")
        time.sleep(0.3)
    return now


def conclusions(database_url: str) -> dict[str, str]:
    """Conclusions that the service stands by or took back: identifier -> status."""
    engine = sqlalchemy.create_engine(database_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT identifier, status FROM conclusion")).all()
    finally:
        engine.dispose()
    return {str(identifier): str(status) for identifier, status in rows}
