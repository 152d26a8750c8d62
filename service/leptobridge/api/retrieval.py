"""Handlers of reading and searching."""

from collections.abc import Callable, Sequence

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.everything import patient_everything
from leptobridge.api.negotiation import preference, require_json_answer
from leptobridge.api.query import form_pairs, query_pairs
from leptobridge.api.reading import read_current, read_history, read_one_version, require_id, require_type
from leptobridge.api.responses import fhir_response
from leptobridge.api.search import search_type
from leptobridge.api.service import base_of, service_of

Pairs = Sequence[tuple[str, str]]


async def get_resource(request: Request, resource_type: str, resource_id: str) -> Response:
    """``GET /fhir/{type}/{id}``."""
    require_type(resource_type)
    require_id(resource_type, resource_id)
    base = base_of(request, service_of(request).settings)
    return await _answer(
        request, lambda session, _: read_current(session, resource_type, resource_id, request.headers, base)
    )


async def get_version(request: Request, resource_type: str, resource_id: str, version: str) -> Response:
    """``GET /fhir/{type}/{id}/_history/{version}``."""
    require_type(resource_type)
    require_id(resource_type, resource_id)
    return await _answer(request, lambda session, _: read_one_version(session, resource_type, resource_id, version))


async def get_history(request: Request, resource_type: str, resource_id: str) -> Response:
    """``GET /fhir/{type}/{id}/_history``."""
    require_type(resource_type)
    require_id(resource_type, resource_id)
    settings = service_of(request).settings
    base = base_of(request, settings)
    return await _answer(
        request,
        lambda session, pairs: fhir_response(
            200,
            read_history(session, resource_type, resource_id, pairs, base=base, page_size=settings.page_size_max),
        ),
    )


async def get_search(request: Request, resource_type: str) -> Response:
    """``GET /fhir/{type}?…``."""
    return await _search(request, resource_type, query_pairs(request))


async def post_search(request: Request, resource_type: str) -> Response:
    """``POST /fhir/{type}/_search`` with a form."""
    return await _search(request, resource_type, await form_pairs(request))


async def get_everything(request: Request, resource_id: str) -> Response:
    """``GET /fhir/Patient/{id}/$everything``."""
    require_id("Patient", resource_id)
    settings = service_of(request).settings
    base = base_of(request, settings)
    return await _answer(
        request,
        lambda session, pairs: fhir_response(
            200,
            patient_everything(
                session,
                resource_id,
                pairs,
                base=base,
                page_size=settings.page_size_max,
                page_size_max=settings.page_size_max,
            ),
        ),
    )


async def _search(request: Request, resource_type: str, pairs: Pairs) -> Response:
    require_type(resource_type)
    service = service_of(request)
    base = base_of(request, service.settings)
    strict = preference(request).strict
    return await _answer(
        request,
        lambda session, given: fhir_response(
            200,
            search_type(
                session,
                resource_type,
                given,
                base=base,
                now=service.clock(),
                strict=strict,
                page_size=service.settings.page_size,
                page_size_max=service.settings.page_size_max,
            ),
        ),
        pairs,
    )


async def _answer(request: Request, work: Callable[[Session, Pairs], Response], pairs: Pairs | None = None) -> Response:
    service = service_of(request)
    given = query_pairs(request) if pairs is None else pairs
    require_json_answer(request, [value for name, value in given if name == "_format"])

    def read() -> Response:
        with service.database.reading() as session:
            return work(session, given)

    return await service.read(read)
