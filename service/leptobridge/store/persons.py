"""Persons in the database: what names each has, and whom a name means today.

Groups are computed anew from the stored aliases whenever one of them changes, so that a corrected identifier also parts
what it had joined. Resources of aliases whose person changes are re-keyed in the same transaction;
conclusions stay with the person that they were made of, which is due, so that they are taken back there
(exchange.md 12).
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import text
from sqlmodel import Session

from leptobridge.store.bulk import KeyedStatement, Statement, insert_rows, is_postgresql
from leptobridge.store.person_groups import PATIENT_PREFIX, Alias, AliasStatement, default_person, group_aliases

_PERSONS = KeyedStatement("SELECT p.alias, p.person FROM {keys} CROSS JOIN person_alias p WHERE p.alias = a")


def persons_of(session: Session, aliases: Iterable[str]) -> dict[str, str]:
    """The person of each alias, known or not."""
    wanted = set(aliases)
    found: dict[str, str] = dict(_PERSONS.run(session, [(alias,) for alias in wanted]))
    return {alias: found.get(alias) or default_person(alias) for alias in wanted}


def person_of(session: Session, patient_id: str) -> str:
    """The person whom ``Patient/<patient_id>`` means today: itself, or the survivor of a merge."""
    alias = PATIENT_PREFIX + patient_id
    return persons_of(session, [alias])[alias]


def person_flags(session: Session, person: str) -> tuple[str, ...]:
    """``patient_conflict`` where another patient has the same identifier and another birth date or sex."""
    statement = text("SELECT 1 FROM person_alias WHERE person = :person AND conflict LIMIT 1")
    return ("patient_conflict",) if session.connection().execute(statement, {"person": person}).first() else ()


def patients_of_person(session: Session, person: str) -> tuple[str, ...]:
    """Ids of all Patients that are this person."""
    statement = text("SELECT alias FROM person_alias WHERE person = :person ORDER BY sequence, alias")
    rows = session.connection().execute(statement, {"person": person})
    names = [row[0][len(PATIENT_PREFIX) :] for row in rows if row[0].startswith(PATIENT_PREFIX)]
    return tuple(names) or (person,)


#: Aliases by name, those that are replaced by one of the names, and those that carry one of the identifiers.
_LOAD = KeyedStatement(
    "SELECT p.alias, p.sequence, p.person, p.birth_date, p.sex, p.replaced_by, p.conflict, i.identifier FROM ("
    "SELECT b AS alias FROM {keys} WHERE a = 'alias'"
    " UNION SELECT r.alias FROM {keys} CROSS JOIN person_alias r WHERE a = 'alias' AND r.replaced_by = b"
    " UNION SELECT c.alias FROM {keys} CROSS JOIN person_identifier c WHERE a = 'identifier' AND c.identifier = b"
    ") AS named CROSS JOIN person_alias p LEFT JOIN person_identifier i ON i.alias = p.alias"
    " WHERE p.alias = named.alias",
    width=2,
)


def _load(session: Session, *, names: Iterable[str], identifiers: Iterable[str]) -> dict[str, Alias]:
    keys = [*(("alias", name) for name in names), *(("identifier", identifier) for identifier in identifiers)]
    rows = _LOAD.run(session, keys)
    carried: dict[str, set[str]] = {}
    for alias, *_, identifier in rows:
        carried.setdefault(alias, set()).update([identifier] if identifier else [])
    return {
        alias: Alias(
            alias=alias,
            sequence=sequence,
            person=person,
            identifiers=frozenset(carried[alias]),
            birth_date=birth_date,
            sex=sex,
            replaced_by=replaced_by,
            conflict=bool(conflict),
        )
        for alias, sequence, person, birth_date, sex, replaced_by, conflict, _ in rows
    }


def _connected(session: Session, start: Iterable[str], shared: Iterable[str]) -> dict[str, Alias]:
    """All aliases that identifiers and links connect with ``start`` or with the identifiers ``shared``."""
    reached: dict[str, Alias] = {}
    names, identifiers = set(start), set(shared)
    seen_names, seen_identifiers = set(names), set(identifiers)
    while names or identifiers:
        loaded = _load(session, names=names, identifiers=identifiers)
        found = [alias for name, alias in loaded.items() if name not in reached]
        reached |= loaded
        names = {name for alias in found for name in (alias.alias, alias.replaced_by) if name} - seen_names
        identifiers = {identifier for alias in found for identifier in alias.identifiers} - seen_identifiers
        seen_names |= names
        seen_identifiers |= identifiers
    return reached


#: In one order over both kinds, so that no two transactions wait for each other.
_LOCK = Statement(
    "SELECT 1",
    postgresql="SELECT CASE WHEN is_changed THEN CAST(pg_advisory_xact_lock(lock) AS text)"
    " ELSE CAST(pg_advisory_xact_lock_shared(lock) AS text) END FROM ("
    "SELECT hashtextextended(name, 0) AS lock, bool_or(is_changed) AS is_changed FROM ("
    "SELECT unnest(CAST(:changed AS text[])) AS name, true AS is_changed"
    " UNION ALL SELECT unnest(CAST(:read AS text[])), false) AS named GROUP BY 1 ORDER BY 1) AS locks",
)


def lock_names(session: Session, *, changed: Iterable[str], read: Iterable[str]) -> None:
    """Make transactions that touch the same names of persons take turns, until the commit.

    ``changed`` are aliases, business identifiers and conditions that are written or must not appear meanwhile; ``read``
    aliases whose person must stay. On SQLite writers take turns anyway.
    """
    if not is_postgresql(session):
        return
    names = {"changed": sorted(set(changed)), "read": sorted(set(read))}
    if any(names.values()):
        _LOCK.execute(session, **names)


_UPSERT = Statement(
    "INSERT INTO person_alias (alias, sequence, person, birth_date, sex, replaced_by, conflict)"
    " VALUES (:alias, :sequence, :person, :birth_date, :sex, :replaced_by, :conflict)"
    " ON CONFLICT (alias) DO UPDATE SET person = excluded.person, birth_date = excluded.birth_date,"
    " sex = excluded.sex, replaced_by = excluded.replaced_by, conflict = excluded.conflict"
)
_FORGET_IDENTIFIERS = KeyedStatement("DELETE FROM person_identifier WHERE alias IN (SELECT a FROM {keys})")
_MOVE_RESOURCES = Statement("UPDATE resource SET person = :person WHERE person = :before AND subject = :alias")


def state_aliases(
    session: Session, statements: Sequence[AliasStatement], sequence: str
) -> tuple[frozenset[str], dict[str, str]]:
    """Take in what resources now say of aliases.

    Answers every person whose facts changed hands, before and after, and whom each alias means that was looked at.
    ``sequence`` orders this arrival among others (a receipt id).
    """
    stated = {statement.alias: statement for statement in statements}
    if not stated:
        return frozenset(), {}
    identifiers = {identifier for statement in stated.values() for identifier in statement.identifiers}
    replacements = {statement.replaced_by for statement in stated.values() if statement.replaced_by}
    stored = _connected(session, stated.keys() | replacements, identifiers)
    stated = {name: statement for name, statement in stated.items() if not (statement.provisional and name in stored)}
    aliases = {
        **stored,
        **{name: _restated(stored.get(name), statement, sequence) for name, statement in stated.items()},
    }
    groups = group_aliases(aliases.values())
    changed, moved = [], []
    for name, alias in aliases.items():
        person, conflict = groups[name]
        before = stored.get(name)
        if before is None or name in stated or (before.person, before.conflict) != (person, conflict):
            changed.append(
                {
                    "alias": name,
                    "sequence": alias.sequence,
                    "person": person,
                    "birth_date": alias.birth_date,
                    "sex": alias.sex,
                    "replaced_by": alias.replaced_by,
                    "conflict": conflict,
                }
            )
        if person != (before.person if before else default_person(name)):
            moved.append((name, before.person if before else default_person(name), person))
    _UPSERT.execute_many(session, changed)
    _restate_identifiers(session, stored, stated)
    rekeyed = [{"alias": name, "before": before, "person": after} for name, before, after in moved]
    _MOVE_RESOURCES.execute_many(session, rekeyed)
    flagged = {
        groups[name][0] for name, alias in aliases.items() if name in stored and alias.conflict != groups[name][1]
    }
    concerned = frozenset({person for move in moved for person in move[1:]} | flagged)
    return concerned, {name: person for name, (person, _) in groups.items()}


def _restated(before: Alias | None, statement: AliasStatement, sequence: str) -> Alias:
    return Alias(
        alias=statement.alias,
        sequence=before.sequence if before else sequence,
        person=before.person if before else default_person(statement.alias),
        identifiers=statement.identifiers,
        birth_date=statement.birth_date,
        sex=statement.sex,
        replaced_by=statement.replaced_by,
        conflict=before.conflict if before else False,
    )


def _restate_identifiers(session: Session, stored: Mapping[str, Alias], stated: Mapping[str, AliasStatement]) -> None:
    altered = {
        name: statement
        for name, statement in stated.items()
        if name not in stored or stored[name].identifiers != statement.identifiers
    }
    _FORGET_IDENTIFIERS.execute(session, [(name,) for name in altered if name in stored])
    rows = [(identifier, name) for name, statement in altered.items() for identifier in sorted(statement.identifiers)]
    insert_rows(session, "person_identifier", ("identifier", "alias"), rows)
