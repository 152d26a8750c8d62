"""What a Bundle demands of its entries together (bundle.html): full URLs, first entries, links, results, documents."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.references import find_references

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_RESTFUL_URL = re.compile(r"https?://.+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})", re.ASCII)
_FULL_URL_OPTIONAL: Final = frozenset({"transaction", "transaction-response", "batch", "batch-response"})
_PAGED: Final = frozenset({"searchset", "history"})
_PAGES: Final = frozenset({"first", "previous", "next", "last"})

#: References of a document's Composition that must lead into the Bundle (documents.html#content).
_OF_DOCUMENT: Final = ("subject", "encounter", "author", "custodian")

Json = dict[str, Any]


def bundle_issues(bundle: Json) -> list[Issue]:
    """The faults of a Bundle that no entry shows alone. Total: what is of another shape is passed over."""
    kind = bundle.get("type")
    if not isinstance(kind, str):
        return []
    try:
        return _issues(bundle, kind, list(_objects(bundle.get("entry"))))
    except (TypeError, AttributeError, KeyError, ValueError):
        return []  # of another shape than a Bundle has: the structure says so


def _issues(bundle: Json, kind: str, entries: list[Json]) -> list[Issue]:
    found = [*_links(bundle, kind), *_first(kind, entries), *_full_urls(kind, entries), *_versions(kind, entries)]
    if kind == "searchset":
        found += _search_results(bundle, entries)
    if kind in ("document", "message"):
        found += _within(kind, entries)
    return found


def _rule(path: str, sentence: str) -> Issue:
    return Issue("error", "business-rule", sentence, path, "bundle")


def _objects(value: Any) -> Iterator[Json]:
    for item in value if isinstance(value, list) else ():
        yield item if isinstance(item, dict) else {}


def _resource(entry: Mapping[str, Any]) -> Json:
    resource = entry.get("resource")
    return resource if isinstance(resource, dict) else {}


def _links(bundle: Json, kind: str) -> Iterator[Issue]:
    """Links to pages occur once in results of a search, and nowhere else."""
    seen: set[str] = set()
    for index, link in enumerate(_objects(bundle.get("link"))):
        relation = link.get("relation")
        if not isinstance(relation, str):
            continue
        if relation in _PAGES and kind not in _PAGED:
            yield _rule(f"Bundle.link[{index}].relation", "Only results of searches and histories have pages.")
        elif relation in seen and (relation in _PAGES or relation == "self"):
            yield _rule(f"Bundle.link[{index}]", "A link of this relation occurs once.")
        seen.add(relation)


def _first(kind: str, entries: list[Json]) -> Iterator[Issue]:
    """A document begins with its Composition, a message with its header (bdl-11, bdl-12)."""
    wanted = {"document": ("Composition", "bdl-11"), "message": ("MessageHeader", "bdl-12")}.get(kind)
    if wanted is not None and (not entries or _resource(entries[0]).get("resourceType") != wanted[0]):
        sentence = f"The first resource of a {kind} is a {wanted[0]}."
        yield Issue("error", "invariant", sentence, "Bundle.entry[0]" if entries else "Bundle.entry", wanted[1])


def _full_urls(kind: str, entries: list[Json]) -> Iterator[Issue]:
    """fullUrl is absolute, agrees with the resource, and is there where references may need it."""
    for index, entry in enumerate(entries):
        path = f"Bundle.entry[{index}]"
        url, resource = entry.get("fullUrl"), _resource(entry)
        if url is None:
            if kind not in _FULL_URL_OPTIONAL and resource:
                yield _rule(f"{path}.fullUrl", f"The entries of a {kind} need a fullUrl.")
            continue
        if not isinstance(url, str):
            continue
        if _ABSOLUTE.match(url) is None:
            yield _rule(f"{path}.fullUrl", "fullUrl must be an absolute URL or a urn.")
        match = _RESTFUL_URL.fullmatch(url)
        is_typed = match is not None and match[1] in r4_definitions().resource_types
        if is_typed and match is not None and resource and "resourceType" in resource:
            if "id" not in resource:
                yield _rule(f"{path}.fullUrl", "fullUrl names an id; the resource has none.")
            elif (match[1], match[2]) != (resource["resourceType"], resource["id"]):
                yield _rule(f"{path}.fullUrl", "fullUrl names another type or id than the resource.")


def _versions(kind: str, entries: list[Json]) -> Iterator[Issue]:
    """fullUrl is unique, but for versions of one resource (bdl-7)."""
    first: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(entries):
        url, meta = entry.get("fullUrl"), _resource(entry).get("meta")
        if kind == "history" or not isinstance(url, str):
            continue
        version = meta.get("versionId") if isinstance(meta, dict) else None
        known = first.setdefault((url, str(version)), index)
        if known != index:
            sentence = f"Bundle.entry[{known}] has the same fullUrl and version."
            yield Issue("error", "duplicate", sentence, f"Bundle.entry[{index}].fullUrl", "bdl-7")


def _search_results(bundle: Json, entries: list[Json]) -> Iterator[Issue]:
    types = _searched_types(bundle)
    for index, entry in enumerate(entries):
        path, resource, search = f"Bundle.entry[{index}]", _resource(entry), entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        if not resource:
            yield _rule(path, "An entry of a search result has a resource.")
            continue
        name = resource.get("resourceType")
        if mode == "outcome":
            if name != "OperationOutcome":
                yield _rule(f"{path}.resource", "An outcome of a search is an OperationOutcome.")
        elif mode in ("match", "include"):
            if "id" not in resource:
                yield _rule(f"{path}.resource", "The resources that a search finds have ids.")
            if mode == "match" and types and name not in types:
                yield _rule(f"{path}.resource", "The match is of a type that was not searched for.")


def _searched_types(bundle: Json) -> frozenset[str]:
    """The types that the self link asks for; none where it does not tell."""
    urls = [link.get("url") for link in _objects(bundle.get("link")) if link.get("relation") == "self"]
    if not urls or not isinstance(urls[0], str):
        return frozenset()
    target, _, query = urls[0].partition("?")
    name = target.rstrip("/").rpartition("/")[2]
    if name in r4_definitions().resource_types:
        return frozenset({name})
    asked = [pair.removeprefix("_type=") for pair in query.split("&") if pair.startswith("_type=")]
    return frozenset(asked[0].split(",")) if asked else frozenset()


def _within(kind: str, entries: list[Json]) -> Iterator[Issue]:
    """References of the Composition or header lead into the Bundle, and every entry is reached from there."""
    if not entries:
        return
    keys = _keys(entries)
    first = _resource(entries[0])
    elements = _OF_DOCUMENT if kind == "document" else ("focus",)
    path = "Bundle.entry[0].resource"
    demanded = [ref for name in elements for ref in _references(first.get(name), f"{path}.{name}")]
    if kind == "document":
        demanded += _section_references(first.get("section"), f"{path}.section")
    for where, reference in demanded:
        if not reference.startswith("#") and _target(reference, entries[0], keys) is None:
            yield _rule(where, f"The reference leads to no entry of the {kind} by its fullUrl.")
    reached = _reached(entries, keys)
    for index in range(1, len(entries)):
        if index not in reached and _resource(entries[index]):
            if _resource(entries[index]).get("resourceType") == "Provenance":
                continue
            yield _rule(
                f"Bundle.entry[{index}]", f"No references lead from the first resource of the {kind} to this entry."
            )


def _references(value: Any, path: str) -> list[tuple[str, str]]:
    listed = value if isinstance(value, list) else [value]
    return [
        (f"{path}[{index}]" if isinstance(value, list) else path, item["reference"])
        for index, item in enumerate(listed)
        if isinstance(item, dict) and isinstance(item.get("reference"), str)
    ]


def _section_references(sections: Any, path: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for index, section in enumerate(_objects(sections)):
        where = f"{path}[{index}]"
        for name in ("author", "focus", "entry"):
            found += _references(section.get(name), f"{where}.{name}")
        found += _section_references(section.get("section"), f"{where}.section")
    return found


def _keys(entries: list[Json]) -> dict[str, int]:
    return {entry["fullUrl"]: index for index, entry in enumerate(entries) if isinstance(entry.get("fullUrl"), str)}


def _target(reference: str, entry: Json, keys: Mapping[str, int]) -> int | None:
    """The entry that a reference leads to; a relative one is read from the base of its own entry's fullUrl."""
    reference = reference.partition("#")[0]
    if reference in keys:
        return keys[reference]
    url = entry.get("fullUrl")
    if _ABSOLUTE.match(reference) is None and isinstance(url, str) and (match := _RESTFUL_URL.fullmatch(url)):
        base = url[: match.start(1)]
        return keys.get(f"{base}{reference.partition('/_history/')[0]}")
    return None


def _reached(entries: list[Json], keys: Mapping[str, int]) -> set[int]:
    """The entries that are tied to the first by references, followed in either direction."""
    ties: dict[int, set[int]] = {index: set() for index in range(len(entries))}
    for index, entry in enumerate(entries):
        for found in find_references(_resource(entry)):
            target = _target(found.value, entry, keys) if found.value else None
            if target is not None:
                ties[index].add(target)
                ties[target].add(index)
    reached, waiting = {0}, [0]
    while waiting:
        for other in ties[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached
