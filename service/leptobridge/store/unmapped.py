"""Codes and words that no mapping holds, counted and never dropped in silence (exchange.md 0, forms of an answer)."""

from collections import Counter
from collections.abc import Mapping

from sqlmodel import Session, col, select

from leptobridge.store.bulk import Statement
from leptobridge.store.schema import Unmapped

_COUNT = Statement(
    "INSERT INTO unmapped (kind, system, value, count, first_receipt)"
    " VALUES (:kind, :system, :value, :count, :receipt)"
    " ON CONFLICT (kind, system, value) DO UPDATE SET count = unmapped.count + excluded.count"
)


def count_unmapped(session: Session, found: Mapping[tuple[str, str, str], int], receipt: str) -> None:
    """Add counts of ``(kind, system, code or word)``, kind ``code``, ``word`` or what extraction calls it."""
    totals = Counter(found)
    rows = [
        {"kind": kind, "system": system, "value": value, "count": totals[kind, system, value], "receipt": receipt}
        for kind, system, value in sorted(totals)
    ]
    _COUNT.execute_many(session, rows)


def list_unmapped(session: Session, *, limit: int = 1000) -> list[Unmapped]:
    """The most frequent first."""
    query = select(Unmapped).order_by(col(Unmapped.count).desc(), col(Unmapped.value)).limit(limit)
    return list(session.exec(query))
