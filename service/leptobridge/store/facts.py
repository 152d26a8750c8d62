"""Facts as they were read from resource versions, kept so that no question reads a resource twice (design 3).

What is read depends on the version and on the mappings: a reading of an older version, or made with other mappings, is
of no account, and whoever asks reads anew. So nothing has to be taken back here when a resource changes or moves.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session

from leptobridge.store.bulk import Statement


class StandingResource(NamedTuple):
    """A sound current version, with its kept reading: ``documents`` is a JSON array of facts.

    Where there is none, ``documents`` is None and ``raw`` the text of the resource. ``is_counted``: this version was
    read before, and what no mapping holds of it was counted.
    """

    key: int
    type: str
    id: str
    version: int
    sender: str
    receipt_id: str
    last_updated: str
    source_updated: str | None
    is_counted: bool
    documents: str | None
    raw: str | None


_STANDING = (
    "SELECT r.key, r.type, r.id, r.version, r.sender, r.receipt_id, r.last_updated, r.source_updated,"
    " f.version = r.version AS is_counted,"
    " CASE WHEN f.version = r.version AND f.made_with = :made_with THEN f.documents END AS documents,"
    " CASE WHEN f.version = r.version AND f.made_with = :made_with AND f.documents IS NOT NULL THEN NULL ELSE r.raw END"
    " AS raw FROM resource r LEFT JOIN fact f ON f.resource_key = r.key"
    " WHERE NOT r.deleted AND r.issues IS NULL AND "
)
_OF_PERSON = text(_STANDING + "r.person = :person ORDER BY r.type, r.id")
_UNREAD = text(
    _STANDING + "f.resource_key IS NULL AND r.type IN :types AND r.sender <> :own"
    " AND r.key > :last ORDER BY r.key LIMIT :page"
).bindparams(bindparam("types", expanding=True))
_PAGE = 500


def resources_to_read(session: Session, person: str, made_with: str) -> list[StandingResource]:
    """All sound resources about a person, in one order whatever the order of arrival."""
    rows = session.connection().execute(_OF_PERSON, {"person": person, "made_with": made_with})
    return [StandingResource(*row) for row in rows]


def unread_resources(session: Session, types: Iterable[str], *, own: str) -> Iterator[list[StandingResource]]:
    """Sound resources of these types of which no version was ever read, some hundreds at a time.

    ``own`` is the sender of what the service concludes: nothing is to be read in it.
    """
    last = 0
    while True:
        parameters = {"made_with": "", "types": sorted(types), "own": own, "last": last, "page": _PAGE}
        page = [StandingResource(*row) for row in session.connection().execute(_UNREAD, parameters)]
        if not page:
            return
        yield page
        last = page[-1].key


class KeptReading(NamedTuple):
    """What to keep of a reading; ``documents`` None where it has to be read each time."""

    resource_key: int
    version: int
    made_with: str
    documents: str | None


_KEEP = Statement(
    "INSERT INTO fact (resource_key, version, made_with, documents)"
    " VALUES (:resource_key, :version, :made_with, :documents) ON CONFLICT (resource_key) DO UPDATE SET"
    " version = excluded.version, made_with = excluded.made_with, documents = excluded.documents"
)


def keep_readings(session: Session, readings: Iterable[KeptReading]) -> None:
    """Keep readings in place of older ones."""
    _KEEP.execute_many(session, [reading._asdict() for reading in readings])


_PERSONS = text(
    "SELECT DISTINCT person FROM resource WHERE person IS NOT NULL AND NOT deleted AND issues IS NULL ORDER BY person"
)


def persons_with_facts(session: Session) -> Sequence[str]:
    """Every person of whom anything is known."""
    return [row[0] for row in session.connection().execute(_PERSONS)]
