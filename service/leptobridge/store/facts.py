"""Facts of current resource versions, as rows with a JSON document each (design 3: never re-read the resources)."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import text
from sqlmodel import Session

from leptobridge.store.bulk import KeyedStatement, insert_rows


class FactToStore(NamedTuple):
    """One fact of a resource: ``reference`` such as ``Observation/17``, ``first_day`` ISO date, ``document`` JSON."""

    kind: str
    resource_key: int
    reference: str
    version: int
    first_day: str | None
    document: str
    person: str | None


def insert_facts(session: Session, facts: Sequence[FactToStore]) -> None:
    """Store facts; `remove_facts` has taken those of older versions away in the same transaction."""
    insert_rows(session, "fact", FactToStore._fields, facts)


_REMOVE = KeyedStatement("DELETE FROM fact WHERE resource_key IN (SELECT CAST(a AS bigint) FROM {keys})")


def remove_facts(session: Session, resource_keys: Iterable[int]) -> None:
    """Take back all facts of these resources."""
    _REMOVE.execute(session, [(str(key),) for key in resource_keys])


_OF_PERSON = text("SELECT document FROM fact WHERE person = :person ORDER BY reference, id")


def facts_of_person(session: Session, person: str) -> list[dict[str, Any]]:
    """The documents of all facts of a person, in one order whatever the order of arrival."""
    rows = session.connection().execute(_OF_PERSON, {"person": person})
    return [orjson.loads(row[0]) for row in rows]


_PERSONS = text("SELECT DISTINCT person FROM fact WHERE person IS NOT NULL ORDER BY person")


def persons_with_facts(session: Session) -> list[str]:
    """Every person of whom anything is known."""
    return [row[0] for row in session.connection().execute(_PERSONS)]
