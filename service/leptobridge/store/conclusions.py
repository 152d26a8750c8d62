"""What was concluded last of each person, by stable identifier (exchange.md 12)."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session, col, select

from leptobridge.store.bulk import Statement
from leptobridge.store.schema import ConclusionRow

_FIELDS = tuple(ConclusionRow.model_fields)
_UPSERT = Statement(
    f"INSERT INTO conclusion ({', '.join(_FIELDS)}) VALUES ({', '.join(':' + field for field in _FIELDS)})"  # noqa: S608
    " ON CONFLICT (identifier) DO UPDATE SET "
    + ", ".join(f"{field} = excluded.{field}" for field in _FIELDS if field != "identifier")
)


def conclusions_of_person(session: Session, person: str) -> dict[str, ConclusionRow]:
    """The last conclusions of a person by identifier, those taken back included."""
    query = select(ConclusionRow).where(ConclusionRow.person == person).order_by(col(ConclusionRow.identifier))
    return {row.identifier: row for row in session.exec(query)}


def store_conclusions(session: Session, conclusions: Iterable[ConclusionRow]) -> None:
    """Write new and changed conclusions over the earlier ones of the same identifier."""
    _UPSERT.execute_many(session, [conclusion.model_dump() for conclusion in conclusions])


def delete_conclusion(session: Session, identifier: str) -> None:
    """Forget a conclusion that was never sent anywhere."""
    session.connection().execute(text("DELETE FROM conclusion WHERE identifier = :id"), {"id": identifier})
