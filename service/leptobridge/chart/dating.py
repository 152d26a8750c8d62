"""The clinical time that a statement takes from its specimen, its panel or its report (exchange.md 0, time)."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact
from leptobridge.chart.versions import CurrentFacts, fact_order, key_of

_SEEN = "patient.last_seen"


def panels_of(current: CurrentFacts) -> dict[str, Fact]:
    """Resource -> the mark of the Observation that has it as a member."""
    panels: dict[str, Fact] = {}
    for name in sorted(current.marks):
        mark = current.marks[name]
        members = mark.details.get("has_member")
        if isinstance(members, tuple) and mark.status == "counted":
            for member in members:
                panels.setdefault(current.resolve(member), mark)
    return panels


def reports_of(current: CurrentFacts) -> dict[str, Fact]:
    """Resource -> the first DiagnosticReport that lists it as a result."""
    reports: dict[str, Fact] = {}
    for fact in current.facts:
        results = fact.details.get("results")
        if fact.kind == "report" and fact.status == "counted" and isinstance(results, tuple):
            for result in results:
                reports.setdefault(current.resolve_inner(result), fact)
    return reports


def dated(current: CurrentFacts) -> tuple[Fact, ...]:
    """The facts at their clinical times: the collection of the specimen that they name, or that their panel or report
    names for them; else their own time; else the time of the panel or report. Sorted as facts are.
    """
    context = _Context(
        current,
        {
            current.resolve_inner(fact.source.reference): fact.time
            for fact in current.facts
            if fact.details.get("collected") is True and fact.time is not None and fact.status == "counted"
        },
        panels_of(current),
        reports_of(current),
    )
    facts = tuple(_at_its_time(fact, context) for fact in current.facts)
    if all(fact is before for fact, before in zip(facts, current.facts, strict=True)):
        return facts
    return tuple(sorted(facts, key=fact_order))


@dataclass(frozen=True, slots=True)
class _Context:
    current: CurrentFacts
    collected: Mapping[str, ClinicalTime]
    panels: Mapping[str, Fact]
    reports: Mapping[str, Fact]

    def around(self, fact: Fact) -> list[Fact]:
        """The panel of a fact, and the reports that list it or its panel."""
        found = []
        for reference in (fact.source.reference, key_of(fact).root):
            name = self.current.resolve_inner(reference)
            panel = self.panels.get(name)
            if panel is not None:
                found.append(panel)
                name = self.current.resolve(key_of(panel).root)
            if name in self.reports:
                found.append(self.reports[name])
        return found

    def collection(self, fact: Fact) -> ClinicalTime | None:
        named = [fact.details.get("specimen")]
        for outer in self.around(fact) if named[0] is None else ():
            specimens = outer.details.get("specimens")
            named.append(outer.details.get("specimen"))
            named += specimens if isinstance(specimens, tuple) and len(specimens) == 1 else ()
        return next(
            (
                time
                for name in named
                if isinstance(name, str) and (time := self.collected.get(self.current.resolve_inner(name)))
            ),
            None,
        )


def _at_its_time(fact: Fact, context: _Context) -> Fact:
    if fact.kind in (_SEEN, "report", "specimen") or fact.details.get("collected") is True:
        return fact
    time = context.collection(fact)
    if time is None and fact.time is None:
        time = next((outer.time for outer in context.around(fact) if outer.time is not None), None)
    if time is None or time == fact.time or _tells_less(time, fact.time):
        return fact
    return replace(fact, time=time)


def _tells_less(time: ClinicalTime, own: ClinicalTime | None) -> bool:
    """A collection known to the day does not take the hour from a result of that day."""
    return own is not None and time.instant is None and time.first == time.last == own.first == own.last
