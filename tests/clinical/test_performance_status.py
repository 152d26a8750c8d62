"""Karnofsky and ECOG (PS, 9.1)."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

SYSTEM = "ps_conversion"


def criterion(scale: str, comparator: str, limit: int) -> dict[str, Any]:
    return {"scale": scale, "comparator": comparator, "limit": limit}


ECOG_AT_MOST_1 = criterion("ecog", "at_most", 1)
ECOG_AT_MOST_2 = criterion("ecog", "at_most", 2)
KPS_AT_LEAST_60 = criterion("kps", "at_least", 60)
KPS_AT_LEAST_70 = criterion("kps", "at_least", 70)


@pytest.mark.parametrize(
    ("kps", "ecog_by_map", "value"),
    [
        (100, (0, 0, 0), "pass"),
        (90, (0, 1, 1), "pass"),
        pytest.param(80, (1, 1, 1), "pass", id="9.1, test 1"),
        pytest.param(70, (1, 2, 2), "indeterminate", id="9.1, test 2"),
        (60, (2, 3, 2), "fail"),
        (50, (2, 3, 3), "fail"),
        (40, (3, 4, 3), "fail"),
        (30, (3, 4, 4), "fail"),
        (20, (4, 4, 4), "fail"),
        (10, (4, 4, 4), "fail"),
        (0, (5, 5, 5), "fail"),
    ],
)
def test_a_kps_is_read_under_three_maps(kps: int, ecog_by_map: tuple[int, int, int], value: str) -> None:
    answer = post(SYSTEM, {"kps": kps, "criterion": ECOG_AT_MOST_1})

    assert (answer["value"], answer["rule"]) == (value, "PS")
    assert answer["ecog_by_map"] == dict(zip("ABC", ecog_by_map, strict=True))
    assert answer["kps_by_map"] is None
    assert ("converted" in answer["warnings"]) == (value != "indeterminate")


@pytest.mark.parametrize(
    ("ecog", "kps_by_map", "value"),
    [
        (0, ([100, 90], [100], [100]), "pass"),
        (1, ([80, 70], [90, 80], [90, 80]), "pass"),
        (2, ([60, 50], [70], [70, 60]), "indeterminate"),
        (3, ([40, 30], [60, 50], [50, 40]), "fail"),
        (4, ([20, 10], [40, 30, 20, 10], [30, 20, 10]), "fail"),
        (5, ([0], [0], [0]), "fail"),
    ],
)
def test_an_ecog_stands_for_every_kps_of_its_grade(ecog: int, kps_by_map: tuple[Any, ...], value: str) -> None:
    """D-31."""
    answer = post(SYSTEM, {"ecog": ecog, "criterion": KPS_AT_LEAST_70})

    assert answer["value"] == value
    assert answer["kps_by_map"] == dict(zip("ABC", kps_by_map, strict=True))
    assert answer["ecog_by_map"] is None


@pytest.mark.parametrize(
    ("status", "demand", "value"),
    [
        ({"ecog": 1}, ECOG_AT_MOST_1, "pass"),
        ({"ecog": 2}, ECOG_AT_MOST_1, "fail"),
        ({"ecog": 2}, criterion("ecog", "at_least", 2), "pass"),
        ({"ecog": 1}, criterion("ecog", "at_least", 2), "fail"),
        ({"kps": 70}, KPS_AT_LEAST_70, "pass"),
        ({"kps": 60}, KPS_AT_LEAST_70, "fail"),
        ({"kps": 60}, criterion("kps", "at_most", 60), "pass"),
        ({"kps": 70}, criterion("kps", "at_most", 60), "fail"),
        ({"kps": 70, "ecog": 1}, ECOG_AT_MOST_1, "pass"),
    ],
)
def test_a_status_in_the_scale_of_the_criterion_is_not_converted(
    status: dict[str, int], demand: dict[str, Any], value: str
) -> None:
    answer = post(SYSTEM, {**status, "criterion": demand})

    assert answer["value"] == value
    assert "converted" not in answer["warnings"]
    assert (answer["ecog_by_map"], answer["kps_by_map"]) == (None, None)


@pytest.mark.parametrize(
    "status", [{"kps": 75}, {"kps": -10}, {"kps": 110}, {"ecog": 6}, {"ecog": -1}, {"kps": 75, "ecog": 1}]
)
def test_a_status_off_its_scale_is_impossible(status: dict[str, int]) -> None:
    """9.1, test 3."""
    assert_answers(SYSTEM, {**status, "criterion": ECOG_AT_MOST_1}, {"value": "invalid_input"})


def test_without_a_status_both_scales_are_missing() -> None:
    assert_answers(SYSTEM, {"criterion": ECOG_AT_MOST_1}, {"value": "not_evaluable", "missing": ["kps", "ecog"]})


def test_a_criterion_that_any_status_meets_needs_none() -> None:
    assert_answers(SYSTEM, {"criterion": criterion("ecog", "at_most", 5)}, {"value": "pass", "missing": []})


@pytest.mark.parametrize(
    ("status", "demand", "value"),
    [
        ({"kps": 60}, ECOG_AT_MOST_2, "pass"),
        ({"kps": 50}, ECOG_AT_MOST_2, "fail"),
        ({"ecog": 2}, KPS_AT_LEAST_60, "pass"),
        ({"ecog": 3}, KPS_AT_LEAST_60, "fail"),
    ],
)
def test_an_equivalence_that_the_protocol_declares_wins(
    status: dict[str, int], demand: dict[str, Any], value: str
) -> None:
    request = {**status, "criterion": demand}

    assert_answers(SYSTEM, {**request, "protocol": "NCT02886585"}, {"value": value})
    assert_answers(SYSTEM, {**request, "protocol": "NCT04343573"}, {"value": "indeterminate"})


def test_a_declared_equivalence_holds_for_its_own_limit_alone() -> None:
    request = {"kps": 70, "criterion": ECOG_AT_MOST_1, "protocol": "NCT02886585"}

    assert_answers(SYSTEM, request, {"value": "indeterminate"})
