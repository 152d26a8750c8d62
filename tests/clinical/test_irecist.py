"""iRECIST (7.2): unconfirmed progression, confirmation and reset."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post


def visit(week: int, target_sum_mm: float | None = 100, **more: Any) -> dict[str, Any]:
    """Stable targets (baseline 100 mm) and non-targets, nothing new, but for what is given."""
    return {
        "week": week,
        "target_sum_mm": target_sum_mm,
        "non_targets": "non_icr_non_iupd",
        "new_lesions_mm": [],
        **more,
    }


def course(*visits: dict[str, Any], baseline: float | None = 100) -> dict[str, Any]:
    return post("irecist", {"baseline_sum_mm": baseline, "visits": list(visits)})


def timepoints(*visits: dict[str, Any]) -> list[str]:
    answer = course(*visits)
    assert answer["value"] == answer["timepoints"][-1]
    return list(answer["timepoints"])


I_UPD: dict[str, Any] = {"non_targets": "iUPD"}
I_UPD_MORE: dict[str, Any] = {"non_targets": "iUPD", "non_targets_increased": True}


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param([visit(8, 130), visit(14, 136)], ["iUPD", "iCPD"], id="test-1"),
        pytest.param([visit(8, 130), visit(14, 95), visit(20, 150)], ["iUPD", "iSD", "iUPD"], id="test-2"),
        pytest.param([visit(8, new_lesions_mm=[10]), visit(14, new_lesions_mm=[15])], ["iUPD", "iCPD"], id="test-3"),
        pytest.param([visit(8, **I_UPD), visit(14, **I_UPD_MORE)], ["iUPD", "iCPD"], id="test-4"),
        pytest.param([visit(8, 130)], ["iUPD"], id="test-5"),
    ],
)
def test_examples_of_the_reference(visits: list[dict[str, Any]], expected: list[str]) -> None:
    assert timepoints(*visits) == expected


@pytest.mark.parametrize(
    ("sum_", "non_targets", "outcome"),
    [
        (0, "iCR", "iCR"),
        (0, "none_at_baseline", "iCR"),
        (0, "non_icr_non_iupd", "iPR"),
        (0, "not_all_evaluated", "iPR"),
        (70, "non_icr_non_iupd", "iPR"),
        (70, "iCR", "iPR"),
        (70, "not_all_evaluated", "iPR"),
        (70.1, "non_icr_non_iupd", "iSD"),
        (119.9, "iCR", "iSD"),
        (120, "iCR", "iUPD"),
        (70, "iUPD", "iUPD"),
        (0, "iUPD", "iUPD"),
        (130, "iUPD", "iUPD"),
    ],
)
def test_first_visit(sum_: float, non_targets: str, outcome: str) -> None:
    assert timepoints(visit(8, sum_, non_targets=non_targets)) == [outcome]
    assert timepoints(visit(8, sum_, non_targets=non_targets, new_lesions_mm=[12])) == ["iUPD"]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        # targets: at least 5 mm above the sum of the first iUPD
        (visit(8, 130), visit(14, 134.9), "iUPD"),
        (visit(8, 130), visit(14, 135), "iCPD"),
        (visit(8, 130), visit(14, 120), "iUPD"),
        (visit(8, 130), visit(14, 119), "iSD"),
        (visit(8, 130), visit(14, 60), "iPR"),
        (visit(8, 130), visit(14, 0, non_targets="iCR"), "iCR"),
        (visit(8, 130, non_targets="none_at_baseline"), visit(14, 136, non_targets="none_at_baseline"), "iCPD"),
        # non-targets: any further increase
        (visit(8, **I_UPD), visit(14, **I_UPD), "iUPD"),
        (visit(8, **I_UPD), visit(14), "iSD"),
        (visit(8, **I_UPD), visit(14, non_targets_increased=True), "iCPD"),
        (visit(8, 130, **I_UPD), visit(14, 131, **I_UPD), "iUPD"),
        (visit(8, 130, **I_UPD), visit(14, 131, **I_UPD_MORE), "iCPD"),
        (visit(8, 130, **I_UPD), visit(14, 135, **I_UPD), "iCPD"),
        # new lesions: 5 mm in sum, or more of them
        (visit(8, new_lesions_mm=[10]), visit(14, new_lesions_mm=[14.9]), "iUPD"),
        (visit(8, new_lesions_mm=[10]), visit(14, new_lesions_mm=[10]), "iUPD"),
        (visit(8, new_lesions_mm=[10]), visit(14, new_lesions_mm=[10, 5]), "iCPD"),
        (visit(8, new_lesions_mm=[10, 12]), visit(14, new_lesions_mm=[14.5, 12.5]), "iCPD"),
        (visit(8, new_lesions_mm=[20, 12]), visit(14, new_lesions_mm=[12, 24]), "iUPD"),
        (visit(8, new_lesions_mm=[20, 12]), visit(14, new_lesions_mm=[24]), "iUPD"),
        (visit(8, new_lesions_mm=[30, 10]), visit(14, new_lesions_mm=[44]), "iUPD"),
        (visit(8, new_lesions_mm=[30, 10]), visit(14, new_lesions_mm=[45]), "iCPD"),
        (visit(8, new_lesions_mm=[20, 6]), visit(14, new_lesions_mm=[6, 20]), "iUPD"),
        (visit(8, new_lesions_mm=[10]), visit(14), "iSD"),
        (visit(8, 130, new_lesions_mm=[10], **I_UPD), visit(14, 128, new_lesions_mm=[9], **I_UPD), "iUPD"),
        # a small new lesion is a non-target: any increase
        (visit(8, new_lesions_mm=[6]), visit(14, new_lesions_mm=[7]), "iCPD"),
        (visit(8, new_lesions_mm=[6]), visit(14, new_lesions_mm=[6]), "iUPD"),
        # another category
        (visit(8, 130), visit(14, 130, new_lesions_mm=[8]), "iCPD"),
        (visit(8, 130), visit(14, 130, **I_UPD), "iCPD"),
        (visit(8, new_lesions_mm=[10]), visit(14, 121, new_lesions_mm=[10]), "iCPD"),
        (visit(8, **I_UPD), visit(14, 121, **I_UPD), "iCPD"),
        (visit(8, 130), visit(14, 100, **I_UPD), "iCPD"),
    ],
)
def test_visit_after_an_unconfirmed_progression(first: dict[str, Any], second: dict[str, Any], outcome: str) -> None:
    assert timepoints(first, second) == ["iUPD", outcome]


def test_a_new_lesion_of_no_size_is_gone() -> None:
    assert timepoints(visit(8, new_lesions_mm=[0])) == ["iSD"]
    assert timepoints(visit(8, new_lesions_mm=[12]), visit(14, new_lesions_mm=[0])) == ["iUPD", "iSD"]


def test_increases_add_up_while_the_progression_is_open() -> None:
    """7.2: + 4 then + 2 mm confirms."""
    assert timepoints(visit(8, 130), visit(14, 134), visit(20, 136)) == ["iUPD", "iUPD", "iCPD"]
    assert timepoints(visit(8, 130), visit(14, 127), visit(20, 132)) == ["iUPD", "iUPD", "iUPD"]
    grown = [visit(week, new_lesions_mm=[size]) for week, size in ((8, 10), (14, 13), (20, 15))]
    assert timepoints(*grown) == ["iUPD", "iUPD", "iCPD"]
    early = [visit(8, **I_UPD), visit(10, **I_UPD_MORE), visit(14, **I_UPD)]
    assert timepoints(*early) == ["iUPD", "iUPD", "iCPD"]


def test_a_reset_starts_anew_from_the_new_nadir() -> None:
    visits = [visit(8, 130), visit(14, 60), visit(20, 72), visit(26, 76), visit(32, 77)]

    assert timepoints(*visits) == ["iUPD", "iPR", "iUPD", "iUPD", "iCPD"]
    assert course(*visits)["pd_week"] == 20


def test_a_confirmed_progression_stands() -> None:
    answer = course(visit(8, 130), visit(14, 140), visit(20, 50))

    assert (answer["timepoints"], answer["pd_week"]) == (["iUPD", "iCPD", "iCPD"], 8)


@pytest.mark.parametrize(
    ("weeks", "outcome", "warnings"),
    [
        ((8, 11), "iUPD", {"confirmation_too_early"}),
        ((8, 12), "iCPD", set()),
        ((8, 16), "iCPD", set()),
        ((8, 17), "iCPD", {"confirmation_late"}),
    ],
)
def test_confirmation_between_four_and_eight_weeks(weeks: tuple[int, int], outcome: str, warnings: set[str]) -> None:
    answer = course(visit(weeks[0], 130), visit(weeks[1], 140))

    assert answer["value"] == outcome
    assert answer["pd_week"] == (8 if outcome == "iCPD" else None)
    assert set(answer["warnings"]) == warnings | {"criteria_not_verified"}


def test_early_counts_from_the_first_and_late_from_the_latest_unconfirmed_scan() -> None:
    answer = course(visit(8, 130), visit(10, 140), visit(12, 140))
    assert (answer["timepoints"], answer["pd_week"]) == (["iUPD", "iUPD", "iCPD"], 8)

    answer = course(visit(8, 130), visit(16, 131), visit(24, 140))
    assert (answer["value"], "confirmation_late" in answer["warnings"]) == ("iCPD", False)


def test_a_scan_is_too_early_only_for_a_confirmation() -> None:
    for later in (visit(10), visit(14, 131)):
        assert course(visit(8, 130), later)["warnings"] == ["criteria_not_verified"]


def test_a_scan_that_may_confirm_is_an_unconfirmed_one_at_least() -> None:
    visits = [visit(8, 130), visit(14, 130, new_lesions_mm=None), visit(20, 136)]
    answer = course(*visits)

    assert answer["timepoints"] == ["iUPD", "NE", "iCPD"]
    assert "confirmation_late" not in answer["warnings"]


def test_what_a_scan_too_early_showed_confirms_at_a_later_one() -> None:
    visits = [visit(8, 130), visit(10, 130, new_lesions_mm=[8]), visit(14, 130, new_lesions_mm=[8])]

    assert timepoints(*visits) == ["iUPD", "iUPD", "iCPD"]


@pytest.mark.parametrize(
    ("visits", "expected", "missing"),
    [
        ([visit(8, None)], ["NE"], {"target_sum_mm"}),
        ([visit(8, None, **I_UPD)], ["iUPD"], set()),
        ([visit(8, None, new_lesions_mm=[9])], ["iUPD"], set()),
        ([visit(8, 130, non_targets=None, new_lesions_mm=None)], ["iUPD"], set()),
        ([visit(8, non_targets=None)], ["NE"], {"non_targets"}),
        ([visit(8, new_lesions_mm=None)], ["NE"], {"new_lesions_mm"}),
        ([visit(8, 130), visit(14, None)], ["iUPD", "NE"], {"target_sum_mm"}),
        ([visit(8, 130), visit(14, None), visit(20, 136)], ["iUPD", "NE", "iCPD"], set()),
        ([visit(8, 130), visit(14, None, new_lesions_mm=[9])], ["iUPD", "iCPD"], set()),
        ([visit(8, 130), visit(10, 130, new_lesions_mm=None)], ["iUPD", "iUPD"], set()),
        ([visit(8, 130), visit(14, 130, new_lesions_mm=None)], ["iUPD", "NE"], {"new_lesions_mm"}),
        ([visit(8, **I_UPD), visit(14, non_targets="not_all_evaluated")], ["iUPD", "NE"], {"non_targets"}),
        ([visit(8, 130), visit(14, 100, non_targets="not_all_evaluated")], ["iUPD", "iSD"], set()),
        ([visit(8, None, **I_UPD), visit(14, 130, **I_UPD)], ["iUPD", "NE"], {"target_sum_mm"}),
    ],
)
def test_a_visit_of_which_something_is_unknown(
    visits: list[dict[str, Any]], expected: list[str], missing: set[str]
) -> None:
    answer = course(*visits)

    assert (answer["timepoints"], set(answer["missing"])) == (expected, missing)
    assert ("iUPD" in answer["candidates"] or "iSD" in answer["candidates"]) == (expected[-1] == "NE")


def test_an_unknown_baseline_leaves_only_what_the_visits_show() -> None:
    unknown = course(visit(8, 80), baseline=None)
    assert (unknown["value"], unknown["missing"]) == ("NE", ["baseline_sum_mm"])
    assert course(visit(8, 80), visit(14, 100), baseline=None)["timepoints"] == ["NE", "iUPD"]
    assert course(visit(8, 0, non_targets="iCR"), baseline=None)["value"] == "iCR"


@pytest.mark.parametrize(
    ("visits", "reason"),
    [
        ([visit(14), visit(8)], "visits_out_of_order"),
        ([visit(8), visit(8)], "visits_out_of_order"),
        ([visit(-1)], "outside_range"),
        ([visit(8, -3)], "outside_range"),
        ([visit(8, non_targets="iCR", non_targets_increased=True)], "absent_non_targets_increased"),
        ([visit(8, non_targets="none_at_baseline", non_targets_increased=True)], "absent_non_targets_increased"),
    ],
)
def test_impossible_courses(visits: list[dict[str, Any]], reason: str) -> None:
    answer = course(*visits)

    assert (answer["value"], answer["reason"]) == ("invalid_input", reason)
    assert course(visit(8), baseline=0)["reason"] == "no_target_at_baseline"


def test_no_visit_is_not_evaluable() -> None:
    assert_answers("irecist", {"visits": []}, {"value": "NE", "timepoints": [], "missing": ["visits"]})


def test_progression_where_there_was_none_at_the_first_iupd_could_only_confirm_it() -> None:
    """7.2: a first new lesion, or non-targets that progress for the first time, after a target iUPD are iCPD."""
    first = visit(8, 130)
    unseen = course(first, visit(14, 119, new_lesions_mm=None))
    unread = course(first, visit(14, 119, non_targets=None))

    assert (unseen["value"], set(unseen["candidates"])) == ("NE", {"iSD", "iCPD"})
    assert (unread["value"], set(unread["candidates"])) == ("NE", {"iSD", "iCPD"})
