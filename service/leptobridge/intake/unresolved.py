"""References that lead nowhere yet: they are kept, and shown as unresolved until their target comes (exchange.md 0)."""

from dataclasses import dataclass

import orjson
from sqlmodel import Session

from leptobridge.fhir.references import find_references
from leptobridge.store.resources import current_versions, resources_of_person


@dataclass(frozen=True, slots=True, order=True)
class UnresolvedReference:
    """``source`` such as ``Observation/17``, ``path`` of the Reference in it, and the ``target`` as it is stored."""

    source: str
    path: str
    target: str


def unresolved_references(session: Session, person: str) -> tuple[UnresolvedReference, ...]:
    """What the resources of a person refer to and what is not there: ids of ours, urns, conditions that found nothing.

    A reference to another server is not ours to resolve.
    """
    waiting: list[UnresolvedReference] = []
    literal: dict[UnresolvedReference, tuple[str, str]] = {}
    for resource in resources_of_person(session, person):
        source = f"{resource.type}/{resource.id}"
        for reference in find_references(orjson.loads(resource.raw)):
            found = UnresolvedReference(source, reference.path, reference.value)
            if reference.kind in ("urn", "conditional"):
                waiting.append(found)
            elif reference.kind == "relative" and reference.target_type and reference.target_id:
                literal[found] = (reference.target_type, reference.target_id)
    stored = current_versions(session, literal.values())
    missing = [found for found, key in literal.items() if key not in stored or stored[key].deleted]
    return tuple(sorted([*waiting, *missing]))
