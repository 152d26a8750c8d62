"""Take entries in: targets, decisions and writes of one message, inside its transaction."""

from collections.abc import Iterable, Iterator, Sequence

from sqlmodel import Session

from leptobridge.fhir.bundle import BundlePlan, EntryPlan
from leptobridge.intake.answer import RefusedError
from leptobridge.intake.decide import decide_actions
from leptobridge.intake.entry import Context, Entry
from leptobridge.intake.senders import sender_of_entry, split_resource_url
from leptobridge.intake.targets import find_targets
from leptobridge.intake.write import write_entries
from leptobridge.store.resources import read_resource, read_version


def take_entries(session: Session, plans: Iterable[EntryPlan], context: Context) -> tuple[list[Entry], frozenset[str]]:
    """Carry the plans out in their order; answers the entries and whom they concern.

    Raises RefusedError for the first entries that are refused, if it is to be all or nothing. A resource that several
    entries write is written by one after the other.
    """
    entries = [_entry(plan, context) for plan in plans]
    if context.all_or_nothing:
        _raise_if_refused(entries)
    find_targets(session, entries, context)
    if context.all_or_nothing:
        _refuse_rival_writes(entries)
    concerned: set[str] = set()
    for wave in _waves(entries):
        if context.all_or_nothing:
            _raise_if_refused(entries)
        decide_actions(session, wave, context)
        if context.all_or_nothing:
            _raise_if_refused(entries)
        concerned |= write_entries(session, wave, context)
    for entry in entries:
        if entry.plan.method in ("GET", "HEAD") and not entry.refused:
            _read(session, entry)
    if context.all_or_nothing:
        _raise_if_refused(entries)
    return entries, frozenset(concerned)


def _entry(plan: EntryPlan, context: Context) -> Entry:
    settings = context.settings
    entry = Entry(
        plan=plan,
        type=plan.resource_type,
        sender=sender_of_entry(plan.full_url, client=context.client, base_url=settings.base_url),
        source_id=_source_id(plan),
        text=plan.text,
        resource=plan.resource or {},
    )
    if plan.issues:
        entry.issues.extend(plan.issues)
        entry.is_sound = not plan.has_errors
    if not entry.is_sound and not (context.importing and _can_be_kept(plan)):
        entry.status = 422 if any(issue.code == "business-rule" for issue in plan.issues) else 400
        entry.refused = True
    if plan.method == "PATCH" and not entry.refused:
        entry.refuse(405, "not-supported", "PATCH is not supported.")
    return entry


def _source_id(plan: EntryPlan) -> str | None:
    """The sender's id of the resource: that of the URL, else that of the fullUrl."""
    if plan.resource_id is not None:
        return plan.resource_id
    parts = split_resource_url(plan.full_url)
    return parts[2] if parts is not None and parts[1] == plan.resource_type else None


def _can_be_kept(plan: EntryPlan) -> bool:
    """Whether an import can keep a faulty resource: it has a type and a text, and its id can be an id."""
    return (
        plan.method in ("POST", "PUT")
        and bool(plan.resource)
        and bool(plan.text)
        and plan.resource_type.isalpha()
        and not any(issue.expression.endswith((".request", ".request.url", ".id", ".meta")) for issue in plan.issues)
    )


def _waves(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in order, a new wave where one has the target of an earlier entry of the wave."""
    wave: list[Entry] = []
    targets: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.plan.method in ("GET", "HEAD"):
            continue
        if entry.id is not None:
            target = (entry.type, entry.id)
            if target in targets:
                yield wave
                wave, targets = [], set()
            targets.add(target)
        wave.append(entry)
    if wave:
        yield wave


def _refuse_rival_writes(entries: Sequence[Entry]) -> None:
    """In a transaction no resource is written twice, also if one of the two found it by a condition."""
    first: dict[tuple[str, str | None], Entry] = {}
    for entry in entries:
        writes = entry.plan.method in ("PUT", "DELETE") or (entry.plan.method == "POST" and not entry.matched)
        if writes and entry.id is not None and not entry.refused:
            rival = first.setdefault((entry.type, entry.id), entry)
            if rival is not entry:
                entry.refuse(400, "duplicate", f"{rival.place} writes the same resource.")


def _raise_if_refused(entries: Sequence[Entry]) -> None:
    refused = [entry for entry in entries if entry.refused]
    if refused:
        status = refused[0].status or 400
        raise RefusedError(status, [issue for entry in refused for issue in entry.issues])


def refuse_faulty_plan(plan: BundlePlan) -> None:
    """Raise RefusedError for a Bundle that cannot be taken at all: every fault is named."""
    if any(issue.is_error for issue in plan.issues) or (plan.is_transaction and plan.has_errors):
        raise RefusedError(400, plan.all_issues())


def _read(session: Session, entry: Entry) -> None:
    """Read one resource for a GET entry; searches inside a Bundle are refused."""
    url = entry.plan.url.strip("/").split("/")
    if entry.plan.resource_id is None or "?" in entry.plan.url:
        entry.refuse(400, "not-supported", "Inside a Bundle only reads of single resources are supported.")
        return
    if len(url) == 4 and url[2] == "_history" and url[3].isdigit():
        found = read_version(session, entry.type, entry.plan.resource_id, int(url[3]))
    else:
        found = read_resource(session, entry.type, entry.plan.resource_id)
    if found is None:
        entry.refuse(404, "not-found", "There is no such resource.")
    elif found.deleted:
        entry.refuse(410, "deleted", "The resource was deleted.")
    else:
        entry.status, entry.id = 200, entry.plan.resource_id
        entry.version, entry.last_updated, entry.text = found.version, found.last_updated, found.raw.encode()
