"""Change of the neurological examination (3.2), with R-02 and R-03."""

from typing import Any

import pytest

from leptobridge.clinical.lano import MAX_LEVEL
from tests.clinical.rule_service import assert_answers, post

SYSTEM = "lano_change"
NORMAL = dict.fromkeys(MAX_LEVEL, 0)


@pytest.mark.parametrize(
    ("baseline", "current", "value"),
    [
        pytest.param({"gait": 0}, {"gait": 2}, "worse", id="N-1"),
        pytest.param({"sensation": 1}, {"sensation": 2}, "worse", id="N-2"),
        pytest.param({**NORMAL, "vision": 3}, {**NORMAL, "vision": 1}, "improved", id="N-3"),
        ({"gait": 1}, {"gait": 2}, "stable"),
        ({"gait": 2}, {"gait": 3}, "worse"),
        ({"gait": 3}, {"gait": 3}, "stable"),
        ({"vision": 2}, {"vision": 1}, "stable"),
        ({"vision": 3, "hearing": 0}, {"vision": 1, "hearing": 1}, "stable"),
        ({"vision": 3, "hearing": 0}, {"vision": 1, "hearing": 2}, "worse"),
        ({"behaviour": 2}, {"behaviour": 0}, "improved"),
    ],
)
def test_change_between_two_examinations(baseline: dict[str, int], current: dict[str, int], value: str) -> None:
    assert_answers(SYSTEM, {"baseline": baseline, "current": current}, {"value": value, "rule": "N-Δ"})


@pytest.mark.parametrize(
    ("best", "current", "value"), [({"strength": 0}, 2, "worse"), ({"strength": 1}, 2, "stable"), ({}, 2, "stable")]
)
def test_worsening_counts_from_the_best_level_too(best: dict[str, int], current: int, value: str) -> None:
    examinations = {"baseline": {"strength": 2}, "current": {"strength": current}, "best": best}

    assert post(SYSTEM, examinations)["value"] == value


@pytest.mark.parametrize("domain", sorted(MAX_LEVEL))
def test_the_scale_of_each_domain(domain: str) -> None:
    highest = MAX_LEVEL[domain]  # type: ignore[index]

    assert_answers(SYSTEM, {"baseline": {domain: highest - 1}, "current": {domain: highest}}, {"value": "worse"})
    for impossible in (highest + 1, -1):
        assert_answers(SYSTEM, {"baseline": {domain: 0}, "current": {domain: impossible}}, {"value": "invalid_input"})


def test_a_hip_fracture_explains_the_gait() -> None:
    """3.2, test 4."""
    examinations = {"baseline": NORMAL, "current": {**NORMAL, "gait": 2}, "explained_by_other_cause": ["gait"]}

    assert_answers(SYSTEM, examinations, {"value": "stable", "excluded": ["gait"], "flags": ["attribution_other"]})


def test_a_domain_assessed_once_is_left_out_and_listed() -> None:
    examinations = {"baseline": {"gait": 0, "vision": 0}, "current": {"gait": 0, "hearing": 3, "vision": None}}
    answer = post(SYSTEM, examinations)

    assert answer["value"] == "stable"
    assert set(answer["missing"]) == {"vision", "hearing"}


def test_unnamed_domains_are_normal_only_if_the_examiner_says_so() -> None:
    """R-03: an explicit null stays not assessed."""
    examinations: dict[str, Any] = {"baseline": {"gait": 0}, "current": {"vision": 2}}

    assert post(SYSTEM, examinations)["value"] == "NE"
    assert_answers(SYSTEM, {**examinations, "other_domains_normal": True}, {"value": "worse", "missing": []})
    examinations["baseline"]["vision"] = None
    assert_answers(SYSTEM, {**examinations, "other_domains_normal": True}, {"value": "stable", "missing": ["vision"]})


@pytest.mark.parametrize("judgement", ("improved", "stable", "worse"))
def test_the_clinician_stands_in_only_where_nothing_was_scored(judgement: str) -> None:
    """R-02."""
    unscored = {"baseline": {}, "current": {"gait": 1}, "clinician_neuro": judgement}
    assert_answers(SYSTEM, unscored, {"value": judgement, "flags": ["not_scored"], "clinician_neuro": judgement})

    scored = {"baseline": {"gait": 0}, "current": {"gait": 2}, "clinician_neuro": judgement}
    answer = post(SYSTEM, scored)
    assert (answer["value"], answer["clinician_neuro"]) == ("worse", judgement)
    assert "not_scored" not in answer["flags"]


def test_nothing_assessed_is_not_evaluable() -> None:
    assert_answers(SYSTEM, {"baseline": {}, "current": {}}, {"value": "NE", "warnings": ["criteria_not_verified"]})
