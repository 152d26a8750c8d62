"""What each entry does to the store, given the current version of its target (http.html#update, exchange.md 0)."""

from collections.abc import Sequence
from typing import Any, cast

import orjson
from sqlmodel import Session

from leptobridge.chart.resource_reading import resource_status
from leptobridge.intake.entry import Context, Entry
from leptobridge.intake.recency import is_older, source_times
from leptobridge.intake.stored_text import with_identity, with_targets
from leptobridge.intake.subject import Subject, alias_statements
from leptobridge.store.instant import instant_text
from leptobridge.store.person_groups import contradict
from leptobridge.store.resources import CurrentResource, current_versions


def decide_actions(session: Session, entries: Sequence[Entry], context: Context) -> None:
    """Set action, status, version and text of each entry. No two entries may have the same target."""
    wanted = [(entry.type, entry.id) for entry in entries if entry.id is not None and _may_exist(entry)]
    stored = current_versions(session, wanted, for_update=True)
    for entry in entries:
        if entry.refused or entry.id is None:
            if entry.status is None and entry.plan.method == "DELETE":
                entry.status = 204
            continue
        entry.current = stored.get((entry.type, entry.id))
        if entry.plan.method == "DELETE":
            _decide_delete(entry, context)
        elif entry.plan.method in ("POST", "PUT"):
            _decide_write(entry, context)


def _may_exist(entry: Entry) -> bool:
    return entry.matched or entry.plan.method != "POST"


def _decide_delete(entry: Entry, context: Context) -> None:
    current = entry.current
    if not _precondition(entry, current):
        return
    entry.status = 204
    if current is not None and not current.deleted:
        entry.action = "replace"
        entry.version = current.latest_version + 1
        entry.last_updated = instant_text(context.now)


def _decide_write(entry: Entry, context: Context) -> None:
    current = entry.current
    if entry.matched and entry.type == "Patient" and current is not None and _contradicts(entry, current):
        entry.refuse(412, "conflict", "The patient with this identifier has another birth date or sex.")
        return
    if entry.matched and entry.plan.method == "POST":
        # If-None-Exist found it: nothing is stored.
        entry.status = 200
        entry.version = current.version if current else 1
        entry.last_updated = current.last_updated if current else instant_text(context.now)
        return
    if not _precondition(entry, current):
        return
    if entry.plan.if_none_match == "*" and current is not None and not current.deleted:
        entry.refuse(412, "conflict", "The resource exists already.")
        return
    text = with_targets(entry.text, entry.targets, entry.plan.references, elsewhere=entry.has_other_urns)
    entry.last_updated = instant_text(context.now)
    entry.resource = {**_with_targets(entry, text), "id": entry.id}
    if current is None:
        entry.version, entry.status, entry.action = 1, 201, "insert"
    elif _unchanged(text, entry, current):
        entry.version, entry.status, entry.last_updated = current.version, 200, current.last_updated
        return
    else:
        entry.version = current.latest_version + 1
        entry.status = 201 if current.deleted else 200
        times = source_times(entry.resource)
        standing = (current.source_updated, current.source_issued)
        late = is_older(times, standing) or (times == standing and _withdrawn(entry, current))
        entry.action = "late" if late else "replace"
    entry.text = _stored_text(text, entry, entry.version, entry.last_updated)


def _with_targets(entry: Entry, text: bytes) -> dict[str, Any]:
    """The resource as ``text`` has it. Of most only the References that stand at its top are asked for from here on,
    and to change those costs less than to read the text again.
    """
    if not entry.targets:
        return entry.resource
    if entry.type == "Patient":
        return cast(dict[str, Any], orjson.loads(text))
    targets = entry.targets
    changed = dict(entry.resource)
    for name, value in entry.resource.items():
        if type(value) is dict and value.get("reference") in targets:
            changed[name] = {**value, "reference": targets[value["reference"]]}
        elif type(value) is list and type(value[0]) is dict and "reference" in value[0]:
            changed[name] = [
                {**item, "reference": targets[item["reference"]]} if item.get("reference") in targets else item
                for item in value
            ]
    return changed


def _stored_text(text: bytes, entry: Entry, version: int, last_updated: str) -> bytes:
    members = entry.plan.resource or {}
    return with_identity(text, members, resource_id=str(entry.id), version=version, last_updated=last_updated)


def _unchanged(text: bytes, entry: Entry, current: CurrentResource) -> bool:
    """Whether the current version says just the same: it is then left as it is."""
    if current.deleted or source_times(entry.resource) != (current.source_updated, current.source_issued):
        return False
    return _stored_text(text, entry, current.version, current.last_updated) == current.raw.encode()


def _withdrawn(entry: Entry, current: CurrentResource) -> bool:
    """Whether the current version, which says to be as old as the new one, took itself back: that is final for it."""
    if current.deleted or (current.source_updated, current.source_issued) == (None, None):
        return False
    return resource_status(orjson.loads(current.raw)) == "retracted" and resource_status(entry.resource) != "retracted"


def _precondition(entry: Entry, current: CurrentResource | None) -> bool:
    wanted = entry.plan.if_match
    if not wanted or (current is not None and wanted in (f'W/"{current.version}"', f'"{current.version}"')):
        return True
    if current is not None and wanted.strip('W/"') == str(current.version):
        return True
    entry.refuse(412, "conflict", "The current version is not the one that If-Match names.")
    return False


def _contradicts(entry: Entry, current: CurrentResource) -> bool:
    if current.deleted or not entry.is_sound:
        return False
    standing = orjson.loads(current.raw)
    patient = Subject(f"Patient/{entry.id}")
    said, known = (alias_statements(resource, patient, entry.sender)[0] for resource in (entry.resource, standing))
    return contradict(said, known)
