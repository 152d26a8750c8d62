"""What holds for every rule set, whatever is legally asked: total, deterministic, monotone in knowledge."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.lano import MAX_LEVEL as LANO_LEVELS
from leptobridge.clinical.nano import MAX_LEVEL as NANO_LEVELS
from leptobridge.clinical.system import InvalidInputsError
from tests.clinical.rule_inputs import bodies, forget, known_paths
from tests.clinical.rule_service import OPEN_LISTS, post

NAMES: Final = sorted(SYSTEMS)

#: Values that leave a question open, or refuse it: more knowledge may turn them into anything.
OPEN: Final = frozenset({"NE", "not_evaluable", "indeterminate", "invalid_input"})
#: Values that any system may give beside those of its table (rule interface 0.1).
ENVELOPE_VALUES: Final = frozenset({"not_evaluable", "invalid_input", "not_applicable", "not_supported"})

#: Components of the LM response, of which an unknown one is NE.
COMPONENTS: Final = ("neuro", "attribution", "imaging", "imaging_derived", "imaging_reader", "csf", "primary")

#: Inputs whose absence the reference reads in a way of its own: a default, an event that did not happen, or a section's
#: rule for the missing item, which goes before G1.
EXEMPT: Final[Mapping[str, Collection[str]]] = {
    # 2.2: without shares two patterns are C, with a warning
    "mri_subtype": ("linear_share_percent", "nodule_share_percent"),
    # M1, R-05: missing cytology and biopsy; R-08: the clinician's status
    "eano_esmo_classification": ("csf_cytology", "samples", "meningeal_biopsy", "lm_status"),
    # 3.2, 8.2 N4: a domain that was not assessed is left out; R-02: the clinician stands in; R-03
    "lano_change": (
        *LANO_LEVELS,
        "baseline",
        "current",
        "best",
        "clinician_neuro",
        "explained_by_other_cause",
        "other_domains_normal",
    ),
    "nano_change": (*NANO_LEVELS, "baseline", "current", "best", "non_evaluable"),
    "nano_total": (*NANO_LEVELS, "domain_scores"),
    # G9: the reader's grade is kept
    "lm_scorecard": ("rater_overall",),
    # 5.3, 5.4: C1, C2 and C3 decide while other components are NE; unrepeated CSF; in scope without a primary
    "lm_comp_1": COMPONENTS,
    "lm_comp_1_course": (*COMPONENTS, "other_cause_found", "as_of_date", "death_date"),
    # 7.1: targets are present, the nadir is the baseline, D-44, an irradiated lesion is named as such
    "recist_1_1": ("targets", "nadir_sum_mm", "tumour_markers_normal", "lesions"),
    "recist_lesion": ("irradiated", "progressed_since_irradiation"),
    # 7.2: no further increase unless it is stated; what an earlier visit did not document is no earlier iUPD, and
    # whether a visit is an earlier iUPD can rest on the baseline sum
    "irecist": ("baseline_sum_mm", "non_targets_increased", "target_sum_mm", "non_targets", "new_lesions_mm"),
    # 9.1: a protocol's own equivalence
    "ps_conversion": ("protocol",),
    # 9.2: an unknown gene status scores 0
    "lung_molgpa": ("gene_status",),
    # 9.3: cut-offs of the reference unless others are configured
    "lm_molgpa": ("cutoffs", "middle", "high"),
    # 10.2: diffuse spread is stated
    "oligometastatic_state": ("diffuse_spread",),
    # 11.1: what is not shown to be adequate is not relied on
    "csf_sample_adequacy": ("csf_cytology", "site", "volume_ml", "processed_min", "fixed", "known_disease_site"),
    "csf_ctc": ("count_censored",),
    # 14.8: nobody is lost to follow-up unless it is stated
    "simon_two_stage": ("status_unknown",),
    # 14.13: a clearance is documented
    "deferoxamine_disease_status": ("clear_after_therapy",),
    # 15.1: missing dates are events that did not happen
    "endpoint": (
        "assessments",
        "missed_visit_dates",
        "pd_date",
        "suspected_pd_date",
        "resolution",
        "resolved_date",
        "death_date",
        "last_known_alive_date",
    ),
    # 15.2: without a day of the question there is only a schedule
    "follow_up": ("as_of_date",),
}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_every_legal_request_has_a_complete_answer(name: str, data: st.DataObject) -> None:
    system = SYSTEMS[name]
    body = data.draw(bodies(name))
    answer = post(name, body)

    assert _allowed(answer["value"], system.values) or answer["value"] in ENVELOPE_VALUES
    assert answer["rule"] and answer["criteria_version"]
    for list_ in (*OPEN_LISTS, "inputs_used"):
        assert all(isinstance(entry, str) for entry in answer[list_])
    assert set(answer["inputs_used"]) <= {given_name for given_name, value in body.items() if value is not None}
    envelope = {"value", "rule", "criteria_version", "inputs_used", "reason", *OPEN_LISTS}
    assert set(answer) - envelope <= {output.name for output in system.outputs}
    # Nothing is missing where a sample is known to be inadequate (CSF4), or the reader says NE of a complete card (G9).
    stated = answer["rule"] == "CSF4" or "mismatch" in answer["warnings"]
    if answer["value"] in ("NE", "not_evaluable") and not stated:
        assert answer["missing"] or answer["reason"]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_answer_depends_on_the_content_alone(name: str, data: st.DataObject) -> None:
    """Not on the order of the members, nor on an earlier request, nor on whether unknown is written or left out."""
    body = data.draw(bodies(name))
    answer = post(name, body)

    assert post(name, body) == answer
    assert post(name, _reversed(body)) == answer


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_decided_value_stands_when_more_becomes_known(name: str, data: st.DataObject) -> None:
    body = data.draw(bodies(name))
    exempt = EXEMPT.get(name, ())
    paths = [path for path in known_paths(body) if path[-1] not in exempt]
    if not paths:
        return
    less = forget(body, data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3, unique=True)))
    try:
        before = post(name, less)
    except InvalidInputsError:
        return
    known = post(name, body)
    if before["value"] not in OPEN and known["value"] not in OPEN:
        assert before["value"] == known["value"], less


def _allowed(value: Any, schema: Mapping[str, Any]) -> bool:
    if "anyOf" in schema:
        return any(_allowed(value, option) for option in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _reversed(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _reversed(value) for name, value in reversed(body.items())}
    return [_reversed(value) for value in body] if isinstance(body, list) else body
