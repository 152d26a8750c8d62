"""Specimens that name nobody (R4: the subject is optional): they belong to the person whose results name them."""

from collections.abc import Iterable

from sqlmodel import Session

from leptobridge.store.bulk import KeyedStatement, Statement

_OWNERS = KeyedStatement(
    "SELECT o.key, min(r.subject) AS subject, min(r.person) AS person FROM {keys} CROSS JOIN resource o"
    " JOIN search_entry s ON s.parameter = 'specimen' AND s.value = o.id AND s.system = 'Specimen'"
    " JOIN resource r ON r.key = s.resource_key"
    " WHERE o.type = 'Specimen' AND o.id = a AND o.person IS NULL AND r.person IS NOT NULL"
    " GROUP BY o.key HAVING count(DISTINCT r.person) = 1"
)
_OWN_RESOURCE = Statement("UPDATE resource SET subject = :subject, person = :person WHERE key = :key")


def own_specimens(session: Session, specimen_ids: Iterable[str]) -> frozenset[str]:
    """Give those of the Specimens that name nobody to the one person whose results name them; answers the persons."""
    owners = [
        {"key": key, "subject": subject, "person": person}
        for key, subject, person in _OWNERS.run(session, [(name,) for name in specimen_ids])
    ]
    _OWN_RESOURCE.execute_many(session, owners)
    return frozenset(owner["person"] for owner in owners)
