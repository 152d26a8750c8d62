"""Posting inputs to a rule set as the rule service does, and comparing the answer as rule interface 0.1 says."""

import json
from collections.abc import Mapping
from typing import Any

from leptobridge.clinical.catalogue import SYSTEMS

#: Lists without an order; a result may hold more entries than a table lists.
OPEN_LISTS = ("missing", "warnings", "flags", "actions", "candidates", "notes")


def post(system: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of the rule service as JSON data."""
    answer: dict[str, Any] = json.loads(json.dumps(SYSTEMS[system].evaluate(json.dumps(inputs).encode()).to_json()))
    return answer


def assert_answers(system: str, inputs: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """The answer holds everything expected; the six lists hold at least what is expected of them."""
    answer = post(system, inputs)
    for name, value in expected.items():
        if name in OPEN_LISTS:
            assert set(value) <= set(answer[name]), f"{name}: {answer}"
        else:
            assert answer[name] == value, f"{name}: {answer}"
