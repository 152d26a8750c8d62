"""Parameters of the operations on Patient (``on``, ``trial``: exchange.md 12; ``lacking``), from a query or a body."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leptobridge.api.refusal import RefusedError
from leptobridge.fhir.issue import Issue

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_IGNORED = frozenset({"_format", "_pretty"})
_BOOLEANS: Mapping[object, bool] = {"true": True, "false": False, True: True, False: False}


@dataclass(frozen=True, slots=True)
class OperationParameters:
    """``on`` is the reference date (None: today), ``trials`` the registry ids asked for (empty: all).

    ``lacking``: whether to list the rule sets that conclude nothing, with what they lack.
    """

    on: date | None
    trials: tuple[str, ...]
    lacking: bool = False


def read_pairs(pairs: Sequence[tuple[str, str]], allowed: frozenset[str]) -> OperationParameters:
    """The parameters of a GET. Raises RefusedError 400 with one issue for each that cannot be used."""
    return _read([(name, value, name) for name, value in pairs if name not in _IGNORED], allowed)


def read_resource(resource: Mapping[str, Any], allowed: frozenset[str]) -> OperationParameters:
    """The parameters of a POSTed Parameters resource. Raises RefusedError 400."""
    if resource.get("resourceType") != "Parameters":
        raise RefusedError(400, Issue("error", "structure", "The body must be a Parameters resource.", "resourceType"))
    given: list[tuple[str, object, str]] = []
    listed = resource.get("parameter", [])
    for index, parameter in enumerate(listed if isinstance(listed, list) else [listed]):
        path = f"Parameters.parameter[{index}]"
        if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
            raise RefusedError(400, Issue("error", "structure", "A parameter needs a name.", path))
        values = [value for key, value in parameter.items() if key.startswith("value")]
        value = values[0] if len(values) == 1 else None
        if isinstance(value, dict):
            value = value.get("value")
        given.append((parameter["name"], value, f"{path}.value"))
    return _read(given, allowed)


def _read(given: Sequence[tuple[str, object, str]], allowed: frozenset[str]) -> OperationParameters:
    issues: list[Issue] = []
    days: list[date] = []
    trials: list[str] = []
    lacking = False
    for name, value, path in given:
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            issues.append(Issue("error", "not-supported", f"The operation takes {known} and nothing else.", path))
        elif name == "lacking" and value in _BOOLEANS:
            lacking = _BOOLEANS[value]
        elif not isinstance(value, str) or not value or name == "lacking":
            issues.append(Issue("error", "value", f"{name} needs one value.", path))
        elif name == "trial":
            trials.append(value.rpartition("|")[2])
        else:
            day = _day(value)
            if day is None:
                issues.append(Issue("error", "value", "on is a whole date, YYYY-MM-DD.", path))
            elif days:
                issues.append(Issue("error", "value", "on may be given once.", path))
            else:
                days.append(day)
    if issues:
        raise RefusedError(400, issues)
    return OperationParameters(days[0] if days else None, tuple(dict.fromkeys(trials)), lacking)


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
