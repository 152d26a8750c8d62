"""The estimator against the remission times under 6-mercaptopurine and placebo, worked in every textbook.

Freireich 1963, Blood 21:699; Gehan 1965, Biometrika 52:203. Survival shares and medians as in Cox and Oakes 1984,
table 1.3; confidence intervals on the scale log(-log) as SAS PROC LIFETEST prints them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.endpoints.survival import Estimate, estimate

#: Weeks in remission; + = still in remission.
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def of(times: str) -> Estimate:
    return estimate([(int(time.rstrip("+")), not time.endswith("+")) for time in times.split()])


def test_the_median_remission_under_6_mercaptopurine() -> None:
    found = of(MERCAPTOPURINE)

    assert (found.patients, found.events) == (21, 9)
    assert (found.median_days, found.median_lower_days, found.median_upper_days) == (23, 13, None)


def test_the_median_remission_under_placebo() -> None:
    found = of(PLACEBO)

    assert (found.patients, found.events) == (21, 21)
    assert (found.median_days, found.median_lower_days, found.median_upper_days) == (8, 4, 11)


@pytest.mark.parametrize(
    ("week", "at_risk", "events", "survival"),
    [
        (6, 21, 3, 0.857),
        (7, 17, 1, 0.807),
        (10, 15, 1, 0.753),
        (13, 12, 1, 0.690),
        (16, 11, 1, 0.627),
        (22, 7, 1, 0.538),
        (23, 6, 1, 0.448),
    ],
)
def test_the_published_life_table_of_6_mercaptopurine(week: int, at_risk: int, events: int, survival: float) -> None:
    step = next(step for step in of(MERCAPTOPURINE).steps if step.days == week)

    assert (step.at_risk, step.events, round(step.survival, 3)) == (at_risk, events, survival)


def test_the_limits_of_the_curve_are_those_of_greenwood_on_the_log_log_scale() -> None:
    step = next(step for step in of(MERCAPTOPURINE).steps if step.days == 10)

    # Standard error 0.0963 (Greenwood); worked out with 1.96 on the scale log(-log S).
    assert step.lower == pytest.approx(0.5032, abs=0.0001)
    assert step.upper == pytest.approx(0.8894, abs=0.0001)


def test_the_numbers_at_risk_count_whoever_is_still_followed_on_the_day() -> None:
    found = of(MERCAPTOPURINE)

    assert [found.at_risk(week) for week in (0, 6, 7, 10, 35, 36)] == [21, 21, 17, 15, 1, 0]


def test_a_curve_that_stays_above_one_half_has_no_median() -> None:
    found = of("5 9+ 9+ 9+")

    assert (found.median_days, found.median_upper_days) == (None, None)
    assert found.steps[-1].survival == pytest.approx(0.75)


def test_a_curve_at_exactly_one_half_has_reached_its_median() -> None:
    assert of("1 2 3+ 4+").median_days == 2
    assert of("1 2 3 4 5+ 6+ 7+ 8+").median_days == 4


def test_a_curve_at_zero_has_no_limits_there() -> None:
    found = of("1 2 3 4")

    assert (found.steps[-1].survival, found.steps[-1].lower, found.steps[-1].upper) == (0, None, None)
    assert found.median_upper_days is None


def test_nobody_has_no_estimate() -> None:
    assert estimate([]) == Estimate(0, 0, None, None, None, ())


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=30))
def test_the_curve_is_the_product_of_the_shares_that_survive_each_day(times: list[tuple[int, bool]]) -> None:
    found = estimate(times)

    survival = 1.0
    for step in found.steps:
        at_risk = sum(days >= step.days for days, _ in times)
        assert step.at_risk == at_risk == found.at_risk(step.days)
        survival *= 1 - step.events / at_risk
        assert step.survival == pytest.approx(survival, abs=1e-9)
    assert sum(step.events for step in found.steps) == found.events == sum(event for _, event in times)
