"""All stories of the acceptance set."""

from tests.acceptance.stories.charts import STORIES as CHARTS
from tests.acceptance.stories.classes import STORIES as CLASSES
from tests.acceptance.stories.csf_courses import STORIES as CSF_COURSES
from tests.acceptance.stories.imaging_courses import STORIES as IMAGING_COURSES
from tests.acceptance.stories.neuro_courses import STORIES as NEURO_COURSES
from tests.acceptance.stories.screening import STORIES as SCREENING
from tests.acceptance.stories.suspicions import STORIES as SUSPICIONS
from tests.acceptance.stories.time_points import STORIES as TIME_POINTS
from tests.acceptance.story import Story

STORIES: tuple[Story, ...] = (
    *CLASSES,
    *CHARTS,
    *IMAGING_COURSES,
    *NEURO_COURSES,
    *TIME_POINTS,
    *CSF_COURSES,
    *SUSPICIONS,
    *SCREENING,
)
