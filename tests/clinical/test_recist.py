"""RECIST 1.1 (7.1): target sums, time-point table, lesion classes, persistence of PR."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

TARGETS = {"baseline_sum_mm": 100, "non_targets": "none_at_baseline", "new_lesion": "none"}
#: Current sum of targets with a baseline sum of 100 mm → response of the targets.
SUMS = {"CR": 0, "PR": 70, "SD": 100, "PD": 120, "NE": None}


@pytest.mark.parametrize(
    ("sums", "response"),
    [
        pytest.param({"current_sum_mm": 70}, "PR", id="test-1"),
        pytest.param({"nadir_sum_mm": 65, "current_sum_mm": 79}, "PD", id="test-2"),
        ({"current_sum_mm": 70.1}, "SD"),
        ({"current_sum_mm": 119.9}, "SD"),
        ({"current_sum_mm": 120}, "PD"),
        ({"current_sum_mm": 0}, "CR"),
        ({"baseline_sum_mm": 24, "nadir_sum_mm": 20, "current_sum_mm": 24.9}, "SD"),
        ({"baseline_sum_mm": 24, "nadir_sum_mm": 20, "current_sum_mm": 25}, "PD"),
        ({"baseline_sum_mm": 24, "current_sum_mm": 28.8}, "SD"),
        ({"baseline_sum_mm": 25, "current_sum_mm": 30}, "PD"),
        ({"baseline_sum_mm": 25, "current_sum_mm": 29.999}, "SD"),
        ({"nadir_sum_mm": 50, "current_sum_mm": 59.9}, "PR"),
        ({"nadir_sum_mm": 20, "current_sum_mm": 24}, "SD"),
        ({"nadir_sum_mm": 0, "current_sum_mm": 5}, "PD"),
        ({"nadir_sum_mm": 0, "current_sum_mm": 4.9}, "SD"),
        ({"baseline_sum_mm": 0.3, "current_sum_mm": 0.21}, "PR"),
    ],
)
def test_response_of_the_targets(sums: dict[str, Any], response: str) -> None:
    """Without a nadir the baseline sum counts (G6)."""
    answer = post("recist_1_1", {**TARGETS, **sums})

    assert (answer["value"], answer["target_response"], answer["rule"]) == (response, response, f"7.1/{response}")
    assert answer["current_sum_mm"] == sums["current_sum_mm"]


NON_TARGETS = ("none_at_baseline", "CR", "non_cr_non_pd", "not_all_evaluated", "unequivocal_pd")
#: Response of the targets → overall response by non-target status in the order above, nothing new (7.1).
OVERALL = {
    "CR": ("CR", "CR", "PR", "PR", "PD"),
    "PR": ("PR", "PR", "PR", "PR", "PD"),
    "SD": ("SD", "SD", "SD", "SD", "PD"),
    "PD": ("PD", "PD", "PD", "PD", "PD"),
    "NE": ("NE", "NE", "NE", "NE", "PD"),
}
NON_TARGET_ONLY = ("not_applicable", "CR", "non_cr_non_pd", "NE", "PD")


@pytest.mark.parametrize(
    ("target", "non_targets", "overall"),
    [
        (target, status, overall)
        for target, row in OVERALL.items()
        for status, overall in zip(NON_TARGETS, row, strict=True)
    ],
)
def test_time_point_table(target: str, non_targets: str, overall: str) -> None:
    visit = {**TARGETS, "current_sum_mm": SUMS[target], "non_targets": non_targets}

    expected = {"value": overall, "rule": f"7.1/{overall}", "target_response": target}
    assert_answers("recist_1_1", visit, expected)
    assert_answers("recist_1_1", {**visit, "new_lesion": "present"}, {"value": "PD", "rule": "7.1/PD"})


@pytest.mark.parametrize(("non_targets", "overall"), list(zip(NON_TARGETS, NON_TARGET_ONLY, strict=True)))
def test_time_point_table_without_targets(non_targets: str, overall: str) -> None:
    """LM-only disease is non-target: no PR by RECIST (7.1, test 4)."""
    visit = {"targets": "none_at_baseline", "non_targets": non_targets, "new_lesion": "none"}

    assert_answers("recist_1_1", visit, {"value": overall, "target_response": None, "current_sum_mm": None})
    assert post("recist_1_1", {**visit, "new_lesion": "present"})["value"] == "PD"


def test_raised_markers_spoil_only_a_complete_response_of_the_non_targets() -> None:
    """D-44."""
    non_target = {"targets": "none_at_baseline", "non_targets": "CR", "new_lesion": "none"}
    assert post("recist_1_1", {**non_target, "tumour_markers_normal": False})["value"] == "non_cr_non_pd"
    assert post("recist_1_1", {**non_target, "tumour_markers_normal": True})["value"] == "CR"
    assert post("recist_1_1", non_target)["value"] == "CR"

    gone = {**TARGETS, "current_sum_mm": 0, "tumour_markers_normal": False}
    assert post("recist_1_1", {**gone, "non_targets": "CR"})["value"] == "PR"
    assert post("recist_1_1", gone)["value"] == "CR"


def lesions(*sizes: tuple[str | None, float | None, float | None]) -> dict[str, Any]:
    listed = [{"kind": kind, "baseline_mm": before, "current_mm": now} for kind, before, now in sizes]
    return {"lesions": listed, "non_targets": "none_at_baseline", "new_lesion": "none"}


@pytest.mark.parametrize(
    ("visit", "response", "current_sum"),
    [
        (lesions(("other", 30, 20), ("node", 20, 15)), "PR", 35),
        (lesions(("other", 30, 0), ("node", 20, 9.9)), "CR", 9.9),
        (lesions(("other", 30, 0), ("node", 20, 10)), "PR", 10),
        (lesions(("other", 30, 0.1), ("node", 20, 9.9)), "PR", 10),
        (lesions(("other", 30, 9.9)), "PR", 9.9),
        (lesions(("node", 20, 9), ("node", 18, 9)), "CR", 18),
        ({**lesions(("node", 20, 9), ("node", 18, 9)), "nadir_sum_mm": 8}, "CR", 18),
        ({**lesions(("other", 30, 25)), "nadir_sum_mm": 20}, "PD", 25),
        ({**lesions(("other", 30, 30)), "baseline_sum_mm": 30, "current_sum_mm": 30}, "SD", 30),
    ],
)
def test_lesions_instead_of_sums(visit: dict[str, Any], response: str, current_sum: float) -> None:
    """A target node counts as gone below 10 mm, so CR is possible with a sum above 0."""
    answer = post("recist_1_1", visit)

    assert (answer["value"], answer["target_response"], answer["current_sum_mm"]) == (response, response, current_sum)


@pytest.mark.parametrize(
    ("visit", "response", "missing"),
    [
        (lesions(("other", 30, None), ("other", 20, 20)), "NE", {"current_mm"}),
        (lesions(("other", 30, None), ("other", 20, 61)), "PD", set()),
        (lesions(("other", 30, None), ("other", 20, 59)), "NE", {"current_mm"}),
        (lesions(("other", 30, 0), (None, 20, 9.9)), "NE", {"kind"}),
        (lesions(("other", 30, 0), (None, 20, 10)), "PR", set()),
        (lesions(("other", 30, 0), (None, 20, 0)), "CR", set()),
        (lesions(("other", None, 0), ("node", 20, 9)), "CR", set()),
        (lesions(("other", None, 20), ("other", 20, 20)), "NE", {"baseline_mm"}),
    ],
)
def test_lesions_of_which_something_is_unknown(visit: dict[str, Any], response: str, missing: set[str]) -> None:
    answer = post("recist_1_1", visit)

    assert (answer["value"], set(answer["missing"])) == (response, missing)


@pytest.mark.parametrize(
    ("visit", "candidates"),
    [
        (lesions(("other", 30, None), ("other", 20, 20)), {"PR", "SD", "PD"}),
        (lesions(("other", 30, None), ("other", 20, 0)), {"CR", "PR", "SD", "PD"}),
        (lesions(("other", 30, None), ("node", 20, 9)), {"CR", "PR", "SD", "PD"}),
        ({"targets": "none_at_baseline", "new_lesion": "none"}, {"CR", "non_cr_non_pd", "PD", "not_applicable"}),
    ],
)
def test_what_remains_possible(visit: dict[str, Any], candidates: set[str]) -> None:
    answer = post("recist_1_1", visit)

    assert (answer["value"], set(answer["candidates"])) == ("NE", candidates)


@pytest.mark.parametrize(
    ("unknown", "value", "missing"),
    [
        ({"current_sum_mm": None}, "NE", {"current_sum_mm"}),
        ({"baseline_sum_mm": None}, "NE", {"baseline_sum_mm"}),
        ({"baseline_sum_mm": None, "nadir_sum_mm": 100}, "NE", {"baseline_sum_mm"}),
        ({"baseline_sum_mm": None, "nadir_sum_mm": 100, "current_sum_mm": 120}, "PD", set()),
        ({"baseline_sum_mm": None, "nadir_sum_mm": 100, "current_sum_mm": 70}, "PR", set()),
        ({"baseline_sum_mm": None, "nadir_sum_mm": 20, "current_sum_mm": 24}, "SD", set()),
        ({"baseline_sum_mm": None, "current_sum_mm": 0}, "CR", set()),
        ({"non_targets": None}, "NE", {"non_targets"}),
        ({"new_lesion": None}, "NE", {"new_lesion"}),
        ({"non_targets": None, "new_lesion": None}, "NE", {"non_targets", "new_lesion"}),
        ({"non_targets": None, "new_lesion": None, "current_sum_mm": 120}, "PD", set()),
        ({"current_sum_mm": None, "new_lesion": "present"}, "PD", set()),
        ({"current_sum_mm": None, "baseline_sum_mm": None, "non_targets": "unequivocal_pd"}, "PD", set()),
        ({"current_sum_mm": 0, "non_targets": None}, "NE", {"non_targets"}),
    ],
)
def test_an_unknown_part_is_missing_unless_it_cannot_change_the_response(
    unknown: dict[str, Any], value: str, missing: set[str]
) -> None:
    answer = post("recist_1_1", {**TARGETS, "current_sum_mm": 100, **unknown})

    assert (answer["value"], set(answer["missing"])) == (value, missing)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"baseline_sum_mm": 0}, "no_target_at_baseline"),
        ({"nadir_sum_mm": 100.1}, "nadir_above_baseline"),
        ({"current_sum_mm": -1}, "outside_range"),
        ({"targets": "none_at_baseline"}, "targets_contradict"),
        ({"baseline_sum_mm": None, "lesions": []}, "no_target_at_baseline"),
        ({"lesions": [{"kind": "other", "baseline_mm": 90, "current_mm": 100}]}, "sums_contradict"),
        (
            {"lesions": [{"baseline_mm": 0, "current_mm": 50}, {"baseline_mm": 100, "current_mm": 50}]},
            "no_target_at_baseline",
        ),
        ({"lesions": [{"kind": "other", "baseline_mm": 100, "current_mm": 90}]}, "sums_contradict"),
    ],
)
def test_impossible_sums(change: dict[str, Any], reason: str) -> None:
    answer = post("recist_1_1", {**TARGETS, "current_sum_mm": 100, **change})

    assert (answer["value"], answer["reason"]) == ("invalid_input", reason)


@pytest.mark.parametrize(
    ("sums", "responses", "rule"),
    [
        ([100, 70, 70, 80, 80, 80], ["PR"] * 5, "7.1/persistence"),
        ([100, 70], ["PR"], "7.1/PR"),
        ([100, 80, 70, 83], ["SD", "PR", "PR"], "7.1/persistence"),
        ([100, 80, 70, 84], ["SD", "PR", "PD"], "7.1/PD"),
        ([100, 90, 110], ["SD", "PD"], "7.1/PD"),
        ([100, 90, 107], ["SD", "SD"], "7.1/SD"),
        ([100, 70, None, 80], ["PR", "NE", "PR"], "7.1/persistence"),
        ([100, 20, 24], ["PR", "PR"], "7.1/persistence"),
        ([100, 0, 4], ["CR", "PR"], "7.1/persistence"),
        ([100, 0, 5], ["CR", "PD"], "7.1/PD"),
        ([100, 0, 0], ["CR", "CR"], "7.1/CR"),
        ([100, 130, 100], ["PD", "SD"], "7.1/SD"),
        ([100, 60, 90, 71], ["PR", "PD", "SD"], "7.1/SD"),
        ([100, None], ["NE"], "7.1/NE"),
    ],
)
def test_partial_response_persists_until_progression(sums: list[Any], responses: list[str], rule: str) -> None:
    series = {"sums_mm": sums, "non_targets": "none_at_baseline", "new_lesion": "none"}

    expected = {"value": responses[-1], "responses": responses, "rule": rule}
    assert_answers("recist_1_1_course", series, expected)


@pytest.mark.parametrize(
    ("series", "responses", "missing"),
    [
        ({"sums_mm": [None, 80, 100]}, ["NE", "PD"], set()),
        ({"sums_mm": [None, 80, 60]}, ["NE", "NE"], {"sums_mm"}),
        ({"sums_mm": [None, 4]}, ["NE"], {"sums_mm"}),
        ({"sums_mm": [None, 80, 0]}, ["NE", "CR"], set()),
        ({"sums_mm": [100, 70, 130], "non_targets": None}, ["NE", "PD"], set()),
        ({"sums_mm": [100, 70], "new_lesion": None}, ["NE"], {"new_lesion"}),
        ({"sums_mm": [100, None], "new_lesion": "present"}, ["PD"], set()),
        ({"sums_mm": [100, 0], "non_targets": "not_all_evaluated"}, ["PR"], set()),
        ({"sums_mm": [100, 0], "non_targets": "CR"}, ["CR"], set()),
    ],
)
def test_a_course_with_unknown_parts(series: dict[str, Any], responses: list[str], missing: set[str]) -> None:
    answer = post("recist_1_1_course", {"non_targets": "none_at_baseline", "new_lesion": "none", **series})

    assert (answer["responses"], answer["value"], set(answer["missing"])) == (responses, responses[-1], missing)


def test_a_course_without_visits_or_targets() -> None:
    for sums in ([100], []):
        answer = post("recist_1_1_course", {"sums_mm": sums, "non_targets": "CR", "new_lesion": "none"})
        assert (answer["value"], answer["responses"], answer["missing"]) == ("NE", [], ["sums_mm"])
    assert post("recist_1_1_course", {"sums_mm": [0, 10]})["value"] == "invalid_input"


@pytest.mark.parametrize(
    ("lesion", "class_"),
    [
        ({"kind": "node", "short_axis_mm": 17}, "target"),
        ({"kind": "node", "short_axis_mm": 15}, "target"),
        ({"kind": "node", "short_axis_mm": 14.9}, "non_target"),
        ({"kind": "node", "short_axis_mm": 12}, "non_target"),
        ({"kind": "node", "short_axis_mm": 10}, "non_target"),
        ({"kind": "node", "short_axis_mm": 9.9}, "normal"),
        ({"kind": "node", "short_axis_mm": 8}, "normal"),
        ({"kind": "other", "longest_mm": 10}, "target"),
        ({"kind": "other", "longest_mm": 9.9}, "non_target"),
        ({"kind": "leptomeningeal", "longest_mm": 40}, "non_target"),
        ({"kind": "effusion"}, "non_target"),
        ({"kind": "ascites"}, "non_target"),
        ({"kind": "bone_without_soft_tissue", "longest_mm": 30}, "non_target"),
        ({"kind": "other", "longest_mm": 30, "irradiated": True}, "non_target"),
        ({"kind": "other", "longest_mm": 30, "irradiated": True, "progressed_since_irradiation": True}, "target"),
        ({"kind": "node", "short_axis_mm": 20, "irradiated": True}, "non_target"),
        ({"kind": "node", "short_axis_mm": 8, "irradiated": True}, "normal"),
        ({"kind": "node", "short_axis_mm": 12, "longest_mm": 8}, "invalid_input"),
    ],
)
def test_class_of_a_lesion_at_baseline(lesion: dict[str, Any], class_: str) -> None:
    assert_answers("recist_lesion", lesion, {"value": class_, "rule": "7.1", "missing": []})


@pytest.mark.parametrize(
    ("lesion", "value", "missing"),
    [
        ({"kind": "node"}, "not_evaluable", {"short_axis_mm"}),
        ({"kind": "other", "short_axis_mm": 17}, "not_evaluable", {"longest_mm"}),
        ({"kind": "other", "irradiated": True}, "non_target", set()),
        ({"longest_mm": 30}, "not_evaluable", {"kind", "short_axis_mm"}),
        ({"longest_mm": 12, "short_axis_mm": 11}, "not_evaluable", {"kind"}),
        ({"longest_mm": 9, "short_axis_mm": 5}, "not_evaluable", {"kind"}),
        ({"longest_mm": 9.9, "short_axis_mm": 9.9, "kind": "other"}, "non_target", set()),
        ({}, "not_evaluable", {"kind", "short_axis_mm", "longest_mm"}),
    ],
)
def test_a_lesion_of_which_something_is_unknown(lesion: dict[str, Any], value: str, missing: set[str]) -> None:
    answer = post("recist_lesion", lesion)

    assert (answer["value"], set(answer["missing"])) == (value, missing)
    assert (len(answer["candidates"]) > 1) == (value == "not_evaluable")


def test_unknown_sums_are_decided_only_where_every_sum_agrees() -> None:
    sums = (0, 4, 5, 10, 12, 14, 20, 30)
    for baseline, nadir, current in product(sums[1:], sums, sums):
        if nadir > baseline:
            continue
        known = {**TARGETS, "baseline_sum_mm": baseline, "nadir_sum_mm": nadir, "current_sum_mm": current}
        value = post("recist_1_1", known)["value"]
        for unknown in ("baseline_sum_mm", "current_sum_mm"):
            assert post("recist_1_1", {**known, unknown: None})["value"] in ("NE", value)


def test_without_targets_there_is_no_target_response_even_where_the_rest_is_open() -> None:
    answer = post("recist_1_1", {"targets": "none_at_baseline"})

    assert (answer["value"], answer["target_response"]) == ("NE", None)


def test_what_was_measured_of_the_targets_can_rule_out_a_response() -> None:
    """20 mm grown to 59 mm, beside a lesion that was not measured: 18 % above the sum of 50 mm at least."""
    lesions = [{"kind": "other", "baseline_mm": 30}, {"kind": "other", "baseline_mm": 20, "current_mm": 59}]
    answer = post("recist_1_1", {"lesions": lesions, "non_targets": "none_at_baseline", "new_lesion": "none"})

    assert (answer["value"], set(answer["candidates"])) == ("NE", {"SD", "PD"})
