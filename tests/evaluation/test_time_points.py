"""Baseline and time points of a course (exchange.md 12, Time points; design 4)."""

from datetime import date

from leptobridge.chart.chart import Chart
from leptobridge.evaluation.time_points import find_baseline, find_time_points
from tests.evaluation.charts import card, examination, sample

START = date(2026, 2, 1)
END = date(2026, 12, 31)


def test_the_baseline_window_has_both_ends_in() -> None:
    chart = Chart(
        on=END,
        mri_examinations=(card("2026-01-03", 1), card("2026-01-04", 1)),
        neurological_examinations=(examination("2026-01-03", gait=1), examination("2026-02-01", gait=1)),
        csf_samples=(
            sample("2026-01-03", "negative"),
            sample("2026-01-04", "positive"),
            sample("2026-01-20", "negative"),
        ),
    )
    baseline = find_baseline(chart, START, 28)
    assert baseline.mri is not None and baseline.mri.time is not None and baseline.mri.time.text == "2026-01-04"
    assert baseline.neurological is not None and baseline.neurological.levels == {"gait": 1}
    assert [s.time.text for s in baseline.csf if s.time] == ["2026-01-04", "2026-01-20"]
    assert len(baseline.cards_before) == 2


def test_a_scorecard_gathers_the_nearest_of_each_component_within_fourteen_days() -> None:
    chart = Chart(
        on=END,
        mri_examinations=(card("2026-03-16", 1),),
        neurological_examinations=(
            examination("2026-03-01", gait=1),
            examination("2026-03-02", gait=0),
            examination("2026-03-31"),
        ),
        csf_samples=(sample("2026-03-30", "negative"), sample("2026-03-31", "negative")),
    )
    points = find_time_points(chart, START, END)
    assert [(p.day.isoformat(), p.card is not None) for p in points] == [
        ("2026-03-01", False),
        ("2026-03-16", True),
        ("2026-03-31", False),
    ]
    gathered = points[1]
    assert gathered.neurological is not None and gathered.neurological.time is not None
    assert gathered.neurological.time.text == "2026-03-02"
    assert gathered.csf_day == date(2026, 3, 30)


def test_of_two_equally_near_examinations_the_one_before_is_taken() -> None:
    chart = Chart(
        on=END,
        mri_examinations=(card("2026-03-16", 1),),
        neurological_examinations=(examination("2026-03-18", gait=2), examination("2026-03-14", gait=1)),
    )
    (point,) = find_time_points(chart, START, END)
    assert point.neurological is not None and point.neurological.levels["gait"] == 1


def test_one_examination_may_serve_two_scorecards() -> None:
    chart = Chart(
        on=END,
        mri_examinations=(card("2026-03-10", 1), card("2026-03-20", 1)),
        neurological_examinations=(examination("2026-03-15", gait=1),),
    )
    first, second = find_time_points(chart, START, END)
    assert first.neurological is second.neurological is not None


def test_what_lies_before_or_on_the_start_is_never_gathered() -> None:
    chart = Chart(
        on=END,
        mri_examinations=(card("2026-02-05", 1),),
        neurological_examinations=(examination("2026-02-01", gait=1),),
        csf_samples=(sample("2026-01-31", "positive"),),
    )
    (point,) = find_time_points(chart, START, END)
    assert point.neurological is None and point.csf_day is None


def test_an_examination_known_to_the_month_cannot_be_placed() -> None:
    chart = Chart(on=END, neurological_examinations=(examination("2026-03", gait=1),))
    assert find_time_points(chart, START, END) == ()


def test_later_facts_do_not_exist_for_an_earlier_question() -> None:
    chart = Chart(
        on=date(2026, 3, 17),
        mri_examinations=(card("2026-03-16", 1),),
        csf_samples=(sample("2026-03-18", "negative"),),
    )
    (point,) = find_time_points(chart, START, date(2026, 3, 17))
    assert point.csf_day is None
