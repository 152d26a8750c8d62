"""A series of scorecards: SC-V against the previous card, SC-O against the baseline (exchange.md 4)."""

import pytest

from leptobridge.chart.chart import MriExamination
from leptobridge.evaluation.scorecard_series import CardReading, read_cards
from tests.evaluation.charts import card

BASELINE = card("2026-01-05", 1, 1, 0, 0, 0)


def series(*follow_up: MriExamination, baseline: MriExamination | None = BASELINE) -> list[str | None]:
    return [reading.derived for reading in readings(*follow_up, baseline=baseline)]


def readings(*follow_up: MriExamination, baseline: MriExamination | None = BASELINE) -> tuple[CardReading, ...]:
    before = () if baseline is None else (baseline,)
    return read_cards(before, baseline, follow_up)


def test_everything_gone_is_a_complete_response() -> None:
    assert series(card("2026-03-02", 0, 0, 0, 0, 0)) == ["CR"]


def test_an_improvement_stands_until_the_item_gets_worse() -> None:
    assert series(
        card("2026-03-02", 1, 1, 0, 0, 0, brain_nodules="improved", brain_linear="no_change"),
        card("2026-05-04", 1, 1, 0, 0, 0, brain_nodules="no_change", brain_linear="no_change"),
        card("2026-07-06", 1, 1, 0, 0, 0, brain_nodules="worse", brain_linear="no_change"),
        card("2026-09-07", 1, 1, 0, 0, 0, brain_nodules="no_change", brain_linear="no_change"),
    ) == ["PR", "PR", "PD", "SD"]


def test_present_on_both_cards_without_a_graded_change_is_not_evaluable() -> None:
    (reading,) = readings(card("2026-03-02", 1, 1, 0, 0, 0, brain_nodules="improved"))
    assert reading.derived == "NE"
    assert "brain_linear" in reading.result.missing


def test_a_new_finding_is_progression_even_when_it_does_not_grow_further() -> None:
    assert series(
        card("2026-03-02", 1, 1, 0, 1, 0, brain_nodules="no_change", brain_linear="no_change"),
        card(
            "2026-05-04", 1, 1, 0, 1, 0, brain_nodules="no_change", brain_linear="no_change", spine_nodules="no_change"
        ),
    ) == ["PD", "PD"]


def test_a_resolved_finding_that_returns_is_worse_against_the_previous_card() -> None:
    assert series(
        card("2026-03-02", 0, 1, 0, 0, 0, brain_linear="no_change"),
        card("2026-05-04", 1, 1, 0, 0, 0, brain_linear="no_change"),
    ) == ["PR", "PD"]


def test_a_readers_worse_counts_without_a_baseline_card() -> None:
    assert series(card("2026-03-02", 1, "", "", "", "", brain_nodules="worse"), baseline=None) == ["PD"]


def test_without_a_baseline_card_nothing_else_is_derived_and_the_readers_grade_is_used() -> None:
    (reading,) = readings(card("2026-03-02", 1, 1, 0, 0, 0, rater_overall="SD"), baseline=None)
    assert reading.derived == "NE"
    assert (reading.result.outputs["imaging"], reading.result.outputs["imaging_source"]) == ("SD", "reader")


def test_a_change_that_contradicts_the_previous_card_makes_the_card_invalid() -> None:
    (reading,) = readings(card("2026-03-02", 1, 1, 1, 0, 0, hydrocephalus="no_change"))
    assert reading.result.value == "invalid_input"
    assert reading.invalid_item == "hydrocephalus"
    assert reading.derived is None


def test_the_reader_compares_with_a_card_outside_the_baseline_window() -> None:
    old = card("2025-10-01", 0, 1, 0, 0, 0)
    (reading,) = read_cards((old,), None, (card("2026-03-02", 1, 1, 0, 0, 0),))
    assert reading.derived == "PD", "0 then 1 can only be worse"


def test_a_complete_form_fills_what_its_own_card_leaves_out() -> None:
    complete = card("2026-01-05", 1, "", "", "", "", form_complete=True)
    assert series(card("2026-03-02", 0, "", "", "", "", form_complete=True), baseline=complete) == ["CR"]
    assert series(card("2026-03-02", 0, "", "", "", ""), baseline=complete) == ["NE"]


@pytest.mark.parametrize("now", ["e", None])
def test_an_equivocal_or_unreadable_remainder_is_no_complete_response(now: str | None) -> None:
    assert series(card("2026-03-02", 0, now, 0, 0, 0)) == ["NE"]
