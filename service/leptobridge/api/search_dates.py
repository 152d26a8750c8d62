"""Dates in searches: prefix, precision, and the span of instants that a value means (R4 search.html 3.1.1.4.8)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from leptobridge.fhir.date_time import parse_time

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]

_PREFIXED = re.compile(rf"({'|'.join(get_args(Prefix))})?(.+)", re.ASCII)
_MINUTES = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """``prefix`` and the first and last instant (both included) that the written value may mean."""

    prefix: Prefix
    first: datetime
    last: datetime


def parse_date_span(text: str) -> DateSpan | None:
    """``ge2024-03`` -> ge, 2024-03-01 to 2024-03-31 (UTC where no offset is written); None where it is no date."""
    match = _PREFIXED.fullmatch(text.replace(" ", "+"))
    if match is None:
        return None
    prefix: Prefix = match[1] or "eq"  # type: ignore[assignment]
    written = match[2]
    with_time = _MINUTES.fullmatch(written)
    if with_time is None:
        days = parse_time(written)
        if days is None or days.instant is not None:
            return None
        first = datetime(days.first.year, days.first.month, days.first.day, tzinfo=UTC)
        last = datetime(days.last.year, days.last.month, days.last.day, tzinfo=UTC) + timedelta(days=1) - _TICK
        return DateSpan(prefix, first, last)
    to_the_minute, seconds, offset = with_time.groups()
    instant = parse_time(f"{to_the_minute}{seconds or ':00'}{offset or 'Z'}")
    if instant is None or instant.instant is None:
        return None
    begin = instant.instant.astimezone(UTC)
    if seconds is None:
        return DateSpan(prefix, begin, begin + timedelta(minutes=1) - _TICK)
    if "." not in seconds:
        return DateSpan(prefix, begin, begin + timedelta(seconds=1) - _TICK)
    digits = min(len(seconds) - 4, 6)
    return DateSpan(prefix, begin, begin + timedelta(microseconds=10 ** (6 - digits)) - _TICK)


def approximate(span: DateSpan, now: datetime) -> DateSpan:
    """``ap``: widened by a tenth of the distance from ``now``, and by a day at least."""
    slack = max(abs(now - span.first) / 10, timedelta(days=1))
    return DateSpan("ap", span.first - slack, span.last + slack)
