"""The text under which a resource is stored: as received but for references, id and meta.

The forms that nearly every sender writes are changed by plain byte operations; whatever looks unusual goes through
`fhir.received_text`, which reads the whole text and gives the same resource.
"""

import re
from collections.abc import Container, Mapping, Sequence

import msgspec

from leptobridge.fhir.received_text import rewrite_references, set_id_and_meta

_HEAD = re.compile(
    rb'([ \t\r\n]*\{[ \t\r\n]*"resourceType"[ \t\r\n]*:[ \t\r\n]*"[A-Za-z]+")[ \t\r\n]*'
    rb'(,[ \t\r\n]*"id"[ \t\r\n]*:[ \t\r\n]*"[^"\\]*"[ \t\r\n]*)?'
)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def with_targets(
    text: bytes, targets: Mapping[str, str], references: Sequence[tuple[bytes, int]], *, elsewhere: bool = False
) -> bytes:
    """The resource with its references rewritten; ``references`` is what `written_references` finds in it.
    ``elsewhere``: urns in elements that are no References are meant, too.
    """
    if not targets:
        return text
    if elsewhere or b"\\" in text:
        return rewrite_references(text, targets)
    pieces: list[bytes] = []
    copied = 0
    for value, start in references:
        target = targets.get(value.decode())
        if target is not None:
            pieces += (text[copied:start], target.encode())
            copied = start + len(value)
    pieces.append(text[copied:])
    return b"".join(pieces)


def with_identity(text: bytes, members: Container[str], *, resource_id: str, version: int, last_updated: str) -> bytes:
    """The resource with its id, version and time of storing in place of the sender's; ``members`` are the names that
    it has.
    """
    head = _HEAD.match(text)
    if head is None or ("id" in members) != (head[2] is not None):
        return _read_whole(text, resource_id, version, last_updated)
    start = b'%b,"id":"%b"' % (head[1], resource_id.encode())
    stamp = b'"versionId":"%d","lastUpdated":"%b"' % (version, last_updated.encode())
    if "meta" not in members:
        return b'%b,"meta":{%b}%b' % (start, stamp, text[head.end() :])
    meta = bytes(_members(text)["meta"])
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
