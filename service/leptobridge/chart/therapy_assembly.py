"""Therapies: doses, statements and orders of one drug joined; radiotherapy, operations, CAR-T (exchange.md 7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from leptobridge.chart.chart import DiseaseStatus, Therapy
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import (
    Statements,
    earliest_time,
    evidence_of,
    flags_of,
    grouped,
    in_order,
    same_day,
    same_time,
)

#: Single doses further apart than this belong to two therapies (project decision: longer than any schedule of 1.1).
_PAUSE = timedelta(days=90)
#: A progression up to this long after the last dose is a progression on the drug (R-14).
_AFTER_LAST_DOSE = timedelta(days=30)
_PROGRESSION = frozenset({"PD", "worsened", "iCPD"})
_RUNNING = frozenset({"active", "in-progress", "on-hold"})
_OVER = frozenset({"completed", "stopped"})


def assemble_therapies(statements: Statements, disease_status: Sequence[DiseaseStatus]) -> tuple[Therapy, ...]:
    """All therapies given or ordered. ``reason_for_stop`` is stated, else a progression on the drug (R-14)."""
    therapies = [
        *(_with_reason(therapy, disease_status) for therapy in _drugs(statements)),
        *_radiotherapy(statements),
        *_operations(statements, "therapy.surgery", "surgery"),
        *_operations(statements, "therapy.cart", "cart"),
    ]
    return in_order(therapies)


def _drugs(statements: Statements) -> Iterator[Therapy]:
    facts = [fact for fact in statements.of("therapy.drug", "therapy.steroid") if fact.item != "corticosteroids"]
    for _, of_drug in grouped(facts, lambda fact: fact.item):
        given = [fact for fact in of_drug if fact.value == "given"]
        orders = tuple(fact for fact in of_drug if fact.value == "ordered")
        for _, of_route in grouped(given, lambda fact: fact.details.get("route")):
            for members in _courses(of_route):
                yield _drug(statements, members, orders)
        if not given:
            for _, alike in grouped(orders, lambda fact: (fact.details.get("route"), same_time(fact.time))):
                yield replace(_drug(statements, alike, ()), ordered_only=True, ongoing=None)


def _courses(facts: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
    """Statements are therapies, and take in the doses of their period; other doses are parted by long pauses."""
    statements = [fact for fact in facts if _is_statement(fact)]
    doses = [fact for fact in facts if not _is_statement(fact)]
    courses: list[list[Fact]] = [list(alike) for _, alike in grouped(statements, lambda fact: same_time(fact.time))]
    loose = []
    for dose in doses:
        home = next((course for course in courses if any(_covers(statement, dose) for statement in course)), None)
        if home is not None:
            home.append(dose)
        else:
            loose.append(dose)
    run: list[Fact] = []
    for dose in sorted(loose, key=lambda fact: (fact.time is None, fact.time.first if fact.time else None)):
        if run and dose.time and run[-1].time and dose.time.first - run[-1].time.last > _PAUSE:
            courses.append(run)
            run = []
        run.append(dose)
    if run:
        courses.append(run)
    for course in courses:
        yield tuple(course)


def _is_statement(fact: Fact) -> bool:
    return fact.details.get("event") == "MedicationStatement" or fact.end is not None


def _covers(statement: Fact, dose: Fact) -> bool:
    if statement.time is None or dose.time is None or dose.time.first < statement.time.first:
        return False
    if statement.end is not None:
        return dose.time.last <= statement.end.last
    return statement.details.get("status") in _RUNNING


def _drug(statements: Statements, facts: tuple[Fact, ...], orders: tuple[Fact, ...]) -> Therapy:
    first, every = facts[0], (*facts, *orders)
    named = next((fact for fact in facts if _is_statement(fact)), first)
    ends = [fact.end for fact in facts if fact.end is not None]
    doses = [fact for fact in facts if fact.details.get("event") in ("MedicationAdministration", "MedicationDispense")]
    dosed = next((fact for fact in every if isinstance(fact.details.get("dose"), Decimal)), None)
    status = str(named.details.get("status", ""))
    end = max(ends, key=lambda time: time.last) if ends else None
    return Therapy(
        time=earliest_time(facts),
        evidence=evidence_of(every),
        flags=flags_of(facts),
        kind="drug",
        name=_text(first, "name"),
        drug_class=_text(first, "drug_class"),
        anticancer=first.details.get("anticancer") is True,
        route=_text(first, "route"),
        status=status,
        ongoing=_ongoing(statements, status if _is_statement(named) else "", end),
        end=end,
        reason_for_stop=next((reason for fact in every if (reason := _text(fact, "reason_for_stop"))), None),
        line=_line(statements, every),
        dose=dosed.details["dose"] if dosed is not None else None,  # type: ignore[arg-type]
        dose_unit=_text(dosed, "dose_unit") if dosed is not None else None,
        administrations=tuple(fact.time for fact in doses if fact.time is not None),
    )


def _text(fact: Fact, name: str) -> str | None:
    value = fact.details.get(name)
    return value if isinstance(value, str) else None


def _ongoing(statements: Statements, status: str, end: ClinicalTime | None) -> bool | None:
    if end is not None:
        return False if end.last <= statements.on else True if end.first > statements.on else None
    return True if status in _RUNNING else False if status in _OVER else None


def _line(statements: Statements, facts: Iterable[Fact]) -> int | None:
    """The line of therapy in the Observation that an order, a dose or a statement refers to, else not computed."""
    stated = {
        statements.resource_of(fact): fact.value
        for fact in statements.of("statement")
        if fact.item == "line_of_therapy"
    }
    for fact in facts:
        supporting = fact.details.get("supporting")
        for target in supporting if isinstance(supporting, tuple) else ():
            line = stated.get(statements.resolve(target))
            if isinstance(line, int) and not isinstance(line, bool):
                return line
    return None


def _with_reason(therapy: Therapy, disease_status: Sequence[DiseaseStatus]) -> Therapy:
    """A drug that was ended is stopped for a progression that lies on it, unless another reason is stated."""
    last = therapy.end or (
        therapy.administrations[-1] if therapy.ongoing is False and therapy.administrations else None
    )
    if therapy.reason_for_stop is not None or therapy.time is None or last is None or not therapy.anticancer:
        return therapy
    progressed = any(
        status.value in _PROGRESSION
        and status.time is not None
        and therapy.time.last <= status.time.first
        and status.time.last <= last.first + _AFTER_LAST_DOSE
        for status in disease_status
    )
    return replace(therapy, reason_for_stop="progression") if progressed else therapy


def _radiotherapy(statements: Statements) -> Iterator[Therapy]:
    facts = statements.of("therapy.radiotherapy")
    courses = [fact for fact in facts if fact.item == "course"]
    measures = [fact for fact in facts if fact.item != "course"]

    def key(fact: Fact) -> tuple[object, ...]:
        return (fact.details.get("volume"), fact.details.get("technique"), same_time(fact.time))

    for (volume, technique, _), members in grouped(courses, key):
        own = [fact for fact in measures if _belongs(statements, fact, members, courses)]
        stated = {fact.item: fact.value for fact in own}
        course = members[0]
        dose, fractions = (stated.get(name, course.details.get(name)) for name in ("dose_gy", "fractions"))
        status = str(course.details.get("status", ""))
        yield Therapy(
            time=course.time,
            evidence=evidence_of((*members, *own)),
            flags=flags_of((*members, *own)),
            kind="radiotherapy",
            anticancer=True,
            status=status,
            ongoing=_ongoing(statements, status, course.end),
            end=course.end,
            volume=volume if isinstance(volume, str) else None,
            technique=technique if isinstance(technique, str) else None,
            dose_gy=dose if isinstance(dose, Decimal) else None,
            fractions=fractions if isinstance(fractions, int) else None,
            body_site=_text(course, "body_site"),
        )


def _belongs(statements: Statements, fact: Fact, members: Iterable[Fact], courses: Sequence[Fact]) -> bool:
    """Part of the Procedure, else the only course of that day."""
    part_of = fact.details.get("part_of")
    if isinstance(part_of, tuple) and part_of:
        return bool({statements.resolve(target) for target in part_of} & {statements.resource_of(m) for m in members})
    alike = [course for course in courses if same_day(course.time) == same_day(fact.time)]
    return len(alike) == 1 and alike[0] in members


def _operations(statements: Statements, kind: str, named: Literal["surgery", "cart"]) -> Iterator[Therapy]:
    for _, facts in grouped(statements.of(kind), lambda fact: (fact.value, same_time(fact.time))):
        yield Therapy(
            time=facts[0].time,
            evidence=evidence_of(facts),
            flags=flags_of(facts),
            kind=named,
            name=str(facts[0].value) if facts[0].value is not None else None,
            anticancer=True,
            end=facts[0].end,
            body_site=_text(facts[0], "body_site"),
        )
