"""The structural check of a resource against the R4 definitions: one function that all faces use."""

from collections.abc import Iterator, Mapping
from typing import Any

from leptobridge.fhir.acceptance import accept
from leptobridge.fhir.contained import check_contained, resolves
from leptobridge.fhir.definition_tables import Definitions, Member, TypeTable, r4_definitions
from leptobridge.fhir.issue import Issue, IssueCode, Severity
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS, PRIMITIVE_FORMS, is_valid

_MOST_ISSUES = 100
_SHOWN_CODES = 16
_LONGEST_NAME = 64


def check_resource(resource: Any, expected_type: str | None = None) -> list[Issue]:
    """Every structural fault of parsed JSON that should be an R4 resource; an empty list means that it is sound.

    Found are: unknown elements, wrong JSON types, cardinalities, empty arrays and objects, several types of one
    choice element, malformed primitives (days that no calendar has, too), blank text, companions (``_birthDate``)
    that fit nothing, extensions without url or with both value and extensions, contained resources that are nested
    or named twice, references ``#id`` to nothing, codes outside closed required bindings, malformed ids.
    ``expected_type`` is the type that the URL names. Each issue has a path such as ``Patient.contact[0].name`` (JSON
    names); a CodeableConcept outside its required value set is a warning. At most 100 issues. Never raises.
    """
    if expected_type is None or _type_of(resource) == expected_type:
        local_references = accept(resource)
        if local_references is not None:
            return [] if resolves(resource, local_references) else check_contained(resource)
    return find_issues(resource, expected_type)


def find_issues(resource: Any, expected_type: str | None) -> list[Issue]:
    """:func:`check_resource` by its thorough half alone."""
    found: list[Issue] = []
    walk = _Walk(r4_definitions())
    try:
        for issue in walk.resource(resource, expected_type):
            found.append(issue)
            if len(found) == _MOST_ISSUES:
                return found
        found.extend(check_contained(resource))
    except RecursionError:
        found.append(Issue("error", "too-costly", "The resource is nested too deeply."))
    return found[:_MOST_ISSUES]


def resource_types() -> frozenset[str]:
    """The 146 resource types of R4."""
    return r4_definitions().resource_types


def _type_of(resource: Any) -> Any:
    return resource.get("resourceType") if isinstance(resource, dict) else None


def _issue(code: IssueCode, path: str, sentence: str, severity: Severity = "error") -> Issue:
    return Issue(severity, code, sentence, path)


def _shown(name: object) -> str:
    """An element name as it may be repeated in a message: it may hold anything."""
    text = str(name)
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= _LONGEST_NAME else "?"


class _Walk:
    """The thorough half: one pass that names every fault."""

    def __init__(self, definitions: Definitions) -> None:
        self._types = definitions.types
        self._resource_types = definitions.resource_types

    def resource(self, value: Any, expected_type: str | None = None, path: str | None = None) -> Iterator[Issue]:
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
        yield from self._object(value, self._types[name], path or name)

    def _object(self, value: dict[str, Any], table: TypeTable, path: str) -> Iterator[Issue]:
        present: dict[str, list[str]] = {}
        for name, content in value.items():
            if name == "resourceType" and table.is_resource:
                continue
            stem = name[1:] if name.startswith("_") else name
            member = table.members.get(stem)
            if member is None or (stem != name and member.type not in PRIMITIVE_CHECKS):
                yield _issue(
                    "structure", f"{path}.{_shown(name)}", f"{table.name} has no element '{_shown(name)}' in R4."
                )
                continue
            names = present.setdefault(member.choice or stem, [])
            if stem not in names:
                names.append(stem)
            if stem != name:
                yield from self._companion(content, value.get(stem), member, f"{path}.{name}")
            elif member.is_list:
                yield from self._list(content, value.get(f"_{name}"), member, f"{path}.{name}")
            else:
                yield from self._single(content, member, f"{path}.{name}")
        if not value or (table.is_resource is False and value.keys() <= {"id"}):
            yield _issue("structure", path, "An object must not be empty.")
        for element in table.required:
            if element not in present:
                yield _issue("required", f"{path}.{element}", f"{path}.{element} is required.")
        for element, names in present.items():
            if len(names) > 1:
                listed = ", ".join(names)
                yield _issue("structure", f"{path}.{element}", f"Only one of {element} is allowed; sent are {listed}.")
        if table.name == "Extension":
            yield from _extension(present, path)

    def _list(self, content: Any, companions: Any, member: Member, path: str) -> Iterator[Issue]:
        if not isinstance(content, list):
            yield _issue("structure", path, f"{member.name} repeats: it must be a JSON array.")
            return
        if not content:
            yield _issue("structure", path, "An array must not be empty.")
        if isinstance(companions, list) and len(companions) != len(content):
            yield _issue("structure", path, f"{member.name} and _{member.name} must have the same length.")
        for index, item in enumerate(content):
            if item is None and member.type in PRIMITIVE_CHECKS and _at(companions, index) is not None:
                continue
            yield from self._single(item, member, f"{path}[{index}]")

    def _single(self, content: Any, member: Member, path: str) -> Iterator[Issue]:
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
            return
        if member.type == "Resource":
            yield from self._nested_resource(content, member, path)
            return
        if not isinstance(content, dict):
            yield _issue("structure", path, f"The value must be an object ({member.type}).")
            return
        yield from self._object(content, self._types[member.type], path)
        if member.codes is not None and not _has_coding(content, member.codes):
            yield _issue("code-invalid", path, _not_in_value_set(member), "warning")

    def _nested_resource(self, content: Any, member: Member, path: str) -> Iterator[Issue]:
        yield from self.resource(content, path=path)
        if member.name == "contained" and isinstance(content, dict):
            if "contained" in content:
                yield _issue("structure", f"{path}.contained", "A contained resource must not contain others.")
            if "id" not in content:
                yield _issue("required", f"{path}.id", "A contained resource needs an id.")

    def _companion(self, content: Any, values: Any, member: Member, path: str) -> Iterator[Issue]:
        """``_birthDate``: id and extensions of a primitive; an array, with nulls, for a repeating one."""
        if not member.is_list:
            yield from self._element(content, path)
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
            yield from self._element(item, f"{path}[{index}]")

    def _element(self, content: Any, path: str) -> Iterator[Issue]:
        if isinstance(content, dict):
            yield from self._object(content, self._types["Element"], path)
        else:
            yield _issue("structure", path, "The value must be an object with id or extension.")


def _at(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None


def _extension(present: Mapping[str, list[str]], path: str) -> Iterator[Issue]:
    if "value[x]" in present and "extension" in present:
        yield _issue("extension", path, "An extension has either a value or nested extensions, not both.")
    if "value[x]" not in present and "extension" not in present:
        yield _issue("extension", path, "An extension needs a value or nested extensions.")


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
