"""The quick half of the check: accepts a resource with which nothing is wrong in one pass, and says nothing of others.

A tree of plain functions is built once from the definitions; each answers yes only where :mod:`walk` has nothing to
say. Whatever is unusual (companions such as ``_birthDate``, complex extensions, element ids, invariants that are kept
as FHIRPath) is answered with no, and the thorough half decides. That keeps the common case at some microseconds.
"""

from functools import cache
from typing import Any

import msgspec

from leptobridge.fhir.acceptance_checks import (
    URI_CHECKS,
    Check,
    Table,
    anything,
    bound_concept_check,
    contained_check,
    is_sound_canonical,
    is_sound_narrative,
    list_check,
    object_check,
    observation_check,
    reference_text,
    remembering,
    seen,
    simple_check,
    targeted_check,
    undecided,
    whole_check,
)
from leptobridge.fhir.contained import resolves
from leptobridge.fhir.definition_tables import Definitions, Member, TypeTable, r4_definitions
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS
from leptobridge.fhir.validation.codings import CodingCheck
from leptobridge.fhir.validation.extensions import fits_context, is_part, plain_value_members, type_names
from leptobridge.fhir.validation.invariants import HAND_WRITTEN, OF_BUNDLES, Predicate
from leptobridge.fhir.validation.library import Library, r4_library
from leptobridge.fhir.validation.uri_forms import is_absolute

#: What a check may raise for a value of another shape than it expects.
_OTHER_SHAPE = (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
_MOST_URLS = 1000


class FirstLook(msgspec.Struct):
    """What a first look at a resource says: the members that need a closer one, and whether the rest is in order.

    ``local_references`` are the references ``#id`` met; the walk adds those that it meets.
    """

    type: str
    unsound: list[str]
    is_whole: bool
    local_references: list[str]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is to be said but by profiles, and of contained resources."""
        return self.is_whole and not self.unsound

    def settles_contained(self, resource: Any) -> bool:
        """Whether nothing is to be said of contained resources: each is sound and referred to, nothing else is."""
        if self.type in ("Parameters", "Bundle") or "contained" in self.unsound:
            return False
        if "contained" not in resource:
            return not self.local_references
        return resolves(resource, self.local_references)


class Acceptance:
    """The quick half for one library."""

    def __init__(self, library: Library) -> None:
        self._builder = _Builder(r4_definitions(), library)

    def accept(self, resource: Any) -> list[str] | None:
        """``None`` where this half cannot tell; for a sound resource its references ``#id``, still to be resolved."""
        references: list[str] = []
        seen.local_references = references
        try:
            return references if self._builder.any_resource(resource) else None
        except _OTHER_SHAPE:
            return None

    def accepts_bundle_itself(self, bundle: dict[str, Any]) -> bool:
        """Whether nothing is to be said of a Bundle beside its entries' resources and the invariants of Bundles."""
        references: list[str] = []
        seen.local_references = references
        try:
            return bundle["resourceType"] == "Bundle" and bool(self._builder.bundle_itself(bundle)) and not references
        except _OTHER_SHAPE:
            return False

    def first_look(self, type_name: str, resource: dict[str, Any]) -> FirstLook:
        """One pass over a resource of a known type."""
        references: list[str] = []
        seen.local_references = references
        unsound = self.unsound(type_name, resource)
        return FirstLook(type_name, unsound, self.is_whole(type_name, resource, unsound), references)

    def unsound(self, table: str, value: dict[str, Any]) -> list[str]:
        """The members of an object that need a closer look; all where one has a companion."""
        checks = self._builder.tables[table]
        found: list[str] = []
        for name, member in value.items():
            try:
                if checks[name](member):
                    continue
            except _OTHER_SHAPE:
                if name.startswith("_"):
                    return list(value)
            found.append(name)
        return found

    def is_whole(self, table: str, value: dict[str, Any], unsound: list[str]) -> bool:
        """Whether nothing is to be said of an object beside its members: all there that must be, invariants kept.

        ``unsound`` are its members that need a closer look, companions among them: with those this half cannot tell.
        """
        if unsound and any(name.startswith("_") for name in unsound):
            return False
        try:
            return bool(self._builder.wholes[table](value))
        except _OTHER_SHAPE:
            return False


@cache
def r4_acceptance() -> Acceptance:
    """The quick half for base R4."""
    return Acceptance(r4_library())


def accept(resource: Any) -> list[str] | None:
    """:meth:`Acceptance.accept` for base R4."""
    return r4_acceptance().accept(resource)


class _Builder:
    """Builds the checks of all types; types refer to each other, so the tables are filled after they are made."""

    def __init__(self, definitions: Definitions, library: Library) -> None:
        self._library = library
        self._codings = CodingCheck(library.terminology)
        self.tables: dict[str, Table] = {name: {} for name in definitions.types}
        self._checks: dict[str, Check] = {
            name: object_check(self.tables[name], table, self._predicates(table))
            for name, table in definitions.types.items()
        }
        self.wholes = {name: whole_check(table, self._predicates(table)) for name, table in definitions.types.items()}
        self._checks["Coding"] = remembering(self._checks["Coding"], ("system", "code", "display"))
        resources = {name: self._checks[name] for name in definitions.resource_types}
        resources["Observation"] = observation_check(self._checks["Observation"])

        def any_resource(resource: Any) -> Any:
            return resources[resource["resourceType"]](resource)

        self.any_resource: Check = any_resource
        self._checks["Resource"] = any_resource
        for name, table in definitions.types.items():
            self._fill(self.tables[name], table)
        self.bundle_itself = self._without_resources(definitions)

    def _without_resources(self, definitions: Definitions) -> Check:
        """A Bundle of entries whose resources may be anything."""
        entry = {**self.tables["Bundle.entry"], "resource": anything}
        check_entry = object_check(entry, definitions.types["Bundle.entry"], ())
        members = {**self.tables["Bundle"], "entry": list_check(check_entry)}
        return object_check(members, definitions.types["Bundle"], ())

    def _predicates(self, table: TypeTable) -> tuple[Predicate, ...]:
        """What holds between the members of a type."""
        keys = [*table.constraints, *(key for member in table.members.values() for key in member.constraints)]
        found: list[Predicate] = [HAND_WRITTEN.get(key, undecided) for key in keys if key not in OF_BUNDLES]
        if table.name == "Coding":
            fault = self._codings.fault
            found.append(lambda node: fault(node.get("system"), node.get("code"), node.get("display")) is None)
        if table.name == "Identifier":
            found.append(lambda node: is_absolute(node.get("system", "urn:")))
        if table.name in ("Quantity", "Age", "Count", "Distance", "Duration"):
            unit_fault = self._codings.quantity_fault
            found.append(lambda node: unit_fault(node.get("system"), node.get("code")) is None)
        if table.name == "Bundle":
            found.append(lambda node: not node.get("entry"))  # entries are checked one by one
        return tuple(found)

    def _fill(self, checks: Table, table: TypeTable) -> None:
        for member in table.members.values():
            check = self._member_check(member)
            checks[member.name] = list_check(check) if member.is_list else check
        if table.is_resource:
            checks["resourceType"] = bool
        else:
            checks["id"] = undecided  # it must be unique, and may not stand alone
        if "extension" in checks:
            checks["extension"] = list_check(self._extension_check(table))
        if "modifierExtension" in checks:
            checks["modifierExtension"] = undecided
        if table.is_resource and "contained" in checks:
            checks["contained"] = contained_check(self.any_resource)
        if table.name == "Meta":
            checks["profile"] = self._unknown_profiles
        if table.name == "Reference":
            checks["reference"] = reference_text
            checks["type"] = undecided

    def _member_check(self, member: Member) -> Check:
        if member.codes is not None:
            if member.type == "code":
                return frozenset().union(*member.codes.values()).__contains__
            return bound_concept_check(self._checks[member.type], member.codes)
        if member.type in URI_CHECKS:
            return URI_CHECKS[member.type]
        if member.type == "xhtml":
            return is_sound_narrative
        check = PRIMITIVE_CHECKS.get(member.type) or self._checks[member.type]
        if member.targets is not None:
            return targeted_check(check, member.targets)
        return simple_check(check) if member.is_simple else check

    def _unknown_profiles(self, value: Any) -> Any:
        """Profiles that are claimed and not at hand; those at hand are for the thorough half."""
        return (
            type(value) is list
            and value
            and all(is_sound_canonical(url) and self._library.profile(url) is None for url in value)
        )

    def _extension_check(self, table: TypeTable) -> Check:
        """Extensions of which only context and type of value are asked."""
        check_any = self._checks["Extension"]
        names = type_names(table)
        is_nested = table.name == "Extension"
        known: dict[str, frozenset[str] | None] = {}

        def check(value: Any) -> Any:
            url = value["url"]
            if is_nested and is_part(url):
                return check_any(value)
            if url not in known:
                if len(known) > _MOST_URLS:
                    return False
                extension = self._library.extension(url)
                is_plain = extension is not None and not extension.is_modifier and fits_context(extension, names)
                known[url] = plain_value_members(extension) if extension is not None and is_plain else None
            members = known[url]
            return members is not None and not members.isdisjoint(value) and check_any(value)

        return check
