"""What a resource is found by: the values of its search parameters (R4 searchparameter-registry.html, design 6).

Total: content of the wrong shape yields no value. Dates of a day or less precision span whole days in UTC.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from leptobridge.fhir.date_time import parse_time

#: The first of these that is there is the date of a resource (exchange.md 0, time: clinically relevant first).
DATE_ELEMENTS = (
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "performedDateTime",
    "performedPeriod",
    "occurrenceDateTime",
    "occurrencePeriod",
    "onsetDateTime",
    "onsetPeriod",
    "started",
    "authored",
    "whenHandedOver",
    "period",
    "birthDate",
    "issued",
    "authoredOn",
    "dateAsserted",
    "recordedDate",
    "recorded",
    "date",
    "created",
)

#: Elements that hold References -> search parameter.
REFERENCE_ELEMENTS = {
    "specimen": "specimen",
    "focus": "focus",
    "derivedFrom": "derived-from",
    "hasMember": "has-member",
    "medicationReference": "medication",
    "study": "study",
    "target": "target",
    "subject": "subject",
    "individual": "individual",
}
#: Elements that hold CodeableConcepts -> search parameter.
CONCEPT_ELEMENTS = {"code": "code", "medicationCodeableConcept": "code", "vaccineCode": "code", "category": "category"}
#: Whom a resource is about is the column ``person``; only what is no Patient needs an entry.
_PERSON_PARAMETERS = frozenset({"subject", "individual"})


class SearchValues(msgspec.Struct, frozen=True):
    """``entries``: (parameter, value, system), see `store.schema`; the dates are instants, both included."""

    status: str | None
    first: datetime | None
    last: datetime | None
    entries: frozenset[tuple[str, str, str]]


def search_values(resource: Mapping[str, Any]) -> SearchValues:
    """Status, date and search entries of a resource."""
    status = resource.get("status")
    first, last = _span(resource)
    return SearchValues(status if isinstance(status, str) else None, first, last, frozenset(_entries(resource)))


def _entries(resource: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    entries: list[tuple[str, str, str]] = []
    for element, value in resource.items():
        if element in CONCEPT_ELEMENTS:
            _add_codings(entries, CONCEPT_ELEMENTS[element], value)
        elif element in REFERENCE_ELEMENTS:
            parameter = REFERENCE_ELEMENTS[element]
            for reference in _objects(value):
                target = reference.get("reference", "")
                if parameter not in _PERSON_PARAMETERS or not str(target).startswith("Patient/"):
                    entries.extend(_reference(parameter, reference))
        elif element == "identifier":
            for identifier in _objects(value):
                _add(entries, "identifier", identifier.get("value"), identifier.get("system", ""))
    kind = resource.get("resourceType")
    if kind == "Patient":
        entries.extend(_patient(resource))
    elif isinstance(resource.get("name"), str):
        entries.append(("name", resource["name"].lower(), ""))
    elif kind == "Practitioner":
        entries.extend(_names(resource))
    return entries


def _add(entries: list[tuple[str, str, str]], parameter: str, value: object, system: object) -> None:
    if isinstance(value, str) and isinstance(system, str):
        entries.append((parameter, value, system))


def _add_codings(entries: list[tuple[str, str, str]], parameter: str, concepts: object) -> None:
    for concept in _objects(concepts):
        for coding in _objects(concept.get("coding")):
            _add(entries, parameter, coding.get("code"), coding.get("system", ""))


def _reference(parameter: str, reference: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    target = reference.get("reference")
    if isinstance(target, str) and not target.startswith("#"):
        if ":" in target:
            yield parameter, target, "url"
        else:
            kind, _, rest = target.partition("/")
            yield parameter, rest.partition("/_history/")[0], kind
    for identifier in _objects(reference.get("identifier")):
        value, system = identifier.get("value"), identifier.get("system", "")
        if isinstance(value, str) and isinstance(system, str):
            yield parameter, f"{system}|{value}", "identifier"


def _patient(resource: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    gender = resource.get("gender")
    if isinstance(gender, str):
        yield "gender", gender, ""
    yield from _names(resource)


def _names(resource: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in _objects(resource.get("name")):
        family = name.get("family")
        if isinstance(family, str):
            yield "family", family.lower(), ""
            yield "name", family.lower(), ""
        given = name.get("given")
        for part in [*(given if isinstance(given, list) else []), name.get("text")]:
            if isinstance(part, str):
                yield "name", part.lower(), ""


def _objects(value: object) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _span(resource: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    collection = resource.get("collection")
    if resource.get("resourceType") == "Specimen" and isinstance(collection, dict):
        for element in ("collectedDateTime", "collectedPeriod"):
            if element in collection:
                return _value_span(collection[element])
    for element in DATE_ELEMENTS:
        if element in resource:
            first, last = _value_span(resource[element])
            if first or last:
                return first, last
    return None, None


def _value_span(value: object) -> tuple[datetime | None, datetime | None]:
    if isinstance(value, dict):
        start, end = _value_span(value.get("start")), _value_span(value.get("end"))
        # An open end reaches beyond every date that is asked for.
        return start[0] or end[0], end[1] or (datetime.max.replace(tzinfo=UTC) if start[0] else None)
    return _written_span(value) if isinstance(value, str) else (None, None)


# One message names the same few times again and again.
@lru_cache(maxsize=16_384)
def _written_span(text: str) -> tuple[datetime | None, datetime | None]:
    time = parse_time(text)
    if time is None:
        return None, None
    if time.instant is not None:
        return time.instant, time.instant
    first = datetime(time.first.year, time.first.month, time.first.day, tzinfo=UTC)
    last = datetime(time.last.year, time.last.month, time.last.day, tzinfo=UTC)
    return first, last + timedelta(days=1, microseconds=-1)
