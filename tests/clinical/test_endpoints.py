"""Endpoints, rates and follow-up (15)."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

START = "2026-01-01"
WITH_PROGRESSION = ("pfs", "cns_pfs", "lm_pfs", "dor", "ttlp", "pfs_l", "pfs_p")
DEATH_COUNTS = ("os", "pfs", "cns_pfs", "lm_pfs", "dor", "pfs_l", "pfs_p")


def endpoint(name: str = "pfs", **inputs: Any) -> dict[str, Any]:
    return post("endpoint", {"endpoint": name, "start_date": START, **inputs})


def assessments(*dates: str, result: str = "SD") -> list[dict[str, str]]:
    return [{"date": day, "result": result} for day in dates]


# Time-to-event endpoints (15.1)


def test_duration_of_response_runs_from_the_first_response_to_progression() -> None:
    week_6, week_18 = "2026-02-12", "2026-05-07"
    answer = endpoint("dor", start_date=week_6, pd_date=week_18)

    assert (answer["value"], answer["days"], answer["months"]) == ("PD", 84, 2.8)


@pytest.mark.parametrize("name", DEATH_COUNTS)
def test_death_without_progression_is_an_event(name: str) -> None:
    answer = endpoint(name, death_date="2026-04-01")

    assert (answer["value"], answer["event_date"], answer["days"]) == ("death", "2026-04-01", 90)
    assert answer["sensitivity_analysis"] == {"event": "death", "event_date": "2026-04-01"}


def test_death_is_no_event_of_the_treated_site() -> None:
    answer = endpoint("ttlp", death_date="2026-04-01", assessments=assessments("2026-02-01", "2026-03-01"))

    assert (answer["value"], answer["event_date"]) == ("censored", "2026-03-01")


@pytest.mark.parametrize("name", WITH_PROGRESSION)
def test_the_first_of_progression_and_death_counts(name: str) -> None:
    answer = endpoint(name, pd_date="2026-03-02", death_date="2026-04-01")

    assert (answer["value"], answer["days"]) == ("PD", 60)


def test_progression_is_no_event_of_overall_survival() -> None:
    answer = endpoint("os", pd_date="2026-03-02", last_known_alive_date="2026-06-30")

    assert (answer["value"], answer["event_date"], answer["days"]) == ("censored", "2026-06-30", 180)


@pytest.mark.parametrize("name", WITH_PROGRESSION)
def test_without_event_the_last_adequate_assessment_censors(name: str) -> None:
    visits = assessments("2026-04-01", "2026-02-01") + assessments("2026-05-01", result="NE")
    answer = endpoint(name, assessments=visits, last_known_alive_date="2026-06-30")

    assert (answer["value"], answer["event_date"]) == ("censored", "2026-04-01")
    assert answer["sensitivity_analysis"] == {"event": "censored", "event_date": "2026-04-01"}


def test_whoever_was_assessed_was_alive() -> None:
    answer = endpoint("os", assessments=assessments("2026-04-01", result="NE"), last_known_alive_date="2026-02-01")

    assert answer["event_date"] == "2026-04-01"


def test_an_assessment_before_the_start_counts_as_of_the_start() -> None:
    answer = endpoint("pfs", assessments=assessments("2025-12-20"))

    assert (answer["value"], answer["event_date"], answer["days"]) == ("censored", START, 0)


@pytest.mark.parametrize(
    ("name", "missing"), [("os", "last_known_alive_date"), *((name, "assessments") for name in WITH_PROGRESSION)]
)
def test_without_event_and_follow_up_there_is_no_endpoint(name: str, missing: str) -> None:
    answer = endpoint(name)

    assert (answer["value"], answer["missing"], answer["days"]) == ("not_evaluable", [missing], None)
    assert answer["sensitivity_analysis"] is None


@pytest.mark.parametrize("name", DEATH_COUNTS)
def test_without_a_start_there_is_no_endpoint(name: str) -> None:
    answer = endpoint(name, start_date=None, death_date="2026-04-01")

    assert (answer["value"], answer["missing"], answer["event_date"]) == ("not_evaluable", ["start_date"], None)


def test_a_recorded_progression_without_pd_date_counts_from_its_assessment() -> None:
    visits = assessments("2026-02-01") + assessments("2026-04-01", "2026-05-01", result="PD")

    assert endpoint("pfs", assessments=visits)["event_date"] == "2026-04-01"
    assert endpoint("pfs", assessments=visits, pd_date="2026-05-01")["event_date"] == "2026-05-01"


def test_a_response_without_start_date_starts_with_its_first_assessment() -> None:
    visits = assessments("2026-02-12", "2026-03-26", result="PR") + assessments("2026-05-07", result="PD")
    answer = endpoint("dor", start_date=None, assessments=visits)

    assert (answer["value"], answer["days"]) == ("PD", 84)
    assert endpoint("pfs", start_date=None, assessments=visits)["value"] == "not_evaluable"


# Missed visits


@pytest.mark.parametrize(
    ("missed", "event", "event_date"),
    [
        ([], "PD", "2026-06-01"),
        (["2026-04-01"], "PD", "2026-06-01"),
        (["2026-04-01", "2026-04-01"], "PD", "2026-06-01"),
        (["2026-05-01", "2026-04-01"], "censored", "2026-03-01"),
        (["2026-02-01", "2026-04-01"], "PD", "2026-06-01"),
        (["2026-05-01", "2026-07-01"], "PD", "2026-06-01"),
    ],
)
def test_progression_after_two_missed_visits_in_a_row_is_censored_in_the_sensitivity_analysis(
    missed: list[str], event: str, event_date: str
) -> None:
    visits = assessments("2026-02-15", "2026-03-01") + assessments("2026-06-01", result="PD")
    answer = endpoint("pfs", assessments=visits, missed_visit_dates=missed, pd_date="2026-06-01")

    assert (answer["value"], answer["event_date"]) == ("PD", "2026-06-01")
    assert answer["sensitivity_analysis"] == {"event": event, "event_date": event_date}


def test_death_after_missed_visits_stays_an_event() -> None:
    missed = ["2026-04-01", "2026-05-01"]
    answer = endpoint("pfs", assessments=assessments("2026-03-01"), missed_visit_dates=missed, death_date="2026-06-01")

    assert answer["sensitivity_analysis"] == {"event": "death", "event_date": "2026-06-01"}


def test_missed_visits_without_any_assessment_leave_the_sensitivity_analysis_without_date() -> None:
    answer = endpoint("pfs", missed_visit_dates=["2026-02-01", "2026-03-01"], pd_date="2026-04-01")

    assert (answer["value"], answer["missing"]) == ("PD", ["assessments"])
    assert answer["sensitivity_analysis"] == {"event": "censored", "event_date": None}


# Suspected progression (5.3)


@pytest.mark.parametrize("name", WITH_PROGRESSION)
def test_a_suspicion_that_resolves_as_progression_counts_from_its_first_day(name: str) -> None:
    answer = endpoint(
        name, suspected_pd_date="2026-03-01", resolution="PD", resolved_date="2026-03-29", pd_date="2026-03-29"
    )

    assert (answer["value"], answer["event_date"]) == ("PD", "2026-03-01")
    assert answer["sensitivity_analysis"] == {"event": "PD", "event_date": "2026-03-01"}


def test_a_suspicion_that_was_none_does_not_count() -> None:
    answer = endpoint(
        suspected_pd_date="2026-03-01", resolution="not_pd", assessments=assessments("2026-03-29"), pd_date="2026-06-01"
    )

    assert (answer["value"], answer["event_date"]) == ("PD", "2026-06-01")


def test_an_unresolved_suspicion_counts_in_the_primary_analysis_alone() -> None:
    answer = endpoint("lm_pfs", suspected_pd_date="2026-03-01", resolution="unresolved", assessments=assessments(
        "2026-01-20", "2026-02-01"))  # fmt: skip

    assert (answer["value"], answer["event_date"]) == ("PD", "2026-03-01")
    assert answer["sensitivity_analysis"] == {"event": "censored", "event_date": "2026-02-01"}


@pytest.mark.parametrize("resolution", [None, "unresolved"])
@pytest.mark.parametrize(("death", "value"), [("2026-04-26", "death"), ("2026-04-27", None)])
def test_death_before_reassessment_is_an_event_on_the_date_of_death(
    resolution: str | None, death: str, value: str | None
) -> None:
    answer = endpoint("lm_pfs", suspected_pd_date="2026-03-01", resolution=resolution, death_date=death)

    late = "PD" if resolution else "not_evaluable"
    assert answer["value"] == (value or late)


def test_a_suspicion_of_unknown_resolution_leaves_the_endpoint_open() -> None:
    answer = endpoint(suspected_pd_date="2026-03-01", assessments=assessments("2026-02-01"))

    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["resolution"])
    assert set(answer["candidates"]) == {"PD", "censored"}


def test_a_suspicion_after_progression_changes_nothing() -> None:
    answer = endpoint(pd_date="2026-02-01", suspected_pd_date="2026-03-01")

    assert (answer["value"], answer["event_date"]) == ("PD", "2026-02-01")


def test_overall_survival_asks_no_suspicion() -> None:
    answer = endpoint("os", suspected_pd_date="2026-03-01", last_known_alive_date="2026-04-01")

    assert (answer["value"], answer["event_date"]) == ("censored", "2026-04-01")


# Contradictions (G11)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"death_date": "2025-12-31"}, "event_before_start"),
        ({"pd_date": "2025-12-31"}, "event_before_start"),
        ({"suspected_pd_date": "2025-12-31", "resolution": "PD"}, "event_before_start"),
        ({"death_date": "2026-03-01", "pd_date": "2026-03-02"}, "after_death"),
        ({"death_date": "2026-03-01", "last_known_alive_date": "2026-03-02"}, "after_death"),
        ({"death_date": "2026-03-01", "assessments": [{"date": "2026-03-02", "result": "SD"}]}, "after_death"),
        (
            {"suspected_pd_date": "2026-03-02", "resolution": "PD", "resolved_date": "2026-03-01"},
            "resolved_before_suspicion",
        ),
    ],
)
def test_dates_that_contradict_each_other_are_impossible(inputs: dict[str, Any], reason: str) -> None:
    answer = endpoint(**inputs)

    assert (answer["value"], answer["reason"], answer["event_date"]) == ("invalid_input", reason, None)


@pytest.mark.parametrize("name", ["death_date", "pd_date"])
def test_an_event_on_the_first_day_is_possible(name: str) -> None:
    assert endpoint(**{name: START})["days"] == 0


@pytest.mark.parametrize(
    ("name", "warned"),
    [("os", False), ("pfs", False), ("dor", False), ("ttlp", False), ("cns_pfs", True), ("lm_pfs", True),
     ("pfs_l", True), ("pfs_p", True)],
)  # fmt: skip
def test_rows_that_rest_on_a_decision_say_so(name: str, warned: bool) -> None:
    answer = endpoint(name, assessments=assessments("2026-02-01"))

    assert ("criteria_not_verified" in answer["warnings"]) == warned


# Rates (15.1)


@pytest.mark.parametrize(
    ("counts", "denominator", "orr", "dcr"),
    [
        ({"CR": 5, "PR": 12}, 36, 47.2, 47.2),
        ({"PR": 9}, 40, 22.5, 22.5),
        ({"PR": 13, "SD": 10}, 36, 36.1, 63.9),
        ({"CR": 1, "SD": 1, "PD": 1, "NE": 1}, 4, 25.0, 50.0),
        ({"PR": 1, "PD": 15}, 16, 6.3, 6.3),
        ({}, 12, 0, 0),
    ],
)
def test_rates_are_over_the_denominator(counts: dict[str, int], denominator: int, orr: float, dcr: float) -> None:
    answer = post("rates", {"counts": counts, "denominator": denominator})

    assert (answer["value"], answer["orr_percent"], answer["dcr_percent"]) == ("computed", orr, dcr)


def test_the_denominator_is_every_patient_counted_unless_given() -> None:
    answer = post("rates", {"counts": {"CR": 1, "PR": 1, "SD": 1, "PD": 1, "NE": 1}})

    assert (answer["denominator"], answer["orr_percent"]) == (5, 40.0)


@pytest.mark.parametrize(
    "inputs",
    [
        {"counts": {"PR": 3, "NE": 2}, "denominator": 4},
        {"counts": {"PR": -1}, "denominator": 4},
        {"counts": {"PR": 0}, "denominator": 0},
        {"counts": {}},
    ],
)
def test_counts_beyond_the_denominator_are_impossible(inputs: dict[str, Any]) -> None:
    assert_answers("rates", inputs, {"value": "invalid_input", "orr_percent": None, "denominator": None})


# Follow-up (15.2)


@pytest.mark.parametrize(
    ("context", "due_from", "due_to"),
    [
        ("alk_treated", "2026-03-31", "2026-04-30"),
        ("alk_brain_mri", "2026-04-30", "2026-07-31"),
        ("deposein_neurology_and_pro", "2026-02-28", "2026-02-28"),
        ("deposein_cerebrospinal_mri", "2026-03-31", "2026-03-31"),
        ("lm_practice", "2026-03-31", "2026-04-30"),
        ("csf_clearance", "2026-02-28", None),
        ("it_trastuzumab_off_treatment", "2026-03-31", "2026-04-30"),
        ("pembrolizumab_cns_trial_brain_mri", "2026-03-14", "2026-03-14"),
        ("irecist_confirmation", "2026-02-28", "2026-03-28"),
        ("suspected_pd", "2026-02-21", "2026-03-07"),
    ],
)
def test_each_context_has_its_window(context: str, due_from: str, due_to: str | None) -> None:
    expected = {"value": "scheduled", "rule": "15.2", "due_from_date": due_from, "due_to_date": due_to}

    assert_answers("follow_up", {"context": context, "last_date": "2026-01-31"}, expected)


@pytest.mark.parametrize(
    ("as_of", "value"),
    [("2026-02-01", "not_overdue"), ("2026-07-31", "not_overdue"), ("2026-08-01", "overdue")],
)
def test_an_examination_is_overdue_after_the_last_day_not_on_it(as_of: str, value: str) -> None:
    answer = post("follow_up", {"context": "alk_brain_mri", "last_date": "2026-01-31", "as_of_date": as_of})

    assert answer["value"] == value


def test_confirming_a_clearance_is_never_overdue() -> None:
    inputs = {"context": "csf_clearance", "last_date": "2026-01-31", "as_of_date": "2030-01-01"}

    assert_answers("follow_up", inputs, {"value": "not_overdue", "due_to_date": None})


def test_without_a_last_date_nothing_is_due() -> None:
    expected = {"value": "not_evaluable", "missing": ["last_date"], "due_from_date": None}

    assert_answers("follow_up", {"context": "csf_clearance", "as_of_date": "2026-08-01"}, expected)


@pytest.mark.parametrize("context", ["lm_practice", "pembrolizumab_cns_trial_brain_mri", "suspected_pd"])
def test_a_window_ends_with_the_calendar(context: str) -> None:
    answer = post("follow_up", {"context": context, "last_date": "9999-12-20"})

    assert (answer["value"], answer["due_to_date"]) == ("scheduled", "9999-12-31")


def test_an_assessment_without_result_may_be_a_progression() -> None:
    """G1: until its result is known nobody is censored after it, nor dead without progression."""
    inputs = {
        "endpoint": "pfs",
        "start_date": "2026-01-01",
        "assessments": [{"date": "2026-02-01"}, {"date": "2026-03-01", "result": "SD"}],
    }
    answer = post("endpoint", inputs)
    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["assessments"])
    assert answer["candidates"] == ["PD", "censored"]
    died = post("endpoint", inputs | {"death_date": "2026-05-01"})
    assert died["candidates"] == ["PD", "death"]
    known = post("endpoint", inputs | {"pd_date": "2026-03-15"})
    assert (known["value"], known["event_date"]) == ("PD", "2026-03-15")
    alive = post("endpoint", inputs | {"endpoint": "os"})
    assert (alive["value"], alive["event_date"]) == ("censored", "2026-03-01")


def test_what_was_found_before_the_start_is_no_event() -> None:
    """Patients often enrol because of a progression."""
    for before in ({"date": "2025-12-01", "result": "PD"}, {"date": "2025-12-01"}):
        answer = post("endpoint", {"endpoint": "pfs", "start_date": "2026-01-01", "assessments": [before]})
        assert (answer["value"], answer["event_date"], answer["days"]) == ("censored", "2026-01-01", 0)


def test_a_response_lasts_from_the_first_one_and_an_unknown_result_may_be_it() -> None:
    visits = [{"date": "2026-01-10"}, {"date": "2026-02-10", "result": "PR"}, {"date": "2026-03-10", "result": "PD"}]
    answer = post("endpoint", {"endpoint": "dor", "assessments": visits})
    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["assessments"])
    stated = post("endpoint", {"endpoint": "dor", "start_date": "2026-02-10", "assessments": visits})
    assert (stated["value"], stated["days"]) == ("PD", 28)
