"""Event or censoring of a time-to-event endpoint (15.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from leptobridge.clinical.calendar import days_between, months_for_display
from leptobridge.clinical.inputs import STRICT, Day, Response, given
from leptobridge.clinical.lm_response_course import RESOLVES_UNTIL_DAY
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

EndpointName = Literal["os", "pfs", "cns_pfs", "lm_pfs", "dor", "ttlp", "pfs_l", "pfs_p"]
Resolution = Literal["PD", "not_pd", "unresolved"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A row of 15.1: where the clock starts, which events stop it, and the date of censoring.

    ``decided``: a part of the row that this rule reads is a decision or from recall.
    """

    start: str
    progression: bool
    death: bool
    censor: Literal["last_known_alive", "last_assessment"]
    decided: bool


_ENROLMENT = "randomisation or enrolment"
DEFINITIONS: Final[Mapping[EndpointName, Definition]] = {
    "os": Definition(_ENROLMENT, False, True, "last_known_alive", decided=False),
    "pfs": Definition(_ENROLMENT, True, True, "last_assessment", decided=False),
    "cns_pfs": Definition(f"{_ENROLMENT}; CAR-T: infusion", True, True, "last_assessment", decided=True),
    "lm_pfs": Definition("randomisation", True, True, "last_assessment", decided=True),
    "dor": Definition("first CR or PR", True, True, "last_assessment", decided=False),
    "ttlp": Definition("ablation", True, False, "last_assessment", decided=False),
    "pfs_l": Definition("start of local ablation", True, True, "last_assessment", decided=True),
    "pfs_p": Definition("start of pembrolizumab", True, True, "last_assessment", decided=True),
}
#: A progression found after so many missed visits in a row is censored in the sensitivity analysis.
MISSED_VISITS_IN_A_ROW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An adequate assessment of what the endpoint follows; a ``result`` that is not given may be a progression (G1)."""

    __pydantic_config__ = STRICT

    date: Day
    result: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointInputs:
    """One patient (rule interface 15, endpoint). A missing date of an event: none is recorded."""

    __pydantic_config__ = STRICT

    endpoint: EndpointName
    start_date: Day | None = None
    assessments: tuple[Assessment, ...] | None = None
    missed_visit_dates: tuple[Day, ...] | None = None
    pd_date: Day | None = None
    suspected_pd_date: Day | None = None
    resolution: Resolution | None = None
    resolved_date: Day | None = None
    death_date: Day | None = None
    last_known_alive_date: Day | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Primary and sensitivity analysis: ``PD``, ``death`` or ``censored``, each with its day (``None``: unknown)."""

    event: str
    day: date | None
    sensitivity_event: str
    sensitivity_day: date | None


def decide_endpoint(inputs: EndpointInputs) -> Result:
    """``PD``, ``death``, ``censored`` or ``not_evaluable``; dates that contradict each other are ``invalid_input``.

    Outputs: ``event_date``, ``days`` from the start to it, ``months`` for display, and ``sensitivity_analysis`` with
    ``event`` and ``event_date``. A suspicion whose resolution is unknown is tried at each one, an assessment without
    result as a progression and as none (G1). The sensitivity analysis has no date where no adequate assessment precedes
    its censoring.
    """
    definition = DEFINITIONS[inputs.endpoint]
    start = inputs.start_date or (_first_response(inputs) if inputs.endpoint == "dor" else None)
    contradiction = _contradiction(inputs, definition, start)
    if contradiction:
        return _result(inputs, definition, "invalid_input", reason=contradiction)
    if start is None:
        return _result(inputs, definition, "not_evaluable", missing=("start_date",))
    if inputs.start_date is None and any(a.result is None and a.date < start for a in inputs.assessments or ()):
        # An earlier one may have been the first response, from which the clock runs.
        return _result(inputs, definition, "not_evaluable", missing=("assessments",))
    resolved = {_outcome(inputs, definition, start, resolution) for resolution in _resolutions(inputs, definition)}
    progressed = {
        _outcome(_with_first_unknown_progressed(inputs, start), definition, start, resolution)
        for resolution in _resolutions(inputs, definition)
    }
    outcomes = resolved | progressed
    if len(outcomes) > 1:
        events = tuple(sorted({outcome.event for outcome in outcomes}))
        missing = ("assessments",) * (progressed != resolved) + ("resolution",) * (len(resolved) > 1)
        return _result(inputs, definition, "not_evaluable", missing=missing, candidates=events)
    outcome = outcomes.pop()
    if outcome.day is None:
        censor = "last_known_alive_date" if definition.censor == "last_known_alive" else "assessments"
        return _result(inputs, definition, "not_evaluable", missing=(censor,))
    return _result(inputs, definition, outcome.event, start=start, outcome=outcome)


def _contradiction(inputs: EndpointInputs, definition: Definition, start: date | None) -> str | None:
    """Why the dates cannot all be true (G11)."""
    death, suspected = inputs.death_date, inputs.suspected_pd_date
    while_alive = [inputs.pd_date, suspected, inputs.resolved_date, inputs.last_known_alive_date]
    if death and any(day > death for day in (*filter(None, while_alive), *_adequate_days(inputs))):
        return "after_death"
    if suspected and inputs.resolved_date and inputs.resolved_date < suspected:
        return "resolved_before_suspicion"
    counted = [death]
    if definition.progression:
        counted += [inputs.pd_date, suspected if inputs.resolution != "not_pd" else None]
    if start and any(day < start for day in filter(None, counted)):
        return "event_before_start"
    return None


def _resolutions(inputs: EndpointInputs, definition: Definition) -> tuple[Resolution | None, ...]:
    """How the suspicion ended: as given, each way if unknown, ``None`` where there is none that counts.

    Death before re-assessment is an event on the date of death, not on that of the suspicion (5.3).
    """
    suspected, death = inputs.suspected_pd_date, inputs.death_date
    if suspected is None or not definition.progression:
        return (None,)
    open_at_death = inputs.resolution in (None, "unresolved") and inputs.resolved_date is None
    if definition.death and death and open_at_death and days_between(suspected, death) <= RESOLVES_UNTIL_DAY:
        return (None,)
    return ("PD", "not_pd", "unresolved") if inputs.resolution is None else (inputs.resolution,)


def _outcome(inputs: EndpointInputs, definition: Definition, start: date, resolution: Resolution | None) -> Outcome:
    suspected = inputs.suspected_pd_date if resolution in ("PD", "unresolved") else None
    recorded = _recorded_progression(inputs, start)
    progression = min(filter(None, (suspected, recorded)), default=None) if definition.progression else None
    if progression is not None:
        if resolution == "unresolved" and progression == suspected and progression != recorded:
            return Outcome("PD", progression, "censored", _last_adequate(inputs, start, before=recorded))
        last = _last_adequate(inputs, start, before=progression)
        missed = {day for day in inputs.missed_visit_dates or () if (last or start) < day < progression}
        if len(missed) >= MISSED_VISITS_IN_A_ROW:
            return Outcome("PD", progression, "censored", last)
        return Outcome("PD", progression, "PD", progression)
    if definition.death and inputs.death_date:
        return Outcome("death", inputs.death_date, "death", inputs.death_date)
    if definition.censor == "last_known_alive":
        # Whoever was assessed was alive.
        alive = max((*filter(None, [inputs.last_known_alive_date]), *_days(inputs)), default=None)
        last = alive if alive is None else max(alive, start)
    else:
        last = _last_adequate(inputs, start)
    return Outcome("censored", last, "censored", last)


def _recorded_progression(inputs: EndpointInputs, start: date) -> date | None:
    """``pd_date``, or without one the first assessment since the start that found PD; one on the day of a suspicion is
    part of it.
    """
    if inputs.pd_date is not None:
        return inputs.pd_date
    found = (assessment.date for assessment in inputs.assessments or () if assessment.result == "PD")
    return min((day for day in found if day >= start and day != inputs.suspected_pd_date), default=None)


def _with_first_unknown_progressed(inputs: EndpointInputs, start: date) -> EndpointInputs:
    """The same patient, the first assessment since the start that has no result having found a progression."""
    assessments = inputs.assessments or ()
    without = (assessment.date for assessment in assessments if assessment.result is None)
    unknown = min((day for day in without if day >= start), default=None)
    if unknown is None:
        return inputs
    return replace(
        inputs,
        assessments=tuple(
            replace(assessment, result="PD") if assessment.date == unknown and assessment.result is None else assessment
            for assessment in assessments
        ),
    )


def _first_response(inputs: EndpointInputs) -> date | None:
    responses = (assessment.date for assessment in inputs.assessments or () if assessment.result in ("CR", "PR"))
    return min(responses, default=None)


def _last_adequate(inputs: EndpointInputs, start: date, before: date | None = None) -> date | None:
    """The last adequate assessment ahead of ``before``; one ahead of the start counts as of the start."""
    last = max((day for day in _adequate_days(inputs) if before is None or day < before), default=None)
    return None if last is None else max(last, start)


def _adequate_days(inputs: EndpointInputs) -> Iterator[date]:
    """An assessment that was not evaluable is not an adequate one."""
    return (assessment.date for assessment in inputs.assessments or () if assessment.result != "NE")


def _days(inputs: EndpointInputs) -> Iterator[date]:
    return (assessment.date for assessment in inputs.assessments or ())


def _result(
    inputs: EndpointInputs,
    definition: Definition,
    value: str,
    *,
    start: date | None = None,
    outcome: Outcome | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    outputs: dict[str, Any] = {"event_date": None, "days": None, "months": None, "sensitivity_analysis": None}
    decided = definition.decided or inputs.suspected_pd_date is not None or bool(inputs.missed_visit_dates)
    if start is not None and outcome is not None and outcome.day is not None:
        days = days_between(start, outcome.day)
        outputs = {
            "event_date": outcome.day,
            "days": days,
            "months": months_for_display(days),
            "sensitivity_analysis": {"event": outcome.sensitivity_event, "event_date": outcome.sensitivity_day},
        }
        if outcome.sensitivity_day is None:
            missing = ("assessments",)
    return Result(
        value=value,
        rule="15.1",
        criteria_version="endpoints-1",
        inputs_used=given(inputs),
        outputs=outputs,
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,) if decided else (),
        candidates=candidates,
    )


_DATE_OR_NULL = {"type": ["string", "null"], "format": "date"}

ENDPOINT = System(
    name="endpoint",
    version="endpoints-1",
    section="15.1",
    purpose="Event or censoring of a time-to-event endpoint",
    source="LM-PFS: PMC7158648; CNS-PFS: abstracts of NCT04343573 and Kaulen 2026; details are decisions",
    evidence="partly_verified",
    inputs=EndpointInputs,
    decide=decide_endpoint,
    values=one_of("PD", "death", "censored", "not_evaluable", "invalid_input"),
    outputs=(
        Output("event_date", "Day of the event or of censoring", _DATE_OR_NULL),
        Output("days", "From the start to that day", {"type": ["integer", "null"], "minimum": 0}),
        Output("months", "Days / 30.4375, one decimal", {"type": ["number", "null"], "minimum": 0}),
        Output(
            "sensitivity_analysis",
            "The same patient, censored at the last adequate assessment where visits were missed or a suspicion stands",
            {
                "type": ["object", "null"],
                "properties": {"event": one_of("PD", "death", "censored"), "event_date": _DATE_OR_NULL},
            },
        ),
    ),
    table={
        "15.1": [{"endpoint": name, **asdict(definition)} for name, definition in DEFINITIONS.items()],
        "sensitivity_analysis": {
            "missed_visits_in_a_row": MISSED_VISITS_IN_A_ROW,
            "suspicion": "unresolved",
            "then": "censored at the last adequate assessment",
        },
    },
)

SYSTEMS = (ENDPOINT,)
