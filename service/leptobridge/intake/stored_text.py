"""The text under which a resource is stored: as received but for references, id and meta.

The forms that nearly every sender writes are changed by plain byte operations; whatever looks unusual goes through
`fhir.received_text`, which reads the whole text and gives the same resource.
"""

import re
from collections.abc import Mapping

import msgspec

from leptobridge.fhir.received_text import rewrite_references, set_id_and_meta

#: From here on one pass over the text is cheaper than one per target.
MANY_TARGETS = 8
_HEAD = re.compile(
    rb'[ \t\r\n]*\{[ \t\r\n]*"resourceType"[ \t\r\n]*:[ \t\r\n]*"[A-Za-z]+"[ \t\r\n]*'
    rb'(?:,[ \t\r\n]*"id"[ \t\r\n]*:[ \t\r\n]*"[^"\\]*"[ \t\r\n]*)?'
)
_TYPE = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"resourceType"[ \t\r\n]*:[ \t\r\n]*"[A-Za-z]+"')
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def with_targets(text: bytes, targets: Mapping[str, str]) -> bytes:
    """The resource with its references rewritten."""
    if len(targets) > MANY_TARGETS:
        return rewrite_references(text, targets)
    for value, target in targets.items():
        quoted = b'"' + value.encode() + b'"'
        written = text.count(b'"reference":' + quoted) + text.count(b'"reference": ' + quoted)
        if written != text.count(quoted) or b"\\" in quoted:
            # It stands elsewhere, too: only a reader of the whole text knows where it is a reference.
            return rewrite_references(text, targets)
        if written:
            text = text.replace(quoted, b'"' + target.encode() + b'"')
    return text


def with_identity(text: bytes, *, resource_id: str, version: int, last_updated: str) -> bytes:
    """The resource with its id, version and time of storing in place of the sender's."""
    members = _members(text)
    head, kind = _HEAD.match(text), _TYPE.match(text)
    if head is None or kind is None or ("id" in members) != (len(head[0].rstrip()) > len(kind[0])):
        return _read_whole(text, resource_id, version, last_updated)
    start = b'%b,"id":"%b"' % (kind[0], resource_id.encode())
    stamp = b'"versionId":"%d","lastUpdated":"%b"' % (version, last_updated.encode())
    if "meta" not in members:
        return b'%b,"meta":{%b}%b' % (start, stamp, text[head.end() :])
    meta = bytes(members["meta"])
    place = text.find(meta, head.end())
    # The same text elsewhere, in a contained resource for example: only a reader of the whole text knows which it is.
    if text.count(meta) != 1 or place < 0:
        return _read_whole(text, resource_id, version, last_updated)
    kept = [
        b',"%b":%b' % (name.encode(), bytes(value))
        for name, value in _members(meta).items()
        if name not in ("versionId", "lastUpdated")
    ]
    before, after = text[head.end() : place], text[place + len(meta) :]
    return b"".join((start, before, b"{", stamp, *kept, b"}", after))


def _read_whole(text: bytes, resource_id: str, version: int, last_updated: str) -> bytes:
    return set_id_and_meta(text, resource_id=resource_id, version_id=str(version), last_updated=last_updated)
