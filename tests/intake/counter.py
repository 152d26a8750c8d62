"""The counter where messages come in: what hospitals send in process, and what then stands, is known and is due."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from leptobridge.chart.assembly import assemble_chart
from leptobridge.chart.chart import Chart
from leptobridge.chart.facts import Fact
from leptobridge.evaluation.stored_facts import FactReader, stored_facts
from leptobridge.intake.accept import (
    accept_bundle,
    create_resource,
    delete_resource,
    update_conditionally,
    update_resource,
)
from leptobridge.intake.answer import Answer
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.database import Database
from leptobridge.store.due import claim_due, finish_due
from leptobridge.store.persons import person_of
from leptobridge.store.receipts import Channel, latest_receipts
from leptobridge.store.resources import StoredVersion, history, read_resource
from leptobridge.store.schema import Receipt

Json = dict[str, Any]
OPENING = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@dataclass
class Counter:
    """Takes messages in one after the other, a minute between two; ``settings`` are those of the installation."""

    database: Database
    reader: FactReader
    settings: IntakeSettings = field(default_factory=IntakeSettings)
    now: datetime = OPENING

    def send(
        self, kind: str, *entries: Json, sender: str | None = None, channel: Channel = "rest", **elements: Any
    ) -> Answer:
        """A Bundle of these entries."""
        bundle = {"resourceType": "Bundle", "type": kind, **elements, "entry": list(entries)}
        return self.send_bytes(json.dumps(bundle, ensure_ascii=False).encode(), sender=sender, channel=channel)

    def send_bytes(self, body: bytes, *, sender: str | None = None, channel: Channel = "rest") -> Answer:
        return accept_bundle(self.database, body, **self._common(sender, channel))

    def keep(self, *resources: Json, sender: str | None = None) -> Answer:
        """Resources with their ids, as a collection."""
        return self.send("collection", *({"resource": resource} for resource in resources), sender=sender)

    def create(self, resource: Json, if_none_exist: str | None = None, sender: str | None = None) -> Answer:
        return create_resource(
            self.database, resource["resourceType"], _text(resource), if_none_exist=if_none_exist,
            **self._common(sender, "rest"),
        )  # fmt: skip

    def put(self, resource: Json, if_match: str | None = None, sender: str | None = None) -> Answer:
        return update_resource(
            self.database, resource["resourceType"], resource["id"], _text(resource), if_match=if_match,
            **self._common(sender, "rest"),
        )  # fmt: skip

    def put_where(self, query: str, resource: Json, sender: str | None = None) -> Answer:
        return update_conditionally(
            self.database, resource["resourceType"], query, _text(resource), **self._common(sender, "rest")
        )

    def delete(self, reference: str) -> Answer:
        kind, _, identity = reference.partition("/")
        common = self._common(None, "rest")
        del common["content_type"]
        return delete_resource(self.database, kind, identity, **common)

    def standing(self, reference: str) -> Json | None:
        """The resource that stands under ``Type/id`` now; None where there is none or it was deleted."""
        found = self.stored(reference)
        return None if found is None or found.deleted else json.loads(found.raw)

    def stored(self, reference: str) -> StoredVersion | None:
        kind, _, identity = reference.partition("/")
        with self.database.reading() as session:
            return read_resource(session, kind, identity)

    def versions(self, reference: str) -> list[StoredVersion]:
        """The newest number first."""
        kind, _, identity = reference.partition("/")
        with self.database.reading() as session:
            return history(session, kind, identity)

    def person(self, patient: str) -> str:
        with self.database.reading() as session:
            return person_of(session, patient)

    def facts(self, patient: str) -> list[Fact]:
        """What is known of the person whom a Patient id means, without the marks of resource versions."""
        with self.database.reading() as session:
            found = stored_facts(session, person_of(session, patient), self.reader)
        return [fact for fact in found if fact.kind != "patient.last_seen"]

    def chart(self, patient: str, on: str = "2026-07-01") -> Chart:
        with self.database.reading() as session:
            found = stored_facts(session, person_of(session, patient), self.reader)
        return assemble_chart(found, date.fromisoformat(on))

    def due(self) -> set[str]:
        """Persons to be evaluated now; afterwards they are due no more."""
        self.now += timedelta(minutes=10)
        with self.database.transaction() as session:
            claimed = claim_due(session, now=self.now, lease=timedelta(minutes=1), limit=100)
            assert all(finish_due(session, person) for person in claimed)
        return {person.person for person in claimed}

    def receipts(self) -> list[Receipt]:
        """The newest first."""
        with self.database.reading() as session:
            return latest_receipts(session)

    def with_settings(self, **values: Any) -> "Counter":
        return replace(self, settings=replace(self.settings, **values))

    def _common(self, sender: str | None, channel: Channel) -> dict[str, Any]:
        self.now += timedelta(minutes=1)
        return {
            "sender": sender, "content_type": "application/fhir+json", "channel": channel, "now": self.now,
            "settings": self.settings,
        }  # fmt: skip


def urn() -> str:
    return f"urn:uuid:{uuid4()}"


def posted(resource: Json, full_url: str | None = None, **request: str) -> Json:
    """An entry that creates its resource."""
    named = {"fullUrl": full_url} if full_url else {}
    return named | {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]} | request}


def put(resource: Json, full_url: str | None = None, **request: str) -> Json:
    """An entry that stores its resource under its id."""
    named = {"fullUrl": full_url} if full_url else {}
    url = f"{resource['resourceType']}/{resource['id']}"
    return named | {"resource": resource, "request": {"method": "PUT", "url": url} | request}


def patient(identity: str | None = None, mrn: str | None = None, **elements: Any) -> Json:
    named = {"id": identity} if identity else {}
    numbered = {"identifier": [{"system": "urn:oid:1.2.3", "value": mrn}]} if mrn else {}
    return {"resourceType": "Patient", **named, **numbered, **elements}


def about(resource: Json, patient_reference: str, identity: str | None = None, **elements: Any) -> Json:
    """The resource with a subject (and an id)."""
    named = {"id": identity} if identity else {}
    return resource | named | {"subject": {"reference": patient_reference}} | elements


def locations(answer: Answer) -> list[str]:
    """``Type/id`` of each entry; empty where it has none."""
    return [entry["response"].get("location", "").partition("/_history/")[0] for entry in answer.data()["entry"]]


def statuses(answer: Answer) -> list[str]:
    return [entry["response"]["status"][:3] for entry in answer.data()["entry"]]


def issues_at(outcome: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Code and place of each error of an OperationOutcome."""
    errors = (issue for issue in outcome["issue"] if issue["severity"] in ("error", "fatal"))
    return [(issue["code"], (issue.get("expression") or [""])[0]) for issue in errors]


def _text(resource: Json) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()
