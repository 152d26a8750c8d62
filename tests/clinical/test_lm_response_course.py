"""LM-COMP-1 over visits: resolution of a suspected progression (5.3)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from leptobridge.clinical.lm_response_course import CourseVisit, follow_course
from tests.clinical.rule_service import post

#: Day of the first suspicion.
FIRST = date(2026, 1, 12)


def day(number: int) -> str:
    """A day of the course, 0 being the first suspicion."""
    return (FIRST + timedelta(days=number)).isoformat()


def visit(number: int, **change: Any) -> dict[str, Any]:
    """Everything stable, imaging disease alone at baseline."""
    stable = {"neuro": "stable", "imaging": "SD", "csf": "NN", "b_img": True, "b_csf": False}
    return {"date": day(number), **stable, **change}


WORSE = {"neuro": "worse", "attribution": "undetermined"}
CONV = {"csf": "CONV"}


def course(*visits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return post("lm_comp_1_course", {"visits": list(visits), **more})


@pytest.mark.parametrize("suspicion", (WORSE, CONV))
@pytest.mark.parametrize(
    ("number", "value", "late"),
    [
        (1, "SUSPECTED_PD", False),
        (20, "SUSPECTED_PD", False),
        (21, "SD", False),
        (28, "SD", False),
        (35, "SD", False),
        (36, "SD", True),
        (56, "SD", True),
        (57, "unresolved", False),
    ],
)
def test_day_of_the_reassessment(suspicion: dict[str, Any], number: int, value: str, late: bool) -> None:
    answer = course(visit(0, **suspicion), visit(number))

    assert (answer["value"], "late_reassessment" in answer["flags"]) == (value, late)
    assert answer["pd_date"] is None


@pytest.mark.parametrize("suspicion", (WORSE, CONV))
@pytest.mark.parametrize(
    ("finding", "rule"),
    [
        ({"imaging": "PD"}, "C1"),
        ({"neuro": "worse", "attribution": "lm"}, "C2a"),
        (WORSE, "C2b"),
        (CONV, "C3"),
    ],
)
@pytest.mark.parametrize("number", (21, 35, 36, 56))
def test_a_confirmed_suspicion_is_dated_on_the_first_one(
    suspicion: dict[str, Any], finding: dict[str, Any], rule: str, number: int
) -> None:
    answer = course(visit(0, **suspicion), visit(number, **finding))

    assert (answer["value"], answer["rule"], answer["pd_date"]) == ("PD", rule, day(0))
    assert (answer["event"], answer["event_date"]) == ("PD", day(0))
    assert ("late_reassessment" in answer["flags"]) == (number > 35)


@pytest.mark.parametrize(
    ("finding", "value"),
    [
        ({"imaging": "PD"}, "PD"),
        ({"neuro": "worse", "attribution": "lm"}, "PD"),
        (WORSE, "SUSPECTED_PD"),
        (CONV, "SUSPECTED_PD"),
        ({"imaging": "PR"}, "SUSPECTED_PD"),
    ],
)
@pytest.mark.parametrize("number", (7, 20))
def test_before_day_21_only_imaging_or_attributed_worsening_resolves(
    number: int, finding: dict[str, Any], value: str
) -> None:
    """D-42."""
    answer = course(visit(0, **WORSE), visit(number, **finding))

    assert (answer["value"], answer["pd_date"]) == (value, day(0) if value == "PD" else None)


def test_an_early_visit_leaves_the_suspicion_to_a_later_one() -> None:
    assert course(visit(0, **WORSE), visit(14, **WORSE), visit(28))["value"] == "SD"
    confirmed = course(visit(0, **WORSE), visit(14), visit(28, **WORSE))
    assert (confirmed["value"], confirmed["pd_date"]) == ("PD", day(0))


def test_csf_that_never_cleared_is_no_new_positive() -> None:
    """D-28: POS at the re-assessment resolves as SD."""
    both = {"b_csf": True}
    answer = course(visit(0, **WORSE, csf="POS", **both), visit(28, csf="POS", **both))

    assert (answer["value"], answer["rule"], answer["pd_date"]) == ("SD", "C7", None)


def test_another_cause_of_the_worsening_resolves_it() -> None:
    answer = course(visit(0, **WORSE), visit(28, **WORSE, other_cause_found=True))

    assert (answer["value"], answer["pd_date"]) == ("SD", None)
    explained_at_once = course(visit(0, **WORSE, other_cause_found=True))
    assert explained_at_once["value"] == "SD"


@pytest.mark.parametrize(
    ("suspicion", "reassessment"),
    [(WORSE, {"neuro": "NE"}), (CONV, {"csf": "NE"}), (CONV, {"csf": None}), ({**WORSE, **CONV}, {"csf": "NE"})],
)
def test_what_raised_the_suspicion_has_to_be_examined_again(
    suspicion: dict[str, Any], reassessment: dict[str, Any]
) -> None:
    """5.3 asks for all components; a visit without the suspicious one leaves the suspicion open."""
    visits = [visit(0, **suspicion), visit(28, **reassessment)]

    assert course(*visits)["value"] == "SUSPECTED_PD"
    assert course(*visits, as_of_date=day(57))["value"] == "unresolved"
    assert course(*visits, visit(50))["value"] == "SD"


def test_a_worsening_with_another_cause_raised_no_suspicion() -> None:
    """Only the CSF did, so only the CSF has to be examined again."""
    answer = course(visit(0, **WORSE, **CONV, other_cause_found=True), visit(28, neuro="NE"))

    assert (answer["value"], answer["missing"]) == ("NE", ["neuro"])


@pytest.mark.parametrize(
    ("as_of", "value"), [(0, "SUSPECTED_PD"), (30, "SUSPECTED_PD"), (56, "SUSPECTED_PD"), (57, "unresolved")]
)
def test_without_reassessment_by_day_56_it_is_unresolved(as_of: int, value: str) -> None:
    answer = course(visit(0, **WORSE), as_of_date=day(as_of), last_adequate_visit_date=day(-30))

    assert answer["value"] == value
    if value == "unresolved":
        assert (answer["event"], answer["event_date"], answer["pd_date"]) == ("PD", day(0), None)
        assert answer["sensitivity_analysis"] == {"event": "censored", "event_date": day(-30)}
    else:
        assert (answer["event"], answer["sensitivity_analysis"]) == (None, None)


def test_the_sensitivity_analysis_needs_the_last_adequate_visit() -> None:
    answer = course(visit(0, **CONV), as_of_date=day(80))

    assert (answer["value"], answer["missing"]) == ("unresolved", ["last_adequate_visit_date"])
    assert answer["sensitivity_analysis"] == {"event": "censored", "event_date": None}


def test_a_visit_after_day_56_does_not_resolve() -> None:
    answer = course(visit(0, **WORSE), visit(60, imaging="PD"), last_adequate_visit_date=day(0))

    assert (answer["value"], answer["event"], answer["event_date"]) == ("unresolved", "PD", day(0))


@pytest.mark.parametrize("number", (0, 10, 28, 56))
def test_death_before_the_reassessment_is_an_event_on_its_day(number: int) -> None:
    answer = course(visit(0, **WORSE), death_date=day(number))

    assert (answer["value"], answer["event"], answer["event_date"]) == ("death", "death", day(number))
    assert answer["pd_date"] is None


def test_progression_before_death_is_the_event() -> None:
    answer = course(visit(0, imaging="PD"), death_date=day(40))

    assert (answer["value"], answer["event"], answer["event_date"]) == ("PD", "PD", day(0))
    confirmed = course(visit(0, **WORSE), visit(28, **WORSE), death_date=day(40))
    assert (confirmed["event"], confirmed["event_date"]) == ("PD", day(0))


def test_death_ends_a_course_without_progression() -> None:
    answer = course(visit(0, imaging="PR"), death_date=day(90))

    assert (answer["value"], answer["event_date"]) == ("death", day(90))
    resolved = course(visit(0, **WORSE), visit(28), death_date=day(90))
    assert (resolved["value"], resolved["event_date"]) == ("death", day(90))


def test_a_death_after_the_day_of_evaluation_is_not_yet_known() -> None:
    answer = course(visit(0, imaging="PR"), death_date=day(90), as_of_date=day(89))

    assert (answer["value"], answer["event"]) == ("PR", None)


def test_visits_after_the_day_of_evaluation_are_not_yet_known() -> None:
    answer = course(visit(0, **WORSE), visit(28, **WORSE), as_of_date=day(27))

    assert (answer["value"], answer["pd_date"]) == ("SUSPECTED_PD", None)


def test_progression_without_a_suspicion_is_dated_on_its_visit() -> None:
    answer = course(visit(0), visit(30, imaging="PD"), visit(60))

    assert (answer["value"], answer["pd_date"], answer["event_date"]) == ("PD", day(30), day(30))


def test_a_resolved_suspicion_can_be_followed_by_another() -> None:
    answer = course(visit(0, **WORSE), visit(28), visit(60, **CONV), visit(88, **CONV))

    assert (answer["value"], answer["pd_date"]) == ("PD", day(60))


def test_confirmed_clearance_turns_a_pending_response_into_a_complete_one() -> None:
    """LM-T7: 28 days later negative."""
    both = {"imaging": "CR", "b_csf": True}
    answer = course(visit(0, csf="CLEAR_U", **both), visit(28, csf="CLEAR_C", **both))

    assert (answer["value"], answer["rule"]) == ("CR", "C5")
    assert course(visit(0, csf="CLEAR_U", **both))["flags"] == ["cr_pending_csf_confirmation"]


def test_the_order_of_visits_has_no_meaning() -> None:
    visits = [visit(0, **WORSE), visit(28, **WORSE), visit(40)]

    assert course(*visits) == course(*reversed(visits))


@pytest.mark.parametrize(
    ("visits", "more"),
    [
        ([visit(0), visit(0)], {}),
        ([visit(0), visit(30)], {"death_date": day(20)}),
        ([visit(0, b_img=True, baseline_mri_lm="D_normal")], {}),
    ],
)
def test_an_impossible_course_is_invalid(visits: list[dict[str, Any]], more: dict[str, Any]) -> None:
    assert course(*visits, **more)["value"] == "invalid_input"


def test_positive_csf_again_confirms_even_where_the_csf_baseline_is_unknown() -> None:
    """R-05 keeps the response from being evaluable, not the re-assessment."""
    unknown = {"b_csf": None}
    answer = course(visit(0, **WORSE, **unknown), visit(28, **CONV, **unknown))

    assert (answer["value"], answer["pd_date"]) == ("PD", day(0))


def test_what_the_last_visit_lacks_is_named() -> None:
    answer = course(visit(0), visit(30, imaging="NE"))

    assert (answer["value"], answer["rule"], answer["missing"]) == ("NE", "C4", ["imaging"])


def test_a_visit_after_day_56_leaves_the_suspicion_unresolved() -> None:
    """5.3: from then on whatever is seen changes nothing."""
    suspected = CourseVisit(date=FIRST, neuro="worse", imaging="SD", csf="NN", b_img=True, b_csf=False)
    later = [replace(suspected, date=FIRST + timedelta(days=number), neuro="stable") for number in (57, 85)]
    statuses = follow_course([suspected, *later])

    assert [(status.value, status.rule) for status in statuses] == [
        ("SUSPECTED_PD", "C2b"),
        ("unresolved", "5.3"),
        ("unresolved", "5.3"),
    ]
