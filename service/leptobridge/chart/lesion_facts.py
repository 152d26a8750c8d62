"""Nodules of the scorecard and lesions: one fact per item, joined by their resource (exchange.md 4)."""

from collections.abc import Mapping

from leptobridge.chart.facts import FactValue
from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import parse_quantity, read_value

_NUMBERS: Mapping[str, str] = {
    "longest_mm": "mm",
    "perpendicular_mm": "mm",
    "short_axis_mm": "mm",
    "distance_to_leptomeninges_mm": "mm",
    "axial_slices": "1",
}
_WORDS = ("lesion_id", "role", "kind", "organ", "compartment")
_NODULE_SIZE = ("brain_nodule_size", "spine_nodule_size")


def state_nodule(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One LM nodule of one card."""
    _state_items(reading, element, "mri.nodule", details)


def state_lesion(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One lesion at one date. LOINC 21889-1 carries the size as its value."""
    details = dict(details)
    site = next(texts(element.get("bodySite")), None)
    if site is not None:
        details["organ"] = site
    stated = _state_items(reading, element, "lesion", details)
    size = element.get("valueQuantity")
    if size is not None and "longest_mm" not in stated:
        _state_number(reading, "lesion", "longest_mm", size, details)
        stated.add("longest_mm")
    if not stated:
        reading.state("lesion", "", absence="unknown", details=details, rule="O#lesion")


def _state_items(reading: ResourceReading, element: Element, kind: str, details: Details) -> set[str]:
    stated: set[str] = set()
    for component in elements(element.get("component")):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        item = name.replace("-", "_")
        if item in _NUMBERS:
            value = component.get("valueQuantity", component.get("valueInteger", component.get("valueString")))
            _state_number(reading, kind, item, value, details)
        elif item == "irradiated":
            answer = component.get("valueBoolean")
            absence = None if isinstance(answer, bool) else "unknown"
            value_of = answer if isinstance(answer, bool) else None
            reading.state(kind, item, value_of, absence=absence, details=details, rule=f"O#{name}")  # type: ignore[arg-type]
        elif item in _WORDS:
            reading.state(kind, item, _word(reading, item, component), details=details, rule=f"O#{name}")
        else:
            reading.not_mapped(kind, None, name or "component")
            continue
        stated.add(item)
    return stated


def _state_number(reading: ResourceReading, kind: str, item: str, value: object, details: Details) -> None:
    unit = _NUMBERS[item]
    asked = Observable(item, kind, item, "number", "4", unit=unit)
    key = "valueQuantity" if isinstance(value, Mapping) else "valueInteger" if isinstance(value, int) else "valueString"
    answer = read_value({key: value}, asked, reading.mappings)
    if parse_quantity(value)[0] is None:
        reading.state(kind, item, absence="unknown", details=details, rule=f"O#{item.replace('_', '-')}")
        return
    number: FactValue = answer.value
    if item == "axial_slices" and number is not None:
        number = int(number)
    reading.state(
        kind,
        item,
        number,
        unit=answer.unit,
        absence=answer.absence,
        details=details,
        rule=f"O#{item.replace('_', '-')}",
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
