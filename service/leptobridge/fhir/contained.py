"""Contained resources: each has an id of its own and is referred to; ``#id`` names one (references.html)."""

from collections.abc import Iterable, Iterator
from typing import Any

from leptobridge.fhir.issue import Issue


def resolves(resource: dict[str, Any], local_references: Iterable[str]) -> bool:
    """Whether a sound resource itself contains all that these references name, and nothing else (not its entries)."""
    return {f"#{item['id']}" for item in resource.get("contained", ())} == set(local_references)


def check_contained(resource: Any) -> list[Issue]:
    """Ids that occur twice among the contained resources, references ``#id`` that none of them answers, orphans.

    Reads a Bundle's entries (and Parameters' resources) each by itself. Never raises, but for RecursionError.
    """
    if not isinstance(resource, dict):
        return []
    name = resource.get("resourceType")
    return list(_check(resource, name if isinstance(name, str) and name.isalpha() else ""))


def _check(root: dict[str, Any], path: str) -> Iterator[Issue]:
    contained = root.get("contained")
    items = [item if isinstance(item, dict) else {} for item in (contained if isinstance(contained, list) else ())]
    ids: set[str] = set()
    for index, item in enumerate(items):
        identity = item.get("id")
        yield from _meta(item, f"{path}.contained[{index}]")
        if not isinstance(identity, str):
            continue
        if identity in ids:
            yield Issue("error", "duplicate", "Two contained resources have this id.", f"{path}.contained[{index}].id")
        ids.add(identity)
    named: set[str] = set()
    yield from _references(root, path, ids, named, is_root=True, is_contained=False)
    for index, item in enumerate(items):
        identity = item.get("id")
        if isinstance(identity, str) and f"#{identity}" not in named and not _refers_to_owner(item):
            sentence = "Nothing refers to this contained resource, nor does it refer to the one that contains it."
            yield Issue("error", "invariant", sentence, f"{path}.contained[{index}]", "dom-3")


def _meta(item: dict[str, Any], path: str) -> Iterator[Issue]:
    """A contained resource has no history of its own (dom-4) and no security label (dom-5)."""
    meta = item.get("meta")
    if not isinstance(meta, dict):
        return
    for name, key in (("versionId", "dom-4"), ("lastUpdated", "dom-4"), ("security", "dom-5")):
        if name in meta:
            sentence = "A contained resource has no version, time of update or security label of its own."
            yield Issue("error", "invariant", sentence, f"{path}.meta.{name}", key)


def _refers_to_owner(node: Any) -> bool:
    if isinstance(node, list):
        return any(map(_refers_to_owner, node))
    return isinstance(node, dict) and (node.get("reference") == "#" or any(map(_refers_to_owner, node.values())))


def _references(
    node: Any, path: str, ids: set[str], named: set[str], *, is_root: bool, is_contained: bool
) -> Iterator[Issue]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            if isinstance(item, str):
                named.add(item)
            yield from _references(item, f"{path}[{index}]", ids, named, is_root=False, is_contained=is_contained)
        return
    if not isinstance(node, dict):
        return
    if not is_root and not is_contained and "resourceType" in node:
        yield from _check(node, path)
        return
    value = node.get("reference")
    if isinstance(value, str) and len(value) > 1 and value[0] == "#" and value[1:] not in ids:
        yield Issue("error", "not-found", "No contained resource has the id that is referred to.", f"{path}.reference")
    for name, item in node.items():
        if isinstance(item, str):
            named.add(item)  # a reference, or a canonical, uri or url of a contained resource
        elif isinstance(item, (dict, list)):
            inside = is_contained or (is_root and name == "contained")
            yield from _references(item, f"{path}.{name}", ids, named, is_root=False, is_contained=inside)
