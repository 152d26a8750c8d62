"""One result to one EHR: what stands there, what has to be written, and one transaction that writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from leptobridge.delivery.ehr import Ehr, Resource, Written
from leptobridge.delivery.failure import DeliveryError
from leptobridge.delivery.origin import Counterparts, stated, translate
from leptobridge.fhir.vocabulary import CONCLUSION

#: Identifier system given to an Observation that a race made a second time; no search for the conclusion finds it.
DUPLICATE_SYSTEM = "https://leptobridge.org/fhir/withdrawn-duplicate"

_OBSERVATION = "Observation"
_PROVENANCE = "Provenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A version of a conclusion's Observation on its way, with its Provenance where it has one.

    ``risk_assessment`` stands beside the Observation of a prognostic rule set, under the same identifier.
    ``retried``: an attempt went before, so a write of it may still be on its way.
    """

    identifier: str
    version: int
    observation: Resource
    provenance: Resource | None = None
    risk_assessment: Resource | None = None
    retried: bool = False


def deliver_parcel(
    ehr: Ehr, parcel: Parcel, counterparts: Counterparts, *, clock: Callable[[], datetime], deadline: datetime
) -> str:
    """Make the result stand at the EHR exactly once; returns its reference there. Raises DeliveryError.

    Nothing is written after ``deadline``, when another worker may have taken the result over. An EHR that holds a newer
    version keeps it. Looking comes before every write, so that repeating after a lost answer does no harm.
    """
    observation = translate(_outgoing(parcel.observation), counterparts)
    standing, surplus = _standing(ehr, parcel.identifier)
    if standing and _issued(standing) > _issued(observation):
        return f"{_OBSERVATION}/{standing['id']}"

    same = standing is not None and stated(standing) == stated(observation)
    entries = [] if same else [_result_entry(parcel, observation, standing)]
    target = f"{_OBSERVATION}/{standing['id']}" if standing else str(entries[0]["fullUrl"])
    if entries and parcel.risk_assessment is not None:
        entries.append(_risk_assessment_entry(ehr, parcel, parcel.risk_assessment, counterparts, target))
    entries += [_withdrawal(duplicate) for duplicate in surplus]
    provenance = _missing_provenance(ehr, parcel, counterparts, target, standing)
    if not entries and provenance is None:
        return target
    if clock() >= deadline:
        raise DeliveryError("the lease ran out before the write", kind="transient")

    written = _commit(ehr, parcel, entries, provenance)
    if standing:
        return target
    if written[0].status != 201:
        raise DeliveryError("somebody else wrote this result at the same time", kind="ambiguous")
    if parcel.retried or written[0].reference is None:
        # A write that was believed lost may have been carried out beside this one.
        return _the_only_one(ehr, parcel.identifier)
    return written[0].reference


def _standing(ehr: Ehr, identifier: str, resource_type: str = _OBSERVATION) -> tuple[Resource | None, list[Resource]]:
    """The resource that carries the conclusion at the EHR, and others that say to carry it too."""
    matches = ehr.search(resource_type, identifier=f"{CONCLUSION}|{identifier}")
    # Every worker has to choose the same one.
    ordered = sorted(matches, key=lambda match: str(match["id"]))
    return (ordered[0], ordered[1:]) if ordered else (None, [])


def _the_only_one(ehr: Ehr, identifier: str) -> str:
    standing, surplus = _standing(ehr, identifier)
    if standing is None or surplus:
        raise DeliveryError("the EHR does not show the result exactly once", kind="ambiguous")
    return f"{_OBSERVATION}/{standing['id']}"


def _result_entry(parcel: Parcel, resource: Resource, standing: Resource | None) -> Resource:
    """Conditional create where nothing stands; else an update of what stands, refused if it changed meanwhile."""
    if standing is None:
        resource_type = str(resource["resourceType"])
        condition = f"identifier={CONCLUSION}|{parcel.identifier}"
        return {
            "fullUrl": uuid5(NAMESPACE_URL, f"{CONCLUSION}/{resource_type}/{parcel.identifier}").urn,
            "resource": resource,
            "request": {"method": "POST", "url": resource_type, "ifNoneExist": condition},
        }
    return _update(standing, resource)


def _risk_assessment_entry(
    ehr: Ehr, parcel: Parcel, risk_assessment: Resource, counterparts: Counterparts, target: str
) -> Resource:
    """It comes and changes with its Observation, which is the first of its bases."""
    basis = risk_assessment.get("basis", [])[1:]
    outgoing: Resource = translate({**_outgoing(risk_assessment), "basis": basis}, counterparts)
    outgoing["basis"] = [{"reference": target}, *outgoing["basis"]]
    standing, _ = _standing(ehr, parcel.identifier, "RiskAssessment")
    return _result_entry(parcel, outgoing, standing)


def _update(standing: Resource, content: Resource) -> Resource:
    reference = f"{standing['resourceType']}/{standing['id']}"
    request = {"method": "PUT", "url": reference}
    version = _mapping(standing.get("meta")).get("versionId")
    if version:
        request["ifMatch"] = f'W/"{version}"'
    # Without fullUrl: a server that keeps several senders' ids apart must not take the address for another sender.
    return {"resource": content | {"id": standing["id"]}, "request": request}


def _withdrawal(duplicate: Resource) -> Resource:
    """The second of two equal results is marked as an error, and found under the conclusion no more."""
    identifiers = [
        item | {"system": DUPLICATE_SYSTEM} if item.get("system") == CONCLUSION else item
        for item in duplicate.get("identifier", [])
    ]
    content = {key: value for key, value in duplicate.items() if key not in {"id", "meta", "text"}}
    return _update(duplicate, content | {"status": "entered-in-error", "identifier": identifiers})


def _missing_provenance(
    ehr: Ehr, parcel: Parcel, counterparts: Counterparts, target: str, standing: Resource | None
) -> Resource | None:
    """The Provenance of this version, unless the EHR has it (R4 Provenance has no identifier to ask by)."""
    if parcel.provenance is None:
        return None
    provenance: Resource = translate({**_outgoing(parcel.provenance), "target": []}, counterparts)
    provenance["target"] = [{"reference": target}]
    if standing is None:
        return provenance
    if ehr.takes_client_ids(_PROVENANCE) is not False and ehr.read(_provenance_reference(parcel)):
        return None
    recorded = _moment(provenance.get("recorded"))
    known = ehr.search(_PROVENANCE, target=target, _count="200")
    return None if any(_moment(found.get("recorded")) == recorded for found in known) else provenance


def _commit(ehr: Ehr, parcel: Parcel, entries: list[Resource], provenance: Resource | None) -> list[Written]:
    """One transaction. The Provenance goes to an id of our choice, or is posted where the EHR takes none.

    An EHR that takes none can get a second one if a request that was believed lost is carried out after all.
    """
    if provenance is None:
        return ehr.commit(entries)
    posted = {"resource": provenance, "request": {"method": "POST", "url": _PROVENANCE}}
    taken = ehr.takes_client_ids(_PROVENANCE)
    if taken is False:
        return ehr.commit([*entries, posted])
    reference = _provenance_reference(parcel)
    put = {
        "resource": provenance | {"id": reference.partition("/")[2]},
        "request": {"method": "PUT", "url": reference},
    }
    try:
        written = ehr.commit([*entries, put])
    except DeliveryError as error:
        if taken or error.kind != "permanent":
            raise
        # Whether the id was the reason is known once the same goes through without it; nothing was written yet.
        written = ehr.commit([*entries, posted])
        ehr.learn_client_ids(_PROVENANCE, False)
        return written
    ehr.learn_client_ids(_PROVENANCE, True)
    return written


def _provenance_reference(parcel: Parcel) -> str:
    return f"{_PROVENANCE}/lb-{parcel.identifier}-{parcel.version}"


def _outgoing(resource: Resource) -> Resource:
    """The resource as a new one: without this store's id and version; claimed profiles and tags stay."""
    content = {key: value for key, value in resource.items() if key not in {"id", "meta"}}
    meta = {
        key: value for key, value in _mapping(resource.get("meta")).items() if key in {"profile", "tag", "security"}
    }
    return {"resourceType": content.pop("resourceType"), **({"meta": meta} if meta else {}), **content}


def _issued(observation: Resource) -> float:
    return _moment(observation.get("issued")) or 0.0


def _moment(text: Any) -> float | None:
    """A FHIR instant as seconds, to the millisecond that servers keep; None for what is no instant."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return round(moment.timestamp(), 3) if moment.tzinfo else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
