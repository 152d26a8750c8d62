"""Handlers of the shipped forms: ``GET /fhir/Questionnaire…`` and ``QuestionnaireResponse/$extract``."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.body import read_body
from leptobridge.api.negotiation import require_json_answer, require_json_body
from leptobridge.api.query import query_pairs
from leptobridge.api.reading import read_current, require_id
from leptobridge.api.refusal import RefusedError, refuse
from leptobridge.api.responses import fhir_response
from leptobridge.api.retrieval import get_resource, get_search
from leptobridge.api.service import base_of, service_of
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.json_text import Limits, MalformedJsonError, parse_resource
from leptobridge.forms.check import check_response
from leptobridge.forms.extract import extract_observations, transaction_of
from leptobridge.forms.shipped import questionnaire_of, shipped_questionnaires

_LARGEST_RESPONSE = 4 * 1024 * 1024
_SUBMITTED = frozenset({"completed", "amended"})


async def get_questionnaire(request: Request, resource_id: str) -> Response:
    """``GET /fhir/Questionnaire/{id}``: a shipped form, else a stored one."""
    form = next((form for form in shipped_questionnaires().values() if form["id"] == resource_id), None)
    if form is None:
        return await get_resource(request, "Questionnaire", resource_id)
    require_json_answer(request, [value for name, value in query_pairs(request) if name == "_format"])
    return fhir_response(200, form)


async def get_questionnaires(request: Request) -> Response:
    """``GET /fhir/Questionnaire``: the shipped forms by ``url`` or ``_id``; without these, they and the stored ones."""
    pairs = query_pairs(request)
    wanted = {name: value.partition("|")[0] for name, value in pairs if name in ("url", "_id")}
    forms = [
        form
        for form in shipped_questionnaires().values()
        if form["url"] == wanted.get("url", form["url"]) and form["id"] == wanted.get("_id", form["id"])
    ]
    is_first_page = not any(name == "_page" for name, _ in pairs)
    if "url" in wanted:
        require_json_answer(request, [value for name, value in pairs if name == "_format"])
        here = {"relation": "self", "url": f"{base_of(request, service_of(request).settings)}/Questionnaire"}
        stored: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": 0, "link": [here]}
    else:
        answer = await get_search(request, "Questionnaire")
        if answer.status_code != 200:
            return answer
        stored = orjson.loads(answer.body)
    if forms and is_first_page:
        base = base_of(request, service_of(request).settings)
        shown = [
            {"fullUrl": f"{base}/Questionnaire/{form['id']}", "resource": form, "search": {"mode": "match"}}
            for form in forms
        ]
        stored["entry"] = shown + stored.get("entry", [])
    if "total" in stored:
        stored["total"] += len(forms)
    return fhir_response(200, stored)


async def extract_posted(request: Request) -> Response:
    """``POST /fhir/QuestionnaireResponse/$extract`` with the response, or Parameters that hold it."""
    require_json_answer(request, [value for name, value in query_pairs(request) if name == "_format"])
    require_json_body(request)
    body = await read_body(request, _LARGEST_RESPONSE)
    try:
        resource = await asyncio.to_thread(parse_resource, body, Limits(depth=40))
    except MalformedJsonError as error:
        raise RefusedError(error.status, error.issues) from None
    return _extracted(_response_in(resource))


async def extract_stored(request: Request, resource_id: str) -> Response:
    """``GET`` or ``POST /fhir/QuestionnaireResponse/{id}/$extract``."""
    require_id("QuestionnaireResponse", resource_id)
    require_json_answer(request, [value for name, value in query_pairs(request) if name == "_format"])
    service = service_of(request)
    base = base_of(request, service.settings)

    def read() -> bytes:
        with service.database.reading() as session:
            return bytes(read_current(session, "QuestionnaireResponse", resource_id, {}, base).body)

    return _extracted(orjson.loads(await service.read(read)))


def _response_in(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    if resource.get("resourceType") == "Parameters":
        listed = resource.get("parameter")
        for parameter in listed if isinstance(listed, list) else []:
            if isinstance(parameter, dict) and parameter.get("name") == "questionnaire-response":
                resource = parameter.get("resource") or {}
                break
    if resource.get("resourceType") != "QuestionnaireResponse":
        raise refuse(400, "structure", "The body must be a QuestionnaireResponse, or Parameters that hold one.")
    return resource


def _extracted(response: Mapping[str, Any]) -> Response:
    issues = [*_unfit(response)]
    questionnaire = questionnaire_of(response)
    if questionnaire is not None and not issues:
        issues = check_response(response, questionnaire)
        if not any(issue.is_error for issue in issues):
            return fhir_response(200, transaction_of(response, extract_observations(response, questionnaire)))
    raise RefusedError(422, issues)


def _unfit(response: Mapping[str, Any]) -> list[Issue]:
    """Why there is nothing to extract, whatever the answers are."""
    issues = []
    if questionnaire_of(response) is None:
        known = ", ".join(shipped_questionnaires())
        place = "QuestionnaireResponse.questionnaire"
        issues.append(Issue("error", "not-supported", f"The forms that can be extracted are {known}.", place))
    if response.get("status") not in _SUBMITTED:
        place = "QuestionnaireResponse.status"
        issues.append(Issue("error", "business-rule", "Only a completed or amended form states anything.", place))
    if not isinstance(response.get("subject"), Mapping):
        issues.append(Issue("error", "required", "A form is about a patient.", "QuestionnaireResponse.subject"))
    return issues
