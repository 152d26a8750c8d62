"""Whole answers, nothing left unsaid: one file per rule set in tests/clinical/cases, one case per line.

A case says what is asked and the complete answer. ``criteria_version`` stands once at the head of the file, beside the
named outputs; the inputs used are all that were given, and what is null or empty is left out, unless the case says
otherwise.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from tests.clinical.rule_service import OPEN_LISTS, post

CASES = Path(__file__).parent / "cases"
#: Arrays without an order (rule interface 0.1).
SETS = (*OPEN_LISTS, "inputs_used", "options", "excluded")


def _said(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says: without nulls and empty lists, sets in one order."""
    ordered = {name: sorted(value) if name in SETS else value for name, value in answer.items() if value is not None}
    return {name: value for name, value in ordered.items() if value != [] or name not in SETS}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_case_has_this_answer_and_no_other(system: str) -> None:
    file = json.loads((CASES / f"{system}.json").read_text())
    for case in file["cases"]:
        asked = case["asked"]
        used = [name for name, value in asked.items() if value is not None]
        expected = {"criteria_version": file["criteria_version"], "inputs_used": used, **case["answer"]}
        assert _said(post(system, asked)) == _said(expected), asked


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_rule_set_states_its_version_its_outputs_and_how_far_it_is_checked(system: str) -> None:
    """Rule interface 0.1 and the tables of outputs, G10."""
    file, stated = json.loads((CASES / f"{system}.json").read_text()), SYSTEMS[system]

    assert (stated.name, stated.version, stated.evidence) == (system, file["criteria_version"], file["evidence"])
    assert [output.name for output in stated.outputs] == file["outputs"]
