"""Writing the service's own Observations and Provenances into its store, in the transaction of the evaluation."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from leptobridge.fhir.search_values import search_values
from leptobridge.store.instant import instant_text
from leptobridge.store.receipts import Message, record_receipt
from leptobridge.store.resources import (
    ResourceToStore,
    allocate_keys,
    current_versions,
    insert_resources,
    replace_resources,
)

#: The sender of what the service concludes.
OWN_SENDER = "leptobridge"


@dataclass(frozen=True, slots=True)
class OwnResource:
    """A resource that the service made, with its id and no meta; ``version`` is the number it gets."""

    document: dict[str, Any]
    version: int


def write_own_resources(session: Session, resources: Sequence[OwnResource], *, person: str, now: datetime) -> None:
    """Store new versions of own resources; one receipt without bytes says when they were concluded."""
    receipt = f"{int(now.timestamp() * 1000):012x}{_digest(resources)}"
    record_receipt(
        session,
        Message(
            id=receipt,
            sender=OWN_SENDER,
            channel="evaluation",
            request="evaluation",
            content_type="application/fhir+json",
            received_at=now,
            sha256=receipt,
            body=b"",
        ),
        status="stored",
        outcome=None,
        answer_status=200,
        answer_headers={},
        answer_body=b"",
    )
    present = current_versions(session, [_key(resource) for resource in resources], for_update=True)
    new = [resource for resource in resources if _key(resource) not in present]
    keys = dict(zip((_key(resource) for resource in new), allocate_keys(session, len(new)), strict=True))
    rows = {
        _key(resource): _row(
            resource,
            key=keys.get(_key(resource)) or present[_key(resource)].key,
            person=person,
            receipt=receipt,
            now=now,
        )
        for resource in resources
    }
    insert_resources(session, [rows[_key(resource)] for resource in new])
    replace_resources(session, [row for key, row in rows.items() if key in present])


def _digest(resources: Sequence[OwnResource]) -> str:
    """Twenty hexadecimal digits that tell the receipts of one millisecond apart."""
    return hashlib.sha256(orjson.dumps([resource.document for resource in resources])).hexdigest()[:20]


def _key(resource: OwnResource) -> tuple[str, str]:
    return resource.document["resourceType"], resource.document["id"]


def _row(resource: OwnResource, *, key: int, person: str, receipt: str, now: datetime) -> ResourceToStore:
    document = {
        **resource.document,
        "meta": {"versionId": str(resource.version), "lastUpdated": now.isoformat(timespec="milliseconds")},
    }
    values = search_values(document)
    updated = instant_text(now)
    is_about_person = "subject" in document
    return ResourceToStore(
        key=key,
        type=document["resourceType"],
        id=document["id"],
        version=resource.version,
        latest_version=resource.version,
        last_updated=updated,
        method="PUT",
        sender=OWN_SENDER,
        receipt_id=receipt,
        raw=orjson.dumps(document).decode(),
        source_updated=updated,
        subject=f"Patient/{person}" if is_about_person else None,
        person=person if is_about_person else None,
        status=values.status,
        date_first=instant_text(values.first) if values.first else None,
        date_last=instant_text(values.last) if values.last else None,
        search=values.entries,
    )
