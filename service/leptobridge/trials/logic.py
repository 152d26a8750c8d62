"""Three-valued logic of Kleene over findings (design 5, G8)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from leptobridge.trials.verdict import Finding, Truth, in_order

Item = TypeVar("Item")

_NEGATION: dict[Truth, Truth] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}


def truth_of_all(truths: Sequence[Truth]) -> Truth:
    """Conjunction: one ``not_met`` decides, then one ``unknown``; nothing to satisfy is ``met``."""
    if "not_met" in truths:
        return "not_met"
    return "unknown" if "unknown" in truths else "met"


def truth_of_any(truths: Sequence[Truth]) -> Truth:
    """Disjunction: one ``met`` decides, then one ``unknown``; nothing to choose from is ``not_met``."""
    if "met" in truths:
        return "met"
    return "unknown" if "unknown" in truths else "not_met"


def truth_of_at_least(number: int, truths: Sequence[Truth]) -> Truth:
    """``met`` once ``number`` are met, ``not_met`` once the unknown ones could no longer make up for it."""
    certain = truths.count("met")
    if certain >= number:
        return "met"
    return "unknown" if certain + truths.count("unknown") >= number else "not_met"


def truth_of_not(truth: Truth) -> Truth:
    """Negation; the opposite of unknown is unknown."""
    return _NEGATION[truth]


def join(truth: Truth, findings: Sequence[Finding]) -> Finding:
    """The finding of a combination that came out as ``truth``: it rests on the parts that came out the same.

    Where no part did (``not`` of a part, an empty combination) it rests on all of them. Every part can change it on a
    later day, so the first ``recheck_on`` of any part is kept.
    """
    deciding = [finding for finding in findings if finding.truth == truth] or list(findings)
    days = [finding.recheck_on for finding in findings if finding.recheck_on]
    reasons = [finding.reason for finding in deciding if finding.reason]
    return Finding(
        truth=truth,
        missing=in_order(name for finding in deciding for name in finding.missing) if truth == "unknown" else (),
        reason=min(reasons, default=None),
        evidence=in_order(source for finding in deciding for source in finding.evidence),
        warnings=in_order(name for finding in deciding for name in finding.warnings),
        flags=in_order(name for finding in deciding for name in finding.flags),
        recheck_on=min(days, default=None),
    )


def join_all(findings: Sequence[Finding]) -> Finding:
    """Conjunction of findings."""
    return join(truth_of_all([finding.truth for finding in findings]), findings)


def join_any(findings: Sequence[Finding]) -> Finding:
    """Disjunction of findings."""
    return join(truth_of_any([finding.truth for finding in findings]), findings)


def join_at_least(number: int, findings: Sequence[Finding]) -> Finding:
    """At least ``number`` of the findings."""
    return join(truth_of_at_least(number, [finding.truth for finding in findings]), findings)


def agree(findings: Sequence[Finding], disagreement: str) -> Finding:
    """What rival readings of one fact say together: their common answer, else unknown for ``disagreement`` (G1).

    ``findings`` is not empty. Where all are unknown the first of their reasons by name stands.
    """
    truths = {finding.truth for finding in findings}
    if len(truths) == 1:
        return join(findings[0].truth, findings)
    unsettled = join("unknown", findings)
    return Finding(
        truth="unknown",
        missing=in_order(name for finding in findings for name in finding.missing),
        reason=disagreement,
        evidence=in_order(source for finding in findings for source in finding.evidence),
        flags=in_order(name for finding in findings for name in finding.flags),
        recheck_on=unsettled.recheck_on,
    )


def first_change(
    judge_on: Callable[[date], Item],
    recheck_on: Callable[[Item], date | None],
    answer: Callable[[Item], object],
    start: Item,
    *,
    limit: int = 12,
) -> date | None:
    """The first day on which ``answer`` differs from that of ``start``, found by judging again on each recheck day.

    ``None`` if it never changes by itself. After ``limit`` days without a change the next day to look again is given,
    so that a caller looks again too early rather than too late.
    """
    day = recheck_on(start)
    for _ in range(limit):
        if day is None:
            return None
        later = judge_on(day)
        if answer(later) != answer(start):
            return day
        day = recheck_on(later)
    return day
