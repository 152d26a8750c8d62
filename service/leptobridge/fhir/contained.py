"""Contained resources: each has an id of its own, and a reference ``#id`` names one of them (references.html)."""

from collections.abc import Iterable, Iterator
from typing import Any

from leptobridge.fhir.issue import Issue


def resolves(resource: dict[str, Any], local_references: Iterable[str]) -> bool:
    """Whether a sound resource itself contains all that these references name (not its entries)."""
    ids = {f"#{item['id']}" for item in resource.get("contained", ())}
    return ids.issuperset(local_references)


def check_contained(resource: Any) -> list[Issue]:
    """Ids that occur twice among the contained resources, and references ``#id`` that none of them answers.

    Reads a Bundle's entries (and Parameters' resources) each by itself. Never raises, but for RecursionError.
    """
    if not isinstance(resource, dict):
        return []
    name = resource.get("resourceType")
    return list(_check(resource, name if isinstance(name, str) and name.isalpha() else ""))


def _check(root: dict[str, Any], path: str) -> Iterator[Issue]:
    contained = root.get("contained")
    ids: set[str] = set()
    for index, item in enumerate(contained if isinstance(contained, list) else ()):
        identity = item.get("id") if isinstance(item, dict) else None
        if not isinstance(identity, str):
            continue
        if identity in ids:
            yield Issue("error", "duplicate", "Two contained resources have this id.", f"{path}.contained[{index}].id")
        ids.add(identity)
    yield from _references(root, path, ids, is_root=True, is_contained=False)


def _references(node: Any, path: str, ids: set[str], *, is_root: bool, is_contained: bool) -> Iterator[Issue]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, f"{path}[{index}]", ids, is_root=False, is_contained=is_contained)
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
        if isinstance(item, (dict, list)):
            inside = is_contained or (is_root and name == "contained")
            yield from _references(item, f"{path}.{name}", ids, is_root=False, is_contained=inside)
