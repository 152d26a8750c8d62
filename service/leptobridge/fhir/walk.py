"""The thorough half of the check: names every fault of one resource at its element.

What :mod:`acceptance` finds sound is passed over, so that one fault does not cost a walk of everything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from leptobridge.fhir.acceptance import Acceptance, FirstLook
from leptobridge.fhir.definition_tables import Member, TypeTable, r4_definitions
from leptobridge.fhir.issue import Issue, IssueCode
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS, PRIMITIVE_FORMS, is_valid
from leptobridge.fhir.validation.codings import CodingCheck, CodingFault
from leptobridge.fhir.validation.extensions import (
    is_part,
    known_extension,
    placement_issues,
    type_names,
    unknown_extension_issue,
    versioned_url_issue,
)
from leptobridge.fhir.validation.fhirpath import Node
from leptobridge.fhir.validation.invariants.registry import Invariant, invariants_of
from leptobridge.fhir.validation.library import Library
from leptobridge.fhir.validation.narrative import narrative_faults
from leptobridge.fhir.validation.profile_check import ProfileCheck
from leptobridge.fhir.validation.situation import Situation
from leptobridge.fhir.validation.strictness import Strictness
from leptobridge.fhir.validation.uri_forms import canonical_fault, is_absolute, reference_issues, uri_fault

_SHOWN_CODES = 16
_LONGEST_NAME = 64
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?.+")
_LATER_VERSION = re.compile(r"http://hl7\.org/fhir/[4-9]\.[0-9]/StructureDefinition/extension-")
_QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration"})


@dataclass(slots=True)
class _Place:
    """Where the walk is: the path, the nearest resource, and what an extension's context may call the place."""

    path: str
    resource: dict[str, Any]
    types: frozenset[str]
    parent: "_Place | None" = None
    element: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Types of the value here, and paths that lead here from types further up (``Patient.contact.name``)."""
        above = self.parent.names if self.parent is not None else frozenset()
        return self.types | {f"{name}.{self.element}" for name in above}

    def below(self, member: Member, prefix: str = "") -> "_Place":
        """The place of a member (or of its companion, ``_``)."""
        element = member.choice.removesuffix("[x]") if member.choice else member.name
        return _Place(f"{self.path}.{prefix}{member.name}", self.resource, frozenset(), self, element)

    def item(self, index: int) -> "_Place":
        """The place of an item of a list."""
        return _Place(f"{self.path}[{index}]", self.resource, self.types, self.parent, self.element)

    def of_types(self, types: frozenset[str]) -> "_Place":
        """The same place, with the types of its value known."""
        return _Place(self.path, self.resource, types, self.parent, self.element)


class Walk:
    """One walk over one resource, after a first look at it; without ``acceptance`` through everything."""

    def __init__(
        self,
        library: Library,
        acceptance: Acceptance | None,
        codings: CodingCheck,
        *,
        strictness: Strictness,
        root: Any,
        look: FirstLook | None,
        in_transaction: bool,
    ) -> None:
        definitions = r4_definitions()
        self._types = definitions.types
        self._resource_types = definitions.resource_types
        self._library = library
        self._acceptance = acceptance
        self._codings = codings
        self._strictness = strictness
        self._root = root
        self._ids: dict[str, str] = {}
        self._in_transaction = in_transaction
        self._look = look

    def resource(self, value: Any, expected_type: str | None = None, path: str | None = None) -> Iterator[Issue]:
        """The faults of what should be a resource."""
        if not isinstance(value, dict):
            yield _issue("structure", path or expected_type or "", "A resource must be a JSON object.")
            return
        name = value.get("resourceType")
        if name is None:
            yield _issue("structure", path or expected_type or "", "The resource has no resourceType.")
            return
        if not isinstance(name, str) or name not in self._resource_types:
            yield _issue("structure", f"{path}.resourceType" if path else "", "resourceType is no type of FHIR R4.")
            return
        if expected_type is not None and name != expected_type:
            yield _issue("invalid", path or name, f"The resource is a {name}; {_shown(expected_type)} was expected.")
        table = self._types[name]
        yield from self._object(value, table, _Place(path or name, value, _type_names(table.name)))

    def _object(self, value: dict[str, Any], table: TypeTable, place: _Place) -> Iterator[Issue]:
        names, is_whole = list(value), False
        if value is self._root and self._look is not None:
            names, is_whole = self._look.unsound, self._look.is_whole
        elif self._acceptance is not None:
            names = self._acceptance.unsound(table.name, value)
            is_whole = self._acceptance.is_whole(table.name, value, names)
        for name in names:
            content = value[name]
            if name == "resourceType" and table.is_resource:
                continue
            stem = name[1:] if name.startswith("_") else name
            member = table.members.get(stem)
            if member is None or (stem != name and member.type not in PRIMITIVE_CHECKS):
                sentence = f"{table.name} has no element '{_shown(name)}' in R4."
                yield _issue("structure", f"{place.path}.{_shown(name)}", sentence)
            elif stem != name:
                yield from self._companion(content, value.get(stem), member, place.below(member, "_"))
            elif member.is_list:
                yield from self._list(content, value.get(f"_{name}"), member, place)
            else:
                yield from self._single(content, member, place, place.below(member))
        if not is_whole:
            yield from self._whole(value, table, place)

    def _whole(self, value: dict[str, Any], table: TypeTable, place: _Place) -> Iterator[Issue]:
        """What is asked of an object as a whole."""
        path = place.path
        present = _present(value, table)
        if not value or (table.is_resource is False and value.keys() <= {"id"}):
            yield _issue("structure", path, "An object must not be empty.")
        for element in table.required:
            if element not in present:
                yield _issue("required", f"{path}.{element}", f"{path}.{element} is required.")
        for element, names in present.items():
            if len(names) > 1:
                listed = ", ".join(names)
                yield _issue("structure", f"{path}.{element}", f"Only one of {element} is allowed; sent are {listed}.")
        if not table.is_resource and isinstance(value.get("id"), str):
            yield from self._element_id(value["id"], path)
        if table.name == "Extension":
            yield from _extension(present, path)
        elif table.name == "Identifier":
            yield from _identified(value.get("system"), path)
        elif table.name == "Coding":
            yield from _coded(self._codings.fault(value.get("system"), value.get("code"), value.get("display")), path)
        elif table.name in _QUANTITIES:
            yield from _coded(self._codings.quantity_fault(value.get("system"), value.get("code")), path)
        for invariant in _invariants(table.name):
            if not invariant.holds(value, place.resource):
                yield Issue("error", "invariant", f"{invariant.key}: {invariant.human}", path, invariant.key)

    def _element_id(self, identity: str, path: str) -> Iterator[Issue]:
        """Ids of elements are unique within their resource."""
        first = self._ids.setdefault(identity, path)
        if first != path:
            yield Issue("error", "duplicate", f"{first} has the same id.", f"{path}.id", "element-id")

    def _list(self, content: Any, companions: Any, member: Member, owner: _Place) -> Iterator[Issue]:
        place = owner.below(member)
        if not isinstance(content, list):
            yield _issue("structure", place.path, f"{member.name} repeats: it must be a JSON array.")
            return
        if not content:
            yield _issue("structure", place.path, "An array must not be empty.")
        if isinstance(companions, list) and len(companions) != len(content):
            sentence = f"{member.name} and _{member.name} must have the same length."
            yield _issue("structure", place.path, sentence)
        for index, item in enumerate(content):
            if item is None and member.type in PRIMITIVE_CHECKS and _at(companions, index) is not None:
                continue
            yield from self._single(item, member, owner, place.item(index))

    def _single(self, content: Any, member: Member, owner: _Place, place: _Place) -> Iterator[Issue]:
        path = place.path
        if isinstance(content, list):
            yield _issue("structure", path, f"{member.name} does not repeat: it must not be an array.")
            return
        if content is None:
            yield _issue("structure", path, "null is no value in FHIR; leave the element out.")
            return
        check = PRIMITIVE_CHECKS.get(member.type)
        if check is not None:
            if not is_valid(check, content):
                code: IssueCode = "structure" if isinstance(content, dict) else "value"
                yield _issue(code, path, f"The value is not {PRIMITIVE_FORMS[member.type]}.")
            elif member.codes is not None and not any(content in codes for codes in member.codes.values()):
                yield _issue("code-invalid", path, _not_in_value_set(member))
            else:
                yield from _primitive(content, member.type, path)
            return
        if member.type == "Resource":
            yield from self._nested_resource(content, member, path)
            return
        if not isinstance(content, dict):
            yield _issue("structure", path, f"The value must be an object ({member.type}).")
            return
        table = self._types[member.type]
        yield from self._object(content, table, place.of_types(_type_names(table.name)))
        yield from self._used(content, member, owner, path)

    def _used(self, content: dict[str, Any], member: Member, owner: _Place, path: str) -> Iterator[Issue]:
        """What is asked of a value for the place that it is in."""
        if member.codes is not None and not _has_coding(content, member.codes):
            yield Issue("error", "code-invalid", _not_in_value_set(member), path, "binding")
        if member.type == "Reference":
            yield from self._reference(content, member, path)
        if member.is_simple and "comparator" in content:
            yield Issue("error", "structure", "No comparator is allowed here.", f"{path}.comparator", "sqty-1")
        if member.type == "Extension":
            yield from self._defined(content, owner, path, is_modifier=member.name == "modifierExtension")

    def _reference(self, content: dict[str, Any], member: Member, path: str) -> Iterator[Issue]:
        written = content.get("reference")
        if isinstance(written, str):
            if written.startswith("#"):
                if self._look is not None:
                    self._look.local_references.append(written)
            elif not self._in_transaction and _CONDITIONAL.fullmatch(written):
                sentence = "A conditional reference is allowed in a transaction alone."
                yield Issue("error", "value", sentence, f"{path}.reference", "reference")
        yield from reference_issues(content, member.targets, path)

    def _defined(self, extension: dict[str, Any], owner: _Place, path: str, *, is_modifier: bool) -> Iterator[Issue]:
        """An extension by its definition. Parts of complex extensions have none of their own."""
        url = extension.get("url")
        if not isinstance(url, str) or ("Extension" in owner.types and is_part(url)):
            return
        if (versioned := versioned_url_issue(url, path)) is not None:
            yield versioned
        definition = known_extension(self._library, url)
        if definition is None:
            prefixes = self._strictness.extension_prefixes
            if (unknown := unknown_extension_issue(url, path, prefixes, is_modifier=is_modifier)) is not None:
                yield unknown
            return
        yield from placement_issues(definition, owner.names, path, is_modifier=is_modifier)
        root = self._root if isinstance(self._root, dict) else owner.resource
        check = ProfileCheck(self._library, Situation(owner.resource, root))
        yield from check.issues(definition, Node(extension, "Extension"), path)

    def _nested_resource(self, content: Any, member: Member, path: str) -> Iterator[Issue]:
        ids, self._ids = self._ids, {}
        yield from self.resource(content, path=path)
        self._ids = ids
        if member.name == "contained" and isinstance(content, dict):
            if "contained" in content:
                yield _issue("structure", f"{path}.contained", "A contained resource must not contain others.")
            if "id" not in content:
                yield _issue("required", f"{path}.id", "A contained resource needs an id.")

    def _companion(self, content: Any, values: Any, member: Member, place: _Place) -> Iterator[Issue]:
        """``_birthDate``: id and extensions of a primitive; an array, with nulls, for a repeating one."""
        path = place.path
        place = place.of_types(frozenset({member.type, "Element"}))
        if not member.is_list:
            yield from self._element(content, place)
            if values is None:
                yield from _uncoded(content, member, path)
            return
        if not isinstance(content, list):
            yield _issue("structure", path, f"{member.name} repeats: its companion must be a JSON array.")
            return
        if not content:
            yield _issue("structure", path, "An array must not be empty.")
        for index, item in enumerate(content):
            if item is None:
                if not isinstance(values, list):
                    yield _issue("structure", f"{path}[{index}]", "null has neither a value nor an extension.")
                continue
            yield from self._element(item, place.item(index))
            if _at(values, index) is None:
                yield from _uncoded(item, member, f"{path}[{index}]")

    def _element(self, content: Any, place: _Place) -> Iterator[Issue]:
        if isinstance(content, dict):
            yield from self._object(content, self._types["Element"], place)
        else:
            yield _issue("structure", place.path, "The value must be an object with id or extension.")


def _present(value: Mapping[str, Any], table: TypeTable) -> dict[str, list[str]]:
    """The elements of an object, choices as such, each with its members that are there."""
    found: dict[str, list[str]] = {}
    for name in value:
        stem = name.removeprefix("_")
        member = table.members.get(stem)
        if member is None or (stem != name and member.type not in PRIMITIVE_CHECKS):
            continue
        names = found.setdefault(member.choice or stem, [])
        if stem not in names:
            names.append(stem)
    return found


@cache
def _type_names(type_name: str) -> frozenset[str]:
    return type_names(r4_definitions().types[type_name])


@cache
def _invariants(type_name: str) -> tuple[Invariant, ...]:
    definitions = r4_definitions()
    return invariants_of(definitions.types[type_name], definitions)


def _issue(code: IssueCode, path: str, sentence: str) -> Issue:
    return Issue("error", code, sentence, path)


def _shown(name: object) -> str:
    """An element name as it may be repeated in a message: it may hold anything."""
    text = str(name)
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= _LONGEST_NAME else "?"


def _at(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None


def _uncoded(companion: Any, member: Member, path: str) -> Iterator[Issue]:
    """An extension is no code of a required value set, unless it brings the code of a later FHIR version."""
    extensions = companion.get("extension") if isinstance(companion, dict) else None
    urls = [item.get("url") for item in extensions if isinstance(item, dict)] if isinstance(extensions, list) else []
    if member.codes is not None and not any(isinstance(url, str) and _LATER_VERSION.match(url) for url in urls):
        sentence = f"A code of the value set {member.value_set} is required; an extension alone is none."
        yield Issue("error", "code-invalid", sentence, path.replace("._", "."), "binding")


def _extension(present: Mapping[str, list[str]], path: str) -> Iterator[Issue]:
    if "value[x]" in present and "extension" in present:
        yield _issue("extension", path, "An extension has either a value or nested extensions, not both.")
    if "value[x]" not in present and "extension" not in present:
        yield _issue("extension", path, "An extension needs a value or nested extensions.")


def _coded(fault: CodingFault | None, path: str) -> Iterator[Issue]:
    if fault is not None:
        yield Issue("error", "code-invalid", fault.sentence, f"{path}.{fault.member}", fault.rule)


def _identified(system: Any, path: str) -> Iterator[Issue]:
    if isinstance(system, str) and not is_absolute(system):
        yield Issue("error", "value", "A system of identifiers is named by an absolute URI.", f"{path}.system", "uri")


def _primitive(content: Any, primitive: str, path: str) -> Iterator[Issue]:
    """What is asked of a primitive beyond its form."""
    if primitive == "xhtml":
        for fault in narrative_faults(content):
            yield Issue("error", "invariant", fault, path, "narrative")
    elif primitive in ("uri", "url", "canonical"):
        sentence = canonical_fault(content) if primitive == "canonical" else uri_fault(content)
        if sentence is not None:
            yield Issue("error", "value", sentence, path, "uri")


def _has_coding(concept: Mapping[str, Any], codes: Mapping[str, frozenset[str]]) -> bool:
    codings = concept.get("coding") if "coding" in concept else [concept]
    return isinstance(codings, list) and any(
        isinstance(coding, dict)
        and isinstance(coding.get("system"), str)
        and isinstance(coding.get("code"), str)
        and coding["code"] in codes.get(coding["system"], ())
        for coding in codings
    )


def _not_in_value_set(member: Member) -> str:
    allowed = sorted(set().union(*(member.codes or {}).values()))
    listed = f": {' | '.join(allowed)}" if len(allowed) <= _SHOWN_CODES else ""
    return f"The code is not in the required value set {member.value_set}{listed}."
