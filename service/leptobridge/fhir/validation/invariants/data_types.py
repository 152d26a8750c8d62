"""Invariants of the data types (R4 datatypes.html, metadatatypes.html, references.html)."""

from collections.abc import Mapping
from typing import Any, Final

from leptobridge.fhir.validation.fhirpath.values import compare_times, number
from leptobridge.fhir.validation.invariants.shape import Predicate, has, has_choice, together
from leptobridge.fhir.vocabulary import UCUM

_EVENTS_WITHOUT_OFFSET = frozenset({"C", "CM", "CD", "CV"})


def in_order(earlier: Any, later: Any) -> bool:
    """Whether two times are in order; not, where one is too imprecise to tell, as FHIRPath has it."""
    if earlier is None or later is None:
        return True
    if len(earlier) == 10 == len(later):
        return bool(earlier <= later)
    if len(earlier) == 25 == len(later) and earlier[-6:] == later[-6:]:
        return bool(earlier <= later)
    order = compare_times(earlier, later)
    return order is not None and order <= 0


def _is_range(node: dict[str, Any]) -> bool:
    low, high = node.get("low"), node.get("high")
    if low is None or high is None or "value" not in low or "value" not in high:
        return True
    if low.get("code", low.get("unit")) != high.get("code", high.get("unit")):
        return False  # units that cannot be compared are in no order
    return number(low["value"]) <= number(high["value"])


def _is_ratio(node: dict[str, Any]) -> bool:
    whole = "numerator" in node and "denominator" in node
    return whole or ("numerator" not in node and "denominator" not in node and "extension" in node)


def _coded_or_empty(node: dict[str, Any]) -> bool:
    return has(node, "code") or not has(node, "value")


def _in_ucum(node: dict[str, Any]) -> bool:
    return bool(node.get("system", UCUM) == UCUM)


def _is_positive(node: dict[str, Any]) -> bool:
    return "value" not in node or node["value"] > 0


def _is_whole(node: dict[str, Any]) -> bool:
    return "value" not in node or "." not in str(node["value"])


def _offset_follows_event(node: dict[str, Any]) -> bool:
    return not has(node, "offset") or (has(node, "when") and not _EVENTS_WITHOUT_OFFSET.intersection(node["when"]))


def _trigger(node: dict[str, Any]) -> bool:
    kind = node.get("type", "")
    return (
        (kind != "named-event" or has(node, "name"))
        and (kind != "periodic" or has_choice(node, "timing"))
        and (not kind.startswith("data-") or has(node, "data"))
    )


DATA_TYPES: Final[Mapping[str, Predicate]] = {
    "age-1": lambda node: _coded_or_empty(node) and _in_ucum(node) and _is_positive(node),
    "att-1": lambda node: together(node, "data", "contentType"),
    "cnt-3": lambda node: _coded_or_empty(node) and _in_ucum(node) and node.get("code", "1") == "1" and _is_whole(node),
    "cpt-2": lambda node: together(node, "value", "system"),
    "dis-1": lambda node: _coded_or_empty(node) and _in_ucum(node),
    "drt-1": lambda node: not has(node, "code") or (node.get("system") == UCUM and has(node, "value")),
    "drq-1": lambda node: has(node, "path") != has(node, "searchParam"),
    "drq-2": lambda node: has(node, "path") != has(node, "searchParam"),
    "exp-1": lambda node: has(node, "expression") or has(node, "reference"),
    "per-1": lambda node: in_order(node.get("start"), node.get("end")),
    "qty-3": lambda node: together(node, "code", "system"),
    "rat-1": _is_ratio,
    "rng-2": _is_range,
    "tim-1": lambda node: together(node, "duration", "durationUnit"),
    "tim-2": lambda node: together(node, "period", "periodUnit"),
    "tim-4": lambda node: node.get("duration", 0) >= 0,
    "tim-5": lambda node: node.get("period", 0) >= 0,
    "tim-6": lambda node: together(node, "periodMax", "period"),
    "tim-7": lambda node: together(node, "durationMax", "duration"),
    "tim-8": lambda node: together(node, "countMax", "count"),
    "tim-9": _offset_follows_event,
    "tim-10": lambda node: not (has(node, "timeOfDay") and has(node, "when")),
    "trd-1": lambda node: not (has(node, "data") and has_choice(node, "timing")),
    "trd-2": lambda node: together(node, "condition", "data"),
    "trd-3": _trigger,
}
