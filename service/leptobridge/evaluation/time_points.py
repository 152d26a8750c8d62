"""Time points: which examinations belong together (design 4; exchange.md 12, Time points)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leptobridge.chart.chart import Chart, CsfSample, Entry, MriExamination, NeurologicalExamination
from leptobridge.evaluation.classification import is_lm_examination
from leptobridge.evaluation.csf_series import cytology_samples
from leptobridge.evaluation.timeline import after, latest, nearest, until, within

#: A component belongs to a scorecard if it lies within this distance of it.
REACH = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The last examination of each component within the window before the start; for CSF all samples within it.

    ``mri`` is the last examination, ``card`` the last scorecard of the window, ``cards_before`` every scorecard up to
    the start (the reader of the first follow-up card compared it with the last of them).
    """

    neurological: NeurologicalExamination | None
    mri: MriExamination | None
    card: MriExamination | None
    cards_before: tuple[MriExamination, ...]
    csf: tuple[CsfSample, ...]


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One time point. A component is None where nothing was examined; ``csf_day`` is its sampling day."""

    day: date
    card: MriExamination | None
    neurological: NeurologicalExamination | None
    csf_day: date | None
    mri: MriExamination | None = None
    requested: bool = False


def find_baseline(chart: Chart, start: date, window_days: int) -> Baseline:
    """The baseline of a course: the window has both ends in (28 days up to and including the start)."""
    first = start - timedelta(days=window_days)
    examinations = within((e for e in chart.mri_examinations if is_lm_examination(e)), first, start)
    cards_before = until((e for e in chart.mri_examinations if e.has_card), start)
    return Baseline(
        latest(within(chart.neurological_examinations, first, start)),
        latest(examinations),
        latest(e for e in examinations if e.has_card),
        cards_before,
        within(cytology_samples(chart.csf_samples), first, start),
    )


def find_time_points(chart: Chart, start: date, on: date) -> tuple[TimePoint, ...]:
    """The time points after ``start`` and up to ``on``, in order.

    Every scorecard is one and gathers the nearest examination of each other component within 14 days; examinations
    near no card make time points of their own, one a day. Only exactly dated examinations can be placed (R-17).
    """
    examinations = _exact(after(until(chart.mri_examinations, on), start))
    cards = tuple(e for e in examinations if e.has_card)
    classes = tuple(e for e in examinations if not e.has_card and e.lm_class is not None)
    neurological = _exact(after(until(chart.neurological_examinations, on), start))
    samples = _exact(after(until(cytology_samples(chart.csf_samples), on), start))
    card_days = [_day(card) for card in cards]

    points: dict[date, TimePoint] = {}
    for card in cards:
        day = _day(card)
        sample = nearest(samples, day, REACH)
        points[day] = TimePoint(
            day, card, nearest(neurological, day, REACH), _day(sample) if sample is not None else None, card
        )
    alone = sorted(
        {
            _day(entry)
            for entries in (neurological, samples, classes)
            for entry in entries
            if all(abs(_day(entry) - day) > REACH for day in card_days)
        }
    )
    for day in alone:
        points[day] = TimePoint(
            day,
            None,
            latest(e for e in neurological if _day(e) == day),
            day if any(_day(s) == day for s in samples) else None,
            latest(e for e in classes if _day(e) == day),
        )
    return tuple(points[day] for day in sorted(points))


def requested_time_point(chart: Chart, start: date, on: date) -> TimePoint:
    """The time point of a day that was asked for: it gathers like a scorecard of that day, which there is none of."""
    neurological = nearest(_exact(after(until(chart.neurological_examinations, on), start)), on, REACH)
    sample = nearest(_exact(after(until(cytology_samples(chart.csf_samples), on), start)), on, REACH)
    return TimePoint(on, None, neurological, _day(sample) if sample is not None else None, requested=True)


def _exact(entries: Sequence[Entry]) -> tuple:  # type: ignore[type-arg]
    return tuple(entry for entry in entries if entry.time is not None and entry.time.is_exact)


def _day(entry: Entry) -> date:
    assert entry.time is not None
    return entry.time.first
