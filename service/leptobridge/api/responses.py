"""Answers as FHIR JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from leptobridge.api.body import LingeringResponse
from leptobridge.api.negotiation import FHIR_JSON
from leptobridge.api.refusal import RefusedError
from leptobridge.fhir.issue import Issue, operation_outcome


def fhir_response(
    status: int, body: bytes | Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
) -> Response:
    """A response of ``application/fhir+json``; bytes go out as they are, ``None`` is an empty body."""
    content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    answer = Response(content, status_code=status, headers=dict(headers or {}))
    if content:
        answer.headers["Content-Type"] = FHIR_JSON
    return answer


def outcome_response(
    status: int, issues: Sequence[Issue], headers: Mapping[str, str] | None = None, *, linger: bool = False
) -> Response:
    """An OperationOutcome."""
    kind = LingeringResponse if linger else Response
    content = orjson.dumps(operation_outcome(issues))
    return kind(content, status_code=status, headers=dict(headers or {}), media_type=FHIR_JSON)


def refusal_response(refusal: RefusedError) -> Response:
    """The answer to a refused request."""
    return outcome_response(refusal.status, refusal.issues, refusal.headers, linger=refusal.linger)
