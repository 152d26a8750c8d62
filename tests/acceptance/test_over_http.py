"""A sample of the stories over real HTTP: posted as a hospital posts them, asked by the three operations."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import httpx
import pytest

from leptobridge.api.settings import Settings
from leptobridge.chart.mappings import load_mappings
from tests.acceptance.conftest import patient_of
from tests.acceptance.outcome import answered, stated
from tests.acceptance.packaging import Sending, Variant
from tests.acceptance.statements import date_of, written
from tests.acceptance.stories import STORIES
from tests.acceptance.story import Story
from tests.api.conftest import FHIR, running
from tests.dialects import DIALECTS

#: Received on the same day, so that one clock serves all.
SAMPLE = [story for story in STORIES if story.received == Story.received][::5]
WAYS: tuple[Variant, ...] = ("as sent", "split", "noisy")


@pytest.fixture(scope="module")
def http(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    path = tmp_path_factory.mktemp("http") / "stories.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(database=f"sqlite:///{path}", evaluation=False, delivery=False)
    now = datetime.combine(date_of(Story.received), time(12), UTC)
    with running(settings, load_mappings(), lambda: now) as service:
        yield service.http


@pytest.mark.parametrize("story", SAMPLE, ids=lambda story: story.key)
def test_the_operations_answer_what_was_worked_out_by_hand(http: httpx.Client, story: Story) -> None:
    position = SAMPLE.index(story)
    sending = Sending(story, DIALECTS[position % 3], WAYS[position // 3 % 3])
    patient = None
    for body in sending.messages():
        answer = http.post("", content=body, headers=FHIR)
        assert answer.status_code == 200, answer.text
        patient = patient_of(body, answer.content, sending.number) or patient
    for expected in story.expected:

        def ask(operation: str, on: int = expected.on, **more: Any) -> list[dict[str, Any]]:
            asked = http.get(f"Patient/{patient}/${operation}", params={"on": written(on), **more})
            return [entry["resource"] for entry in asked.raise_for_status().json().get("entry", [])]

        hoped = stated(expected)
        verdicts = ask("trial-eligibility", trial=list(hoped["verdicts"])) if hoped["verdicts"] else []
        points = ask("lm-response")
        if len(points) > len(hoped["response"]):
            # The day asked for, where no time point lies within the 14 days before it.
            assert points.pop()["effectiveDateTime"] == written(expected.on)
        assert answered(ask("lm-classification"), points, verdicts) == hoped
