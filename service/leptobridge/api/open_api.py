"""The OpenAPI document: every route of the service, and each rule set with its own schemas."""

import re
from collections.abc import Iterable
from inspect import getdoc
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from leptobridge import __version__
from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.description import output_schema
from leptobridge.clinical.system import System

_DESCRIPTION: Final = (
    "The FHIR interactions are described in detail by the CapabilityStatement at `/fhir/metadata`. The rule service "
    "(`/rules`) is stateless: an answer depends on the body alone, and nothing is stored."
)
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_COMPONENTS: Final = "#/components/schemas/"

#: What a malformed request is answered with (rule interface 0.3).
_ERRORS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        }
    },
}


async def get_open_api(request: Request) -> Response:
    """``GET /openapi.json``: this document."""
    state = request.app.state
    if not hasattr(state, "open_api"):
        state.open_api = orjson.dumps(open_api_document(request.app.routes))
    return Response(state.open_api, media_type="application/json")


def open_api_document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """OpenAPI 3.1: the given routes, and a path for each rule set, whose inputs and result differ."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if isinstance(route, Route):
            path = paths.setdefault(route.path_format, _path_parameters(route.path_format))
            path.update({method.lower(): _operation(route) for method in sorted(route.methods or ())})
    schemas: dict[str, Any] = {"errors": _ERRORS_SCHEMA}
    for system in SYSTEMS.values():
        schemas.update(_schemas_of(system))
        paths[f"/rules/{system.name}"] = {"post": _decision(system)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "LeptoBridge", "version": __version__, "description": _DESCRIPTION},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _path_parameters(path: str) -> dict[str, Any]:
    names = _PARAMETER.findall(path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {"parameters": parameters} if parameters else {}


def _operation(route: Route) -> dict[str, Any]:
    return {
        "summary": (getdoc(route.endpoint) or route.name).partition("\n")[0].replace("``", "`"),
        "responses": {"default": {"description": "the answer, or what was wrong with the request"}},
    }


def _schemas_of(system: System[Any]) -> dict[str, Any]:
    """Components: the inputs, the parts that they are made of, and the result."""
    inputs = system.input_schema(f"{_COMPONENTS}{system.name}.{{model}}")
    parts = inputs.pop("$defs", {})
    return {
        f"{system.name}.inputs": inputs,
        f"{system.name}.result": output_schema(system),
        **{f"{system.name}.{name}": part for name, part in parts.items()},
    }


def _decision(system: System[Any]) -> dict[str, Any]:
    def content(schema: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": f"{_COMPONENTS}{schema}"}}}

    return {
        "operationId": system.name,
        "tags": ["rules"],
        "summary": f"{system.purpose} ({system.section})",
        "description": f"Version {system.version}, {system.evidence}. {system.source}",
        "requestBody": {"required": True, "content": content(f"{system.name}.inputs")},
        "responses": {
            "200": {"description": "The result", "content": content(f"{system.name}.result")},
            "422": {"description": "Malformed: one entry per fault", "content": content("errors")},
        },
    }
