"""``POST /fhir/{type}/$validate`` (R4 resource-operation-validate.html): what is wrong, and nothing is stored."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.body import read_body
from leptobridge.api.negotiation import require_json_answer, require_json_body
from leptobridge.api.query import query_pairs
from leptobridge.api.reading import require_id, require_type
from leptobridge.api.refusal import RefusedError, refuse
from leptobridge.api.responses import fhir_response
from leptobridge.api.service import service_of
from leptobridge.fhir.issue import Issue, operation_outcome
from leptobridge.fhir.json_text import Limits, MalformedJsonError, parse_resource
from leptobridge.fhir.structure import check_resource
from leptobridge.fhir.validation.strictness import Strictness
from leptobridge.store.resources import read_resource as read_stored

_MODES = frozenset({"create", "update", "delete", "profile"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """``resource`` is None where only a deletion is asked about."""

    resource: dict[str, Any] | None
    mode: str | None
    profiles: tuple[str, ...]


async def validate_type(request: Request, resource_type: str) -> Response:
    """``POST /fhir/{type}/$validate`` with the resource, or Parameters of ``resource``, ``mode`` and ``profile``.

    Answers 200 and an OperationOutcome whether or not the resource is valid: errors are what the specification (or
    the profile) forbids. 400 for what is no JSON or no such question.
    """
    return await _validate(request, resource_type, None)


async def validate_instance(request: Request, resource_type: str, resource_id: str) -> Response:
    """``POST /fhir/{type}/{id}/$validate``: the same for one instance; without a body its stored version."""
    require_id(resource_type, resource_id)
    return await _validate(request, resource_type, resource_id)


async def _validate(request: Request, resource_type: str, resource_id: str | None) -> Response:
    require_type(resource_type)
    pairs = query_pairs(request)
    require_json_answer(request, [value for name, value in pairs if name == "_format"])
    service = service_of(request)
    settings = service.settings
    body = await read_body(request, settings.limits.body_bytes)
    posted: dict[str, Any] | None = None
    if body.strip():
        require_json_body(request)
        try:
            posted = await asyncio.to_thread(parse_resource, body, Limits(**settings.limits.model_dump()))
        except MalformedJsonError as error:
            raise RefusedError(error.status, error.issues) from None
    asked = _read(pairs, posted, resource_type)

    def judge() -> list[Issue]:
        stored = None
        if resource_id is not None:
            with service.database.reading() as session:
                stored = read_stored(session, resource_type, resource_id)
            if stored is None or stored.deleted:
                raise refuse(404, "not-found", f"There is no {resource_type} with this id.", f"{resource_type}.id")
        resource = asked.resource
        if resource is None and stored is not None and asked.mode != "delete":
            resource = parse_resource(stored.raw.encode())
        return _issues(resource, asked, resource_type, resource_id, settings.validation.strictness)

    return fhir_response(200, operation_outcome(await service.read(judge)))


def _read(pairs: list[tuple[str, str]], posted: dict[str, Any] | None, resource_type: str) -> _Asked:
    modes = [value for name, value in pairs if name == "mode"]
    profiles = [value for name, value in pairs if name == "profile"]
    resource = posted
    if posted is not None and posted.get("resourceType") == "Parameters" and resource_type != "Parameters":
        resource = None
        listed = posted.get("parameter")
        for index, parameter in enumerate(listed if isinstance(listed, list) else []):
            resource = _parameter(parameter, f"Parameters.parameter[{index}]", modes, profiles) or resource
    if len(set(modes)) > 1 or not _MODES.issuperset(modes):
        raise refuse(400, "value", "mode is one of create, update, delete and profile.", "mode")
    return _Asked(resource, modes[0] if modes else None, tuple(dict.fromkeys(profiles)))


def _parameter(parameter: Any, path: str, modes: list[str], profiles: list[str]) -> dict[str, Any] | None:
    """The resource that a parameter holds; a mode or profile goes to its list."""
    fields: Mapping[str, Any] = parameter if isinstance(parameter, dict) else {}
    name = fields.get("name")
    values = [value for key, value in fields.items() if key.startswith("value") and isinstance(value, str)]
    if name == "resource" and isinstance(fields.get("resource"), dict):
        found: dict[str, Any] = fields["resource"]
        return found
    if name == "mode" and values:
        modes.append(values[0])
    elif name == "profile" and values:
        profiles.append(values[0])
    else:
        raise refuse(400, "structure", "$validate takes a resource, a mode and profiles.", path)
    return None


def _issues(
    resource: dict[str, Any] | None,
    asked: _Asked,
    resource_type: str,
    resource_id: str | None,
    configured: Strictness,
) -> list[Issue]:
    if asked.mode == "delete":
        if resource_id is None:
            raise refuse(400, "required", "Whether something can be deleted is asked of an instance.", "mode")
        return []
    if resource is None:
        raise refuse(400, "required", "A resource to validate is needed.", resource_type)
    strictness = replace(configured, rejects=True)
    found = check_resource(resource, resource_type, strictness, profiles=asked.profiles)
    identity = resource.get("id")
    if asked.mode == "update" and not isinstance(identity, str):
        found.append(Issue("error", "required", "An update needs the id of the resource.", f"{resource_type}.id"))
    elif resource_id is not None and asked.resource is not None and identity != resource_id:
        sentence = "The id of the resource must be the one that the URL names."
        found.append(Issue("error", "value", sentence, f"{resource_type}.id"))
    if asked.mode == "create" and isinstance(identity, str):
        sentence = "A create assigns the id; the one in the resource is not kept."
        found.append(Issue("information", "informational", sentence, f"{resource_type}.id"))
    return found
