"""What the request of one Bundle entry asks for: method and URL to type, id and criteria (http.html#transaction)."""

import re
from typing import Any, Final, Literal, cast

import msgspec

from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

METHODS: Final[frozenset[str]] = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

_SERVER = re.compile(r"https?://.*?/(?=(?:[A-Z][A-Za-z]+)(?:[/?]|$))")
_TARGET = re.compile(r"(?P<type>[A-Z][A-Za-z]+)(?:/(?P<id>[A-Za-z0-9\-.]{1,64}))?", re.ASCII)


class Request(msgspec.Struct, frozen=True):
    """Method and URL read. ``url`` is the URL below the server's base, without leading slash."""

    method: Method
    url: str
    resource_type: str = ""
    resource_id: str | None = None
    query: str | None = None


def read_request(request: Any, path: str) -> tuple[Request | None, list[Issue]]:
    """The request at ``path`` (``Bundle.entry[3].request``); ``None`` with the reasons when it says nothing usable."""
    if not isinstance(request, dict):
        return None, [Issue("error", "required", "The entry needs a request with method and url.", path)]
    method, written = request.get("method"), request.get("url")
    if method not in METHODS or not isinstance(written, str):
        return None, []  # the structural check has named what is missing or wrong
    if method == "POST" and written in r4_definitions().resource_types:
        return Request("POST", written, written), []
    url = _SERVER.sub("", written, count=1).lstrip("/")
    target, mark, query = url.partition("?")
    known = cast(Method, method)
    if method in ("GET", "HEAD"):
        match = _TARGET.match(target)
        return Request(known, url, match["type"] if match else "", match["id"] if match else None, query or None), []
    if method == "PATCH":
        return None, [Issue("error", "not-supported", "PATCH is not supported; send the whole resource by PUT.", path)]
    match = _TARGET.fullmatch(target)
    if match is None or match["type"] not in r4_definitions().resource_types:
        return None, [Issue("error", "value", "The URL names no resource type of FHIR R4.", f"{path}.url")]
    found = Request(known, url, match["type"], match["id"], query if mark else None)
    return found, _check_target(found, f"{path}.url")


def _check_target(request: Request, path: str) -> list[Issue]:
    if request.method == "POST":
        if request.resource_id is not None or request.query is not None:
            return [Issue("error", "value", "The URL of a POST is the resource type alone.", path)]
    elif request.resource_id is None and not request.query:
        return [Issue("error", "value", f"The URL of a {request.method} needs an id or search criteria.", path)]
    elif request.resource_id is not None and request.query is not None:
        return [Issue("error", "value", "The URL has both an id and search criteria.", path)]
    return []
