"""Instants as the database keeps them: UTC text of one width, so that text order is time order on every database."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=16_384)
def instant_text(instant: datetime) -> str:
    """``2026-03-01T09:30:00.000000Z`` of an aware instant; raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def instant_of(text: str) -> datetime:
    """The instant of a text made by `instant_text`."""
    return datetime.fromisoformat(text)
