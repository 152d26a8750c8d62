"""The compiled R4 definitions in the form that a check reads: for each type its JSON members and their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_COMPILED = Path(__file__).with_name("definitions") / "r4.json"


@dataclass(frozen=True, slots=True)
class Member:
    """One JSON member of a type: ``valueQuantity`` of Observation has type ``Quantity`` and choice ``value[x]``.

    ``codes`` are the codes by system of a closed required binding, ``value_set`` its URL. ``targets`` are the types
    that a Reference may lead to (None: any). ``constraints`` are keys of invariants at this element. ``is_simple``
    marks a Quantity that may have no comparator.
    """

    name: str
    type: str
    is_list: bool
    choice: str | None = None
    value_set: str | None = None
    codes: Mapping[str, frozenset[str]] | None = None
    targets: frozenset[str] | None = None
    constraints: tuple[str, ...] = ()
    is_simple: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant of the definitions: its FHIRPath and what it says in words."""

    expression: str
    human: str


@dataclass(frozen=True, slots=True)
class TypeTable:
    """A resource, data type or backbone element (``Patient.contact``).

    ``required`` are the elements with a minimum of one: member names, or choices such as ``medication[x]``.
    ``choices`` gives the member names of each choice, ``constraints`` the keys of the type's own invariants.
    """

    name: str
    is_resource: bool
    is_abstract: bool
    members: Mapping[str, Member]
    required: tuple[str, ...]
    choices: Mapping[str, frozenset[str]]
    constraints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """All types of one FHIR version, the patterns of its primitives, its invariants, what a resource can be (146)."""

    version: str
    types: Mapping[str, TypeTable]
    primitives: Mapping[str, str]
    resource_types: frozenset[str]
    constraints: Mapping[str, Constraint]


@cache
def r4_definitions() -> Definitions:
    """R4 4.0.1 from the committed file; about 30 ms once."""
    compiled = orjson.loads(_COMPILED.read_bytes())
    value_sets = {
        url: {system: frozenset(codes) for system, codes in expansion.items()}
        for url, expansion in compiled["valueSets"].items()
    }
    types = {name: _type_table(name, source, value_sets) for name, source in compiled["types"].items()}
    return Definitions(
        version=compiled["fhirVersion"],
        types=types,
        primitives=compiled["primitives"],
        resource_types=frozenset(t.name for t in types.values() if t.is_resource and not t.is_abstract),
        constraints={
            key: Constraint(rule["expression"], rule["human"]) for key, rule in compiled["constraints"].items()
        },
    )


def _type_table(name: str, source: Any, value_sets: Mapping[str, Mapping[str, frozenset[str]]]) -> TypeTable:
    members: dict[str, Member] = {}
    required: list[str] = []
    choices: dict[str, frozenset[str]] = {}
    for element, details in source["elements"].items():
        is_choice = element.endswith("[x]")
        stem = element.removesuffix("[x]")
        value_set = details.get("binding")
        names = {f"{stem}{t[0].upper()}{t[1:]}" if is_choice else stem: t for t in details["types"]}
        for member, member_type in names.items():
            members[member] = Member(
                name=member,
                type=member_type,
                is_list="max" in details,
                choice=element if is_choice else None,
                value_set=value_set,
                codes=value_sets.get(value_set) if member_type in ("code", "Coding", "CodeableConcept") else None,
                targets=frozenset(details["targets"]) if member_type == "Reference" and "targets" in details else None,
                constraints=tuple(details.get("constraints", ())),
                is_simple=member_type == "Quantity" and details.get("simple", False),
            )
        if is_choice:
            choices[element] = frozenset(names)
        if details.get("min"):
            required.append(element)
    return TypeTable(
        name=name,
        is_resource=source["kind"] == "resource",
        is_abstract=source["abstract"],
        members=members,
        required=tuple(required),
        choices=choices,
        constraints=tuple(source.get("constraints", ())),
    )
