"""Measured lesions, and the forms that readers fill for a rule (exchange.md 4, 5, 8)."""

from decimal import Decimal

from leptobridge.chart.chart import Lesion, ReaderForm
from leptobridge.chart.facts import Fact, FactValue
from leptobridge.chart.joining import Statements, evidence_of, flags_of, grouped, in_order


def assemble_lesions(statements: Statements) -> tuple[Lesion, ...]:
    """One entry per lesion and date: per Observation, or per group of a form."""
    entries = []
    facts = statements.of("lesion")
    for _, members in grouped(facts, lambda fact: (fact.source.reference, fact.details.get("index"))):
        stated = {fact.item: fact.value for fact in members}
        organ = _text(stated.get("organ")) or next(
            (organ for fact in members if (organ := _text(fact.details.get("organ")))), None
        )
        slices, irradiated = stated.get("axial_slices"), stated.get("irradiated")
        entries.append(
            Lesion(
                time=members[0].time,
                evidence=evidence_of(members),
                flags=flags_of(members),
                lesion_id=_text(stated.get("lesion_id")),
                role=_text(stated.get("role")),
                compartment=_text(stated.get("compartment")),
                kind=_text(stated.get("kind")),
                organ=organ,
                longest_mm=_number(stated.get("longest_mm")),
                perpendicular_mm=_number(stated.get("perpendicular_mm")),
                short_axis_mm=_number(stated.get("short_axis_mm")),
                axial_slices=slices if isinstance(slices, int) and not isinstance(slices, bool) else None,
                irradiated=irradiated if isinstance(irradiated, bool) else None,
            )
        )
    return in_order(entries)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def assemble_reader_forms(statements: Statements) -> tuple[ReaderForm, ...]:
    """Each form with the values of its inputs in the order sent."""
    entries = []
    facts = statements.of("assessment.item")
    for (_, form), members in grouped(facts, lambda fact: (fact.source.reference, fact.details.get("form"))):
        items: dict[str, tuple[FactValue, ...]] = {}
        for fact in sorted(members, key=_place):
            if fact.item:
                items[fact.item] = (*items.get(fact.item, ()), fact.value)
        entries.append(
            ReaderForm(
                time=members[0].time,
                evidence=evidence_of(members),
                flags=flags_of(members),
                system=str(form),
                items=items,
            )
        )
    return in_order(entries)


def _place(fact: Fact) -> int:
    index = fact.details.get("index")
    return index if isinstance(index, int) else 0
