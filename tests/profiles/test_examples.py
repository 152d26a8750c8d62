"""Examples conform, each invariant has one that breaks it, and what the service emits conforms to our profiles."""

import json
from typing import Any

import pytest

from leptobridge.demo.patients import DemoPatient, demo_patients
from leptobridge.forms.extract import extract_observations
from leptobridge.forms.shipped import questionnaire_of
from profiles.story import answer_before_the_course, concluded_examples
from tests.forms.filled import FORMS
from tests.profiles.compiled import STRICT, definitions, errors, example, examples, invariants, validator
from tests.profiles.emitted import STRUCTURE, emitted_on_the_demonstration, profile_of
from tests.profiles.fail_examples import FAIL_EXAMPLES

Json = dict[str, Any]


@pytest.mark.parametrize("resource", examples(), ids=lambda r: f"{r['resourceType']}/{r['id']}")
def test_an_example_conforms_to_the_profile_that_it_claims(resource: Json) -> None:
    assert errors(resource) == []


def test_each_profile_has_an_example() -> None:
    claimed = {profile for resource in examples() for profile in resource.get("meta", {}).get("profile", ())}
    assert claimed == _structures() - _structures("Extension")


def test_each_extension_has_an_example() -> None:
    used = {part["url"] for resource in examples() for part in resource.get("meta", {}).get("extension", ())}
    assert used == _structures("Extension")


def _structures(kind: str | None = None) -> set[str]:
    structures = (d for d in definitions() if d["resourceType"] == "StructureDefinition")
    return {d["url"] for d in structures if kind in (None, d["type"])}


def test_each_invariant_has_an_example_that_breaks_it() -> None:
    assert FAIL_EXAMPLES.keys() == invariants().keys()


@pytest.mark.parametrize("key", FAIL_EXAMPLES)
def test_an_example_with_one_thing_changed_breaks_its_invariant_and_no_other(key: str) -> None:
    found = [
        issue for issue in validator().check(FAIL_EXAMPLES[key](), None, STRICT) if issue.severity != "information"
    ]
    assert {issue.rule for issue in found} == {key}
    assert {issue.severity for issue in found} == {invariants()[key]}


def test_the_examples_of_conclusions_are_what_the_service_concludes_of_the_story() -> None:
    concluded = {resource["id"]: resource for resource in concluded_examples()}
    shown = {r["id"]: r for r in examples() if "/lm-" in str(r.get("identifier")) or r["id"] in concluded}
    assert shown.keys() == concluded.keys(), "python -m profiles.story writes the examples anew"
    for name, resource in concluded.items():
        assert _gist(shown[name]) == _gist(resource), name


def test_the_example_of_lacking_inputs_is_what_the_service_answers_before_the_course() -> None:
    answer = answer_before_the_course()
    assert example("Bundle/lm-response-before-the-course") == answer, "python -m profiles.story writes it anew"
    assert "entry" not in answer


@pytest.mark.parametrize("missing", ["ruleSet", "value", "date"])
def test_what_is_lacking_is_no_statement_without_rule_set_value_and_date(missing: str) -> None:
    answer = answer_before_the_course()
    listed = answer["meta"]["extension"][0]["extension"]
    answer["meta"]["extension"][0]["extension"] = [part for part in listed if part["url"] != missing]
    assert errors(answer)


def _gist(observation: Json) -> list[tuple[str, str]]:
    """Value and grades: what the rules decide; flags and warnings may grow."""
    graded = {"type-letter", "neuro", "imaging", "csf", "pd-date", "clinical-eligibility"}
    found = [("", json.dumps(observation["valueCodeableConcept"]))]
    for component in observation["component"]:
        coding = component["code"]["coding"][0]
        if coding["code"] in graded:
            found.append((coding["code"], json.dumps(component.get("valueCodeableConcept"))))
    return sorted(found)


@pytest.mark.parametrize("patient", demo_patients(), ids=lambda patient: patient.key)
def test_what_the_service_concludes_of_the_demonstration_conforms(patient: DemoPatient) -> None:
    observations = [*emitted_on_the_demonstration(patient)]
    assert observations
    for observation in observations:
        assert errors(observation, profile_of(observation)) == [], observation["code"]["text"]


#: What the forms become, by the code of the Observation.
EXTRACTED = {
    "lm-scorecard": "lm-mri-scorecard",
    "neurological-examination": "lm-neurological-examination",
    "csf-cytology": "csf-cytology",
    "flow": "csf-flow-cytometry",
    "csf-ctc": "csf-tumour-cell-count",
    "2880-3": "csf-chemistry",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_is_extracted_from_a_form_conforms(form: Json) -> None:
    questionnaire = questionnaire_of(form)
    assert questionnaire is not None
    assert errors(form) == []
    for observation in extract_observations(form, questionnaire):
        code = observation["code"]["coding"][0]["code"]
        assert errors(observation, f"{STRUCTURE}/{EXTRACTED[code]}") == []


def test_a_conclusion_of_the_story_rests_on_its_input() -> None:
    derived = {
        reference["reference"] for reference in example("Observation/wei-lan-eano-esmo-classification")["derivedFrom"]
    }
    assert {"Observation/wei-lan-cytology-1", "Observation/wei-lan-card-1"} <= derived
