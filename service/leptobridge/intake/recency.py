"""Which of two versions of a resource is the newer one (exchange.md 0, correction)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from leptobridge.fhir.date_time import parse_time
from leptobridge.store.instant import instant_text


def source_times(resource: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The sender's ``meta.lastUpdated`` and ``issued``, as UTC text; None where there is none."""
    meta = resource.get("meta")
    return _instant(meta.get("lastUpdated") if isinstance(meta, dict) else None), _instant(resource.get("issued"))


def is_older(new: tuple[str | None, str | None], current: tuple[str | None, str | None]) -> bool:
    """Whether a version that arrives now is older than the current one: by the first time in which they differ."""
    for arriving, standing in zip(new, current, strict=True):
        if arriving is not None and standing is not None and arriving != standing:
            return arriving < standing
    return False


def _instant(value: object) -> str | None:
    time = parse_time(value)
    if time is None:
        return None
    moment = time.instant or datetime(time.first.year, time.first.month, time.first.day, tzinfo=UTC)
    return instant_text(moment)
