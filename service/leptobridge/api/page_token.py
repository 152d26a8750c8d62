"""The opaque token of a paging link: the whole search and the place reached, so that any process can continue it.

A page is found by the place of its predecessor's last match and not by counting, so that what is stored in between
moves nothing. A checksum tells a broken token from an expired wish.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from leptobridge.api.refusal import refuse

_DIGEST_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToken:
    """``pairs`` are the search parameters, ``after`` the place of the last match given, ``total`` the first count."""

    path: str
    pairs: Sequence[tuple[str, str]]
    after: Sequence[Any]
    total: int | None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(PageToken)


def write_token(token: PageToken) -> str:
    """Text that is safe in a URL."""
    content = _encoder.encode(token)
    return base64.urlsafe_b64encode(_digest(content) + content).decode().rstrip("=")


def read_token(text: str, path: str) -> PageToken:
    """The token of a link to ``path`` (a type, or ``Patient/5/$everything``). Raises RefusedError 400."""
    try:
        padded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        digest, content = padded[:_DIGEST_BYTES], padded[_DIGEST_BYTES:]
        token = _decoder.decode(content) if digest == _digest(content) else None
    except (binascii.Error, msgspec.DecodeError, ValueError):
        token = None
    if token is None or token.path != path:
        raise refuse(400, "value", "This page link is not one that was given out here.", "_page")
    return token


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_DIGEST_BYTES]
