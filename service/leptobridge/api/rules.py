"""The rule service: every rule set of the clinical reference, stateless (rule interface 0)."""

from functools import cache
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.body import read_body
from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.description import describe, describe_with_table
from leptobridge.clinical.system import InputFault, InvalidInputsError

#: Far more than any patient's visits or lesions take.
LARGEST_REQUEST: Final = 1024 * 1024

_JSON: Final = "application/json"
_UNKNOWN_SYSTEM: Final = InputFault("", "no rule set has this name")


async def get_catalogue(_request: Request) -> Response:
    """``GET /rules``: every rule set with its version, purpose, source, evidence and JSON Schemas."""
    return Response(_catalogue(), media_type=_JSON)


async def get_system(request: Request) -> Response:
    """``GET /rules/{system}``: one rule set, with its decision table as data."""
    name = request.path_params["system"]
    if name not in SYSTEMS:
        return _errors(404, (_UNKNOWN_SYSTEM,))
    return Response(_description(name), media_type=_JSON)


async def post_inputs(request: Request) -> Response:
    """``POST /rules/{system}``: the result for the inputs in the body; nothing is stored."""
    system = SYSTEMS.get(request.path_params["system"])
    body = await read_body(request, LARGEST_REQUEST)
    if system is None:
        return _errors(404, (_UNKNOWN_SYSTEM,))
    try:
        result = system.evaluate(body)
    except InvalidInputsError as error:
        return _errors(422, error.faults)
    return Response(orjson.dumps(result.to_json()), media_type=_JSON)


@cache
def _catalogue() -> bytes:
    return orjson.dumps([describe(system) for system in SYSTEMS.values()])


@cache
def _description(name: str) -> bytes:
    return orjson.dumps(describe_with_table(SYSTEMS[name]))


def _errors(status: int, faults: tuple[InputFault, ...]) -> Response:
    """One entry per fault, with the path from the root of the body (rule interface 0.3)."""
    content = {"errors": [{"path": fault.path, "message": fault.message} for fault in faults]}
    return Response(orjson.dumps(content), status_code=status, media_type=_JSON)
