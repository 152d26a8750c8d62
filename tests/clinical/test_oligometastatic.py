"""Oligometastatic state (10.2, 10.3, R-15) and recommendation for local therapy (10.4)."""

from itertools import product
from typing import Any

import pytest

from leptobridge.clinical.oligometastatic import STATES
from tests.clinical.rule_service import assert_answers, post

SYSTEM = "oligometastatic_state"
GATE_PASSED: dict[str, Any] = {"metastases": 2, "organs": 2, "diffuse_spread": False, "lm": "none"}
FIRST: dict[str, Any] = {**GATE_PASSED, "q1": "no", "q2": "no"}
AT_DIAGNOSIS = {"primary_diagnosis_date": "2026-01-31", "oligometastasis_diagnosis_date": "2026-01-31"}
AFTER_14_MONTHS = {"primary_diagnosis_date": "2024-11-30", "oligometastasis_diagnosis_date": "2026-01-31"}


@pytest.mark.parametrize(
    ("history", "state"),
    [
        pytest.param({**FIRST, **AT_DIAGNOSIS}, 1, id="10.3, test 1"),
        pytest.param({**FIRST, **AFTER_14_MONTHS, "q4": "no"}, 2, id="10.3, test 2"),
        pytest.param({**FIRST, **AFTER_14_MONTHS, "q4": "yes", "q5": "yes"}, 3, id="10.3, test 3"),
        pytest.param({**GATE_PASSED, "q1": "no", "q2": "yes", "q4": "yes", "q5": "no"}, 6, id="10.3, test 4"),
        pytest.param(
            {**GATE_PASSED, "metastases": 3, "q1": "yes", "q2": "no", "q4": "yes", "q5": "no"}, 9, id="10.3, test 5"
        ),
        ({**GATE_PASSED, "q1": "no", "q2": "yes", "q4": "no"}, 4),
        ({**GATE_PASSED, "q1": "no", "q2": "yes", "q4": "yes", "q5": "yes"}, 5),
        ({**GATE_PASSED, "q1": "yes", "q4": "no"}, 7),
        ({**GATE_PASSED, "q1": "yes", "q4": "yes", "q5": "yes"}, 8),
    ],
)
def test_the_nine_states(history: dict[str, Any], state: int) -> None:
    assert_answers(SYSTEM, history, {"value": STATES[state], "state": state, "rule": f"10.3/{state}", "missing": []})


def test_polymetastatic_history_dominates_an_earlier_oligometastatic_state() -> None:
    assert_answers(SYSTEM, {**GATE_PASSED, "q1": "yes", "q2": "yes", "q4": "no"}, {"state": 7})


@pytest.mark.parametrize(
    ("metastases", "organs", "value"),
    [
        (1, 1, STATES[1]),
        (5, 3, STATES[1]),
        pytest.param(6, 3, "polymetastatic", id="10.3, test 6"),
        (5, 4, "polymetastatic"),
        (20, None, "polymetastatic"),
        (None, 4, "polymetastatic"),
        (0, 0, "not_applicable"),
        (0, None, "not_applicable"),
        (4, None, "not_evaluable"),
        (None, 3, "not_evaluable"),
        (None, None, "not_evaluable"),
    ],
)
def test_the_gate_of_numbers(metastases: int | None, organs: int | None, value: str) -> None:
    patient = {**FIRST, **AT_DIAGNOSIS, "metastases": metastases, "organs": organs}
    answer = post(SYSTEM, patient)

    assert answer["value"] == value
    if value == "not_evaluable":
        assert set(answer["missing"]) == {name for name in ("metastases", "organs") if patient[name] is None}
    elif value != STATES[1]:
        assert (answer["rule"], answer["state"]) == ("10.2", None)


@pytest.mark.parametrize(("metastases", "organs"), [(1, 2), (2, 3), (2, 0), (0, 4), (-1, 1), (1, -1)])
def test_numbers_that_contradict_each_other_are_impossible(metastases: int, organs: int) -> None:
    expected = {"value": "invalid_input", "state": None}

    assert_answers(SYSTEM, {**FIRST, **AT_DIAGNOSIS, "metastases": metastases, "organs": organs}, expected)


def test_regional_nodes_are_not_counted() -> None:
    assert_answers(SYSTEM, {**FIRST, **AT_DIAGNOSIS, "regional_nodes_involved": 12}, {"state": 1})


@pytest.mark.parametrize(
    ("lm", "value", "reason"),
    [
        ("none", STATES[1], None),
        ("possible", "indeterminate", None),
        ("probable", "not_oligometastatic", "leptomeningeal"),
        ("confirmed", "not_oligometastatic", "leptomeningeal"),
        (None, "not_evaluable", None),
    ],
)
def test_leptomeningeal_disease_at_the_gate(lm: str | None, value: str, reason: str | None) -> None:
    """D-32."""
    answer = post(SYSTEM, {**FIRST, **AT_DIAGNOSIS, "lm": lm})

    assert (answer["value"], answer["reason"]) == (value, reason)
    assert answer["missing"] == (["lm"] if lm is None else [])


def test_the_gate_is_checked_before_the_tree() -> None:
    assert_answers(SYSTEM, {**GATE_PASSED, "lm": "possible"}, {"value": "indeterminate", "missing": []})
    assert_answers(SYSTEM, {**GATE_PASSED, "lm": "probable"}, {"value": "not_oligometastatic", "missing": []})


def test_numbers_go_before_diffuse_spread_and_that_before_lm() -> None:
    diffuse = {**FIRST, **AT_DIAGNOSIS, "diffuse_spread": True}

    assert_answers(SYSTEM, {**diffuse, "metastases": 6}, {"value": "polymetastatic", "reason": None})
    for lm in ("none", "possible", "confirmed", None):
        assert_answers(SYSTEM, {**diffuse, "lm": lm}, {"value": "not_oligometastatic", "reason": "diffuse_spread"})


def test_lm_that_nobody_looked_for_counts_as_none_and_says_so() -> None:
    """R-15."""
    expected = {"state": 1, "warnings": ["lm_not_examined"]}

    assert_answers(SYSTEM, {**FIRST, **AT_DIAGNOSIS, "lm": "not_examined"}, expected)
    assert "lm_not_examined" not in post(SYSTEM, {**FIRST, **AT_DIAGNOSIS})["warnings"]


@pytest.mark.parametrize(
    ("primary", "oligometastasis", "state"),
    [
        ("2026-01-15", "2026-07-15", 1),
        ("2026-01-15", "2026-07-16", 2),
        ("2025-08-31", "2026-02-28", 1),
        ("2025-08-31", "2026-03-01", 2),
        ("2023-08-31", "2024-02-29", 1),
        ("2026-01-15", "2025-12-01", 1),
        ("9999-12-01", "9999-12-31", 1),
    ],
)
def test_exactly_six_months_are_synchronous_and_a_day_more_is_not(
    primary: str, oligometastasis: str, state: int
) -> None:
    """D-13, D-37; a metastasis found before its primary is synchronous."""
    dates = {"primary_diagnosis_date": primary, "oligometastasis_diagnosis_date": oligometastasis}

    assert_answers(SYSTEM, {**FIRST, **dates, "q4": "no"}, {"state": state})


def test_a_first_metastasis_under_therapy_is_a_progression_whatever_q5_says() -> None:
    under_therapy = {**FIRST, **AFTER_14_MONTHS, "q4": "yes"}

    assert_answers(SYSTEM, {**under_therapy, "q5": "no"}, {"state": 3, "warnings": ["q5_contradiction"]})
    for q5 in ("yes", "unknown", None):
        answer = post(SYSTEM, {**under_therapy, "q5": q5})
        assert answer["state"] == 3
        assert "q5_contradiction" not in answer["warnings"]


@pytest.mark.parametrize(
    ("answers", "missing", "candidates"),
    [
        ({"q1": "yes", "q4": "yes"}, {"q5"}, {8, 9}),
        ({"q1": "yes"}, {"q4", "q5"}, {7, 8, 9}),
        ({"q1": "yes", "q5": "no"}, {"q4"}, {7, 9}),
        ({"q1": "no", "q4": "no", **AFTER_14_MONTHS}, {"q2"}, {2, 4}),
        ({"q2": "yes", "q4": "yes", "q5": "no"}, {"q1"}, {6, 9}),
        ({"q1": "unknown", "q2": "unknown", "q4": "yes", "q5": "yes", **AFTER_14_MONTHS}, {"q1", "q2"}, {3, 5, 8}),
        (
            {"q1": "no", "q2": "no", "q4": "no"},
            {"primary_diagnosis_date", "oligometastasis_diagnosis_date"},
            {1, 2},
        ),
        (
            {"q1": "no", "q2": "no", "q4": "no", "primary_diagnosis_date": "2026-01-01"},
            {"oligometastasis_diagnosis_date"},
            {1, 2},
        ),
        (
            {},
            {"q1", "q2", "q4", "q5", "primary_diagnosis_date", "oligometastasis_diagnosis_date"},
            set(STATES),
        ),
    ],
)
def test_unknown_answers_leave_the_states_of_all_branches(
    answers: dict[str, str], missing: set[str], candidates: set[int]
) -> None:
    answer = post(SYSTEM, {**GATE_PASSED, **answers})

    assert (answer["value"], answer["state"], answer["rule"]) == ("not_evaluable", None, "10.3")
    assert set(answer["missing"]) == missing
    assert set(answer["candidates"]) == {STATES[number] for number in candidates}


def test_answers_that_no_branch_asks_are_not_missing() -> None:
    assert_answers(SYSTEM, {**GATE_PASSED, "q1": "yes", "q4": "no"}, {"state": 7, "missing": []})
    assert_answers(SYSTEM, {**FIRST, **AT_DIAGNOSIS}, {"state": 1, "missing": []})


def test_unknown_lm_leaves_every_answer_of_the_gate_open() -> None:
    answer = post(SYSTEM, {**FIRST, **AT_DIAGNOSIS, "lm": None})

    assert set(answer["candidates"]) == {STATES[1], "indeterminate", "not_oligometastatic"}


TREATABLE = {"metastases": 4, "all_sites_safely_treatable": True, "mdt_decision": True}


@pytest.mark.parametrize(
    ("state", "value"),
    [
        pytest.param(1, "conditional_recommendation", id="10.4, test 1"),
        (2, "conditional_recommendation"),
        pytest.param(3, "no_statement", id="10.4, test 2"),
        (4, "no_statement"),
        (5, "no_statement"),
        (6, "no_statement"),
        (7, "no_statement"),
        (8, "conditional_recommendation"),
        (9, "conditional_recommendation"),
    ],
)
def test_recommendation_for_each_state(state: int, value: str) -> None:
    assert_answers("local_therapy_recommendation", {**TREATABLE, "state": state}, {"value": value, "rule": "10.4"})


def test_one_site_that_cannot_be_treated_safely_fails_the_prerequisite() -> None:
    """10.4, test 3."""
    patient = {**TREATABLE, "state": 9, "all_sites_safely_treatable": False}

    assert_answers("local_therapy_recommendation", patient, {"value": "prerequisite_failed"})


@pytest.mark.parametrize(
    ("patient", "value", "missing"),
    [
        ({"metastases": 5}, "conditional_recommendation", set()),
        ({"metastases": 6}, "outside_scope", set()),
        ({"metastases": 6, "mdt_decision": False, "state": None}, "outside_scope", set()),
        ({"mdt_decision": False}, "prerequisite_failed", set()),
        ({"mdt_decision": None}, "not_evaluable", {"mdt_decision"}),
        ({"all_sites_safely_treatable": None}, "not_evaluable", {"all_sites_safely_treatable"}),
        ({"mdt_decision": False, "all_sites_safely_treatable": None}, "prerequisite_failed", set()),
        ({"mdt_decision": None, "all_sites_safely_treatable": False}, "prerequisite_failed", set()),
        ({"mdt_decision": False, "state": None}, "prerequisite_failed", set()),
        ({"mdt_decision": None, "state": 3}, "not_evaluable", {"mdt_decision"}),
        ({"state": None}, "not_evaluable", {"state"}),
        ({"metastases": None}, "not_evaluable", {"metastases"}),
        ({"metastases": None, "mdt_decision": False}, "not_evaluable", {"metastases"}),
        ({"metastases": 0}, "invalid_input", set()),
        ({"metastases": -1}, "invalid_input", set()),
        ({"state": 0}, "invalid_input", set()),
        ({"state": 10}, "invalid_input", set()),
    ],
)
def test_scope_and_prerequisites_go_before_the_state(patient: dict[str, Any], value: str, missing: set[str]) -> None:
    answer = post("local_therapy_recommendation", {**TREATABLE, "state": 1, **patient})

    assert (answer["value"], set(answer["missing"])) == (value, missing)


@pytest.mark.parametrize(
    ("q1", "q2", "q4", "q5"), list(product(("yes", "no"), ("yes", "no"), ("yes", "no"), ("yes", "no", "unknown")))
)
def test_every_combination_of_answers_has_a_state_or_names_q5(q1: str, q2: str, q4: str, q5: str) -> None:
    answer = post(SYSTEM, {**GATE_PASSED, **AFTER_14_MONTHS, "q1": q1, "q2": q2, "q4": q4, "q5": q5})

    undecided = q5 == "unknown" and q4 == "yes" and "yes" in (q1, q2)
    assert answer["missing"] == (["q5"] if undecided else [])
    assert (answer["state"] is None) == undecided
