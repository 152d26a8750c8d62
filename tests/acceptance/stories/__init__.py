"""All stories of the acceptance set."""

from tests.acceptance.stories.charts import STORIES as CHARTS
from tests.acceptance.stories.classes import STORIES as CLASSES
from tests.acceptance.stories.courses import STORIES as COURSES
from tests.acceptance.stories.csf_courses import STORIES as CSF_COURSES
from tests.acceptance.stories.screening import STORIES as SCREENING
from tests.acceptance.stories.suspicions import STORIES as SUSPICIONS
from tests.acceptance.story import Story

STORIES: tuple[Story, ...] = (*CLASSES, *CHARTS, *COURSES, *CSF_COURSES, *SUSPICIONS, *SCREENING)
