"""RANO-BM: baseline (6.1), response (6.2, 6.3) and date of PD."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

LESION = {"longest_mm": 10, "perpendicular_mm": 5, "axial_slices": 2, "kind": "parenchymal"}


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, "measurable"),
        ({"longest_mm": 12, "perpendicular_mm": 8, "axial_slices": 1}, "non_measurable"),
        ({"kind": "dural", "longest_mm": 20}, "non_measurable"),
        ({"longest_mm": 9.9}, "non_measurable"),
        ({"perpendicular_mm": 4.9}, "non_measurable"),
        ({"kind": "leptomeningeal"}, "non_measurable"),
        ({"kind": "bony"}, "non_measurable"),
        ({"kind": "cystic_only"}, "non_measurable"),
        ({"kind": "borders_not_reproducible"}, "non_measurable"),
        ({"longest_mm": 5, "perpendicular_mm": 10}, "invalid_input"),
        ({"longest_mm": -10}, "invalid_input"),
        ({"axial_slices": -1}, "invalid_input"),
    ],
)
def test_measurability_of_a_brain_metastasis(change: dict[str, Any], value: str) -> None:
    assert post("rano_bm_measurability", {**LESION, **change})["value"] == value


@pytest.mark.parametrize("item", LESION)
def test_an_unknown_property_matters_only_while_the_others_allow_measuring(item: str) -> None:
    unknown = {**LESION, item: None}
    assert_answers("rano_bm_measurability", unknown, {"value": "not_evaluable", "missing": [item], "rule": "6.1"})

    for other, failing in (("kind", "dural"), ("axial_slices", 1), ("longest_mm", 9)):
        if other != item:
            assert_answers("rano_bm_measurability", {**unknown, other: failing}, {"value": "non_measurable"})


def test_measurability_is_verified_and_what_is_missing_is_not() -> None:
    """G10."""
    assert post("rano_bm_measurability", LESION)["warnings"] == []
    assert post("rano_bm_measurability", {})["warnings"] == ["criteria_not_verified"]


def test_the_longest_diameter_is_at_least_the_perpendicular_one() -> None:
    known = {**LESION, "longest_mm": None, "perpendicular_mm": 10}

    assert_answers("rano_bm_measurability", known, {"value": "measurable", "missing": []})


@pytest.mark.parametrize(
    ("days", "value"), [(0, "ok"), (21, "ok"), (28, "ok"), (29, "violation"), (-1, "violation"), (-30, "violation")]
)
def test_the_baseline_mri_is_at_most_four_weeks_old(days: int, value: str) -> None:
    start = date(2026, 3, 23)
    dates = {
        "baseline_mri_date": (start - timedelta(days=days)).isoformat(),
        "treatment_start_date": start.isoformat(),
    }

    assert_answers("rano_bm_baseline_timing", dates, {"value": value, "days_before_start": days, "rule": "6.1"})


def test_timing_needs_both_dates() -> None:
    answer = post("rano_bm_baseline_timing", {"treatment_start_date": "2026-03-23"})

    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["baseline_mri_date"])
    assert answer["days_before_start"] is None


def scan(baseline: Any, nadir: Any, current: Any, **more: Any) -> dict[str, Any]:
    """Two stable targets without anything else, but for what is given."""
    return {
        "baseline_mm": baseline,
        "nadir_mm": nadir,
        "current_mm": current,
        "non_targets": "stable",
        "new_lesion": "none",
        "corticosteroids": "stable",
        "clinical_status": "stable",
        "immunotherapy": False,
        **more,
    }


STABLE = scan([30, 20], [30, 20], [30, 20])
GONE = {"current_mm": [0, 0], "non_targets": "none"}
KPS_WORSE = {"baseline": 90, "current": 60, "sustained_days": 10, "other_cause": False}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        pytest.param(scan([30, 20], [30, 20], [21, 14]), {"value": "PR", "rule": "6.2/PR"}, id="BM-T1"),
        pytest.param(scan([20, 15], [10, 8], [15, 8]), {"value": "PD", "rule": "6.2/PD"}, id="BM-T2"),
        pytest.param({**STABLE, **GONE}, {"value": "PR", "rule": "6.2/PR", "target_response": "CR"}, id="BM-T3"),
        pytest.param(
            {**STABLE, "clinical_status": None, "kps": KPS_WORSE}, {"value": "PD", "rule": "6.2/PD"}, id="BM-T4"
        ),
        pytest.param(
            scan([40, 20], [40, 20], [26, 13], corticosteroids="increased"),
            {"value": "NE", "rule": "6.2/NE", "reason": "steroid_increase", "target_response": "PR", "missing": []},
            id="BM-T5",
        ),
    ],
)
def test_examples_of_the_reference(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert_answers("rano_bm", inputs, expected)


@pytest.mark.parametrize(
    ("baseline", "nadir", "current", "target", "recist"),
    [
        ([30, 20], [30, 20], [35, 0], "PR", "PR"),
        ([30, 20], [30, 20], [35.1, 0], "SD", "SD"),
        ([0.1, 0.2], [0.1, 0.2], [0.1, 0.11], "PR", "PR"),
        ([100], [100], [70], "PR", "PR"),
        ([100], [100], [70.1], "SD", "SD"),
        ([25], [25], [30], "PD", "PD"),
        ([25], [25], [29.9], "SD", "SD"),
        ([24], [20], [24.9], "SD", "SD"),
        ([24], [20], [25], "PD", "PD"),
        ([15, 15], [10, 10], [13, 13], "SD", "PD"),
        ([15, 15], [10, 10], [15, 10], "PD", "PD"),
        ([15, 15], [10, 10], [14.9, 11], "SD", "PD"),
        ([30, 20], [4, 4], [7, 4], "SD", "SD"),
        ([30, 20], [0, 0], [5, 0], "PD", "PD"),
        ([30, 20], [0, 0], [4.9, 0], "SD", "SD"),
        ([30, 20], [0, 0], [0, 0], "CR", "CR"),
        ([30, 20], [20, 10], [30, 5.9], "SD", "SD"),
    ],
)
def test_targets_by_lesion_and_by_sum(
    baseline: list[float], nadir: list[float], current: list[float], target: str, recist: str
) -> None:
    """D-08: RANO-BM asks for 5 mm in a lesion, RECIST in the sum."""
    answer = post("rano_bm", scan(baseline, nadir, current))

    assert (answer["target_response"], answer["recist_1_1_target_response"]) == (target, recist)
    assert answer["value"] == ("PR" if target == "CR" else target)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, "SD"),
        ({"non_targets": "unequivocal_pd"}, "PD"),
        ({"non_targets": "improved"}, "SD"),
        ({"new_lesion": "present"}, "PD"),
        ({"new_lesion": "present", "immunotherapy": True}, "SD"),
        ({"new_lesion": "present", "immunotherapy": True, "current_mm": [15, 10]}, "SD"),
        ({"new_lesion": "present", "immunotherapy": True, "clinical_status": "worse"}, "PD"),
        ({"new_lesion": "present", "immunotherapy": True, "corticosteroids": "increased"}, "NE"),
        ({"new_lesion": "equivocal"}, "SD"),
        ({"new_lesion": "equivocal", "current_mm": [15, 10]}, "PR"),
        ({"clinical_status": "worse"}, "PD"),
        ({"clinical_status": "improved"}, "SD"),
        ({"corticosteroids": "increased"}, "NE"),
        ({"corticosteroids": "increased", "clinical_status": "worse"}, "PD"),
        ({"corticosteroids": "increased", "current_mm": [40, 20]}, "PD"),
        ({**GONE, "corticosteroids": "none"}, "CR"),
        ({**GONE, "corticosteroids": "decreased"}, "PR"),
        ({**GONE, "corticosteroids": "none", "non_targets": "improved"}, "PR"),
        ({**GONE, "corticosteroids": "none", "clinical_status": "improved"}, "CR"),
        ({**GONE, "corticosteroids": "none", "new_lesion": "present", "immunotherapy": True}, "SD"),
        ({"current_mm": [21, 14], "corticosteroids": "none"}, "PR"),
        ({"current_mm": [21, 14], "non_targets": "none"}, "PR"),
    ],
)
def test_criteria_beside_the_targets(change: dict[str, Any], value: str) -> None:
    assert_answers("rano_bm", {**STABLE, **change}, {"value": value, "rule": f"6.2/{value}"})


@pytest.mark.parametrize(
    ("change", "followed"),
    [
        ({"new_lesion": "equivocal"}, True),
        ({"new_lesion": "present", "immunotherapy": True}, True),
        ({"new_lesion": "present", "immunotherapy": False}, False),
        ({"new_lesion": "none", "immunotherapy": True}, False),
    ],
)
def test_a_lesion_that_is_not_yet_progression_is_followed(change: dict[str, Any], followed: bool) -> None:
    assert ("follow_new_lesion" in post("rano_bm", {**STABLE, **change})["flags"]) == followed


@pytest.mark.parametrize("baseline", range(0, 101, 10))
def test_clinical_worsening_by_karnofsky(baseline: int) -> None:
    """6.2: from 100/90 to 70 or less, by 20 or more from 80 or less, any fall to 50 or less."""
    for current in range(0, 101, 10):
        fallen = baseline - current
        worse = (
            (baseline >= 90 and current <= 70) or (baseline <= 80 and fallen >= 20) or (fallen > 0 and current <= 50)
        )
        kps = {"baseline": baseline, "current": current, "sustained_days": 7, "other_cause": False}
        answer = post("rano_bm", {**STABLE, "clinical_status": None, "kps": kps})
        assert answer["value"] == ("PD" if worse else "SD"), (baseline, current)


@pytest.mark.parametrize(
    ("change", "value"),
    [({"sustained_days": 7}, "PD"), ({"sustained_days": 6}, "SD"), ({"other_cause": True}, "SD")],
)
def test_worsening_is_sustained_and_not_explained(change: dict[str, Any], value: str) -> None:
    kps = {**KPS_WORSE, **change}

    assert post("rano_bm", {**STABLE, "clinical_status": None, "kps": kps})["value"] == value


def test_the_clinician_goes_before_karnofsky_values() -> None:
    """G9."""
    assert post("rano_bm", {**STABLE, "kps": KPS_WORSE})["value"] == "SD"
    assert post("rano_bm", {**STABLE, "kps": {**KPS_WORSE, "current": 90}, "clinical_status": "worse"})["value"] == "PD"


@pytest.mark.parametrize(
    ("kps", "value", "missing"),
    [
        ({"sustained_days": None}, "NE", {"clinical_status", "sustained_days"}),
        ({"other_cause": None}, "NE", {"clinical_status", "other_cause"}),
        ({"baseline": None}, "NE", {"clinical_status", "baseline"}),
        ({"current": None}, "NE", {"clinical_status", "current"}),
        ({"current": 80, "sustained_days": None, "other_cause": None}, "SD", set()),
        ({"baseline": None, "current": 80}, "SD", set()),
        ({"sustained_days": 3, "current": None, "other_cause": None}, "SD", set()),
    ],
)
def test_an_incomplete_karnofsky_course(kps: dict[str, Any], value: str, missing: set[str]) -> None:
    answer = post("rano_bm", {**STABLE, "clinical_status": None, "kps": {**KPS_WORSE, **kps}})

    assert (answer["value"], set(answer["missing"])) == (value, missing)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"current_mm": [30]}, "not_the_same_lesions"),
        ({"nadir_mm": [30, 20, 5]}, "not_the_same_lesions"),
        ({"baseline_mm": [30, 0]}, "target_absent_at_baseline"),
        ({"nadir_mm": [31, 20]}, "nadir_above_baseline"),
        ({"current_mm": [30, -1]}, "outside_range"),
        ({"kps": {**KPS_WORSE, "current": 75}}, "impossible_kps"),
        ({"kps": {**KPS_WORSE, "baseline": 110}}, "impossible_kps"),
        ({"kps": {**KPS_WORSE, "sustained_days": -1}}, "outside_range"),
    ],
)
def test_impossible_inputs(change: dict[str, Any], reason: str) -> None:
    answer = post("rano_bm", {**STABLE, **change})

    assert (answer["value"], answer["reason"]) == ("invalid_input", reason)


@pytest.mark.parametrize("unknown", ["non_targets", "new_lesion", "corticosteroids", "clinical_status"])
def test_an_unknown_criterion_leaves_a_response_open_but_not_progression(unknown: str) -> None:
    assert_answers("rano_bm", {**STABLE, unknown: None}, {"value": "NE", "missing": [unknown], "reason": None})
    progressing = {"current_mm": [40, 25]}
    assert_answers("rano_bm", {**STABLE, **progressing, unknown: None}, {"value": "PD", "missing": []})


def test_immunotherapy_matters_only_with_a_new_lesion() -> None:
    assert_answers("rano_bm", {**STABLE, "immunotherapy": None}, {"value": "SD", "missing": []})
    unknown = {**STABLE, "immunotherapy": None, "new_lesion": "present"}
    assert_answers("rano_bm", unknown, {"value": "NE", "missing": ["immunotherapy"], "candidates": ["PD", "SD"]})
    both = {**STABLE, "immunotherapy": None, "new_lesion": None}
    assert_answers("rano_bm", both, {"value": "NE", "missing": ["immunotherapy", "new_lesion"]})


def test_steroids_that_were_increased_are_the_reason_even_where_progression_is_open() -> None:
    unknown = {**STABLE, "corticosteroids": "increased", "clinical_status": None}

    assert_answers("rano_bm", unknown, {"value": "NE", "reason": "steroid_increase", "candidates": ["PD"]})
    worse = {**unknown, "clinical_status": "worse"}
    assert_answers("rano_bm", worse, {"value": "PD", "reason": None})


@pytest.mark.parametrize(
    ("sizes", "target", "missing"),
    [
        ({"current_mm": None}, "NE", {"current_mm"}),
        ({"current_mm": [30, None]}, "NE", {"current_mm"}),
        ({"current_mm": [60, None]}, "PD", set()),
        ({"nadir_mm": None}, "NE", {"nadir_mm"}),
        ({"nadir_mm": None, "current_mm": [0, 0]}, "CR", set()),
        ({"nadir_mm": None, "current_mm": [4, 4], "baseline_mm": [5, 5]}, "SD", set()),
        ({"nadir_mm": None, "current_mm": [4, 4]}, "NE", {"nadir_mm"}),
        ({"nadir_mm": None, "current_mm": [60, 20]}, "PD", set()),
        ({"nadir_mm": None, "current_mm": [40, 20]}, "PD", set()),
        ({"nadir_mm": None, "baseline_mm": [20, 20, 10], "current_mm": [24, 24, 12]}, "NE", {"nadir_mm"}),
        ({"nadir_mm": None, "baseline_mm": [30, 5], "current_mm": [39.5, 4]}, "NE", {"nadir_mm"}),
        ({"nadir_mm": None, "baseline_mm": [30, 5], "current_mm": [40, 4]}, "PD", set()),
        ({"nadir_mm": None, "baseline_mm": [5, 5], "current_mm": [5, 4]}, "NE", {"nadir_mm"}),
        ({"nadir_mm": None, "baseline_mm": [5, 5], "current_mm": [4.9, 4]}, "SD", set()),
        ({"baseline_mm": None}, "NE", {"baseline_mm"}),
        ({"baseline_mm": None, "current_mm": [21, 14]}, "PR", set()),
        ({"baseline_mm": None, "current_mm": [30, 26]}, "NE", {"baseline_mm"}),
        ({"baseline_mm": None, "nadir_mm": [20, 10], "current_mm": [30, 20]}, "PD", set()),
        ({"baseline_mm": None, "nadir_mm": [10, 10], "current_mm": [12, 12]}, "SD", set()),
        ({"baseline_mm": [30, None]}, "NE", {"baseline_mm"}),
        ({"baseline_mm": None, "nadir_mm": None}, "NE", {"baseline_mm", "nadir_mm"}),
        (dict.fromkeys(("baseline_mm", "nadir_mm", "current_mm")), "NE", {"baseline_mm", "nadir_mm", "current_mm"}),
    ],
)
def test_targets_with_unknown_sizes(sizes: dict[str, Any], target: str, missing: set[str]) -> None:
    answer = post("rano_bm", {**STABLE, **sizes})

    assert (answer["target_response"], set(answer["missing"])) == (target, missing)
    assert answer["value"] == ("PR" if target == "CR" else target)
    clinical = post("rano_bm", {**STABLE, **sizes, "clinical_status": "worse"})
    assert (clinical["value"], clinical["missing"]) == ("PD", [])


def test_a_lesion_that_is_left_excludes_a_complete_response() -> None:
    clear = {"non_targets": "none", "corticosteroids": "none"}

    left = post("rano_bm", {**STABLE, **clear, "current_mm": [10, None]})
    assert set(left["candidates"]) == {"PR", "SD", "PD"}
    gone = post("rano_bm", {**STABLE, **clear, "current_mm": [0, None]})
    assert set(gone["candidates"]) == {"CR", "PR", "SD", "PD"}


def test_unknown_sizes_are_decided_only_where_every_size_agrees() -> None:
    sizes = (0, 4, 10, 12, 15, 30)
    for baseline, nadir, current in product(((10, 12), (15, 30)), [(a, b) for a in sizes for b in sizes], [(10, 15)]):
        if sum(nadir) > sum(baseline):
            continue
        known = post("rano_bm", scan(baseline, nadir, current))["target_response"]
        for unknown in ({"baseline_mm": None}, {"nadir_mm": None}, {"current_mm": [10, None]}):
            open_ = post("rano_bm", {**scan(baseline, nadir, current), **unknown})["target_response"]
            assert open_ in ("NE", known)


def test_without_targets_the_rest_decides() -> None:
    none = scan([], [], [])

    answer = post("rano_bm", none)
    assert (answer["value"], answer["target_response"], answer["recist_1_1_target_response"]) == ("SD", None, None)
    assert post("rano_bm", {**none, "non_targets": "none", "corticosteroids": "none"})["value"] == "CR"
    assert post("rano_bm", {**none, "non_targets": "improved", "corticosteroids": "none"})["value"] == "SD"
    assert post("rano_bm", {**none, "new_lesion": "present"})["value"] == "PD"


def visit(day: str, **change: Any) -> dict[str, Any]:
    return {"date": day, **STABLE, **change}


def course(*visits: dict[str, Any]) -> dict[str, Any]:
    return post("rano_bm_course", {"visits": list(visits)})


def test_a_confirmed_lesion_counts_from_the_scan_that_first_showed_it() -> None:
    """6.3."""
    answer = course(visit("2026-06-01", new_lesion="equivocal"), visit("2026-07-13", new_lesion="present"))

    assert (answer["value"], answer["responses"], answer["pd_date"]) == ("PD", ["SD", "PD"], "2026-06-01")
    first = course(visit("2026-06-01", new_lesion="equivocal"))
    assert (first["value"], first["flags"], first["pd_date"]) == ("SD", ["follow_new_lesion"], None)


@pytest.mark.parametrize(
    ("visits", "pd_date"),
    [
        ([("2026-05-01", "equivocal"), ("2026-06-01", "equivocal"), ("2026-07-13", "present")], "2026-05-01"),
        ([("2026-05-01", "equivocal"), ("2026-06-01", "none"), ("2026-07-13", "present")], "2026-07-13"),
        ([("2026-05-01", "equivocal"), ("2026-06-01", None), ("2026-07-13", "present")], "2026-05-01"),
        ([("2026-05-01", "none"), ("2026-06-01", "present"), ("2026-07-13", "present")], "2026-06-01"),
        ([("2026-05-01", "equivocal"), ("2026-06-01", "equivocal")], None),
        ([("2026-07-13", "present"), ("2026-05-01", "equivocal")], "2026-05-01"),
    ],
)
def test_the_first_scan_of_an_unbroken_series_dates_the_progression(visits: list[Any], pd_date: str | None) -> None:
    assert course(*(visit(day, new_lesion=lesion) for day, lesion in visits))["pd_date"] == pd_date


def test_progression_by_other_criteria_is_dated_on_its_visit() -> None:
    answer = course(visit("2026-05-01", new_lesion="equivocal"), visit("2026-06-01", current_mm=[40, 20]))

    assert (answer["value"], answer["pd_date"]) == ("PD", "2026-06-01")
    immunotherapy = course(
        visit("2026-05-01", new_lesion="equivocal", immunotherapy=True),
        visit("2026-06-01", new_lesion="present", immunotherapy=True),
        visit("2026-07-01", new_lesion="present", immunotherapy=True, clinical_status="worse"),
    )
    assert (immunotherapy["responses"], immunotherapy["pd_date"]) == (["SD", "SD", "PD"], "2026-07-01")


def test_a_later_visit_does_not_move_a_progression() -> None:
    answer = course(visit("2026-05-01"), visit("2026-06-01", current_mm=[40, 20]), visit("2026-07-01"))

    assert (answer["responses"], answer["pd_date"]) == (["SD", "PD", "SD"], "2026-06-01")


def test_a_later_confirmation_moves_an_earlier_progression_back() -> None:
    answer = course(
        visit("2026-05-01", new_lesion="equivocal"),
        visit("2026-06-01", new_lesion="equivocal", clinical_status="worse"),
        visit("2026-07-01", new_lesion="present"),
    )

    assert (answer["responses"], answer["pd_date"]) == (["SD", "PD", "PD"], "2026-05-01")


def test_the_last_visit_gives_the_value_and_what_it_lacks() -> None:
    answer = course(visit("2026-05-01"), visit("2026-06-01", corticosteroids=None))

    assert (answer["value"], answer["responses"], answer["missing"]) == ("NE", ["SD", "NE"], ["corticosteroids"])


def test_responses_keep_the_order_of_the_visits_as_sent() -> None:
    answer = course(visit("2026-06-01", current_mm=[40, 20]), visit("2026-05-01"))

    assert (answer["value"], answer["responses"]) == ("PD", ["PD", "SD"])


def test_an_impossible_course_is_invalid() -> None:
    assert course(visit("2026-05-01"), visit("2026-05-01"))["value"] == "invalid_input"
    impossible = course(visit("2026-05-01", current_mm=[1]), visit("2026-06-01"))
    assert (impossible["value"], impossible["reason"]) == ("invalid_input", "not_the_same_lesions")
