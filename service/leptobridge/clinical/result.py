"""What every rule set answers (clinical reference G2, rule interface 0.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

#: Warning of every result whose rule is not verified against the original publication (G10).
CRITERIA_NOT_VERIFIED = "criteria_not_verified"

Value = str | int | Decimal

_PLAIN = frozenset({str, int, bool, float, type(None)})


@dataclass(frozen=True, slots=True)
class Result:
    """The envelope of rule interface 0.1.

    ``outputs`` holds the named outputs of the system in the order of its table; an output that does not apply is
    ``None`` or left out. The six lists have no order. ``inputs_used`` names the inputs that were read.
    """

    value: Value
    rule: str
    criteria_version: str
    inputs_used: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object of rule interface 0.1: exact numbers become JSON numbers, dates ISO 8601 text."""
        document: dict[str, Any] = {
            "value": to_json_value(self.value),
            "rule": self.rule,
            "criteria_version": self.criteria_version,
            "inputs_used": list(self.inputs_used),
        }
        for name, output in self.outputs.items():
            document[name] = to_json_value(output)
        document["reason"] = self.reason
        for name in ("missing", "warnings", "flags", "actions", "candidates", "notes"):
            document[name] = list(getattr(self, name))
        return document


def to_json_value(value: Any) -> Any:
    """Plain JSON data of an output: Decimal and Fraction as numbers, dates as ISO text, tuples as arrays."""
    if type(value) in _PLAIN:
        return value
    match value:
        case Decimal() | Fraction():
            return int(value) if value == int(value) and isinstance(value, Fraction) else float(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {key: to_json_value(item) for key, item in value.items()}
        case tuple() | list():
            return [to_json_value(item) for item in value]
    raise TypeError(f"no JSON form for {type(value).__name__}")
