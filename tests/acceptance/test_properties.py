"""What holds for every chart, of a story or of a random population: total, deterministic, no wiser by losing a fact."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import orjson
import pytest

from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.facts import Fact
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person
from tests.acceptance.conftest import Clinic
from tests.acceptance.outcome import in_full
from tests.acceptance.packaging import Sending
from tests.acceptance.statements import DAY_ZERO, date_of
from tests.acceptance.stories import STORIES
from tests.acceptance.story import Story
from tests.dialects import DIALECTS
from tests.population import SyntheticPatient, population

POPULATION = population(24, seed=11)
#: Facts that are taken away from each chart, one at a time, chosen by the story's or the patient's name.
TAKEN_AWAY = 7


class Loss(NamedTuple):
    """A conclusion that was open and is decided once a fact is gone."""

    fact: Fact
    conclusion: str
    value: str


_SIGNS_OF_LM = ("csf.cytology", "mri.scorecard", "mri.lm", "lm.diagnosis")

#: Why losing a fact may decide: the reference's own rule for what is then missing, or for what then stands last.
EXCEPTIONS: tuple[tuple[str, Callable[[Loss], bool]], ...] = (
    (
        "an explicit unknown that is the latest statement goes, and the one before it stands",
        lambda loss: loss.fact.value in (None, "not_evaluable", "NE", "part"),
    ),
    (
        "CSF that is not there was not repeated, or is missing; an unknown volume is not a small one (5.3, M1)",
        lambda loss: loss.fact.kind.startswith("csf.") and loss.conclusion.startswith(("class", "response", "csf")),
    ),
    (
        "an item left out of a complete form is absent (R-01)",
        lambda loss: loss.fact.kind == "mri.scorecard" and loss.conclusion.startswith(("class", "response")),
    ),
    (
        "a domain left out is normal where the rest is; without any the clinician's judgement stands in (R-02, R-03)",
        lambda loss: loss.fact.kind == "neuro.exam" and loss.conclusion.startswith("response"),
    ),
    (
        "one of two primaries that contradict each other goes (exchange 2)",
        lambda loss: loss.fact.kind == "cancer.primary",
    ),
    (
        "LM is new if the last examination before its first sign was clear, and an earlier sign goes (R-14)",
        lambda loss: loss.conclusion == "NCT06500481.I2" and loss.fact.kind in _SIGNS_OF_LM,
    ),
    (
        "the refutation stands again once the evidence after it goes (R-08)",
        lambda loss: loss.fact.kind in _SIGNS_OF_LM and loss.value in ("refuted", "not_met"),
    ),
)


def decisions(evaluation: Evaluation) -> dict[str, str | None]:
    """What is decided, and what is open (None), by name. A suspicion of progression is not a decision."""
    found: dict[str, str | None] = {}
    for conclusion in evaluation.conclusions:
        value = str(conclusion.result.value)
        if conclusion.system == "eano_esmo_classification":
            found["class"] = None if value == "not_evaluable" else value
        elif conclusion.system in ("lm_response", "csf_state"):
            name = {"lm_response": "response", "csf_state": "csf"}[conclusion.system]
            found[f"{name} {conclusion.time_point}"] = None if value in ("NE", "SUSPECTED_PD") else value
    for verdict in evaluation.verdicts:
        for criterion in verdict.criteria:
            name = f"{verdict.trial}.{criterion.criterion}"
            found[name] = None if criterion.verdict == "unknown" else criterion.verdict
    return found


def losses(clinic: Clinic, facts: Sequence[Fact], on: date, seed: str) -> Iterator[Loss]:
    """Every conclusion that is decided by taking one fact away."""
    before = decisions(evaluate_person("somebody", facts, on, clinic.trials))
    removable = [position for position, fact in enumerate(facts) if fact.kind != "patient.last_seen"]
    for position in random.Random(seed).sample(removable, min(TAKEN_AWAY, len(removable))):
        remaining = [*facts[:position], *facts[position + 1 :]]
        after = decisions(evaluate_person("somebody", remaining, on, clinic.trials))
        for name, value in before.items():
            now = after.get(name)
            if value is None and now is not None:
                yield Loss(facts[position], name, now)


def unexplained(found: Iterator[Loss]) -> list[Loss]:
    return [loss for loss in found if not any(explains(loss) for _, explains in EXCEPTIONS)]


def facts_of(patient: SyntheticPatient, clinic: Clinic) -> list[Fact]:
    """The facts of a synthetic patient, resources named by their place in the bundle."""
    entries = patient.bundle["entry"]
    names = {entry["fullUrl"]: f"{entry['resource']['resourceType']}/{n}" for n, entry in enumerate(entries)}
    text = orjson.dumps([entry["resource"] for entry in entries]).decode()
    for full_url, name in names.items():
        text = text.replace(f'"{full_url}"', f'"{name}"')
    received = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        fact
        for resource, name in zip(orjson.loads(text), names.values(), strict=True)
        for fact in extract_facts(resource, reference=name, version=1, received=received, mappings=clinic.mappings)
    ]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_losing_a_fact_decides_nothing_in_a_story(clinic: Clinic, story: Story) -> None:
    sending = Sending(story, DIALECTS[STORIES.index(story) % 3], "as sent")
    on = date_of(story.expected[-1].on)
    assert unexplained(losses(clinic, clinic.facts(sending), on, story.key)) == []


@pytest.mark.parametrize("patient", POPULATION, ids=lambda patient: patient.number)
def test_losing_a_fact_decides_nothing_in_a_random_chart(clinic: Clinic, patient: SyntheticPatient) -> None:
    found = losses(clinic, facts_of(patient, clinic), date(2026, 10, 1), patient.number)
    assert unexplained(found) == []


@pytest.mark.parametrize("patient", POPULATION, ids=lambda patient: patient.number)
def test_every_part_of_a_chart_is_evaluated_and_always_the_same(clinic: Clinic, patient: SyntheticPatient) -> None:
    chance = random.Random(patient.number)
    facts = facts_of(patient, clinic)
    for _ in range(4):
        some = [fact for fact in facts if chance.random() < 0.6]
        on = DAY_ZERO + timedelta(days=chance.randrange(-60, 300))
        first = evaluate_person("somebody", some, on, clinic.trials)
        again = evaluate_person("somebody", chance.sample(some, len(some)), on, clinic.trials, at_request=False)
        assert again == first


@pytest.mark.parametrize("story", STORIES[::3], ids=lambda story: story.key)
def test_every_day_of_a_story_has_an_answer(clinic: Clinic, story: Story) -> None:
    sending = Sending(story, DIALECTS[STORIES.index(story) % 3], "as sent")
    for day in range(-30, 130, 40):
        on = DAY_ZERO + timedelta(days=day)
        assert in_full(clinic.evaluate(sending, on)) == in_full(clinic.evaluate(sending, on))
