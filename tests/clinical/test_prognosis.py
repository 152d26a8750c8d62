"""Prognostic models: lung-molGPA (9.2), LM molGPA (9.3), CSF genotype under osimertinib (9.4)."""

from itertools import product
from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

BEST = {
    "histology": "adenocarcinoma",
    "age_years": 55,
    "kps": 90,
    "extracranial_metastases": "absent",
    "brain_metastases": 2,
    "gene_status": "egfr_positive",
}
WORST = {
    "histology": "adenocarcinoma",
    "age_years": 72,
    "kps": 70,
    "extracranial_metastases": "present",
    "brain_metastases": 6,
    "gene_status": "negative",
}
SQUAMOUS = {**BEST, "histology": "squamous", "age_years": 60, "kps": 100, "brain_metastases": 1}


@pytest.mark.parametrize(
    ("patient", "score", "bracket"),
    [
        pytest.param(BEST, 4.0, [3.5, 4.0], id="9.2, test 1"),
        pytest.param(WORST, 0, [0, 1.0], id="9.2, test 2"),
        pytest.param(SQUAMOUS, 3.0, [2.5, 3.0], id="9.2, test 3: gene ignored"),
        ({**SQUAMOUS, "histology": "other"}, 3.0, [2.5, 3.0]),
    ],
)
def test_scores_of_lung_molgpa(patient: dict[str, Any], score: float, bracket: list[float]) -> None:
    expected = {"value": score, "rule": "9.2", "bracket": bracket, "score_min": None, "score_max": None}

    assert_answers("lung_molgpa", patient, {**expected, "warnings": ["criteria_not_verified"]})


@pytest.mark.parametrize(
    ("factor", "value", "score"),
    [
        ("age_years", 70, 0),
        ("age_years", 69, 0.5),
        ("age_years", 18, 0.5),
        ("kps", 0, 0),
        ("kps", 70, 0),
        ("kps", 80, 0.5),
        ("kps", 90, 1.0),
        ("kps", 100, 1.0),
        ("extracranial_metastases", "absent", 1.0),
        ("brain_metastases", 1, 0.5),
        ("brain_metastases", 4, 0.5),
        ("brain_metastases", 5, 0),
        ("gene_status", "egfr_positive", 1.0),
        ("gene_status", "alk_positive", 1.0),
    ],
)
def test_points_of_each_factor_on_both_sides_of_its_limits(factor: str, value: Any, score: float) -> None:
    assert post("lung_molgpa", {**WORST, factor: value})["value"] == score


@pytest.mark.parametrize(
    ("earned", "bracket"),
    [
        ({"extracranial_metastases": "absent"}, [0, 1.0]),
        ({"extracranial_metastases": "absent", "age_years": 60}, [1.5, 2.0]),
        ({"extracranial_metastases": "absent", "kps": 90}, [1.5, 2.0]),
        ({"extracranial_metastases": "absent", "kps": 90, "age_years": 60}, [2.5, 3.0]),
        ({"extracranial_metastases": "absent", "kps": 90, "gene_status": "alk_positive"}, [2.5, 3.0]),
        ({"extracranial_metastases": "absent", "kps": 90, "gene_status": "alk_positive", "age_years": 60}, [3.5, 4.0]),
    ],
)
def test_brackets_on_both_sides_of_their_limits(earned: dict[str, Any], bracket: list[float]) -> None:
    assert post("lung_molgpa", {**WORST, **earned})["bracket"] == bracket


@pytest.mark.parametrize("unknown", [None, "unknown"])
def test_an_unknown_gene_status_scores_nothing_and_says_so(unknown: str | None) -> None:
    expected = {"value": 3.0, "warnings": ["gene_unknown_scored_0"], "missing": []}

    assert_answers("lung_molgpa", {**BEST, "gene_status": unknown}, expected)
    assert "gene_unknown_scored_0" not in post("lung_molgpa", {**SQUAMOUS, "gene_status": unknown})["warnings"]


@pytest.mark.parametrize(
    ("factor", "score_min", "score_max"),
    [
        ("age_years", 3.5, 4.0),
        ("kps", 3.0, 4.0),
        ("extracranial_metastases", 3.0, 4.0),
        pytest.param("brain_metastases", 3.5, 4.0, id="9.2, test 4"),
        ("histology", 3.0, 4.0),
    ],
)
def test_any_other_unknown_factor_leaves_a_range(factor: str, score_min: float, score_max: float) -> None:
    answer = post("lung_molgpa", {**BEST, factor: None})

    assert (answer["value"], answer["missing"], answer["bracket"]) == ("not_evaluable", [factor], None)
    assert (answer["score_min"], answer["score_max"]) == (score_min, score_max)


def test_the_range_without_any_factor() -> None:
    answer = post("lung_molgpa", {})

    assert set(answer["missing"]) == {"age_years", "kps", "extracranial_metastases", "brain_metastases"}
    assert (answer["score_min"], answer["score_max"]) == (0, 3.0)


def test_the_histology_matters_only_if_the_gene_status_scores() -> None:
    assert_answers("lung_molgpa", {**BEST, "histology": None, "gene_status": "negative"}, {"value": 3.0})


def test_without_brain_metastases_there_is_no_lung_molgpa() -> None:
    for patient in ({**BEST, "brain_metastases": 0}, {"brain_metastases": 0}):
        expected = {"value": "not_evaluable", "reason": "no_brain_metastases", "score_min": None}
        assert_answers("lung_molgpa", patient, expected)


@pytest.mark.parametrize("impossible", [{"kps": 75}, {"kps": 110}, {"age_years": -1}, {"brain_metastases": -1}])
def test_impossible_factors_of_lung_molgpa(impossible: dict[str, int]) -> None:
    assert_answers("lung_molgpa", {**BEST, **impossible}, {"value": "invalid_input", "bracket": None})


CONFIG: dict[str, Any] = {"gene_positive": 1.0, "kps_ge_80": 0.5, "ecm_absent": 0.5}
FAVOURABLE = {"config": CONFIG, "gene": "positive", "kps": 90, "extracranial_metastases": "absent"}


def test_without_points_there_is_no_lm_molgpa() -> None:
    """9.3, test 1."""
    for config in ({}, {"config": None}):
        patient = {**FAVOURABLE, **config} if config else {"gene": "positive"}
        expected = {"value": "not_evaluable", "reason": "points_not_verified", "missing": ["config"], "group": None}
        assert_answers("lm_molgpa", patient, expected)


@pytest.mark.parametrize(
    ("gene", "kps", "metastases", "score", "group"),
    [
        pytest.param("positive", 90, "absent", 2.0, "high", id="9.3, test 2"),
        ("positive", 80, "present", 1.5, "high"),
        ("positive", 70, "present", 1.0, "middle"),
        ("negative", 80, "absent", 1.0, "middle"),
        ("negative", 80, "present", 0.5, "middle"),
        ("negative", 70, "absent", 0.5, "middle"),
        ("negative", 70, "present", 0, "low"),
    ],
)
def test_configured_points_add_up(gene: str, kps: int, metastases: str, score: float, group: str) -> None:
    patient = {"config": CONFIG, "gene": gene, "kps": kps, "extracranial_metastases": metastases}

    assert_answers("lm_molgpa", patient, {"value": score, "rule": "9.3", "group": group})


@pytest.mark.parametrize("factor", ["gene", "kps", "extracranial_metastases"])
def test_an_unknown_factor_of_lm_molgpa_is_missing(factor: str) -> None:
    """9.3, test 3."""
    expected = {"value": "not_evaluable", "missing": [factor], "group": None, "reason": None}

    assert_answers("lm_molgpa", {**FAVOURABLE, factor: None}, expected)


def test_an_unknown_gene_status_is_missing_in_lm_molgpa() -> None:
    assert_answers("lm_molgpa", {**FAVOURABLE, "gene": "unknown"}, {"value": "not_evaluable", "missing": ["gene"]})


def test_a_factor_without_points_is_not_needed() -> None:
    config = {**CONFIG, "ecm_absent": 0}

    assert_answers("lm_molgpa", {"config": config, "gene": "positive", "kps": 90}, {"value": 1.5, "missing": []})


@pytest.mark.parametrize(
    ("cutoffs", "group"),
    [
        ({"middle": 1.0, "high": 2.0}, "high"),
        ({"middle": 1.0, "high": 2.01}, "middle"),
        ({"middle": 2.01, "high": 3}, "low"),
        ({"high": 2.5}, "middle"),
        ({"middle": 1.0}, "high"),
        ({"middle": 1.5}, "high"),
        ({}, "high"),
        (None, "high"),
    ],
)
def test_limits_of_the_groups_can_be_configured(cutoffs: Any, group: str) -> None:
    assert_answers(
        "lm_molgpa", {**FAVOURABLE, "config": {**CONFIG, "cutoffs": cutoffs}}, {"value": 2.0, "group": group}
    )


@pytest.mark.parametrize(
    "impossible", [{"kps": 85}, {"config": None, "kps": 85}, {"config": {**CONFIG, "cutoffs": {"middle": 1.6}}}]
)
def test_impossible_inputs_of_lm_molgpa(impossible: dict[str, Any]) -> None:
    assert_answers("lm_molgpa", {**FAVOURABLE, **impossible}, {"value": "invalid_input", "group": None})


def test_points_are_added_exactly() -> None:
    config = {"gene_positive": 0.1, "kps_ge_80": 0.2, "ecm_absent": 0, "cutoffs": {"middle": 0.3, "high": 1}}

    assert_answers("lm_molgpa", {**FAVOURABLE, "config": config}, {"value": 0.3, "group": "middle"})


@pytest.mark.parametrize(
    ("genotype", "statements"),
    [
        pytest.param(
            {"egfr": "exon_19_deletion", "t790m": "positive"},
            ["favourable", "favourable", "not_applicable"],
            id="9.4, test 1",
        ),
        pytest.param(
            {"egfr": "L858R", "t790m": "negative", "fgf3": "altered"}, ["less_favourable"] * 3, id="9.4, test 2"
        ),
        ({"egfr": "exon_19_deletion", "t790m": "negative"}, ["favourable", "less_favourable", "favourable"]),
        (
            {"egfr": "exon_19_deletion", "t790m": "negative", "fgf3": "altered"},
            ["favourable", "less_favourable", "favourable"],
        ),
        (
            {"egfr": "L858R", "t790m": "negative", "fgf3": "not_altered"},
            ["less_favourable", "less_favourable", "favourable"],
        ),
        (
            {"egfr": "L858R", "t790m": "negative", "fgf3": "not_tested"},
            ["less_favourable", "less_favourable", "unknown"],
        ),
        (
            {"egfr": "L858R", "t790m": "positive", "fgf3": "altered"},
            ["less_favourable", "favourable", "not_applicable"],
        ),
        ({"egfr": "other", "t790m": "negative", "fgf3": "altered"}, ["unknown", "less_favourable", "less_favourable"]),
        ({"egfr": "other", "t790m": "negative"}, ["unknown", "less_favourable", "unknown"]),
        ({"t790m": "negative", "fgf3": "not_altered"}, ["unknown", "less_favourable", "favourable"]),
        ({"t790m": "negative", "fgf3": "altered"}, ["unknown", "less_favourable", "unknown"]),
        ({"t790m": "positive"}, ["unknown", "favourable", "not_applicable"]),
        ({"egfr": "L858R", "fgf3": "altered"}, ["less_favourable", "unknown", "unknown"]),
        ({"egfr": "exon_19_deletion", "t790m": "unknown"}, ["favourable", "unknown", "unknown"]),
    ],
)
def test_statements_of_the_csf_genotype(genotype: dict[str, str], statements: list[str]) -> None:
    assert_answers("csf_genotype", genotype, {"value": "computed", "rule": "9.4", "statements": statements})


@pytest.mark.parametrize(("egfr", "fgf3"), list(product([None, "other"], [None, "not_tested", "altered"])))
def test_nothing_is_said_without_a_driver_and_t790m(egfr: str | None, fgf3: str | None) -> None:
    answer = post("csf_genotype", {"egfr": egfr, "fgf3": fgf3, "t790m": "unknown"})

    assert (answer["value"], answer["statements"]) == ("not_evaluable", ["unknown"] * 3)
    assert "t790m" in answer["missing"]
    assert ("egfr" in answer["missing"]) == (egfr is None)


def test_fgf3_is_missing_where_it_would_settle_the_third_statement() -> None:
    assert post("csf_genotype", {"egfr": "L858R", "t790m": "negative"})["missing"] == ["fgf3"]
    assert post("csf_genotype", {"egfr": "exon_19_deletion", "t790m": "negative"})["missing"] == []
    assert post("csf_genotype", {"egfr": "L858R", "t790m": "positive"})["missing"] == []


def test_a_statement_that_is_known_stands_when_more_becomes_known() -> None:
    possible = {
        "egfr": (None, "exon_19_deletion", "L858R", "other"),
        "t790m": (None, "positive", "negative"),
        "fgf3": (None, "altered", "not_altered"),
    }
    for values in product(*possible.values()):
        genotype = dict(zip(possible, values, strict=True))
        known = post("csf_genotype", genotype)["statements"]
        for forgotten in possible:
            before = post("csf_genotype", {**genotype, forgotten: None})["statements"]
            assert all(less in ("unknown", more) for less, more in zip(before, known, strict=True)), genotype
