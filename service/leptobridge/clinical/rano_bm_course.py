"""RANO-BM over several visits: date of PD after an equivocal new lesion (6.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from leptobridge.clinical.inputs import STRICT, Day, at_least_one
from leptobridge.clinical.rano_bm import VERSION, RanoBmInputs, decide_rano_bm
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RanoBmVisit(RanoBmInputs):
    """One visit: its day and the inputs of ``rano_bm``."""

    date: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class RanoBmCourseInputs:
    """Rule interface 6, rano_bm_course: at least one visit, read by date, one per day."""

    __pydantic_config__ = STRICT

    visits: Annotated[tuple[RanoBmVisit, ...], AfterValidator(at_least_one), Field(json_schema_extra={"minItems": 1})]


def decide_rano_bm_course(inputs: RanoBmCourseInputs) -> Result:
    """The response at the last visit, with outputs ``responses``, one per visit as sent, and ``pd_date`` (6.2).

    PD by a new lesion counts from the first scan that showed it as equivocal. Two visits on one day, or a visit that
    is itself impossible, are ``invalid_input``.
    """
    visits = sorted(inputs.visits, key=lambda visit: visit.date)
    if len({visit.date for visit in visits}) < len(visits):
        return Result(
            value="invalid_input",
            rule="6.2",
            criteria_version=VERSION,
            inputs_used=("visits",),
            outputs={"responses": None, "pd_date": None},
            reason="two_visits_on_one_day",
            warnings=(CRITERIA_NOT_VERIFIED,),
        )
    results = {visit.date: decide_rano_bm(visit) for visit in visits}
    impossible = next((result for result in results.values() if result.value == "invalid_input"), None)
    last = impossible or results[visits[-1].date]
    return Result(
        value=last.value,
        rule=last.rule,
        criteria_version=VERSION,
        inputs_used=("visits",),
        outputs={
            "responses": tuple(results[visit.date].value for visit in inputs.visits),
            "pd_date": None if impossible else _pd_date(visits, [result.value for result in results.values()]),
        },
        reason=last.reason,
        missing=last.missing,
        warnings=last.warnings,
        flags=last.flags,
        candidates=last.candidates,
    )


def _pd_date(visits: Sequence[RanoBmVisit], responses: Sequence[object]) -> date | None:
    """The earliest day that counts as PD, by any visit that shows it."""
    return min(
        (_counts_from(visits[: place + 1]) for place, response in enumerate(responses) if response == "PD"),
        default=None,
    )


def _counts_from(visits: Sequence[RanoBmVisit]) -> date:
    """The day from which PD at the last of the visits counts: the first scan that showed a lesion now confirmed.

    A visit that did not look for new lesions does not end the chain, one that found none does.
    """
    last = visits[-1]
    day = last.date
    if last.new_lesion != "present" or last.immunotherapy is not False:
        return day
    for visit in reversed(visits):
        if visit.new_lesion == "none":
            break
        if visit.new_lesion is not None:
            day = visit.date
    return day


RANO_BM_COURSE = System(
    name="rano_bm_course",
    version=VERSION,
    section="6.2",
    purpose="RANO-BM over several visits: date of PD after an equivocal new lesion",
    source="Lin 2015, Lancet Oncol 16:e270; PMC6499019 table T4, notes",
    evidence="partly_verified",
    inputs=RanoBmCourseInputs,
    decide=decide_rano_bm_course,
    values=one_of("CR", "PR", "SD", "PD", "NE", "invalid_input"),
    outputs=(
        Output(
            "responses",
            "One per visit, as seen at that visit",
            {"type": ["array", "null"], "items": {"type": "string"}},
        ),
        Output("pd_date", "Day from which PD counts", {"type": ["string", "null"], "format": "date"}),
    ),
    table={
        "6.2": [
            {"new_lesion": "equivocal, later present", "pd_date": "first scan that showed the lesion"},
            {"new_lesion": "any other PD", "pd_date": "the visit that shows it"},
        ]
    },
)

SYSTEMS = (RANO_BM_COURSE,)
