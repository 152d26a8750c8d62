"""CSF biomarkers: adequacy of samples (ADQ, 11.1), circulating tumour cells (11.2), flow cytometry (11.4)."""

from itertools import product
from typing import Any, get_args

import pytest

from leptobridge.clinical.inputs import HAEMATOLOGICAL, Primary
from tests.clinical.rule_service import assert_answers, post

CTC: dict[str, Any] = {"count": 3, "volume_ml": 3, "primary": "breast_cancer"}


@pytest.mark.parametrize(
    ("count", "volume_ml", "value", "groups"),
    [
        pytest.param(3, 3, 1.0, ("positive", "positive", "not_poor_prognosis"), id="11.2, test 1"),
        pytest.param(2, 3, 0.67, ("negative", "negative", "not_poor_prognosis"), id="11.2, test 2"),
        pytest.param(61, 3, 20.33, ("positive", "positive", "poor_prognosis"), id="11.2, test 3"),
        (60, 3, 20.0, ("positive", "positive", "not_poor_prognosis")),
        (305, 15, 20.33, ("positive", "positive", "poor_prognosis")),
        (304, 15, 20.27, ("positive", "positive", "not_poor_prognosis")),
        (9, 10, 0.9, ("negative", "positive", "not_poor_prognosis")),
        (899, 1000, 0.9, ("negative", "negative", "not_poor_prognosis")),
        (999, 1000, 1.0, ("negative", "positive", "not_poor_prognosis")),
        (27, 30, 0.9, ("negative", "positive", "not_poor_prognosis")),
        (3, 3.3, 0.91, ("negative", "positive", "not_poor_prognosis")),
        (1, 0.3, 3.33, ("positive", "positive", "not_poor_prognosis")),
        (0, 3, 0.0, ("negative", "negative", "not_poor_prognosis")),
        (200, 3, 66.67, ("positive", "positive", "poor_prognosis")),
    ],
)
def test_cells_per_ml_at_each_cutoff(count: int, volume_ml: float, value: float, groups: tuple[str, ...]) -> None:
    answer = post("csf_ctc", {**CTC, "count": count, "volume_ml": volume_ml})

    assert (answer["value"], answer["rule"]) == (value, "11.2")
    assert (answer["lin_2017"], answer["van_bussel_2020"], answer["diaz_2022"]) == groups
    assert answer["platforms"] == {
        "lin_2017": "CellSearch/EpCAM",
        "van_bussel_2020": "EpCAM immunoflow cytometry",
        "diaz_2022": "CellSearch",
    }


@pytest.mark.parametrize(
    ("count", "groups"),
    [
        (200, ("positive", "positive", "poor_prognosis")),
        (61, ("positive", "positive", "poor_prognosis")),
        (60, ("positive", "positive", "not_evaluable")),
        (2, ("not_evaluable", "not_evaluable", "not_evaluable")),
    ],
)
def test_a_censored_count_below_a_cutoff_decides_nothing(count: int, groups: tuple[str, ...]) -> None:
    answer = post("csf_ctc", {**CTC, "count": count, "count_censored": True})

    assert (answer["lin_2017"], answer["van_bussel_2020"], answer["diaz_2022"]) == groups
    assert answer["flags"] == ["censored"]


@pytest.mark.parametrize("missing", ["count", "volume_ml", "primary"])
def test_what_a_concentration_needs(missing: str) -> None:
    answer = post("csf_ctc", {**CTC, missing: None})

    assert (answer["value"], answer["missing"], answer["lin_2017"]) == ("not_evaluable", [missing], None)


def test_a_raw_count_is_never_read_without_its_volume() -> None:
    for count in (0, 5000):
        assert_answers(
            "csf_ctc", {**CTC, "count": count, "volume_ml": None}, {"value": "not_evaluable", "missing": ["volume_ml"]}
        )


WITH_EPCAM = {"breast_cancer", "lung_cancer", "other_carcinoma", "solid_tumour"}


@pytest.mark.parametrize("primary", get_args(Primary))
def test_tumours_without_epcam_are_not_applicable(primary: str) -> None:
    """11.2, test 4."""
    applicable = primary in WITH_EPCAM

    assert (post("csf_ctc", {**CTC, "primary": primary})["value"] == "not_applicable") != applicable
    assert (post("csf_ctc", {"primary": primary})["value"] == "not_applicable") != applicable


@pytest.mark.parametrize(
    ("count", "csf_cytology", "notes"),
    [
        (3, "negative", ["ctc_supports_lm"]),
        (2, "negative", []),
        (3, "equivocal", []),
        (3, "positive", []),
        (3, "not_done", []),
        (3, None, []),
    ],
)
def test_cells_beside_a_negative_cytology_support_lm(count: int, csf_cytology: str | None, notes: list[str]) -> None:
    assert post("csf_ctc", {**CTC, "count": count, "csf_cytology": csf_cytology})["notes"] == notes


@pytest.mark.parametrize("impossible", [{"volume_ml": 0}, {"volume_ml": -3}, {"count": -1}])
def test_impossible_counts_and_volumes(impossible: dict[str, int]) -> None:
    assert_answers("csf_ctc", {**CTC, **impossible}, {"value": "invalid_input", "lin_2017": None})


LYMPHOMA: dict[str, Any] = {
    "primary": "lymphoma",
    "flow": "positive",
    "csf_cytology": "negative",
    "active_meningitis": False,
}


def test_a_positive_flow_is_involvement_unless_the_meninges_are_inflamed() -> None:
    """11.4, both tests."""
    assert_answers("csf_flow", LYMPHOMA, {"value": "csf_involvement_by_flow", "rule": "11.4"})
    assert_answers("csf_flow", {**LYMPHOMA, "active_meningitis": True}, {"value": "possible_false_positive"})
    unknown = {**LYMPHOMA, "active_meningitis": None}
    assert_answers("csf_flow", unknown, {"value": "not_evaluable", "missing": ["active_meningitis"]})
    assert post("csf_flow", LYMPHOMA)["candidates"] == []


@pytest.mark.parametrize(
    ("flow", "csf_cytology", "value"),
    [
        ("positive", "positive", "positive"),
        ("positive", "equivocal", "csf_involvement_by_flow"),
        ("positive", "negative", "csf_involvement_by_flow"),
        ("positive", "inadequate", "csf_involvement_by_flow"),
        ("positive", "not_done", "csf_involvement_by_flow"),
        ("positive", None, "not_evaluable"),
        ("negative", "positive", "positive"),
        ("negative", "equivocal", "not_evaluable"),
        ("negative", "negative", "negative"),
        ("negative", "inadequate", "not_evaluable"),
        ("negative", "not_done", "not_evaluable"),
        ("negative", None, "not_evaluable"),
        ("not_done", "positive", "positive"),
        ("not_done", "equivocal", "not_evaluable"),
        ("not_done", "negative", "not_evaluable"),
        ("not_done", "not_done", "not_evaluable"),
        (None, "positive", "positive"),
        (None, "negative", "not_evaluable"),
        (None, None, "not_evaluable"),
    ],
)
def test_flow_and_cytology_in_all_combinations(flow: str | None, csf_cytology: str | None, value: str) -> None:
    answer = post("csf_flow", {**LYMPHOMA, "flow": flow, "csf_cytology": csf_cytology})

    assert answer["value"] == value
    no_report = {
        name
        for name, report in (("flow", flow), ("csf_cytology", csf_cytology))
        if report in (None, "not_done", "inadequate")
    }
    assert set(answer["missing"]) == (no_report if value == "not_evaluable" else set())


def test_an_equivocal_cytology_beside_a_negative_flow_is_the_reason() -> None:
    equivocal = {**LYMPHOMA, "flow": "negative", "csf_cytology": "equivocal"}

    assert_answers("csf_flow", equivocal, {"value": "not_evaluable", "reason": "equivocal_cytology"})


@pytest.mark.parametrize("primary", get_args(Primary))
def test_flow_applies_to_haematological_primaries_alone(primary: str) -> None:
    applicable = primary in HAEMATOLOGICAL

    for reports in ({}, {"flow": "positive"}, {"csf_cytology": "positive"}):
        answer = post("csf_flow", {"primary": primary, **reports})
        assert (answer["value"] == "not_applicable") != applicable


def test_an_unknown_primary_is_missing() -> None:
    answer = post("csf_flow", {**LYMPHOMA, "primary": None, "csf_cytology": "positive", "flow": "not_done"})

    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["primary"])
    assert set(answer["candidates"]) == {"positive", "not_applicable"}


def test_meningitis_is_not_asked_where_flow_is_not_positive() -> None:
    for active_meningitis, flow in product((True, False, None), ("negative", "not_done")):
        answer = post("csf_flow", {**LYMPHOMA, "flow": flow, "active_meningitis": active_meningitis})
        assert "active_meningitis" not in answer["missing"]


def test_a_late_negative_of_unknown_volume_calls_for_another_puncture() -> None:
    late = {"csf_cytology": "negative", "processed_min": 90, "fixed": False}

    expected = {"value": "not_reliable", "grades": ["not_evaluable"], "missing": ["volume_ml"]}
    assert_answers("csf_sample_adequacy", {"samples": [late]}, {**expected, "actions": ["repeat_lumbar_puncture"]})


@pytest.mark.parametrize(
    ("cytologies", "value"),
    [
        ([], "not_reliable"),
        (["negative"], "not_reliable"),
        (["negative", "negative"], "reliable_negative"),
        (["negative", "equivocal"], "not_reliable"),
        (["negative", "negative", "equivocal"], "reliable_negative"),
        (["negative", "negative", "positive"], "positive"),
        (["negative", "inadequate"], "not_reliable"),
    ],
)
def test_a_negative_is_relied_on_from_two_adequate_samples(cytologies: list[str], value: str) -> None:
    samples = [{"volume_ml": 5, "processed_min": 30, "csf_cytology": cytology} for cytology in cytologies]

    answer = post("csf_sample_adequacy", {"samples": samples})
    assert (answer["value"], answer["grades"]) == (value, ["acceptable"] * len(samples))


@pytest.mark.parametrize(
    ("volume_ml", "grade", "actions"),
    [(5, "acceptable", []), (4.99, "inadequate", ["repeat_lumbar_puncture"])],
)
def test_a_negative_below_the_minimum_volume_is_repeated(volume_ml: float, grade: str, actions: list[str]) -> None:
    sample = {"volume_ml": volume_ml, "processed_min": 0, "fixed": True, "csf_cytology": "negative"}

    answer = post("csf_sample_adequacy", {"samples": [sample]})
    assert (answer["grades"], answer["actions"]) == ([grade], actions)
