"""One resource version -> its facts: context-free, deterministic, total (exchange.md 0 to 10).

:func:`extract_facts` never looks at a second resource; what belongs together is joined by :mod:`assembly`. Each version
of a patient's resource yields one ``patient.last_seen`` fact: its clinical time, and the mark that this version exists.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from leptobridge.chart.clinical_time_reading import clinical_time
from leptobridge.chart.diagnosis_facts import state_condition
from leptobridge.chart.facts import Fact
from leptobridge.chart.form_facts import state_questionnaire_response
from leptobridge.chart.imaging_facts import state_imaging_study
from leptobridge.chart.mappings import Mappings
from leptobridge.chart.medication_facts import state_medication
from leptobridge.chart.observation_facts import state_observation
from leptobridge.chart.order_facts import state_order
from leptobridge.chart.patient_facts import state_patient, state_research_subject
from leptobridge.chart.procedure_facts import state_device, state_procedure
from leptobridge.chart.report_facts import state_diagnostic_report
from leptobridge.chart.resource_reading import (
    Details,
    Element,
    ResourceReading,
    Unmapped,
    elements,
    first_code,
    resource_status,
    utc_text,
)
from leptobridge.chart.specimen_facts import state_specimen

CONCLUSION_SYSTEM = "https://leptobridge.org/fhir/conclusion"

_FAMILIES: Mapping[str, Callable[[ResourceReading], None]] = {
    "Patient": state_patient,
    "ResearchSubject": state_research_subject,
    "Condition": state_condition,
    "Observation": state_observation,
    "Specimen": state_specimen,
    "DiagnosticReport": state_diagnostic_report,
    "ImagingStudy": state_imaging_study,
    "Procedure": state_procedure,
    "Device": state_device,
    "DeviceUseStatement": state_device,
    "MedicationAdministration": state_medication,
    "MedicationStatement": state_medication,
    "MedicationRequest": state_medication,
    "MedicationDispense": state_medication,
    "QuestionnaireResponse": state_questionnaire_response,
    "ServiceRequest": state_order,
}
#: Types that need no patient and whose content is read where they are referred to (``referenced`` of `extract`).
REFERRED_TYPES = ("Device", "Medication", "ResearchStudy")
#: Types that say more than that there is something.
READABLE_TYPES = frozenset(_FAMILIES)
#: Billing, planning and administration: no clinical event of the patient, so no day on which the patient was seen.
_NOT_SEEN = frozenset(
    {
        "Account",
        "AuditEvent",
        "CarePlan",
        "CareTeam",
        "Claim",
        "ClaimResponse",
        "Consent",
        "Coverage",
        "Device",
        "ExplanationOfBenefit",
        "Goal",
        "Group",
        "List",
        "Location",
        "Medication",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "RelatedPerson",
        "ResearchStudy",
        "ResearchSubject",
        "Task",
    }
)
_NO_RESOURCES: Mapping[str, Element] = {}


class Extraction(msgspec.Struct, frozen=True):
    """The facts of one resource version, and the codes and words in it that no mapping holds (to be counted)."""

    facts: tuple[Fact, ...]
    unmapped: tuple[Unmapped, ...]


def extract_facts(
    resource: dict[str, object],
    *,
    reference: str,
    version: int,
    received: datetime,
    mappings: Mappings,
    zone: tzinfo | None = None,
    referenced: Mapping[str, Element] = _NO_RESOURCES,
) -> tuple[Fact, ...]:
    """The facts of a structurally valid resource; see :func:`extract`."""
    return extract(
        resource,
        reference=reference,
        version=version,
        received=received,
        mappings=mappings,
        zone=zone,
        referenced=referenced,
    ).facts


def extract(
    resource: Element,
    *,
    reference: str,
    version: int,
    received: datetime,
    mappings: Mappings,
    zone: tzinfo | None = None,
    referenced: Mapping[str, Element] = _NO_RESOURCES,
) -> Extraction:
    """The facts of one version of a resource and its unmapped terms.

    ``reference`` is ``Type/id`` as stored; ``received`` the time of receipt (with offset); ``zone`` the sender's time
    zone for times written with ``Z``; ``referenced`` resources without a patient that it refers to (Medication,
    ResearchStudy) by ``Type/id``, where the caller has them: without them only the Reference's display and identifier
    are read. An Observation that is a conclusion of LeptoBridge yields nothing.
    """
    identifiers = _identifiers(resource)
    if resource.get("resourceType") == "Observation" and any(
        identifier.startswith(CONCLUSION_SYSTEM + "|") for identifier in identifiers
    ):
        return Extraction((), ())
    received_text = _utc_text(received)
    meta = resource.get("meta")
    last_updated = utc_text(meta.get("lastUpdated"), received) if isinstance(meta, dict) else None
    issued = utc_text(resource.get("issued"), received)
    reading = ResourceReading(
        resource=resource,
        reference=reference,
        version=version,
        received=received,
        mappings=mappings,
        status=resource_status(resource),
        time=clinical_time(resource, zone),
        recency=last_updated or issued or received_text,
        zone=zone,
        identifiers=identifiers,
        referenced=referenced,
    )
    _state_version(reading, issued, last_updated, received_text)
    _state_family(reading)
    if "contained" in resource:
        _state_contained(reading)
    return Extraction(tuple(reading.facts), tuple(reading.unmapped))


@lru_cache(maxsize=1024)
def _utc_text(received: datetime) -> str:
    """The time of receipt, which all resources of a message share."""
    return received.astimezone(UTC).isoformat(timespec="microseconds")


def _identifiers(resource: Element) -> tuple[str, ...]:
    if "identifier" not in resource:
        return ()
    return tuple(
        f"{identifier['system']}|{identifier['value']}"
        for identifier in elements(resource["identifier"])
        if identifier.get("system") and identifier.get("value")
    )


def _state_version(reading: ResourceReading, issued: str | None, last_updated: str | None, received: str) -> None:
    """The mark of this version. ``code`` tells Observations apart that share an identifier (one order, many tests)."""
    resource = reading.resource
    kind = str(resource.get("resourceType", ""))
    details: Details = {"received": received}
    if issued is not None:
        details["issued"] = issued
    if last_updated is not None:
        details["last_updated"] = last_updated
    if kind == "Observation":
        if reading.identifiers:
            details["code"] = first_code(resource.get("code"))
        if "hasMember" in resource:
            details["has_member"] = reading.targets(resource["hasMember"])
            specimen = reading.target(resource.get("specimen"))
            if specimen is not None:
                details["specimen"] = specimen
    reading.state("patient.last_seen", kind, undated=kind in _NOT_SEEN, details=details)


def _state_family(reading: ResourceReading) -> None:
    family = _FAMILIES.get(str(reading.resource.get("resourceType", "")))
    if family is not None:
        family(reading)


def _state_contained(reading: ResourceReading) -> None:
    """Contained resources are read like the others; they live and die with the version that contains them."""
    for contained in elements(reading.resource["contained"]):
        kind = contained.get("resourceType")
        if kind in (None, "Patient") or kind not in _FAMILIES:
            continue
        inner = replace(
            reading,
            resource=contained,
            reference=f"{reading.reference}#{contained.get('id', '')}",
            status=reading.status if reading.status != "counted" else resource_status(contained),
            time=clinical_time(contained, reading.zone) or reading.time,
            identifiers=_identifiers(contained),
            referenced={**reading.referenced, "#": reading.resource},
            facts=reading.facts,
            unmapped=reading.unmapped,
        )
        if any(identifier.startswith(CONCLUSION_SYSTEM + "|") for identifier in inner.identifiers):
            continue
        _state_family(inner)
