"""What a competent afternoon gives: FastAPI with a fhir.resources Bundle parameter, and SQLModel's add_all.

It validates, keeps each resource under a new id, and answers a transaction-response. It rewrites no references, keeps
no history, no search index and no receipt, and understands nothing: the yardstick, not a rival.
"""

import os
import uuid
from typing import Any

from fastapi import FastAPI
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine


class StoredResource(SQLModel, table=True):
    """One resource as JSON text."""

    id: str = Field(primary_key=True)
    resource_type: str = Field(index=True)
    body: str


url = os.environ.get("NAIVE_DATABASE", "sqlite:///naive.db")
engine = create_engine(url)
if url.startswith("sqlite"):

    @event.listens_for(engine, "connect")
    def same_durability(connection: Any, _record: object) -> None:
        """As durable as the service, and with the faster journal."""
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")


SQLModel.metadata.create_all(engine)
app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "up"}


@app.post("/fhir")
def take_in(bundle: Bundle) -> dict[str, Any]:
    rows = [
        StoredResource(
            id=str(uuid.uuid4()),
            resource_type=entry.resource.get_resource_type(),
            body=entry.resource.model_dump_json(),
        )
        for entry in bundle.entry or []
        if entry.resource is not None
    ]
    locations = [f"{row.resource_type}/{row.id}" for row in rows]
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()
    answers = [{"response": {"status": "201", "location": location}} for location in locations]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}
