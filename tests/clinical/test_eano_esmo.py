"""EANO-ESMO type, letter and certainty: rows and modifiers of 2.3, worked examples of 2.4, rules of section 19."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

SYSTEM = "eano_esmo_classification"
LUNG_CANCER = {"primary": "lung_cancer", "cancer": "yes"}


def patient(**facts: Any) -> dict[str, Any]:
    """A patient with lung cancer, negative cytology and no biopsy, but for the facts given."""
    return {**LUNG_CANCER, "csf_cytology": "negative", "meningeal_biopsy": "not_done", **facts}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"csf_cytology": "positive", "mri_lm": "D_normal", "clinical_lm": "none"},
            {"type_letter": "ID", "value": "confirmed", "rule": "EE2"},
            id="EE-T1",
        ),
        pytest.param(
            {
                "csf_cytology": None,
                "samples": [{"csf_cytology": "negative"}, {"csf_cytology": "negative"}],
                "mri_lm": "A",
                "clinical_lm": "typical",
            },
            {"type_letter": "IIA", "value": "probable", "rule": "EE4"},
            id="EE-T2",
        ),
        pytest.param(
            {"csf_cytology": "equivocal", "mri_lm": "C", "clinical_lm": "atypical"},
            {"type_letter": "IIC", "value": "possible", "rule": "EE5", "actions": ["repeat_lumbar_puncture"]},
            id="EE-T3",
        ),
        pytest.param(
            {"mri_lm": "D_hydrocephalus", "clinical_lm": "typical"},
            {"type_letter": "IID", "value": "possible", "rule": "EE6"},
            id="EE-T4",
        ),
        pytest.param(
            {"mri_lm": "D_normal", "clinical_lm": "none"},
            {"type": None, "letter": None, "type_letter": None, "value": "lack_of_evidence", "rule": "EE7"},
            id="EE-T5",
        ),
        pytest.param(
            {"meningeal_biopsy": "positive", "mri_lm": "B", "clinical_lm": "none"},
            {"type_letter": "IB", "value": "confirmed", "rule": "EE1"},
            id="EE-T6",
        ),
        pytest.param(
            {"mri_lm": "not_done", "clinical_lm": "typical"},
            {"type": None, "value": "not_evaluable", "rule": "EE8", "missing": ["mri_lm"]},
            id="EE-T7",
        ),
    ],
)
def test_worked_example(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    assert_answers(SYSTEM, patient(**facts), expected)


PATTERNS = ("A", "B", "C", "present")
NO_PATTERNS = ("D_hydrocephalus", "D_normal")
CLINICAL = ("typical", "atypical", "none", "unknown")


@pytest.mark.parametrize("clinical", CLINICAL)
@pytest.mark.parametrize("mri", (*PATTERNS, *NO_PATTERNS, "not_done"))
@pytest.mark.parametrize("route", ({"csf_cytology": "positive"}, {"meningeal_biopsy": "positive"}))
def test_tumour_cells_confirm_whatever_else(route: dict[str, str], mri: str, clinical: str) -> None:
    answer = post(SYSTEM, patient(**route, mri_lm=mri, clinical_lm=clinical, cancer="unknown"))

    assert (answer["value"], answer["type"]) == ("confirmed", "I")
    assert answer["rule"] == ("EE1" if mri in PATTERNS else "EE2" if mri in NO_PATTERNS else "EE3")
    assert answer["letter"] == (None if mri in ("present", "not_done") else mri[0])
    assert ("mri_missing" in answer["warnings"]) == (mri == "not_done")


@pytest.mark.parametrize("mri", PATTERNS)
@pytest.mark.parametrize(
    ("facts", "value", "rule", "missing"),
    [
        ({"clinical_lm": "typical", "cancer": "yes"}, "probable", "EE4", set()),
        ({"clinical_lm": "typical", "cancer": "unknown"}, "not_evaluable", "EE4", {"cancer"}),
        ({"clinical_lm": "typical", "cancer": "no"}, "possible", "EE11", set()),
        ({"clinical_lm": "atypical", "cancer": "yes"}, "possible", "EE5", set()),
        ({"clinical_lm": "none", "cancer": "unknown"}, "possible", "EE5", set()),
        ({"clinical_lm": "unknown", "cancer": "yes"}, "not_evaluable", "EE9", {"clinical_lm"}),
        ({"clinical_lm": "unknown", "cancer": "no"}, "possible", "EE9", set()),
    ],
)
def test_a_pattern_without_tumour_cells_is_type_two(
    mri: str, facts: dict[str, str], value: str, rule: str, missing: set[str]
) -> None:
    answer = post(SYSTEM, patient(mri_lm=mri, **facts))

    assert (answer["value"], answer["rule"], answer["type"]) == (value, rule, "II")
    assert answer["type_letter"] == (None if mri == "present" else f"II{mri}")
    assert set(answer["missing"]) == missing | ({"mri_lm"} if mri == "present" else set())
    assert ("no_known_cancer" in answer["warnings"]) == (rule == "EE11")
    assert set(answer["candidates"]) == ({"probable", "possible"} if value == "not_evaluable" else set())


@pytest.mark.parametrize("mri", NO_PATTERNS)
@pytest.mark.parametrize(
    ("clinical", "value", "rule", "type_letter"),
    [
        ("typical", "possible", "EE6", "IID"),
        ("atypical", "lack_of_evidence", "EE7", None),
        ("none", "lack_of_evidence", "EE7", None),
        ("unknown", "not_evaluable", "EE10", None),
    ],
)
def test_no_pattern_without_tumour_cells(
    mri: str, clinical: str, value: str, rule: str, type_letter: str | None
) -> None:
    expected: dict[str, Any] = {"value": value, "rule": rule, "type_letter": type_letter}
    if rule == "EE10":
        expected |= {"type": None, "missing": ["clinical_lm"], "candidates": ["possible", "lack_of_evidence"]}

    assert_answers(SYSTEM, patient(mri_lm=mri, clinical_lm=clinical), expected)


@pytest.mark.parametrize(
    ("clinical", "candidates"),
    [
        ("typical", {"probable", "possible"}),
        ("atypical", {"possible", "lack_of_evidence"}),
        ("none", {"possible", "lack_of_evidence"}),
    ],
)
def test_without_mri_the_certainties_that_remain_are_named(clinical: str, candidates: set[str]) -> None:
    assert set(post(SYSTEM, patient(clinical_lm=clinical, mri_lm="not_done"))["candidates"]) == candidates


@pytest.mark.parametrize("cytology", ("not_done", "inadequate", None))
def test_missing_cytology_makes_type_two_provisional(cytology: str | None) -> None:
    facts = patient(csf_cytology=cytology, clinical_lm="typical")

    for mri, value in (("A", "probable"), ("D_normal", "possible")):
        assert_answers(SYSTEM, {**facts, "mri_lm": mri}, {"value": value, "provisional": "cytology_missing"})
    assert_answers(SYSTEM, {**facts, "mri_lm": "A", "cancer": "no"}, {"provisional": "cytology_missing"})
    assert_answers(SYSTEM, {**facts, "mri_lm": "A", "meningeal_biopsy": "positive"}, {"provisional": None})
    assert_answers(SYSTEM, {**facts, "mri_lm": "A", "csf_cytology": "negative"}, {"provisional": None})


@pytest.mark.parametrize(
    ("samples", "type_", "provisional", "repeat"),
    [
        ([{"csf_cytology": "negative"}, {"csf_cytology": "positive", "volume_ml": 2}], "I", None, False),
        ([{"csf_cytology": "negative"}, {"csf_cytology": "equivocal"}], "II", None, True),
        ([{"csf_cytology": "negative"}], "II", None, True),
        ([{"csf_cytology": "negative"}, {"csf_cytology": "negative"}], "II", None, False),
        ([{"csf_cytology": "inadequate"}, {"csf_cytology": "not_done"}], "II", "cytology_missing", False),
        ([{"csf_cytology": "negative", "volume_ml": 4.9}], "II", "cytology_missing", True),
        ([{"csf_cytology": "negative", "volume_ml": 5}], "II", None, True),
        ([{}], "II", "cytology_missing", False),
    ],
)
def test_the_strongest_sample_gives_the_class(
    samples: list[dict[str, Any]], type_: str, provisional: str | None, repeat: bool
) -> None:
    for order in (samples, samples[::-1]):
        answer = post(SYSTEM, patient(csf_cytology=None, samples=order, mri_lm="A", clinical_lm="typical"))
        assert (answer["type"], answer["provisional"]) == (type_, provisional)
        assert ("repeat_lumbar_puncture" in answer["actions"]) == repeat


def test_auxiliary_csf_results_are_shown_and_change_nothing() -> None:
    facts = patient(mri_lm="D_normal", clinical_lm="none")
    plain, with_cells = (
        post(SYSTEM, facts),
        post(SYSTEM, {**facts, "csf_ctc_positive": True, "csf_ctdna_detected": True}),
    )

    assert with_cells["value"] == plain["value"] == "lack_of_evidence"
    assert with_cells["notes"] == ["ctc_supports_lm"]
    assert post(SYSTEM, {**facts, "csf_ctc_positive": True, "csf_cytology": "positive"})["notes"] == []
    assert post(SYSTEM, {**facts, "csf_ctc_positive": True, "primary": "melanoma"})["notes"] == []


def test_2017_knows_one_class_d() -> None:
    facts = patient(mri_lm="D_hydrocephalus", clinical_lm="typical")

    assert_answers(SYSTEM, facts, {"mri_class": "D_hydrocephalus", "criteria_version": "eano-esmo-2023"})
    in_2017 = {**facts, "criteria_version": "eano-esmo-2017"}
    assert_answers(SYSTEM, in_2017, {"mri_class": "D", "criteria_version": "eano-esmo-2017", "type_letter": "IID"})


@pytest.mark.parametrize("primary", ("primary_brain_tumour", "lymphoma", "leukaemia", "other_haematological"))
def test_other_primaries_are_outside_the_scope(primary: str) -> None:
    facts = patient(primary=primary, csf_cytology="positive", mri_lm="A", clinical_lm="typical")

    assert_answers(
        SYSTEM, facts, {"value": "not_evaluable", "reason": "outside_scope", "type": None, "compartment": None}
    )


def test_an_unknown_primary_could_lie_outside_the_scope() -> None:
    facts = patient(primary=None, csf_cytology="positive", mri_lm="A", clinical_lm="typical")

    assert_answers(
        SYSTEM, facts, {"value": "not_evaluable", "missing": ["primary"], "candidates": ["confirmed"], "type": None}
    )


def test_without_a_known_cancer_no_primary_is_asked_for() -> None:
    facts = patient(primary=None, cancer="no", mri_lm="A", clinical_lm="typical")

    assert_answers(SYSTEM, facts, {"value": "possible", "rule": "EE11", "warnings": ["no_known_cancer"]})


def test_a_spine_that_was_not_imaged_keeps_the_class_open() -> None:
    """R-06."""
    brain_only = {"mri_lm": None, "brain_imaged": True, "spine_imaged": False, "clinical_lm": "typical"}

    confirmed = post(SYSTEM, patient(csf_cytology="positive", **brain_only))
    assert (confirmed["rule"], confirmed["type"], confirmed["letter"]) == ("EE3", "I", None)
    assert "spine_imaged" in confirmed["missing"] and "brain_imaged" not in confirmed["missing"]
    assert_answers(
        SYSTEM, patient(**brain_only), {"value": "not_evaluable", "rule": "EE8", "missing": ["spine_imaged"]}
    )


def test_dural_tissue_is_no_leptomeningeal_disease() -> None:
    """R-07."""
    facts = patient(dural_biopsy="positive", clinical_lm="none")

    assert_answers(SYSTEM, {**facts, "mri_lm": "D_normal"}, {"value": "lack_of_evidence", "compartment": "dural"})
    assert_answers(SYSTEM, {**facts, "mri_lm": "A"}, {"value": "possible", "compartment": "both"})
    facts["dural_biopsy"] = "negative"
    assert_answers(SYSTEM, {**facts, "mri_lm": "A"}, {"compartment": "leptomeningeal"})
    assert_answers(SYSTEM, {**facts, "mri_lm": "D_normal"}, {"compartment": None})


def test_a_refuted_diagnosis_is_history() -> None:
    """R-08."""
    facts = patient(
        csf_cytology="not_done",
        mri_lm="A",
        clinical_lm="typical",
        lm_status="refuted",
        lm_refuted_reason="neurosarcoidosis",
        lm_refuted_date="2026-03-02",
    )

    assert_answers(
        SYSTEM,
        facts,
        {
            "value": "refuted",
            "reason": "neurosarcoidosis",
            "type": None,
            "letter": None,
            "type_letter": None,
            "provisional": None,
            "compartment": None,
            "history": {"value": "probable", "type": "II", "letter": "A", "type_letter": "IIA"},
        },
    )


@pytest.mark.parametrize(
    ("mri", "nodules_mm", "flags"),
    [
        ("B", [[5, 10]], []),
        ("B", [[4, 30]], ["nodule_size_below_diagnostic"]),
        ("C", None, ["nodule_size_unknown"]),
        ("A", None, []),
        ("present", None, []),
    ],
)
def test_nodule_size_is_flagged_beside_b_and_c(mri: str, nodules_mm: Any, flags: list[str]) -> None:
    """R-11."""
    assert post(SYSTEM, patient(mri_lm=mri, nodules_mm=nodules_mm, clinical_lm="typical"))["flags"] == flags


@pytest.mark.parametrize(
    ("facts", "carried"),
    [
        ({"mri_lm": "A", "clinical_lm": "typical"}, False),
        ({"mri_lm": "A", "csf_cytology": "positive"}, False),
        ({"mri_lm": "A", "clinical_lm": "none"}, True),
        ({"mri_lm": "D_normal", "clinical_lm": "typical"}, True),
        ({"mri_lm": "A", "clinical_lm": "typical", "csf_cytology": "not_done"}, True),
        ({"mri_lm": "present", "clinical_lm": "typical"}, True),
    ],
)
def test_rows_from_recall_say_so(facts: dict[str, str], carried: bool) -> None:
    """G10."""
    assert ("criteria_not_verified" in post(SYSTEM, patient(**facts))["warnings"]) == carried


def test_the_cohort_of_2019_agrees_with_the_table() -> None:
    """2.5: type I = confirmed; type II = probable + possible, all IID possible."""
    cohort = {"IA": 86, "IB": 19, "IC": 39, "ID": 45, "IIA": 28, "IIB": 13, "IIC": 16, "IID": 8}
    mri = {"A": "A", "B": "B", "C": "C", "D": "D_normal"}
    certainty: dict[str, int] = {}
    for type_letter, patients in cohort.items():
        cytology = "negative" if type_letter.startswith("II") else "positive"
        answer = post(SYSTEM, patient(csf_cytology=cytology, mri_lm=mri[type_letter[-1]], clinical_lm="typical"))
        assert answer["type_letter"] == type_letter
        certainty[answer["value"]] = certainty.get(answer["value"], 0) + patients

    assert certainty["confirmed"] == 189
    assert certainty["possible"] == 8
    assert certainty["probable"] == 51 + 6  # those of IIA to IIC without typical signs were possible in the cohort
