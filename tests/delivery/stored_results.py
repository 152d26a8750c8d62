"""A store with the chart of Margaret Kowalczyk, and versions of what was concluded about her."""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlmodel import Session

from leptobridge.fhir.vocabulary import CONCLUSION
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.schema import Receipt, Resource, ResourceVersion

START = datetime(2025, 4, 3, 6, 0, tzinfo=UTC)
IDENTIFIER = "b1946ac92492d2347c6235b4d2611184"
MRN = {"system": "https://fhir.stcatherines-health.example/identifier/mrn", "value": "E4471902"}
RECEIPT = "receipt-1"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "margaret",
    "identifier": [MRN],
    "birthDate": "1961-03-14",
    "gender": "female",
}
SCORECARD: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "card",
    "status": "final",
    "code": {"text": "LM MRI scorecard"},
    "subject": {"reference": "Patient/margaret"},
    "effectiveDateTime": "2025-04-02",
}


def observation(version: int, *, status: str = "", value: str = "") -> dict[str, Any]:
    """The response of 2 April in its first version, or as it was changed later."""
    return {
        "resourceType": "Observation",
        "id": "response",
        "identifier": [{"system": CONCLUSION, "value": IDENTIFIER}],
        "status": status or ("final" if version == 1 else "amended"),
        "code": {"text": "lm response"},
        "subject": {"reference": "Patient/margaret"},
        "effectiveDateTime": "2025-04-02",
        "issued": f"2025-04-03T06:{version:02d}:00.000+00:00",
        "valueCodeableConcept": {"text": value or f"answer {version}"},
        "derivedFrom": [{"reference": "Observation/card"}],
    }


def provenance(version: int) -> dict[str, Any]:
    return {
        "resourceType": "Provenance",
        "id": f"response-{version}",
        "target": [{"reference": f"Observation/response/_history/{version}"}],
        "recorded": f"2025-04-03T06:{version:02d}:00.000+00:00",
        "agent": [{"who": {"display": "LeptoBridge"}}],
        "entity": [{"role": "source", "what": {"reference": "Observation/card/_history/1"}}],
    }


def store_chart(database: Database, *, sender: str = "default") -> None:
    """The patient and her scorecard as the hospital sent them under its ids ``pat-7`` and ``obs-12``."""
    with database.transaction() as session:
        session.add(
            Receipt(
                id=RECEIPT,
                sender=sender,
                channel="rest",
                request="POST",
                content_type="application/fhir+json",
                received_at="2025-04-03T06:00:00.000000Z",
                sha256="",
                size=0,
                status="stored",
                answer_status=200,
                answer_body=b"",
                body=b"",
            )
        )
        _store(session, 1, PATIENT, 1, sender=sender, source_id="pat-7")
        _store(session, 2, SCORECARD, 1, sender=sender, source_id="obs-12")


def conclude(database: Database, version: int, destination: str, *, at: datetime, status: str = "") -> None:
    """Store a version of the response with its Provenance and send it on its way."""
    with database.transaction() as session:
        _store(session, 3, observation(version, status=status), version, sender="leptobridge")
        _store(session, 100 + version, provenance(version), 1, sender="leptobridge")
        outbox.enqueue(session, [("response", version)], destination=destination, person="margaret", now=at)


def _store(
    session: Session, key: int, content: dict[str, Any], version: int, *, sender: str, source_id: str | None = None
) -> None:
    before = session.get(Resource, key)
    if before is not None:
        session.add(
            ResourceVersion(
                resource_key=key,
                version=before.version,
                last_updated=before.last_updated,
                method=before.method,
                sender=before.sender,
                receipt_id=before.receipt_id,
                raw=before.raw,
            )
        )
        before.raw, before.version, before.latest_version = orjson.dumps(content).decode(), version, version
        session.add(before)
        return
    session.add(
        Resource(
            key=key,
            type=content["resourceType"],
            id=content["id"],
            version=version,
            latest_version=version,
            last_updated="2025-04-03T06:00:00.000000Z",
            method="PUT",
            sender=sender,
            source_id=source_id,
            receipt_id=RECEIPT,
            raw=orjson.dumps(content).decode(),
        )
    )
