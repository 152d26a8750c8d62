"""What judging a trial yields: a finding per question, a verdict per criterion, a verdict per trial (G8, R-13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from leptobridge.chart.facts import Source

Truth = Literal["met", "not_met", "unknown"]
Category = Literal["clinical", "laboratory", "administrative"]
Eligibility = Literal["eligible", "ineligible", "indeterminate"]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Answer to one question about one chart on one day.

    ``missing`` names fact codes in kebab-case (exchange.md 12) and is empty unless ``truth`` is unknown. ``flags`` are
    those of the facts used. ``recheck_on`` is the first later day on which the answer could differ although no fact is
    added: a count ages out, a birthday, a partial date that is over. ``None`` = never.
    """

    truth: Truth
    missing: tuple[str, ...] = ()
    reason: str | None = None
    evidence: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    recheck_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionVerdict:
    """Verdict on one criterion of a trial: ``met`` = the patient satisfies what the trial demands.

    For an exclusion criterion ``met`` says that the excluding condition is absent. ``missing`` names fact codes in
    kebab-case (exchange.md 12), ``reason`` for example ``date_precision``. ``valid_until`` is the first day on which
    the verdict changes by itself.
    """

    criterion: str
    category: Category
    verdict: Truth
    missing: tuple[str, ...] = ()
    reason: str | None = None
    evidence: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()
    valid_until: date | None = None
    text: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialVerdict:
    """Verdict on one trial (G8) and, beside it, over the clinical criteria alone (R-13).

    ``trial`` is the registry id, ``version`` that of the trial file. ``failed`` lists the criteria that are not met,
    each of which is enough to exclude; ``missing`` the facts that an indeterminate verdict waits for, the one that
    would settle most first. ``disease`` is the truth of the criterion that the trial file marks as its disease.
    ``arm`` is given unless the patient is ineligible or the fact that chooses it is unknown (``arm_missing``).
    ``valid_until`` is the first day on which ``eligibility`` or ``clinical_eligibility`` could change by itself,
    ``next_change`` the first on which any criterion could. ``flags`` are those of this rule (``protocol_violation``),
    ``fact_flags`` those of the facts used.
    """

    trial: str
    version: str
    eligibility: Eligibility
    clinical_eligibility: Eligibility
    disease: Truth
    criteria: tuple[CriterionVerdict, ...]
    arm: str | None = None
    arm_missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    fact_flags: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()
    valid_until: date | None = None
    next_change: date | None = None


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items without repetition, each where it came first."""
    return tuple(dict.fromkeys(items))
