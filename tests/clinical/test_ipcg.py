"""IPCG response of CNS lymphoma (12.2)."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

CLEAR: dict[str, Any] = {
    "enhancement": "none",
    "steroid_mg": 0,
    "eye": "normal",
    "eye_involved_before": False,
    "csf": "negative",
    "csf_baseline": "negative",
    "new_site": False,
}
STILL_POSITIVE = {"csf": "positive", "csf_baseline": "positive", "csf_cleared_between": False}


def change(percent: float) -> dict[str, Any]:
    return {"enhancement": "present", "enhancement_change_percent": percent}


@pytest.mark.parametrize(
    ("findings", "value", "rule"),
    [
        pytest.param({}, "CR", "CR", id="12.2, test 1"),
        pytest.param(change(-60), "PR", "PR (a)", id="12.2, test 2"),
        pytest.param(STILL_POSITIVE, "PR", "PR (b)", id="12.2, test 3"),
        pytest.param(change(30), "PD", "PD", id="12.2, test 4"),
        ({"steroid_mg": 0.5}, "CRu", "CRu (a)"),
        ({"eye": "minor_rpe"}, "CRu", "CRu (a)"),
        ({"eye": "minor_rpe", "steroid_mg": 4}, "CRu", "CRu (a)"),
        ({"enhancement": "minimal", "eye": "minor_rpe"}, "CRu", "CRu (b)"),
        ({"enhancement": "minimal", "steroid_mg": 8}, "CRu", "CRu (b)"),
        ({"enhancement": "minimal", "csf": "suspicious"}, "SD", "SD"),
        ({"enhancement": "minimal", "eye": "improved_not_clear"}, "SD", "SD"),
        ({"enhancement": "minimal", **STILL_POSITIVE}, "SD", "SD"),
        (change(-50), "PR", "PR (a)"),
        (change(-49.9), "SD", "SD"),
        ({**change(-60), "eye": "minor_rpe", "steroid_mg": 16}, "PR", "PR (a)"),
        ({**change(-60), "eye": "improved_not_clear"}, "SD", "SD"),
        ({**change(-60), "csf": "suspicious"}, "SD", "SD"),
        ({"eye": "improved_not_clear"}, "PR", "PR (b)"),
        ({"csf": "suspicious"}, "PR", "PR (b)"),
        ({"csf": "suspicious", "eye": "unchanged"}, "PR", "PR (b)"),
        ({"eye": "unchanged"}, "SD", "SD"),
        (change(0), "SD", "SD"),
        (change(24.9), "SD", "SD"),
        (change(25), "PD", "PD"),
        ({"new_site": True}, "PD", "PD"),
        ({"eye": "new"}, "PD", "PD"),
        ({"eye": "recurrent"}, "PD", "PD"),
        ({"csf": "positive"}, "PD", "PD"),
        ({"csf": "positive", "csf_baseline": "suspicious"}, "PD", "PD"),
        ({**STILL_POSITIVE, "csf_cleared_between": True}, "PD", "PD"),
    ],
)
def test_rows_of_the_response_table(findings: dict[str, Any], value: str, rule: str) -> None:
    assert_answers("ipcg", {**CLEAR, **findings}, {"value": value, "rule": rule, "missing": []})


@pytest.mark.parametrize("progression", [change(25), {"new_site": True}, {"eye": "new"}, {"csf": "positive"}])
def test_progression_in_any_column_decides_while_others_are_unknown(progression: dict[str, Any]) -> None:
    answer = post("ipcg", {"csf_baseline": "negative", **progression})

    assert answer["value"] == "PD"
    assert {"enhancement", "eye", "csf", "new_site"} - set(progression) <= set(answer["missing"])


def test_the_change_is_read_only_where_enhancement_is_present() -> None:
    for enhancement, value in (("none", "CR"), ("minimal", "CRu")):
        findings = {"enhancement": enhancement, "enhancement_change_percent": 40}
        assert_answers("ipcg", {**CLEAR, **findings}, {"value": value})


@pytest.mark.parametrize(
    ("findings", "missing", "candidates"),
    [
        ({"enhancement": None}, {"enhancement"}, {"CR", "CRu", "PR", "SD", "PD"}),
        ({"enhancement": "present"}, {"enhancement_change_percent"}, {"PR", "SD", "PD"}),
        ({"steroid_mg": None}, {"steroid_mg"}, {"CR", "CRu"}),
        ({"eye": None}, {"eye"}, {"CR", "CRu", "PR", "SD", "PD"}),
        ({"csf": None}, {"csf"}, {"CR", "PR", "PD"}),
        ({"csf": "not_done"}, {"csf"}, {"CR", "PR", "PD"}),
        ({"new_site": None}, {"new_site"}, {"CR", "PD"}),
        ({"csf": "positive", "csf_baseline": None}, {"csf_baseline", "csf_cleared_between"}, {"PR", "PD"}),
        ({"csf": "positive", "csf_baseline": "not_done", "csf_cleared_between": False}, {"csf_baseline"}, {"PR", "PD"}),
        pytest.param({**STILL_POSITIVE, "csf_cleared_between": None}, {"csf_cleared_between"}, {"PR", "PD"}, id="D-43"),
    ],
)
def test_a_component_that_can_change_the_response_is_ne(
    findings: dict[str, Any], missing: set[str], candidates: set[str]
) -> None:
    answer = post("ipcg", {**CLEAR, **findings})

    assert (answer["value"], set(answer["missing"])) == ("NE", missing)
    assert set(answer["candidates"]) == candidates


@pytest.mark.parametrize(
    ("findings", "value"),
    [
        ({"enhancement": "minimal", "steroid_mg": None}, "CRu"),
        ({**change(-60), "steroid_mg": None}, "PR"),
        ({"csf_baseline": None}, "CR"),
        ({"csf": "suspicious", "csf_baseline": "not_done"}, "PR"),
        ({"csf": "positive", "csf_baseline": None, "csf_cleared_between": True}, "PD"),
        ({"eye_involved_before": None}, "CR"),
    ],
)
def test_an_unknown_input_that_cannot_change_the_response_does_not_matter(findings: dict[str, Any], value: str) -> None:
    assert_answers("ipcg", {**CLEAR, **findings}, {"value": value, "missing": []})


@pytest.mark.parametrize(
    ("involved", "value", "missing"),
    [(False, "CR", set()), (True, "NE", {"eye"}), (None, "NE", {"eye", "eye_involved_before"})],
)
def test_an_eye_that_was_not_examined_is_normal_only_if_never_involved(
    involved: bool | None, value: str, missing: set[str]
) -> None:
    answer = post("ipcg", {**CLEAR, "eye": "not_examined", "eye_involved_before": involved})

    assert (answer["value"], set(answer["missing"])) == (value, missing)
    assert "eye_not_examined" in answer["warnings"]


def test_nothing_known_is_ne() -> None:
    answer = post("ipcg", {})

    assert answer["value"] == "NE"
    assert set(answer["missing"]) >= {"enhancement", "steroid_mg", "eye", "csf", "csf_baseline", "new_site"}


@pytest.mark.parametrize("impossible", [{"steroid_mg": -1}, {"enhancement_change_percent": -100.1}])
def test_impossible_amounts(impossible: dict[str, float]) -> None:
    assert_answers("ipcg", {**CLEAR, **impossible}, {"value": "invalid_input"})


IMAGING = {"none": {"enhancement": "none"}, "minimal": {"enhancement": "minimal"}, "decrease": change(-50)}
GRID = {
    ("none", "normal", "negative"): "CR",
    ("none", "minor_rpe", "negative"): "CRu",
    ("minimal", "normal", "negative"): "CRu",
    ("minimal", "minor_rpe", "negative"): "CRu",
    ("decrease", "normal", "negative"): "PR",
    ("decrease", "minor_rpe", "negative"): "PR",
}


@pytest.mark.parametrize(
    ("imaging", "eye", "csf"),
    list(
        product(
            IMAGING, ("normal", "minor_rpe", "improved_not_clear", "unchanged"), ("negative", "suspicious", "positive")
        )
    ),
)
def test_the_grid_without_progression_and_steroids(imaging: str, eye: str, csf: str) -> None:
    findings = {**CLEAR, **IMAGING[imaging], **STILL_POSITIVE, "eye": eye, "csf": csf}

    residual = imaging == "none" and (csf != "negative" or eye == "improved_not_clear")
    assert post("ipcg", findings)["value"] == GRID.get((imaging, eye, csf), "PR" if residual else "SD")
