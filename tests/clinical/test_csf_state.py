"""CSF state over the dated series (3.4) and adequacy of samples (11.1)."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

SYSTEM = "csf_state"
FIRST = date(2026, 1, 1)


def sample(day: int, result: str, site: str = "lumbar", **more: Any) -> dict[str, Any]:
    """An optimal sample on a day of the course, day 0 being the baseline puncture."""
    handling = {"volume_ml": 12, "processed_min": 20, "fixed": False}
    return {
        "date": (FIRST + timedelta(days=day)).isoformat(),
        "site": site,
        "csf_cytology": result,
        **handling,
        **more,
    }


def course(baseline: str | list[dict[str, Any]], *later: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A patient with a solid tumour and no ventricular device, but for what is given."""
    first = [sample(0, baseline)] if isinstance(baseline, str) else baseline
    return {
        "baseline": first,
        "follow_up": list(later),
        "ventricular_device": False,
        "primary": "breast_cancer",
        **more,
    }


def series(baseline: str, *results: str) -> dict[str, Any]:
    """A sample every 30 days."""
    return course(baseline, *(sample(30 * (index + 1), result) for index, result in enumerate(results)))


POS, NEG, EQ = "positive", "negative", "equivocal"


@pytest.mark.parametrize(
    ("baseline", "results", "state"),
    [
        ("positive", (NEG,), "CLEAR_U"),
        ("positive", (NEG, NEG), "CLEAR_C"),
        ("positive", (POS,), "POS"),
        ("positive", (EQ,), "EQ"),
        ("positive", (NEG, POS), "POS"),
        ("positive", (NEG, POS, NEG), "CLEAR_U"),
        ("positive", (NEG, EQ, NEG), "CLEAR_C"),
        ("positive", (NEG, "inadequate", NEG), "CLEAR_C"),
        ("positive", (NEG, NEG, EQ), "EQ"),
        ("positive", (NEG, NEG, EQ, NEG), "CLEAR_C"),
        ("positive", (NEG, NEG, POS), "CONV"),
        ("positive", (NEG, NEG, POS, NEG), "CLEAR_U"),
        ("positive", (NEG, NEG, POS, NEG, NEG), "CLEAR_C"),
        ("positive", (NEG, NEG, POS, NEG, POS), "CONV"),
        ("positive", (NEG, "inadequate"), "NE"),
        ("positive", (), "NE"),
        ("negative", (NEG,), "NN"),
        ("negative", (POS,), "CONV"),
        ("negative", (EQ,), "EQ"),
        ("negative", (POS, NEG), "NN"),
        ("negative", ("not_done",), "NE"),
    ],
)
def test_state_of_a_series(baseline: str, results: tuple[str, ...], state: str) -> None:
    answer = post(SYSTEM, series(baseline, *results))

    assert answer["value"] == state
    assert answer["b_csf"] is (baseline == "positive")
    assert ("repeat_csf" in answer["flags"]) == (state == "EQ")


@pytest.mark.parametrize(("days", "state"), [(27, "CLEAR_U"), (28, "CLEAR_C"), (29, "CLEAR_C")])
def test_clearance_is_confirmed_after_28_days(days: int, state: str) -> None:
    answer = post(SYSTEM, course("positive", sample(31, NEG), sample(31 + days, NEG)))

    assert answer["value"] == state
    confirmed = (FIRST + timedelta(days=31 + days)).isoformat() if state == "CLEAR_C" else None
    assert answer["confirmed_date"] == confirmed


def test_february_has_28_days() -> None:
    """3.4, test 1: 2026-02-01 to 2026-03-01."""
    answer = post(SYSTEM, course("positive", sample(31, NEG), sample(59, NEG)))

    assert (answer["value"], answer["rule"], answer["confirmed_date"]) == ("CLEAR_C", "CSF1", "2026-03-01")


def test_the_clock_restarts_after_a_positive() -> None:
    assert post(SYSTEM, course("positive", sample(10, NEG), sample(20, POS), sample(40, NEG)))["value"] == "CLEAR_U"


def test_confirmation_keeps_its_day() -> None:
    answer = post(SYSTEM, series("positive", NEG, NEG, EQ, NEG))

    assert answer["confirmed_date"] == (FIRST + timedelta(days=60)).isoformat()


def test_the_order_of_samples_has_no_meaning() -> None:
    samples = [sample(30, NEG), sample(60, POS), sample(90, NEG), sample(120, NEG)]
    answers = [post(SYSTEM, course("positive", *order)) for order in permutations(samples)]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["value"] == "CLEAR_C"


def test_samples_of_one_day_are_one_entry() -> None:
    both = (sample(30, NEG), sample(30, POS, "ventricular"))
    assert post(SYSTEM, course("positive", *both))["value"] == "POS"
    assert post(SYSTEM, course("negative", sample(30, NEG), sample(30, EQ)))["value"] == "EQ"


@pytest.mark.parametrize("baseline", ([], [sample(0, "not_done")], [sample(0, "inadequate")], [{}]))
def test_an_unknown_baseline_is_not_evaluable_whatever_follows(baseline: list[dict[str, Any]]) -> None:
    expected = {"value": "NE", "missing": ["baseline"], "b_csf": None}

    assert_answers(SYSTEM, course(baseline, sample(30, POS)), expected)


def test_an_equivocal_baseline_is_read_as_negative_with_a_warning() -> None:
    for result, state in ((NEG, "NN"), (POS, "CONV"), (EQ, "EQ")):
        expected = {"value": state, "b_csf": False, "warnings": ["baseline_csf_equivocal"]}
        assert_answers(SYSTEM, course("equivocal", sample(30, result)), expected)


@pytest.mark.parametrize(
    ("handling", "counts"),
    [
        ({"volume_ml": 5}, True),
        ({"volume_ml": 4.9}, False),
        ({"processed_min": 30}, True),
        ({"processed_min": 31}, False),
        ({"processed_min": 300, "fixed": True}, True),
        ({"volume_ml": None}, False),
        ({"processed_min": None}, False),
        ({"processed_min": None, "fixed": True}, True),
        ({"processed_min": 90, "fixed": None}, False),
    ],
)
def test_a_negative_counts_only_if_shown_to_be_adequate(handling: dict[str, Any], counts: bool) -> None:
    """CSF4; a positive counts at any volume or delay."""
    answer = post(SYSTEM, course("negative", sample(30, NEG, **handling)))
    assert answer["value"] == ("NN" if counts else "NE")
    if not counts:
        assert answer["rule"] == "CSF4"

    assert post(SYSTEM, course("negative", sample(30, POS, **handling)))["value"] == "CONV"


def test_what_keeps_a_negative_from_counting_is_named() -> None:
    unknown = sample(30, NEG, volume_ml=None, processed_min=None, fixed=None)

    assert_answers(SYSTEM, course("negative", unknown), {"missing": ["volume_ml", "processed_min", "fixed"]})


@pytest.mark.parametrize(
    ("cytology", "flow", "state"),
    [
        ("negative", "negative", "NN"),
        ("negative", "not_done", "NE"),
        ("negative", None, "NE"),
        ("not_done", "negative", "NE"),
        ("negative", "positive", "CONV"),
        ("not_done", "positive", "CONV"),
        ("negative", "equivocal", "EQ"),
        ("equivocal", "negative", "EQ"),
        ("equivocal", "positive", "CONV"),
    ],
)
def test_lymphoma_needs_cytology_and_flow(cytology: str, flow: str | None, state: str) -> None:
    """CSF3."""
    baseline = [sample(0, NEG, flow="negative")]
    lymphoma = course(baseline, sample(30, cytology, flow=flow), primary="lymphoma")

    assert post(SYSTEM, lymphoma)["value"] == state


def test_flow_is_not_read_in_a_solid_tumour() -> None:
    assert post(SYSTEM, course("negative", sample(30, NEG, flow="positive")))["value"] == "NN"


def test_an_unknown_primary_matters_only_where_flow_does() -> None:
    assert post(SYSTEM, course("negative", sample(30, POS), primary=None))["value"] == "NE"
    assert_answers(SYSTEM, course("positive", sample(30, POS), primary=None), {"value": "POS", "missing": []})
    differing = course("positive", sample(30, NEG), primary=None)
    assert_answers(SYSTEM, differing, {"value": "NE", "missing": ["primary"], "candidates": ["CLEAR_U"]})


OMMAYA = {"ventricular_device": True}


@pytest.mark.parametrize(
    ("later", "state", "flags"),
    [
        pytest.param(
            [sample(30, NEG, "ventricular"), sample(60, NEG, "ventricular")], "CLEAR_U", ["needs_lumbar"], id="test-3"
        ),
        ([sample(30, NEG), sample(60, NEG)], "CLEAR_U", ["needs_ventricular"]),
        ([sample(30, NEG), sample(30, NEG, "ventricular"), sample(58, NEG)], "CLEAR_U", []),
        (
            [sample(30, NEG), sample(31, NEG, "ventricular"), sample(58, NEG), sample(59, NEG, "ventricular")],
            "CLEAR_C",
            [],
        ),
        ([sample(30, NEG), sample(60, NEG), sample(90, POS)], "POS", []),
        ([sample(30, NEG, "ventricular", volume_ml=2), sample(60, NEG)], "CLEAR_U", ["needs_ventricular"]),
    ],
)
def test_a_ventricular_device_demands_both_sites(later: list[dict[str, Any]], state: str, flags: list[str]) -> None:
    """CSF2."""
    baseline = [sample(0, POS), sample(0, NEG, "ventricular")]
    answer = post(SYSTEM, course(baseline, *later, **OMMAYA))

    assert (answer["value"], answer["flags"]) == (state, flags)


def test_one_site_is_enough_where_the_ventricle_was_positive_too() -> None:
    baseline = [sample(0, POS), sample(0, POS, "ventricular")]

    assert post(SYSTEM, course(baseline, sample(30, NEG), sample(60, NEG), **OMMAYA))["value"] == "CLEAR_C"


def test_an_unknown_device_matters_only_before_confirmation() -> None:
    cleared = (sample(30, NEG), sample(60, NEG))
    unknown = {"ventricular_device": None}

    assert_answers(
        SYSTEM, course("positive", *cleared, **unknown), {"value": "CLEAR_U", "missing": ["ventricular_device"]}
    )
    assert_answers(SYSTEM, course("positive", cleared[0], **unknown), {"value": "CLEAR_U", "missing": []})
    assert_answers(SYSTEM, course("positive", sample(30, POS), **unknown), {"value": "POS", "missing": []})
    both_sites = [sample(0, POS), sample(0, POS, "ventricular")]
    assert_answers(SYSTEM, course(both_sites, *cleared, **unknown), {"value": "CLEAR_C", "missing": []})


def test_a_negative_from_an_unknown_site_confirms_no_site() -> None:
    later = [sample(30, NEG), sample(60, NEG), sample(30, NEG, site=None), sample(60, NEG, site=None)]  # type: ignore[arg-type]

    assert_answers(SYSTEM, course("positive", *later, **OMMAYA), {"value": "CLEAR_U", "missing": ["site"]})


def test_persistent_positive_csf_after_induction_is_refractory() -> None:
    """CSF5."""
    persistent = course("positive", sample(60, POS))

    assert post(SYSTEM, persistent)["flags"] == []
    assert post(SYSTEM, {**persistent, "induction_completed": True})["flags"] == ["csf_refractory"]


def test_an_undated_sample_counts_where_its_day_cannot_matter() -> None:
    undated = {**sample(0, NEG), "date": None}

    assert post(SYSTEM, course("positive", undated))["value"] == "CLEAR_U"
    assert post(SYSTEM, course("negative", undated, sample(30, NEG)))["value"] == "NN"
    assert_answers(SYSTEM, course("positive", undated, sample(30, POS)), {"value": "NE", "missing": ["date"]})


def test_a_follow_up_sample_cannot_be_older_than_the_baseline() -> None:
    answer = post(SYSTEM, course("positive", sample(-1, NEG), sample(30, NEG)))
    assert (answer["value"], answer["reason"]) == ("invalid_input", "follow_up_before_baseline")

    same_day = course("positive", sample(0, NEG, "ventricular"))
    assert post(SYSTEM, same_day)["value"] == "CLEAR_U"


def graded(*samples: dict[str, Any], site: str | None = None) -> dict[str, Any]:
    return post("csf_sample_adequacy", {"samples": samples, "known_disease_site": site})


@pytest.mark.parametrize(
    ("volume_ml", "processed_min", "fixed", "grade"),
    [
        (10.1, 30, False, "optimal"),
        (10, 30, False, "acceptable"),
        (5, 30, False, "acceptable"),
        (12, 30.5, False, "suboptimal"),
        (12, 90, True, "optimal"),
        (8, 90, False, "suboptimal"),
        (4.9, 5, True, "inadequate"),
        (None, 5, True, "not_evaluable"),
        (8, None, False, "not_evaluable"),
        (8, 90, None, "not_evaluable"),
        (8, None, True, "acceptable"),
    ],
)
def test_grade_by_volume_and_handling(volume_ml: Any, processed_min: Any, fixed: Any, grade: str) -> None:
    """ADQ, 11.1."""
    taken = sample(0, NEG, volume_ml=volume_ml, processed_min=processed_min, fixed=fixed)

    assert graded(taken)["grades"] == [grade]


def test_reliance_on_a_negative() -> None:
    """11.1, tests: 12 ml 20 min negative ×2; 4 ml positive; 4 ml negative; 8 ml after 90 min."""
    adequate = sample(0, NEG, volume_ml=12, processed_min=20)

    assert graded(adequate, adequate)["value"] == "reliable_negative"
    assert graded(adequate)["value"] == "not_reliable"
    assert graded(sample(0, POS, volume_ml=4))["value"] == "positive"
    small = graded(adequate, sample(0, NEG, volume_ml=4))
    assert (small["value"], small["grades"][1]) == ("not_reliable", "inadequate")
    late = graded(sample(0, NEG, volume_ml=8, processed_min=90))
    assert (late["grades"], late["actions"]) == (["suboptimal"], ["repeat_lumbar_puncture"])


def test_a_reliable_negative_comes_from_the_site_of_disease() -> None:
    lumbar, ventricular = sample(0, NEG), sample(0, NEG, "ventricular")

    assert graded(lumbar, lumbar, site="ventricular")["value"] == "not_reliable"
    assert graded(lumbar, ventricular, site="ventricular")["value"] == "reliable_negative"


def test_unknown_fields_that_decide_a_grade_are_named() -> None:
    unknown = sample(0, NEG, volume_ml=None, processed_min=None, fixed=False)

    assert set(graded(unknown)["missing"]) == {"volume_ml", "processed_min"}
