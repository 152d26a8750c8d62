"""FHIR date, dateTime, instant and Period as intervals of days with their written precision (exchange.md 0, R-17)."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_DATE_TIME = re.compile(
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01])"
    r"(?:T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]+)?"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00))?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class FhirTime:
    """A FHIR time as written: the possible clinical days from ``first`` to ``last``, both included.

    ``2024`` is 2024-01-01 to 2024-12-31, ``2024-03`` the month, ``2024-03-05`` one day. ``instant`` is set where a
    time was given. The clinical day of a time is the day at its written offset; of a ``Z`` the sender's zone, if known.
    """

    text: str
    first: date
    last: date
    instant: datetime | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last


def parse_time(text: object, zone: tzinfo | None = None) -> FhirTime | None:
    """A date, dateTime or instant; ``zone`` is the sender's, used for times written with ``Z``.

    ``None`` for whatever is not one (not text, wrong shape, a day that the calendar has not): the caller treats it as
    no time at all.
    """
    return _parse(text, zone) if isinstance(text, str) else None


# One message names the same few times again and again.
@lru_cache(maxsize=16_384)
def _parse(text: str, zone: tzinfo | None) -> FhirTime | None:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        if month is None:
            return FhirTime(text, date(int(year), 1, 1), date(int(year), 12, 31))
        if day is None:
            last_day = monthrange(int(year), int(month))[1]
            return FhirTime(text, date(int(year), int(month), 1), date(int(year), int(month), last_day))
        written = date(int(year), int(month), int(day))
        if hour is None:
            return FhirTime(text, written, written)
        # A leap second has no place in Python's calendar; it is counted as the second that follows 59.
        seconds = int(second)
        instant = datetime(
            written.year,
            written.month,
            written.day,
            int(hour),
            int(minute),
            min(seconds, 59),
            _microsecond(fraction),
            _offset(offset),
        ) + timedelta(seconds=seconds - min(seconds, 59))
        if offset == "Z" and zone is not None:
            written = instant.astimezone(zone).date()
        return FhirTime(text, written, written, instant)
    except (ValueError, OverflowError):
        return None


def parse_period(period: object, zone: tzinfo | None = None) -> tuple[FhirTime | None, FhirTime | None]:
    """Start and end of a Period, each ``None`` where it is absent or not a time."""
    if not isinstance(period, Mapping):
        return None, None
    return parse_time(period.get("start"), zone), parse_time(period.get("end"), zone)


def _microsecond(fraction: str | None) -> int:
    return 0 if fraction is None else int(fraction[1:7].ljust(6, "0"))


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
