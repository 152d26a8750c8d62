"""Recommendation grade, radiotherapy, intrathecal therapy (1.1) and coverage of local ablation (1.3)."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post


@pytest.mark.parametrize(
    ("agree", "panel", "grade"),
    [
        (27, 30, "I"),
        (26, 30, "II"),
        (30, 30, "I"),
        (9, 10, "I"),
        (899, 1000, "II"),
        (3, 4, "II"),
        (749, 1000, "III"),
        (1, 2, "III"),
        (49, 100, "no_recommendation"),
        (0, 7, "no_recommendation"),
        (1, 1, "I"),
    ],
)
def test_the_lower_bound_of_a_grade_belongs_to_it(agree: int, panel: int, grade: str) -> None:
    assert_answers("recommendation_grade", {"agree": agree, "panel": panel}, {"value": grade, "rule": "R-GRADE"})


@pytest.mark.parametrize(
    "vote",
    [
        {"agree": 31, "panel": 30},
        {"agree": 0, "panel": 0},
        {"panel": 0},
        {"agree": -1, "panel": 30},
        {"agree": -1},
        {"agree": 3, "panel": -5},
    ],
)
def test_an_impossible_vote_is_invalid(vote: dict[str, int]) -> None:
    answer = post("recommendation_grade", vote)

    assert (answer["value"], answer["reason"]) == ("invalid_input", "impossible_vote")


def test_a_vote_that_is_not_known_has_no_grade() -> None:
    assert_answers("recommendation_grade", {"panel": 30}, {"value": "not_evaluable", "missing": ["agree"]})
    assert_answers("recommendation_grade", {"agree": 27}, {"value": "not_evaluable", "missing": ["panel"]})
    assert set(post("recommendation_grade", {})["missing"]) == {"agree", "panel"}


def test_nobody_in_favour_is_no_recommendation_in_a_panel_of_any_size() -> None:
    assert_answers("recommendation_grade", {"agree": 0}, {"value": "no_recommendation", "missing": []})


def test_only_the_lowest_grade_is_a_project_decision() -> None:
    assert post("recommendation_grade", {"agree": 9, "panel": 10})["warnings"] == []
    assert post("recommendation_grade", {"agree": 1, "panel": 10})["warnings"] == ["criteria_not_verified"]


#: No meningism, no lesion, no radiotherapy yet, nothing suspected: no row.
QUIET = {
    "meningism": "none",
    "enhancing_lesions": False,
    "recent_wbrt": False,
    "rt_tolerated": True,
    "clinical_suspicion": "weak",
    "csf_cytology": "negative",
}
PLANS = {
    1: "wbrt_40gy_20fx_boost_60gy_20fx",
    2: "lesions_60gy_20fx",
    3: "wbrt_50gy_20fx_then_intrathecal",
    4: "intrathecal_first",
}


@pytest.mark.parametrize(
    ("presentation", "row"),
    [
        pytest.param({"meningism": "mild", "enhancing_lesions": True}, 1, id="a"),
        pytest.param({"clinical_suspicion": "strong", "csf_cytology": "positive"}, 3, id="b"),
        pytest.param({"meningism": "marked", "rt_tolerated": False}, 4, id="c"),
        ({"meningism": "marked", "rt_tolerated": False, "enhancing_lesions": True, "recent_wbrt": True}, 4),
        ({"enhancing_lesions": True, "recent_wbrt": True}, 2),
        ({"meningism": "mild", "enhancing_lesions": True, "recent_wbrt": True}, 2),
        ({"meningism": "marked", "enhancing_lesions": True, "recent_wbrt": True}, 2),
        ({"meningism": "marked", "clinical_suspicion": "strong", "csf_cytology": "positive"}, 3),
        ({"meningism": "mild", "rt_tolerated": False, "enhancing_lesions": True}, 1),
    ],
)
def test_rows_of_the_radiotherapy_rule(presentation: dict[str, Any], row: int) -> None:
    expected = {"value": PLANS[row], "rule": f"RT-CN #{row}", "row": row, "missing": []}

    assert_answers("rt_cn", {**QUIET, **presentation}, expected)


@pytest.mark.parametrize(
    ("presentation", "reason"),
    [
        ({"clinical_suspicion": "strong"}, "cytology_not_positive"),
        ({"clinical_suspicion": "strong", "csf_cytology": "equivocal"}, "cytology_not_positive"),
        ({"clinical_suspicion": "strong", "csf_cytology": "not_done"}, "cytology_not_positive"),
        ({"clinical_suspicion": "strong", "csf_cytology": "inadequate"}, "cytology_not_positive"),
        ({"csf_cytology": "positive"}, "suspicion_not_strong"),
        (
            {"clinical_suspicion": "strong", "csf_cytology": "positive", "recent_wbrt": True},
            "recent_wbrt_without_lesion",
        ),
        ({"enhancing_lesions": True}, "no_row_matches"),
        ({"enhancing_lesions": True, "meningism": "marked"}, "no_row_matches"),
    ],
)
def test_without_a_row_the_condition_that_failed_is_named(presentation: dict[str, Any], reason: str) -> None:
    expected: dict[str, Any] = {"value": "not_evaluable", "rule": "RT-CN", "row": None, "reason": reason, "missing": []}

    assert_answers("rt_cn", {**QUIET, **presentation}, expected)


@pytest.mark.parametrize(
    ("presentation", "missing", "candidates"),
    [
        ({"meningism": "marked", "rt_tolerated": None, "enhancing_lesions": True}, {"rt_tolerated"}, {PLANS[4]}),
        (
            {"meningism": None, "rt_tolerated": False, "enhancing_lesions": True},
            {"meningism"},
            {PLANS[1], PLANS[4]},
        ),
        ({"meningism": "mild", "enhancing_lesions": True, "recent_wbrt": None}, {"recent_wbrt"}, {PLANS[1], PLANS[2]}),
        (
            {
                "meningism": "mild",
                "enhancing_lesions": None,
                "clinical_suspicion": "strong",
                "csf_cytology": "positive",
            },
            {"enhancing_lesions"},
            {PLANS[1], PLANS[3]},
        ),
        ({"clinical_suspicion": None, "csf_cytology": "positive"}, {"clinical_suspicion"}, {PLANS[3]}),
        ({"clinical_suspicion": "strong", "csf_cytology": None}, {"csf_cytology"}, {PLANS[3]}),
        (
            {"clinical_suspicion": None, "csf_cytology": None},
            {"clinical_suspicion", "csf_cytology"},
            {PLANS[3]},
        ),
    ],
)
def test_an_unknown_that_could_change_the_plan_is_missing(
    presentation: dict[str, Any], missing: set[str], candidates: set[str]
) -> None:
    answer = post("rt_cn", {**QUIET, **presentation})

    assert (answer["value"], answer["reason"]) == ("not_evaluable", None)
    assert (set(answer["missing"]), set(answer["candidates"])) == (missing, candidates)


@pytest.mark.parametrize(
    ("known", "row"),
    [
        ({"meningism": "marked", "rt_tolerated": False}, 4),
        ({"enhancing_lesions": True, "recent_wbrt": True, "rt_tolerated": True}, 2),
        ({"enhancing_lesions": True, "recent_wbrt": True, "meningism": "none"}, 2),
        ({"meningism": "mild", "enhancing_lesions": True, "recent_wbrt": False}, 1),
    ],
)
def test_a_plan_stands_where_the_unknown_cannot_change_it(known: dict[str, Any], row: int) -> None:
    assert_answers("rt_cn", known, {"value": PLANS[row], "row": row, "missing": []})


def test_pemetrexed_schedule() -> None:
    """1.1, schedule fixture; months clamp to their end and are never chained."""
    asked = {"regimen": "S0-30", "first_dose_date": "2025-10-08", "n_doses": 9}
    dates = ["2025-10-08", "2025-10-12", "2025-10-29", "2025-11-19", "2025-12-10", "2025-12-31"]
    dates += ["2026-01-31", "2026-02-28", "2026-03-31"]

    assert_answers("intrathecal_schedule", asked, {"value": "scheduled", "rule": "S0-30", "dates": dates})


def test_liposomal_cytarabine_schedule() -> None:
    asked = {"regimen": "S0-34", "drug": "liposomal_cytarabine", "first_dose_date": "2026-01-05", "n_doses": 7}
    dates = ["2026-01-05", "2026-01-19", "2026-02-02", "2026-02-16", "2026-03-02", "2026-04-02", "2026-05-02"]

    assert_answers("intrathecal_schedule", asked, {"value": "scheduled", "rule": "S0-34", "dates": dates})


@pytest.mark.parametrize("n_doses", [1, 2, 6, 7])
def test_as_many_dates_as_asked_for(n_doses: int) -> None:
    asked = {"regimen": "S0-30", "first_dose_date": "2026-01-05", "n_doses": n_doses}

    assert len(post("intrathecal_schedule", asked)["dates"]) == n_doses


@pytest.mark.parametrize("regimen", ["S0-31", "S0-32", "S0-33", "S0-35", "S0-36"])
def test_a_regimen_of_open_length_is_not_supported(regimen: str) -> None:
    asked = {"regimen": regimen, "first_dose_date": "2026-01-05", "n_doses": 3}

    assert_answers("intrathecal_schedule", asked, {"value": "not_supported", "rule": regimen, "dates": None})
    assert post("intrathecal_schedule", {**asked, "first_dose_date": None})["value"] == "not_supported"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"regimen": "S0-30", "drug": "methotrexate", "n_doses": 3}, "drug_of_another_regimen"),
        ({"regimen": "S0-34", "drug": "cytarabine", "n_doses": 3}, "drug_of_another_regimen"),
        ({"regimen": "S0-31", "drug": "thiotepa", "n_doses": 3}, "drug_of_another_regimen"),
        ({"regimen": "S0-30", "n_doses": 0}, "no_dose_asked_for"),
        ({"regimen": "S0-30", "n_doses": -2}, "no_dose_asked_for"),
        ({"regimen": "S0-30", "n_doses": 1_000_000_000}, "dates_beyond_the_calendar"),
        ({"regimen": "S0-34", "first_dose_date": "9999-12-01", "n_doses": 5}, "dates_beyond_the_calendar"),
    ],
)
def test_an_impossible_schedule_is_invalid(asked: dict[str, Any], reason: str) -> None:
    answer = post("intrathecal_schedule", {"first_dose_date": "2026-01-05", **asked})

    assert (answer["value"], answer["reason"], answer["dates"]) == ("invalid_input", reason, None)


@pytest.mark.parametrize(
    ("first", "n_doses", "value"),
    [
        ("9999-11-05", 5, "scheduled"),
        ("9999-11-06", 5, "invalid_input"),
        ("9999-11-05", 6, "invalid_input"),
        ("9998-08-20", 19, "scheduled"),
        ("9998-08-20", 20, "invalid_input"),
    ],
)
def test_a_schedule_ends_with_the_calendar(first: str, n_doses: int, value: str) -> None:
    asked = {"regimen": "S0-34", "first_dose_date": first, "n_doses": n_doses}

    assert post("intrathecal_schedule", asked)["value"] == value


@pytest.mark.parametrize("drug", ["methotrexate", "cytarabine"])
def test_either_drug_of_the_concurrent_regimen_is_its_own(drug: str) -> None:
    asked = {"regimen": "S0-33", "drug": drug, "first_dose_date": "2026-01-05", "n_doses": 3}

    assert post("intrathecal_schedule", asked)["value"] == "not_supported"


def test_dates_need_a_first_date() -> None:
    expected = {"value": "not_evaluable", "missing": ["first_dose_date"], "dates": None}

    assert_answers("intrathecal_schedule", {"regimen": "S0-30", "n_doses": 3}, expected)


INDICATIONS = {
    "IA": "consider_intrathecal",
    "IB": "systemic_first",
    "IC": "consider_intrathecal_and_systemic",
    "ID": "consider_intrathecal",
    "IIA": "individual",
    "IIB": "systemic_first",
    "IIC": "systemic_first",
    "IID": "individual",
}


@pytest.mark.parametrize("class_", INDICATIONS)
def test_intrathecal_indication_by_class(class_: str) -> None:
    asked = {"type": class_[:-1], "letter": class_[-1]}

    assert_answers("it_ind", asked, {"value": INDICATIONS[class_], "rule": "IT-IND", "missing": []})


@pytest.mark.parametrize("letter", "ABCD")
def test_a_provisional_type_two_stands_only_where_type_one_gives_the_same(letter: str) -> None:
    """R-09."""
    answer = post("it_ind", {"type": "II", "letter": letter, "provisional": "cytology_missing"})

    if letter == "B":
        assert (answer["value"], answer["missing"]) == ("systemic_first", [])
    else:
        assert (answer["value"], answer["missing"]) == ("not_evaluable", ["csf_cytology"])
        assert set(answer["candidates"]) == {INDICATIONS["I" + letter], INDICATIONS["II" + letter]}


@pytest.mark.parametrize(
    ("class_", "missing"),
    [
        ({"type": "I"}, {"letter"}),
        ({"type": "II"}, {"letter"}),
        ({"letter": "A"}, {"type"}),
        ({}, {"type", "letter"}),
        ({"type": "II", "provisional": "cytology_missing"}, {"letter", "csf_cytology"}),
    ],
)
def test_an_unknown_class_leaves_the_indication_open(class_: dict[str, str], missing: set[str]) -> None:
    answer = post("it_ind", class_)

    assert (answer["value"], set(answer["missing"])) == ("not_evaluable", missing)


def test_nodular_disease_is_systemic_first_whatever_the_type() -> None:
    assert_answers("it_ind", {"letter": "B"}, {"value": "systemic_first", "missing": []})


@pytest.mark.parametrize(
    ("primary", "treated", "total", "coverage"),
    [
        (True, 3, 3, "all"),
        (False, 3, 3, "partial"),
        (False, 0, 3, "none"),
        (True, 0, 3, "partial"),
        (True, 2, 3, "partial"),
        (False, 1, 3, "partial"),
        (True, 1, 1, "all"),
    ],
)
def test_coverage_of_local_ablation(primary: bool, treated: int, total: int, coverage: str) -> None:
    asked = {"primary_treated": primary, "metastases_treated": treated, "metastases_total": total}

    assert_answers("lat_cov", asked, {"value": coverage, "rule": "LAT-COV", "missing": []})


def test_only_an_incomplete_coverage_of_the_metastases_is_a_project_decision() -> None:
    """G10; Xu 2018 defines the rest."""
    for primary, treated in product((True, False), (0, 1, 2)):
        asked = {"primary_treated": primary, "metastases_treated": treated, "metastases_total": 2}
        assert ("criteria_not_verified" in post("lat_cov", asked)["warnings"]) == (treated == 1)
    either = {"primary_treated": False, "metastases_treated": 1}
    assert "criteria_not_verified" in post("lat_cov", either)["warnings"]


@pytest.mark.parametrize(("treated", "total"), [(4, 3), (0, 0), (None, 0), (-1, 3), (-1, None), (1, -1)])
def test_impossible_numbers_of_metastases_are_invalid(treated: int | None, total: int | None) -> None:
    for primary in (True, False, None):
        asked = {"primary_treated": primary, "metastases_treated": treated, "metastases_total": total}
        assert post("lat_cov", asked)["value"] == "invalid_input"


@pytest.mark.parametrize(
    ("primary", "treated", "total", "expected"),
    [
        (True, 0, None, "partial"),
        (False, 0, None, "none"),
        (False, 2, None, "partial"),
        (None, 2, 3, "partial"),
        (True, 3, None, {"metastases_total"}),
        (True, None, 3, {"metastases_treated"}),
        (False, None, 3, {"metastases_treated"}),
        (False, None, None, {"metastases_treated", "metastases_total"}),
        (None, 3, 3, {"primary_treated"}),
        (None, 0, 3, {"primary_treated"}),
        (None, 2, None, {"primary_treated", "metastases_total"}),
        (None, None, None, {"primary_treated", "metastases_treated", "metastases_total"}),
    ],
)
def test_coverage_with_unknown_inputs(primary: Any, treated: Any, total: Any, expected: Any) -> None:
    answer = post("lat_cov", {"primary_treated": primary, "metastases_treated": treated, "metastases_total": total})

    if isinstance(expected, str):
        assert (answer["value"], answer["missing"]) == (expected, [])
    else:
        assert (answer["value"], set(answer["missing"])) == ("not_evaluable", expected)


def test_coverage_with_unknown_inputs_agrees_with_every_completion() -> None:
    def coverage(primary: Any, treated: Any, total: Any) -> str:
        asked = {"primary_treated": primary, "metastases_treated": treated, "metastases_total": total}
        return str(post("lat_cov", asked)["value"])

    numbers = range(5)
    for primary, treated, total in product((True, False, None), (*numbers, None), (*numbers[1:], None)):
        completions = {
            coverage(*completed)
            for completed in product(
                (True, False) if primary is None else (primary,),
                numbers if treated is None else (treated,),
                (*numbers[1:], 5) if total is None else (total,),
            )
        } - {"invalid_input"}
        value = coverage(primary, treated, total)
        if value != "invalid_input":
            assert {value} == (completions if len(completions) == 1 else {"not_evaluable"})
