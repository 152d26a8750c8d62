"""The demonstration's charts are sound FHIR, and the rules say of them what was worked out by hand."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.facts import Fact
from leptobridge.chart.mappings import load_mappings
from leptobridge.demo.patients import DemoPatient, demo_patients
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person
from leptobridge.fhir.structure import check_resource
from leptobridge.trials.library_files import LIBRARY, load_trials

PATIENTS = demo_patients()
MAPPINGS = load_mappings(None)
TRIALS = load_trials(LIBRARY)


@pytest.fixture(params=PATIENTS, ids=lambda patient: patient.key)
def patient(request: pytest.FixtureRequest) -> DemoPatient:
    found: DemoPatient = request.param
    return found


def test_there_are_eight_stories_in_three_dialects() -> None:
    hospitals = {urlsplit(story.patient["identifier"][0]["system"]).hostname for story in PATIENTS}
    assert len(PATIENTS) == 8
    assert len(hospitals) == 3


def test_a_chart_is_sound_fhir(patient: DemoPatient) -> None:
    bundle = orjson.loads(patient.bundle)
    Bundle.model_validate(bundle)
    for entry in bundle["entry"]:
        assert [issue for issue in check_resource(entry["resource"]) if issue.is_error] == []


def test_the_classification_is_the_one_worked_out_by_hand(patient: DemoPatient) -> None:
    evaluation = evaluated(patient)
    assert evaluation.classification is not None
    result = evaluation.classification.result
    found = {name: result.outputs.get(name) for name in ("type_letter", "compartment", "provisional")}
    assert {"value": result.value, "rule": result.rule, **found} == patient.expected["classification"]


def test_the_responses_are_those_worked_out_by_hand(patient: DemoPatient) -> None:
    found = [
        {
            "day": assessment.point.day,
            "neuro": assessment.result.outputs.get("neuro") or "NE",
            "imaging": assessment.result.outputs.get("imaging") or "NE",
            "csf": assessment.result.outputs.get("csf") or "NE",
            "response": assessment.result.value,
            "rule": assessment.result.rule,
        }
        for assessment in evaluated(patient).assessments
    ]
    assert found == patient.expected["assessments"]


def test_the_verdicts_are_those_worked_out_by_hand(patient: DemoPatient) -> None:
    found = {str(verdict.trial): summary_of(verdict) for verdict in evaluated(patient).verdicts}
    assert found == patient.expected["verdicts"]


def summary_of(verdict: Conclusion) -> dict[str, Any]:
    return {
        "verdict": verdict.result.value,
        "clinical": verdict.result.outputs["clinical_eligibility"],
        "not_met": [criterion.criterion for criterion in verdict.criteria if criterion.verdict == "not_met"],
        "unknown": [criterion.criterion for criterion in verdict.criteria if criterion.verdict == "unknown"],
    }


def evaluated(story: DemoPatient) -> Evaluation:
    """The chart judged on the day of the expectation, as if everything had just been received."""
    on: date = story.expected["as_of"]
    return evaluate_person("demo", facts_of(story), on, TRIALS)


def facts_of(story: DemoPatient) -> list[Fact]:
    received = datetime(2025, 6, 30, tzinfo=UTC)
    facts: list[Fact] = []
    entries = orjson.loads(story.bundle)["entry"]
    # Resources that were posted have no id yet: their place in the bundle stands for it.
    names = {
        entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource'].get('id', number)}"
        for number, entry in enumerate(entries)
    }
    for entry in entries:
        text = orjson.dumps(entry["resource"]).decode()
        for full_url, name in names.items():
            text = text.replace(f'"{full_url}"', f'"{name}"')
        facts += extract_facts(
            orjson.loads(text), reference=names[entry["fullUrl"]], version=1, received=received, mappings=MAPPINGS
        )
    return facts
