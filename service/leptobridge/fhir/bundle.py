"""A Bundle as a plan: what each entry asks for, its resource as data and as received text (http.html#transaction)."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from leptobridge.fhir.bundle_links import RESTFUL_URL, faults_between
from leptobridge.fhir.bundle_plan import BundlePlan, EntryPlan
from leptobridge.fhir.bundle_request import Request, read_request
from leptobridge.fhir.issue import Issue, Severity
from leptobridge.fhir.json_text import without_byte_order_mark
from leptobridge.fhir.references import written_references
from leptobridge.fhir.structure import TOLERANT, Strictness, check_resource, service_validator
from leptobridge.fhir.validation.bundle_rules import bundle_issues

_ENTRY_PATH = re.compile(r"Bundle\.entry\[(\d+)\]")
_BUNDLE_ITSELF: Final = -1
_FIRST_RESOURCE: Final = {"document": "Composition", "message": "MessageHeader"}


__all__ = ["BundlePlan", "EntryPlan", "plan_bundle", "plan_resource"]


def plan_bundle(
    bundle: dict[str, Any], body: bytes, *, entry_by_entry: bool = False, strictness: Strictness = TOLERANT
) -> BundlePlan:
    """Plan a parsed Bundle; ``body`` is the text that ``bundle`` was parsed from. Never raises for bad content.

    ``bundle`` comes from :func:`json_text.parse_resource` of the same ``body``. Resources are checked by
    :func:`structure.check_resource`. Transactions: ``request`` present, fullUrl and targets unique, every ``urn:``
    reference carried by an entry. Sets: PUT-like entries that keep their ids, POST-like without id.

    ``entry_by_entry`` (import of files) takes transactions and batches like sets, too: an entry without request is a
    plain resource, and faults between entries are warnings. ``strictness`` is that of the resources' check; one that
    rejects asks all rules of Bundles, too.
    """
    itself = service_validator().check_bundle_itself(bundle, strictness)
    if strictness.rejects:
        itself += bundle_issues(bundle)
    else:  # what matters of these is said below, at the entries
        itself = [issue for issue in itself if not issue.rule.startswith("bdl-")]
    shallow = _issues_by_entry(itself)
    kind = bundle.get("type")
    bundle_type = kind if isinstance(kind, str) and not _is_at("Bundle.type", shallow.get(_BUNDLE_ITSELF, ())) else ""
    has_requests = bundle_type in ("transaction", "batch")
    needs_request = has_requests and not entry_by_entry
    listed = bundle.get("entry")
    entries = listed if isinstance(listed, list) else []
    texts = _resource_texts(body, len(entries))
    plans: list[EntryPlan] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and not _is_left_out(entry, needs_request):
            plan = _plan_entry(index, entry, texts[index], needs_request, has_requests, strictness=strictness)
            around = shallow.pop(index, ())
            plans.append(replace(plan, issues=(*around, *plan.issues)) if around else plan)
    between = faults_between(bundle_type, plans, entry_by_entry=entry_by_entry)
    planned = tuple(
        replace(plan, issues=(*plan.issues, *between[plan.index])) if plan.index in between else plan for plan in plans
    )
    issues = tuple(issue for found in shallow.values() for issue in found) + _first_resource(bundle_type, planned)
    shown_type = "batch" if entry_by_entry and bundle_type == "transaction" else bundle_type
    return BundlePlan(type=shown_type, entries=planned, issues=issues)


def plan_resource(
    resource: dict[str, Any],
    text: bytes,
    *,
    index: int = 0,
    strictness: Strictness = TOLERANT,
    in_transaction: bool = False,
) -> EntryPlan:
    """A single resource outside any Bundle as the plain entry that a set would hold for it, checked.

    Paths of its issues start with the resource type.
    """
    issues = tuple(check_resource(resource, strictness=strictness, in_transaction=in_transaction))
    name, identity = resource.get("resourceType"), resource.get("id")
    known = identity if isinstance(identity, str) else None
    text = without_byte_order_mark(text)
    return EntryPlan(
        index=index,
        method="PUT" if known else "POST",
        resource_type=name if isinstance(name, str) else "",
        resource_id=known,
        resource=resource,
        text=text,
        references=written_references(text),
        has_request=False,
        issues=issues,
    )


class _EntryText(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"")


class _BundleText(msgspec.Struct):
    entry: list[_EntryText] = []


_decode_texts = msgspec.json.Decoder(_BundleText).decode


def _resource_texts(body: bytes, count: int) -> list[bytes]:
    """The received text of each entry's resource; empty texts where the Bundle has not the shape for it."""
    try:
        texts = [bytes(entry.resource) for entry in _decode_texts(without_byte_order_mark(body)).entry]
    except msgspec.DecodeError:
        return [b""] * count
    return texts if len(texts) == count else [b""] * count


def _issues_by_entry(issues: Iterable[Issue]) -> dict[int, tuple[Issue, ...]]:
    """By entry index; those of the Bundle itself under ``_BUNDLE_ITSELF``."""
    found: dict[int, tuple[Issue, ...]] = {}
    for issue in issues:
        match = _ENTRY_PATH.match(issue.expression)
        index = int(match[1]) if match else _BUNDLE_ITSELF
        found[index] = (*found.get(index, ()), issue)
    return found


def _is_left_out(entry: dict[str, Any], needs_request: bool) -> bool:
    """Entries of a result that hold nothing to store: outcomes of a search, responses without resource."""
    if needs_request:
        return False
    search = entry.get("search")
    is_outcome = isinstance(search, dict) and search.get("mode") == "outcome"
    is_bare_response = "resource" not in entry and "response" in entry
    return is_outcome or is_bare_response


def _plan_entry(
    index: int, entry: dict[str, Any], text: bytes, needs_request: bool, reads_request: bool, *, strictness: Strictness
) -> EntryPlan:
    path = f"Bundle.entry[{index}]"
    written = entry.get("fullUrl")
    full_url = written if isinstance(written, str) else None
    if needs_request or (reads_request and "request" in entry):
        return _plan_requested(
            index, entry, text, full_url, "error" if needs_request else "warning", strictness=strictness
        )
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        missing = Issue("error", "required", "The entry has no resource.", f"{path}.resource")
        return EntryPlan(
            index=index, method="POST", resource_type="", full_url=full_url, has_request=False, issues=(missing,)
        )
    plan = plan_resource(resource, text, index=index, strictness=strictness, in_transaction=reads_request)
    issues = tuple(issue.below(f"{path}.resource") for issue in plan.issues)
    match = RESTFUL_URL.fullmatch(full_url or "")
    if match and plan.resource_id is None and match[1] == plan.resource_type:
        plan = replace(plan, method="PUT", resource_id=match[2])
    elif match and (match[1], match[2]) != (plan.resource_type, plan.resource_id):
        sentence = "fullUrl names another type or id than the resource; the resource's are taken."
        issues += (Issue("warning", "value", sentence, f"{path}.fullUrl"),)
    return replace(plan, full_url=full_url, issues=issues)


def _plan_requested(
    index: int, entry: dict[str, Any], text: bytes, full_url: str | None, severity: Severity, *, strictness: Strictness
) -> EntryPlan:
    path = f"Bundle.entry[{index}]"
    request, issues = read_request(entry.get("request"), f"{path}.request")
    resource = entry.get("resource")
    is_write = request is None or request.method in ("POST", "PUT")
    if is_write and (resource is not None or request is not None):
        issues += _check_written(request, resource, path, severity, strictness)
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    asked = request or Request("POST", "")
    headers = entry["request"] if isinstance(entry.get("request"), dict) else {}
    return EntryPlan(
        index=index,
        method=asked.method,
        resource_type=name if is_write and isinstance(name, str) else asked.resource_type,
        resource_id=asked.resource_id,
        query=asked.query,
        url=asked.url,
        full_url=full_url,
        if_none_exist=_text(headers.get("ifNoneExist")),
        if_match=_text(headers.get("ifMatch")),
        if_none_match=_text(headers.get("ifNoneMatch")),
        if_modified_since=_text(headers.get("ifModifiedSince")),
        resource=resource if is_write and isinstance(resource, dict) else None,
        text=text if is_write else b"",
        references=written_references(text) if is_write else [],
        issues=tuple(issues),
    )


def _check_written(
    request: Request | None, resource: Any, path: str, severity: Severity, strictness: Strictness
) -> list[Issue]:
    """The resource of a POST or PUT, and (with ``severity``) whether it is the one that the URL names."""
    where = f"{path}.resource"
    if resource is None:
        return [Issue("error", "required", "A POST or PUT needs a resource.", where)]
    checked = check_resource(resource, strictness=strictness, in_transaction=True)
    issues = [issue.below(where) for issue in checked]
    if request is None or not isinstance(resource, dict):
        return issues
    if request.resource_type and resource.get("resourceType") != request.resource_type:
        issues.append(Issue(severity, "invalid", "The resource is not of the type that the URL names.", where))
    if request.method == "PUT" and request.resource_id is not None and resource.get("id") != request.resource_id:
        sentence = "The id of the resource must be the one that the URL of the PUT names."
        issues.append(Issue(severity, "value", sentence, f"{where}.id"))
    return issues


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first_resource(bundle_type: str, entries: tuple[EntryPlan, ...]) -> tuple[Issue, ...]:
    """A document begins with its Composition, a message with its header (bdl-11, bdl-12)."""
    wanted = _FIRST_RESOURCE.get(bundle_type)
    if wanted is None or (entries and entries[0].resource_type == wanted):
        return ()
    return (Issue("warning", "invariant", f"The first resource of a {bundle_type} is a {wanted}.", "Bundle.entry[0]"),)


def _is_at(path: str, issues: Iterable[Issue]) -> bool:
    return any(issue.expression == path for issue in issues)
