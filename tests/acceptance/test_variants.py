"""However a hospital sends a story, the conclusions are the same: order, splitting, repetition, noise, form."""

import pytest

from tests.acceptance.conftest import Clinic
from tests.acceptance.outcome import in_full
from tests.acceptance.packaging import VARIANTS, Sending, Variant
from tests.acceptance.statements import date_of
from tests.acceptance.stories import STORIES
from tests.acceptance.story import Story
from tests.dialects import DIALECTS, Dialect

#: Every story in half of the variants, in one dialect each: over the stories every dialect meets every variant.
SENDINGS = [
    (story, VARIANTS[(position + step) % len(VARIANTS)], DIALECTS[(position // 2 + step) % len(DIALECTS)])
    for position, story in enumerate(STORIES)
    for step in (0, 2, 3)
]


@pytest.mark.parametrize(
    ("story", "variant", "dialect"), SENDINGS, ids=lambda value: getattr(value, "key", str(value).replace(" ", "-"))
)
def test_the_way_of_sending_changes_no_conclusion(
    clinic: Clinic, story: Story, variant: Variant, dialect: Dialect
) -> None:
    as_sent, otherwise = Sending(story, dialect, "as sent"), Sending(story, dialect, variant)
    for expected in story.expected:
        on = date_of(expected.on)
        assert in_full(clinic.evaluate(otherwise, on)) == in_full(clinic.evaluate(as_sent, on))
