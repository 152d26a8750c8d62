"""Response of target lesions versus baseline and nadir (6.2, 7.1), and what remains possible where sizes are unknown.

RANO-BM measures the growth of 5 mm on each lesion, RECIST 1.1 on the sum (D-08): for RECIST the sum is the only size.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

TargetResponse = Literal["CR", "PR", "SD", "PD"]
#: Sizes in mm, one per lesion in the same order at every scan; ``None`` = not known, as a whole or for one lesion.
Sizes = tuple[Decimal | None, ...] | None

#: A sum of at most so many percent of the baseline sum is PR; the nadir includes the baseline (G3, G6).
PR_UNTIL_PERCENT: Final = 70
#: PD needs a sum of at least so many percent of the nadir sum, and growth by so many mm.
PD_FROM_PERCENT: Final = 120
PD_GROWTH_MM: Final = 5

ALL_RESPONSES: Final[frozenset[TargetResponse]] = frozenset({"CR", "PR", "SD", "PD"})


def possible_target_responses(baseline: Sizes, nadir: Sizes, current: Sizes) -> frozenset[TargetResponse]:
    """The responses that the sizes leave open; exactly one where all of them are known (6.2, 7.1).

    A sum that is 20 % above the nadir without growth by 5 mm is SD, even if it is 30 % below baseline. An unknown
    nadir is at most the baseline; an unknown size is at least 0, so that the known lesions alone may show PD.
    """
    at_baseline, at_nadir, now = total_of(baseline), total_of(nadir), total_of(current)
    if now is None:
        return _possible_of_incomplete(baseline, nadir, current)
    if now == 0:
        return frozenset({"CR"})
    sizes = _known(current)
    if at_nadir is not None:
        if _percent_grown(at_nadir, now):
            return frozenset({"PD"} if _lesion_grown(nadir, current) else {"SD"})
        if at_baseline is not None:
            return frozenset({"PR"} if percent_shrunk(at_baseline, now) else {"SD"})
        return frozenset({"PR"} if percent_shrunk(at_nadir, now) else {"PR", "SD"})
    # Every nadir up to the baseline is possible. PD is certain if none of them leaves all lesions below 5 mm of growth.
    least = sum((max(size - PD_GROWTH_MM, Decimal(0)) for size in sizes), Decimal(0))
    if at_baseline is not None and _percent_grown(at_baseline, now) and least >= at_baseline:
        return frozenset({"PD"})
    possible: set[TargetResponse] = {"SD"}
    if at_baseline is None or percent_shrunk(at_baseline, now):
        possible.add("PR")
    if max(sizes) >= PD_GROWTH_MM:
        possible.add("PD")
    return frozenset(possible)


def possible_over_visits(baseline: Decimal | None, visits: Iterable[Decimal | None]) -> list[frozenset[TargetResponse]]:
    """What the sums in mm leave open at each visit; the nadir is the smallest known sum before it (G6)."""
    possible: list[frozenset[TargetResponse]] = []
    nadir = baseline
    for current in visits:
        by_nadir = possible_target_responses((baseline,), (nadir,), (current,))
        if baseline is None and by_nadir != {"PD"}:
            # The unknown baseline may be below every sum since, so these can only show PD.
            by_nadir = possible_target_responses(None, None, (current,))
        possible.append(by_nadir)
        if current is not None:
            nadir = current if nadir is None else min(nadir, current)
    return possible


def _possible_of_incomplete(baseline: Sizes, nadir: Sizes, current: Sizes) -> frozenset[TargetResponse]:
    """The lesions that were measured can rule out what the others cannot bring back: they are at least 0."""
    at_baseline, at_nadir, known = total_of(baseline), total_of(nadir), _known(current)
    if at_nadir is not None and known and _percent_grown(at_nadir, sum(known)) and _lesion_grown(nadir, current):
        return frozenset({"PD"})
    if at_baseline is not None and not percent_shrunk(at_baseline, sum(known, Decimal(0))):
        return frozenset({"SD", "PD"})
    return ALL_RESPONSES - {"CR"} if any(known) else ALL_RESPONSES


def _known(sizes: Sizes) -> tuple[Decimal, ...]:
    return tuple([size for size in sizes or () if size is not None])


def total_of(sizes: Sizes) -> Decimal | None:
    """The sum of the sizes in mm, None where one is unknown."""
    if sizes is None:
        return None
    total = Decimal(0)
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


def _percent_grown(nadir: Decimal, current: Decimal | int) -> bool:
    return 100 * current >= PD_FROM_PERCENT * nadir


def percent_shrunk(baseline: Decimal, current: Decimal) -> bool:
    """Whether the sum is at least 30 % below the baseline sum, both in mm (G3)."""
    return 100 * current <= PR_UNTIL_PERCENT * baseline


def _lesion_grown(nadir: Sizes, current: Sizes) -> bool:
    pairs: Iterable[tuple[Decimal | None, Decimal | None]] = zip(nadir or (), current or (), strict=True)
    return any(now - then >= PD_GROWTH_MM for then, now in pairs if then is not None and now is not None)
