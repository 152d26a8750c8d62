"""LM-COMP-1 at one time point: the grids of 5.4 cell by cell, LM-T1 to LM-T7, the baseline and the imaging grade."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

SYSTEM = "lm_comp_1"
IMAGING = ("CR", "PR", "SD", "PD", "NE")
STATES = ("NN", "CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ", "NE")
BOTH = {"b_img": True, "b_csf": True}
IMAGING_ONLY = {"b_img": True, "b_csf": False}
CSF_ONLY = {"b_img": False, "b_csf": True}
NOTHING = {"b_img": False, "b_csf": False}

SUSPECTED = ("SUSPECTED_PD", "C3")
PD = ("PD", "C1")
NOT_EVALUABLE = ("NE", "C4")
SD = ("SD", "C7")
PR = ("PR", "C6")
CR = ("CR", "C5")

#: 5.4: CSF state → cells in the order of IMAGING.
GRID_OF_BOTH = {
    "CLEAR_C": (CR, PR, PR, PD, NOT_EVALUABLE),
    "CLEAR_U": (PR, PR, SD, PD, NOT_EVALUABLE),
    "POS": (SD, SD, SD, PD, NOT_EVALUABLE),
    "EQ": (SD, SD, SD, PD, NOT_EVALUABLE),
    "CONV": (SUSPECTED, SUSPECTED, SUSPECTED, PD, SUSPECTED),
    "NE": (NOT_EVALUABLE, NOT_EVALUABLE, NOT_EVALUABLE, PD, NOT_EVALUABLE),
}
GRID_OF_IMAGING_ONLY = {
    "NN": (CR, PR, SD, PD, NOT_EVALUABLE),
    "NE": (CR, PR, SD, PD, NOT_EVALUABLE),
    "EQ": (SD, SD, SD, PD, NOT_EVALUABLE),
    "CONV": (SUSPECTED, SUSPECTED, SUSPECTED, PD, SUSPECTED),
}
#: 5.4: CSF state → cells for imaging SD (still none), PD, NE.
GRID_OF_CSF_ONLY = {
    "CLEAR_C": (CR, PD, PR),
    "CLEAR_U": (SD, PD, SD),
    "POS": (SD, PD, SD),
    "EQ": (SD, PD, SD),
    "CONV": (SUSPECTED, PD, SUSPECTED),
    "NE": (NOT_EVALUABLE, PD, NOT_EVALUABLE),
}


def cells() -> list[Any]:
    grids = (
        ("both", BOTH, GRID_OF_BOTH, IMAGING),
        ("imaging only", IMAGING_ONLY, GRID_OF_IMAGING_ONLY, IMAGING),
        ("CSF only", CSF_ONLY, GRID_OF_CSF_ONLY, ("SD", "PD", "NE")),
    )
    return [
        pytest.param({**baseline, "csf": csf, "imaging": imaging}, *cell, id=f"{name}: {csf}, {imaging}")
        for name, baseline, grid, columns in grids
        for csf, row in grid.items()
        for imaging, cell in zip(columns, row, strict=True)
    ]


@pytest.mark.parametrize(("time_point", "value", "rule"), cells())
@pytest.mark.parametrize("neuro", ("improved", "stable"))
def test_cell_of_the_grid(neuro: str, time_point: dict[str, Any], value: str, rule: str) -> None:
    answer = post(SYSTEM, {**time_point, "neuro": neuro})

    assert (answer["value"], answer["rule"]) == (value, rule)
    assert answer["clinical_benefit"] == ("improved" if neuro == "improved" and value in ("CR", "PR", "SD") else None)
    if value == "NE":
        required = {"imaging": time_point["b_img"], "csf": time_point["b_csf"]}
        lacking = {name for name, needed in required.items() if needed and time_point[name] == "NE"}
        assert set(answer["missing"]) == lacking
    pending = (value, time_point["csf"], time_point["imaging"]) == ("PR", "CLEAR_U", "CR")
    assert ("cr_pending_csf_confirmation" in answer["flags"]) == pending
    repeat = value == "SUSPECTED_PD" or (rule == "C7" and time_point["csf"] in ("EQ", "CLEAR_U"))
    assert ("repeat_csf" in answer["flags"]) == repeat
    not_repeated = value in ("CR", "PR") and time_point["csf"] == "NE"
    assert ("csf_not_repeated" in answer["warnings"]) == not_repeated


@pytest.mark.parametrize("baseline", (BOTH, IMAGING_ONLY, CSF_ONLY, NOTHING))
def test_neurological_worsening_decides_before_csf(baseline: dict[str, bool]) -> None:
    """5.4: neuro worse, any CSF."""
    for imaging, csf in product(IMAGING, STATES):
        worse = {**baseline, "neuro": "worse", "imaging": imaging, "csf": csf}
        attributed = ("PD", "C1" if imaging == "PD" else "C2a")
        assert_answers(SYSTEM, {**worse, "attribution": "lm"}, dict(zip(("value", "rule"), attributed, strict=True)))
        suspected = {"value": "PD", "rule": "C1"} if imaging == "PD" else {"value": "SUSPECTED_PD", "rule": "C2b"}
        assert_answers(SYSTEM, {**worse, "attribution": "undetermined"}, suspected)
        assert_answers(SYSTEM, worse, suspected)


@pytest.mark.parametrize("neuro", ("NE", None))
def test_neurology_is_always_required(neuro: str | None) -> None:
    """5.4: neuro NE and no PD or CONV → NE neuro."""
    for baseline, imaging, csf in product((BOTH, IMAGING_ONLY, CSF_ONLY), IMAGING, STATES):
        answer = post(SYSTEM, {**baseline, "neuro": neuro, "imaging": imaging, "csf": csf})
        if imaging == "PD" or csf == "CONV":
            assert answer["value"] == ("PD" if imaging == "PD" else "SUSPECTED_PD")
        else:
            assert (answer["value"], answer["rule"]) == ("NE", "C4")
            assert "neuro" in answer["missing"]


@pytest.mark.parametrize(
    ("time_point", "expected"),
    [
        pytest.param(
            {"neuro": "stable", "imaging": "PD", "csf": "NN", **IMAGING_ONLY},
            {"value": "PD", "rule": "C1"},
            id="LM-T1",
        ),
        pytest.param(
            {"neuro": "improved", "imaging": "CR", "csf": "CLEAR_C", **BOTH},
            {"value": "CR", "rule": "C5", "clinical_benefit": "improved"},
            id="LM-T2",
        ),
        pytest.param(
            {"neuro": "stable", "imaging": "PR", "csf": "POS", "induction_completed": True, **BOTH},
            {"value": "SD", "rule": "C7", "flags": ["csf_refractory"]},
            id="LM-T3",
        ),
        pytest.param(
            {"neuro": "worse", "attribution": "undetermined", "imaging": "SD", "csf": "CLEAR_C", **BOTH},
            {"value": "SUSPECTED_PD", "rule": "C2b"},
            id="LM-T4",
        ),
        pytest.param(
            {"neuro": "stable", "imaging": "SD", "csf": "CONV", **IMAGING_ONLY},
            {"value": "SUSPECTED_PD", "rule": "C3", "flags": ["repeat_csf"]},
            id="LM-T5",
        ),
        pytest.param(
            {"neuro": "stable", "imaging": "NE", "csf": "CLEAR_C", **BOTH},
            {"value": "NE", "rule": "C4", "missing": ["imaging"]},
            id="LM-T6",
        ),
        pytest.param(
            {"neuro": "stable", "imaging": "CR", "csf": "CLEAR_U", **BOTH},
            {"value": "PR", "rule": "C6", "flags": ["cr_pending_csf_confirmation"]},
            id="LM-T7",
        ),
    ],
)
def test_examples_of_the_reference(time_point: dict[str, Any], expected: dict[str, Any]) -> None:
    assert_answers(SYSTEM, time_point, expected)


@pytest.mark.parametrize(("induction_completed", "refractory"), [(True, True), (False, False), (None, False)])
def test_persistent_positive_csf_is_refractory_only_after_induction(induction_completed: Any, refractory: bool) -> None:
    time_point = {"neuro": "stable", "imaging": "SD", "csf": "POS", **BOTH, "induction_completed": induction_completed}

    assert ("csf_refractory" in post(SYSTEM, time_point)["flags"]) == refractory


STABLE = {"neuro": "stable", "imaging": "PR", "csf": "CLEAR_U"}


@pytest.mark.parametrize(
    ("baseline", "b_img", "b_csf"),
    [
        ({"baseline_mri_lm": "A", "baseline_csf_cytology": "positive"}, True, True),
        ({"baseline_mri_lm": "B", "baseline_csf_cytology": "positive"}, True, True),
        ({"baseline_mri_lm": "C", "baseline_csf_cytology": "positive"}, True, True),
        ({"baseline_mri_lm": "present", "baseline_csf_cytology": "negative"}, True, False),
        ({"baseline_mri_lm": "D_hydrocephalus", "baseline_csf_cytology": "equivocal"}, True, False),
        ({"baseline_mri_lm": "D_normal", "baseline_csf_cytology": "positive"}, False, True),
        ({"baseline_mri_lm": "not_done", "baseline_csf_cytology": "inadequate"}, None, None),
        ({"baseline_csf_cytology": "not_done"}, None, None),
        ({"baseline_mri_lm": "B", "b_img": True, "baseline_csf_cytology": "not_done", "b_csf": True}, True, True),
    ],
)
def test_the_baseline_class_says_what_was_abnormal(baseline: dict[str, Any], b_img: Any, b_csf: Any) -> None:
    """5.2, M6, D-27, 3.4."""
    answer = post(SYSTEM, {**STABLE, **baseline})

    assert (answer["b_img"], answer["b_csf"]) == (b_img, b_csf)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"b_img": True, "baseline_mri_lm": "D_normal"},
        {"b_img": False, "baseline_mri_lm": "D_hydrocephalus"},
        {"b_csf": True, "baseline_csf_cytology": "negative"},
        {"b_csf": False, "baseline_csf_cytology": "positive"},
        {"imaging": "PR", "imaging_derived": "SD"},
        {"imaging": "PR", "imaging_reader": "CR"},
        {"imaging": "PR", "imaging_derived": "SD", "imaging_reader": "PR"},
    ],
)
def test_contradictory_inputs_are_invalid(contradiction: dict[str, Any]) -> None:
    answer = post(SYSTEM, {"neuro": "stable", "csf": "NN", **contradiction})

    assert (answer["value"], answer["reason"]) == ("invalid_input", "inputs_contradict")


@pytest.mark.parametrize(
    ("grades", "value", "source"),
    [
        ({"imaging_derived": "PD", "imaging_reader": "SD"}, "PD", "derived"),
        ({"imaging_derived": "SD", "imaging_reader": "PD"}, "SD", "derived"),
        ({"imaging_derived": "NE", "imaging_reader": "PD"}, "PD", "reader"),
        ({"imaging_reader": "PD"}, "PD", "reader"),
        ({"imaging_derived": "NE"}, "NE", None),
        ({"imaging_derived": "NE", "imaging_reader": "NE"}, "NE", None),
        ({"imaging": "PD"}, "PD", None),
        ({"imaging": "PD", "imaging_derived": "PD"}, "PD", "derived"),
    ],
)
def test_the_derived_grade_is_combined_unless_it_is_open(
    grades: dict[str, str], value: str, source: str | None
) -> None:
    """R-10."""
    answer = post(SYSTEM, {"neuro": "stable", "csf": "NN", **IMAGING_ONLY, **grades})

    assert (answer["value"], answer["imaging_source"]) == (value, source)


@pytest.mark.parametrize("primary", ("lymphoma", "leukaemia", "other_haematological", "primary_brain_tumour"))
def test_other_primaries_are_outside_the_scope(primary: str) -> None:
    """R-16: also where imaging shows progression."""
    time_point = {"neuro": "worse", "attribution": "lm", "imaging": "PD", "csf": "CONV", **BOTH, "primary": primary}

    assert_answers(SYSTEM, time_point, {"value": "NE", "reason": "outside_scope"})
    assert post(SYSTEM, {**time_point, "primary": "melanoma"})["value"] == "PD"


@pytest.mark.parametrize(
    ("time_point", "value"),
    [
        ({"imaging": "PD"}, "PD"),
        ({"neuro": "worse", "attribution": "lm"}, "PD"),
        ({"neuro": "worse"}, "SUSPECTED_PD"),
        ({"csf": "CONV"}, "NE"),
        ({"imaging": "CR", "csf": "NN"}, "NE"),
        ({"imaging": "SD", "csf": "POS"}, "NE"),
    ],
)
@pytest.mark.parametrize("b_img", (True, False, None))
def test_an_unknown_csf_baseline_leaves_only_progression(
    b_img: bool | None, time_point: dict[str, Any], value: str
) -> None:
    """R-05: NE unless C1 or C2 decides."""
    answer = post(SYSTEM, {"neuro": "stable", "imaging": "SD", "csf": "NN", "b_img": b_img, **time_point})

    assert answer["value"] == value
    assert ("baseline_csf_cytology" in answer["missing"]) == (value == "NE")
    assert ("baseline_mri_lm" in answer["missing"]) == (value == "NE" and b_img is None)


@pytest.mark.parametrize(
    ("time_point", "expected"),
    [
        ({"imaging": "PD", "csf": "NN", "b_csf": False}, {"value": "PD", "missing": []}),
        ({"imaging": "SD", "csf": "CONV", "b_csf": False}, {"value": "SUSPECTED_PD", "missing": []}),
        ({"imaging": "SD", "csf": "NN", "b_csf": False}, {"value": "SD", "rule": "C7", "missing": []}),
        ({"imaging": "CR", "csf": "CLEAR_C", "b_csf": True}, {"value": "CR", "missing": []}),
        ({"imaging": "SD", "csf": "POS", "b_csf": True}, {"value": "SD", "missing": []}),
        ({"imaging": "SD", "csf": "CLEAR_C", "b_csf": True}, {"value": "NE", "missing": ["baseline_mri_lm"]}),
        ({"imaging": "NE", "csf": "NN", "b_csf": False}, {"value": "NE", "missing": ["baseline_mri_lm", "imaging"]}),
        ({"imaging": "SD", "csf": "NE", "b_csf": True}, {"value": "NE", "missing": ["csf"]}),
    ],
)
def test_an_unknown_mri_baseline_matters_only_where_it_changes_the_response(
    time_point: dict[str, Any], expected: dict[str, Any]
) -> None:
    answer = post(SYSTEM, {"neuro": "stable", **time_point})

    assert answer["value"] == expected["value"]
    if expected["missing"]:
        assert set(expected["missing"]) <= set(answer["missing"])
    else:
        assert answer["missing"] == []


@pytest.mark.parametrize(
    ("time_point", "candidates"),
    [
        ({"neuro": "NE", "imaging": "CR", "csf": "CLEAR_C", **BOTH}, {"CR", "PD", "SUSPECTED_PD"}),
        ({"neuro": "stable", "imaging": "NE", "csf": "CLEAR_C", **BOTH}, {"CR", "PR", "PD"}),
        ({"neuro": "stable", "imaging": "NE", "csf": "NE", **IMAGING_ONLY}, {"CR", "PR", "SD", "PD"}),
        ({"neuro": "stable", "imaging": "CR", "csf": "NE", **BOTH}, {"CR", "PR", "SD", "SUSPECTED_PD"}),
        ({"neuro": "stable", "imaging": "SD", "csf": "NE", **CSF_ONLY}, {"CR", "SD", "SUSPECTED_PD"}),
        ({"neuro": "NE", "imaging": "NE", "csf": "NN", **NOTHING}, {"SD", "PD", "SUSPECTED_PD"}),
        ({"neuro": "stable", "imaging": "SD", "csf": "CLEAR_C", "b_csf": True}, {"CR", "PR"}),
        ({"neuro": "stable", "imaging": "CR", "csf": "NE", "b_img": True}, {"CR", "PR", "SD", "SUSPECTED_PD"}),
        ({"neuro": "stable", "imaging": "SD", "csf": "CLEAR_C", **BOTH}, set()),
    ],
)
def test_what_remains_possible(time_point: dict[str, Any], candidates: set[str]) -> None:
    assert set(post(SYSTEM, time_point)["candidates"]) == candidates


def test_nothing_abnormal_at_baseline_is_stable_unless_something_appears() -> None:
    """C5(c): without a response shown by imaging or CSF there is none."""
    for imaging, csf in product(("SD", "NE"), ("NN", "NE", "EQ")):
        assert_answers(SYSTEM, {"neuro": "stable", "imaging": imaging, "csf": csf, **NOTHING}, {"value": "SD"})


def test_an_unscored_examination_is_flagged() -> None:
    """R-02."""
    assert post(SYSTEM, {**STABLE, **BOTH, "neuro_scored": False})["flags"] == ["not_scored"]
    assert post(SYSTEM, {**STABLE, **BOTH, "neuro_scored": True})["flags"] == []


def test_how_the_csf_was_sampled_is_informative_alone() -> None:
    answers = [
        post(SYSTEM, {**STABLE, **BOTH, "csf_repeated": repeated, "csf_sample_grade": grade})
        for repeated in (True, False, None)
        for grade in ("optimal", "inadequate", None)
    ]

    assert {answer["value"] for answer in answers} == {"PR"}
