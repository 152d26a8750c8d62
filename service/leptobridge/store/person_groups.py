"""Which names mean the same human being, as a pure function over aliases (exchange.md 0, patient).

An alias is ``Patient/<id>`` or, for a logical reference, ``system|value``. Aliases that share a business identifier are
one person, unless birth date or sex contradict; an alias replaced by another (``Patient.link``) follows it always. The
person is the id of the surviving Patient.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PATIENT_PREFIX = "Patient/"


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasStatement:
    """What a resource says about an alias: business identifiers ``system|value``, and of a Patient the rest.

    ``provisional``: said by a reference, and of no account once anything is known of the alias.
    """

    alias: str
    identifiers: frozenset[str]
    birth_date: str | None = None
    sex: str | None = None
    replaced_by: str | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A stored alias, see `schema.PersonAlias`."""

    alias: str
    sequence: str
    person: str
    identifiers: frozenset[str]
    birth_date: str | None
    sex: str | None
    replaced_by: str | None
    conflict: bool


def provisional_person(identifier: str) -> str:
    """The person of a logical reference to whom no Patient has come yet: the same for the same ``system|value``."""
    return "identifier-" + hashlib.sha256(identifier.encode()).hexdigest()[:32]


def default_person(alias: str) -> str:
    """Whom an alias means while nothing is known about it."""
    return alias[len(PATIENT_PREFIX) :] if alias.startswith(PATIENT_PREFIX) else provisional_person(alias)


def contradict(one: AliasStatement | Alias, other: AliasStatement | Alias) -> bool:
    """Whether birth dates or sexes cannot be of one person; a partial date agrees with every date inside it."""
    if one.birth_date and other.birth_date:
        shorter, longer = sorted((one.birth_date, other.birth_date), key=len)
        if not longer.startswith(shorter):
            return True
    # "unknown" is no statement about the sex.
    known = [sex for sex in (one.sex, other.sex) if sex and sex != "unknown"]
    return len(known) == 2 and known[0] != known[1]


def group_aliases(aliases: Iterable[Alias]) -> dict[str, tuple[str, bool]]:
    """Person and conflict flag of each alias, for aliases that are connected by identifiers or links. Pure."""
    ordered = sorted(
        aliases, key=lambda alias: (not alias.alias.startswith(PATIENT_PREFIX), alias.sequence, alias.alias)
    )
    by_name = {alias.alias: alias for alias in ordered}
    group_of = {alias.alias: alias.alias for alias in ordered}
    members: dict[str, list[Alias]] = {alias.alias: [alias] for alias in ordered}
    conflicts: set[str] = set()

    def join(one: str, other: str) -> None:
        kept, merged = sorted((group_of[one], group_of[other]), key=lambda name: ordered.index(by_name[name]))
        if kept == merged:
            return
        for member in members.pop(merged):
            group_of[member.alias] = kept
            members[kept].append(member)

    for alias in ordered:
        if alias.replaced_by in by_name:
            join(alias.alias, str(alias.replaced_by))
    for place, alias in enumerate(ordered):
        for earlier in ordered[:place]:
            if not alias.identifiers & earlier.identifiers or group_of[alias.alias] == group_of[earlier.alias]:
                continue
            rivals = [
                (mine, theirs)
                for mine in members[group_of[alias.alias]]
                for theirs in members[group_of[earlier.alias]]
                if contradict(mine, theirs)
            ]
            if rivals:
                conflicts.update(member.alias for pair in rivals for member in pair)
            else:
                join(alias.alias, earlier.alias)
    result: dict[str, tuple[str, bool]] = {}
    for group in members.values():
        survivor = _survivor(group)
        for member in group:
            result[member.alias] = (default_person(survivor), member.alias in conflicts)
    return result


def _arrival(alias: Alias) -> tuple[bool, str, str]:
    return (not alias.alias.startswith(PATIENT_PREFIX), alias.sequence, alias.alias)


def _survivor(group: Sequence[Alias]) -> str:
    names = {member.alias for member in group}
    standing = [m for m in group if m.replaced_by is None]
    # A patient that others name as their replacement survives before one that merely came first.
    named = [m for m in standing if any(other.replaced_by == m.alias for other in group)]
    for candidates in (named, standing, list(group)):
        if candidates:
            best = min(candidates, key=_arrival)
            break
    outside = best.replaced_by
    # The replacement may be a patient who has not come yet.
    return outside if outside is not None and outside not in names else best.alias
