"""Comparators of criteria; the boundary is in for ``at_least`` and ``at_most`` alone (G4)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Literal

Comparator = Literal["at_least", "above", "at_most", "below"]

_HOLDS: Mapping[Comparator, Callable[[Decimal, Decimal], bool]] = {
    "at_least": ge,
    "above": gt,
    "at_most": le,
    "below": lt,
}

#: Comparators that bound a value from below.
LOWER_BOUNDS: frozenset[Comparator] = frozenset({"at_least", "above"})


def holds(value: Decimal, comparator: Comparator, limit: Decimal) -> bool:
    """Whether ``value`` satisfies the comparator, exactly and without rounding (G3)."""
    return _HOLDS[comparator](value, limit)
