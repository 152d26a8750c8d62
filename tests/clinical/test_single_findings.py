"""Single findings that tip a decision, and what one unknown finding leaves open."""

from decimal import Decimal
from typing import Any

import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.cytology import CytologyPolicy, cytology_class, strongest_class
from leptobridge.clinical.rano_bm_rules import Criteria, respond
from tests.clinical.rule_service import assert_answers, post

NEGATIVE = {"csf_cytology": "negative", "volume_ml": 12, "fixed": True}


@pytest.mark.parametrize(
    ("domain", "highest"),
    [
        ("gait", 3),
        ("strength", 3),
        ("sensation", 2),
        ("vision", 3),
        ("eye_movements", 3),
        ("facial_strength", 2),
        ("hearing", 3),
        ("swallowing", 2),
        ("level_of_consciousness", 3),
        ("behaviour", 2),
    ],
)
def test_every_lano_domain_ends_at_its_highest_level(domain: str, highest: int) -> None:
    """3.2: newly reaching the highest level is worse; there is no level above it."""
    reached = {"baseline": {domain: highest - 1}, "current": {domain: highest}}
    above = {"baseline": {domain: 0}, "current": {domain: highest + 1}}

    assert_answers("lano_change", reached, {"value": "worse"})
    assert_answers("lano_change", above, {"value": "invalid_input", "reason": "level_outside_scale"})


def test_one_platform_above_its_cut_off_supports_lm_beside_a_negative_cytology() -> None:
    """11.2: 0.95 cells per ml is below 1 of Lin 2017 and above 0.9 of van Bussel 2020."""
    cells = {"primary": "breast_cancer", "count": 19, "volume_ml": 20, "csf_cytology": "negative"}

    assert_answers("csf_ctc", cells, {"lin_2017": "negative", "van_bussel_2020": "positive"})
    assert post("csf_ctc", cells)["notes"] == ["ctc_supports_lm"]


def test_flow_that_is_unknown_could_be_negative_or_show_involvement() -> None:
    """11.4, G1."""
    answer = post("csf_flow", {"primary": "lymphoma", "csf_cytology": "negative", "active_meningitis": False})

    assert (answer["value"], answer["missing"]) == ("not_evaluable", ["flow"])
    assert set(answer["candidates"]) == {"negative", "csf_involvement_by_flow"}


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [
        ({"samples": [NEGATIVE, {"volume_ml": 12, "fixed": True}]}, ["csf_cytology"]),
        ({"samples": [{**NEGATIVE, "site": "lumbar"}, NEGATIVE], "known_disease_site": "ventricular"}, ["site"]),
    ],
)
def test_one_sample_that_is_not_described_is_what_a_reliable_negative_lacks(
    inputs: dict[str, Any], missing: list[str]
) -> None:
    """11.1."""
    answer = post("csf_sample_adequacy", inputs)

    assert (answer["value"], answer["missing"]) == ("not_reliable", missing)


@pytest.mark.parametrize(("known", "lacking"), [("reference_mm", "current_mm"), ("current_mm", "reference_mm")])
def test_nodules_of_one_scan_alone_suggest_nothing(known: str, lacking: str) -> None:
    """4.4."""
    answer = post("nodule_size_suggestion", {known: [[10, 8]], "new_measurable_nodule": False})

    assert (answer["value"], answer["missing"]) == ("not_evaluable", [lacking])


def test_enhancing_lesions_are_outside_the_rule_for_positive_csf_without_them() -> None:
    """RT-CN #3 (1.1)."""
    patient = {
        "meningism": "none",
        "enhancing_lesions": True,
        "recent_wbrt": False,
        "rt_tolerated": True,
        "clinical_suspicion": "strong",
        "csf_cytology": "positive",
    }

    assert_answers("rt_cn", patient, {"value": "not_evaluable", "reason": "no_row_matches"})
    assert_answers("rt_cn", {**patient, "enhancing_lesions": False}, {"rule": "RT-CN #3"})


@pytest.mark.parametrize(
    ("raw", "classes"),
    [
        ("acellular", ("inadequate", "inadequate", "inadequate")),
        ("suspicious", ("equivocal", "positive", "positive")),
        ("atypical", ("equivocal", "negative", "equivocal")),
        ("malignant", ("positive", "positive", "positive")),
    ],
)
def test_a_raw_word_has_a_class_under_every_policy(raw: str, classes: tuple[str, ...]) -> None:
    """2.6."""
    results = post("cytology_policy", {"raw": raw, "volume_ml": 10})["results"]
    policies = ("eano_esmo", "rct_dichotomy", "radiate_lm")

    assert tuple(results[policy]["csf_cytology"] for policy in policies) == classes


def test_an_inadequate_sample_says_more_than_one_not_done() -> None:
    """M4."""
    assert strongest_class(["not_done", "inadequate"]) == "inadequate"
    assert strongest_class(["inadequate", "negative"]) == "negative"


def test_unknown_non_targets_leave_complete_response_partial_response_and_progression_open() -> None:
    """6.2, G1."""
    criteria = Criteria(frozenset({"CR"}), None, "none", "none", frozenset({"stable"}), False)

    assert set(respond(criteria).decisions) == {"CR", "PR", "PD"}


def test_the_table_shown_holds_the_conditions_and_what_a_row_says() -> None:
    """11.4."""
    row = {"when": {"flow": ["negative"], "csf_cytology": ["equivocal"]}, "value": "not_evaluable", "rule": "11.4"}

    assert {**row, "reason": "equivocal_cytology"} in SYSTEMS["csf_flow"].table["11.4"]


def test_months_are_days_by_30_4375_half_up() -> None:
    """G5: 1426 days are 46.8501 months."""
    survived = {"infusion_date": "2020-01-01", "first_cns_pd_date": "2023-11-27"}

    assert_answers("cns_pfs", survived, {"cns_pfs1_days": 1426, "cns_pfs1_months": 46.9})


@pytest.mark.parametrize(
    ("system", "levels"),
    [
        ("nano_change", {"baseline": {"gait": 4}, "current": {"gait": 0}}),
        ("nano_total", {"domain_scores": {"gait": 4}}),
    ],
)
def test_a_nano_level_outside_its_scale_is_named_as_the_reason(system: str, levels: dict[str, Any]) -> None:
    """8.1."""
    assert_answers(system, levels, {"value": "invalid_input", "reason": "level_outside_scale"})


def test_one_inadequate_negative_calls_for_another_puncture() -> None:
    """11.1: an adequate negative beside it does not make up for it."""
    samples = [NEGATIVE, {**NEGATIVE, "volume_ml": 3}]

    assert post("csf_sample_adequacy", {"samples": samples})["actions"] == ["repeat_lumbar_puncture"]


def test_scans_of_another_number_of_brain_lesions_than_the_baseline_are_impossible() -> None:
    """6.2."""
    sizes = {"baseline_mm": [10, 10], "nadir_mm": [10], "current_mm": [10]}

    assert_answers("rano_bm", sizes, {"value": "invalid_input", "reason": "not_the_same_lesions"})


@pytest.mark.parametrize(
    ("findings", "missing", "candidates"),
    [
        ({"mri_lm": "not_done", "clinical_lm": "typical", "cancer": "no"}, {"mri_lm"}, {"possible"}),
        ({"mri_lm": "A"}, {"clinical_lm", "cancer"}, {"probable", "possible"}),
    ],
)
def test_the_classes_that_negative_csf_leaves_open(
    findings: dict[str, str], missing: set[str], candidates: set[str]
) -> None:
    """EE8, EE9 (2.3)."""
    patient = {"primary": "solid_tumour", "csf_cytology": "negative", **findings}
    answer = post("eano_esmo_classification", patient)

    assert (set(answer["missing"]), set(answer["candidates"])) == (missing, candidates)


@pytest.mark.parametrize("system", ["deferoxamine_disease_status", "lm_comp_1", "rano_bm_measurability"])
def test_an_open_question_is_marked_as_resting_on_criteria_to_be_verified(system: str) -> None:
    assert "criteria_not_verified" in post(system, {})["warnings"]


def test_a_trial_without_a_definition_of_toxicity_is_all_that_was_read() -> None:
    """14.2."""
    answer = post("dlt", {"trial": "NCT00000000", "grade": 4})

    assert (answer["value"], answer["inputs_used"]) == ("not_supported", ["trial"])


def test_median_survival_is_shown_as_published() -> None:
    """9.2, months by bracket from the lowest score up."""
    assert SYSTEMS["lung_molgpa"].table["median survival in months by bracket"] == {
        "adenocarcinoma": {
            "Sperduto 2017": [6.9, 13.7, 26.5, 46.8],
            "Nieder 2017": [3.0, 6.2, 14.7, 25.0],
            "Korea": [8.9, 17.0, 30.2, 44.7],
        },
        "other histology": {
            "Sperduto 2017": [5.3, 9.8, 12.8, None],
            "Nieder 2017": [2.4, 5.5, 12.5, None],
            "Korea": [6.7, 10.3, 13.2, None],
        },
    }


def test_complete_response_of_brain_metastases_names_its_row() -> None:
    """6.2."""
    scan = {"baseline_mm": [20], "nadir_mm": [20], "current_mm": [0], "immunotherapy": False, "new_lesion": "none"}
    patient = {**scan, "non_targets": "none", "corticosteroids": "none", "clinical_status": "stable"}

    assert_answers("rano_bm", patient, {"value": "CR", "rule": "6.2/CR"})


def test_non_targets_alone_that_were_not_all_evaluated_are_what_is_missing() -> None:
    """7.1."""
    patient = {"targets": "none_at_baseline", "new_lesion": "none", "non_targets": "not_all_evaluated"}
    answer = post("recist_1_1", patient)

    assert (answer["value"], answer["missing"]) == ("NE", ["non_targets"])


@pytest.mark.parametrize(("state", "value"), [(1, "conditional_recommendation"), (3, "no_statement")])
def test_every_statement_on_local_therapy_names_its_section(state: int, value: str) -> None:
    """10.4."""
    patient = {"state": state, "metastases": 2, "all_sites_safely_treatable": True, "mdt_decision": True}

    assert_answers("local_therapy_recommendation", patient, {"value": value, "rule": "10.4"})
    refused = {"value": "prerequisite_failed", "rule": "10.4"}
    assert_answers("local_therapy_recommendation", {**patient, "mdt_decision": False}, refused)
    assert_answers("local_therapy_recommendation", {**patient, "all_sites_safely_treatable": False}, refused)


@pytest.mark.parametrize("policy", ["eano_esmo", "rct_dichotomy", "radiate_lm"])
@pytest.mark.parametrize("word", ["equivocal", "inadequate", "not_done"])
def test_a_class_sent_in_place_of_a_word_is_the_same_under_every_policy(word: str, policy: CytologyPolicy) -> None:
    assert cytology_class(word, Decimal(12), policy) == word


@pytest.mark.parametrize("cancer", ["yes", "no", "unknown"])
def test_without_mri_and_examination_both_are_missing(cancer: str) -> None:
    assert_answers(
        "eano_esmo_classification",
        {"primary": "solid_tumour", "csf_cytology": "negative", "cancer": cancer},
        {"value": "not_evaluable", "rule": "EE8", "missing": ["mri_lm", "clinical_lm"]},
    )


def test_an_unknown_primary_lacks_what_either_reading_lacks() -> None:
    """CSF3, G1: of a solid tumour the device is not known, of a lymphoma the flow cytometry."""
    adequate = {"site": "lumbar", "volume_ml": 12, "processed_min": 10}
    samples = [
        {"date": day, "csf_cytology": found, **adequate}
        for day, found in (("2026-01-01", "positive"), ("2026-02-01", "negative"), ("2026-03-01", "negative"))
    ]
    assert_answers(
        "csf_state",
        {"baseline": samples[:1], "follow_up": samples[1:]},
        {"value": "NE", "rule": "G1", "missing": ["ventricular_device", "flow", "primary"]},
    )


@pytest.mark.parametrize(
    ("at_first", "then"), [("non_icr_non_iupd", "iCPD"), ("iUPD", "iUPD"), ("not_all_evaluated", "NE")]
)
def test_a_progression_in_another_category_confirms_only_if_that_category_was_judged_before(
    at_first: str, then: str
) -> None:
    """7.2: targets progress first, non-targets at the next scan."""
    visits = [
        {"week": 8, "target_sum_mm": 130, "non_targets": at_first, "new_lesions_mm": []},
        {"week": 14, "target_sum_mm": 130, "non_targets": "iUPD", "new_lesions_mm": []},
    ]
    assert_answers("irecist", {"baseline_sum_mm": 100, "visits": visits}, {"value": then})


def test_more_than_five_metastases_are_outside_the_recommendation() -> None:
    asked = {"state": 1, "metastases": 6, "all_sites_safely_treatable": True, "mdt_decision": True}
    assert_answers("local_therapy_recommendation", asked, {"value": "outside_scope", "rule": "10.4"})
