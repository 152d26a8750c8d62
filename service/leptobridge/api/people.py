"""Who carries a business identifier (exchange.md 0, patient)."""

from sqlalchemy import select
from sqlmodel import Session, col

from leptobridge.store.schema import PersonAlias, PersonIdentifier


def persons_with(session: Session, system: str | None, value: str) -> list[str]:
    """The persons who carry the identifier; in any system if None."""
    statement = select(col(PersonAlias.person)).join(
        PersonIdentifier, col(PersonIdentifier.alias) == col(PersonAlias.alias)
    )
    carried = col(PersonIdentifier.identifier)
    if system is None:
        statement = statement.where(carried.endswith(f"|{value}", autoescape=True))
    else:
        statement = statement.where(carried == f"{system}|{value}")
    return sorted(set(session.scalars(statement)))
