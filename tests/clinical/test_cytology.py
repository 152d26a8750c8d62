"""Cytology under three policies (2.6) and the Pan 2018 score (2.7)."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from leptobridge.clinical.cytology import cytology_class
from tests.clinical.rule_service import assert_answers, post

POLICIES = ("eano_esmo", "rct_dichotomy", "radiate_lm")


@pytest.mark.parametrize(
    ("raw", "classes"),
    [
        ("malignant", ("positive", "positive", "positive")),
        ("positive", ("positive", "positive", "positive")),
        pytest.param("suspicious", ("equivocal", "positive", "positive"), id="CY-T1"),
        pytest.param("atypical", ("equivocal", "negative", "equivocal"), id="CY-T2"),
        ("negative", ("negative", "negative", "negative")),
        ("benign", ("negative", "negative", "negative")),
        ("acellular", ("inadequate", "inadequate", "inadequate")),
        ("insufficient", ("inadequate", "inadequate", "inadequate")),
    ],
)
def test_each_policy_reads_the_raw_word(raw: str, classes: tuple[str, str, str]) -> None:
    answer = post("cytology_policy", {"raw": raw, "volume_ml": 8})

    assert tuple(answer["results"][policy]["csf_cytology"] for policy in POLICIES) == classes


@pytest.mark.parametrize(("volume_ml", "expected"), [(4.9, "inadequate"), (5, "negative")])
@pytest.mark.parametrize("raw", ("negative", "benign"))
def test_a_negative_needs_five_millilitres(raw: str, volume_ml: float, expected: str) -> None:
    results = post("cytology_policy", {"raw": raw, "volume_ml": volume_ml})["results"]

    assert {result["csf_cytology"] for result in results.values()} == {expected}


def test_a_positive_counts_at_any_volume() -> None:
    assert cytology_class("malignant", Decimal("0.5")) == "positive"


def test_a_negative_of_unknown_volume_has_no_class() -> None:
    assert_answers("cytology_policy", {"raw": "negative"}, {"value": "not_evaluable", "missing": ["volume_ml"]})
    assert_answers("cytology_policy", {"raw": "atypical"}, {"value": "computed"})
    assert_answers("cytology_policy", {}, {"value": "not_evaluable", "missing": ["raw"]})


def test_the_same_sample_can_be_type_one_and_type_two() -> None:
    results = post("cytology_policy", {"raw": "suspicious", "mri_lm": "A", "clinical_lm": "typical", "cancer": "yes"})[
        "results"
    ]

    assert results["eano_esmo"] == {"csf_cytology": "equivocal", "type_letter": "IIA", "certainty": "probable"}
    assert results["rct_dichotomy"] == {"csf_cytology": "positive", "type_letter": "IA", "certainty": "confirmed"}


def test_only_the_policies_asked_for_are_answered() -> None:
    results = post("cytology_policy", {"raw": "atypical", "policies": ["radiate_lm"]})["results"]

    assert results == {"radiate_lm": {"csf_cytology": "equivocal"}}


PAN_ITEMS = ("history_of_malignancy", "clinical", "imaging", "csf_cytology", "csf_biochemistry")


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (("yes", "typical", "normal", "negative", "normal"), ("further_work_up", 3, 3, True)),
        (("yes", "single_symptom", "suggestive", "negative", "abnormal"), ("suspicious", 4, 3, True)),
        (("yes", "none", "diagnostic", "negative", "normal"), ("confirmed", 5, 5, True)),
        (("yes", "typical", "suggestive_and_diagnostic", "malignant", "abnormal"), ("confirmed", 13, 7, True)),
        (("no", "none", "normal", "negative", "normal"), ("further_work_up", 0, 0, False)),
        (("yes", "single_symptom", "normal", "suspicious", "normal"), ("confirmed", 5, 2, False)),
        (("yes", "none", "normal", "suspicious", "normal"), ("suspicious", 4, 1, False)),
    ],
)
def test_pan_score(findings: tuple[str, ...], expected: tuple[Any, ...]) -> None:
    answer = post("pan_2018", dict(zip(PAN_ITEMS, findings, strict=True)))

    assert (answer["value"], answer["score"], answer["pre_csf_score"], answer["examine_csf"]) == expected


def test_pan_in_every_combination_of_findings() -> None:
    points = (
        {"no": 0, "yes": 1},
        {"none": 0, "single_symptom": 1, "typical": 2},
        {"normal": 0, "suggestive": 1, "diagnostic": 4, "suggestive_and_diagnostic": 4},
        {"negative": 0, "suspicious": 3, "malignant": 5},
        {"normal": 0, "abnormal": 1},
    )
    for findings in product(*points):
        scores = [of_item[finding] for of_item, finding in zip(points, findings, strict=True)]
        answer = post("pan_2018", dict(zip(PAN_ITEMS, findings, strict=True)))
        label = "confirmed" if sum(scores) >= 5 else "suspicious" if sum(scores) == 4 else "further_work_up"
        assert (answer["value"], answer["score"]) == (label, sum(scores))
        assert (answer["pre_csf_score"], answer["examine_csf"]) == (sum(scores[:3]), sum(scores[:3]) >= 3)
        # Section 17: which findings are suggestive or diagnostic is still to be checked.
        assert ("criteria_not_verified" in answer["warnings"]) == (findings[2] != "normal")


def test_pan_unknown_cytology_leaves_all_labels_above_four_open() -> None:
    """2.7, test 4: 4, 7 or 9 possible."""
    findings = dict(zip(PAN_ITEMS, ("yes", "typical", "suggestive", "unknown", "normal"), strict=True))
    answer = post("pan_2018", findings)

    assert (answer["value"], answer["missing"], answer["score"]) == ("not_evaluable", ["csf_cytology"], None)
    assert set(answer["candidates"]) == {"suspicious", "confirmed"}


def test_pan_label_stands_where_the_unknown_item_cannot_change_it() -> None:
    findings = dict(zip(PAN_ITEMS, ("yes", None, "diagnostic", "negative", None), strict=True))

    assert_answers("pan_2018", findings, {"value": "confirmed", "score": None, "examine_csf": True})
