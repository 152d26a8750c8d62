"""Measured lesions, and the forms that readers fill for a rule (exchange.md 4, 5, 8)."""

from collections import Counter
from collections.abc import Hashable
from decimal import Decimal

from leptobridge.chart.chart import Lesion, ReaderForm
from leptobridge.chart.facts import Fact, FactValue
from leptobridge.chart.joining import CONFLICT, Statements, decide, evidence_of, flags_of, grouped, in_order, same_time


def assemble_lesions(statements: Statements) -> tuple[Lesion, ...]:
    """One entry per lesion and date. What several resources say of one lesion id is joined; without an id, resources
    that say just the same tell of one lesion, while those of one resource are different ones.
    """
    alike: Counter[tuple[str, Hashable]] = Counter()
    lesions: dict[Hashable, list[Fact]] = {}
    readings = grouped(statements.of("lesion"), lambda fact: (fact.source.reference, fact.details.get("index")))
    for (reference, _), facts in readings:
        name = next((fact.value for fact in facts if fact.item == "lesion_id"), None)
        said = frozenset((fact.item, str(fact.value), fact.details.get("organ")) for fact in facts)
        alike[reference, said] += 1
        identity: Hashable = name if name is not None else (said, alike[reference, said])
        lesions.setdefault((identity, same_time(facts[0].time)), []).extend(facts)
    return in_order(_lesion(statements, tuple(facts)) for facts in lesions.values())


def _lesion(statements: Statements, facts: tuple[Fact, ...]) -> Lesion:
    decided = {item: decide(statements, members) for item, members in grouped(facts, lambda fact: fact.item)}
    stated = {item: decision.fact.value for item, decision in decided.items()}
    organ = _text(stated.get("organ")) or next(
        (organ for fact in facts if (organ := _text(fact.details.get("organ")))), None
    )
    slices, irradiated = stated.get("axial_slices"), stated.get("irradiated")
    conflict = any(decision.conflict for decision in decided.values())
    return Lesion(
        time=facts[0].time,
        evidence=evidence_of(facts),
        flags=flags_of(facts, CONFLICT if conflict else ""),
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


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def assemble_reader_forms(statements: Statements) -> tuple[ReaderForm, ...]:
    """Each form with the values of its inputs in the order sent. Of an input that several resources fill for one time
    the later issued one has the say.
    """
    forms = grouped(statements.of("assessment.item"), lambda fact: (fact.details.get("form"), same_time(fact.time)))
    return in_order(_form(statements, str(form), facts) for (form, _), facts in forms)


def _form(statements: Statements, system: str, facts: tuple[Fact, ...]) -> ReaderForm:
    items: dict[str, tuple[FactValue, ...]] = {}
    conflict = False
    for item, members in grouped(sorted(facts, key=_place), lambda fact: fact.item):
        filled = {
            reference: tuple(fact.value for fact in of_resource)
            for reference, of_resource in grouped(members, lambda fact: fact.source.reference)
        }
        if item:
            items[item] = filled[decide(statements, members).fact.source.reference]
            conflict = conflict or len(set(filled.values())) > 1
    return ReaderForm(
        time=facts[0].time,
        evidence=evidence_of(facts),
        flags=flags_of(facts, CONFLICT if conflict else ""),
        system=system,
        items=items,
    )


def _place(fact: Fact) -> int:
    index = fact.details.get("index")
    return index if isinstance(index, int) else 0
