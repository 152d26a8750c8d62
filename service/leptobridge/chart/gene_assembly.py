"""Gene findings and receptors, with the specimen they were found in (exchange.md 6; clinical.md R-12)."""

from collections.abc import Mapping
from typing import Literal

from leptobridge.chart.chart import Receptor, Variant
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import Statements, decide, evidence_of, grouped, in_order, same_day, same_time

RECEPTOR_KINDS = ("receptor.her2", "receptor.er", "receptor.pr", "pdl1")


def assemble_variants(statements: Statements, csf_specimens: Mapping[str, Fact]) -> tuple[Variant, ...]:
    """One entry per gene, alteration, specimen and time."""
    others = _other_specimens(statements)

    def key(fact: Fact) -> tuple[object, ...]:
        specimen = _specimen_kind(statements, fact, csf_specimens, others)
        return (fact.item, fact.details.get("alteration"), specimen, same_time(fact.time))

    entries = []
    for (_, alteration, specimen, _), facts in grouped(statements.of("variant"), key):
        decision = decide(statements, facts)
        method = decision.fact.details.get("method")
        entries.append(
            Variant(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                gene=decision.fact.item,
                alteration=alteration if isinstance(alteration, str) else None,
                present=decision.fact.value if isinstance(decision.fact.value, bool) else None,
                specimen=specimen if isinstance(specimen, str) else None,
                method=method if isinstance(method, str) else None,
            )
        )
    return in_order(entries)


def assemble_receptors(statements: Statements, csf_specimens: Mapping[str, Fact]) -> tuple[Receptor, ...]:
    """One entry per receptor result, specimen and time; the specimen of a CSF sample is a metastasis (R-12)."""
    others = _other_specimens(statements)
    entries = []
    facts = statements.of(*RECEPTOR_KINDS)
    for (name, specimen_key, _), members in grouped(
        facts, lambda fact: (fact.item, _specimen_key(statements, fact), same_time(fact.time))
    ):
        decision = decide(statements, members)
        entries.append(
            Receptor(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                name=name,
                value=decision.fact.value,
                specimen=_origin(statements, decision.fact, csf_specimens, others),
                specimen_key=specimen_key,
            )
        )
    return in_order(entries)


def _other_specimens(statements: Statements) -> dict[str, Fact]:
    return {statements.resolve(fact.source.reference): fact for fact in statements.of("specimen")}


def _specimen_of(statements: Statements, fact: Fact) -> str | None:
    specimen = fact.details.get("specimen")
    return statements.resolve(specimen) if isinstance(specimen, str) else None


def _specimen_kind(
    statements: Statements, fact: Fact, csf_specimens: Mapping[str, Fact], others: Mapping[str, Fact]
) -> str | None:
    name = _specimen_of(statements, fact)
    if name in csf_specimens:
        return "csf"
    specimen = others.get(name or "")
    if specimen is not None and isinstance(specimen.value, str) and specimen.value in ("blood", "tissue"):
        return specimen.value
    worded = fact.details.get("specimen_type")
    return worded if isinstance(worded, str) else None


def _specimen_key(statements: Statements, fact: Fact) -> str:
    """What joins the results of one specimen: the Specimen, else the body site, else the day."""
    name = _specimen_of(statements, fact)
    if name is not None:
        return name
    site = fact.details.get("body_site")
    return str(site) if site else "/".join(str(day) for day in same_day(fact.time))


def _origin(
    statements: Statements, fact: Fact, csf_specimens: Mapping[str, Fact], others: Mapping[str, Fact]
) -> Literal["metastasis", "primary"] | None:
    name = _specimen_of(statements, fact)
    if name in csf_specimens:
        return "metastasis"
    specimen = others.get(name or "")
    for details in (fact.details, specimen.details if specimen is not None else {}):
        origin = details.get("origin")
        if origin == "metastasis":
            return "metastasis"
        if origin == "primary":
            return "primary"
    return None
