"""However a hospital sends a story, the conclusions are the same: order, splitting, repetition, noise, form."""

import pytest

from tests.acceptance.conftest import Clinic
from tests.acceptance.outcome import in_full
from tests.acceptance.packaging import VARIANTS, Sending, Variant
from tests.acceptance.stories import STORIES
from tests.acceptance.story import Story, date_of
from tests.dialects import DIALECTS


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_the_way_of_sending_changes_no_conclusion(clinic: Clinic, story: Story, variant: Variant) -> None:
    # Every story in every variant, in one dialect each: over the stories every dialect meets every variant.
    dialect = DIALECTS[(STORIES.index(story) + VARIANTS.index(variant)) % len(DIALECTS)]
    as_sent, otherwise = Sending(story, dialect, "as sent"), Sending(story, dialect, variant)
    for expected in story.expected:
        on = date_of(expected.on)
        assert in_full(clinic.evaluate(otherwise, on)) == in_full(clinic.evaluate(as_sent, on))
