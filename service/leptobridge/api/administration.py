"""``/health`` and ``/admin``: whether the service can serve, and what became of messages and results, as JSON."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from leptobridge import __version__
from leptobridge.api.query import query_pairs
from leptobridge.api.refusal import refuse
from leptobridge.api.service import Service, service_of
from leptobridge.evaluation.unmapped_terms import unmapped_terms
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.due import count_due
from leptobridge.store.receipts import latest_receipts, read_receipt
from leptobridge.store.schema import OutboxRow, Receipt
from leptobridge.store.unmapped import UnmappedTerm

_JSON = "application/json"

#: Changes nothing, but fails where the database takes no writes.
_PROBE = text("DELETE FROM due WHERE person = ''")
_MOST_ROWS = 1000
_RECEIPT_STATES = ("stored", "partial", "rejected")
_OUTBOX_STATES = ("pending", "claimed", "delivered", "parked", "superseded")


async def get_health(request: Request) -> Response:
    """``GET /health``: 200 when it can serve, 503 when not: the database cannot be written, or a worker is gone."""
    service = service_of(request)
    writable = await service.write(_is_writable, service.database)
    workers = service.workers.states()
    healthy = writable and all(workers.values())
    state = {"status": "ok" if healthy else "unavailable", "database": "writable" if writable else "not writable"}
    return _json({**state, "workers": workers, "version": __version__}, 200 if healthy else 503)


async def get_receipts(request: Request) -> Response:
    """``GET /admin/receipts?status=&limit=``: the newest first, without their bytes."""
    status, limit = _filter(request, "status", _RECEIPT_STATES)
    return await _rows(
        request, lambda session: [receipt_data(r) for r in latest_receipts(session, status=status, limit=limit)]
    )


async def get_receipt(request: Request, receipt_id: str) -> Response:
    """``GET /admin/receipts/{id}``: what became of one message."""

    def read(session: Session) -> dict[str, Any]:
        receipt = read_receipt(session, receipt_id)
        if receipt is None:
            raise refuse(404, "not-found", "There is no such receipt.")
        return receipt_data(receipt) | {"answer": _parsed(receipt.answer_body)}

    return await _rows(request, read)


async def get_receipt_body(request: Request, receipt_id: str) -> Response:
    """``GET /admin/receipts/{id}/body``: the bytes as received."""
    service = service_of(request)

    def read() -> tuple[bytes, str]:
        with service.database.reading() as session:
            receipt = read_receipt(session, receipt_id)
            if receipt is None:
                raise refuse(404, "not-found", "There is no such receipt.")
            return bytes(receipt.body), receipt.content_type

    body, content_type = await service.read(read)
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    if content_type:
        headers["X-Sent-As"] = _ascii(content_type)
    return Response(body, media_type="application/octet-stream", headers=headers)


async def get_outbox(request: Request) -> Response:
    """``GET /admin/outbox?state=&limit=``: counts by state, and rows, the newest first."""
    state, limit = _filter(request, "state", _OUTBOX_STATES)
    return await _rows(
        request,
        lambda session: {
            "counts": outbox.counts(session),
            "rows": [outbox_data(row) for row in outbox.list_rows(session, state=state, limit=limit)],
        },
    )


async def retry_delivery(request: Request, row_id: int) -> Response:
    """``POST /admin/outbox/{id}/retry``: sends a parked row again."""
    service = service_of(request)
    return _json(await service.write(retry_row, service, row_id))


def retry_row(service: Service, row_id: int) -> dict[str, Any]:
    """The row after its release. Raises RefusedError 404 for an unknown row, 409 for one that is not parked."""
    row = service.database.run(lambda session: release_parked(session, row_id, service))
    service.workers.wake("delivery")
    return row


def release_parked(session: Session, row_id: int, service: Service) -> dict[str, Any]:
    """Makes a parked row pending within the caller's transaction."""
    row = outbox.read_row(session, row_id)
    if row is None:
        raise refuse(404, "not-found", "There is no such row in the outbox.")
    if row.state != "parked":
        raise refuse(409, "conflict", f"The row is {row.state}; only parked rows are sent again by hand.")
    outbox.release(session, row_id, now=service.clock())
    session.expire_all()
    released = outbox.read_row(session, row_id)
    assert released is not None
    return outbox_data(released)


async def get_unmapped(request: Request) -> Response:
    """``GET /admin/unmapped``: codes and words that no mapping holds, the most frequent first."""
    _, limit = _filter(request, "state", ())
    reader = service_of(request).reader
    return await _rows(
        request, lambda session: [unmapped_data(term) for term in unmapped_terms(session, reader, limit=limit)]
    )


async def get_status(request: Request) -> Response:
    """``GET /admin/status``: how much waits."""
    service = service_of(request)
    now = service.clock()
    return await _rows(request, lambda session: {"due": count_due(session, now), "outbox": outbox.counts(session)})


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON data, without the bytes."""
    return {
        "id": receipt.id,
        "sender": receipt.sender,
        "channel": receipt.channel,
        "request": receipt.request,
        "content_type": receipt.content_type,
        "received_at": receipt.received_at,
        "sha256": receipt.sha256,
        "size": receipt.size,
        "status": receipt.status,
        "answer_status": receipt.answer_status,
        "outcome": _parsed(receipt.outcome),
    }


def outbox_data(row: OutboxRow) -> dict[str, Any]:
    """A row of the outbox as JSON data."""
    return row.model_dump(exclude={"last_outcome"}) | {"last_outcome": _parsed(row.last_outcome)}


def unmapped_data(term: UnmappedTerm) -> dict[str, Any]:
    """A code or word without mapping as JSON data."""
    return {
        "kind": term.kind,
        "system": term.system,
        "value": term.value,
        "count": term.times,
        "first_receipt": term.receipt,
    }


async def _rows(request: Request, work: Callable[[Session], Any]) -> Response:
    service = service_of(request)

    def read() -> Any:
        with service.database.reading() as session:
            return work(session)

    return _json(await service.read(read))


def _filter(request: Request, name: str, allowed: tuple[str, ...]) -> tuple[Any, int]:
    given = dict(query_pairs(request))
    wanted = given.get(name)
    if wanted is not None and wanted not in allowed:
        raise refuse(400, "value", f"{name} is one of {', '.join(allowed) or 'none'}.", name)
    limit = given.get("limit", "100")
    if not (limit.isascii() and limit.isdigit()):
        raise refuse(400, "value", "limit is a whole number.", "limit")
    return wanted, min(int(limit[:9]), _MOST_ROWS)


def _is_writable(database: Database) -> bool:
    try:
        with database.transaction() as session:
            session.connection().execute(_PROBE)
    except SQLAlchemyError:
        return False
    return True


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type=_JSON)


def _parsed(content: str | bytes | None) -> Any:
    try:
        return orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        return None


def _ascii(header: str) -> str:
    return "".join(character for character in header if character.isascii() and character.isprintable())
