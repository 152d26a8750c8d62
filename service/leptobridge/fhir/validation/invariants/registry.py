"""The invariants of each type, ready to be judged: by a predicate written by hand, else as FHIRPath."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.definition_tables import Constraint, Definitions, TypeTable
from leptobridge.fhir.validation.fhirpath import Environment, FhirPathError, Node, compile_expression, is_true
from leptobridge.fhir.validation.invariants import HAND_WRITTEN, OF_BUNDLES


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule at one type. ``holds`` takes the JSON object and the resource that it is in."""

    key: str
    human: str
    holds: Callable[[dict[str, Any], dict[str, Any]], bool]


def check_registry(definitions: Definitions) -> None:
    """Raises where a predicate is written for a key that the definitions have not."""
    strangers = sorted((HAND_WRITTEN.keys() | OF_BUNDLES) - definitions.constraints.keys())
    if strangers:
        raise LookupError(f"invariants that R4 has not: {', '.join(strangers)}")


def invariants_of(table: TypeTable, definitions: Definitions) -> tuple[Invariant, ...]:
    """The error-level invariants of a type, those at its elements included."""
    keys = [*table.constraints, *(key for member in table.members.values() for key in member.constraints)]
    unique = dict.fromkeys(key for key in keys if key not in OF_BUNDLES)
    return tuple(_invariant(key, definitions.constraints[key], table.name) for key in unique)


def _invariant(key: str, constraint: Constraint, type_name: str) -> Invariant:
    shown = key.partition(" ")[0]
    predicate = HAND_WRITTEN.get(key)
    if predicate is not None:
        written = predicate
        return Invariant(shown, constraint.human, lambda node, resource: bool(_or_true(written, node)))
    return Invariant(shown, constraint.human, _evaluated(constraint.expression, type_name))


def _or_true(predicate: Callable[[dict[str, Any]], Any], node: dict[str, Any]) -> Any:
    try:
        return predicate(node)
    except (TypeError, AttributeError, KeyError, ValueError, ArithmeticError):
        return True  # of another shape than the type has: the structure says so


def _evaluated(text: str, type_name: str) -> Callable[[dict[str, Any], dict[str, Any]], bool]:
    def holds(node: dict[str, Any], resource: dict[str, Any]) -> bool:
        around = Node(resource, str(resource.get("resourceType")))
        try:
            return is_true(
                compile_expression(text)(Node(node, type_name), Environment(resource=around, root_resource=around))
            )
        except FhirPathError:
            return True

    return holds
