"""What every answer says of itself: its rule, the version of its criteria, every output (rule interface 0.1)."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.result import to_json_value
from tests.clinical.rule_service import post

EXAMPLES: Final = {
    example["system"]: example["inputs"]
    for example in json.loads((Path(__file__).parent / "interface_examples.json").read_text())
}


@pytest.mark.parametrize(
    ("system", "rule", "version"),
    [
        ("rano_bm_measurability", "6.1", "rano-bm-2015"),
        ("rano_bm_baseline_timing", "6.1", "rano-bm-2015"),
        ("rano_bm", "6.2/PR", "rano-bm-2015"),
        ("recist_1_1", "7.1/PD", "recist-1.1"),
        ("recist_1_1_course", "7.1/persistence", "recist-1.1"),
        ("lano_change", "N-Δ", "rano-lm-2017"),
        ("csf_state", "CSF1", "csf-state-1"),
        ("lm_scorecard", "SC-O1", "eortc-rano-2019"),
        ("lm_comp_1", "C7", "lm-comp-1"),
        ("lm_comp_1_course", "C7", "lm-comp-1"),
        ("nano_change", "N1", "nano-2017"),
        ("mri_subtype", "2.2/A", "eano-esmo-2023"),
        ("eano_esmo_classification", "EE5", "eano-esmo-2023"),
        ("oligometastatic_state", "10.3/6", "estro-eortc-2020"),
        ("ipcg", "PR (a)", "ipcg-2005"),
        ("it_ind", "IT-IND", "meningeal-metastasis-consensus-2026"),
        ("recommendation_grade", "R-GRADE", "meningeal-metastasis-consensus-2026"),
        ("csf_genotype", "9.4", "csf-genotype-1"),
        ("csf_sample_adequacy", "ADQ", "adq-1"),
        ("csf_ctc", "11.2", "csf-ctc-1"),
        ("csf_flow", "11.4", "csf-flow-1"),
        ("cart_pattern", "PD-PAT", "kaulen-2026"),
        ("cart_risk", "RISK-CART", "kaulen-2026"),
        ("cns_pfs", "12.1", "kaulen-2026"),
        ("cytology_policy", "2.6", "eano-esmo-2023"),
        ("pan_2018", "2.7", "pan-2018"),
        ("mri_qa", "2.1", "eano-esmo-2023"),
        ("lat_cov", "LAT-COV", "xu-2018"),
        ("local_therapy_recommendation", "10.4", "astro-estro-2023"),
        ("lung_molgpa", "9.2", "lung-molgpa-2017"),
        ("lm_molgpa", "9.3", "lm-molgpa-2019"),
        ("nano_total", "8.1", "nano-2017"),
        ("ps_conversion", "PS", "ps-1"),
        ("nodule_size_suggestion", "4.4", "eortc-rano-2019"),
        ("nodule_compartment", "4.1", "eortc-rano-2019"),
        ("nodule_measurable", "4.1", "eortc-rano-2019"),
        ("recist_lesion", "7.1", "recist-1.1"),
        ("irecist", "7.2", "irecist-2017"),
        ("alk_tki_generation", "13.1", "alk-tki-1"),
        ("alk_q", "ALK-Q", "alk-q-1"),
        ("pd_alk", "PD-ALK", "pd-alk-1"),
        ("dlt", "14.2", "nct03520504-1"),
        ("simon_two_stage", "14.8", "simon-1989"),
        ("simon_operating_characteristics", "14.8", "simon-1989"),
        ("trial_response_rates", "14.11", "nct03091478-1"),
        ("deferoxamine_disease_status", "14.13", "nct05184816-1"),
        ("abscopal_response", "14.17", "recist-1.1"),
        ("endpoint", "15.1", "endpoints-1"),
        ("rates", "15.1", "endpoints-1"),
        ("follow_up", "15.2", "follow-up-1"),
    ],
)
def test_an_answer_names_its_rule_and_the_inputs_it_rests_on(system: str, rule: str, version: str) -> None:
    answer = post(system, EXAMPLES[system])

    assert (answer["rule"], answer["criteria_version"]) == (rule, version)
    # 14.2: the name of a toxicity is for the reader; its kind decides.
    assert set(answer["inputs_used"]) == set(EXAMPLES[system]) - {"toxicity"}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_an_answer_that_lacks_everything_still_has_every_output(system: str) -> None:
    required = set(SYSTEMS[system].input_schema().get("required", ()))
    inputs: Mapping[str, Any] = {name: value for name, value in EXAMPLES[system].items() if name in required}

    assert {output.name for output in SYSTEMS[system].outputs} <= set(post(system, inputs))


@pytest.mark.parametrize(
    ("system", "inputs", "reason"),
    [
        ("rano_bm_measurability", {"longest_mm": 10, "perpendicular_mm": 11}, "perpendicular_above_longest"),
        ("recist_lesion", {"short_axis_mm": 11, "longest_mm": 10}, "short_axis_above_longest"),
        ("lat_cov", {"metastases_treated": 3, "metastases_total": 2}, "impossible_number_of_metastases"),
        ("csf_ctc", {"count": 3, "volume_ml": 0}, "impossible_volume_ml"),
        ("rano_bm_course", {"visits": [{"date": "2026-03-01"}, {"date": "2026-03-01"}]}, "two_visits_on_one_day"),
        ("lano_change", {"baseline": {"gait": 4}, "current": {"gait": 1}}, "level_outside_scale"),
        ("lung_molgpa", {"kps": 85}, "impossible_kps"),
        ("cns_pfs", {"second_cns_pd_date": "2026-03-01"}, "second_without_first_progression"),
    ],
)
def test_an_impossible_request_says_why_and_has_every_output(
    system: str, inputs: Mapping[str, Any], reason: str
) -> None:
    answer = post(system, inputs)

    assert (answer["value"], answer["reason"]) == ("invalid_input", reason)
    assert {output.name for output in SYSTEMS[system].outputs} <= set(answer)
    assert set(answer["inputs_used"]) == set(inputs)


@pytest.mark.parametrize(
    ("output", "data"),
    [
        (Fraction(1, 2), 0.5),
        (Fraction(6, 3), 2),
        (Decimal("2.0"), 2.0),
        (True, True),
        (date(2026, 1, 5), "2026-01-05"),
        ({"dates": (date(2026, 1, 5), None)}, {"dates": ["2026-01-05", None]}),
    ],
)
def test_every_output_is_plain_data(output: Any, data: Any) -> None:
    assert json.dumps(to_json_value(output)) == json.dumps(data)
