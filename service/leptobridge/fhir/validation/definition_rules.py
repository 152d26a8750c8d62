"""What resources that define something must satisfy beyond structure and invariants: search parameters, measures, value
sets, code systems, capability statements, profiles (each as far as the definitions at hand can tell)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from leptobridge.fhir.definition_tables import TypeTable, r4_definitions
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.validation.code_forms import code_form_fault
from leptobridge.fhir.validation.library import Library

_EXPRESSION: Final = "http://hl7.org/fhir/StructureDefinition/cqf-expression"
_PARAMETER: Final = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter"
_TYPE: Final = "http://hl7.org/fhir/StructureDefinition/"
_BINDABLE: Final = frozenset(
    {"code", "Coding", "CodeableConcept", "Quantity", "string", "uri", "url", "canonical", "id", "oid"}
)
_CHILDREN_OF_ELEMENT: Final = frozenset({"id", "extension"})

Json = Mapping[str, Any]


def definition_issues(resource: dict[str, Any], library: Library) -> list[Issue]:
    """The faults of one resource that defines something; none for others. Total: other shapes are passed over."""
    rule = _RULES.get(resource.get("resourceType", ""))
    try:
        return list(rule(resource, library)) if rule is not None else []
    except (TypeError, AttributeError, KeyError, ValueError):
        return []  # of another shape than its type has: the structure says so


def _rule(path: str, sentence: str) -> Issue:
    return Issue("error", "business-rule", sentence, path, "definition")


def _search_parameter(parameter: Json, library: Library) -> Iterator[Issue]:
    if parameter.get("type") == "composite" and len(parameter.get("component", ())) < 2:
        yield _rule("SearchParameter", "A composite search parameter has two components or more.")
    expression = parameter.get("expression", "")
    for part in expression.split("|"):
        root = part.strip().lstrip("(").partition(".")[0].strip()
        if root in r4_definitions().resource_types and root not in parameter.get("base", ()):
            yield _rule(
                "SearchParameter.expression", f"The expression begins with {root}, which is not among the bases."
            )
    original = library.search_parameters.get(parameter.get("derivedFrom", ""))
    if original is None:
        return
    for index, base in enumerate(parameter.get("base", ())):
        if base not in original["base"]:
            yield _rule(
                f"SearchParameter.base[{index}]", "The parameter that this one is derived from has no such base."
            )
    if parameter.get("type") != original["type"]:
        sentence = f"The parameter that this one is derived from is of type {original['type']}."
        yield _rule("SearchParameter.type", sentence)


def _capability_statement(statement: Json, library: Library) -> Iterator[Issue]:
    for rest_index, rest in enumerate(statement.get("rest", ())):
        for index, resource in enumerate(rest.get("resource", ())):
            for number, parameter in enumerate(resource.get("searchParam", ())):
                known = library.search_parameters.get(parameter.get("definition", "").partition("|")[0])
                if known is not None and parameter.get("type") != known["type"]:
                    path = f"CapabilityStatement.rest[{rest_index}].resource[{index}].searchParam[{number}]"
                    yield _rule(f"{path}.type", f"The search parameter's definition is of type {known['type']}.")


def _code_system(system: Json, library: Library) -> Iterator[Issue]:
    if "supplements" in system and system.get("content") != "supplement":
        yield _rule("CodeSystem.content", "A code system that supplements another has the content 'supplement'.")


def _value_set(value_set: Json, library: Library) -> Iterator[Issue]:
    parameters = {
        part.get("valueCode")
        for extension in value_set.get("extension", ())
        if extension.get("url") == _PARAMETER
        for part in extension.get("extension", ())
        if part.get("url") == "name"
    }
    compose = value_set.get("compose", {})
    for kind in ("include", "exclude"):
        for index, include in enumerate(compose.get(kind, ())):
            path = f"ValueSet.compose.{kind}[{index}]"
            yield from _listed(include, path, library)
            for number, condition in enumerate(include.get("filter", ())):
                if any(name not in parameters for name in _named_parameters(condition)):
                    sentence = "The expression names no parameter of this value set."
                    yield _rule(f"{path}.filter[{number}].value", sentence)


def _named_parameters(condition: Json) -> Iterator[str]:
    for extension in condition.get("_value", {}).get("extension", ()):
        expression = extension.get("valueExpression", {}).get("expression", "")
        if extension.get("url") == _EXPRESSION and expression.startswith("%"):
            yield expression[1:]


def _listed(include: Json, path: str, library: Library) -> Iterator[Issue]:
    """The codes that a value set lists can be codes of their system."""
    system = include.get("system", "")
    known = library.terminology.code_system(system)
    for index, concept in enumerate(include.get("concept", ())):
        code = concept.get("code", "")
        form = code_form_fault(system, code)
        if form is not None or (known is not None and not known.knows(code)):
            sentence = form or "The code system has no such code."
            yield Issue("error", "code-invalid", sentence, f"{path}.concept[{index}].code", "code")


def _measure(measure: Json, library: Library) -> Iterator[Issue]:
    if measure.get("library"):
        for index, url in enumerate(measure["library"]):
            if ":" not in url and not url.startswith("#"):
                yield _rule(f"Measure.library[{index}]", "A library is named by an absolute canonical.")
        return
    for group_index, group in enumerate(measure.get("group", ())):
        for index, population in enumerate(group.get("population", ())):
            criteria = population.get("criteria", {})
            if criteria.get("language") in ("text/cql", "text/cql-identifier", "text/cql.identifier"):
                path = f"Measure.group[{group_index}].population[{index}].criteria"
                yield _rule(path, "Criteria in CQL need a library, and the measure names none.")


def _structure_definition(structure: Json, library: Library) -> Iterator[Issue]:
    """A differential that no snapshot can be made of: paths that the base has not, or out of order."""
    base = structure.get("baseDefinition", "").removeprefix(_TYPE)
    if structure.get("derivation") != "constraint" or base not in r4_definitions().types:
        return
    last: dict[str, int] = {}
    for index, element in enumerate(structure.get("differential", {}).get("element", ())):
        path = f"StructureDefinition.differential.element[{index}]"
        steps = element["path"].split(".")
        if steps[0] != structure.get("type"):
            yield _rule(f"{path}.path", "The path does not begin with the type that is constrained.")
            continue
        identity = element.get("id", "").split(".")
        if len(identity) == len(steps) and identity[-1].partition(":")[0] not in (steps[-1], f"{steps[-1]}[x]"):
            stem = identity[-1].partition(":")[0]
            if not stem.endswith("[x]"):
                yield _rule(f"{path}.path", "The path names another element than the id.")
                continue
        position = _position(steps)
        if position is None:
            yield _rule(f"{path}.path", "The base definition has no such element.")
        elif len(steps) == 2:
            if position < last.get(steps[0], -1):
                yield _rule(f"{path}.path", "The element is out of the order of the base definition.")
            last[steps[0]] = max(position, last.get(steps[0], -1))
        codes = {declared.get("code") for declared in element.get("type", ())}
        if "binding" in element and codes and not codes & _BINDABLE:
            yield _rule(path, "An element of this type cannot have a binding.")


def _position(steps: list[str]) -> int | None:
    """The place of an element among its siblings in the base; None where there is no such element."""
    types = r4_definitions().types
    tables: list[TypeTable] = [types[steps[0]]]
    position = 0
    for step in steps[1:]:
        found = [(table, name) for table in tables for name in _members_named(table, step)]
        if not found:
            return position if step in _CHILDREN_OF_ELEMENT else None
        table, name = found[0]
        position = list(table.members).index(name)
        below = [table.members[name].type for table, name in found]
        if "Resource" in below:
            return position  # whatever the contained resource has
        tables = [types[name] for name in below if name in types]
    return position


def _members_named(table: TypeTable, step: str) -> list[str]:
    return sorted(table.choices[step]) if step in table.choices else [step] if step in table.members else []


_RULES: Final[Mapping[str, Callable[[Json, Library], Iterator[Issue]]]] = {
    "CapabilityStatement": _capability_statement,
    "CodeSystem": _code_system,
    "Measure": _measure,
    "SearchParameter": _search_parameter,
    "StructureDefinition": _structure_definition,
    "ValueSet": _value_set,
}

#: The types that have such rules.
DEFINING_TYPES: Final = frozenset(_RULES)
