"""The facts of resources as rows, and the codes and words in them that no mapping holds.

A Medication or ResearchStudy is about nobody: what it says becomes a fact of the resources that refer to it. When one
arrives or changes, the facts of those that came before are read anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlmodel import Session

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.extraction import extract
from leptobridge.chart.fact_json import fact_to_json
from leptobridge.chart.facts import Fact, Source
from leptobridge.chart.mappings import Mappings
from leptobridge.intake.entry import Context, Entry
from leptobridge.store.facts import FactToStore, insert_facts, remove_facts
from leptobridge.store.instant import instant_of
from leptobridge.store.resources import CurrentResource, ResourceKey, current_versions, referring_resources
from leptobridge.store.unmapped import count_unmapped

#: Types without a patient whose content is read where they are referred to.
REFERRED_TYPES = frozenset({"Medication", "ResearchStudy"})
#: What a sender whose charts are complete says so by: the therapies themselves, and the patient who may have had none.
_TELLS_OF_THERAPY = frozenset(
    {
        "Patient",
        "Procedure",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
    }
)

_Json = dict[str, Any]


def write_facts(session: Session, entries: Sequence[Entry], context: Context, mappings: Mappings) -> set[str]:
    """Store the facts of entries that became current; answers persons whose earlier facts were read anew."""
    sound = [entry for entry in entries if entry.plan.method != "DELETE" and entry.is_sound]
    referred = _referred(session, sound)
    rows: list[FactToStore] = []
    unmapped: Counter[tuple[str, str, str]] = Counter()
    for entry in sound:
        wanted = {key: referred[key] for key in _referred_keys(entry) if key in referred} if referred else {}
        rows += _facts(
            entry.resource,
            key=entry.key,
            version=entry.version,
            person=entry.person,
            sender=entry.sender,
            received=context.now,
            referred=wanted,
            context=context,
            mappings=mappings,
            unmapped=unmapped,
        )
    written = {entry.key for entry in entries}
    changed = [(entry.type, str(entry.id)) for entry in entries if entry.type in REFERRED_TYPES]
    late = [resource for resource in referring_resources(session, changed) if resource.key not in written]
    remove_facts(session, [resource.key for resource in late])
    rows += _read_anew(session, late, context, mappings)
    insert_facts(session, rows)
    count_unmapped(session, unmapped, context.receipt)
    return {resource.person for resource in late if resource.person}


def _referred_keys(entry: Entry) -> list[str]:
    """Stored references of an entry to resources that it is read with."""
    found = (entry.targets.get(reference.value, reference.value) for reference in entry.references)
    return [target for target in found if target.partition("/")[0] in REFERRED_TYPES]


def _referred(session: Session, entries: Sequence[Entry]) -> dict[str, _Json]:
    """The referred resources by ``Type/id``, of this message or stored before."""
    found = {f"{entry.type}/{entry.id}": entry.resource for entry in entries if entry.type in REFERRED_TYPES}
    wanted = {key for entry in entries for key in _referred_keys(entry)} - found.keys()
    return found | _stored(session, wanted)


def _stored(session: Session, references: Iterable[str]) -> dict[str, _Json]:
    keys: list[ResourceKey] = []
    for reference in references:
        resource_type, _, resource_id = reference.partition("/")
        keys.append((resource_type, resource_id))
    stored = current_versions(session, keys)
    return {
        f"{resource_type}/{resource_id}": orjson.loads(resource.raw)
        for (resource_type, resource_id), resource in stored.items()
        if not resource.deleted
    }


def _read_anew(
    session: Session, resources: Sequence[CurrentResource], context: Context, mappings: Mappings
) -> list[FactToStore]:
    parsed = {resource.key: _as_sent(resource) for resource in resources}
    wanted = {key: _references_in(parsed[key]) for key in parsed}
    referred = _stored(session, {reference for references in wanted.values() for reference in references})
    rows: list[FactToStore] = []
    for resource in resources:
        rows += _facts(
            parsed[resource.key],
            key=resource.key,
            version=resource.version,
            person=resource.person,
            sender=resource.sender,
            received=instant_of(resource.last_updated),
            referred={name: referred[name] for name in wanted[resource.key] if name in referred},
            context=context,
            mappings=mappings,
            # Its unmapped terms were counted when it came.
            unmapped=Counter(),
        )
    return rows


def _as_sent(resource: CurrentResource) -> _Json:
    """The stored resource with the sender's own ``meta.lastUpdated`` in place of ours."""
    data: _Json = orjson.loads(resource.raw)
    meta = {name: value for name, value in data.get("meta", {}).items() if name != "lastUpdated"}
    if resource.source_updated:
        meta["lastUpdated"] = resource.source_updated
    return {**data, "meta": meta}


def _references_in(resource: _Json) -> list[str]:
    holders = (resource.get("medicationReference"), resource.get("study"))
    return [holder["reference"] for holder in holders if isinstance(holder, dict) and "reference" in holder]


def _facts(
    resource: _Json,
    *,
    key: int,
    version: int,
    person: str | None,
    sender: str,
    received: datetime,
    referred: Mapping[str, _Json],
    context: Context,
    mappings: Mappings,
    unmapped: Counter[tuple[str, str, str]],
) -> list[FactToStore]:
    reference = f"{resource['resourceType']}/{resource['id']}"
    extraction = extract(
        resource,
        reference=reference,
        version=version,
        received=received,
        mappings=mappings,
        zone=context.settings.zone_of(sender),
        referenced=referred,
    )
    facts = extraction.facts
    if sender in context.settings.complete_senders and resource["resourceType"] in _TELLS_OF_THERAPY:
        facts = (*facts, _complete_history(Source(reference, version, "setting of the sender"), received))
    unmapped.update((term.where, term.system or "", term.term) for term in extraction.unmapped)
    return [
        FactToStore(
            kind=fact.kind,
            resource_key=key,
            reference=reference,
            version=version,
            first_day=fact.time.first.isoformat() if fact.time else None,
            document=fact_to_json(fact),
            person=person,
        )
        for fact in facts
    ]


def _complete_history(source: Source, received: datetime) -> Fact:
    """What a sender's setting states: up to the receipt, a therapy that is not here was not given (exchange.md 7)."""
    day = received.date()
    return Fact(
        kind="statement",
        item="therapy_history_complete",
        value=True,
        time=ClinicalTime(day.isoformat(), day, day),
        source=source,
        recency=received.astimezone(UTC).isoformat(timespec="microseconds"),
    )
