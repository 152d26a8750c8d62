"""Codes and words that no mapping holds, counted and never dropped in silence (exchange.md 0, forms of an answer)."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from leptobridge.store.bulk import Statement
from leptobridge.store.schema import Unmapped


class UnmappedTerm(NamedTuple):
    """A code or word where it stood (``kind``), how often it came there, and in which receipt."""

    kind: str
    system: str
    value: str
    times: int
    receipt: str


_COUNT = Statement(
    "INSERT INTO unmapped (kind, system, value, count, first_receipt)"
    " VALUES (:kind, :system, :value, :times, :receipt)"
    " ON CONFLICT (kind, system, value) DO UPDATE SET count = unmapped.count + excluded.count"
)


def count_unmapped(session: Session, terms: Sequence[UnmappedTerm]) -> None:
    """Add counts."""
    # In one order, so that two writers never wait for each other.
    _COUNT.execute_many(session, [term._asdict() for term in sorted(terms)])


def counted_terms(session: Session) -> list[UnmappedTerm]:
    """What was counted; ``receipt`` is that in which it came first."""
    rows = session.exec(select(Unmapped).order_by(col(Unmapped.value)))
    return [UnmappedTerm(row.kind, row.system, row.value, row.count, row.first_receipt) for row in rows]
