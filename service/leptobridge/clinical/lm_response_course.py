"""LM-COMP-1 over the visits of a course, with the resolution of a suspected progression (5.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from leptobridge.clinical.calendar import days_between
from leptobridge.clinical.inputs import STRICT, Day, at_least_one, given
from leptobridge.clinical.lm_response import VERSION, LmComp1Inputs, decide_lm_comp_1
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

#: Days after the first suspicion (5.3): re-assessment is due on day 28 ± 7; until day 56 a late one still resolves.
RESOLVES_FROM_DAY = 21
ON_TIME_UNTIL_DAY = 35
RESOLVES_UNTIL_DAY = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVisit(LmComp1Inputs):
    """One visit. ``other_cause_found``: another cause of the neurological worsening was found."""

    date: Day
    other_cause_found: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LmComp1CourseInputs:
    """Rule interface 5, lm_comp_1_course: at least one visit, in any order, one per day."""

    __pydantic_config__ = STRICT

    visits: Annotated[tuple[CourseVisit, ...], AfterValidator(at_least_one), Field(json_schema_extra={"minItems": 1})]
    as_of_date: Day | None = None
    death_date: Day | None = None
    last_adequate_visit_date: Day | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Where the course stands after a visit.

    ``value``: the response, ``SUSPECTED_PD`` while a suspicion stands, ``unresolved`` once day 56 has passed without
    re-assessment, ``PD`` from a progression on; ``rule`` decides it. ``suspected``: day of the open or unresolved
    suspicion, ``suspected_by`` the components that raised it. ``result``: LM-COMP-1 at the visit itself.
    """

    day: date
    value: str
    rule: str
    result: Result
    suspected: date | None = None
    suspected_by: frozenset[str] = frozenset()
    pd_date: date | None = None
    late: bool = False


def follow_course(visits: Iterable[CourseVisit]) -> tuple[Status, ...]:
    """The status after each visit, earliest first; one visit per day."""
    statuses: list[Status] = []
    for visit in sorted(visits, key=lambda visit: visit.date):
        statuses.append(_after(statuses[-1] if statuses else None, visit))
    return tuple(statuses)


def respond_at(visit: CourseVisit) -> Result:
    """LM-COMP-1 at a visit; worsening with another cause is left out of ``neuro`` (5.2, 3.2)."""
    explained = visit.other_cause_found and visit.neuro == "worse"
    return decide_lm_comp_1(replace(visit, neuro="stable") if explained else visit)


def _after(before: Status | None, visit: CourseVisit) -> Status:
    result = respond_at(visit)
    value = str(result.value)
    if before is not None and before.value in ("PD", "unresolved", "invalid_input"):
        return replace(before, day=visit.date, result=result)
    if before is not None and before.suspected is not None:
        return _after_suspicion(before, before.suspected, visit, result)
    late = before.late if before else False
    if value == "SUSPECTED_PD":
        return Status(visit.date, value, result.rule, result, visit.date, _raised_by(visit), late=late)
    pd_date = visit.date if value == "PD" else None
    return Status(visit.date, value, result.rule, result, pd_date=pd_date, late=late)


def _after_suspicion(before: Status, suspected: date, visit: CourseVisit, result: Result) -> Status:
    """Resolution of an open suspicion (5.3); a visit resolves it by PD, or where what raised it is examined."""
    day = days_between(suspected, visit.date)
    here = replace(before, day=visit.date, result=result)
    if result.value == "invalid_input":
        return replace(here, value="invalid_input", rule=result.rule)
    if day > RESOLVES_UNTIL_DAY:
        return replace(here, value="unresolved", rule="5.3")
    progression = result.value == "PD"
    if day < RESOLVES_FROM_DAY and not progression:
        return here
    late = before.late or day > ON_TIME_UNTIL_DAY
    if progression or result.value == "SUSPECTED_PD":
        return Status(visit.date, "PD", result.rule, result, pd_date=suspected, late=late)
    # Positive CSF counts again even where an unknown baseline keeps the response itself from being evaluable.
    if visit.csf == "CONV" and result.reason != "outside_scope":
        return Status(visit.date, "PD", "C3", result, pd_date=suspected, late=late)
    if any(getattr(visit, component) in (None, "NE") for component in before.suspected_by):
        return here
    return Status(visit.date, str(result.value), result.rule, result, late=late)


def _raised_by(visit: CourseVisit) -> frozenset[str]:
    raised = {"neuro"} if visit.neuro == "worse" and not visit.other_cause_found else set()
    return frozenset(raised | ({"csf"} if visit.csf == "CONV" else set()))


def decide_lm_comp_1_course(inputs: LmComp1CourseInputs) -> Result:
    """Status at the end of the course (5.3).

    ``value`` as LM-COMP-1, ``PD`` from a progression on, ``unresolved`` or ``death``. Outputs: ``pd_date``, the first
    suspicion where it was confirmed; ``event`` and ``event_date`` of the primary analysis; ``sensitivity_analysis``
    beside ``unresolved``. Visits and a death after ``as_of_date`` are not yet known. Two visits on one day are
    ``invalid_input``.
    """
    as_of = inputs.as_of_date
    visits = [visit for visit in inputs.visits if as_of is None or visit.date <= as_of]
    death = inputs.death_date if as_of is None or (inputs.death_date and inputs.death_date <= as_of) else None
    days = [visit.date for visit in visits]
    if len(set(days)) < len(days) or (death is not None and any(day > death for day in days)):
        return _result(inputs, "invalid_input", "G11", reason="visit_dates_contradict")
    if not visits:
        if death is not None:
            return _result(inputs, "death", "5.3", event=("death", death))
        return _result(inputs, "NE", "G1", missing=("visits",))
    last = follow_course(visits)[-1]
    if last.value == "invalid_input":
        return _result(inputs, "invalid_input", last.rule, last, reason=last.result.reason)
    if last.value == "PD" and last.pd_date is not None:
        return _result(inputs, "PD", last.rule, last, event=("PD", last.pd_date))
    end = max(filter(None, (max(days), as_of, death)))
    if last.suspected is not None and days_between(last.suspected, end) > RESOLVES_UNTIL_DAY:
        return _unresolved(inputs, last, last.suspected)
    if death is not None:
        return _result(inputs, "death", "5.3", last, event=("death", death))
    return _result(inputs, last.value, last.rule, last, missing=last.result.missing)


def _unresolved(inputs: LmComp1CourseInputs, last: Status, suspected: date) -> Result:
    """Primary analysis: PD on the first suspicion; sensitivity analysis: censored at the last adequate visit."""
    adequate = inputs.last_adequate_visit_date
    return _result(
        inputs,
        "unresolved",
        "5.3",
        last,
        event=("PD", suspected),
        sensitivity={"event": "censored", "event_date": adequate},
        missing=() if adequate else ("last_adequate_visit_date",),
    )


def _result(
    inputs: LmComp1CourseInputs,
    value: str,
    rule: str,
    last: Status | None = None,
    *,
    event: tuple[str, date] | None = None,
    sensitivity: dict[str, Any] | None = None,
    missing: tuple[str, ...] = (),
    reason: str | None = None,
) -> Result:
    flags = set(last.result.flags) | ({"late_reassessment"} if last.late else set()) if last else set()
    return Result(
        value=value,
        rule=rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={
            "pd_date": last.pd_date if last else None,
            "event": event[0] if event else None,
            "event_date": event[1] if event else None,
            "sensitivity_analysis": sensitivity,
        },
        reason=reason or (last.result.reason if last else None),
        missing=missing,
        warnings=last.result.warnings if last else (CRITERIA_NOT_VERIFIED,),
        flags=tuple(sorted(flags)),
        candidates=last.result.candidates if last and value == "NE" else (),
    )


LM_COMP_1_COURSE = System(
    name="lm_comp_1_course",
    version=VERSION,
    section="5.3",
    purpose="Composite rule LM-COMP-1 (project definition) over several visits",
    source="Project definition on the anchors of 5.1; not RANO-LM, not EANO-ESMO",
    evidence="project_decision",
    inputs=LmComp1CourseInputs,
    decide=decide_lm_comp_1_course,
    values=one_of("CR", "PR", "SD", "PD", "SUSPECTED_PD", "NE", "unresolved", "death", "invalid_input"),
    outputs=(
        Output("pd_date", "Day of PD; the first suspicion if it was confirmed", {"type": ["string", "null"]}),
        Output("event", "Event of the primary analysis", one_of_or_null("PD", "death")),
        Output("event_date", "Its day", {"type": ["string", "null"], "format": "date"}),
        Output("sensitivity_analysis", "event and event_date beside unresolved", {"type": ["object", "null"]}),
    ),
    table={
        "resolution": [
            {"until_day": RESOLVES_FROM_DAY - 1, "resolves": "only as PD by C1 or C2a"},
            {"until_day": ON_TIME_UNTIL_DAY, "resolves": "yes"},
            {"until_day": RESOLVES_UNTIL_DAY, "resolves": "yes", "flag": "late_reassessment"},
            {"until_day": None, "resolves": "no", "value": "unresolved"},
        ]
    },
)

SYSTEMS = (LM_COMP_1_COURSE,)
