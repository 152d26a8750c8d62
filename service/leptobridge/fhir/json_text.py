"""Request bytes to data: strict JSON with limits; every fault has a place and the HTTP status that fits."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from leptobridge.fhir.issue import Issue, IssueCode

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHITE_SPACE = b" \t\r\n"
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost: bytes of the body, nesting of its JSON, entries of a Bundle."""

    body_bytes: int = 64 * 1024 * 1024
    depth: int = 100
    entries: int = 20_000


_DEFAULT_LIMITS = Limits()


class MalformedJsonError(Exception):
    """A body that cannot be read. ``status`` is 400 (not JSON), 413 (too large) or 422 (too deep, too many entries)."""

    def __init__(self, status: int, issues: tuple[Issue, ...]) -> None:
        super().__init__(f"{status}: {'; '.join(issue.diagnostics for issue in issues)}")
        self.status = status
        self.issues = issues


def parse_resource(body: bytes, limits: Limits = _DEFAULT_LIMITS) -> dict[str, Any]:
    """The JSON object of a request body that should hold one resource (a Bundle too).

    Raises MalformedJsonError for: too many bytes (413), invalid UTF-8, NUL, JSON that ends early or is wrong (400, with
    line and column), duplicate keys (400, with the path), nesting deeper or more Bundle entries than allowed (422),
    no object or no ``resourceType`` (400). A UTF-8 byte order mark is tolerated.
    """
    data = parse_json(body, limits)
    if not isinstance(data, dict):
        raise _malformed(400, "structure", "The body must be one JSON object: a FHIR resource.")
    if not isinstance(data.get("resourceType"), str):
        raise _malformed(400, "structure", "The body has no resourceType, so it is not a FHIR resource.")
    entries = data.get("entry")
    if isinstance(entries, list) and len(entries) > limits.entries:
        sentence = f"The Bundle has {len(entries)} entries; at most {limits.entries} are taken in one message."
        raise _malformed(422, "too-costly", sentence, "Bundle.entry")
    return data


def parse_json(body: bytes, limits: Limits = _DEFAULT_LIMITS) -> Any:
    """Any JSON value, as strictly as :func:`parse_resource` (whose errors for the JSON itself it raises)."""
    if len(body) > limits.body_bytes:
        sentence = f"The body has {len(body)} bytes; at most {limits.body_bytes} are taken."
        raise _malformed(413, "too-long", sentence)
    text = without_byte_order_mark(body)
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _syntax_error(text, error, limits) from None
    written_anew = _write_anew(data, limits)
    if b"\\u0000" in text:
        _refuse_null_characters(data)
    # Each string has two quotes, and a quote within a string is written the same way in both texts, unless it was
    # written as a number: what was lost in reading is the repetition of a key.
    if text.count(b'"') != written_anew.count(b'"') or b"\\u0022" in text:
        _refuse_duplicate_keys(text)
    return data


def without_byte_order_mark(body: bytes) -> bytes:
    """The text itself; parsers of JSON refuse the mark that some senders put before it."""
    return body.removeprefix(_BYTE_ORDER_MARK)


def _malformed(status: int, code: IssueCode, sentence: str, path: str = "") -> MalformedJsonError:
    return MalformedJsonError(status, (Issue("fatal", code, sentence, path),))


def _too_deep(limits: Limits) -> MalformedJsonError:
    return _malformed(422, "too-costly", f"The JSON is nested deeper than {limits.depth} levels.")


def _syntax_error(text: bytes, error: orjson.JSONDecodeError, limits: Limits) -> MalformedJsonError:
    if not text.strip(_WHITE_SPACE):
        return _malformed(400, "structure", "The body is empty.")
    if "depth" in error.msg or "ecursion" in error.msg:
        return _too_deep(limits)
    try:
        text.decode()
    except UnicodeDecodeError as fault:
        line, column = _line_and_column(text, fault.start)
        return _malformed(400, "structure", f"The body is not valid UTF-8: line {line}, column {column}.")
    if b"\x00" in text:
        line, column = _line_and_column(text, text.index(b"\x00"))
        return _malformed(400, "structure", f"The body has a NUL character: line {line}, column {column}.")
    sentence = "The JSON ends before it is complete" if "end of data" in error.msg else "The body is not valid JSON"
    return _malformed(400, "structure", f"{sentence}: line {error.lineno}, column {error.colno} ({error.msg}).")


def _line_and_column(text: bytes, position: int) -> tuple[int, int]:
    """From one; the column counts bytes."""
    return text.count(b"\n", 0, position) + 1, position - text.rfind(b"\n", 0, position)


def _write_anew(data: Any, limits: Limits) -> bytes:
    """The same data as text, one indented line per member, empty where it is nested deeper than the encoder goes.

    Refuses nesting beyond the limit.
    """
    try:
        text = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:
        _refuse_deep_nesting(data, limits)
        return b""
    if b"\n" + b"  " * limits.depth in text:
        _refuse_deep_nesting(data, limits)
    return text


def _refuse_deep_nesting(data: Any, limits: Limits) -> None:
    """Level by level, without recursion."""
    depth = 0
    level = [data]
    while level := [node for node in level if type(node) is dict or type(node) is list]:
        depth += 1
        if depth > limits.depth:
            raise _too_deep(limits)
        level = [member for node in level for member in (node.values() if type(node) is dict else node)]


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys were written more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        written = Counter(key for key, _ in pairs)
        self.repeated = [key for key, times in written.items() if times > 1]


def _refuse_duplicate_keys(text: bytes) -> None:
    """Read the text once more, exactly and slowly, and name every repeated key by its path."""
    data = json.loads(text, object_pairs_hook=_Object, parse_int=float, parse_float=float)
    issues = tuple(
        Issue("fatal", "structure", "The key is written more than once in this object.", f"{path}.{_shown(key)}")
        for path, node in _nodes(data, _root_name(data))
        if isinstance(node, _Object)
        for key in node.repeated
    )
    if issues:
        raise MalformedJsonError(400, issues)


def _refuse_null_characters(data: Any) -> None:
    issues = tuple(
        Issue("fatal", "value", "The text has a NUL character (\\u0000).", path)
        for path, node in _nodes(data, _root_name(data))
        if (isinstance(node, str) and "\x00" in node) or (isinstance(node, dict) and any("\x00" in key for key in node))
    )
    if issues:
        raise MalformedJsonError(400, issues)


def _root_name(data: Any) -> str:
    name = data.get("resourceType") if isinstance(data, dict) else None
    return _shown(name) if isinstance(name, str) else "$"


def _nodes(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, node
    if isinstance(node, dict):
        for key, member in node.items():
            yield from _nodes(member, f"{path}.{_shown(key)}")
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from _nodes(member, f"{path}[{index}]")


def _shown(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() and len(key) <= _LONGEST_NAME else "?"
