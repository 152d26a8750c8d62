"""Reading a dated series of CSF samples: class of a sample, entries by day, state after the last entry (3.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.calendar import days_between
from leptobridge.clinical.csf_adequacy import ADEQUATE, sample_grade, unknown_grade_fields
from leptobridge.clinical.cytology import MINIMUM_VOLUME_ML
from leptobridge.clinical.inputs import CsfSample, Site

CsfState = Literal["NN", "CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ", "NE"]
SampleClass = Literal["positive", "equivocal", "negative", "NE"]

#: A second negative confirms clearance from so many days after the first (CSF1).
CONFIRMED_AFTER_DAYS = 28
#: Which class of the samples of one day stands for the day.
STRENGTH: Final[tuple[SampleClass, ...]] = ("positive", "equivocal", "negative", "NE")
BOTH_SITES: Final[frozenset[Site]] = frozenset({"lumbar", "ventricular"})


class Reading(NamedTuple):
    """Class of one sample; ``rule`` and ``missing`` say why it is NE."""

    result: SampleClass
    rule: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """The samples of one day: the class of the day, and the sites with an adequate negative (``None`` = unknown)."""

    day: date
    reading: Reading
    negative_sites: frozenset[Site | None]


class SeriesState(NamedTuple):
    """State after the last entry. ``needs``: sites without a negative since the last positive (CSF2)."""

    state: CsfState
    confirmed: date | None = None
    needs: frozenset[Site] = frozenset()


def read_sample(sample: CsfSample, *, haematological: bool, response: bool) -> Reading:
    """Class of a sample: CSF3 for haematological primaries, adequacy of a negative by CSF4.

    A response sample must be shown to be adequate to count as negative; a baseline sample is inadequate only where
    less than 5 ml is recorded.
    """
    reading = _read_results(sample, haematological)
    if reading.result != "negative":
        return reading
    if not response:
        too_small = sample.volume_ml is not None and sample.volume_ml < MINIMUM_VOLUME_ML
        return Reading("NE", "CSF4") if too_small else reading
    if sample_grade(sample) in ADEQUATE:
        return reading
    return Reading("NE", "CSF4", unknown_grade_fields(sample))


def _read_results(sample: CsfSample, haematological: bool) -> Reading:
    results: tuple[str | None, ...] = (sample.csf_cytology, sample.flow) if haematological else (sample.csf_cytology,)
    if "positive" in results:
        return Reading("positive")
    if "equivocal" in results:
        return Reading("equivocal")
    if all(result == "negative" for result in results):
        return Reading("negative")
    missing = tuple(
        name for name, result in zip(("csf_cytology", "flow"), results, strict=False) if result in (None, "not_done")
    )
    return Reading("NE", "CSF3" if "negative" in results else "CSF4", missing)


def strongest(readings: Iterable[Reading]) -> Reading:
    """The reading that stands for several samples: positive, else equivocal, else negative, else NE."""
    return min(readings, key=lambda reading: (STRENGTH.index(reading.result), reading.missing), default=Reading("NE"))


def entries_by_day(samples: Sequence[tuple[date, CsfSample]], *, haematological: bool) -> tuple[Entry, ...]:
    """One entry per sampling day, earliest first; the order of the samples has no meaning."""
    by_day: dict[date, list[tuple[CsfSample, Reading]]] = {}
    for day, sample in samples:
        reading = read_sample(sample, haematological=haematological, response=True)
        by_day.setdefault(day, []).append((sample, reading))
    return tuple(
        Entry(
            day,
            strongest(reading for _, reading in by_day[day]),
            frozenset(sample.site for sample, reading in by_day[day] if reading.result == "negative"),
        )
        for day in sorted(by_day)
    )


def state_of_negative_baseline(entries: Sequence[Entry]) -> SeriesState:
    """Baseline negative or equivocal: the last entry alone decides."""
    states: Mapping[SampleClass, CsfState] = {"negative": "NN", "positive": "CONV", "equivocal": "EQ", "NE": "NE"}
    return SeriesState(states[entries[-1].reading.result])


def state_of_positive_baseline(
    entries: Sequence[Entry], *, both_sites: bool, unknown_site_counts: bool = False
) -> SeriesState:
    """Baseline positive: the clock of CSF1, over both sites where CSF2 applies (``both_sites``).

    ``unknown_site_counts``: read a negative from an unknown site as one from either site, not from none.
    """
    required: tuple[Site | None, ...] = ("lumbar", "ventricular") if both_sites else (None,)
    first_negative: dict[Site | None, date] = {}
    confirmed_at: dict[Site | None, date] = {}
    confirmed: date | None = None
    ever_confirmed = False
    state: CsfState = "NE"
    for entry in entries:
        match entry.reading.result:
            case "positive":
                state = "CONV" if ever_confirmed else "POS"
                confirmed = None
                first_negative.clear()
                confirmed_at.clear()
            case "equivocal":
                state = "EQ"
            case "NE":
                state = "NE"
            case "negative":
                state = "CLEAR_U"
        if entry.reading.result in ("positive", "NE") or (entry.reading.result == "equivocal" and not both_sites):
            continue
        for site in required:
            if _counts_at(site, entry, both_sites=both_sites, unknown_site_counts=unknown_site_counts):
                started = first_negative.setdefault(site, entry.day)
                if days_between(started, entry.day) >= CONFIRMED_AFTER_DAYS:
                    confirmed_at.setdefault(site, entry.day)
        if confirmed is None and len(confirmed_at) == len(required):
            confirmed, ever_confirmed = max(confirmed_at.values()), True
        if confirmed is not None and entry.reading.result == "negative":
            state = "CLEAR_C"
    needs = frozenset(BOTH_SITES - set(first_negative)) if both_sites and state == "CLEAR_U" else frozenset()
    return SeriesState(state, confirmed if state == "CLEAR_C" else None, needs)


def _counts_at(site: Site | None, entry: Entry, *, both_sites: bool, unknown_site_counts: bool) -> bool:
    if not both_sites:
        return bool(entry.negative_sites)
    return site in entry.negative_sites or (unknown_site_counts and None in entry.negative_sites)
