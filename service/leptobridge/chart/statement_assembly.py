"""Blood values, statements that trials ask for, and response stated by others (exchange.md 8 to 10)."""

from collections.abc import Mapping
from decimal import Decimal

from leptobridge.chart.chart import Bound, DiseaseStatus, Measurement, Statement
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import Statements, decide, evidence_of, grouped, in_order, same_time
from leptobridge.chart.sample_assembly import is_csf


def assemble_measurements(statements: Statements, csf_specimens: Mapping[str, Fact]) -> tuple[Measurement, ...]:
    """Blood values, one per analyte and time; a value of a CSF specimen is CSF chemistry."""
    blood = [fact for fact in statements.of("laboratory") if not is_csf(statements, fact, csf_specimens)]
    entries = []
    for (code, _), facts in grouped(blood, lambda fact: (fact.item, same_time(fact.time))):
        decision = decide(statements, facts)
        value = decision.fact.value
        entries.append(
            Measurement(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                code=code,
                value=value if isinstance(value, Decimal) else None,
                unit=decision.fact.unit or "",
                bound=_bound(decision.fact),
            )
        )
    return in_order(entries)


def assemble_statements(statements: Statements) -> tuple[Statement, ...]:
    """Statements, one per code, trial and time; an explicit unknown is one without a value."""

    def key(fact: Fact) -> tuple[object, ...]:
        return (fact.item, fact.details.get("focus"), same_time(fact.time))

    entries = []
    for (code, focus, _), facts in grouped(statements.of("statement"), key):
        decision = decide(statements, facts)
        entries.append(
            Statement(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                code=str(code),
                value=decision.fact.value,
                unit=decision.fact.unit,
                focus=focus if isinstance(focus, str) else None,
                bound=_bound(decision.fact),
            )
        )
    return in_order(entries)


def _bound(fact: Fact) -> Bound | None:
    """The bound of a number behind a comparator, which is no value."""
    comparator, limit = fact.details.get("comparator"), fact.details.get("bound")
    if fact.value is not None or not isinstance(limit, Decimal) or not isinstance(comparator, str):
        return None
    match comparator:
        case "<" | "<=" | ">" | ">=":
            return Bound(comparator, limit)
    return None


def assemble_disease_status(statements: Statements) -> tuple[DiseaseStatus, ...]:
    """Response or trend as others state it, one per compartment, criteria and time."""

    def key(fact: Fact) -> tuple[object, ...]:
        return (fact.details.get("compartment"), fact.details.get("criteria"), same_time(fact.time))

    entries = []
    for (compartment, criteria, _), facts in grouped(statements.of("disease.status"), key):
        decision = decide(statements, facts)
        value = decision.fact.value
        entries.append(
            DiseaseStatus(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                value=value if isinstance(value, str) else None,
                compartment=compartment if isinstance(compartment, str) else None,
                criteria=criteria if isinstance(criteria, str) else None,
            )
        )
    return in_order(entries)
