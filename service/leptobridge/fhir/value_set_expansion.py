"""Expand a ValueSet from the code systems of its own package, where that gives the whole list (valueset.html)."""

from collections.abc import Iterator, Mapping
from typing import Any

Codes = dict[str, list[str]]

Json = Mapping[str, Any]


class _NotEnumerableError(Exception):
    """The value set has a part that this package does not list (UCUM, MIME types, languages, SNOMED CT ...)."""


def expand_value_set(url: str, terminology: Mapping[str, Json]) -> Codes | None:
    """The codes by system, each list sorted; ``None`` when the value set cannot be listed completely.

    ``terminology`` holds CodeSystems and ValueSets by url.
    """
    try:
        pairs = _codes_of_value_set(url, terminology)
    except _NotEnumerableError:
        return None
    expanded: dict[str, set[str]] = {}
    for system, code in pairs:
        expanded.setdefault(system, set()).add(code)
    return {system: sorted(codes) for system, codes in sorted(expanded.items())}


def _codes_of_value_set(url: str, terminology: Mapping[str, Json]) -> set[tuple[str, str]]:
    value_set = terminology.get(url.partition("|")[0])
    if value_set is None or value_set["resourceType"] != "ValueSet" or "compose" not in value_set:
        raise _NotEnumerableError
    compose = value_set["compose"]
    pairs: set[tuple[str, str]] = set()
    for include in compose["include"]:
        pairs |= _codes_of_part(include, terminology)
    for exclude in compose.get("exclude", ()):
        pairs -= _codes_of_part(exclude, terminology)
    return pairs


def _codes_of_part(part: Json, terminology: Mapping[str, Json]) -> set[tuple[str, str]]:
    """One include or exclude: its system's codes, within each value set that it names too."""
    found: set[tuple[str, str]] | None = None
    if "system" in part:
        system: str = part["system"]
        if "concept" in part:
            found = {(system, concept["code"]) for concept in part["concept"]}
        else:
            found = {(system, code) for code in _codes_of_system(system, part.get("filter", ()), terminology)}
    for url in part.get("valueSet", ()):
        named = _codes_of_value_set(url, terminology)
        found = named if found is None else found & named
    return found or set()


def _codes_of_system(system: str, filters: Any, terminology: Mapping[str, Json]) -> set[str]:
    code_system = terminology.get(system)
    if code_system is None or code_system["resourceType"] != "CodeSystem" or code_system.get("content") != "complete":
        raise _NotEnumerableError
    ancestors = dict(_concepts(code_system.get("concept", ()), ()))
    codes = set(ancestors)
    for condition in filters:
        if condition["property"] != "concept" or condition["op"] not in ("is-a", "descendent-of", "is-not-a"):
            raise _NotEnumerableError
        root = condition["value"]
        below = {code for code, path in ancestors.items() if root in path}
        if condition["op"] == "is-a":
            codes &= below | {root}
        elif condition["op"] == "descendent-of":
            codes &= below
        else:
            codes -= below | {root}
    return codes


def _concepts(concepts: Any, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for concept in concepts:
        yield concept["code"], path
        yield from _concepts(concept.get("concept", ()), (*path, concept["code"]))
