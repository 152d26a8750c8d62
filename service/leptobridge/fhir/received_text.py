"""Change ids, meta and references in the received text of a resource and nothing else: decimals, order, spaces stay."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import orjson

_SPACE: Final = rb"[ \t\r\n]*"
_STRING: Final = rb'"(?:[^"\\]|\\.)*"'
_REWRITTEN_KEYS: Final = ("reference", "url", "valueUri", "valueUrl", "valueCanonical", "valueUuid", "valueOid")
_REWRITTEN_MEMBER: Final = re.compile(
    rb'(?<!\\)("(?:' + "|".join(_REWRITTEN_KEYS).encode() + rb')"' + _SPACE + b":" + _SPACE + rb")(" + _STRING + rb")",
    re.DOTALL,
)
_STRING_OR_MEMBER: Final = re.compile(
    rb"(" + _STRING + rb")(?:(" + _SPACE + b":" + _SPACE + rb")(" + _STRING + rb")?)?", re.DOTALL
)
_ESCAPED_KEY: Final = re.compile(rb'\\[^"\\]*"' + _SPACE + b":")
_KEY: Final = re.compile(_SPACE + rb"(" + _STRING + rb")" + _SPACE + b":" + _SPACE, re.DOTALL)
_COMMA: Final = re.compile(_SPACE + b",")
_CLOSING: Final = re.compile(_SPACE + rb"\}")
_OPENING: Final = re.compile(_SPACE + rb"\{")

_members_of: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def rewrite_references(text: bytes, targets: Mapping[str, str]) -> bytes:
    """The resource with each reference that ``targets`` holds replaced by its new value; all other bytes the same.

    Replaced are ``Reference.reference`` and urn values of url and uri elements (Attachment.url, valueUri, valueUrl),
    compared as whole strings: ``{"urn:uuid:1": "Patient/17"}``.
    """
    if not targets:
        return text
    if _ESCAPED_KEY.search(text):
        return _rewrite_token_by_token(text, targets)

    def replaced(match: re.Match[bytes]) -> bytes:
        new = _replacement(match[1].startswith(b'"reference"'), match[2], targets)
        return match[0] if new is None else match[1] + new

    return _REWRITTEN_MEMBER.sub(replaced, text)


def set_id_and_meta(text: bytes, *, resource_id: str, version_id: str, last_updated: str) -> bytes:
    """The resource with this id, ``meta.versionId`` and ``meta.lastUpdated``; the rest of a received meta is kept.

    ``last_updated`` is a FHIR instant. ``text`` must be one JSON object without duplicate keys (ValueError otherwise).
    """
    stamp = {"versionId": _quoted(version_id), "lastUpdated": _quoted(last_updated)}

    def meta(received: bytes | None) -> bytes:
        return _set_members(received if received is not None else b"{}", {k: _always(v) for k, v in stamp.items()})

    return _set_members(text, {"id": _always(_quoted(resource_id)), "meta": meta})


def _rewrite_token_by_token(text: bytes, targets: Mapping[str, str]) -> bytes:
    """For keys written with escapes: every string is read, so that each key is known as what it means."""

    def replaced(match: re.Match[bytes]) -> bytes:
        if match[3] is None or (name := json.loads(match[1])) not in _REWRITTEN_KEYS:
            return match[0]
        new = _replacement(name == "reference", match[3], targets)
        return match[0] if new is None else match[1] + match[2] + new

    return _STRING_OR_MEMBER.sub(replaced, text)


def _replacement(is_reference: bool, quoted: bytes, targets: Mapping[str, str]) -> bytes | None:
    value = json.loads(quoted) if b"\\" in quoted else quoted[1:-1].decode()
    if not is_reference and not value.startswith("urn:"):
        return None
    new = targets.get(value)
    return None if new is None else _quoted(new)


def _quoted(text: str) -> bytes:
    return orjson.dumps(text)


def _always(value: bytes) -> Callable[[bytes | None], bytes]:
    return lambda received: value


def _set_members(text: bytes, changes: Mapping[str, Callable[[bytes | None], bytes]]) -> bytes:
    """One object's text with members replaced by what the change makes of their text, or added after resourceType.

    The decoder gives each member's text in order, which fixes where each stands; what lies between is kept.
    """
    try:
        members = _members_of(text)
    except msgspec.DecodeError as error:
        raise ValueError("the text is no JSON object") from error
    opening = _OPENING.match(text)
    if opening is None:
        raise ValueError("the text is no JSON object")
    position = first = opening.end()
    after_type = 0
    edits: list[tuple[int, int, bytes]] = []
    left = dict(changes)
    for name, raw in members.items():
        key = _KEY.match(text, position)
        if key is None or (key[1] != b'"%b"' % name.encode() and json.loads(key[1]) != name):
            raise ValueError("the object has a key twice")
        start, position = key.end(), key.end() + len(raw)
        if name in left:
            edits.append((start, position, left.pop(name)(bytes(raw))))
        if name == "resourceType":
            after_type = position
        comma = _COMMA.match(text, position)
        position = comma.end() if comma else position
    if _CLOSING.match(text, position) is None:
        raise ValueError("the object has a key twice")
    if left:
        added = b",".join(_quoted(name) + b":" + change(None) for name, change in left.items())
        if after_type:
            edits.append((after_type, after_type, b"," + added))
        else:
            edits.append((first, first, added + b"," if members else added))
    return _apply(text, edits)


def _apply(text: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    copied = 0
    for start, end, new in sorted(edits):
        pieces += (text[copied:start], new)
        copied = end
    pieces.append(text[copied:])
    return b"".join(pieces)
