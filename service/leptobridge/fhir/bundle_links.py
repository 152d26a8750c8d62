"""How the entries of one Bundle are tied: rewritten references, double identities, urns that no entry carries."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from leptobridge.fhir.bundle_plan import EntryPlan
from leptobridge.fhir.issue import Issue, Severity
from leptobridge.fhir.references import find_references

RESTFUL_URL: Final = re.compile(r"https?://.+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def reference_targets(entries: Iterable[EntryPlan], locations: Mapping[int, str]) -> dict[str, str]:
    """What references within one Bundle are rewritten to, for :func:`received_text.rewrite_references`.

    ``locations`` gives for each entry index the reference under which its resource is stored (``Patient/17``). A
    fullUrl maps to it, and so do the relative form of a fullUrl and the id that the sender wrote into the resource
    (``Patient/sender-id``), unless two entries claim the same form. References that stay as they are are left out.
    """
    claims: dict[str, set[str]] = {}
    for entry in entries:
        location = locations.get(entry.index)
        if location is None:
            continue
        forms = {entry.full_url} if entry.full_url else set()
        if match := RESTFUL_URL.fullmatch(entry.full_url or ""):
            forms.add(f"{match[1]}/{match[2]}")
        if entry.resource is not None and isinstance(entry.resource.get("id"), str):
            forms.add(f"{entry.resource_type}/{entry.resource['id']}")
        for form in forms:
            claims.setdefault(form, set()).add(location)
    return {form: next(iter(found)) for form, found in claims.items() if len(found) == 1 and form not in found}


def faults_between(
    bundle_type: str, entries: Sequence[EntryPlan], *, entry_by_entry: bool = False
) -> dict[int, tuple[Issue, ...]]:
    """Faults that concern several entries, by entry index.

    In a transaction: a fullUrl or a target (PUT, DELETE) named twice, a ``urn:`` reference that no entry carries.
    Elsewhere, and with ``entry_by_entry``, a double name is a warning: the entries are taken one after the other, and
    a reference to nothing is stored as unresolved. A fullUrl that is not absolute is a warning everywhere.
    """
    is_transaction = bundle_type == "transaction"
    severity: Severity = "error" if is_transaction and not entry_by_entry else "warning"
    found: dict[int, tuple[Issue, ...]] = {}
    faults = [*_repeated_urls(entries, severity), *_repeated_targets(entries, severity), *_local_urls(entries)]
    if is_transaction:
        faults += _dangling_urns(entries, severity)
    for index, issue in faults:
        found[index] = (*found.get(index, ()), issue)
    return found


def _repeated_urls(entries: Iterable[EntryPlan], severity: Severity) -> Iterator[tuple[int, Issue]]:
    """fullUrl is unique, but for several versions of one resource (bdl-7)."""
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.full_url is None:
            continue
        meta = (entry.resource or {}).get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        known = first.setdefault((entry.full_url, str(version)), entry.index)
        if known != entry.index:
            sentence = f"Bundle.entry[{known}] has the same fullUrl."
            yield entry.index, Issue(severity, "duplicate", sentence, f"{entry.path}.fullUrl")


def _local_urls(entries: Iterable[EntryPlan]) -> Iterator[tuple[int, Issue]]:
    """fullUrl is absolute; a local one (``Patient/1``) is remarked on, since nothing is lost by it."""
    for entry in entries:
        if entry.full_url is not None and _ABSOLUTE.match(entry.full_url) is None:
            sentence = "fullUrl must be an absolute URL or a urn."
            yield entry.index, Issue("warning", "value", sentence, f"{entry.path}.fullUrl")


def _repeated_targets(entries: Iterable[EntryPlan], severity: Severity) -> Iterator[tuple[int, Issue]]:
    """No two entries write the same resource."""
    first: dict[tuple[str, str | None, str | None], int] = {}
    for entry in entries:
        if entry.method not in ("PUT", "DELETE") or (entry.resource_id is None and entry.query is None):
            continue
        known = first.setdefault((entry.resource_type, entry.resource_id, entry.query), entry.index)
        if known != entry.index:
            where = f"{entry.path}.request.url" if entry.has_request else f"{entry.path}.resource.id"
            yield entry.index, Issue(severity, "duplicate", f"Bundle.entry[{known}] writes the same resource.", where)


def _dangling_urns(entries: Iterable[EntryPlan], severity: Severity) -> Iterator[tuple[int, Issue]]:
    """References to a ``urn:`` that is no entry's fullUrl. The text is asked first: walking every resource is slow."""
    entries = tuple(entries)
    carried = {entry.full_url for entry in entries}
    carried_text = {url.encode() for url in carried if url is not None}
    for entry in entries:
        if entry.resource is None or all(
            value in carried_text or not value.startswith(b"urn:") for value, _ in entry.references
        ):
            continue
        for reference in find_references(entry.resource):
            if reference.kind == "urn" and reference.value not in carried:
                _, _, below = reference.path.partition(".")
                path = f"{entry.path}.resource.{below}.reference"
                yield entry.index, Issue(severity, "not-found", "No entry of the Bundle has this urn as fullUrl.", path)
