"""Examples conform, each invariant has one that breaks it, and what the service emits conforms to our profiles."""

import json
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.mappings import load_mappings
from leptobridge.demo.patients import demo_patients
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import evaluate_person
from leptobridge.evaluation.observation import build_observation
from leptobridge.forms.extract import extract_observations
from leptobridge.forms.shipped import questionnaire_of
from leptobridge.trials.library_files import LIBRARY, load_trials
from profiles.story import concluded_examples
from tests.forms.filled import FORMS
from tests.profiles.compiled import STRICT, definitions, errors, example, examples, invariants, validator
from tests.profiles.fail_examples import FAIL_EXAMPLES

Json = dict[str, Any]

STRUCTURE = "https://leptobridge.org/fhir/StructureDefinition"
ISSUED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("resource", examples(), ids=lambda r: f"{r['resourceType']}/{r['id']}")
def test_an_example_conforms_to_the_profile_that_it_claims(resource: Json) -> None:
    assert errors(resource) == []


def test_each_profile_has_an_example() -> None:
    profiles = {d["url"] for d in definitions() if d["resourceType"] == "StructureDefinition"}
    claimed = {profile for resource in examples() for profile in resource.get("meta", {}).get("profile", ())}
    assert claimed == profiles


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


def _gist(observation: Json) -> list[tuple[str, str]]:
    """Value and grades: what the rules decide; flags and warnings may grow."""
    graded = {"type-letter", "neuro", "imaging", "csf", "pd-date", "clinical-eligibility"}
    found = [("", json.dumps(observation["valueCodeableConcept"]))]
    for component in observation["component"]:
        coding = component["code"]["coding"][0]
        if coding["code"] in graded:
            found.append((coding["code"], json.dumps(component.get("valueCodeableConcept"))))
    return sorted(found)


PROFILES = {
    "eano_esmo_classification": "lm-classification",
    "lm_response": "lm-response",
    "trial_eligibility": "trial-eligibility",
    **dict.fromkeys(("pan_2018", "lung_molgpa", "lm_molgpa", "csf_genotype", "cart_risk"), "prognostic-score"),
    **dict.fromkeys(("rano_bm", "recist_1_1", "irecist", "ipcg", "nano_change"), "cns-extracranial-response"),
}


def profile_of(conclusion: Conclusion) -> str:
    """The profile of a conclusion; the general one for rule sets without a profile of their own."""
    return f"{STRUCTURE}/{PROFILES.get(conclusion.system, 'lm-conclusion')}"


@pytest.mark.parametrize("patient", demo_patients(), ids=lambda patient: patient.key)
@pytest.mark.parametrize("on", [date(2025, 3, 1), date(2026, 11, 22)])
def test_what_the_service_concludes_of_the_demonstration_conforms(patient: Any, on: date) -> None:
    mappings = load_mappings()
    facts = [
        fact
        for entry in orjson.loads(patient.bundle)["entry"]
        for fact in extract_facts(
            entry["resource"], reference=f"{entry['resource']['resourceType']}/{entry['resource'].get('id', 'x')}",
            version=1, received=ISSUED, mappings=mappings,
        )
    ]  # fmt: skip
    evaluation = evaluate_person(patient.key, facts, on, load_trials(LIBRARY), at_request=True)
    assert evaluation.verdicts
    for number, conclusion in enumerate((*evaluation.conclusions, *evaluation.verdicts)):
        observation = build_observation(conclusion, observation_id=f"c-{number}", issued=ISSUED)
        assert errors(observation, profile_of(conclusion)) == [], conclusion.system


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_is_extracted_from_a_form_conforms(form: Json) -> None:
    questionnaire = questionnaire_of(form)
    assert questionnaire is not None
    assert errors(form) == []
    for observation in extract_observations(form, questionnaire):
        assert observation["meta"]["profile"]
        assert errors(observation) == []


def test_a_conclusion_of_the_story_rests_on_its_input() -> None:
    derived = {
        reference["reference"] for reference in example("Observation/wei-lan-eano-esmo-classification")["derivedFrom"]
    }
    assert {"Observation/wei-lan-cytology-1", "Observation/wei-lan-card-1"} <= derived
