"""Which of our ids each entry and each reference means (exchange.md 0, ids and references).

Each sender has ids of its own: what another sender holds is replaced by a new id, and later messages of that sender
are rewritten. Whoever names our version with If-Match, or writes to a URL of ours without a name, addresses our ids.
All look-ups of a message are a few statements, whatever its size.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from sqlmodel import Session

from leptobridge.fhir.issue import Issue
from leptobridge.fhir.references import FoundReference, business_identifiers, find_references, read_reference
from leptobridge.intake.conditions import Condition, condition_of, match_conditions, parse_condition
from leptobridge.intake.entry import Context, Entry
from leptobridge.intake.sender_ids import SenderIds, SourceKey
from leptobridge.intake.senders import sender_of_base, split_resource_url
from leptobridge.store.identities import DEFAULT_SENDER
from leptobridge.store.resources import find_by_urn


def find_targets(session: Session, entries: Sequence[Entry], context: Context) -> None:
    """Give each entry its id, and name the references that have to change with their new text (`Entry.targets`)."""
    for entry in entries:
        entry.references = _references(entry)
    matches = _matches(session, entries)
    ids = SenderIds(session, _written_ids(entries), _referred_ids(entries, context), context.now)
    carriers: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if not entry.refused:
            _assign(entry, matches, carriers, ids, context)
    local = {
        entry.plan.full_url: f"{entry.type}/{entry.id}"
        for entry in entries
        if entry.plan.full_url and entry.id is not None and not entry.refused and entry.plan.method != "DELETE"
    }
    local |= {form: target for form, target in _body_ids(entries).items() if form not in local}
    urns = {url: target for url, target in local.items() if url.startswith("urn:")}
    local |= find_by_urn(session, _dangling_urns(entries, local))
    resolver = _Resolver(local, matches, carriers, ids, context)
    for entry in entries:
        if entry.refused:
            continue
        for reference in entry.references:
            target = resolver.target(entry, reference)
            if target is not None and target != reference.value:
                entry.targets[reference.value] = target
        # Attachments and urls may name entries too; they are not among the references.
        if urns and _has_other_urns(entry):
            entry.has_other_urns = True
            entry.targets = {**urns, **entry.targets}
    ids.record(session)


def _dangling_urns(entries: Sequence[Entry], local: Mapping[str, str]) -> set[str]:
    """Urns that no entry of the message carries: another message may have brought their resources."""
    named = {reference.value for entry in entries for reference in entry.references if reference.kind == "urn"}
    return named - local.keys()


def _has_other_urns(entry: Entry) -> bool:
    return entry.text.count(b'"urn:') > sum([value.startswith(b"urn:") for value, _ in entry.plan.references])


def _body_ids(entries: Sequence[Entry]) -> dict[str, str]:
    """``Patient/sender-id`` of entries that get a new id, unless two of them wrote the same one into the body."""
    claims: dict[str, set[str]] = {}
    for entry in entries:
        written = entry.resource.get("id")
        if entry.plan.method == "POST" and isinstance(written, str) and entry.id is not None and not entry.refused:
            claims.setdefault(f"{entry.type}/{written}", set()).add(f"{entry.type}/{entry.id}")
    return {form: next(iter(targets)) for form, targets in claims.items() if len(targets) == 1}


@lru_cache(maxsize=65_536)
def _classified(value: bytes) -> FoundReference:
    return read_reference({"reference": value.decode()})


def _references(entry: Entry) -> tuple[FoundReference, ...]:
    """Every different literal reference of the resource."""
    if b"\\" in entry.text:
        found: Iterable[FoundReference] = find_references(entry.resource)
        return tuple({reference.value: reference for reference in found if reference.value}.values())
    return tuple(dict.fromkeys([_classified(value) for value, _ in entry.plan.references]))


def _matches(session: Session, entries: Sequence[Entry]) -> Mapping[Condition, tuple[str, ...]]:
    """What every condition of the message matches now, those of references included."""
    conditions: set[Condition] = set()
    for entry in entries:
        condition = condition_of(entry.plan)
        if isinstance(condition, Issue):
            entry.refuse(412, condition.code, condition.diagnostics)
        elif condition is not None:
            entry.condition = condition
            conditions.add(condition)
        referred = (_condition_of(reference) for reference in entry.references if reference.kind == "conditional")
        conditions.update(named for named in referred if named is not None)
    if not conditions:
        return {}
    return match_conditions(session, conditions)


@lru_cache(maxsize=4096)
def _condition_of(reference: FoundReference) -> Condition | None:
    resource_type, _, query = reference.value.partition("?")
    condition = parse_condition(resource_type, query)
    return None if isinstance(condition, Issue) else condition


def _written_ids(entries: Sequence[Entry]) -> Iterator[SourceKey]:
    for entry in entries:
        if entry.source_id is not None and (entry.sender != DEFAULT_SENDER or entry.plan.method == "PUT"):
            yield entry.sender, entry.type, entry.source_id


def _referred_ids(entries: Sequence[Entry], context: Context) -> Iterator[SourceKey]:
    for entry in entries:
        for reference in entry.references:
            if reference.target_type is None or reference.target_id is None:
                continue
            if reference.kind == "relative":
                yield entry.sender, reference.target_type, reference.target_id
            elif reference.kind == "absolute" and (parts := split_resource_url(reference.value)):
                yield _sender(parts[0], context), reference.target_type, reference.target_id


def _sender(base: str, context: Context) -> str:
    return sender_of_base(base, client=context.client, base_url=context.settings.base_url)


def _assign(
    entry: Entry,
    matches: Mapping[Condition, tuple[str, ...]],
    carriers: dict[tuple[str, str], Entry],
    ids: SenderIds,
    context: Context,
) -> None:
    """The id that the entry writes to, or that its condition found."""
    found = matches[entry.condition] if entry.condition else ()
    if len(found) > 1:
        entry.refuse(412, "multiple-matches", "The condition matches several resources.")
        return
    if found:
        entry.id, entry.matched = found[0], True
    elif entry.condition is not None and entry.plan.method == "POST":
        # Two entries that create the same thing on the same condition create it once.
        twin = carriers.get((entry.type, entry.condition.identifier or ""))
        if twin is not None:
            entry.id, entry.matched = twin.id, True
    if entry.id is None:
        entry.id = _own_id(entry, ids, context)
    is_named = entry.sender != DEFAULT_SENDER
    if is_named and entry.plan.method == "POST" and entry.source_id is not None and entry.id is not None:
        ids.name(entry.sender, entry.type, entry.source_id, entry.id)
    if "identifier" in entry.resource and entry.plan.method in ("POST", "PUT") and entry.is_sound:
        for identifier in business_identifiers(entry.resource):
            carriers.setdefault((entry.type, identifier), entry)


def _own_id(entry: Entry, ids: SenderIds, context: Context) -> str | None:
    plan = entry.plan
    if plan.method == "POST":
        return ids.make_new()
    if plan.resource_id is None:
        # A conditional update that matches nothing creates: with the id of the body, if there is one.
        given = entry.resource.get("id") if plan.method == "PUT" else None
        if plan.method != "PUT":
            return None
        return ids.resolve(entry.sender, entry.type, given, reserve=True) if given else ids.make_new()
    if plan.if_match or (context.names_url and entry.sender == DEFAULT_SENDER):
        return ids.resolve(entry.sender, entry.type, plan.resource_id, reserve=False) or plan.resource_id
    if plan.method == "PUT":
        return ids.resolve(entry.sender, entry.type, plan.resource_id, reserve=True)
    return ids.resolve(entry.sender, entry.type, plan.resource_id, reserve=False)


class _Resolver:
    """References of one message to our ids."""

    def __init__(
        self,
        local: Mapping[str, str],
        matches: Mapping[Condition, tuple[str, ...]],
        carriers: Mapping[tuple[str, str], Entry],
        ids: SenderIds,
        context: Context,
    ) -> None:
        self._local = local
        self._matches = matches
        self._carriers = carriers
        self._ids = ids
        self._context = context

    def target(self, entry: Entry, reference: FoundReference) -> str | None:
        """The new text of a reference; None where it stays as it is (exchange.md 0: a dangling one is kept)."""
        match reference.kind:
            case "urn":
                return self._local.get(reference.value)
            case "conditional":
                return self._conditional(entry, reference)
            case "relative":
                return self._relative(entry, reference)
            case "absolute":
                return self._absolute(entry, reference)
        return None

    def _relative(self, entry: Entry, reference: FoundReference) -> str | None:
        base = split_resource_url(entry.plan.full_url)
        named = self._local.get(f"{base[0]}/{reference.value}") if base else None
        named = named or self._local.get(reference.value)
        if named is not None:
            return named
        return self._known(entry.sender, reference, reserve=entry.sender != DEFAULT_SENDER)

    def _absolute(self, entry: Entry, reference: FoundReference) -> str | None:
        plain = reference.value.partition("/_history/")[0]
        if plain in self._local:
            return self._local[plain]
        parts = split_resource_url(reference.value)
        if parts is None:
            return None
        sender = _sender(parts[0], self._context)
        if sender == DEFAULT_SENDER:
            return f"{parts[1]}/{parts[2]}"
        # A patient of another server needs a person already now; anything else of it may never come.
        return self._known(sender, reference, reserve=sender == entry.sender or reference.target_type == "Patient")

    def _known(self, sender: str, reference: FoundReference, *, reserve: bool) -> str | None:
        ours = self._ids.resolve(sender, str(reference.target_type), str(reference.target_id), reserve=reserve)
        if ours is None or (ours == reference.target_id and reference.kind == "relative"):
            return None
        return f"{reference.target_type}/{ours}"

    def _conditional(self, entry: Entry, reference: FoundReference) -> str | None:
        condition = _condition_of(reference)
        if condition is None:
            return None
        found = self._matches.get(condition, ())
        if len(found) == 1:
            return f"{condition.type}/{found[0]}"
        if found:
            entry.refuse(412, "multiple-matches", "A conditional reference matches several resources.")
            return None
        carrier = self._carriers.get((condition.type, condition.identifier or ""))
        return f"{carrier.type}/{carrier.id}" if carrier else None
