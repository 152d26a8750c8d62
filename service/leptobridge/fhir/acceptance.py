"""The quick half of the structural check: accepts a sound resource in one pass and says nothing about the others.

A tree of plain functions is built once from the definitions; each answers yes only where :mod:`structure` has
nothing to say. Whatever is unusual (companions such as ``_birthDate``, several contained resources with one id) is
answered with no, and the thorough half decides. That keeps the common case at a few microseconds a resource.
"""

from collections.abc import Callable, Mapping
from functools import cache
from threading import local
from typing import Any

from leptobridge.fhir.definition_tables import Definitions, Member, TypeTable, r4_definitions
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS, is_string

Check = Callable[[Any], Any]
Table = dict[str, Check]

#: What a check may raise for a value of another shape than it expects.
_OTHER_SHAPE = (KeyError, TypeError, AttributeError, ValueError, RecursionError)


class _Seen(local):
    """References to contained resources met in the running check of this thread."""

    def __init__(self) -> None:
        self.local_references: list[str] = []


_seen = _Seen()


def accept(resource: Any) -> list[str] | None:
    """``None`` where this half cannot tell; for a sound resource its references ``#id``, still to be resolved."""
    references: list[str] = []
    _seen.local_references = references
    try:
        return references if _resource_check()(resource) else None
    except _OTHER_SHAPE:
        return None


@cache
def _resource_check() -> Check:
    return _Builder(r4_definitions()).any_resource


class _Builder:
    """Builds the checks of all types; types refer to each other, so the tables are filled after they are made."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._tables: dict[str, Table] = {name: {} for name in definitions.types}
        self._checks: dict[str, Check] = {
            name: _object_check(self._tables[name], table) for name, table in definitions.types.items()
        }
        resources = {name: self._checks[name] for name in definitions.resource_types}

        def any_resource(resource: Any) -> Any:
            return resources[resource["resourceType"]](resource)

        self.any_resource: Check = any_resource
        self._checks["Resource"] = any_resource
        for name, table in definitions.types.items():
            self._fill(self._tables[name], table)

    def _fill(self, checks: Table, table: TypeTable) -> None:
        for member in table.members.values():
            check = self._member_check(member)
            checks[member.name] = _list_check(check) if member.is_list else check
        if table.is_resource:
            checks["resourceType"] = bool
        else:
            checks["id"] = _undecided  # an element may not hold an id alone
        if table.is_resource and "contained" in checks:
            checks["contained"] = _contained_check(self.any_resource)
        if table.name == "Reference":
            checks["reference"] = _reference_text

    def _member_check(self, member: Member) -> Check:
        if member.codes is not None:
            if member.type == "code":
                return frozenset().union(*member.codes.values()).__contains__
            return _bound_concept_check(self._checks[member.type], member.codes)
        return PRIMITIVE_CHECKS.get(member.type) or self._checks[member.type]


def _object_check(checks: Table, table: TypeTable) -> Check:
    """Members known and sound, none missing, one of each choice, not empty."""
    if table.name == "Extension":
        return _extension_check(checks)
    required = frozenset(name for name in table.required if name not in table.choices)
    required_choices = tuple(table.choices[name] for name in table.required if name in table.choices)
    choices = tuple(members for members in table.choices.values() if len(members) > 1)

    def check_plain(value: Any) -> Any:
        for name, member in value.items():
            if not checks[name](member):
                return False
        return value

    def check_required(value: Any) -> Any:
        for name, member in value.items():
            if not checks[name](member):
                return False
        return required <= value.keys()

    def check_all(value: Any) -> Any:
        for name, member in value.items():
            if not checks[name](member):
                return False
        if not required <= value.keys():
            return False
        for members in choices:
            if not members.isdisjoint(value) and len(members & value.keys()) > 1:
                return False
        for members in required_choices:
            if members.isdisjoint(value):
                return False
        return value

    if choices or required_choices:
        return check_all
    return check_required if required else check_plain


def _extension_check(checks: Table) -> Check:
    """A url and either one value or nested extensions; with an id or anything else the thorough half looks."""

    def check(value: Any) -> Any:
        if len(value) != 2 or "url" not in value or "id" in value:
            return False
        for name, member in value.items():  # noqa: SIM110
            if not checks[name](member):
                return False
        return True

    return check


def _list_check(check: Check) -> Check:
    def check_list(value: Any) -> Any:
        if type(value) is not list:
            return False
        for item in value:
            if not check(item):
                return False
        return value

    return check_list


def _contained_check(any_resource: Check) -> Check:
    def check(value: Any) -> Any:
        return (
            type(value) is list
            and value
            and all("contained" not in item and any_resource(item) for item in value)
            and len({item["id"] for item in value}) == len(value)
        )

    return check


def _bound_concept_check(check: Check, codes: Mapping[str, frozenset[str]]) -> Check:
    """A CodeableConcept or Coding of a required binding: one coding is in the value set."""

    def check_concept(value: Any) -> Any:
        codings = value.get("coding", (value,))
        return check(value) and any(coding["code"] in codes[coding["system"]] for coding in codings)

    return check_concept


def _undecided(value: Any) -> Any:
    """Not accepted here: the thorough half decides."""
    return False


def _reference_text(value: Any) -> Any:
    if value.startswith("#"):
        _seen.local_references.append(value)
    return is_string(value)
