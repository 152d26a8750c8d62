"""Bundles that the service answers with: stored text goes in as it is, so decimals keep their written precision."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from leptobridge.fhir.issue import Issue, operation_outcome
from leptobridge.store.schema import Resource

Entry = dict[str, Any]

_encoder = msgspec.json.Encoder()


def stored_entry(base: str, row: Resource, mode: str) -> Entry:
    """A searchset entry of a stored resource; ``mode`` is ``match`` or ``include``."""
    return {
        "fullUrl": f"{base}/{row.type}/{row.id}",
        "resource": msgspec.Raw(row.raw.encode()),
        "search": {"mode": mode},
    }


def outcome_entry(issues: Sequence[Issue]) -> Entry:
    """The entry that tells what of the search was ignored."""
    return {"resource": operation_outcome(issues), "search": {"mode": "outcome"}}


def write_bundle(
    kind: str, entries: Iterable[Entry], *, total: int | None = None, links: Iterable[tuple[str, str]] = (), **more: Any
) -> bytes:
    """The JSON text of a Bundle of type ``kind``; ``links`` are pairs of relation and URL."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", **more, "type": kind}
    if total is not None:
        bundle["total"] = total
    listed_links = [{"relation": relation, "url": url} for relation, url in links]
    if listed_links:
        bundle["link"] = listed_links
    listed = list(entries)
    if listed:
        bundle["entry"] = listed
    return _encoder.encode(bundle)
