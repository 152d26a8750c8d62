"""CNS lymphoma after CD19 CAR-T: pattern of progression, risk factors, CNS-PFS (12.1, R-16)."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

LOCAL = "progression_at_original_or_adjacent_site"
NO_PROGRESSION: dict[str, Any] = {
    LOCAL: False,
    "new_lesion_elsewhere": False,
    "new_lmd": False,
    "prior_lmd": False,
    "neuraxis_mri_before_infusion": True,
}


@pytest.mark.parametrize(
    ("findings", "value"),
    [
        pytest.param({LOCAL: True}, "local", id="12.1, test 1: cavity rim"),
        pytest.param({"new_lesion_elsewhere": True}, "distant", id="12.1, test 2: new frontal lesion"),
        pytest.param({"new_lmd": True}, "distant", id="12.1, test 3: new LMD"),
        ({LOCAL: True, "new_lesion_elsewhere": True}, "local_and_distant"),
        ({LOCAL: True, "new_lmd": True}, "local_and_distant"),
        ({LOCAL: True, "new_lmd": True, "prior_lmd": True}, "local"),
        ({"new_lmd": True, "prior_lmd": True}, "not_applicable"),
        ({"new_lesion_elsewhere": True, "new_lmd": True, "prior_lmd": True}, "distant"),
        ({}, "not_applicable"),
    ],
)
def test_patterns_of_progression(findings: dict[str, bool], value: str) -> None:
    assert_answers("cart_pattern", {**NO_PROGRESSION, **findings}, {"value": value, "rule": "PD-PAT", "missing": []})


@pytest.mark.parametrize(
    ("findings", "value", "missing"),
    [
        ({LOCAL: None}, "not_evaluable", {LOCAL}),
        ({LOCAL: None, "new_lesion_elsewhere": True}, "not_evaluable", {LOCAL}),
        ({LOCAL: True, "new_lesion_elsewhere": None}, "not_evaluable", {"new_lesion_elsewhere"}),
        ({"new_lmd": None}, "not_evaluable", {"new_lmd"}),
        ({"new_lmd": None, "prior_lmd": None}, "not_evaluable", {"new_lmd", "prior_lmd"}),
        ({"new_lmd": True, "prior_lmd": None}, "not_evaluable", {"prior_lmd"}),
        ({"new_lmd": None, "prior_lmd": True}, "not_applicable", set()),
        ({"new_lmd": False, "prior_lmd": None}, "not_applicable", set()),
        ({"new_lesion_elsewhere": True, "new_lmd": None, "prior_lmd": None}, "distant", set()),
        ({"new_lesion_elsewhere": None, "new_lmd": True}, "distant", set()),
        ({LOCAL: True, "new_lesion_elsewhere": None, "new_lmd": True}, "local_and_distant", set()),
    ],
)
def test_an_unknown_finding_matters_only_if_it_changes_the_pattern(
    findings: dict[str, bool | None], value: str, missing: set[str]
) -> None:
    answer = post("cart_pattern", {**NO_PROGRESSION, **findings})

    assert (answer["value"], set(answer["missing"])) == (value, missing)


def test_every_pattern_stays_possible_without_any_finding() -> None:
    assert set(post("cart_pattern", {})["candidates"]) == {"local", "distant", "local_and_distant", "not_applicable"}


@pytest.mark.parametrize(
    ("findings", "flags"),
    [
        ({"days_since_infusion": 28}, ["possible_pre_existing"]),
        ({"days_since_infusion": 0}, ["possible_pre_existing"]),
        ({"days_since_infusion": 29}, []),
        ({"days_since_infusion": 28, "neuraxis_mri_before_infusion": False}, ["possible_pre_existing"]),
        ({"days_since_infusion": 28, "neuraxis_mri_before_infusion": True}, []),
        ({"days_since_infusion": 28, "new_lmd": False}, []),
        ({}, []),
    ],
)
def test_early_lmd_without_mri_before_may_have_been_there(findings: dict[str, Any], flags: list[str]) -> None:
    """R-16: the pattern stands."""
    seen = {**NO_PROGRESSION, "new_lmd": True, "new_lesion_elsewhere": True, "neuraxis_mri_before_infusion": None}
    answer = post("cart_pattern", {**seen, **findings})

    assert (answer["value"], answer["flags"]) == ("distant", flags)


def test_the_day_is_missing_where_the_flag_depends_on_it() -> None:
    seen = {**NO_PROGRESSION, "new_lmd": True}

    assert post("cart_pattern", {**seen, "neuraxis_mri_before_infusion": None})["missing"] == ["days_since_infusion"]
    assert post("cart_pattern", seen)["missing"] == []


def test_a_day_before_the_infusion_is_impossible() -> None:
    assert_answers("cart_pattern", {**NO_PROGRESSION, "days_since_infusion": -1}, {"value": "invalid_input"})


STATEMENT = {
    "pce": {"yes": "higher_risk_of_refractory_disease", "no": "not_raised"},
    "lmd": {"yes": "higher_risk_of_relapse_after_cr", "no": "not_raised"},
}


@pytest.mark.parametrize(("pce", "lmd"), list(product(("yes", "no", "unknown", None), repeat=2)))
def test_each_risk_factor_is_shown_by_itself(pce: str | None, lmd: str | None) -> None:
    answer = post("cart_risk", {"pce": pce, "lmd": lmd})

    known = {name for name, finding in (("pce", pce), ("lmd", lmd)) if finding in ("yes", "no")}
    assert (answer["value"], answer["rule"]) == ("computed" if known else "not_evaluable", "RISK-CART")
    assert answer["pce"] == STATEMENT["pce"].get(str(pce), "not_evaluable")
    assert answer["lmd"] == STATEMENT["lmd"].get(str(lmd), "not_evaluable")
    assert answer["pce_hazard_ratio"] == (2.75 if pce == "yes" else None)
    assert answer["lmd_hazard_ratio"] == (2.72 if lmd == "yes" else None)
    assert set(answer["missing"]) == {"pce", "lmd"} - known
    assert answer["combined_score"] is None


@pytest.mark.parametrize(
    ("dates", "first", "second"),
    [
        pytest.param(
            {"first_cns_pd_date": "2024-05-09"}, (120, 3.9, "PD"), (None, None, None), id="12.1, test 4: CNS-PFS1"
        ),
        (
            {"first_cns_pd_date": "2024-05-09", "second_cns_pd_date": "2024-06-08"},
            (120, 3.9, "PD"),
            (30, 1.0, "PD"),
        ),
        (
            {"first_cns_pd_date": "2024-05-09", "death_date": "2024-06-08", "last_assessment_date": "2024-06-01"},
            (120, 3.9, "PD"),
            (30, 1.0, "death"),
        ),
        (
            {"first_cns_pd_date": "2024-05-09", "last_assessment_date": "2024-06-08"},
            (120, 3.9, "PD"),
            (30, 1.0, "censored"),
        ),
        ({"death_date": "2024-05-09"}, (120, 3.9, "death"), (None, None, None)),
        ({"last_assessment_date": "2024-05-09"}, (120, 3.9, "censored"), (None, None, None)),
        ({"first_cns_pd_date": "2024-01-10", "death_date": "2024-01-10"}, (0, 0.0, "PD"), (0, 0.0, "death")),
    ],
)
def test_both_intervals_and_what_ended_them(
    dates: dict[str, str], first: tuple[Any, ...], second: tuple[Any, ...]
) -> None:
    answer = post("cns_pfs", {"infusion_date": "2024-01-10", **dates})

    assert (answer["value"], answer["rule"]) == ("computed", "12.1")
    assert (answer["cns_pfs1_days"], answer["cns_pfs1_months"], answer["cns_pfs1_event"]) == first
    assert (answer["cns_pfs2_days"], answer["cns_pfs2_months"], answer["cns_pfs2_event"]) == second


@pytest.mark.parametrize(
    ("dates", "value", "missing"),
    [
        ({"infusion_date": "2024-01-10"}, "not_evaluable", {"last_assessment_date"}),
        ({}, "not_evaluable", {"infusion_date", "last_assessment_date"}),
        ({"first_cns_pd_date": "2024-05-09", "death_date": "2024-06-01"}, "not_evaluable", {"infusion_date"}),
        ({"infusion_date": "2024-01-10", "first_cns_pd_date": "2024-05-09"}, "computed", {"last_assessment_date"}),
    ],
)
def test_an_interval_needs_a_start_and_an_end(dates: dict[str, str], value: str, missing: set[str]) -> None:
    answer = post("cns_pfs", dates)

    assert (answer["value"], set(answer["missing"])) == (value, missing)


def test_the_second_interval_does_not_need_the_infusion() -> None:
    dates = {"first_cns_pd_date": "2024-05-09", "second_cns_pd_date": "2024-06-08"}

    assert_answers("cns_pfs", dates, {"value": "not_evaluable", "cns_pfs1_days": None, "cns_pfs2_days": 30})


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"first_cns_pd_date": "2024-01-09"}, "dates_out_of_order"),
        ({"first_cns_pd_date": "2024-05-09", "second_cns_pd_date": "2024-05-08"}, "dates_out_of_order"),
        ({"first_cns_pd_date": "2024-05-09", "death_date": "2024-05-08"}, "dates_out_of_order"),
        ({"first_cns_pd_date": "2024-05-09", "last_assessment_date": "2024-05-08"}, "dates_out_of_order"),
        ({"last_assessment_date": "2024-01-09"}, "dates_out_of_order"),
        ({"death_date": "2024-05-08", "last_assessment_date": "2024-05-09"}, "dates_out_of_order"),
        ({"second_cns_pd_date": "2024-05-08"}, "second_without_first_progression"),
    ],
)
def test_dates_that_cannot_be_true(dates: dict[str, str], reason: str) -> None:
    expected = {"value": "invalid_input", "reason": reason, "cns_pfs1_days": None, "cns_pfs2_days": None}

    assert_answers("cns_pfs", {"infusion_date": "2024-01-10", **dates}, expected)
