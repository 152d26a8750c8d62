"""Rules of single trials: toxicity, two-stage designs, response rates, disease status (14)."""

from itertools import product
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clinical.rule_service import assert_answers, post

PEMBROLIZUMAB = {"n1": 10, "continue_if_at_least": 2, "n": 18, "promising_if_at_least": 6}


# Dose-limiting toxicity (14.2)


def toxicity(**changes: Any) -> dict[str, Any]:
    lymphopenia = {"kind": "haematological", "grade": 4, "days_after_pcsi": 20, "rt_related": True}
    return {"trial": "NCT03520504", **lymphopenia, **changes}


@pytest.mark.parametrize(
    ("kind", "grade", "expected"),
    [
        ("haematological", 3, "no_dlt"),
        ("haematological", 4, "dlt"),
        ("haematological", 5, "dlt"),
        ("non_haematological", 2, "no_dlt"),
        ("non_haematological", 3, "dlt"),
        ("non_haematological", 4, "dlt"),
        ("non_haematological", 5, "dlt"),
    ],
)
def test_a_toxicity_is_limiting_from_its_grade_on(kind: str, grade: int, expected: str) -> None:
    assert_answers("dlt", toxicity(kind=kind, grade=grade), {"value": expected, "rule": "14.2"})


@pytest.mark.parametrize(("day", "expected"), [(-20, "dlt"), (0, "dlt"), (21, "dlt"), (28, "dlt"), (29, "no_dlt")])
def test_a_toxicity_counts_during_treatment_and_for_28_days(day: int, expected: str) -> None:
    assert post("dlt", toxicity(days_after_pcsi=day))["value"] == expected


def test_a_toxicity_of_another_cause_is_not_limiting() -> None:
    assert post("dlt", toxicity(rt_related=False))["value"] == "no_dlt"
    assert post("dlt", toxicity(kind="non_haematological", rt_related=False))["value"] == "no_dlt"


@pytest.mark.parametrize("name", ["kind", "grade", "days_after_pcsi", "rt_related"])
def test_a_toxicity_lacking_what_decides_is_not_evaluable(name: str) -> None:
    grade = {"grade": 3} if name == "kind" else {}
    expected = {"value": "not_evaluable", "missing": [name], "candidates": ["dlt", "no_dlt"]}

    assert_answers("dlt", toxicity(**{**grade, name: None}), expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": None, "grade": 4}, "dlt"),
        ({"kind": None, "grade": 2}, "no_dlt"),
        ({"grade": None, "days_after_pcsi": 29}, "no_dlt"),
        ({"kind": None, "grade": None, "days_after_pcsi": None, "rt_related": False}, "no_dlt"),
        ({"kind": None, "grade": 2, "days_after_pcsi": None, "rt_related": None}, "no_dlt"),
    ],
)
def test_a_toxicity_is_decided_where_what_is_unknown_cannot_matter(changes: dict[str, Any], expected: str) -> None:
    answer = post("dlt", toxicity(**changes))

    assert (answer["value"], answer["missing"]) == (expected, [])


def test_only_the_trial_that_defines_it_has_dose_limiting_toxicity() -> None:
    assert post("dlt", toxicity(trial="NCT04343573"))["value"] == "not_supported"


@pytest.mark.parametrize("grade", [0, 6, -1])
def test_a_toxicity_has_grade_one_to_five(grade: int) -> None:
    assert post("dlt", toxicity(grade=grade))["value"] == "invalid_input"


# Simon two-stage designs (14.8, 14.9)


def stage(number: int, alive: int, n: int, **more: Any) -> dict[str, Any]:
    return {"trial": "NCT02886585", "config": PEMBROLIZUMAB, "stage": number, "alive": alive, "n": n, **more}


@pytest.mark.parametrize(
    ("number", "alive", "n", "expected"),
    [
        (1, 0, 10, "stop"),
        (1, 1, 10, "stop"),
        (1, 2, 10, "continue"),
        (1, 10, 10, "continue"),
        (2, 5, 18, "not_promising"),
        (2, 6, 18, "promising"),
        pytest.param(2, 8, 18, "promising", id="14.9"),
        pytest.param(2, 12, 20, "promising", id="14.8, two patients more than planned"),
    ],
)
def test_the_patients_alive_at_three_months_decide(number: int, alive: int, n: int, expected: str) -> None:
    assert_answers("simon_two_stage", stage(number, alive, n), {"value": expected, "rule": "14.8", "missing": []})


@pytest.mark.parametrize(
    ("number", "alive", "unknown", "n", "expected"),
    [
        (1, 1, 1, 10, "indeterminate"),
        (1, 2, 3, 10, "continue"),
        (1, 0, 1, 10, "stop"),
        (2, 5, 1, 18, "indeterminate"),
        (2, 4, 1, 18, "not_promising"),
        (2, 6, 12, 18, "promising"),
    ],
)
def test_worst_and_best_case_have_to_agree(number: int, alive: int, unknown: int, n: int, expected: str) -> None:
    answer = post("simon_two_stage", stage(number, alive, n, status_unknown=unknown))

    assert answer["value"] == expected
    assert bool(answer["candidates"]) == (expected == "indeterminate")


def test_planned_patients_who_are_not_yet_counted_are_of_unknown_status() -> None:
    assert post("simon_two_stage", stage(1, 1, 9))["value"] == "indeterminate"
    assert post("simon_two_stage", stage(1, 0, 9))["value"] == "stop"
    assert post("simon_two_stage", stage(1, 2, 5))["value"] == "continue"
    assert post("simon_two_stage", stage(2, 5, 17))["value"] == "indeterminate"


def test_more_patients_than_were_counted_are_impossible() -> None:
    assert post("simon_two_stage", stage(1, 8, 10, status_unknown=3))["value"] == "invalid_input"
    assert post("simon_two_stage", stage(1, 8, 10, status_unknown=2))["value"] == "continue"


@pytest.mark.parametrize(
    "change",
    [
        {"n1": 0},
        {"n1": 19},
        {"continue_if_at_least": 11},
        {"promising_if_at_least": 19},
        {"n": -1},
        {"n": 1001},
    ],
)
def test_an_impossible_design_is_refused_by_both(change: dict[str, int]) -> None:
    config = {**PEMBROLIZUMAB, **change}

    assert post("simon_two_stage", {**stage(1, 1, 10), "config": config})["value"] == "invalid_input"
    answer = post("simon_operating_characteristics", {"p0": 0.18, "p1": 0.44, "config": config})
    assert (answer["value"], answer["alpha"]) == ("invalid_input", None)


@pytest.mark.parametrize(("p1", "power"), [(0.43, 0.851), (0.44, 0.870)])
def test_error_rates_of_the_pembrolizumab_design(p1: float, power: float) -> None:
    expected = {"value": "computed", "rule": "14.8", "alpha": 0.087, "power": power, "early_stop_p0": 0.439}

    assert_answers("simon_operating_characteristics", {"p0": 0.18, "p1": p1, "config": PEMBROLIZUMAB}, expected)


@pytest.mark.parametrize(("p0", "p1"), [(-0.01, 0.4), (0.2, 1.01), (0.44, 0.18)])
def test_rates_that_are_none_or_reversed_are_impossible(p0: float, p1: float) -> None:
    answer = post("simon_operating_characteristics", {"p0": p0, "p1": p1, "config": PEMBROLIZUMAB})

    assert (answer["value"], answer["power"]) == ("invalid_input", None)


def test_error_rates_at_certainty() -> None:
    answer = post("simon_operating_characteristics", {"p0": 0, "p1": 1, "config": PEMBROLIZUMAB})

    assert (answer["alpha"], answer["power"], answer["early_stop_p0"]) == (0, 1, 1)


@given(
    n1=st.integers(1, 12),
    more=st.integers(0, 12),
    first=st.floats(0, 1),
    last=st.floats(0, 1),
    rates=st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted),
)
def test_error_rates_agree_with_counting_every_outcome(
    n1: int, more: int, first: float, last: float, rates: list[int]
) -> None:
    n = n1 + more
    go_on, promising = round(first * n1), round(last * n)
    config = {"n1": n1, "continue_if_at_least": go_on, "n": n, "promising_if_at_least": promising}
    p0, p1 = (rate / 100 for rate in rates)

    def chance(alive: int, patients: int, rate: float) -> float:
        return comb(patients, alive) * rate**alive * (1 - rate) ** (patients - alive)

    def promising_chance(rate: float) -> float:
        return sum(
            chance(alive, n1, rate) * chance(later, more, rate)
            for alive, later in product(range(go_on, n1 + 1), range(more + 1))
            if alive + later >= promising
        )

    answer = post("simon_operating_characteristics", {"p0": p0, "p1": p1, "config": config})

    assert answer["alpha"] == pytest.approx(promising_chance(p0), abs=0.0005001)
    assert answer["power"] == pytest.approx(promising_chance(p1), abs=0.0005001)
    stopped = sum(chance(alive, n1, p0) for alive in range(go_on))
    assert answer["early_stop_p0"] == pytest.approx(stopped, abs=0.0005001)


# Rates of NCT03091478 (14.11)


def test_the_cns_response_of_nct03091478_includes_stable_disease() -> None:
    responses = ["CR", "CR", "PR", "SD", "SD", *["PD"] * 8]
    expected = {"value": "computed", "rule": "14.11", "cns_response_percent": 38.5, "orr_percent": 23.1}

    assert_answers("trial_response_rates", {"responses": responses}, expected)


def test_a_patient_who_is_not_evaluable_stays_in_the_denominator() -> None:
    answer = post("trial_response_rates", {"responses": ["CR", "NE"]})

    assert (answer["cns_response_percent"], answer["orr_percent"]) == (50, 50)


def test_no_patient_has_no_rate() -> None:
    assert_answers(
        "trial_response_rates", {"responses": []}, {"value": "not_evaluable", "orr_percent": None, "missing": []}
    )


# Disease status in NCT05184816 (14.13)

CLEAR = {
    "prior_lm_therapy": "proton_csi",
    "mri_enhancement": False,
    "csf_cytology": "negative",
    "ctc_count": 0,
    "extrinsic_cells": False,
    "lm_symptoms": False,
}
SIGNS = [
    ("mri_enhancement", True),
    ("csf_cytology", "positive"),
    ("csf_cytology", "suspicious"),
    ("csf_cytology", "atypical"),
    ("ctc_count", 1),
    ("extrinsic_cells", True),
    ("lm_symptoms", True),
]


@pytest.mark.parametrize("therapy", ["proton_csi", "radiotherapy", "systemic_therapy"])
@pytest.mark.parametrize(("sign", "finding"), SIGNS)
def test_any_sign_after_therapy_is_persistent_disease(therapy: str, sign: str, finding: Any) -> None:
    answer = post("deferoxamine_disease_status", {**CLEAR, "prior_lm_therapy": therapy, sign: finding})

    assert (answer["value"], answer["rule"]) == ("persistent", "14.13")


@pytest.mark.parametrize(("sign", "finding"), SIGNS)
def test_a_documented_clearance_between_makes_it_recurrent(sign: str, finding: Any) -> None:
    answer = post("deferoxamine_disease_status", {**CLEAR, "clear_after_therapy": True, sign: finding})

    assert answer["value"] == "recurrent"


@pytest.mark.parametrize(("sign", "finding"), SIGNS)
def test_one_sign_is_enough_whatever_else_is_unknown(sign: str, finding: Any) -> None:
    inputs = {"prior_lm_therapy": "radiotherapy", sign: finding}

    assert_answers("deferoxamine_disease_status", inputs, {"value": "persistent", "missing": []})


def test_without_any_sign_it_is_neither() -> None:
    assert post("deferoxamine_disease_status", CLEAR)["value"] == "neither"
    assert post("deferoxamine_disease_status", {**CLEAR, "prior_lm_therapy": None})["value"] == "neither"


@pytest.mark.parametrize(("sign", "finding"), SIGNS)
def test_untreated_disease_is_neither(sign: str, finding: Any) -> None:
    answer = post("deferoxamine_disease_status", {"prior_lm_therapy": "none", sign: finding})

    assert (answer["value"], answer["missing"]) == ("neither", [])


@pytest.mark.parametrize(
    ("sign", "finding"), [*((name, None) for name in CLEAR if name != "prior_lm_therapy"), ("csf_cytology", "not_done")]
)
def test_a_sign_that_was_not_assessed_leaves_it_open(sign: str, finding: Any) -> None:
    expected = {"value": "not_evaluable", "missing": [sign], "candidates": ["persistent", "neither"]}

    assert_answers("deferoxamine_disease_status", {**CLEAR, sign: finding}, expected)


def test_a_sign_after_unknown_therapy_is_open() -> None:
    inputs = {**CLEAR, "prior_lm_therapy": None, "lm_symptoms": True}
    answer = post("deferoxamine_disease_status", inputs)

    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["prior_lm_therapy"])
    assert set(answer["candidates"]) == {"persistent", "neither"}


def test_the_volume_of_the_sample_is_not_read() -> None:
    with_volume = post("deferoxamine_disease_status", {**CLEAR, "ctc_volume_ml": 3})

    assert with_volume == post("deferoxamine_disease_status", CLEAR)


def test_fewer_than_no_cells_are_impossible() -> None:
    assert post("deferoxamine_disease_status", {**CLEAR, "ctc_count": -1})["value"] == "invalid_input"


# Abscopal response (14.17)


def lesion(irradiated: bool | None, baseline_mm: float | None, current_mm: float | None) -> dict[str, Any]:
    return {"irradiated": irradiated, "baseline_mm": baseline_mm, "current_mm": current_mm}


@pytest.mark.parametrize(
    ("current", "value", "response", "control"),
    [
        (0, "CR", True, True),
        (13, "PR", True, True),
        (14, "PR", True, True),
        (14.1, "SD", False, True),
        (24.9, "SD", False, True),
        (25, "PD", False, False),
    ],
)
def test_only_lesions_outside_the_field_count(current: float, value: str, response: bool, control: bool) -> None:
    answer = post("abscopal_response", {"lesions": [lesion(True, 35, 20), lesion(False, 20, current)]})

    assert (answer["value"], answer["rule"]) == (value, "14.17")
    assert (answer["abscopal_response"], answer["abscopal_control"]) == (response, control)


@pytest.mark.parametrize(("current", "value"), [(119.9, "SD"), (120, "PD")])
def test_the_sum_of_the_lesions_decides(current: float, value: str) -> None:
    answer = post("abscopal_response", {"lesions": [lesion(False, 50, 20), lesion(False, 50, current - 20)]})

    assert answer["value"] == value


@pytest.mark.parametrize("lesions", [[lesion(True, 35, 20)], [lesion(True, 35, None), lesion(True, 10, 30)], []])
def test_where_every_lesion_was_irradiated_there_is_no_abscopal_response(lesions: list[dict[str, Any]]) -> None:
    answer = post("abscopal_response", {"lesions": lesions})

    assert (answer["value"], answer["abscopal_response"], answer["abscopal_control"]) == ("not_applicable", None, None)


@pytest.mark.parametrize(
    ("lesions", "missing", "candidates"),
    [
        ([lesion(False, 20, None)], ["current_mm"], {"CR", "PR", "SD", "PD"}),
        ([lesion(False, 20, None), lesion(False, 20, 10)], ["current_mm"], {"PR", "SD", "PD"}),
        ([lesion(None, 20, 10)], ["irradiated"], {"PR", "not_applicable"}),
        ([lesion(None, 20, 40), lesion(False, 20, 10)], ["irradiated"], {"PD", "PR"}),
    ],
)
def test_what_is_unknown_and_matters_leaves_the_response_open(
    lesions: list[dict[str, Any]], missing: list[str], candidates: set[str]
) -> None:
    answer = post("abscopal_response", {"lesions": lesions})

    assert (answer["value"], answer["missing"]) == ("NE", missing)
    assert set(answer["candidates"]) == candidates


@pytest.mark.parametrize(
    ("lesions", "value"),
    [
        ([lesion(False, 20, None), lesion(False, 20, 48)], "PD"),
        ([lesion(False, None, 0)], "CR"),
        ([lesion(None, 20, 10), lesion(False, 20, 10)], "PR"),
        ([lesion(True, None, None), lesion(False, 20, 10)], "PR"),
    ],
)
def test_what_is_unknown_and_cannot_matter_is_ignored(lesions: list[dict[str, Any]], value: str) -> None:
    answer = post("abscopal_response", {"lesions": lesions})

    assert (answer["value"], answer["missing"]) == (value, [])


def test_control_is_known_where_every_open_response_is_control() -> None:
    answer = post("abscopal_response", {"lesions": [lesion(None, 20, 20), lesion(False, 20, 10)]})

    assert (answer["value"], answer["abscopal_response"], answer["abscopal_control"]) == ("NE", None, True)


def test_many_lesions_of_unknown_irradiation_are_not_evaluable() -> None:
    answer = post("abscopal_response", {"lesions": [lesion(None, 20, 10)] * 40})

    assert (answer["value"], answer["missing"]) == ("NE", ["irradiated"])


def test_lesions_of_no_size_or_less_are_impossible() -> None:
    assert post("abscopal_response", {"lesions": [lesion(False, 0, 0)]})["value"] == "invalid_input"
    assert post("abscopal_response", {"lesions": [lesion(False, 20, -1)]})["value"] == "invalid_input"
