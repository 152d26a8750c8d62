"""NANO response by domains and the stored total (8)."""

from typing import Any

import pytest

from leptobridge.clinical.nano import MAX_LEVEL
from tests.clinical.rule_service import assert_answers, post

NORMAL = dict.fromkeys(MAX_LEVEL, 0)


@pytest.mark.parametrize(
    ("baseline", "current", "value", "rule"),
    [
        pytest.param({"language": 0}, {"language": 2}, "progression", "N1", id="test-1"),
        pytest.param({"facial_strength": 1}, {"facial_strength": 2}, "progression", "N1", id="test-2"),
        pytest.param({**NORMAL, "gait": 2}, {**NORMAL, "gait": 0}, "response", "N2", id="test-3"),
        ({"language": 0}, {"language": 1}, "stability", "N5"),
        ({"language": 2}, {"language": 3}, "progression", "N1"),
        ({"language": 3}, {"language": 3}, "stability", "N5"),
        ({"gait": 2}, {"gait": 1}, "stability", "N5"),
        ({"gait": 2, "language": 0}, {"gait": 0, "language": 1}, "stability", "N5"),
        ({"gait": 2, "language": 0}, {"gait": 0, "language": 2}, "progression", "N1"),
    ],
)
def test_response_by_domains(baseline: dict[str, int], current: dict[str, int], value: str, rule: str) -> None:
    assert_answers("nano_change", {"baseline": baseline, "current": current}, {"value": value, "rule": rule})


@pytest.mark.parametrize(
    ("best", "value"),
    [
        ({"strength": 0}, "progression"),
        ({"strength": 1}, "stability"),
        ({"strength": 2}, "stability"),
        ({}, "stability"),
        (None, "stability"),
    ],
)
def test_progression_counts_from_the_best_level_too(best: dict[str, int] | None, value: str) -> None:
    visits = {"baseline": {"strength": 2}, "current": {"strength": 2}, "best": best}

    assert post("nano_change", visits)["value"] == value


def test_response_counts_from_baseline_and_not_from_best() -> None:
    """8.2: improvement and the single level that blocks it are both versus baseline."""
    regained = {"baseline": {"gait": 3, "strength": 1}, "best": {"strength": 0}, "current": {"gait": 1, "strength": 1}}

    assert post("nano_change", regained)["value"] == "response"


@pytest.mark.parametrize("domain", sorted(MAX_LEVEL))
def test_the_scale_of_each_domain(domain: str) -> None:
    highest = MAX_LEVEL[domain]  # type: ignore[index]

    newly_highest = {"baseline": {domain: highest - 1}, "current": {domain: highest}}
    assert_answers("nano_change", newly_highest, {"value": "progression"})
    for impossible in (highest + 1, -1):
        for where in ("baseline", "current", "best"):
            visits = {"baseline": {domain: 0}, "current": {domain: 0}, where: {domain: impossible}}
            assert_answers("nano_change", visits, {"value": "invalid_input"})
        assert_answers("nano_total", {"domain_scores": {domain: impossible}}, {"value": "invalid_input"})


def test_the_maxima_add_up_to_twenty_three() -> None:
    assert sum(MAX_LEVEL.values()) == 23
    assert_answers("nano_total", {"domain_scores": dict(MAX_LEVEL)}, {"value": 23, "clamped": False, "missing": []})


def test_sepsis_makes_consciousness_non_evaluable() -> None:
    """8.2, test 4."""
    visits = {"baseline": NORMAL, "current": {**NORMAL, "consciousness": 2}, "non_evaluable": ["consciousness"]}

    assert_answers("nano_change", visits, {"value": "stability", "rule": "N5", "excluded": ["consciousness"]})


@pytest.mark.parametrize(
    ("visits", "missing"),
    [
        ({"baseline": {}, "current": {}}, {"baseline", "current"}),
        ({"baseline": {"gait": 0}, "current": {}}, {"gait"}),
        ({"baseline": {"gait": None}, "current": {"gait": 2}}, {"gait"}),
        ({"baseline": {"gait": 0}, "current": {"gait": 3}, "non_evaluable": ["gait"]}, {"baseline", "current"}),
    ],
)
def test_no_domain_left_is_not_evaluable(visits: dict[str, Any], missing: set[str]) -> None:
    answer = post("nano_change", visits)

    assert (answer["value"], answer["rule"], set(answer["missing"])) == ("NE", "N5", missing)


def test_a_domain_assessed_once_is_left_out_and_listed() -> None:
    """N4."""
    answer = post("nano_change", {"baseline": {"gait": 0, "ataxia": 2}, "current": {"gait": 1, "language": 3}})

    assert (answer["value"], set(answer["missing"])) == ("stability", {"ataxia", "language"})


def test_the_total_sums_the_scored_domains() -> None:
    """8.2: gait 1, language 2, all others 0."""
    scored = {**NORMAL, "gait": 1, "language": 2}

    assert_answers("nano_total", {"domain_scores": scored}, {"value": 3, "clamped": False, "missing": []})
    partly = post("nano_total", {"domain_scores": {"gait": 1, "language": None}})
    assert (partly["value"], set(partly["missing"])) == (1, set(MAX_LEVEL) - {"gait"})
    for unscored in ({}, {"gait": None}):
        answer = post("nano_total", {"domain_scores": unscored})
        assert (answer["value"], set(answer["missing"])) == ("not_evaluable", set(MAX_LEVEL))
