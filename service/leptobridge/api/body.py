"""Reading a request body with a limit: what is too large is answered before it has been read."""

import asyncio
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from leptobridge.api.refusal import RefusedError
from leptobridge.fhir.issue import Issue

#: How long a refused upload is still drained, so that the client reads the answer and not a reset connection.
LINGER_SECONDS = 2.0


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises RefusedError: 413 beyond ``limit`` bytes, by Content-Length even before the first."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(limit: int) -> RefusedError:
    issue = Issue(severity="fatal", code="too-long", diagnostics=f"The body is larger than {limit} bytes.")
    return RefusedError(413, issue, headers={"Connection": "close"}, linger=True)


class LingeringResponse(Response):
    """Answers at once, then reads on for a moment: closing on unread data resets the connection (RFC 9112 9.6)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        deadline = monotonic() + LINGER_SECONDS
        more = True
        while more and (left := deadline - monotonic()) > 0:
            try:
                message: Message = await asyncio.wait_for(receive(), left)
            except TimeoutError:
                break
            more = message["type"] == "http.request" and bool(message.get("more_body"))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
