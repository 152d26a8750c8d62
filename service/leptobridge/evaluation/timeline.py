"""Choosing dated entries of a chart (exchange.md 0: partial dates, point of view; clinical.md R-17)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from leptobridge.chart.chart import Entry

Dated = TypeVar("Dated", bound=Entry)


def until(entries: Iterable[Dated], day: date) -> tuple[Dated, ...]:
    """Entries whose whole interval of possible days lies on or before ``day``; undated ones are left out."""
    return tuple(entry for entry in entries if entry.time is not None and entry.time.last <= day)


def begun(entries: Iterable[Dated], day: date) -> tuple[Dated, ...]:
    """Diagnoses that hold on ``day``: as :func:`until`, and undated ones, since nothing says that they came later."""
    return tuple(entry for entry in entries if entry.time is None or entry.time.last <= day)


def after(entries: Iterable[Dated], day: date) -> tuple[Dated, ...]:
    """Entries that certainly lie after ``day``."""
    return tuple(entry for entry in entries if entry.time is not None and entry.time.first > day)


def within(entries: Iterable[Dated], first: date, last: date) -> tuple[Dated, ...]:
    """Entries that certainly lie between two days, both included."""
    return tuple(
        entry for entry in entries if entry.time is not None and first <= entry.time.first and entry.time.last <= last
    )


def latest(entries: Iterable[Dated]) -> Dated | None:
    """The last entry by day; of several on one day the last in the order of the chart."""
    chosen: Dated | None = None
    for entry in entries:
        if entry.time is not None and (chosen is None or entry.time.last >= day_of(chosen)):
            chosen = entry
    return chosen


def nearest(entries: Iterable[Dated], day: date, reach: timedelta) -> Dated | None:
    """The exactly dated entry nearest to ``day`` within ``reach``; the one before it if two are equally near.

    Only exact days are compared: the distance to a month is no number (R-17).
    """
    candidates = [
        entry
        for entry in entries
        if entry.time is not None and entry.time.is_exact and abs(entry.time.first - day) <= reach
    ]
    return min(candidates, key=lambda entry: (abs(day_of(entry) - day), day_of(entry)), default=None)


def day_of(entry: Entry) -> date:
    """The last possible day of a dated entry."""
    assert entry.time is not None
    return entry.time.last
