"""The response series of a course: each time point by LM-COMP-1, suspected progression carried on (clinical.md 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from leptobridge.chart.chart import Chart, Entry, MriExamination, NeurologicalExamination
from leptobridge.clinical.lm_response import LmComp1Inputs, decide_lm_comp_1
from leptobridge.clinical.result import Result
from leptobridge.evaluation.classification import flags_of, primary_of
from leptobridge.evaluation.course import Course
from leptobridge.evaluation.csf_series import (
    cytology_samples,
    device_on,
    induction_completed,
    induction_statement,
    read_csf,
)
from leptobridge.evaluation.lm_imaging import CARD_ITEMS, read_lm_imaging
from leptobridge.evaluation.neurology import NeuroReading, read_examination
from leptobridge.evaluation.scorecard_series import CardReading, grade, read_cards
from leptobridge.evaluation.time_points import Baseline, TimePoint
from leptobridge.evaluation.timeline import after, day_of

#: 5.3, resolution of SUSPECTED_PD, in days from the first suspicion: from EARLIEST on a re-assessment resolves, after
#: ON_TIME it is late, after LATEST the suspicion stays unresolved.
EARLIEST, ON_TIME, LATEST = 21, 35, 56

#: Imaging classes of a baseline that are findings (5.2).
NO_FINDING, FINDINGS = "D_normal", frozenset({"A", "B", "C", "present", "D_hydrocephalus"})


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for each component of a time point; the response rests on all of it and on ``shared``."""

    neuro: tuple[Entry, ...]
    imaging: tuple[Entry, ...]
    csf: tuple[Entry, ...]
    shared: tuple[Entry, ...]

    @property
    def all(self) -> tuple[Entry, ...]:
        """Everything that the response used, each entry once for each component that it served."""
        return (*self.imaging, *self.csf, *self.neuro, *self.shared)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One time point with its components and its response; ``result`` is what is shown, after 5.3."""

    point: TimePoint
    result: Result
    neuro: NeuroReading | None
    card: CardReading | None
    csf: Result | None
    read: Read

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of all that was read, and those of an impossible card or examination."""
        card = self.card.flags if self.card is not None else ()
        neuro = self.neuro.flags if self.neuro is not None else ()
        return (*flags_of(self.read.all), *card, *neuro)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An open suspicion of progression: its first day and the component that raised it (C2b neuro, C3 csf)."""

    since: date
    raised_by: Literal["neuro", "csf"]


def assess(chart: Chart, course: Course, baseline: Baseline, points: Sequence[TimePoint]) -> tuple[Assessment, ...]:
    """Every time point in order; a pure function of the chart as of the day asked for."""
    cards = [point.card for point in points if point.card is not None]
    readings = dict(zip((c.time for c in cards), read_cards(baseline.cards_before, baseline.card, cards), strict=True))
    suspicion: Suspicion | None = None
    assessments = []
    for point in points:
        reading = readings[point.card.time] if point.card is not None else None
        assessment = _components(chart, course, baseline, point, reading)
        assessment, suspicion = _resolve(assessment, suspicion)
        assessments.append(assessment)
    return tuple(assessments)


def baseline_imaging(baseline: Baseline) -> bool | None:
    """``b_img``: at least one of the five items present; a reader's class stands where it was given (5.2, G9)."""
    if baseline.mri is None:
        return None
    if baseline.mri.lm_class in FINDINGS:
        return True
    if baseline.mri.lm_class == NO_FINDING:
        return False
    grades = [grade(baseline.mri, item) for item in CARD_ITEMS]
    if 1 in grades:
        return True
    imaging = read_lm_imaging(baseline.mri)
    if imaging.mri_lm in FINDINGS:
        return True
    return False if None not in grades or imaging.mri_lm == NO_FINDING else None


def _components(
    chart: Chart, course: Course, baseline: Baseline, point: TimePoint, card: CardReading | None
) -> Assessment:
    since = _since(chart, course, point.neurological)
    examined = point.neurological
    neuro = read_examination(baseline.neurological, since, examined) if examined is not None else None
    samples = [
        s
        for s in cytology_samples(chart.csf_samples)
        if s.time is not None and s.time.is_exact and s.time.first > course.start
    ]
    series = [s for s in samples if point.csf_day is not None and s.time is not None and s.time.first <= point.csf_day]
    known_on = max(point.csf_day or point.day, point.day)
    csf = read_csf(chart, baseline.csf, series, known_on)
    derived = card.derived if card is not None else None
    reader = card.reader if card is not None else None
    b_csf = csf.outputs.get("b_csf")
    result = decide_lm_comp_1(
        LmComp1Inputs(
            neuro=neuro.change if neuro is not None else None,  # type: ignore[arg-type]
            attribution=neuro.attribution if neuro is not None else None,  # type: ignore[arg-type]
            neuro_scored=neuro.scored if neuro is not None else None,
            imaging_derived=derived,  # type: ignore[arg-type]
            imaging_reader=reader,  # type: ignore[arg-type]
            primary=primary_of(chart),  # type: ignore[arg-type]
            csf=csf.value if point.csf_day is not None else "NE",  # type: ignore[arg-type]
            csf_repeated=point.csf_day is not None,
            b_img=baseline_imaging(baseline),
            b_csf=b_csf,
            induction_completed=induction_completed(chart, point.day),
        )
    )
    limits = tuple(name for name in csf.missing if csf.value in ("CLEAR_U", "NE") and point.csf_day is not None)
    result = replace(
        result,
        missing=_unique(result.missing, limits),
        outputs={
            **result.outputs,
            "neuro": neuro.change if neuro is not None else "NE",
            "imaging": _imaging(card),
            "csf": str(csf.value) if point.csf_day is not None else "NE",
        },
    )
    sampled = point.csf_day is not None
    circumstances = (device_on(chart, known_on), induction_statement(chart, known_on)) if sampled else ()
    read = Read(
        neuro=_entries(baseline.neurological, *since, point.neurological) if point.neurological is not None else (),
        imaging=_entries(
            baseline.mri, baseline.card, *_earlier_cards(chart, course, baseline, point), point.card, point.mri
        ),
        csf=_entries(*baseline.csf, *series, *circumstances, *chart.primaries),
        shared=_entries(course.opening),
    )
    return Assessment(point, result, neuro, card, csf if sampled else None, read)


def _since(chart: Chart, course: Course, current: NeurologicalExamination | None) -> list[NeurologicalExamination]:
    """The examinations between the start and this one, for the best level."""
    if current is None or current.time is None:
        return []
    return [
        examination
        for examination in after(chart.neurological_examinations, course.start)
        if examination.time is not None and examination.time.last < current.time.first
    ]


def _earlier_cards(chart: Chart, course: Course, baseline: Baseline, point: TimePoint) -> list[MriExamination]:
    """The cards that a card is read against beside its baseline: the last before the start, and those since."""
    if point.card is None:
        return []
    since = [e for e in after(chart.mri_examinations, course.start) if e.has_card and day_of(e) < point.day]
    return [*baseline.cards_before[-1:], *since]


def _entries(*entries: Entry | None) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry is not None)


def _imaging(card: CardReading | None) -> str:
    if card is None or card.invalid_item is not None:
        return "NE"
    return str(card.result.outputs.get("imaging") or "NE")


def _resolve(assessment: Assessment, suspicion: Suspicion | None) -> tuple[Assessment, Suspicion | None]:
    """5.3 and exchange.md 12: what becomes of an open suspicion at the next time point."""
    result, day = assessment.result, assessment.point.day
    if suspicion is None:
        if result.value == "SUSPECTED_PD":
            return assessment, Suspicion(day, "neuro" if result.rule == "C2b" else "csf")
        return _dated(assessment, day), None
    days = (day - suspicion.since).days
    if result.value == "PD":
        return _dated(_late(assessment, days), suspicion.since), None
    if days >= EARLIEST and days <= LATEST and _examined(assessment, suspicion):
        if _still_suspected(assessment):
            confirmed = replace(assessment, result=replace(result, value="PD"))
            return _dated(_late(confirmed, days), suspicion.since), None
        return _late(assessment, days), None
    flags = _unique(result.flags, ("unresolved",) if days > LATEST else ())
    stands = replace(result, value="SUSPECTED_PD", rule="5.3", flags=flags)
    return replace(assessment, result=stands), suspicion


def _examined(assessment: Assessment, suspicion: Suspicion) -> bool:
    if suspicion.raised_by == "neuro":
        return assessment.neuro is not None and assessment.neuro.change != "NE"
    return assessment.csf is not None and assessment.csf.value != "NE"


def _still_suspected(assessment: Assessment) -> bool:
    """Neuro still worse without another cause, or CSF positive again, which is the state CONV alone (5.3).

    As in `lm_response_course`: whatever raised the first suspicion, a second one in a row confirms it. CSF counts
    also where an unknown baseline keeps the response itself from being evaluable.
    """
    outside = assessment.result.reason == "outside_scope"
    positive_again = assessment.csf is not None and assessment.csf.value == "CONV" and not outside
    return assessment.result.value == "SUSPECTED_PD" or positive_again


def _dated(assessment: Assessment, day: date) -> Assessment:
    if assessment.result.value != "PD":
        return assessment
    result = replace(assessment.result, outputs={**assessment.result.outputs, "pd_date": day})
    return replace(assessment, result=result)


def _late(assessment: Assessment, days: int) -> Assessment:
    if not ON_TIME < days <= LATEST:
        return assessment
    flags = _unique(assessment.result.flags, ("late_reassessment",))
    return replace(assessment, result=replace(assessment.result, flags=flags))


def _unique(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))
