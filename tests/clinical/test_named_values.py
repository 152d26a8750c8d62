"""Each name that the reference prints is answered where its condition holds: states, drugs, rule ids, lacks."""

from typing import Any

import pytest

from tests.clinical.rule_service import assert_answers, post

LATE = {"primary_diagnosis_date": "2024-01-01", "oligometastasis_diagnosis_date": "2026-01-01"}


@pytest.mark.parametrize(
    ("state", "name", "history"),
    [
        (1, "synchronous_oligometastatic_disease",
         {"q1": "no", "q2": "no", **LATE, "primary_diagnosis_date": "2025-12-01"}),
        (2, "metachronous_oligorecurrence", {"q1": "no", "q2": "no", **LATE, "q4": "no"}),
        (3, "metachronous_oligoprogression", {"q1": "no", "q2": "no", **LATE, "q4": "yes", "q5": "yes"}),
        (4, "repeat_oligorecurrence", {"q1": "no", "q2": "yes", "q4": "no"}),
        (5, "repeat_oligoprogression", {"q1": "no", "q2": "yes", "q4": "yes", "q5": "yes"}),
        (6, "repeat_oligopersistence", {"q1": "no", "q2": "yes", "q4": "yes", "q5": "no"}),
        (7, "induced_oligorecurrence", {"q1": "yes", "q4": "no"}),
        (8, "induced_oligoprogression", {"q1": "yes", "q4": "yes", "q5": "yes"}),
        (9, "induced_oligopersistence", {"q1": "yes", "q4": "yes", "q5": "no"}),
    ],
)  # fmt: skip
def test_the_nine_oligometastatic_states_have_their_names(state: int, name: str, history: dict[str, Any]) -> None:
    """10.3."""
    asked = {"metastases": 2, "organs": 1, "lm": "none", **history}
    assert_answers("oligometastatic_state", asked, {"value": name, "state": state, "rule": f"10.3/{state}"})


@pytest.mark.parametrize(
    ("drug", "generation"),
    [
        ("crizotinib", 1), ("alectinib", 2), ("brigatinib", 2), ("ceritinib", 2), ("ensartinib", 2),
        ("iruplinalkib", 2), ("lorlatinib", 3), ("TPX-0131", 4), ("NVL-655", 4), ("AB-106", None),
    ],
)  # fmt: skip
def test_every_alk_inhibitor_has_its_generation(drug: str, generation: int | None) -> None:
    """13.1, E13."""
    assert_answers("alk_tki_generation", {"drugs": [drug]}, {"generations": {drug: generation}})


def test_an_unknown_technique_is_named_item_by_item() -> None:
    answer = post("mri_qa", {"field_strength_t": 3})
    assert answer["items"]["field_strength_t"] == "pass"
    assert {value for name, value in answer["items"].items() if name != "field_strength_t"} == {"not_evaluable"}


@pytest.mark.parametrize(
    ("system", "asked", "missing"),
    [
        ("trial_response_rates", {"responses": []}, {"responses"}),
        ("lano_change", {"baseline": {}, "current": {}}, {"baseline", "current"}),
    ],
)
def test_what_nobody_sent_is_missing(system: str, asked: dict[str, Any], missing: set[str]) -> None:
    assert missing <= set(post(system, asked)["missing"])


def test_the_pattern_after_cart_names_its_rule() -> None:
    seen = {"progression_at_original_or_adjacent_site": True, "new_lesion_elsewhere": False, "new_lmd": False}
    assert_answers("cart_pattern", {**seen, "prior_lmd": False}, {"value": "local", "rule": "PD-PAT"})
    nothing = dict.fromkeys(seen, False)
    assert_answers("cart_pattern", nothing, {"value": "not_applicable", "rule": "PD-PAT"})


@pytest.mark.parametrize("position", [0, 1])
def test_a_visit_that_contradicts_itself_stops_the_course(position: int) -> None:
    suspected = {"date": "2026-01-12", "neuro": "worse", "imaging": "SD", "csf": "NN", "b_img": True, "b_csf": False}
    later = {**suspected, "date": "2026-02-09", "neuro": "stable"}
    visits = [suspected, later]
    visits[position] = {**visits[position], "baseline_mri_lm": "D_normal"}
    assert post("lm_comp_1_course", {"visits": visits})["value"] == "invalid_input"


def test_a_grade_beyond_five_is_no_toxicity() -> None:
    toxicity = {"trial": "NCT03520504", "kind": "haematological", "days_after_pcsi": 3, "rt_related": True}
    assert post("dlt", {**toxicity, "grade": 6})["value"] == "invalid_input"
    assert post("dlt", {**toxicity, "grade": 5})["value"] == "dlt"


def test_a_baseline_sample_without_volume_lacks_more_than_a_baseline() -> None:
    """A negative of a lymphoma's baseline needs its flow cytometry (CSF3)."""
    sample = {"date": "2026-01-01", "csf_cytology": "negative", "volume_ml": 12, "processed_min": 10}
    asked = {"baseline": [sample], "follow_up": [{**sample, "date": "2026-02-01"}], "primary": "lymphoma"}
    assert_answers("csf_state", asked, {"value": "NE", "missing": ["baseline", "flow"]})


def test_two_sites_are_clear_when_the_later_one_is_confirmed() -> None:
    """CSF2: the lumbar samples are confirmed on 1 March, the ventricular ones on 12 March."""

    def sample(day: str, site: str, found: str = "negative") -> dict[str, Any]:
        return {"date": day, "site": site, "csf_cytology": found, "volume_ml": 12, "processed_min": 10}

    asked = {
        "baseline": [sample("2026-01-01", "lumbar", "positive")],
        "follow_up": [
            sample("2026-02-01", "lumbar"),
            sample("2026-02-12", "ventricular"),
            sample("2026-03-01", "lumbar"),
            sample("2026-03-12", "ventricular"),
        ],
        "ventricular_device": True,
        "primary": "breast_cancer",
    }
    assert_answers("csf_state", asked, {"value": "CLEAR_C", "rule": "CSF2", "confirmed_date": "2026-03-12"})
