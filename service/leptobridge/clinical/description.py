"""What a rule set says of itself: the entry of the catalogue, and its decision table as data."""

import json
from collections.abc import Mapping
from typing import Any, Final

from leptobridge.clinical.result import to_json_value
from leptobridge.clinical.system import System

_TEXTS: Final = {"type": "array", "items": {"type": "string"}}

#: The lists that every result has (rule interface 0.1).
LISTS: Final[Mapping[str, str]] = {
    "missing": "input fields whose absence prevents or limits the result",
    "warnings": "identifiers; criteria_not_verified: not compared with the original publication",
    "flags": "identifiers",
    "actions": "identifiers of what to do next",
    "candidates": "the values of value that remain possible",
    "notes": "identifiers",
}


def describe(system: System[Any]) -> dict[str, Any]:
    """The entry of the catalogue: name, version, purpose, source, evidence, JSON Schema of inputs and of the result."""
    return {
        "system": system.name,
        "version": system.version,
        "section": system.section,
        "purpose": system.purpose,
        "source": system.source,
        "evidence": system.evidence,
        "input_schema": system.input_schema(),
        "output_schema": output_schema(system),
    }


def describe_with_table(system: System[Any]) -> dict[str, Any]:
    """The entry of the catalogue and the decision table that the rule set reads."""
    # Keys of a table may be numbers; in JSON they are text.
    return {**describe(system), "decision_table": json.loads(json.dumps(to_json_value(system.table)))}


def output_schema(system: System[Any]) -> dict[str, Any]:
    """JSON Schema of the result envelope (rule interface 0.1)."""
    outputs = {output.name: {"description": output.meaning, **output.schema} for output in system.outputs}
    return {
        "type": "object",
        "properties": {
            "value": _value_schema(system.values),
            "rule": {"type": "string", "description": "id of the deciding rule"},
            "criteria_version": {"type": "string", "description": "id of the rule-set version"},
            "inputs_used": {**_TEXTS, "description": "names of the inputs that were read"},
            **outputs,
            "reason": {"type": ["string", "null"]},
            **{name: {**_TEXTS, "description": meaning} for name, meaning in LISTS.items()},
        },
        "required": ["value", "rule", "criteria_version", "inputs_used", "reason", *LISTS],
    }


def _value_schema(values: Mapping[str, Any]) -> dict[str, Any]:
    """A number outside the range of its input is ``invalid_input`` in every system (G11)."""
    if "invalid_input" in values.get("enum", ()):
        return dict(values)
    return {"anyOf": [dict(values), {"const": "invalid_input"}]}
