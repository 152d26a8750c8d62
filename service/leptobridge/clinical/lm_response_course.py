"""LM-COMP-1 over the visits of a course, with the resolution of a suspected progression (5.3)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from leptobridge.clinical.inputs import STRICT, Day
from leptobridge.clinical.lm_response import LmComp1Inputs
from leptobridge.clinical.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVisit(LmComp1Inputs):
    """One visit. ``other_cause_found``: another cause of the neurological worsening was found."""

    date: Day
    other_cause_found: bool | None = None


def _at_least_one(visits: tuple[CourseVisit, ...]) -> tuple[CourseVisit, ...]:
    if not visits:
        raise ValueError("at least one visit is expected")
    return visits


@dataclass(frozen=True, slots=True, kw_only=True)
class LmComp1CourseInputs:
    """Rule interface 5, lm_comp_1_course: at least one visit, in any order."""

    __pydantic_config__ = STRICT

    visits: Annotated[tuple[CourseVisit, ...], AfterValidator(_at_least_one), Field(json_schema_extra={"minItems": 1})]
    as_of_date: Day | None = None
    death_date: Day | None = None
    last_adequate_visit_date: Day | None = None


def decide_lm_comp_1_course(inputs: LmComp1CourseInputs) -> Result:
    """Status at the end of the course; outputs pd_date, event, event_date, sensitivity_analysis (5.3)."""
    raise NotImplementedError
