"""What a client sends and wants: media types and the Prefer header (FHIR R4 http.html 3.1.0.1.11, 3.1.0.1.12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from leptobridge.api.refusal import refuse

FHIR_JSON = "application/fhir+json"

#: Names of the JSON form that ``Content-Type``, ``Accept`` and ``_format`` may use.
JSON_NAMES = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "json", "text/json"})
_RANGES = frozenset({"*/*", "application/*", "*"})

Return = Literal["representation", "minimal", "OperationOutcome"]


@dataclass(frozen=True, slots=True)
class Preference:
    """The Prefer header: ``strict`` handling of unknown search parameters, and what a write shall return."""

    strict: bool = False
    content: Return = "representation"


def preference(request: Request) -> Preference:
    """Reads every Prefer header; what is not known is ignored (RFC 7240)."""
    strict = False
    content: Return = "representation"
    for header in request.headers.getlist("prefer"):
        for part in header.replace(";", ",").split(","):
            name, _, value = part.strip().partition("=")
            value = value.strip().strip('"')
            if name.strip().lower() == "handling":
                strict = value == "strict"
            elif name.strip().lower() == "return":
                if value in ("minimal", "representation"):
                    content = value  # type: ignore[assignment]
                elif value == "OperationOutcome":
                    content = "OperationOutcome"
    return Preference(strict, content)


def require_json_body(request: Request) -> None:
    """Raises RefusedError 415 unless the body is announced as UTF-8 JSON without a content coding."""
    header = request.headers.get("content-type", "")
    name, _, parameters = header.partition(";")
    if name.strip().lower() not in JSON_NAMES:
        raise refuse(415, "not-supported", f"The body must be {FHIR_JSON}; XML and other forms are not read.")
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8"):
            raise refuse(415, "not-supported", "JSON is read as UTF-8 only.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise refuse(
            415, "not-supported", "The body must be sent without Content-Encoding.", Accept_Encoding="identity"
        )


def require_json_answer(request: Request, formats: Iterable[str]) -> None:
    """Raises RefusedError 406 if the client takes no JSON; ``formats`` are the values of ``_format``, which win."""
    asked = [value.strip().lower().replace(" ", "+") for value in formats]
    if asked:
        if any(value.partition(";")[0] in JSON_NAMES for value in asked):
            return
        raise refuse(406, "not-supported", f"_format: only {FHIR_JSON} is served.")
    headers = request.headers.getlist("accept")
    if not headers:
        return
    for entry in ",".join(headers).split(","):
        name, _, parameters = entry.strip().partition(";")
        if name.strip().lower() in JSON_NAMES | _RANGES and not _refused(parameters):
            return
    raise refuse(406, "not-supported", f"Only {FHIR_JSON} is served.")


def _refused(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key == "q":
            try:
                return float(value) == 0
            except ValueError:
                return False
    return False
