"""Comparators of criteria; the boundary is in for ``at_least`` and ``at_most`` alone (G4)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Literal

from leptobridge.chart.chart import Bound

Comparator = Literal["at_least", "above", "at_most", "below"]

_HOLDS: Mapping[Comparator, Callable[[Decimal, Decimal], bool]] = {
    "at_least": ge,
    "above": gt,
    "at_most": le,
    "below": lt,
}

_NEGATION: Mapping[Comparator, Comparator] = {
    "at_least": "below",
    "above": "at_most",
    "at_most": "above",
    "below": "at_least",
}

#: Comparators that bound a value from below.
LOWER_BOUNDS: frozenset[Comparator] = frozenset({"at_least", "above"})


def holds(value: Decimal, comparator: Comparator, limit: Decimal) -> bool:
    """Whether ``value`` satisfies the comparator, exactly and without rounding (G3)."""
    return _HOLDS[comparator](value, limit)


def holds_within(bound: Bound, comparator: Comparator, limit: Decimal) -> bool | None:
    """Whether every value that a bound leaves open satisfies the comparator, or none does; ``None`` = open (G1)."""
    if _all_hold(bound, comparator, limit):
        return True
    return False if _all_hold(bound, _NEGATION[comparator], limit) else None


def _all_hold(bound: Bound, comparator: Comparator, limit: Decimal) -> bool:
    if (bound.comparator in (">", ">=")) != (comparator in LOWER_BOUNDS):
        return False
    beyond = bound.comparator in ("<", ">")
    return holds(bound.limit, comparator, limit) or (beyond and bound.limit == limit)
