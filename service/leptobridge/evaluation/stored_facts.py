"""What is known of a person: the facts of the stored resources, read once and kept (design 3).

A Medication, a ResearchStudy or a Device of a catalogue is about nobody: what it says is part of what the resources say
that refer to it. These are read each time, so that one that comes later, or changes, counts without more ado.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

import orjson
from msgspec.structs import replace
from sqlmodel import Session

from leptobridge import __version__
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.extraction import REFERRED_TYPES, Extraction, extract
from leptobridge.chart.fact_json import fact_from_json, facts_to_json
from leptobridge.chart.facts import Fact, Source
from leptobridge.chart.mappings import Mappings
from leptobridge.store.facts import KeptReading, StandingResource, keep_readings, resources_to_read
from leptobridge.store.instant import instant_of
from leptobridge.store.persons import person_flags
from leptobridge.store.resources import current_versions
from leptobridge.store.unmapped import UnmappedTerm, count_unmapped

_Json = dict[str, Any]

_REFERRED = re.compile(rf'"({"|".join(REFERRED_TYPES)})/([A-Za-z0-9\-.]{{1,64}})')
#: What a sender whose charts are complete says so by: the therapies themselves, and the patient who may have had none.
_TELLS_OF_THERAPY: Final = frozenset(
    {
        "Patient",
        "Procedure",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
    }
)


def no_zone(_sender: str) -> tzinfo | None:
    """Nobody's zone is known."""
    return None


@dataclass(frozen=True, slots=True)
class FactReader:
    """How stored resources are read.

    ``zone_of`` gives a sender's time zone, for times written with ``Z`` (exchange.md 0, time); ``complete_senders`` are
    those whose charts hold every cancer-directed therapy (exchange.md 7).
    """

    mappings: Mappings
    zone_of: Callable[[str], tzinfo | None] = no_zone
    complete_senders: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """With what readings are made: one made with something else is made anew."""
        return f"{__version__} {self.mappings.version}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of one standing resource; ``to_keep`` where they were read just now."""

    facts: tuple[Fact, ...]
    to_keep: KeptReading | None = None
    unmapped: tuple[UnmappedTerm, ...] = ()


def stored_facts(session: Session, person: str, reader: FactReader) -> tuple[Fact, ...]:
    """All facts of a person. Where it is in doubt who the person is (``patient_conflict``), each of them says so."""
    return facts_of(session, person, read_person(session, person, reader))


def facts_of(session: Session, person: str, readings: Iterable[Reading]) -> tuple[Fact, ...]:
    """The facts of readings, with the flags of the person upon them."""
    facts = tuple(fact for reading in readings for fact in reading.facts)
    flags = person_flags(session, person)
    return tuple(replace(fact, flags=(*fact.flags, *flags)) for fact in facts) if flags else facts


def read_person(session: Session, person: str, reader: FactReader) -> list[Reading]:
    """What every resource about a person says; `keep` stores what was read just now."""
    return read_resources(session, resources_to_read(session, person, reader.version), reader)


def keep(session: Session, readings: Sequence[Reading]) -> None:
    """Store readings that were made just now, and count the codes and words in them that no mapping holds."""
    keep_readings(session, [reading.to_keep for reading in readings if reading.to_keep is not None])
    count_unmapped(session, [term for reading in readings for term in reading.unmapped])


def read_resources(session: Session, resources: Sequence[StandingResource], reader: FactReader) -> list[Reading]:
    """The reading of each resource, kept or made now."""
    names = {resource.key: _REFERRED.findall(resource.raw) for resource in resources if resource.raw is not None}
    referred = _stored(session, {name for found in names.values() for name in found})
    return [
        _read_now(resource, names[resource.key], referred, reader)
        if resource.raw is not None
        else Reading(_with_completeness(resource, _kept(resource), reader))
        for resource in resources
    ]


def _kept(resource: StandingResource) -> tuple[Fact, ...]:
    return tuple(map(fact_from_json, orjson.loads(resource.documents or "[]")))


def _read_now(
    resource: StandingResource,
    names: Sequence[tuple[str, str]],
    referred: Mapping[tuple[str, str], _Json],
    reader: FactReader,
) -> Reading:
    extraction = _extract(resource, {f"{t}/{i}": referred[t, i] for t, i in names if (t, i) in referred}, reader)
    documents = None if names else facts_to_json(extraction.facts)
    is_new = not resource.is_counted
    return Reading(
        facts=_with_completeness(resource, extraction.facts, reader),
        to_keep=KeptReading(resource.key, resource.version, reader.version, documents) if is_new or not names else None,
        unmapped=_terms(extraction, resource.receipt_id) if is_new else (),
    )


def _extract(resource: StandingResource, referred: Mapping[str, _Json], reader: FactReader) -> Extraction:
    data: _Json = orjson.loads(resource.raw or "{}")
    # The sender's own meta.lastUpdated orders what is said, not ours.
    meta = {name: value for name, value in data.get("meta", {}).items() if name != "lastUpdated"}
    if resource.source_updated:
        meta["lastUpdated"] = resource.source_updated
    return extract(
        {**data, "meta": meta},
        reference=f"{resource.type}/{resource.id}",
        version=resource.version,
        received=instant_of(resource.last_updated),
        mappings=reader.mappings,
        zone=reader.zone_of(resource.sender),
        referenced=referred,
    )


def _terms(extraction: Extraction, receipt: str) -> tuple[UnmappedTerm, ...]:
    counts = Counter((term.where, term.system or "", term.term) for term in extraction.unmapped)
    return tuple(UnmappedTerm(*term, count, receipt) for term, count in sorted(counts.items()))


def _stored(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Json]:
    stored = current_versions(session, keys)
    return {key: orjson.loads(resource.raw) for key, resource in stored.items() if not resource.deleted}


def _with_completeness(resource: StandingResource, facts: tuple[Fact, ...], reader: FactReader) -> tuple[Fact, ...]:
    """With what a sender's setting states: up to the receipt, a therapy that is not here was not given (exchange.md 7).

    Never kept: the setting counts as it is now.
    """
    if resource.sender not in reader.complete_senders or resource.type not in _TELLS_OF_THERAPY:
        return facts
    received = instant_of(resource.last_updated)
    day = received.date()
    complete = Fact(
        kind="statement",
        item="therapy_history_complete",
        value=True,
        time=ClinicalTime(day.isoformat(), day, day),
        source=Source(f"{resource.type}/{resource.id}", resource.version, "setting of the sender"),
        recency=received.astimezone(UTC).isoformat(timespec="microseconds"),
    )
    return (*facts, complete)
