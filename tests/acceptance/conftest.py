"""One migrated SQLite database for the whole folder: every story, in every form, lives in it side by side."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from leptobridge.chart.facts import Fact
from leptobridge.chart.mappings import Mappings, load_mappings
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person
from leptobridge.evaluation.stored_facts import FactReader, stored_facts
from leptobridge.intake.accept import accept_bundle
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.database import Database
from leptobridge.store.persons import person_of
from leptobridge.trials.definition import Trial
from leptobridge.trials.library_files import LIBRARY, load_trials
from tests.acceptance.packaging import Sending
from tests.acceptance.rendering import PATIENTS
from tests.acceptance.statements import date_of
from tests.acceptance.story import PCSI, PEMBROLIZUMAB, RADIATE


class Clinic:
    """Takes the messages of stories in and keeps the facts of their patients."""

    def __init__(self, database: Database, mappings: Mappings, trials: tuple[Trial, ...]) -> None:
        self.database = database
        self.mappings = mappings
        self.trials = trials
        self._facts: dict[str, list[Fact]] = {}

    def facts(self, sending: Sending) -> list[Fact]:
        """The facts of the story's patient after everything was sent, each sending once."""
        if sending.number not in self._facts:
            with self.database.reading() as session:
                person = person_of(session, self.send(sending))
                self._facts[sending.number] = [*stored_facts(session, person, FactReader(self.mappings))]
        return self._facts[sending.number]

    def send(self, sending: Sending) -> str:
        """Send every message; answers the id that the patient got."""
        moment = datetime.combine(date_of(sending.story.received), time(12), UTC)
        patient = None
        for position, body in enumerate(sending.messages()):
            answer = accept_bundle(
                self.database, body, sender=None, content_type="application/fhir+json", channel="rest",
                now=moment + timedelta(seconds=position), settings=IntakeSettings(),
            )  # fmt: skip
            assert answer.status == 200, answer.body.decode()
            patient = patient_of(body, answer.body, sending.number) or patient
        assert patient is not None
        return patient

    def evaluate(self, sending: Sending, on: date) -> Evaluation:
        return evaluate_person("somebody", self.facts(sending), on, self.trials)


def patient_of(body: bytes, answer: bytes, number: str) -> str | None:
    """The id under which the patient of a number now stands, if the message held the patient."""
    sent, said = json.loads(body), json.loads(answer)
    for entry, outcome in zip(sent["entry"], said["entry"], strict=True):
        resource = entry["resource"]
        assert outcome["response"]["status"][0] == "2", outcome
        if resource["resourceType"] == "Patient" and resource["identifier"][0] == {"system": PATIENTS, "value": number}:
            return str(outcome["response"]["location"].split("Patient/")[1].split("/")[0])
    return None


@pytest.fixture(scope="session")
def clinic(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    path = tmp_path_factory.mktemp("acceptance") / "stories.db"
    shutil.copy(sqlite_template, path)
    trials = tuple(trial for trial in load_trials(LIBRARY) if trial.id in (PCSI, RADIATE, PEMBROLIZUMAB))
    database = Database.open(f"sqlite:///{path}")
    yield Clinic(database, load_mappings(), trials)
    database.close()
