"""The examples of the rule interface, and its conventions for malformed requests (rule interface 0)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.system import ImpossibleInputsError, InvalidInputsError
from tests.clinical.rule_service import OPEN_LISTS, assert_answers, post

EXAMPLES = json.loads((Path(__file__).parent / "interface_examples.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["system"])
def test_example_of_the_rule_interface(example: Mapping[str, Any]) -> None:
    assert_answers(example["system"], example["inputs"], example["expected"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["system"])
def test_the_envelope_is_complete(example: Mapping[str, Any]) -> None:
    answer = post(example["system"], example["inputs"])

    assert all(isinstance(answer[name], list) for name in OPEN_LISTS)
    assert answer["criteria_version"] and answer["rule"] and "reason" in answer
    assert set(answer["inputs_used"]) <= set(example["inputs"])
    assert {output.name for output in SYSTEMS[example["system"]].outputs} <= set(answer)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["system"])
def test_schema_and_table_are_plain_data(example: Mapping[str, Any]) -> None:
    system = SYSTEMS[example["system"]]

    assert set(system.input_schema()["properties"]) >= set(example["inputs"])
    assert json.dumps(dict(system.table), default=dict)


@pytest.mark.parametrize(
    ("system", "body", "paths"),
    [
        ("mri_qa", "[1]", {""}),
        ("mri_qa", "{", {""}),
        ("mri_qa", '{"field_strength_t": "1.5", "coil": 1}', {"field_strength_t", "coil"}),
        ("mri_qa", '{"field_strength_t": true}', {"field_strength_t"}),
        ("mri_qa", '{"field_strength_t": 1e999}', {"field_strength_t"}),
        ("mri_subtype", '{"linear": "maybe", "brain_imaged": 1}', {"linear", "brain_imaged"}),
        ("mri_subtype", '{"linear_share_percent": "20"}', {"linear_share_percent"}),
        ("intrathecal_schedule", '{"regimen": "S0-30", "n_doses": 2.5}', {"n_doses"}),
        ("cns_pfs", '{"infusion_date": "20240110", "death_date": 20240501}', {"infusion_date", "death_date"}),
        ("mri_subtype", '{"nodules_mm": [[5, 10], [5]]}', {"nodules_mm[1][1]"}),
        ("lano_change", '{"current": {"gait": 1.5, "smell": 1}}', {"baseline", "current.gait", "current.smell"}),
        ("lano_change", '{"baseline": {"gait": 1e999}, "current": {}}', {"baseline.gait"}),
        ("csf_state", '{"baseline": [], "follow_up": [{"date": "2026-02-30"}]}', {"follow_up[0].date"}),
        ("csf_state", '{"baseline": [], "follow_up": [{"date": "2026-02"}]}', {"follow_up[0].date"}),
        ("lm_scorecard", '{"items": {"brain_nodules": {"baseline": true}}}', {"items.brain_nodules.baseline"}),
        ("lm_scorecard", '{"items": {"brain_nodules": {"size": 3}}}', {"items.brain_nodules.size"}),
        ("lm_scorecard", '{"items": {"epidural": {"baseline": 1}}}', {"items.epidural"}),
        ("simon_two_stage", '{"config": null, "stage": 3, "alive": 1, "n": 10}', {"config", "stage"}),
        ("lm_comp_1_course", '{"visits": []}', {"visits"}),
        ("lm_comp_1_course", '{"visits": [{"csf": "CLEAR"}]}', {"visits[0].date", "visits[0].csf"}),
        ("ps_conversion", '{"kps": 80, "criterion": {"scale": "who"}}', None),
    ],
)
def test_a_malformed_request_names_every_fault(system: str, body: str, paths: set[str] | None) -> None:
    with pytest.raises(InvalidInputsError) as error:
        SYSTEMS[system].evaluate(body.encode())

    expected = paths or {"criterion.scale", "criterion.comparator", "criterion.limit"}
    assert {fault.path for fault in error.value.faults} == expected


@pytest.mark.parametrize(
    ("system", "body", "message"),
    [
        ("mri_qa", "[1]", "a JSON object is expected"),
        ("mri_qa", '{"coil": 1}', "unknown field"),
        ("mri_qa", '{"field_strength_t": "1.5"}', "a number is expected"),
        ("lm_scorecard", '{"items": {"brain_nodules": {"size": 3}}}', "unknown field"),
        ("lm_scorecard", "{}", "required"),
        ("intrathecal_schedule", '{"regimen": "S0-30", "n_doses": 2.5}', "an integer is expected"),
        ("cns_pfs", '{"infusion_date": "2024-02-30"}', "a date of the calendar is expected"),
        ("lm_comp_1_course", '{"visits": []}', "at least one is expected"),
    ],
)
def test_a_fault_says_what_is_wrong(system: str, body: str, message: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        SYSTEMS[system].evaluate(body.encode())

    (fault,) = error.value.faults
    assert fault.message == message
    assert str(error.value) == f"{fault.path}: {message}"


def test_several_faults_are_told_together() -> None:
    with pytest.raises(InvalidInputsError, match=r"^brain_imaged: .+; coil: unknown field$"):
        SYSTEMS["mri_subtype"].evaluate(b'{"brain_imaged": "yes", "coil": 1}')


@pytest.mark.parametrize(
    ("system", "inputs"),
    [
        ("nodule_compartment", {"distance_to_leptomeninges_mm": -1}),
        ("nodule_measurable", {"diameters_mm": [5, -0.1]}),
        ("mri_subtype", {"linear": "yes", "linear_share_percent": 100.1}),
        ("mri_subtype", {"linear_share_percent": -1, "nodule_share_percent": 101}),
        ("csf_state", {"baseline": [{"volume_ml": -1}], "follow_up": []}),
    ],
)
def test_a_number_outside_its_range_is_impossible_and_not_malformed(system: str, inputs: Mapping[str, Any]) -> None:
    """Rule interface 0.3, G11."""
    answer = post(system, inputs)

    assert (answer["value"], answer["reason"]) == ("invalid_input", "outside_range")
    assert set(answer["inputs_used"]) <= set(inputs)


def test_a_malformed_request_stays_malformed_beside_an_impossible_number() -> None:
    with pytest.raises(InvalidInputsError) as error:
        SYSTEMS["mri_subtype"].evaluate(b'{"linear": "maybe", "linear_share_percent": -1}')

    assert not isinstance(error.value, ImpossibleInputsError)
    assert {fault.path for fault in error.value.faults} == {"linear", "linear_share_percent"}


def test_faults_never_repeat_what_was_sent() -> None:
    with pytest.raises(InvalidInputsError) as error:
        SYSTEMS["eano_esmo_classification"].evaluate(b'{"csf_cytology": "Erika Mustermann", "clinical_lm": "typical"}')

    assert "Mustermann" not in str(error.value)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_null_means_absent(system: str) -> None:
    required = set(SYSTEMS[system].input_schema().get("required", ()))
    if required:
        return
    nulls = dict.fromkeys(SYSTEMS[system].input_schema()["properties"])

    assert post(system, nulls) == post(system, {})
