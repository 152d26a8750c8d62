"""Change between two neurological examinations scored by levels, as the LANO and NANO cards share it (3.2, 8.2).

Levels: 0 = normal, higher = worse. A domain that was not assessed at both visits, or that is left out, does not count.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

Domain = TypeVar("Domain", bound=str)

#: So many levels are a change; a single level elsewhere blocks improvement (D-39).
CHANGE_LEVELS: Final = 2


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What the domains assessed at both visits show.

    ``worse``: versus baseline or best, by 2 levels or newly to the highest. ``improved``: by 2 levels versus baseline,
    and no domain worse by even one. ``assessed_once``: domains assessed at one of the two visits only.
    """

    worse: bool
    improved: bool
    assessed: tuple[str, ...]
    assessed_once: tuple[str, ...]


def within_scale(levels: Mapping[Domain, int | None], max_level: Mapping[Domain, int]) -> bool:
    """Whether every level is one that its domain has."""
    return all(level is None or 0 <= level <= max_level[domain] for domain, level in levels.items())


def level_change(
    max_level: Mapping[Domain, int],
    baseline: Mapping[Domain, int | None],
    current: Mapping[Domain, int | None],
    best: Mapping[Domain, int | None],
    *,
    left_out: Collection[str] = (),
    unnamed: int | None = None,
) -> LevelChange:
    """The change from ``baseline`` to ``current``; ``best`` so far, a domain not named there being its baseline.

    ``None`` = not assessed. ``unnamed``: the level of a domain that an examination does not name.
    """
    worse = improved = worse_than_baseline = False
    assessed: list[str] = []
    assessed_once: list[str] = []
    for domain, highest in max_level.items():
        if domain in left_out:
            continue
        before, now = baseline.get(domain, unnamed), current.get(domain, unnamed)
        if before is None or now is None:
            if before is not now:
                assessed_once.append(domain)
            continue
        assessed.append(domain)
        best_level = best.get(domain)
        reference = before if best_level is None else min(before, best_level)
        worse |= now - reference >= CHANGE_LEVELS or (now == highest and reference < highest)
        worse_than_baseline |= now > before
        improved |= before - now >= CHANGE_LEVELS
    return LevelChange(worse, improved and not worse_than_baseline, tuple(assessed), tuple(assessed_once))
