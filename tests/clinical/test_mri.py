"""MRI quality (2.1) and subtype (2.2), with R-06 and R-11."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

GOOD_TECHNIQUE = {
    "field_strength_t": 1.5,
    "gadolinium_mmol_per_kg": 0.1,
    "contrast_delay_min": 10,
    "brain_slice_mm": 1.0,
    "spine_slice_mm": 3.0,
}
WHOLE_NEURAXIS = {"brain_imaged": True, "spine_imaged": True}


def test_all_limits_of_the_technique_are_included() -> None:
    assert_answers("mri_qa", GOOD_TECHNIQUE, {"value": "pass", "missing": []})


@pytest.mark.parametrize(
    ("item", "value", "verdict"),
    [
        ("field_strength_t", 1.0, "flagged"),
        ("field_strength_t", 1.49, "flagged"),
        ("field_strength_t", 3, "pass"),
        ("gadolinium_mmol_per_kg", 0.099, "flagged"),
        ("gadolinium_mmol_per_kg", 0.2, "pass"),
        ("contrast_delay_min", 9.9, "flagged"),
        ("contrast_delay_min", 25, "pass"),
        ("brain_slice_mm", 1.01, "flagged"),
        ("brain_slice_mm", 0.8, "pass"),
        ("spine_slice_mm", 3.01, "flagged"),
        ("spine_slice_mm", 2, "pass"),
    ],
)
def test_limits_are_one_sided(item: str, value: float, verdict: str) -> None:
    answer = post("mri_qa", {**GOOD_TECHNIQUE, item: value})

    assert answer["items"][item] == verdict
    assert answer["value"] == verdict


@pytest.mark.parametrize("item", GOOD_TECHNIQUE)
def test_a_negative_technique_is_impossible(item: str) -> None:
    """G11: a slice of less than nothing must not pass."""
    assert post("mri_qa", {**GOOD_TECHNIQUE, item: -1})["value"] == "invalid_input"


def test_nothing_known_about_the_technique_is_not_evaluable() -> None:
    answer = post("mri_qa", {})

    assert answer["value"] == "not_evaluable"
    assert set(answer["missing"]) == set(GOOD_TECHNIQUE)
    assert set(answer["items"].values()) == {"not_evaluable"}


def test_an_unknown_item_is_named_beside_a_flag() -> None:
    technique = {**GOOD_TECHNIQUE, "field_strength_t": 1, "spine_slice_mm": None}

    assert_answers("mri_qa", technique, {"value": "flagged", "missing": ["spine_slice_mm"]})
    assert_answers("mri_qa", {**technique, "field_strength_t": 3}, {"value": "not_evaluable"})


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (("yes", "no", "yes"), {"value": "A", "rule": "2.2/A"}),
        (("no", "yes", "no"), {"value": "B", "rule": "2.2/B"}),
        (("no", "no", "yes"), {"value": "D_hydrocephalus", "rule": "2.2/D_hydrocephalus"}),
        (("no", "no", "no"), {"value": "D_normal", "rule": "2.2/D_normal"}),
        (("equivocal", "no", "no"), {"value": "D_normal"}),
        (("equivocal", "no", "yes"), {"value": "D_hydrocephalus"}),
        (("no", "equivocal", "equivocal"), {"value": "D_normal"}),
        (("equivocal", "yes", "no"), {"value": "B", "warnings": ["criteria_not_verified"]}),
        (("yes", "yes", "no"), {"value": "C", "warnings": ["share_not_recorded"]}),
    ],
)
def test_rows_of_the_subtype_table(findings: tuple[str, str, str], expected: dict[str, Any]) -> None:
    linear, nodules, hydrocephalus = findings
    reading = {"linear": linear, "nodules": nodules, "hydrocephalus": hydrocephalus, **WHOLE_NEURAXIS}

    assert_answers("mri_subtype", reading, expected)


@pytest.mark.parametrize(
    ("shares", "value"),
    [
        ({"linear_share_percent": 30, "nodule_share_percent": 70}, "C"),
        ({"linear_share_percent": 20}, "C"),
        ({"linear_share_percent": 19.9}, "B"),
        ({"nodule_share_percent": 20}, "C"),
        ({"nodule_share_percent": 19.9}, "A"),
        ({"linear_share_percent": 60, "nodule_share_percent": 60}, "invalid_input"),
    ],
)
def test_a_pattern_below_a_fifth_does_not_count(shares: dict[str, float], value: str) -> None:
    answer = post("mri_subtype", {"linear": "yes", "nodules": "yes", **WHOLE_NEURAXIS, **shares})

    assert answer["value"] == value
    assert "share_not_recorded" not in answer["warnings"]


@pytest.mark.parametrize(
    ("findings", "warned"),
    [
        (("yes", "no", "equivocal"), False),
        (("equivocal", "no", "no"), False),
        (("no", "no", "equivocal"), True),
        (("yes", "equivocal", "no"), True),
    ],
)
def test_an_equivocal_finding_that_a_decision_reads_as_absent_is_not_verified(
    findings: tuple[str, str, str], warned: bool
) -> None:
    """G10; the table itself puts equivocal enhancement into D."""
    reading = dict(zip(("linear", "nodules", "hydrocephalus"), findings, strict=True))

    answer = post("mri_subtype", {**reading, **WHOLE_NEURAXIS})
    assert ("criteria_not_verified" in answer["warnings"]) == warned


def test_shares_are_not_read_with_one_pattern() -> None:
    reading = {"linear": "yes", "nodules": "no", "linear_share_percent": 60, "nodule_share_percent": 60}

    assert_answers("mri_subtype", reading, {"value": "A"})


def test_d_needs_brain_and_full_spine() -> None:
    clear_brain = {"linear": "no", "nodules": "no", "hydrocephalus": "no", "brain_imaged": True}

    for spine in (False, None):
        answer = post("mri_subtype", {**clear_brain, "spine_imaged": spine})
        assert answer["value"] == "not_evaluable"
        assert answer["missing"] == ["spine_imaged"]


def test_a_pattern_that_is_seen_stands_without_the_other_region() -> None:
    assert_answers("mri_subtype", {"linear": "yes", "nodules": "no", "brain_imaged": True}, {"value": "A"})


@pytest.mark.parametrize(
    ("reading", "missing", "candidates"),
    [
        ({"nodules": "yes"}, {"linear"}, {"B", "C"}),
        ({"linear": "yes"}, {"nodules"}, {"A", "C"}),
        ({"linear": "no", "nodules": "no"}, {"hydrocephalus"}, {"D_hydrocephalus", "D_normal"}),
        ({"linear": "no", "hydrocephalus": "yes"}, {"nodules"}, {"B", "D_hydrocephalus"}),
    ],
)
def test_an_unknown_finding_that_matters_is_missing(
    reading: dict[str, str], missing: set[str], candidates: set[str]
) -> None:
    answer = post("mri_subtype", {**reading, **WHOLE_NEURAXIS})

    assert answer["value"] == "not_evaluable"
    assert set(answer["missing"]) == missing
    assert set(answer["candidates"]) == candidates


def test_an_unknown_pattern_of_a_tenth_does_not_matter() -> None:
    reading = {"nodules": "yes", "linear_share_percent": 10, **WHOLE_NEURAXIS}

    assert_answers("mri_subtype", reading, {"value": "B", "missing": []})


@pytest.mark.parametrize(
    ("nodules_mm", "flags"),
    [
        ([[5, 10]], []),
        ([[10, 5]], []),
        ([[4.9, 20]], ["nodule_size_below_diagnostic"]),
        ([[9.9, 9.9]], ["nodule_size_below_diagnostic"]),
        ([[2, 2], [6, 11]], []),
        (None, ["nodule_size_unknown"]),
    ],
)
def test_nodule_size_flags_and_never_changes_the_letter(nodules_mm: Any, flags: list[str]) -> None:
    reading = {"linear": "no", "nodules": "yes", "nodules_mm": nodules_mm}
    answer = post("mri_subtype", reading)

    assert (answer["value"], answer["flags"]) == ("B", flags)
    assert post("mri_subtype", {**reading, "linear": "yes", "nodules": "no"})["flags"] == []
