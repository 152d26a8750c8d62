"""Cases as a clinician posts them, worked out by hand from the wording of clinical reference and rule interface.

``clinician_cases.jsonl``: one case per line. ``states`` says what differs from the usual case of the rule set and what
follows; ``without`` names entries that a list must not hold; ``refused_at`` the paths of a malformed request.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.system import InvalidInputsError
from tests.clinical.rule_service import OPEN_LISTS, post

CASES = [json.loads(line) for line in (Path(__file__).parent / "clinician_cases.jsonl").read_text().splitlines()]
ANSWERED = [case for case in CASES if "expected" in case]
REFUSED = [case for case in CASES if "refused_at" in case]
#: Complete, in any order (rule interface 0.1).
SETS = ("options", "excluded")


def name(case: Mapping[str, Any]) -> str:
    return f"{case['system']}: {case['states']}"


def agrees(answer: Any, expected: Any) -> bool:
    """Whether the answer is what is expected; an object may hold more names than expected."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return all(agrees(answer.get(key), value) for key, value in expected.items())
    return bool(answer == expected)


@pytest.mark.parametrize("case", ANSWERED, ids=name)
def test_a_case_is_decided_as_the_reference_says(case: Mapping[str, Any]) -> None:
    answer = post(case["system"], case["inputs"])

    for output, expected in case["expected"].items():
        if output in OPEN_LISTS:
            assert set(expected) <= set(answer[output]), output
        elif output in SETS and expected is not None:
            assert set(answer[output]) == set(expected), output
        else:
            assert agrees(answer[output], expected), output
    for output, unexpected in case.get("without", {}).items():
        assert not set(unexpected) & set(answer[output]), output


@pytest.mark.parametrize("case", REFUSED, ids=name)
def test_a_malformed_request_is_refused_at_each_fault(case: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidInputsError) as refused:
        post(case["system"], case["inputs"])

    assert sorted(fault.path for fault in refused.value.faults) == case["refused_at"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_null_means_the_same_as_a_field_left_out(system: str) -> None:
    schema = SYSTEMS[system].input_schema()
    nulls = dict.fromkeys(set(schema["properties"]) - set(schema.get("required", ())))
    requests = [case["inputs"] for case in ANSWERED if case["system"] == system]

    assert requests
    for inputs in requests:
        given = {field: value for field, value in inputs.items() if value is not None}
        assert post(system, nulls | given) == post(system, given) == post(system, inputs)
