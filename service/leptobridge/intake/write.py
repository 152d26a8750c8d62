"""Write decided entries: resources, search values, persons and due persons, each in a few statements."""

from collections.abc import Sequence

import orjson
from sqlmodel import Session

from leptobridge.chart.extraction import REFERRED_TYPES
from leptobridge.fhir.issue import operation_outcome
from leptobridge.fhir.search_values import SearchValues, search_values
from leptobridge.intake.entry import Context, Entry
from leptobridge.intake.recency import source_times
from leptobridge.intake.subject import alias_statements, subject_of, urn_alias
from leptobridge.store.due import mark_due
from leptobridge.store.identities import DEFAULT_SENDER
from leptobridge.store.instant import instant_text
from leptobridge.store.person_groups import AliasStatement
from leptobridge.store.persons import lock_names, persons_of, state_aliases
from leptobridge.store.resources import (
    FULL_URL,
    ResourceToStore,
    allocate_keys,
    insert_late_versions,
    insert_resources,
    known_subjects,
    persons_referring_to,
    replace_resources,
)
from leptobridge.store.specimen_owners import own_specimens

_SPECIMEN = ("specimen", "Specimen")


def write_entries(session: Session, entries: Sequence[Entry], context: Context) -> frozenset[str]:
    """Carry the actions out; answers whom they concern. The persons are due from now on."""
    written = [entry for entry in entries if entry.action != "nothing" and not entry.refused]
    if not written:
        return frozenset()
    inserted = [entry for entry in written if entry.action == "insert"]
    for entry, key in zip(inserted, allocate_keys(session, len(inserted)), strict=True):
        entry.key = key
    for entry in written:
        if entry.current is not None:
            entry.key = entry.current.key
    concerned = _settle_persons(session, [entry for entry in written if entry.action != "late"], context)
    rows = {id(entry): _row(entry, context) for entry in written}
    replaced = [entry for entry in written if entry.action == "replace"]
    insert_resources(session, [rows[id(entry)] for entry in inserted])
    replace_resources(session, [rows[id(entry)] for entry in replaced])
    insert_late_versions(session, [rows[id(entry)] for entry in written if entry.action == "late"])
    current = [entry for entry in written if entry.action in ("insert", "replace")]
    concerned |= own_specimens(session, _specimens([rows[id(entry)] for entry in current]))
    # Those who refer to what arrives, and to what says something in their name, are told something new.
    news = [
        (e.type, str(e.id)) for e in current if e.person is None and (e.action == "insert" or e.type in REFERRED_TYPES)
    ]
    concerned |= set(persons_referring_to(session, news))
    if context.settings.channel_evaluates:
        mark_due(session, concerned, context.now)
    return frozenset(concerned)


def _settle_persons(session: Session, entries: Sequence[Entry], context: Context) -> set[str]:
    """Subject and person of each entry, after everything that the message says about persons was taken in."""
    statements: dict[str, AliasStatement] = {}
    for entry in entries:
        if entry.plan.method == "DELETE":
            entry.subject = entry.current.subject if entry.current else None
            if entry.type == "Patient" and entry.subject:
                statements[entry.subject] = AliasStatement(alias=entry.subject, identifiers=frozenset())
        else:
            subject = subject_of(entry.resource, entry.sender)
            entry.subject = subject.alias if subject else None
            if subject and entry.is_sound:
                for statement in alias_statements(entry.resource, subject, entry.sender):
                    # A patient says more about itself than a reference to it does.
                    if entry.type == "Patient" or statement.alias not in statements:
                        statements[statement.alias] = statement
    for statement in _awaited(session, entries):
        statements.setdefault(statement.alias, statement)
    subjects = {entry.subject for entry in entries if entry.subject}
    named = {identifier for statement in statements.values() for identifier in statement.identifiers}
    lock_names(session, changed=named | statements.keys(), read=subjects)
    changed, persons = state_aliases(session, list(statements.values()), context.receipt)
    persons |= persons_of(session, subjects - persons.keys())
    concerned = set(changed)
    for entry in entries:
        entry.person = persons[entry.subject] if entry.subject else None
        concerned.update(person for person in (entry.person, entry.current and entry.current.person) if person)
    return concerned


def _awaited(session: Session, entries: Sequence[Entry]) -> list[AliasStatement]:
    """Patients who come now, and of whom earlier messages knew nothing but the urn: the urn stood for them."""
    arrived = {
        alias: entry.subject
        for entry in entries
        if entry.type == "Patient" and entry.urn and entry.is_sound and (alias := urn_alias(entry.urn))
    }
    waiting = known_subjects(session, [alias for alias, subject in arrived.items() if alias != subject])
    return [
        AliasStatement(alias=alias, identifiers=frozenset(), replaced_by=arrived[alias], provisional=True)
        for alias in waiting
    ]


def _row(entry: Entry, context: Context) -> ResourceToStore:
    deleted = entry.plan.method == "DELETE"
    values = None if deleted else search_values(entry.resource)
    updated, issued = (None, None) if deleted else source_times(entry.resource)
    # The holder of an id stays: whoever writes with If-Match writes the holder's resource.
    holder = entry.current.sender if entry.current else entry.sender
    faults = [issue for issue in entry.plan.issues if issue.is_error] if entry.plan.issues else []
    return ResourceToStore(
        key=entry.key,
        type=entry.type,
        id=str(entry.id),
        version=entry.version,
        latest_version=entry.version,
        last_updated=entry.last_updated,
        method=entry.plan.method,
        sender=holder,
        receipt_id=context.receipt,
        raw="" if deleted else entry.text.decode(),
        deleted=deleted,
        source_id=entry.current.source_id if entry.current else _source_id(entry),
        source_updated=updated,
        source_issued=issued,
        subject=entry.subject,
        person=entry.person,
        status=values.status if values else None,
        date_first=instant_text(values.first) if values and values.first else None,
        date_last=instant_text(values.last) if values and values.last else None,
        issues=orjson.dumps(operation_outcome(faults)).decode() if faults else None,
        search=_search_entries(values, entry, context) if values else frozenset(),
    )


def _specimens(rows: Sequence[ResourceToStore]) -> set[str]:
    """Ids of Specimens that came without a subject, or that what came refers to; not those that came with one."""
    named = {value for row in rows for parameter, value, system in row.search if (parameter, system) == _SPECIMEN}
    came = [row for row in rows if row.type == "Specimen"]
    return named.union(row.id for row in came if row.person is None).difference(row.id for row in came if row.person)


def _search_entries(values: SearchValues, entry: Entry, context: Context) -> frozenset[tuple[str, str, str]]:
    """What search finds the resource by, and the urn by which resources of later messages may still name it.

    In a transaction every urn is carried; a patient alone is named again by what comes later.
    """
    if entry.urn is None or (context.all_or_nothing and entry.type != "Patient"):
        return values.entries
    return values.entries | {(FULL_URL, entry.urn, "")}


def _source_id(entry: Entry) -> str | None:
    return None if entry.sender == DEFAULT_SENDER else entry.source_id
