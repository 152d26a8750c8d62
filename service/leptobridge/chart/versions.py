"""Which versions of which resources speak: corrections, retractions, business identifiers (exchange.md 0)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from leptobridge.chart.facts import Fact

_MARK = "patient.last_seen"


@dataclass(frozen=True, slots=True)
class VersionKey:
    """One version of one resource; contained resources belong to their container."""

    root: str
    version: int


@dataclass(slots=True)
class _Version:
    key: VersionKey
    facts: list[Fact] = field(default_factory=list)
    mark: Fact | None = None

    def _detail(self, name: str) -> str:
        value = self.mark.details.get(name) if self.mark is not None else None
        return value if isinstance(value, str) else ""

    @property
    def last_updated(self) -> str:
        return self._detail("last_updated")

    @property
    def issued(self) -> str:
        return self._detail("issued")

    @property
    def received(self) -> str:
        return self._detail("received") or max((fact.recency for fact in self.facts), default="")

    @property
    def is_retracted(self) -> bool:
        stated = [self.mark] if self.mark is not None else self.facts
        return any(fact.status == "retracted" for fact in stated)

    def speaks_on(self, on: date) -> bool:
        """A refutation speaks from its own day; before it the version that it replaced does."""
        return not self.coming(on)

    def coming(self, on: date) -> list[Fact]:
        """The refutations that this version makes and whose day has not come: they only tell when to look again."""
        return [
            fact
            for fact in self.facts
            if "refuted" in (fact.value, fact.details.get("state")) and fact.time is not None and fact.time.last > on
        ]


@dataclass(frozen=True, slots=True)
class CurrentFacts:
    """The facts of the versions that count, and how references resolve.

    ``issued``: when each version was issued (else its recency), for rival statements. ``retracted``: representatives of
    resources that were taken back. ``representative``: every name of a resource -> one name.
    """

    facts: tuple[Fact, ...]
    issued: Mapping[VersionKey, str]
    retracted: frozenset[str]
    representative: Mapping[str, str]
    marks: Mapping[str, Fact]

    def resolve(self, reference: str) -> str:
        """One name for a reference, whatever form it was sent in; contained resources keep their own."""
        for candidate in (reference, "/".join(reference.split("/")[-2:])):
            found = self.representative.get(candidate)
            if found is not None:
                return found
        return reference

    def resolve_inner(self, reference: str) -> str:
        """One name for a resource or a contained one, which keeps its own id behind its container's name."""
        root, mark, inner = reference.partition("#")
        return self.resolve(root) + mark + inner


def key_of(fact: Fact) -> VersionKey:
    """The resource version that a fact belongs to."""
    return VersionKey(fact.source.reference.split("#", 1)[0], fact.source.version)


def current_facts(facts: Iterable[Fact], on: date) -> CurrentFacts:
    """Select the newest version of each resource, and of resources that share a business identifier.

    Newer = later ``meta.lastUpdated``, else later ``issued``, else received later. A version that was entered in error
    silences itself and all older ones. The result does not depend on the order of the facts.
    """
    versions: dict[VersionKey, _Version] = {}
    for fact in facts:
        key = key_of(fact)
        version = versions.setdefault(key, _Version(key))
        if fact.kind == _MARK and "#" not in fact.source.reference:
            version.mark = fact
        version.facts.append(fact)
    representative = _representatives(versions.values())
    groups: dict[str, list[_Version]] = {}
    for version in versions.values():
        groups.setdefault(representative[version.key.root], []).append(version)
    kept: list[Fact] = []
    retracted: set[str] = set()
    marks: dict[str, Fact] = {}
    for name, group in groups.items():
        newest = _newest(group, on)
        if newest is None:
            retracted.add(name)
            continue
        if newest.mark is not None:
            marks[name] = newest.mark
        kept.extend(fact for fact in newest.facts if fact.status != "retracted")
        kept.extend(fact for version in group for fact in version.coming(on) if version is not newest)
    for group in groups.values():
        for version in group:
            for fact in version.facts:
                for identifier in fact.identifiers:
                    kind = version.key.root.split("/", 1)[0]
                    representative.setdefault(f"identifier:{identifier}", representative[version.key.root])
                    representative.setdefault(f"{kind}:{identifier}", representative[version.key.root])
    issued = {key: version.issued or version.last_updated or version.received for key, version in versions.items()}
    ordered = tuple(sorted(kept, key=fact_order))
    return CurrentFacts(ordered, issued, frozenset(retracted), representative, marks)


def fact_order(fact: Fact) -> tuple[object, ...]:
    """A total order of facts that depends on nothing but the facts."""
    time = fact.time
    return (
        (time.last.isoformat(), time.first.isoformat(), time.instant.isoformat() if time.instant else "")
        if time is not None
        else ("", "", ""),
        fact.kind,
        fact.item,
        fact.recency,
        fact.source.reference,
        fact.source.version,
        str(fact.value),
        fact.absence or "",
        sorted((name, str(value)) for name, value in fact.details.items()),
    )


def _newest(group: list[_Version], on: date) -> _Version | None:
    if all(version.last_updated for version in group):
        group = sorted(group, key=lambda v: (v.last_updated, v.is_retracted, v.received, v.key.version, v.key.root))
    elif all(version.issued for version in group):
        group = sorted(group, key=lambda v: (v.issued, v.received, v.key.version, v.is_retracted, v.key.root))
    else:
        group = sorted(group, key=lambda v: (v.received, v.key.version, v.is_retracted, v.key.root))
    for version in reversed(group):
        if version.is_retracted:
            return None
        if version.speaks_on(on):
            return version
    return group[-1]


def _representatives(versions: Iterable[_Version]) -> dict[str, str]:
    """Roots that share a business identifier -> the first of them by name. Observations must ask the same, too: one
    order number often stands on all results of a panel. Patients complete each other: each hospital knows some of it.
    """
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    by_identifier: dict[tuple[str, str, str], str] = {}
    for version in versions:
        root = version.key.root
        find(root)
        mark = version.mark
        stated = [mark] if mark is not None else version.facts[:1]
        for fact in stated:
            kind = root.split("/", 1)[0]
            if kind == "Patient":
                continue
            code = str(fact.details.get("code", ""))
            for identifier in fact.identifiers:
                other = by_identifier.setdefault((kind, identifier, code), root)
                first, second = sorted((find(root), find(other)))
                parent[second] = first
    return {name: find(name) for name in parent}
