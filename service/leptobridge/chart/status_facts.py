"""Response and progression stated by others (exchange.md 8)."""

from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_answer, read_value

#: Compartments of the coded body sites of ``mappings/cancers.yaml``.
_COMPARTMENTS = {"leptomeninges": "leptomeningeal", "brain": "cns"}


def state_disease_status(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """A response grade or a trend, with its compartment and the criteria used."""
    answer = read_value(element, observable, reading.mappings)
    for system, term in answer.unmapped:
        reading.not_mapped("response", system, term)
    details = dict(details)
    compartments = reading.mappings.answers.sets["compartment"]
    for component in elements(element.get("component")):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        concept = component.get("valueCodeableConcept", component.get("valueString"))
        if name == "compartment":
            found = read_answer(concept, compartments, reading.mappings).value
            details["compartment"] = found if isinstance(found, str) else None
        elif name == "criteria":
            details["criteria"] = _criteria(concept)
    if "compartment" not in details:
        found = _compartment_of_site(reading, element)
        if found is not None:
            details["compartment"] = found
    reading.state(
        "disease.status", "", answer.value, absence=answer.absence, details=details, rule="response", flags=answer.flags
    )


def _compartment_of_site(reading: ResourceReading, element: Element) -> str | None:
    """The compartment of the body site that was assessed."""
    sites = reading.mappings.cancers.site_codes
    for system, code, _ in codings(element.get("bodySite")):
        found = _COMPARTMENTS.get(sites.get(f"{system}|{code}", ""))
        if found is not None:
            return found
    words = reading.mappings.answers.sets["compartment"]
    return next((found for text in texts(element.get("bodySite")) if (found := words.of_word(text))), None)


def _criteria(concept: object) -> str | None:
    if isinstance(concept, str):
        return concept
    for system, code, _ in codings(concept):
        if system == LOCAL_FINDING and code:
            return code
    return next(texts(concept), None)
