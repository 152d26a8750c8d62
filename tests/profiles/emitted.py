"""What the service emits of the demonstration's patients, and the profile that each Observation is held to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson

from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.mappings import load_mappings
from leptobridge.demo.patients import DemoPatient
from leptobridge.evaluation.evaluate import evaluate_person
from leptobridge.evaluation.observation import build_observation
from leptobridge.trials.library_files import LIBRARY, load_trials

Json = dict[str, Any]

STRUCTURE = "https://leptobridge.org/fhir/StructureDefinition"
ISSUED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
#: A day in the middle of the stories and one after them.
DAYS = (date(2025, 3, 1), date(2026, 11, 22))
#: Rule sets with a profile of their own; the others conform to the general one.
PROFILES = {
    "eano-esmo-classification": "lm-classification",
    "lm-response": "lm-response",
    "trial-eligibility": "trial-eligibility",
    **dict.fromkeys(("pan-2018", "lung-molgpa", "lm-molgpa", "csf-genotype", "cart-risk"), "prognostic-score"),
    **dict.fromkeys(("rano-bm", "recist-1-1", "irecist", "ipcg", "nano-change"), "cns-extracranial-response"),
}


def profile_of(observation: Json) -> str:
    """The profile of a conclusion."""
    return f"{STRUCTURE}/{PROFILES.get(observation['code']['coding'][0]['code'], 'lm-conclusion')}"


def emitted_on_the_demonstration(patient: DemoPatient, *, claim: bool = False) -> Iterator[Json]:
    """The Observations of all conclusions on the days; ``claim``: with their profile in ``meta``."""
    mappings, trials = load_mappings(), load_trials(LIBRARY)
    resources = [entry["resource"] for entry in orjson.loads(patient.bundle)["entry"]]
    facts = [
        fact
        for number, resource in enumerate(resources)
        for fact in extract_facts(
            resource, reference=f"{resource['resourceType']}/{resource.get('id', number)}", version=1, received=ISSUED,
            mappings=mappings,
        )
    ]  # fmt: skip
    for day in DAYS:
        evaluation = evaluate_person(patient.key, facts, day, trials, at_request=True)
        for number, conclusion in enumerate((*evaluation.conclusions, *evaluation.verdicts)):
            observation = build_observation(conclusion, observation_id=f"c-{day}-{number}", issued=ISSUED)
            yield observation | {"meta": {"profile": [profile_of(observation)]}} if claim else observation
