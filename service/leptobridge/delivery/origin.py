"""Where a resource of the store came from, and which resource of the EHR is the same one."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from leptobridge.delivery.ehr import Ehr, Resource
from leptobridge.delivery.failure import DeliveryError

#: Names a resource of this store to an EHR that has neither it nor an identifier for it.
RESOURCE_IDENTIFIER_SYSTEM = "https://leptobridge.org/fhir/resource"

_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]+)?")

#: What two servers may write differently into one and the same resource.
_SERVER_ELEMENTS = frozenset({"id", "meta", "text"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A stored resource: who sent it under which id, and its content."""

    reference: str
    sender: str
    source_id: str | None
    resource: Resource

    @property
    def resource_type(self) -> str:
        return self.reference.partition("/")[0]

    @property
    def identifiers(self) -> list[Mapping[str, Any]]:
        """Business identifiers that a search can name: those with system and value."""
        listed = self.resource.get("identifier")
        items = listed if isinstance(listed, list) else [listed]
        return [item for item in items if isinstance(item, dict) and item.get("system") and item.get("value")]


def local_reference(text: str) -> str | None:
    """``Type/id`` of a relative reference, its version left out; None for anything else (absolute, urn, contained)."""
    match = _REFERENCE.fullmatch(text)
    return f"{match[1]}/{match[2]}" if match else None


@dataclass(slots=True)
class Counterparts:
    """Finds the EHR's own resource for a resource of the store, and remembers it for as long as this object lives.

    ``origin_of`` answers for ``Type/id`` of the store; ``ehr_senders`` are the senders whose source ids are ids of this
    EHR. For every other sender a source id counts only if the EHR's resource of that id states the same.
    """

    ehr: Ehr
    origin_of: Callable[[str], Origin | None]
    ehr_senders: Collection[str] = ()
    _found: dict[str, str | None] = field(default_factory=dict, init=False)

    def find(self, reference: str) -> str | None:
        """``Type/id`` at the EHR; None where it has none. Raises DeliveryError where that cannot be told."""
        if reference not in self._found:
            origin = self.origin_of(reference)
            self._found[reference] = self._search(origin) if origin else None
        return self._found[reference]

    def _search(self, origin: Origin) -> str | None:
        from_ehr = origin.sender.rstrip("/") in {self.ehr.base_url, *self.ehr_senders}
        own_id = f"{origin.resource_type}/{origin.source_id}" if origin.source_id else None
        standing = self.ehr.read(own_id) if own_id and from_ehr else None
        if own_id and standing and not contradicts(origin.resource, standing):
            return own_id
        by_identifier = self._by_identifier(origin)
        if by_identifier or not own_id or from_ehr:
            return by_identifier
        standing = self.ehr.read(own_id)
        return own_id if standing and states_the_same(origin.resource, standing) else None

    def _by_identifier(self, origin: Origin) -> str | None:
        several = False
        for identifier in origin.identifiers:
            token = "|".join(_escaped(str(identifier[part])) for part in ("system", "value"))
            matches = [
                match
                for match in self.ehr.search(origin.resource_type, identifier=token)
                if not is_replaced(match) and not contradicts(origin.resource, match)
            ]
            if len(matches) == 1:
                return f"{origin.resource_type}/{matches[0]['id']}"
            several = several or len(matches) > 1
        if several and origin.resource_type == "Patient":
            # A result in the wrong chart is worse than one that waits for a person.
            raise DeliveryError("the EHR has several patients with this identifier", kind="permanent")
        return None


def translate(value: Any, counterparts: Counterparts) -> Any:
    """The same JSON data with every reference into the store turned into one that holds at the EHR.

    Where the EHR has no such resource, a logical reference stays: its business identifier, else that of the store.
    """
    if isinstance(value, list):
        return [translate(item, counterparts) for item in value]
    if not isinstance(value, dict):
        return value
    target = local_reference(value["reference"]) if isinstance(value.get("reference"), str) else None
    if target is None:
        return {key: translate(item, counterparts) for key, item in value.items()}
    found = counterparts.find(target)
    if found:
        return value | {"reference": found}
    logical = {key: item for key, item in value.items() if key != "reference"}
    return {"type": target.partition("/")[0], "identifier": _logical_identifier(target, counterparts)} | logical


def _logical_identifier(reference: str, counterparts: Counterparts) -> Mapping[str, Any]:
    origin = counterparts.origin_of(reference)
    if origin and origin.identifiers:
        return {part: origin.identifiers[0][part] for part in ("system", "value")}
    return {"system": RESOURCE_IDENTIFIER_SYSTEM, "value": reference}


def is_replaced(patient: Resource) -> bool:
    """A Patient that was merged away: its chart is no place for a result."""
    links = patient.get("link")
    return isinstance(links, list) and any(
        isinstance(link, dict) and link.get("type") == "replaced-by" for link in links
    )


def contradicts(ours: Resource, theirs: Resource) -> bool:
    """Both state type, birth date or sex, and differently (exchange.md 0, patient)."""
    if ours.get("resourceType") != theirs.get("resourceType"):
        return True
    for element in ("birthDate", "gender"):
        mine, yours = ours.get(element), theirs.get(element)
        if mine is None or yours is None or "unknown" in (mine, yours):
            continue
        shared = min(len(str(mine)), len(str(yours))) if element == "birthDate" else None
        if str(mine)[:shared] != str(yours)[:shared]:
            return True
    return False


def states_the_same(ours: Resource, theirs: Resource) -> bool:
    """Equal but for what servers write themselves (id, meta, narrative) and where the references lead."""
    return bool(_without_references(stated(ours)) == _without_references(stated(theirs)))


def stated(resource: Resource) -> Resource:
    """The resource without what a server writes itself: id, meta, narrative."""
    return {key: value for key, value in resource.items() if key not in _SERVER_ELEMENTS}


def _without_references(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_references(item) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            return {}
        return {key: _without_references(item) for key, item in value.items()}
    return value


def _escaped(text: str) -> str:
    """A value inside a token parameter: FHIR search escapes its own separators with a backslash."""
    return re.sub(r"([\\|,$])", r"\\\1", text)
