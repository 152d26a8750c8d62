"""How statements are joined into entries: visibility on a day, duplicates, rivals, evidence (exchange.md 0)."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import TypeVar

from leptobridge.chart.chart import Entry
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.dating import dated, panels_of
from leptobridge.chart.facts import Fact, FactValue, Source
from leptobridge.chart.versions import CurrentFacts, VersionKey, key_of

K = TypeVar("K", bound=Hashable)
EntryType = TypeVar("EntryType", bound=Entry)

#: Kinds that last: without a date they count (nothing says since when); an undated event counts from its receipt on.
_LASTING = (
    "patient.",
    "cancer.",
    "lm.",
    "dural.",
    "metastasis",
    "comorbidity",
    "csf.device",
    "variant",
    "gene.",
    "report",
    "specimen",
    "enrolment",
)
CONFLICT = "conflicting_sources"


@dataclass(frozen=True, slots=True)
class Statements:
    """All facts of a person that have begun by a day, by kind, in a fixed order; and the pending ones.

    A fact of a partial date that has begun and may not be over is among them; who asks for a day tells by its time.
    ``panels``: resource -> the Observation that has it as a member. ``future_days``: when later facts will count.
    """

    on: date
    by_kind: Mapping[str, tuple[Fact, ...]]
    current: CurrentFacts
    panels: Mapping[str, Fact]
    pending: tuple[Fact, ...]
    future_days: tuple[date, ...]

    def of(self, *kinds: str) -> tuple[Fact, ...]:
        """The facts of the kinds, in their fixed order within each kind."""
        return tuple(fact for kind in kinds for fact in self.by_kind.get(kind, ()))

    def has_come(self, fact: Fact) -> bool:
        """Whether the whole interval of possible days is past, or nothing says when (exchange.md 0, partial dates)."""
        return fact.time is None or fact.time.last <= self.on

    def issued(self, fact: Fact) -> str:
        """When the version that states the fact was issued: the later of two rivals decides."""
        return self.current.issued.get(VersionKey(key_of(fact).root, fact.source.version), fact.recency)

    def resource_of(self, fact: Fact) -> str:
        """The one name of the resource that states the fact."""
        return self.current.resolve(key_of(fact).root)

    def resolve(self, reference: str) -> str:
        """The one name of a referenced resource; a contained one keeps its own id behind its container's name."""
        return self.current.resolve_inner(reference)

    def time_of(self, fact: Fact) -> ClinicalTime | None:
        """The time of the panel that has the fact's Observation as a member, else the fact's own."""
        panel = self.panels.get(self.resource_of(fact))
        return fact.time if panel is None or panel.time is None else panel.time


def statements_on(current: CurrentFacts, on: date) -> Statements:
    """Sort the current facts into what has begun by the day, what is pending, and what comes later."""
    by_kind: dict[str, list[Fact]] = {}
    pending: list[Fact] = []
    future: set[date] = set()
    for fact in dated(current):
        if _taken_back_with_specimen(fact, current):
            continue
        if fact.status == "pending":
            if fact.kind != "patient.last_seen" and (fact.time is None or fact.time.first <= on):
                pending.append(fact)
            continue
        if fact.time is not None and fact.time.last > on:
            if fact.kind != "patient.last_seen":
                future.add(fact.time.last)
            if fact.time.first > on:
                continue
        if fact.time is None and not fact.kind.startswith(_LASTING) and _received_after(fact, current, on):
            continue
        by_kind.setdefault(fact.kind, []).append(fact)
    return Statements(
        on,
        {kind: tuple(facts) for kind, facts in by_kind.items()},
        current,
        panels_of(current),
        tuple(pending),
        tuple(sorted(future)),
    )


def _taken_back_with_specimen(fact: Fact, current: CurrentFacts) -> bool:
    specimen = fact.details.get("specimen")
    return isinstance(specimen, str) and current.resolve(specimen.split("#")[0]) in current.retracted


def _received_after(fact: Fact, current: CurrentFacts, on: date) -> bool:
    mark = current.marks.get(current.resolve(key_of(fact).root))
    received = mark.details.get("received") if mark is not None else fact.recency
    return isinstance(received, str) and received[:10] > on.isoformat()


def evidence_of(facts: Iterable[Fact]) -> tuple[Source, ...]:
    """The resource versions that the facts come from, each once, sorted."""
    return tuple(sorted({fact.source for fact in facts}, key=lambda s: (s.reference, s.version, s.rule)))


def flags_of(facts: Iterable[Fact], *more: str) -> tuple[str, ...]:
    """The flags of the facts, each once, sorted, and more."""
    return tuple(sorted({flag for fact in facts for flag in fact.flags} | {flag for flag in more if flag}))


def same_time(time: ClinicalTime | None) -> tuple[object, ...]:
    """Two times are the same if days and, where both were given, instants are."""
    if time is None:
        return ("", "", "")
    return (time.first, time.last, time.instant.isoformat() if time.instant else "")


def same_day(time: ClinicalTime | None) -> tuple[object, ...]:
    """The key of a day (or of the interval that a partial date stands for)."""
    return ("", "") if time is None else (time.first, time.last)


def earliest_time(facts: Iterable[Fact]) -> ClinicalTime | None:
    """The first of the facts' times, the one with an instant before the bare day."""
    times = [fact.time for fact in facts if fact.time is not None]
    return min(
        times,
        key=lambda t: (t.last, t.instant is None, t.instant.isoformat() if t.instant else "", t.text),
        default=None,
    )


def in_order(entries: Iterable[EntryType]) -> tuple[EntryType, ...]:
    """Entries by time, undated ones first; those of one time keep their order."""
    return tuple(sorted(entries, key=_entry_order))


def _entry_order(entry: Entry) -> tuple[str, str]:
    time = entry.time
    if time is None:
        return ("", "")
    return (time.last.isoformat(), time.instant.astimezone(UTC).isoformat() if time.instant else "")


def grouped(facts: Iterable[Fact], key: Callable[[Fact], K]) -> Iterator[tuple[K, tuple[Fact, ...]]]:
    """The facts by key, groups in the order of their first fact."""
    groups: dict[K, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(key(fact), []).append(fact)
    for name, members in groups.items():
        yield name, tuple(members)


@dataclass(frozen=True, slots=True)
class Decided:
    """What rival statements about the same come to: the value of the later issued, and whether they contradict."""

    fact: Fact
    facts: tuple[Fact, ...]
    conflict: bool

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the deciding and agreeing facts, and ``conflicting_sources``."""
        return flags_of(self.facts, CONFLICT if self.conflict else "")


def decide(statements: Statements, facts: tuple[Fact, ...]) -> Decided:
    """The later issued wins; a value goes before "asked, not known"; equal values agree (exchange.md 0, correction)."""
    known = tuple(fact for fact in facts if fact.value is not None) or facts
    chosen = max(
        known, key=lambda fact: (statements.issued(fact), fact.recency, str(fact.value), fact.source.reference)
    )
    values = {_comparable(fact.value) for fact in known}
    return Decided(chosen, known, len(values) > 1)


def _comparable(value: FactValue) -> object:
    return str(value) if isinstance(value, bool) else value
