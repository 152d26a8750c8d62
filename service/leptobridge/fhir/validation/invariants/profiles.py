"""Invariants of R4's vital signs, which arrive in great numbers, by their expression (observation-vitalsigns.html)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from leptobridge.fhir.validation.invariants.shape import has, has_choice


def _has_value_or_reason(node: dict[str, Any]) -> bool:
    return has_choice(node, "value") or has(node, "dataAbsentReason")


#: Each takes the JSON value that the expression is about.
PROFILE_PREDICATES: Final[Mapping[str, Callable[[Any], bool]]] = {
    # vs-1: whatever is no dateTime (a Period) is not meant by it
    "($this as dateTime).toString().length() >= 8": lambda value: not isinstance(value, str) or len(value) >= 8,
    # vs-2
    "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())": (
        lambda node: has(node, "component") or has(node, "hasMember") or _has_value_or_reason(node)
    ),
    # vs-3
    "value.exists() or dataAbsentReason.exists()": _has_value_or_reason,
}
