"""What became of each entry, as the response Bundle of a transaction or batch (http.html#transaction-response)."""

from collections.abc import Sequence
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

import orjson

from leptobridge.fhir.issue import operation_outcome
from leptobridge.intake.entry import Entry
from leptobridge.store.instant import instant_of


def response_body(kind: str, entries: Sequence[Entry]) -> bytes:
    """A ``transaction-response`` or ``batch-response`` with one entry per entry received, in the order received."""
    ordered = sorted(entries, key=lambda entry: entry.plan.index)
    listed = b",".join(_entry(entry) for entry in ordered)
    shown = b',"entry":[' + listed + b"]" if listed else b""
    return b'{"resourceType":"Bundle","type":"' + kind.encode() + b'"' + shown + b"}"


_STATUS_LINES: Final = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}


def _entry(entry: Entry) -> bytes:
    said = f'"status":"{_STATUS_LINES[entry.status or 200]}"'
    if not entry.refused and entry.id is not None and entry.version:
        # Ids, versions and instants hold nothing that JSON would have to escape.
        said += (
            f',"location":"{entry.type}/{entry.id}/_history/{entry.version}"'
            f',"etag":"W/\\"{entry.version}\\"","lastModified":"{entry.last_updated}"'
        )
    shown = b'{"response":{%b}}' % said.encode()
    if entry.issues:
        shown = b'%b,"outcome":%b}}' % (shown[:-2], orjson.dumps(operation_outcome(entry.issues)))
    if entry.plan.method == "GET" and not entry.refused:
        return b'{"resource":' + entry.text + b"," + shown[1:]
    return shown


def resource_headers(entry: Entry, base_url: str | None) -> dict[str, str]:
    """Location, ETag and Last-Modified of a written resource."""
    if entry.id is None or not entry.version:
        return {}
    moment = http_date(entry.last_updated)
    location = f"{entry.type}/{entry.id}/_history/{entry.version}"
    prefix = f"{base_url.rstrip('/')}/" if base_url else ""
    return {"Location": prefix + location, "ETag": f'W/"{entry.version}"', "Last-Modified": moment}


def http_date(instant: str) -> str:
    """``Sun, 01 Mar 2026 09:30:00 GMT`` of a stored instant."""
    return format_datetime(instant_of(instant), usegmt=True)
