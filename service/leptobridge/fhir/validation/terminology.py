"""Code systems and value sets that are at hand: is a code in them, what is it called, can nobody here tell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_COMPILED = Path(__file__).parents[1] / "definitions" / "r4-terminology.json"

Json = Mapping[str, Any]


@dataclass(slots=True)
class CodeSystem:
    """A complete code system: ``codes`` gives each code its display (empty where it has none)."""

    codes: Mapping[str, str]
    parents: Mapping[str, list[str]] = field(default_factory=dict)
    designations: Mapping[str, list[str]] = field(default_factory=dict)
    is_case_sensitive: bool = True

    def knows(self, code: str) -> bool:
        """Whether the code is one of this system."""
        return code in self.codes or (not self.is_case_sensitive and code.lower() in map(str.lower, self.codes))

    def names(self, code: str) -> list[str]:
        """Display and designations of a code; empty where it has none."""
        display = self.codes.get(code)
        return [name for name in (display, *self.designations.get(code, ())) if name]

    def below(self, root: str) -> frozenset[str]:
        """The codes under ``root``, itself not included."""
        children: dict[str, list[str]] = {}
        for code, above in self.parents.items():
            for parent in above:
                children.setdefault(parent, []).append(code)
        found: set[str] = set()
        waiting = [root]
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return frozenset(found)


class Terminology:
    """Code systems and value sets by URL. Made once, then only read; memberships are remembered."""

    def __init__(self, systems: Json, value_sets: Json, below: "Terminology | None" = None) -> None:
        self._sources = systems
        self._value_sets = value_sets
        self._below = below
        self._systems: dict[str, CodeSystem | None] = {}
        self._members: dict[tuple[str, str, str], bool | None] = {}

    def code_system(self, url: str) -> CodeSystem | None:
        """The complete code system of this URL, None where it is not at hand."""
        if url in self._systems:
            return self._systems[url]
        source = self._sources.get(url)
        if source is not None:
            found: CodeSystem | None = CodeSystem(
                source["codes"],
                source.get("parents", {}),
                source.get("designations", {}),
                source.get("caseSensitive", True),
            )
        else:
            found = self._below.code_system(url) if self._below else None
            if found is None and len(self._systems) > _MOST_REMEMBERED:
                return None
        self._systems[url] = found
        return found

    def has_value_set(self, url: str) -> bool:
        """Whether the value set is at hand."""
        return url in self._value_sets or (self._below is not None and self._below.has_value_set(url))

    def contains(self, value_set: str, system: str, code: str) -> bool | None:
        """Whether a value set has a code; None where that cannot be told from the definitions at hand.

        An empty ``system`` (a plain ``code`` element) matches the code in any system of the value set.
        """
        key = (value_set, system, code)
        if key in self._members:
            return self._members[key]
        found = self._contains(value_set, system, code, frozenset())
        if len(self._members) < _MOST_REMEMBERED:
            self._members[key] = found
        return found

    def _contains(self, url: str, system: str, code: str, seen: frozenset[str]) -> bool | None:
        definition = self._value_set(url)
        if definition is None or url in seen:
            return None
        include, exclude = definition
        seen |= {url}
        included = _any(self._part_contains(part, system, code, seen) for part in include)
        if included is False or not exclude:
            return included
        excluded = _any(self._part_contains(part, system, code, seen) for part in exclude)
        if excluded is None or included is None:
            return False if excluded else None
        return included and not excluded

    def _value_set(self, url: str) -> Any:
        found = self._value_sets.get(url)
        return found if found is not None or self._below is None else self._below._value_set(url)

    def _part_contains(self, part: Json, system: str, code: str, seen: frozenset[str]) -> bool | None:
        answers: list[bool | None] = []
        if "system" in part:
            if system and part["system"] != system:
                return False
            answers.append(self._system_part_contains(part, code))
        answers += [self._contains(url.partition("|")[0], system, code, seen) for url in part.get("valueSet", ())]
        return False if False in answers else None if None in answers or not answers else True

    def _system_part_contains(self, part: Json, code: str) -> bool | None:
        if "codes" in part:
            return code in part["codes"]
        known = self.code_system(part["system"])
        if known is None:
            return None
        if not known.knows(code):
            return False
        for concept_property, operator, value in part.get("filters", ()):
            answer = _passes(known, code, concept_property, operator, value)
            if answer is not True:
                return answer
        return True


_MOST_REMEMBERED = 50_000


def _passes(known: CodeSystem, code: str, concept_property: str, operator: str, value: str) -> bool | None:
    if concept_property != "concept" or operator not in ("is-a", "descendent-of", "is-not-a"):
        return None
    below = known.below(value)
    if operator == "is-a":
        return code == value or code in below
    if operator == "descendent-of":
        return code in below
    return code != value and code not in below


def _any(answers: Iterable[bool | None]) -> bool | None:
    found: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            found = None
    return found


@cache
def r4_terminology() -> Terminology:
    """The code systems and value sets of R4 4.0.1; about 15 ms once."""
    compiled = orjson.loads(_COMPILED.read_bytes())
    return Terminology(compiled["codeSystems"], compiled["valueSets"])


@dataclass(frozen=True, slots=True)
class CodingFault:
    """What is wrong with a code: ``rule`` is ``code``, ``display``, ``unit``, ``code-form`` or ``code-system``."""

    rule: str
    member: str
    sentence: str


CodingCheck = Callable[[Any, Any, Any], CodingFault | None]
