"""Code systems and value sets in the form that is kept compiled: codes with displays, and what includes what."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def code_system_source(system: Mapping[str, Any]) -> Json | None:
    """``codes`` (code -> display), ``parents`` of those below another, ``designations``; None unless it is complete."""
    if system.get("content") != "complete":
        return None
    codes: dict[str, str] = {}
    parents: dict[str, list[str]] = {}
    designations: dict[str, list[str]] = {}
    abstract: list[str] = []
    for concept, parent in _concepts(system.get("concept", ()), None):
        code = concept["code"]
        codes[code] = concept.get("display", "")
        if parent is not None:
            parents.setdefault(code, []).append(parent)
        for name in concept.get("property", ()):
            if name.get("code") in ("subsumedBy", "parent") and "valueCode" in name:
                parents.setdefault(code, []).append(name["valueCode"])
            if name.get("code") in ("notSelectable", "abstract") and name.get("valueBoolean"):
                abstract.append(code)
        if others := [other["value"] for other in concept.get("designation", ()) if "value" in other]:
            designations[code] = others
    found: Json = {"codes": codes}
    if parents:
        found["parents"] = {code: list(dict.fromkeys(above)) for code, above in parents.items()}
    if designations:
        found["designations"] = designations
    if abstract:
        found["abstract"] = abstract
    if system.get("caseSensitive") is False:
        found["caseSensitive"] = False
    if "valueSet" in system:
        found["valueSet"] = system["valueSet"]
    return found


def _concepts(concepts: Any, parent: str | None) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    for concept in concepts:
        yield concept, parent
        yield from _concepts(concept.get("concept", ()), concept["code"])


def value_set_source(value_set: Mapping[str, Any]) -> list[list[Json]]:
    """What the value set includes and what it excludes."""
    compose = value_set["compose"]
    return [[_part(part) for part in compose.get("include", ())], [_part(part) for part in compose.get("exclude", ())]]


def _part(part: Mapping[str, Any]) -> Json:
    found: Json = {name: part[name] for name in ("system", "valueSet") if name in part}
    if "concept" in part:
        found["codes"] = [concept["code"] for concept in part["concept"]]
    if "filter" in part:
        found["filters"] = [[f.get("property"), f.get("op"), f.get("value")] for f in part["filter"]]
    return found
