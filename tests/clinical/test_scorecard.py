"""The revised imaging scorecard (4.2, 4.3), nodules (4.1, 4.4), R-01 and R-10."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

ITEMS = ("brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear")
ABSENT = (0, 0, "no_change")


def card(*items: tuple[Any, Any, Any], **more: Any) -> dict[str, Any]:
    """A card with the items in the order of the form, those not given being absent at both visits."""
    filled = [*items, *[ABSENT] * (len(ITEMS) - len(items))]
    keys = ("baseline", "follow_up", "change")
    return {
        "items": {name: dict(zip(keys, item, strict=True)) for name, item in zip(ITEMS, filled, strict=True)},
        **more,
    }


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(
            card((1, 1, "improved"), (1, 1, "no_change")), {"value": "PR", "rule": "SC-O5", "flags": []}, id="SC-T1"
        ),
        pytest.param(card((1, 0, "improved"), (1, 0, "improved")), {"value": "CR", "rule": "SC-O4"}, id="SC-T2"),
        pytest.param(
            card((1, 1, "improved"), (1, 1, "no_change"), ABSENT, (0, 1, "worse")),
            {"value": "PD", "rule": "SC-O1", "flags": ["mixed"]},
            id="SC-T3",
        ),
        pytest.param(
            card((1, 1, "no_change"), (1, None, "NE")),
            {"value": "NE", "rule": "SC-O2", "missing": ["brain_linear"]},
            id="SC-T4",
        ),
        pytest.param(card(), {"value": "SD", "rule": "SC-O3", "warnings": ["no_baseline_imaging_disease"]}, id="SC-T5"),
        pytest.param(
            card((0, 1, "no_change")), {"value": "invalid_input", "rule": "SC-V", "item": "brain_nodules"}, id="SC-T6"
        ),
        (card((1, 1, "no_change")), {"value": "SD", "rule": "SC-O6"}),
        (card((1, 0, "improved"), (1, 1, "no_change")), {"value": "PR", "rule": "SC-O5"}),
        (card((1, 1, "worse"), (1, None, None)), {"value": "PD", "rule": "SC-O1"}),
    ],
)
def test_overall_response(reading: dict[str, Any], expected: dict[str, Any]) -> None:
    assert_answers("lm_scorecard", reading, expected)


@pytest.mark.parametrize(
    ("baseline", "follow_up", "change", "allowed"),
    [
        (baseline, follow_up, change, change in allowed)
        for (baseline, follow_up), allowed in {
            (0, 0): {"no_change"},
            (0, 1): {"worse"},
            (1, 0): {"improved"},
            (1, 1): {"improved", "no_change", "worse"},
            (None, 0): set[str](),
            (1, None): set[str](),
        }.items()
        for change in ("improved", "no_change", "worse")
    ],
)
def test_presence_and_change_must_agree(baseline: Any, follow_up: Any, change: str, allowed: bool) -> None:
    """SC-V."""
    answer = post("lm_scorecard", card(ABSENT, (baseline, follow_up, change)))

    assert (answer["value"] == "invalid_input") == (not allowed)
    assert answer.get("item") == (None if allowed else "brain_linear")


@pytest.mark.parametrize(
    ("pair", "value"), [((0, 0), "SD"), ((0, 1), "PD"), ((1, 0), "CR"), ((1, 1), "NE"), ((1, None), "NE")]
)
def test_a_change_left_out_is_filled_in_where_only_one_is_possible(pair: tuple[Any, Any], value: str) -> None:
    assert post("lm_scorecard", card((*pair, None)))["value"] == value


def test_the_first_inconsistent_item_of_the_form_is_named() -> None:
    reading = card(ABSENT, (1, 0, "worse"), (0, 1, "improved"))
    reading["items"] = dict(reversed(reading["items"].items()))

    assert_answers("lm_scorecard", reading, {"value": "invalid_input", "item": "brain_linear"})


def test_unnamed_items_are_absent_only_if_the_reader_says_so() -> None:
    """R-01: an explicit null, or a change graded NE, stays NE."""
    only_nodules: dict[str, Any] = {"items": {"brain_nodules": {"baseline": 1, "follow_up": 0}}}
    complete = {**only_nodules, "form_complete": True}

    assert_answers("lm_scorecard", only_nodules, {"value": "NE", "missing": list(ITEMS[1:])})
    assert_answers("lm_scorecard", complete, {"value": "CR", "rule": "SC-O4"})
    for not_evaluable in (None, {"baseline": None}, {"change": "NE"}):
        items = {**only_nodules["items"], "spine_linear": not_evaluable}
        expected = {"value": "NE", "missing": ["spine_linear"]}
        assert_answers("lm_scorecard", {"items": items, "form_complete": True}, expected)


@pytest.mark.parametrize(
    ("reading", "rater", "expected"),
    [
        (card((1, 1, "improved")), "SD", ("SD", "PR", "PR", "derived", True)),
        (card((1, 1, "improved")), "PR", ("PR", "PR", "PR", "derived", False)),
        (card((1, None, None)), "PR", ("PR", "NE", "PR", "reader", True)),
        (card((1, None, None)), "NE", ("NE", "NE", "NE", None, False)),
        (card((1, None, None)), None, ("NE", "NE", "NE", None, False)),
        (card((0, 1, "worse"), (1, None, None)), "SD", ("SD", "PD", "PD", "derived", True)),
    ],
)
def test_the_reader_grade_is_kept_and_the_derived_one_is_combined(
    reading: dict[str, Any], rater: str | None, expected: tuple[Any, ...]
) -> None:
    """G9, R-10."""
    answer = post("lm_scorecard", {**reading, "rater_overall": rater})
    outputs = (answer["value"], answer["derived"], answer["imaging"], answer["imaging_source"])

    assert (*outputs, "mismatch" in answer["warnings"]) == expected


@pytest.mark.parametrize(
    ("diameters", "value"),
    [
        ([5.0, 7.0], "non_measurable"),
        ([5.1, 5.1], "measurable"),
        ([20, 5], "non_measurable"),
        (None, "not_evaluable"),
    ],
)
def test_a_measurable_nodule_is_larger_than_five_millimetres_both_ways(diameters: Any, value: str) -> None:
    """SC-T7, G4."""
    assert post("nodule_measurable", {"diameters_mm": diameters})["value"] == value


@pytest.mark.parametrize(
    ("distance", "value"),
    [
        (0.5, "lm_nodule"),
        (1.9, "lm_nodule"),
        (2, "parenchymal"),
        (4, "parenchymal"),
        (None, "not_evaluable"),
    ],
)
def test_a_nodule_within_two_millimetres_belongs_to_lm(distance: Any, value: str) -> None:
    assert post("nodule_compartment", {"distance_to_leptomeninges_mm": distance})["value"] == value


@pytest.mark.parametrize(
    ("reference", "current", "value", "percent"),
    [
        ([[10, 10]], [[7, 7]], "improved", -51.0),
        ([[10, 10]], [[5, 10]], "improved", -50.0),
        ([[10, 10]], [[5.1, 10]], "no_change", -49.0),
        ([[10, 10]], [[12.5, 10]], "worse", 25.0),
        ([[10, 10]], [[12.4, 10]], "no_change", 24.0),
        ([[10, 10], [6, 6]], [[0, 0], [0, 0]], "improved", -100.0),
        ([[0, 0]], [[6, 6]], "worse", None),
        ([[0, 0]], [[0, 0]], "no_change", None),
        ([[3, 1]], [[3.001, 1]], "no_change", 0.0),
        ([[3, 1]], [[2.9, 1]], "no_change", -3.3),
    ],
)
def test_suggested_grade_of_nodule_size(reference: Any, current: Any, value: str, percent: float | None) -> None:
    scans = {"reference_mm": reference, "current_mm": current, "new_measurable_nodule": False}

    assert_answers("nodule_size_suggestion", scans, {"value": value, "change_percent": percent})


def test_slow_growth_is_shown_from_baseline_too() -> None:
    scans = {"baseline_mm": [[10, 10]], "reference_mm": [[11, 10]], "current_mm": [[12, 11]]}

    assert_answers(
        "nodule_size_suggestion",
        {**scans, "new_measurable_nodule": False},
        {"value": "no_change", "change_percent": 20.0, "change_from_baseline_percent": 32.0},
    )


def test_change_from_baseline_is_that_of_the_same_nodules() -> None:
    """A nodule that came later has no size at baseline, so the sums cannot be compared."""
    scans = {"baseline_mm": [[10, 10]], "reference_mm": [[10, 10], [6, 6]], "current_mm": [[10, 10], [6, 6]]}

    expected = {"value": "no_change", "change_percent": 0.0, "change_from_baseline_percent": None}
    assert_answers("nodule_size_suggestion", {**scans, "new_measurable_nodule": False}, expected)


def test_a_new_measurable_nodule_is_worse_whatever_else_is_unknown() -> None:
    assert_answers("nodule_size_suggestion", {"new_measurable_nodule": True}, {"value": "worse", "missing": []})
    grown = {"reference_mm": [[10, 10]], "current_mm": [[20, 10]]}
    assert_answers("nodule_size_suggestion", grown, {"value": "worse"})
    shrunk = {"reference_mm": [[10, 10]], "current_mm": [[5, 5]]}
    expected = {"value": "not_evaluable", "missing": ["new_measurable_nodule"], "candidates": ["improved", "worse"]}
    assert_answers("nodule_size_suggestion", shrunk, expected)
    assert_answers(
        "nodule_size_suggestion", {"new_measurable_nodule": False}, {"missing": ["reference_mm", "current_mm"]}
    )


def test_the_nodules_must_be_the_same() -> None:
    scans = {"reference_mm": [[10, 10]], "current_mm": [[10, 10], [6, 6]], "new_measurable_nodule": False}

    assert post("nodule_size_suggestion", scans)["value"] == "invalid_input"
