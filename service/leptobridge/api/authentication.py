"""Who sends: a bearer token names the client; without configured clients the service is open."""

import hmac
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from leptobridge.api.responses import outcome_response
from leptobridge.fhir.issue import Issue

#: Answered to anybody: what a client needs before it can authenticate, and the probe of an orchestrator.
OPEN_PATHS = frozenset({"/health", "/fhir/metadata"})

_REQUIRED = Issue("error", "login", "A bearer token of a known client is required.")


class Authentication:
    """Answers 401 before anything is read, unless the token is one of ``clients`` (token -> name of the sender)."""

    def __init__(self, app: ASGIApp, clients: Mapping[str, str]) -> None:
        self._app = app
        self._clients = {token.encode(): sender for token, sender in clients.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            sender = self._sender(scope)
            if sender is None and self._clients and scope["path"] not in OPEN_PATHS:
                refused = outcome_response(401, (_REQUIRED,), {"WWW-Authenticate": "Bearer"}, linger=True)
                await refused(scope, receive, send)
                return
            scope.setdefault("state", {})["sender"] = sender
        await self._app(scope, receive, send)

    def _sender(self, scope: Scope) -> str | None:
        for name, value in scope["headers"]:
            scheme, _, token = value.partition(b" ")
            if name == b"authorization" and scheme.lower() == b"bearer":
                for known, sender in self._clients.items():
                    if hmac.compare_digest(known, token.strip()):
                        return sender
        return None


def sender_of(request: Request) -> str | None:
    """The authenticated client's name; None where the service is open."""
    sender = request.scope.get("state", {}).get("sender")
    return sender if isinstance(sender, str) else None
