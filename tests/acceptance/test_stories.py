"""What the service says of every story is what was worked out by hand, whichever hospital sent it."""

import pytest

from tests.acceptance.conftest import Clinic
from tests.acceptance.outcome import concluded, stated
from tests.acceptance.packaging import Sending
from tests.acceptance.statements import date_of
from tests.acceptance.stories import STORIES
from tests.acceptance.story import Story
from tests.dialects import DIALECTS, Dialect


def test_there_are_enough_stories_and_each_has_a_name_of_its_own() -> None:
    keys = [story.key for story in STORIES]
    assert len(keys) >= 60
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_the_conclusions_are_those_worked_out_by_hand(clinic: Clinic, story: Story, dialect: Dialect) -> None:
    sending = Sending(story, dialect, "as sent")
    for expected in story.expected:
        found, hoped = concluded(clinic.evaluate(sending, date_of(expected.on))), stated(expected)
        found["verdicts"] = {trial: found["verdicts"][trial] for trial in hoped["verdicts"]}
        assert found == hoped, f"as of day {expected.on}"
