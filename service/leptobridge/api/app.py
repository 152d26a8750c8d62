"""The application: routes, layers around them, and the life of the process (design 6)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from leptobridge.api import administration, forms, operations, retrieval, rules, validation, writing
from leptobridge.api.access import AccessLog
from leptobridge.api.authentication import Authentication
from leptobridge.api.background import build_workers
from leptobridge.api.capability import capability_text
from leptobridge.api.negotiation import require_json_answer
from leptobridge.api.open_api import get_open_api
from leptobridge.api.query import query_pairs
from leptobridge.api.refusal import RefusedError
from leptobridge.api.responses import fhir_response, outcome_response, refusal_response
from leptobridge.api.service import Service, base_of, service_of, utc_now
from leptobridge.api.settings import Settings
from leptobridge.api.workers import Clock
from leptobridge.chart.mappings import Mappings, load_mappings
from leptobridge.fhir.issue import Issue, IssueCode
from leptobridge.store.database import Database
from leptobridge.trials.library_files import LIBRARY, load_trials

_log = structlog.get_logger("leptobridge.service")

_CODES: dict[int, IssueCode] = {404: "not-found", 405: "not-supported"}
_DIAGNOSTICS = {404: "Nothing is served at this address.", 405: "This interaction is not served here."}


def create_app(
    settings: Settings,
    database: Database | None = None,
    *,
    mappings: Mappings | None = None,
    clock: Clock = utc_now,
) -> FastAPI:
    """The service as an ASGI application.

    Opens (and closes) the database of the settings unless one is given, and reads their mappings likewise. The
    background threads run between start-up and shutdown of the application.
    """
    own_database = database is None
    opened = database or Database.open(settings.database)
    trials = load_trials(settings.trials or LIBRARY)
    reader = settings.fact_reader(mappings or load_mappings(settings.mappings))
    workers = build_workers(settings, opened, trials, reader, clock)
    service = Service(
        settings=settings,
        database=opened,
        reader=reader,
        trials=trials,
        workers=workers,
        clock=clock,
    )

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        workers.start()
        _log.info("service.started", workers=sorted(workers.states()), trials=len(trials))
        try:
            yield
        finally:
            await service.read(workers.stop)
            service.close()
            if own_database:
                opened.close()
            _log.info("service.stopped")

    app = FastAPI(title="LeptoBridge", docs_url=None, redoc_url=None, openapi_url=None, lifespan=live)
    app.state.service = service
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _unrouted)
    _add_routes(app)
    app.add_middleware(Authentication, clients=settings.clients)
    app.add_middleware(AccessLog)
    return app


async def get_metadata(request: Request) -> Response:
    """``GET /fhir/metadata``."""
    require_json_answer(request, [value for name, value in query_pairs(request) if name == "_format"])
    settings = service_of(request).settings
    return fhir_response(200, capability_text(base_of(request, settings), secured=bool(settings.clients)))


class _PlainRoute(Route):
    """A route whose handler takes the request alone: what is called most often goes to it without a detour."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        return match, {**child_scope, "route": self}


def _add_routes(app: FastAPI) -> None:
    """Every route; those with fixed words stand before those that take any word."""
    read = ["GET", "HEAD"]
    routes: tuple[tuple[str, list[str], Callable[..., Any]], ...] = (
        ("/rules/{system}", read, rules.get_system),
        ("/rules", read, rules.get_catalogue),
        ("/openapi.json", read, get_open_api),
        ("/health", read, administration.get_health),
        ("/admin/status", read, administration.get_status),
        ("/admin/receipts", read, administration.get_receipts),
        ("/admin/receipts/{receipt_id}", read, administration.get_receipt),
        ("/admin/receipts/{receipt_id}/body", read, administration.get_receipt_body),
        ("/admin/outbox", read, administration.get_outbox),
        ("/admin/outbox/{row_id:int}/retry", ["POST"], administration.retry_delivery),
        ("/admin/unmapped", read, administration.get_unmapped),
        ("/fhir/metadata", read, get_metadata),
        ("/fhir/{resource_type}/_search", ["POST"], retrieval.post_search),
        ("/fhir/{resource_type}/$validate", ["POST"], validation.validate_type),
        ("/fhir/{resource_type}/{resource_id}/$validate", ["POST"], validation.validate_instance),
        ("/fhir/Patient/{resource_id}/$everything", read, retrieval.get_everything),
        ("/fhir/Patient/{resource_id}/${operation}", [*read, "POST"], operations.run_operation),
        ("/fhir/Questionnaire", read, forms.get_questionnaires),
        ("/fhir/Questionnaire/{resource_id}", read, forms.get_questionnaire),
        ("/fhir/QuestionnaireResponse/$extract", ["POST"], forms.extract_posted),
        ("/fhir/QuestionnaireResponse/{resource_id}/$extract", [*read, "POST"], forms.extract_stored),
        ("/fhir/{resource_type}/{resource_id}/_history/{version}", read, retrieval.get_version),
        ("/fhir/{resource_type}/{resource_id}/_history", read, retrieval.get_history),
        ("/fhir/{resource_type}/{resource_id}", read, retrieval.get_resource),
        ("/fhir/{resource_type}/{resource_id}", ["PUT"], writing.put_resource),
        ("/fhir/{resource_type}/{resource_id}", ["DELETE"], writing.delete_one),
        ("/fhir/{resource_type}", read, retrieval.get_search),
        ("/fhir/{resource_type}", ["POST"], writing.post_resource),
        ("/fhir/{resource_type}", ["PUT"], writing.put_conditionally),
        ("/fhir/{resource_type}", ["DELETE"], writing.delete_conditionally),
    )
    for path in ("/fhir", "/fhir/"):
        app.router.routes.append(_PlainRoute(path, writing.post_bundle, methods=["POST"]))
    app.router.routes.append(_PlainRoute("/rules/{system}", rules.post_inputs, methods=["POST"]))
    for path, methods, handler in routes:
        app.add_api_route(path, handler, methods=methods, response_model=None)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal_response(error)


async def _unrouted(request: Request, error: Exception) -> Response:
    """What no route takes: 404, or 405 with the methods that the address has."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    issue = Issue("error", _CODES.get(status, "processing"), _DIAGNOSTICS.get(status, "The request was refused."))
    return outcome_response(status, (issue,), headers, linger=request.method in ("POST", "PUT", "PATCH"))


def _methods_of(request: Request) -> set[str]:
    path = request.scope["path"]
    methods: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.path_regex.match(path):
            methods |= set(route.methods or ())
    return methods
