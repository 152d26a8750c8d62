"""What the tests of extraction share: a resource in, its facts out, and concepts as hospitals write them."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from leptobridge.chart.extraction import extract, extract_facts
from leptobridge.chart.facts import Fact
from leptobridge.chart.mappings import load_mappings
from tests.dialects import CONFIRMED, Json

MAPPINGS = load_mappings(None)
RECEIVED = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
LOCAL = "https://leptobridge.org/fhir/CodeSystem"
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
V2_SPECIMEN = "http://terminology.hl7.org/CodeSystem/v2-0487"
V2_ROUTE = "http://terminology.hl7.org/CodeSystem/v2-0162"


def facts_of(
    resource: Json,
    *,
    received: datetime = RECEIVED,
    zone: tzinfo | None = None,
    referenced: Mapping[str, Json] | None = None,
    version: int = 1,
) -> tuple[Fact, ...]:
    """All facts of a resource version but the mark that the version exists."""
    facts = extract_facts(
        resource,
        reference=reference_of(resource),
        version=version,
        received=received,
        mappings=MAPPINGS,
        zone=zone,
        referenced=referenced or {},
    )
    return tuple(fact for fact in facts if fact.kind != "patient.last_seen")


def reference_of(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource.get('id', '1')}"


def mark_of(resource: Json, **arguments: Any) -> Fact:
    """The one fact that every version of every resource states: that it exists."""
    facts = extract_facts(
        resource, reference=reference_of(resource), version=1, received=RECEIVED, mappings=MAPPINGS, **arguments
    )
    (mark,) = (fact for fact in facts if fact.kind == "patient.last_seen")
    return mark


def only_fact(resource: Json, kind: str, item: str | None = None, **arguments: Any) -> Fact:
    """The fact of that kind (and item), of which there is exactly one."""
    found = [fact for fact in facts_of(resource, **arguments) if fact.kind == kind and item in (None, fact.item)]
    assert len(found) == 1, f"{len(found)} facts {kind} {item or ''} in {facts_of(resource, **arguments)}"
    return found[0]


def kinds_of(resource: Json, **arguments: Any) -> set[str]:
    return {fact.kind for fact in facts_of(resource, **arguments)}


def items_of(resource: Json, kind: str, **arguments: Any) -> dict[str, object]:
    """Item -> value of the facts of a kind."""
    return {fact.item: fact.value for fact in facts_of(resource, **arguments) if fact.kind == kind}


def unmapped_of(resource: Json) -> list[str]:
    """The codes and words of a resource that no mapping holds."""
    extraction = extract(
        resource, reference=reference_of(resource), version=1, received=RECEIVED, mappings=MAPPINGS, zone=None
    )
    return [term.term for term in extraction.unmapped]


def coded(system: str, code: str, display: str | None = None, text: str | None = None) -> Json:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def codings(*pairs: tuple[str, str]) -> Json:
    return {"coding": [{"system": system, "code": code} for system, code in pairs]}


def words(text: str) -> Json:
    return {"text": text}


def condition(code: Json, onset: str = "2026-01-10", **elements: Any) -> Json:
    """A confirmed, active diagnosis."""
    return {
        "resourceType": "Condition",
        "clinicalStatus": coded(CLINICAL_STATUS, "active"),
        "verificationStatus": CONFIRMED,
        "code": code,
        "onsetDateTime": onset,
        **elements,
    }
