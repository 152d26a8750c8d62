"""Change ids, meta and references in the received text of a resource and nothing else: decimals, order, spaces stay."""

from collections.abc import Mapping


def rewrite_references(text: bytes, targets: Mapping[str, str]) -> bytes:
    """The resource with each reference that ``targets`` holds replaced by its new value; all other bytes the same.

    Replaced are ``Reference.reference`` and urn values of url and uri elements (Attachment.url, valueUri, valueUrl),
    compared as whole strings: ``{"urn:uuid:1": "Patient/17"}``.
    """
    raise NotImplementedError


def set_id_and_meta(text: bytes, *, resource_id: str, version_id: str, last_updated: str) -> bytes:
    """The resource with this id, ``meta.versionId`` and ``meta.lastUpdated``; the rest of a received meta is kept.

    ``last_updated`` is a FHIR instant. ``text`` must be one JSON object without duplicate keys (ValueError otherwise).
    """
    raise NotImplementedError
