"""A profile as a tree of what it demands of each element, made from its base's tree and its own differential."""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final

from leptobridge.fhir.definition_tables import r4_definitions


class Absent(Enum):
    """A fixed or pattern value that is not there (null could be one); survives copying, as an object() does not."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
_TYPED_CHOICE = re.compile(r"[a-z]+[A-Z]")
_EXTENSIONS = frozenset({"extension", "modifierExtension"})

Json = Mapping[str, Any]


@dataclass(slots=True)
class Slicing:
    """How the items of an element are told apart: ``by`` are pairs of discriminator type and path."""

    by: list[list[str]]
    rules: str = "open"
    is_ordered: bool = False


@dataclass
class ElementRule:
    """What a profile demands of one element. ``types`` has code, profiles and targets, None where all are allowed.

    ``children`` are by element name; a choice in one type stands under its JSON name (``valueQuantity``), and
    ``is_narrowing`` where the differential writes it so, which leaves the choice no other type.
    """

    name: str
    min: int = 0
    max: str = "*"
    types: list[Json] | None = None
    fixed: Any = ABSENT
    pattern: Any = ABSENT
    binding: tuple[str, str] | None = None
    constraints: list[tuple[str, str, str, str]] = field(default_factory=list)
    max_length: int | None = None
    min_value: Any = None
    max_value: Any = None
    slicing: Slicing | None = None
    slices: dict[str, "ElementRule"] = field(default_factory=dict)
    children: dict[str, "ElementRule"] = field(default_factory=dict)
    is_narrowing: bool = False

    @cached_property
    def judges_values(self) -> bool:
        """Whether anything is asked of each value beside how many there are and of what is below it."""
        return (
            self.fixed is not ABSENT
            or self.pattern is not ABSENT
            or self.binding is not None
            or bool(self.constraints)
            or self.max_length is not None
            or self.min_value is not None
            or self.max_value is not None
            or self.narrows_types
        )

    @cached_property
    def narrows_types(self) -> bool:
        """Whether the types, or the profiles and targets of a type, are fewer than the base has."""
        return self.types is not None and (self.name.endswith("[x]") or any(map(_judges, self.types)))

    @cached_property
    def demands(self) -> "dict[str, tuple[Any, ...]]":
        """Filled by `demands`: what the children ask of a value, by its type."""
        return {}

    @cached_property
    def tells(self) -> bool:
        """Whether this rule or one below says anything by which an item can be recognised."""
        return (
            self.fixed is not ABSENT
            or self.pattern is not ABSENT
            or (self.binding is not None and self.binding[0] == "required")
            or any(child.tells for child in self.children.values())
            or any(part.tells for part in self.slices.values())
        )

    @cached_property
    def by_path(self) -> "dict[str, tuple[list[str], list[ElementRule]]]":
        """Filled by slicing: the steps of a discriminator's path, and the rules that it leads to."""
        return {}

    @cached_property
    def excluded(self) -> dict[str, frozenset[str]]:
        """Filled by `demands`: members of narrowed choices that may not be there, by type."""
        return {}

    @cached_property
    def fixed_texts(self) -> dict[str, frozenset[str]]:
        """Filled by slicing: the texts that a discriminator's path must lead to, where that is all."""
        return {}

    @cached_property
    def narrowed(self) -> tuple[str, ...]:
        """The members by which the differential narrows a choice."""
        return tuple(child.name for child in self.children.values() if child.is_narrowing)


@dataclass(slots=True)
class Profile:
    """A profile or extension: the type that it constrains, and the tree."""

    url: str
    type: str
    root: ElementRule
    contexts: tuple[tuple[str, str], ...] = ()
    is_modifier: bool = False
    #: The profile and those that it is based on.
    lineage: tuple[str, ...] = ()


def build_profile(url: str, source: Json, base: Profile | None) -> Profile:
    """The profile of ``source`` on top of ``base`` (None: a type of R4 itself)."""
    root = copy.deepcopy(base.root) if base is not None else ElementRule(source["type"])
    for element in source["elements"]:
        steps = _steps(element["id"])
        if len(steps) == 1:
            root.constraints += _constraints(element)
            continue
        _overlay(_find(root, steps[1:]), element)
    return Profile(
        url=url,
        type=source["type"],
        root=root,
        contexts=tuple((kind, expression.replace("[x]", "")) for kind, expression in source.get("contexts", ())),
        is_modifier=source.get("isModifier", False),
        lineage=(url, *(base.lineage if base is not None else ())),
    )


def _judges(declared: Json) -> bool:
    """Whether a type demands a profile or a target, or is one of what an entry or contained resource may be."""
    return "profiles" in declared or "targets" in declared or declared["code"] in r4_definitions().resource_types


def _steps(identity: str) -> list[tuple[str, str]]:
    """``component:Systolic.code`` as pairs of element and slice."""
    steps: list[tuple[str, str]] = []
    for step in identity.split("."):
        name, _, sliced = step.partition(":")
        steps.append((name, sliced))
    return steps


def _find(rule: ElementRule, steps: Iterable[tuple[str, str]]) -> ElementRule:
    """The rule that the steps lead to, made where there is none yet."""
    for element, sliced in steps:
        name, parts = element, sliced.split("/") if sliced else []
        if sliced and element.endswith("[x]") and sliced.startswith(element.removesuffix("[x]")):
            name, parts = sliced, []
        rule = rule.children.setdefault(name, ElementRule(name))
        rule.is_narrowing = rule.is_narrowing or (name == element and _TYPED_CHOICE.match(name) is not None)
        for part in parts:
            if rule.slicing is None and name in _EXTENSIONS:
                rule.slicing = Slicing([["value", "url"]])
            rule = rule.slices.setdefault(part, ElementRule(name))
    return rule


def _overlay(rule: ElementRule, element: Json) -> None:
    rule.min = element.get("min", rule.min)
    rule.max = element.get("max", rule.max)
    rule.types = element.get("types", rule.types)
    rule.fixed = element.get("fixed", rule.fixed)
    rule.pattern = element.get("pattern", rule.pattern)
    rule.max_length = element.get("maxLength", rule.max_length)
    rule.min_value = element.get("minValue", rule.min_value)
    rule.max_value = element.get("maxValue", rule.max_value)
    if "binding" in element:
        strength, value_set = element["binding"]
        rule.binding = (strength, value_set)
    if "slicing" in element:
        slicing = element["slicing"]
        rule.slicing = Slicing(slicing["by"], slicing["rules"], slicing["ordered"])
    rule.constraints = [*rule.constraints, *_constraints(element)]


def _constraints(element: Json) -> list[tuple[str, str, str, str]]:
    known = r4_definitions().constraints
    return [
        (key, severity, expression, human)
        for key, severity, expression, human in element.get("constraints", ())
        if key not in known and key not in ("ele-1", "ext-1")
    ]


class ProfileLibrary:
    """Profiles by URL, each built when it is first asked for."""

    def __init__(self, sources: Mapping[str, Json], below: "ProfileLibrary | None" = None) -> None:
        self._sources = sources
        self._below = below
        self._built: dict[str, Profile | None] = {}

    def source(self, url: str) -> Json | None:
        """The source of a profile, wherever it is from."""
        found = self._sources.get(url)
        return found if found is not None or self._below is None else self._below.source(url)

    def find(self, url: str) -> Profile | None:
        """The profile of this URL; None where it is not at hand."""
        if url in self._built:
            return self._built[url]
        if self._below is not None and url not in self._sources:
            return self._below.find(url)
        found = self._build(url, frozenset())
        if found is not None:
            self._built[url] = found
        return found

    def urls(self) -> frozenset[str]:
        """All profiles that are at hand."""
        return frozenset(self._sources) | (self._below.urls() if self._below else frozenset())

    def _build(self, url: str, seen: frozenset[str]) -> Profile | None:
        source = self.source(url)
        if source is None or url in seen:
            return None
        base_url = source["base"]
        base = self._build(base_url, seen | {url}) if self.source(base_url) is not None else None
        return build_profile(url, source, base)
