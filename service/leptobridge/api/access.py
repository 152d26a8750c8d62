"""The outermost layer of the service: one log line per request, and an answer whatever happens inside."""

from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leptobridge.api.responses import outcome_response
from leptobridge.fhir.issue import Issue

_log = structlog.get_logger("leptobridge.access")


class AccessLog:
    """Logs method, route template, status and duration; paths and queries hold ids and names and stay out.

    An exception that nothing inside has handled is answered with 500 here, so that no server prints its text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        except Exception:
            _log.error("request.failed", exc_info=True, method=scope["method"], route=_template(scope))
            if status == 0:
                issue = Issue(severity="fatal", code="exception", diagnostics="The service failed; nothing was stored.")
                await outcome_response(500, (issue,))(scope, receive, note_status)
        finally:
            milliseconds = round((perf_counter() - started) * 1000, 1)
            _log.info(
                "request", method=scope["method"], route=_template(scope), status=status, milliseconds=milliseconds
            )


def _template(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", None) or "unmatched"
