"""Query strings, in order and decoded."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from leptobridge.api.body import read_body
from leptobridge.api.refusal import refuse

FORM = "application/x-www-form-urlencoded"

#: More parameters than any search has, and fewer than parsing them could hurt.
MOST_PARAMETERS = 500
LARGEST_FORM = 64 * 1024


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """Names and values of the URL's query. Raises RefusedError 400."""
    return _pairs(request.url.query)


async def form_pairs(request: Request) -> list[tuple[str, str]]:
    """Those of the URL, then those of the body of a ``_search`` POST. Raises RefusedError 400, 413, 415."""
    body = await read_body(request, LARGEST_FORM)
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise refuse(415, "not-supported", f"The body of a search must be {FORM}.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise refuse(400, "invalid", "The body of a search must be UTF-8.") from None
    return query_pairs(request) + _pairs(text)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        raise refuse(400, "invalid", "The query cannot be read.") from None
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise refuse(400, "invalid", "The query holds a NUL character.")
    return pairs
