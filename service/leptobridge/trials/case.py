"""The case that a trial's questions are put to: a chart, its classification and the reference date."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from leptobridge.chart.chart import Chart, Entry
from leptobridge.clinical.result import Result
from leptobridge.trials.logic import agree
from leptobridge.trials.verdict import Finding

EntryType = TypeVar("EntryType", bound=Entry)

DATE_PRECISION = "date_precision"
CONFLICTING_SOURCES = "conflicting_sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One chart on one day. ``trial`` is the registry id, for statements that concern one trial alone.

    ``classification`` is the EANO-ESMO result for the same day, ``None`` where nothing points to LM.
    """

    trial: str
    chart: Chart
    classification: Result | None
    on: date


def first_day(entry: Entry) -> date:
    """The earliest day the entry can be of; an undated one has no limit."""
    return entry.time.first if entry.time else date.min


def last_day(entry: Entry, on: date) -> date:
    """The latest day the entry can be of; an undated entry is in the chart, so it is not after ``on``."""
    return entry.time.last if entry.time else on


def settled(entries: Iterable[EntryType], on: date) -> list[EntryType]:
    """Entries whose whole interval is on or before ``on`` (exchange.md 0, partial dates)."""
    return [entry for entry in entries if last_day(entry, on) <= on]


def unsettled(entries: Iterable[EntryType], on: date) -> list[EntryType]:
    """Entries of a partial date that has begun and is not over: they may or may not be of a day up to ``on``."""
    return [entry for entry in entries if first_day(entry) <= on < last_day(entry, on)]


def latest(entries: Iterable[EntryType], on: date) -> list[EntryType]:
    """Every settled entry that can be the latest: more than one where days are partial or the day is shared.

    Of entries with a written time on one day the last one counts.
    """
    known = settled(entries, on)
    if not known:
        return []
    newest = max(first_day(entry) for entry in known)
    rivals = [entry for entry in known if last_day(entry, on) >= newest]
    instants = [entry.time.instant for entry in rivals if entry.time and entry.time.instant]
    if len(instants) == len(rivals):
        last = max(instants)
        return [entry for entry in rivals if entry.time and entry.time.instant == last]
    return rivals


def ask_latest(
    entries: Sequence[EntryType], on: date, missing: tuple[str, ...], judge: Callable[[EntryType], Finding]
) -> Finding:
    """The latest entry's answer; unknown without an entry, and where partial dates or rivals leave it open (R-17).

    ``judge`` answers for one entry; the evidence and flags of that entry are added here.
    """
    rivals = latest(entries, on)
    open_ones = unsettled(entries, on)
    recheck = min((last_day(entry, on) for entry in open_ones), default=None)
    if not rivals:
        return Finding(
            truth="unknown", missing=missing, reason=DATE_PRECISION if open_ones else None, recheck_on=recheck
        )
    answers = [_with_evidence(judge(entry), entry) for entry in (*rivals, *open_ones)]
    partial = bool(open_ones) or any(first_day(entry) != last_day(entry, on) for entry in rivals)
    answer = agree(answers, DATE_PRECISION if partial else CONFLICTING_SOURCES)
    if answer.truth == "unknown" and not answer.missing:
        answer = replace(answer, missing=missing)
    days = [day for day in (answer.recheck_on, recheck) if day]
    return replace(answer, recheck_on=min(days, default=None))


def within_days(entry: Entry, on: date, days: int) -> tuple[bool | None, date | None]:
    """Whether the entry is at most ``days`` days old on ``on`` (day ``days`` included), None = its date leaves it open;
    and the day on which that changes."""
    if entry.time is None:
        return None, None
    oldest, newest = entry.time.first, entry.time.last
    limit = timedelta(days=days)
    if newest < on - limit:
        return False, None
    if oldest >= on - limit:
        return True, oldest + limit + timedelta(days=1)
    return None, newest + limit + timedelta(days=1)


def _with_evidence(finding: Finding, entry: Entry) -> Finding:
    return replace(finding, evidence=(*finding.evidence, *entry.evidence), flags=(*finding.flags, *entry.flags))
