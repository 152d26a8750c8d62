"""Receipts: the bytes of every message, and what became of it. They are the record of truth (design 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import orjson
from sqlmodel import Session, col, select

from leptobridge.store.bulk import Statement, insert_rows
from leptobridge.store.instant import instant_text
from leptobridge.store.schema import Receipt

Channel = Literal["rest", "import", "pull", "evaluation"]
ReceiptStatus = Literal["stored", "partial", "rejected"]

_COLUMNS = (
    "id",
    "sender",
    "channel",
    "request",
    "content_type",
    "received_at",
    "sha256",
    "size",
    "status",
    "outcome",
    "answer_status",
    "answer_headers",
    "answer_body",
    "body",
)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it came: ``request`` is method and target such as ``POST`` or ``PUT Patient/5``."""

    id: str
    sender: str
    channel: Channel
    request: str
    content_type: str
    received_at: datetime
    sha256: str
    body: bytes
    size: int = -1

    @property
    def full_size(self) -> int:
        """Bytes received: ``size`` where the body is not kept whole."""
        return len(self.body) if self.size < 0 else self.size


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that a message got."""

    receipt: str
    status: int
    headers: Mapping[str, str]
    body: bytes


_FIND = Statement(
    "SELECT id, answer_status, answer_headers, answer_body FROM receipt"
    " WHERE sha256 = :sha256 AND sender = :sender AND request = :request"
    " AND (status = 'stored' OR status = 'partial' AND channel = :channel) ORDER BY received_at LIMIT 1"
)


def find_answer(session: Session, *, sha256: str, sender: str, request: str, channel: Channel) -> StoredAnswer | None:
    """The first answer to the same bytes of the same sender, unless they were rejected.

    What was taken in part counts only on the same channel: an import keeps faulty entries that REST refuses.
    """
    rows = _FIND.rows(session, sha256=sha256, sender=sender, request=request, channel=channel)
    return next((StoredAnswer(row[0], row[1], orjson.loads(row[2]), bytes(row[3])) for row in rows), None)


def record_receipt(
    session: Session,
    message: Message,
    *,
    status: ReceiptStatus,
    outcome: str | None,
    answer_status: int,
    answer_headers: Mapping[str, str],
    answer_body: bytes,
) -> None:
    """Keep a message with its outcome (OperationOutcome JSON, where something is to be said) and its answer."""
    row = (
        message.id,
        message.sender,
        message.channel,
        message.request,
        message.content_type,
        instant_text(message.received_at),
        message.sha256,
        message.full_size,
        status,
        outcome,
        answer_status,
        orjson.dumps(dict(answer_headers)).decode(),
        answer_body,
        message.body,
    )
    insert_rows(session, "receipt", _COLUMNS, [row])


def read_receipt(session: Session, receipt_id: str) -> Receipt | None:
    """One receipt with its bytes."""
    return session.get(Receipt, receipt_id)


def latest_receipts(session: Session, *, status: ReceiptStatus | None = None, limit: int = 100) -> list[Receipt]:
    """The receipts that came last, newest first."""
    query = select(Receipt).order_by(col(Receipt.received_at).desc(), col(Receipt.id).desc()).limit(limit)
    if status is not None:
        query = query.where(Receipt.status == status)
    return list(session.exec(query))
