"""Neurological examinations, performance status, and answers that stand by themselves (exchange.md 5)."""

from typing import Literal

from leptobridge.chart.chart import CodedAnswer, NeurologicalExamination, PerformanceStatus
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import (
    CONFLICT,
    Statements,
    decide,
    evidence_of,
    flags_of,
    grouped,
    in_order,
    same_day,
    same_time,
)
from leptobridge.chart.observables import LANO_DOMAINS

_SCALES: tuple[Literal["ecog", "kps", "lansky", "gcs"], ...] = ("ecog", "kps", "lansky", "gcs")


def assemble_answers(
    statements: Statements, kind: str, *, item: str = "", by_value: bool = False
) -> tuple[CodedAnswer, ...]:
    """The answers of a kind, one per time; ``by_value``: different answers of one time stand side by side."""
    facts = [fact for fact in statements.of(kind) if fact.item == item or by_value]
    entries = []
    for _, members in grouped(facts, lambda fact: (same_time(fact.time), fact.value if by_value else None)):
        decision = decide(statements, members)
        value = decision.fact.value
        if isinstance(value, bool):
            value = "yes" if value else "no"
        entries.append(
            CodedAnswer(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                value=None if value is None else str(value),
            )
        )
    return in_order(entries)


def assemble_neurological_examinations(statements: Statements) -> tuple[NeurologicalExamination, ...]:
    """One examination per day, from one Observation with components, a panel, or single Observations."""
    return in_order(
        _examination(statements, facts)
        for _, facts in grouped(statements.of("neuro.exam"), lambda fact: same_day(statements.time_of(fact)))
    )


def _examination(statements: Statements, facts: tuple[Fact, ...]) -> NeurologicalExamination:
    conflict = False
    by_item = dict(grouped(facts, lambda fact: fact.item))

    def settled(item: str) -> Fact | None:
        nonlocal conflict
        members = by_item.get(item)
        if not members:
            return None
        decision = decide(statements, members)
        conflict = conflict or decision.conflict
        return decision.fact

    levels = {
        domain: fact.value if isinstance(fact.value, int) else None
        for domain in LANO_DOMAINS
        if (fact := settled(domain)) is not None
    }
    normal = settled("other_domains_normal")
    judgement = settled("clinician_neuro")
    attribution = settled("attribution")
    explained = {str(fact.value) for fact in by_item.get("explained_by_other_cause", ()) if fact.value is not None}
    return NeurologicalExamination(
        time=statements.time_of(facts[0]),
        evidence=evidence_of(facts),
        flags=flags_of(facts, CONFLICT if conflict else ""),
        levels=levels,
        other_domains_normal=normal.value if normal is not None and isinstance(normal.value, bool) else None,
        explained_by_other_cause=tuple(sorted(explained)),
        clinician_neuro=_text(judgement),
        attribution=_text(attribution),  # type: ignore[arg-type]
    )


def _text(fact: Fact | None) -> str | None:
    return fact.value if fact is not None and isinstance(fact.value, str) else None


def assemble_performance(statements: Statements) -> tuple[PerformanceStatus, ...]:
    """Scores by scale and time; an explicit unknown is an entry without a value."""
    entries = []
    for scale in _SCALES:
        stated = statements.of(f"performance.{scale}")
        for _, facts in grouped(stated, lambda fact: same_time(statements.time_of(fact))):
            decision = decide(statements, facts)
            value = decision.fact.value
            entries.append(
                PerformanceStatus(
                    time=statements.time_of(decision.fact),
                    evidence=evidence_of(decision.facts),
                    flags=decision.flags,
                    scale=scale,
                    value=value if isinstance(value, int) else None,
                    limits=_limits(decision.fact),
                )
            )
    return in_order(entries)


def _limits(fact: Fact) -> tuple[int, int] | None:
    low, high = fact.details.get("at_least"), fact.details.get("at_most")
    return (low, high) if isinstance(low, int) and isinstance(high, int) else None
