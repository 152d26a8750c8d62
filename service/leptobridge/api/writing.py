"""Handlers of everything that is taken in: Bundles, and single resources by POST, PUT and DELETE."""

import hashlib
from dataclasses import replace
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.authentication import sender_of
from leptobridge.api.body import read_body
from leptobridge.api.negotiation import preference, require_json_answer, require_json_body
from leptobridge.api.people import persons_with
from leptobridge.api.query import query_pairs
from leptobridge.api.reading import require_id, require_type
from leptobridge.api.refusal import RefusedError, refuse
from leptobridge.api.responses import fhir_response
from leptobridge.api.search_query import parse_search
from leptobridge.api.search_statement import StatementBuilder
from leptobridge.api.service import Service, base_of, service_of
from leptobridge.fhir.issue import Issue
from leptobridge.intake.accept import (
    accept_bundle,
    create_resource,
    delete_resource,
    update_conditionally,
    update_resource,
)
from leptobridge.intake.answer import Answer, outcome_body
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.identities import DEFAULT_SENDER
from leptobridge.store.persons import person_of
from leptobridge.store.receipts import Message, record_receipt
from leptobridge.store.resources import read_resource


async def post_bundle(request: Request) -> Response:
    """``POST /fhir``: a Bundle of any type."""
    service = service_of(request)
    body = await _body(request, service, "POST")
    answer = await service.write(
        accept_bundle,
        service.database,
        body,
        sender=sender_of(request),
        content_type=request.headers["content-type"],
        channel="rest",
        now=service.clock(),
        settings=_intake_settings(request, service),
    )
    return _respond(request, service, answer)


async def post_resource(request: Request, resource_type: str) -> Response:
    """``POST /fhir/{type}``: create, with If-None-Exist conditional create."""
    require_type(resource_type)
    service = service_of(request)
    body = await _body(request, service, f"POST {resource_type}")
    criteria = request.headers.get("if-none-exist")
    answer = await service.write(
        create_resource,
        service.database,
        resource_type,
        body,
        if_none_exist=_criteria(criteria) if criteria is not None else None,
        sender=sender_of(request),
        content_type=request.headers["content-type"],
        channel="rest",
        now=service.clock(),
        settings=_intake_settings(request, service),
    )
    return _respond(request, service, answer)


async def put_resource(request: Request, resource_type: str, resource_id: str) -> Response:
    """``PUT /fhir/{type}/{id}``: update, or create under this id."""
    require_type(resource_type)
    _require_writable_id(resource_type, resource_id)
    service = service_of(request)
    body = await _body(request, service, f"PUT {resource_type}/{resource_id}")
    if request.headers.get("if-none-match", "").strip() == "*":
        await service.read(_require_absent, service, resource_type, resource_id)
    answer = await service.write(
        update_resource,
        service.database,
        resource_type,
        resource_id,
        body,
        if_match=request.headers.get("if-match"),
        sender=sender_of(request),
        content_type=request.headers["content-type"],
        channel="rest",
        now=service.clock(),
        settings=_intake_settings(request, service),
    )
    return _respond(request, service, answer)


async def put_conditionally(request: Request, resource_type: str) -> Response:
    """``PUT /fhir/{type}?criteria``: conditional update."""
    require_type(resource_type)
    service = service_of(request)
    criteria = _criteria(request.url.query)
    body = await _body(request, service, f"PUT {resource_type}")
    answer = await service.write(
        update_conditionally,
        service.database,
        resource_type,
        criteria,
        body,
        if_match=request.headers.get("if-match"),
        sender=sender_of(request),
        content_type=request.headers["content-type"],
        channel="rest",
        now=service.clock(),
        settings=_intake_settings(request, service),
    )
    return _respond(request, service, answer)


async def delete_one(request: Request, resource_type: str, resource_id: str) -> Response:
    """``DELETE /fhir/{type}/{id}``."""
    require_type(resource_type)
    require_id(resource_type, resource_id)
    require_json_answer(request, [])
    return await _delete(request, resource_type, resource_id)


async def delete_conditionally(request: Request, resource_type: str) -> Response:
    """``DELETE /fhir/{type}?criteria``: deletes the one match; 412 where there are several, 204 where there is none."""
    require_type(resource_type)
    require_json_answer(request, [])
    service = service_of(request)
    _criteria(request.url.query)
    matches = await service.read(_matches, request, service, resource_type)
    if len(matches) > 1:
        raise refuse(412, "multiple-matches", "Several resources match; nothing was deleted.")
    if not matches:
        return fhir_response(204, None)
    return await _delete(request, resource_type, matches[0])


async def _delete(request: Request, resource_type: str, resource_id: str) -> Response:
    service = service_of(request)
    answer = await service.write(
        delete_resource,
        service.database,
        resource_type,
        resource_id,
        if_match=request.headers.get("if-match"),
        sender=sender_of(request),
        channel="rest",
        now=service.clock(),
        settings=_intake_settings(request, service),
    )
    return _respond(request, service, answer)


def _matches(request: Request, service: Service, resource_type: str) -> list[str]:
    query = parse_search(
        resource_type, query_pairs(request), base=base_of(request, service.settings), strict=True, page_size=2
    )
    if not query.filters:
        raise refuse(412, "required", "A conditional interaction needs at least one search parameter.")
    with service.database.reading() as session:
        builder = StatementBuilder(
            lambda name: person_of(session, name), lambda s, v: persons_with(session, s, v), service.clock()
        )
        return [row.id for row in session.scalars(builder.page(query, None, 2))]


async def _body(request: Request, service: Service, target: str) -> bytes:
    require_json_answer(request, [])
    require_json_body(request)
    try:
        return await read_body(request, service.settings.limits.body_bytes)
    except RefusedError as refusal:
        await service.write(_record_refusal, service, refusal, sender_of(request), target)
        raise


def _record_refusal(service: Service, refusal: RefusedError, sender: str | None, target: str) -> None:
    """A receipt without bytes: what was too large to be read is not kept, that it came is."""
    body = outcome_body(refusal.issues)
    message = Message(
        id=uuid4().hex,
        sender=sender or DEFAULT_SENDER,
        channel="rest",
        request=target,
        content_type="",
        received_at=service.clock(),
        sha256=hashlib.sha256(b"").hexdigest(),
        body=b"",
    )
    service.database.run(
        lambda session: record_receipt(
            session,
            message,
            status="rejected",
            outcome=body.decode(),
            answer_status=refusal.status,
            answer_headers={},
            answer_body=body,
        )
    )


def _intake_settings(request: Request, service: Service) -> IntakeSettings:
    return replace(service.intake, base_url=base_of(request, service.settings))


def _criteria(query: str) -> str:
    """The search part of a conditional interaction, as written. Raises RefusedError 412 where it is empty."""
    text = query.rpartition("?")[2]
    if not text:
        raise refuse(412, "required", "A conditional interaction needs search parameters.")
    return text


def _require_absent(service: Service, resource_type: str, resource_id: str) -> None:
    with service.database.reading() as session:
        stored = read_resource(session, resource_type, resource_id)
    if stored is not None and not stored.deleted:
        raise refuse(412, "conflict", f"A {resource_type} with this id is already there.", f"{resource_type}.id")


def _require_writable_id(resource_type: str, resource_id: str) -> None:
    try:
        require_id(resource_type, resource_id)
    except RefusedError as refusal:
        raise RefusedError(400, refusal.issues) from None


def _respond(request: Request, service: Service, answer: Answer) -> Response:
    if answer.due:
        service.workers.wake("evaluation")
    body: bytes | None = answer.body
    if 200 <= answer.status < 300:
        content = preference(request).content
        if content == "minimal":
            body = None
        elif content == "OperationOutcome":
            done = Issue("information", "informational", "The request was carried out.")
            body = outcome_body([done]) if answer.status != 204 else None
    return fhir_response(answer.status, body, answer.headers)
