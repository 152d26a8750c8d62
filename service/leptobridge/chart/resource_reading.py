"""Reading one resource version: its status, time, identity, and the facts that its family states of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Absence, Fact, FactStatus, FactValue, Source
from leptobridge.chart.mappings import Mappings
from leptobridge.fhir.vocabulary import canonical_system

Element = Mapping[str, Any]
Details = dict[str, FactValue | tuple[str, ...]]

#: exchange.md 0, status. What is in none of the two sets counts.
PENDING_STATUS = frozenset(
    {
        "registered",
        "preliminary",
        "partial",
        "draft",
        "planned",
        "proposed",
        "preparation",
        "intended",
        "not-taken",
        "not-done",
        "declined",
        "unknown",
        "inactive",
    }
)
RETRACTED_STATUS = frozenset({"cancelled", "entered-in-error"})
_PENDING_INTENT = frozenset({"proposal", "plan"})


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code or word that no mapping holds: where it stood, its system (None for words) and the code or word."""

    where: str
    system: str | None
    term: str


class ResourceReading(msgspec.Struct):
    """One resource version while it is read: what its facts share, and the facts and unmapped terms so far.

    ``referenced`` holds resources without a patient that it points to (Medication, ResearchStudy), by reference.
    """

    resource: Element
    reference: str
    version: int
    received: datetime
    mappings: Mappings
    status: FactStatus
    time: ClinicalTime | None
    recency: str
    zone: tzinfo | None = None
    identifiers: tuple[str, ...] = ()
    referenced: Mapping[str, Element] = {}
    facts: list[Fact] = []
    unmapped: list[Unmapped] = []

    def state(
        self,
        kind: str,
        item: str = "",
        value: FactValue = None,
        *,
        unit: str | None = None,
        absence: Absence | None = None,
        status: FactStatus | None = None,
        time: ClinicalTime | None = None,
        undated: bool = False,
        end: ClinicalTime | None = None,
        details: Details | None = None,
        rule: str = "",
        flags: tuple[str, ...] = (),
    ) -> None:
        """Add a fact. ``time`` defaults to the resource's; ``undated`` says that the fact has none whatever that is."""
        when = None if undated else time or self.time
        if when is not None and _is_future(when, self.received):
            flags = (*flags, "future_dated")
        self.facts.append(
            Fact(
                kind=kind,
                item=item,
                value=value,
                unit=unit,
                absence=absence,
                status=status or self.status,
                time=when,
                end=end,
                details=details or {},
                source=Source(self.reference, self.version, rule),
                recency=self.recency,
                identifiers=self.identifiers,
                flags=flags,
            )
        )

    def not_mapped(self, where: str, system: str | None, term: str) -> None:
        """Count a code or word that no mapping holds."""
        self.unmapped.append(Unmapped(where, system, term))

    def target(self, reference: object) -> str | None:
        """The key of a Reference: ``Type/id``, ``<this>#id`` for contained, ``identifier:system|value``."""
        if not isinstance(reference, dict):
            return None
        text = reference.get("reference")
        if isinstance(text, str) and text:
            root = self.reference.split("#", 1)[0]
            return root + text if text.startswith("#") else text.split("/_history/", 1)[0]
        identifier = reference.get("identifier")
        if isinstance(identifier, dict) and identifier.get("value"):
            return f"identifier:{identifier.get('system', '')}|{identifier['value']}"
        return None

    def targets(self, value: object) -> tuple[str, ...]:
        """The keys of a list of References."""
        if isinstance(value, dict):
            value = [value]
        return tuple(key for key in map(self.target, listed(value)) if key is not None)

    def target_resource(self, reference: object) -> Element | None:
        """The resource that a Reference points to, where it is contained or was given along."""
        key = self.target(reference)
        if key is None:
            return None
        if "#" in key:
            wanted = key.split("#", 1)[1]
            root = self.referenced.get("#", self.resource)
            return next((c for c in elements(root.get("contained")) if c.get("id") == wanted), None)
        return self.referenced.get(key)


def _is_future(time: ClinicalTime, received: datetime) -> bool:
    """More than a day after the receipt (exchange.md 0, future): by the instant where it is known, else by the day."""
    if time.first <= received.date():
        return False
    limit = received + timedelta(days=1)
    return time.instant > limit if time.instant is not None else time.first > limit.date()


def listed(value: object) -> list[Any]:
    """A JSON array, or nothing."""
    return value if isinstance(value, list) else []


def elements(value: object) -> Iterator[Element]:
    """The objects of a JSON array; a single object counts as an array of one."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict):
                yield entry


def codings(concept: object) -> Iterator[tuple[str, str, str]]:
    """system, code and display of each coding of a CodeableConcept (or of a Coding); absent ones are empty.

    A system is named by its usual URI, whichever of its spellings was sent.
    """
    if not isinstance(concept, dict):
        return
    if "coding" not in concept and "code" in concept:
        yield _system(concept), _text(concept.get("code")), _text(concept.get("display"))
    for coding in elements(concept.get("coding")):
        yield _system(coding), _text(coding.get("code")), _text(coding.get("display"))


def texts(concept: object) -> Iterator[str]:
    """The text of a CodeableConcept and the displays of its codings."""
    if not isinstance(concept, dict):
        return
    if isinstance(concept.get("text"), str):
        yield concept["text"]
    for _, _, display in codings(concept):
        if display:
            yield display


def _system(coding: Element) -> str:
    return canonical_system(_text(coding.get("system")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def first_code(concept: object) -> str:
    """The first code of a concept, empty if there is none."""
    return next((code for _, code, _ in codings(concept) if code), "")


def resource_status(resource: Element) -> FactStatus:
    """Whether a resource version counts, is pending, or takes back (exchange.md 0, status)."""
    kind = resource.get("resourceType")
    status, intent = _text(resource.get("status")), _text(resource.get("intent"))
    if kind == "Condition":
        return "retracted" if first_code(resource.get("verificationStatus")) == "entered-in-error" else "counted"
    if status in RETRACTED_STATUS:
        return "retracted"
    if kind == "QuestionnaireResponse":
        return "counted" if status in ("completed", "amended") else "pending"
    if kind == "ResearchSubject":
        return "counted"
    if kind == "Specimen":
        return "counted"
    if status in PENDING_STATUS or intent in _PENDING_INTENT:
        return "pending"
    return "counted"


def utc_text(value: object, received: datetime) -> str | None:
    """An instant as UTC ISO text that sorts by time; None for what is no time. A date is the start of its day."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=received.tzinfo)
        return moment.astimezone(tz=UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return None
