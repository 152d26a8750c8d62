"""When a course starts: enrolment, else the first LM-directed therapy (exchange.md 1 ``course.start`` and 7)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leptobridge.chart.chart import Chart, Enrolment, Therapy
from leptobridge.evaluation.classification import classify
from leptobridge.evaluation.timeline import day_of, until

#: ResearchSubject statuses of someone who never took part (exchange.md 1).
NOT_ENROLLED = frozenset(
    {"candidate", "potential-candidate", "eligible", "ineligible", "not-registered", "pending-on-study", "screening"}
)
#: Radiotherapy volumes that treat LM (exchange.md 7, LM-directed).
LM_VOLUMES = frozenset({"craniospinal", "wbrt", "involved_field"})


@dataclass(frozen=True, slots=True)
class Course:
    """A course of LM-directed care: everything up to ``start`` is baseline, everything after it response.

    ``opening``: the enrolment or therapy that the start was read from.
    """

    start: date
    opened_by: Literal["enrolment", "therapy"]
    study: str | None
    opening: Enrolment | Therapy | None = None


def find_lm_diagnosis(chart: Chart, on: date) -> date | None:
    """The earlier of the coded LM's date and the first date on which the classification has a type."""
    coded = [day_of(diagnosis) for diagnosis in until(chart.lm_diagnoses, on) if diagnosis.status != "refuted"]
    examined = {
        entry.time.last
        for entries in (chart.csf_samples, chart.biopsies, chart.mri_examinations, chart.clinical_lm)
        for entry in entries
        if entry.time is not None and entry.time.last <= on
    }
    for day in sorted(examined):
        if coded and day >= min(coded):
            break
        if classify(chart, day).result.outputs.get("type") is not None:
            return day
    return min(coded, default=None)


def find_course(chart: Chart, on: date) -> Course | None:
    """The course that is open on a day, or None before one starts."""
    diagnosed = find_lm_diagnosis(chart, on)
    if diagnosed is not None:
        enrolments = [
            enrolment
            for enrolment in until(chart.enrolments, on)
            if enrolment.status not in NOT_ENROLLED and day_of(enrolment) >= diagnosed
        ]
        if enrolments:
            enrolment = max(enrolments, key=lambda entry: (day_of(entry), entry.study))
            return Course(day_of(enrolment), "enrolment", enrolment.study, enrolment)
    therapies = [therapy for therapy in until(chart.therapies, on) if is_lm_directed(therapy, diagnosed)]
    if not therapies:
        return None
    first = min(therapies, key=day_of)
    return Course(day_of(first), "therapy", None, first)


def is_lm_directed(therapy: Therapy, diagnosed: date | None) -> bool:
    """Whether a given therapy treats LM (exchange.md 7): intrathecal, or from the day of the diagnosis on."""
    if therapy.ordered_only or therapy.time is None:
        return False
    if therapy.kind == "drug" and therapy.anticancer and therapy.route == "intrathecal":
        return True
    if diagnosed is None or therapy.time.first < diagnosed:
        return False
    if therapy.kind == "radiotherapy":
        return therapy.volume in LM_VOLUMES
    return therapy.kind == "drug" and therapy.anticancer
