"""Nodules of the scorecard and lesions: one fact per item, joined by their resource (exchange.md 4)."""

from collections.abc import Mapping

from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_value

_ASKED: Mapping[str, Observable] = {
    **{
        name: Observable(name, "lesion", name, "number", "4", unit="mm")
        for name in ("longest_mm", "perpendicular_mm", "short_axis_mm", "distance_to_leptomeninges_mm")
    },
    "axial_slices": Observable("axial_slices", "lesion", "axial_slices", "integer", "4"),
    "irradiated": Observable("irradiated", "lesion", "irradiated", "boolean", "4"),
}
_WORDS = ("lesion_id", "role", "kind", "organ", "compartment")


def state_nodule(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One LM nodule of one card."""
    details = details | _place_in_form(reading)
    _state_items(reading, element, "mri.nodule", details)


def state_lesion(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One lesion at one date. LOINC 21889-1 carries the size as its value."""
    details = details | _place_in_form(reading)
    site = next(texts(element.get("bodySite")), None)
    if site is not None:
        details["organ"] = site
    stated = _state_items(reading, element, "lesion", details)
    if "longest_mm" not in stated and any(name in element for name in ("valueQuantity", "valueString")):
        _state_answer(reading, "lesion", element, _ASKED["longest_mm"], details)
        stated.add("longest_mm")
    if not stated:
        reading.state("lesion", "", absence="unknown", details=details, rule="O#lesion")


def _place_in_form(reading: ResourceReading) -> Details:
    """A form may hold several lesions: their facts are told apart by ``index``."""
    is_form = reading.resource.get("resourceType") == "QuestionnaireResponse"
    return {"index": len(reading.facts)} if is_form else {}


def _state_items(reading: ResourceReading, element: Element, kind: str, details: Details) -> set[str]:
    stated: set[str] = set()
    for component in elements(element.get("component")):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        item = name.replace("-", "_")
        asked = _ASKED.get(item)
        if asked is not None:
            _state_answer(reading, kind, component, asked, details)
        elif item in _WORDS:
            reading.state(kind, item, _word(reading, item, component), details=details, rule=f"O#{name}")
        else:
            reading.not_mapped(kind, None, name or "component")
            continue
        stated.add(item)
    return stated


def _state_answer(reading: ResourceReading, kind: str, element: Element, asked: Observable, details: Details) -> None:
    answer = read_value(element, asked, reading.mappings)
    for system, term in answer.unmapped:
        reading.not_mapped(kind, system, term)
    reading.state(
        kind,
        asked.item,
        answer.value,
        unit=answer.unit,
        absence=answer.absence,
        details=details,
        rule=f"O#{asked.name.replace('_', '-')}",
        flags=answer.flags,
    )


def _word(reading: ResourceReading, item: str, component: Element) -> str | None:
    concept = component.get("valueCodeableConcept")
    for system, code, _ in codings(concept):
        if system == LOCAL_FINDING and code:
            return code.replace("-", "_") if code.islower() else code
    text = component.get("valueString")
    if not isinstance(text, str):
        text = next(texts(concept), None)
    if item == "role" and text is not None:
        return reading.mappings.answers.sets["lesion_role"].of_word(text)
    return text
