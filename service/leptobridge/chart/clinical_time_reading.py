"""FHIR date, dateTime and instant -> ClinicalTime (exchange.md 0, time)."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from leptobridge.chart.clinical_time import ClinicalTime

_PATTERN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?")


def read_time(text: object, zone: tzinfo | None = None) -> ClinicalTime | None:
    """The clinical time of a FHIR date text; None for what is no date. ``Z`` takes the day of the sender's zone."""
    return _read(text, zone) if isinstance(text, str) else None


# One chart names the same few times again and again.
@lru_cache(maxsize=16_384)
def _read(text: str, zone: tzinfo | None) -> ClinicalTime | None:
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    try:
        return _time_of(text, match, zone)
    except (ValueError, OverflowError):
        return None


def _time_of(text: str, match: re.Match[str], zone: tzinfo | None) -> ClinicalTime:
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if month is None:
        return ClinicalTime(text, date(int(year), 1, 1), date(int(year), 12, 31))
    if day is None:
        last = monthrange(int(year), int(month))[1]
        return ClinicalTime(text, date(int(year), int(month), 1), date(int(year), int(month), last))
    exact = date(int(year), int(month), int(day))
    if hour is None:
        return ClinicalTime(text, exact, exact)
    moment = datetime(
        exact.year,
        exact.month,
        exact.day,
        int(hour),
        int(minute),
        min(int(second or 0), 59),
        int((fraction or "0")[:6].ljust(6, "0")),
        tzinfo=_offset(offset),
    )
    if offset == "Z" and zone is not None:
        exact = moment.astimezone(zone).date()
    return ClinicalTime(text, exact, exact, moment.astimezone(UTC) if offset else None)


def _offset(text: str | None) -> tzinfo:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


#: Elements that hold the clinically relevant time, in the order of exchange.md 0; a Period is its start.
_TIMES = (
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "effectiveTiming",
    "performedDateTime",
    "performedPeriod",
    "performedString",
    "occurrenceDateTime",
    "occurrencePeriod",
    "occurrenceTiming",
    "onsetDateTime",
    "onsetPeriod",
    "onsetString",
    "started",
    "authored",
    "whenHandedOver",
    "timingDateTime",
    "timingPeriod",
    "timingTiming",
    "period",
    "issued",
    "authoredOn",
    "dateAsserted",
    "recordedDate",
    "recordedOn",
)
_THERAPIES = frozenset(
    {"MedicationAdministration", "MedicationStatement", "MedicationRequest", "MedicationDispense", "Procedure"}
)
_ASSERTED_DATE = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def read_element_time(value: object, zone: tzinfo | None, end: bool = False) -> ClinicalTime | None:
    """The time of a dateTime, a Period (its start, or its ``end``) or a Timing (its first event or its bounds)."""
    if isinstance(value, str):
        return None if end else read_time(value, zone)
    if not isinstance(value, dict):
        return None
    if end:
        return read_time(value.get("end"), zone)
    start = read_time(value.get("start"), zone)
    if start is None and isinstance(value.get("event"), list) and value["event"]:
        return read_time(value["event"][0], zone)
    repeat = value.get("repeat")
    if start is None and isinstance(repeat, dict) and isinstance(repeat.get("boundsPeriod"), dict):
        return read_time(repeat["boundsPeriod"].get("start"), zone)
    return start


def clinical_time(resource: Mapping[str, Any], zone: tzinfo | None = None) -> ClinicalTime | None:
    """The clinically relevant time of a resource, None where it states none (exchange.md 0, time).

    A Period without a start tells no clinical time: the next element does, and at last the Period's end. A therapy that
    only ended on a known day began on an unknown one.
    """
    collection = resource.get("collection")
    if isinstance(collection, dict):
        for name in ("collectedDateTime", "collectedPeriod"):
            time = read_element_time(collection.get(name), zone)
            if time is not None:
                return time
    ended = None
    for name in _TIMES:
        if name in resource:
            time = read_element_time(resource[name], zone)
            if time is not None:
                return time
            if ended is None:
                ended = read_element_time(resource[name], zone, end=True)
                if ended is not None and resource.get("resourceType") in _THERAPIES:
                    return None
    for extension in resource.get("extension") or ():
        if isinstance(extension, dict) and extension.get("url") == _ASSERTED_DATE:
            return read_time(extension.get("valueDateTime"), zone)
    return read_time(resource.get("receivedTime"), zone) or ended
