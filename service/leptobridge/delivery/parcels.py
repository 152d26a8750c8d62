"""What the store knows of a result to be delivered: Observation, Provenance, and where its evidence came from."""

from sqlmodel import Session, col, select

from leptobridge.delivery.ehr import Resource, parse_json
from leptobridge.delivery.origin import Origin
from leptobridge.delivery.result_write import Parcel
from leptobridge.evaluation.risk_assessment import risk_assessment_id
from leptobridge.fhir.vocabulary import CONCLUSION
from leptobridge.store.database import Database
from leptobridge.store.outbox import Delivery
from leptobridge.store.resources import read_resource, read_version
from leptobridge.store.schema import PersonAlias


def load_parcel(session: Session, delivery: Delivery) -> Parcel | None:
    """The version that the outbox names, with its Provenance; None if the store has no such version of a conclusion."""
    stored = read_version(session, "Observation", delivery.observation_id, delivery.version)
    if stored is None or not stored.raw:
        return None
    observation = parse_json(stored.raw)
    identifier = conclusion_identifier(observation)
    if identifier is None:
        return None
    # The id of a Provenance is made from the Observation's id and version.
    provenance = read_resource(session, "Provenance", f"{delivery.observation_id}-{delivery.version}")
    beside = read_resource(session, "RiskAssessment", risk_assessment_id(delivery.observation_id))
    return Parcel(
        identifier=identifier,
        version=delivery.version,
        observation=observation,
        provenance=parse_json(provenance.raw) if provenance and provenance.raw else None,
        risk_assessment=parse_json(beside.raw) if beside and beside.raw else None,
        retried=delivery.attempts > 1,
    )


def load_origin(database: Database, reference: str) -> Origin | None:
    """Sender, source id and content of the stored resource ``Type/id``; None where nothing is known of it."""
    resource_type, _, resource_id = reference.partition("/")
    with database.reading() as session:
        stored = read_resource(session, resource_type, resource_id)
        if stored is not None and stored.raw:
            return Origin(reference, stored.sender, stored.source_id or stored.id, parse_json(stored.raw))
        return _patient_known_by_identifier(session, reference) if resource_type == "Patient" else None


def conclusion_identifier(observation: Resource) -> str | None:
    """The stable id under which the conclusion stands everywhere (exchange.md 12)."""
    for identifier in observation.get("identifier", []):
        if identifier.get("system") == CONCLUSION:
            return str(identifier["value"])
    return None


def _patient_known_by_identifier(session: Session, reference: str) -> Origin | None:
    """A person of whom only logical references came: no Patient resource, but the identifiers that they named."""
    person = reference.partition("/")[2]
    aliases = session.exec(select(PersonAlias.alias).where(col(PersonAlias.person) == person)).all()
    pairs = [alias.rpartition("|") for alias in sorted(aliases) if "|" in alias]
    if not pairs:
        return None
    identifiers = [{"system": system, "value": value} for system, _, value in pairs]
    return Origin(reference, "", None, {"resourceType": "Patient", "identifier": identifiers})
