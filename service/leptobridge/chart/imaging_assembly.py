"""MRI examinations: whatever was recorded of the neuraxis on one day (exchange.md 4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from leptobridge.chart.chart import CardItem, MriExamination
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
)
from leptobridge.chart.observables import CARD_ITEMS, TECHNIQUE_UNITS

MRI_KINDS = ("mri.scorecard", "mri.nodule", "mri.exam", "mri.lm", "mri.parenchymal")
#: Items of the card that show each region (clinical.md 4.1).
_REGION_ITEMS: Mapping[str, tuple[str, ...]] = {
    "brain": ("brain_nodules", "brain_linear", "hydrocephalus"),
    "spine": ("spine_nodules", "spine_linear"),
}
#: Cervical, thoracic and lumbar together are the whole spine, in one study or in several of the day.
_SPINE_PARTS = 3
_NOT_EVALUABLE = frozenset({"not_evaluable", "NE"})
_SIZES = ("brain_nodule_size", "spine_nodule_size")
_RESPONSES = frozenset({"CR", "PR", "SD", "PD", "NE"})
#: A nodule at this distance from the leptomeninges, or further, is parenchymal (clinical.md 4.1).
_PARENCHYMAL_FROM_MM = 2


def assemble_mri_examinations(statements: Statements) -> tuple[MriExamination, ...]:
    """One examination per day: card, nodules, regions imaged, technique, the reader's class, parenchymal disease."""
    return in_order(
        _examination(statements, facts)
        for _, facts in grouped(statements.of(*MRI_KINDS), lambda fact: same_day(statements.time_of(fact)))
    )


def _examination(statements: Statements, facts: tuple[Fact, ...]) -> MriExamination:
    by_item = dict(grouped(facts, lambda fact: (fact.kind, fact.item)))
    decided = {key: decide(statements, _graded(members)) for key, members in by_item.items() if not _is_repeated(key)}
    conflict = any(decision.conflict for key, decision in decided.items() if key[0] != "mri.exam")
    values: dict[tuple[str, str], Any] = {key: decision.fact.value for key, decision in decided.items()}
    items = _card_items(by_item, values)
    complete = values.get(("mri.scorecard", "form_complete"))
    stated = {region: _stated_region(values, by_item, region) for region in _REGION_ITEMS}
    parenchymal = {key[1]: str(value) for key, value in values.items() if key[0] == "mri.parenchymal" and value}
    lm_class = values.get(("mri.lm", ""))
    return MriExamination(
        time=statements.time_of(facts[0]),
        evidence=evidence_of(facts),
        flags=flags_of(facts, CONFLICT if conflict else ""),
        items=items,
        form_complete=complete if isinstance(complete, bool) else None,
        rater_overall=values.get(("mri.scorecard", "rater_overall")),
        linear_share_percent=values.get(("mri.scorecard", "linear_share_percent")),
        nodule_share_percent=values.get(("mri.scorecard", "nodule_share_percent")),
        nodules_mm=_nodules(facts, by_item),
        lm_class=lm_class if isinstance(lm_class, str) else None,
        brain_imaged=_imaged("brain", stated["brain"], items, complete is True),
        spine_imaged=_imaged("spine", stated["spine"], items, complete is True),
        technique={
            name: value for name in TECHNIQUE_UNITS if isinstance(value := values.get(("mri.exam", name)), Decimal)
        },
        parenchymal={site: value for site, value in parenchymal.items() if value not in _RESPONSES},
        parenchymal_response={site: value for site, value in parenchymal.items() if value in _RESPONSES},
    )


def _graded(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """An answer goes before "not evaluable", which says no more than that it is not known."""
    return tuple(fact for fact in facts if fact.value not in _NOT_EVALUABLE) or facts


def _is_repeated(key: tuple[str, str]) -> bool:
    return key[0] == "mri.nodule" or key[1] in _SIZES


def _card_items(
    by_item: Mapping[tuple[str, str], tuple[Fact, ...]], values: Mapping[tuple[str, str], Any]
) -> dict[str, CardItem]:
    items: dict[str, CardItem] = {}
    for item in CARD_ITEMS:
        presence, change = ("mri.scorecard", item), ("mri.scorecard", f"{item}_change")
        members = (*by_item.get(presence, ()), *by_item.get(change, ()))
        if members:
            # Asked and not known is an explicit "not evaluable", unlike an item that was left out.
            named: Any = values.get(presence) or ("not_evaluable" if presence in by_item else None)
            graded: Any = values.get(change) or ("NE" if change in by_item else None)
            items[item] = CardItem(
                presence=named,
                change=graded,
                evidence=evidence_of(members),
            )
    return items


def _stated_region(
    values: Mapping[tuple[str, str], Any], by_item: Mapping[tuple[str, str], tuple[Fact, ...]], region: str
) -> tuple[bool | None, bool]:
    """Whether the region was imaged in full, and whether that was stated rather than read from a bare code.

    A spine code without words is the spine in part, but weaker than a card that grades the whole spine.
    """
    stated = values.get(("mri.exam", f"{region}_imaged"))
    if stated is not None:
        return stated == "full", True
    read = by_item.get(("mri.exam", region), ())
    parts = {part for fact in read if isinstance(named := fact.details.get("parts"), tuple) for part in named}
    if any(fact.value in ("full", region) for fact in read) or len(parts) == _SPINE_PARTS:
        return True, True
    return (False, bool(parts)) if read else (None, False)


def _imaged(
    region: str, stated: tuple[bool | None, bool], items: Mapping[str, CardItem], complete: bool
) -> bool | None:
    """Stated, else by the card: complete, or every item of the region graded present, absent or equivocal."""
    imaged, is_statement = stated
    if is_statement:
        return imaged
    if complete:
        return True
    presences = [items[item].presence if item in items else None for item in _REGION_ITEMS[region]]
    if all(presence in ("present", "absent", "equivocal") for presence in presences):
        return True
    return imaged


def _nodules(
    facts: Iterable[Fact], by_item: Mapping[tuple[str, str], tuple[Fact, ...]]
) -> tuple[tuple[Decimal, Decimal], ...]:
    """Two diameters per LM nodule; the same size stated by two resources is one nodule."""
    sizes: Counter[tuple[Decimal, Decimal]] = Counter()
    for item in _SIZES:
        in_item: Counter[tuple[Decimal, Decimal]] = Counter()
        for _, members in grouped(by_item.get(("mri.scorecard", item), ()), lambda fact: fact.source.reference):
            in_item |= Counter(size for fact in members if (size := _size(fact.value)) is not None)
        sizes += in_item
    measured: Counter[tuple[Decimal, Decimal]] = Counter()
    nodules = [fact for fact in facts if fact.kind == "mri.nodule"]
    for _, members in grouped(nodules, lambda fact: (fact.source.reference, fact.details.get("index"))):
        stated = {fact.item: fact.value for fact in members if isinstance(fact.value, Decimal)}
        distance = stated.get("distance_to_leptomeninges_mm")
        if distance is not None and distance >= _PARENCHYMAL_FROM_MM:
            continue
        if "longest_mm" in stated and "perpendicular_mm" in stated:
            measured[_sorted_size(stated["longest_mm"], stated["perpendicular_mm"])] += 1
    return tuple(sorted((sizes | measured).elements()))


def _size(value: object) -> tuple[Decimal, Decimal] | None:
    if not isinstance(value, str):
        return None
    first, _, second = value.partition("x")
    return _sorted_size(Decimal(first), Decimal(second))


def _sorted_size(first: Decimal, second: Decimal) -> tuple[Decimal, Decimal]:
    return (first, second) if first >= second else (second, first)
