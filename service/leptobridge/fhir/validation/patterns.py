"""``fixed[x]`` and ``pattern[x]`` (profiling.html): whether a value is exactly this, or has at least this."""

from decimal import Decimal
from typing import Any

from leptobridge.fhir.validation.fhirpath.values import number


def is_fixed(fixed: Any, value: Any) -> bool:
    """Whether a value is exactly the fixed one."""
    if isinstance(fixed, dict):
        return (
            isinstance(value, dict)
            and fixed.keys() == value.keys()
            and all(is_fixed(fixed[k], value[k]) for k in fixed)
        )
    if isinstance(fixed, list):
        return isinstance(value, list) and len(fixed) == len(value) and all(map(is_fixed, fixed, value))
    return _same(fixed, value)


def has_pattern(pattern: Any, value: Any) -> bool:
    """Whether a value has all that the pattern has; of a list, each item somewhere."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and has_pattern(part, value[name]) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(has_pattern(part, item) for item in value) for part in pattern)
    return _same(pattern, value)


def _same(expected: Any, value: Any) -> bool:
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, (int, float, Decimal)) and isinstance(value, (int, float, Decimal)):
        return number(expected) == number(value)
    return bool(expected == value)
