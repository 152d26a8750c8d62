"""Patient and ResearchSubject -> demographics and enrolment (exchange.md 1)."""

import re

from leptobridge.chart.clinical_time_reading import read_element_time, read_time
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, elements

_REGISTRY_ID = re.compile(r"\b(NCT\d{8}|ChiCTR[-\w]*\d)\b", re.IGNORECASE)


def state_patient(reading: ResourceReading) -> None:
    """Birth date, sex and death. A Patient that was replaced by another says nothing where the other speaks."""
    patient = reading.resource
    replaced = any(link.get("type") == "replaced-by" for link in elements(patient.get("link")))
    details: Details = {"replaced": True} if replaced else {}
    birth = read_time(patient.get("birthDate"))
    if birth is not None:
        reading.state("patient.birth_date", value=birth.text, time=birth, details=details, rule="Patient.birthDate")
    if isinstance(patient.get("gender"), str):
        reading.state("patient.sex", value=patient["gender"], undated=True, details=details, rule="Patient.gender")
    death = read_time(patient.get("deceasedDateTime"), reading.zone)
    if death is not None:
        reading.state("patient.death", value=True, time=death, details=details, rule="Patient.deceasedDateTime")
    elif isinstance(patient.get("deceasedBoolean"), bool):
        dead = patient["deceasedBoolean"]
        reading.state("patient.death", value=dead, undated=True, details=details, rule="Patient.deceasedBoolean")


def registry_id(reading: ResourceReading, study: Element | None) -> str | None:
    """The registry id of a Reference(ResearchStudy): its identifier, else the study's own, else its id or display."""
    if study is None:
        return None
    registries = reading.mappings.observables.registries
    candidates = [study.get("identifier")]
    target = reading.target_resource(study)
    if target is not None:
        candidates.extend(elements(target.get("identifier")))
    for identifier in elements([entry for entry in candidates if entry is not None]):
        value = identifier.get("value")
        if isinstance(value, str):
            named = _REGISTRY_ID.search(value)
            if named is not None:
                return normal_registry_id(named.group(1))
            if identifier.get("system") in registries:
                return normal_registry_id(value)
    for text in (study.get("reference"), study.get("display"), target.get("title") if target else None):
        found = _REGISTRY_ID.search(text) if isinstance(text, str) else None
        if found is not None:
            return normal_registry_id(found.group(1))
    fallback = reading.target(study)
    return fallback


def normal_registry_id(text: str) -> str:
    """``nct04343573`` -> ``NCT04343573``; other ids as they are."""
    stripped = text.strip()
    return stripped.upper() if stripped.lower().startswith("nct") else stripped


def state_research_subject(reading: ResourceReading) -> None:
    """Enrolment: study, arm, period, and the status as sent; which statuses start a course is for the chart."""
    subject = reading.resource
    study = subject.get("study")
    name = registry_id(reading, study if isinstance(study, dict) else None)
    if name is None:
        return
    period = subject.get("period")
    start = read_element_time(period, reading.zone) if isinstance(period, dict) and "start" in period else None
    end = read_element_time(period, reading.zone, end=True)
    arm = subject.get("actualArm") or subject.get("assignedArm")
    details: Details = {"status": str(subject.get("status", ""))}
    if isinstance(arm, str):
        details["arm"] = arm
    reading.state(
        "enrolment",
        name,
        name,
        time=start,
        undated=start is None,
        end=end,
        details=details,
        rule="ResearchSubject",
    )
