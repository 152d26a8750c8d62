"""What the store knows of a result to be delivered: Observation, Provenance, and where its evidence came from."""

from sqlmodel import Session, col, select

from leptobridge.delivery.ehr import Resource, parse_json
from leptobridge.delivery.origin import Origin
from leptobridge.delivery.result_write import CONCLUSION_SYSTEM, Parcel
from leptobridge.store.database import Database
from leptobridge.store.outbox import Delivery
from leptobridge.store.schema import Resource as StoredResource
from leptobridge.store.schema import ResourceVersion, SearchEntry


def load_parcel(session: Session, delivery: Delivery) -> Parcel | None:
    """The version that the outbox names, with its Provenance; None if the store has no such version."""
    current = _stored(session, "Observation", delivery.observation_id)
    if current is None:
        return None
    raw = current.raw
    if current.version != delivery.version:
        earlier = session.get(ResourceVersion, (current.key, delivery.version))
        raw = earlier.raw if earlier else ""
    if not raw:
        return None
    observation = parse_json(raw)
    identifier = conclusion_identifier(observation)
    if identifier is None:
        return None
    return Parcel(
        identifier=identifier,
        version=delivery.version,
        observation=observation,
        provenance=_provenance(session, delivery),
        retried=delivery.attempts > 1,
    )


def load_origin(database: Database, reference: str) -> Origin | None:
    """Sender, source id and content of the stored resource ``Type/id``; None where there is none."""
    resource_type, _, resource_id = reference.partition("/")
    with database.reading() as session:
        row = _stored(session, resource_type, resource_id)
        if row is None or not row.raw:
            return None
        return Origin(reference, row.sender, row.source_id or row.id, parse_json(row.raw))


def conclusion_identifier(observation: Resource) -> str | None:
    """The stable id under which the conclusion stands everywhere (exchange.md 12)."""
    for identifier in observation.get("identifier", []):
        if identifier.get("system") == CONCLUSION_SYSTEM:
            return str(identifier["value"])
    return None


def _stored(session: Session, resource_type: str, resource_id: str) -> StoredResource | None:
    query = select(StoredResource).where(StoredResource.type == resource_type, StoredResource.id == resource_id)
    return session.exec(query).first()


def _provenance(session: Session, delivery: Delivery) -> Resource | None:
    """The newest Provenance whose target is the Observation."""
    query = (
        select(StoredResource)
        .join(SearchEntry, col(SearchEntry.resource_key) == col(StoredResource.key))
        .where(
            SearchEntry.parameter == "target",
            SearchEntry.system == "Observation",
            SearchEntry.value == delivery.observation_id,
            StoredResource.type == "Provenance",
            col(StoredResource.deleted).is_(False),
        )
        .order_by(col(StoredResource.last_updated).desc(), col(StoredResource.key).desc())
    )
    row = session.exec(query).first()
    return parse_json(row.raw) if row else None
