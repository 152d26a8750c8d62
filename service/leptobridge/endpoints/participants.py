"""One patient's line in the event tables of a cohort."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from leptobridge.chart.chart import Entry
from leptobridge.chart.facts import Fact
from leptobridge.clinical.result import Result
from leptobridge.evaluation.course import NOT_ENROLLED, Course
from leptobridge.evaluation.evaluate import Evaluation
from leptobridge.evaluation.summary import best_response

#: Endpoint → its title, in the order of the report.
ENDPOINTS: Final[Mapping[str, str]] = {
    "os": "Overall survival",
    "pfs": "Progression-free survival",
    "cns_pfs": "CNS progression-free survival",
    "lm_pfs": "LM progression-free survival",
    "dor": "Duration of response",
}
EVENTS: Final = frozenset({"PD", "death"})
#: Best responses after which there is a duration of response.
RESPONDED: Final = frozenset({"CR", "PR"})


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed of an endpoint in one analysis: ``PD``, ``death`` or ``censored``, and its day.

    ``days`` from the start; both ``None`` where it is not evaluable.
    """

    value: str
    day: date | None
    days: int | None

    @property
    def is_event(self) -> bool:
        """Whether the endpoint was reached."""
        return self.value in EVENTS


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One endpoint of one patient; what limits it in ``missing`` and ``reason``."""

    endpoint: str
    start: date | None
    primary: Observed
    sensitivity: Observed
    missing: tuple[str, ...]
    reason: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Participant:
    """A patient of the cohort. ``best_response`` is the best LM response, ``NE`` without any grade."""

    person: str
    study: str | None
    arm: str | None
    start: date
    best_response: str
    lines: tuple[EndpointLine, ...]


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """A patient who belongs to the cohort but has no start, and why."""

    person: str
    reason: str


def without_other_studies(facts: Iterable[Fact], study: str) -> tuple[Fact, ...]:
    """The facts without enrolments elsewhere: a course in another study has another start."""
    return tuple(fact for fact in facts if fact.kind != "enrolment" or fact.value == study)


def participant_of(evaluation: Evaluation, study: str | None) -> Participant | NotPlaced | None:
    """The patient as a participant of ``study``, or of any course if it is ``None``; ``None``: not in the cohort."""
    course = evaluation.course
    if study is None:
        return None if course is None else _placed(evaluation, course)
    enrolments = [entry for entry in evaluation.chart.enrolments if entry.study == study]
    if not any(enrolment.status not in NOT_ENROLLED for enrolment in enrolments):
        return None
    if course is None or course.study != study:
        # The enrolment has no date, or comes before the diagnosis of LM.
        return NotPlaced(evaluation.person, "no_course_from_enrolment")
    return _placed(evaluation, course)


def _placed(evaluation: Evaluation, course: Course) -> Participant | NotPlaced:
    """Days are counted from an exact day alone (R-17)."""
    chart = evaluation.chart
    openings: tuple[Entry, ...] = chart.enrolments if course.opened_by == "enrolment" else chart.therapies
    starts = [entry.time for entry in openings if entry.time is not None and entry.time.last == course.start]
    if not any(time.is_exact for time in starts):
        return NotPlaced(evaluation.person, "date_precision")
    response = best_response(evaluation.assessments) or "NE"
    answers = {answer.topic: answer.result for answer in evaluation.answers if answer.system == "endpoint"}
    names = [name for name in ENDPOINTS if name in answers and (name != "dor" or response in RESPONDED)]
    return Participant(
        person=evaluation.person,
        study=course.study,
        arm=_arm(evaluation, course),
        start=course.start,
        best_response=response,
        lines=tuple(_line(name, answers[name]) for name in names),
    )


def _arm(evaluation: Evaluation, course: Course) -> str | None:
    arms = (
        enrolment.arm
        for enrolment in evaluation.chart.enrolments
        if enrolment.study == course.study and enrolment.time is not None and enrolment.time.last == course.start
    )
    return next((arm for arm in arms if arm is not None), None)


def _line(endpoint: str, result: Result) -> EndpointLine:
    outputs = result.outputs
    day: date | None = outputs.get("event_date")
    days: int | None = outputs.get("days")
    start = day - timedelta(days=days) if day is not None and days is not None else None
    primary = Observed(str(result.value), day, days)
    other = outputs.get("sensitivity_analysis") or {}
    other_day: date | None = other.get("event_date")
    sensitivity = (
        Observed(str(other["event"]), other_day, (other_day - start).days)
        if start is not None and other_day is not None
        else Observed("not_evaluable", None, None)
    )
    return EndpointLine(endpoint, start, primary, sensitivity, result.missing, result.reason, result.warnings)
