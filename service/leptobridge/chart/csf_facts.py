"""CSF cytology and tumour cell counts (exchange.md 3)."""

import re
from decimal import Decimal

from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import OBSERVABLES, Observable
from leptobridge.chart.quantity_reading import parse_quantity
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_value
from leptobridge.chart.words import normalise

_CTC = "O#csf-ctc"
#: The unit of a count that names the analysed volume: "cells/3 mL".
_ANALYSED = re.compile(r"(?:\{?cells?\}?|CTCs?|个)?\s*/\s*\(?(\d+(?:\.\d+)?)[\s.]*m[lL]\)?")


def state_cytology(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """Cytology with the raw word. One that only its method names needs a CSF specimen (the chart asks for it)."""
    answer = read_value(element, observable, reading.mappings)
    for system, term in answer.unmapped:
        reading.not_mapped("csf_cytology", system, term)
    item = observable.item
    if item and _speaks_of_csf(reading, element):
        item = ""
    details = dict(details)
    if answer.raw is not None:
        details["raw"] = answer.raw
    reading.state(
        "csf.cytology",
        item,
        answer.value,
        absence=answer.absence,
        details=details,
        rule=f"O#{observable.name.replace('_', '-')}",
        flags=answer.flags,
    )


def _speaks_of_csf(reading: ResourceReading, element: Element) -> bool:
    pattern = reading.mappings.therapies.csf_specimen_words
    said = [*texts(element.get("code")), *texts(element.get("bodySite"))]
    specimen = element.get("specimen")
    if isinstance(specimen, dict) and isinstance(specimen.get("display"), str):
        said.append(specimen["display"])
    return any(pattern.search(normalise(text)) for text in said)


def state_ctc(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """Tumour cells: a count (censored by ``>``, ``>=`` or "200+") in an analysed volume, or a concentration."""
    details = dict(details)
    for component in elements(element.get("component")):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        if name == "volume-ml":
            volume = read_value(component, OBSERVABLES["volume_ml"], reading.mappings)
            if volume.value is not None:
                details["volume_ml"] = volume.value
        elif name == "platform":
            details["platform"] = _platform(component)
    number, spelled, comparator = parse_quantity(
        element.get("valueQuantity", element.get("valueInteger", element.get("valueString")))
    )
    if spelled == "+":
        spelled, comparator = None, ">="
    analysed = _ANALYSED.fullmatch(spelled) if spelled else None
    if analysed is not None and analysed.group(1):
        # "61 cells/3 mL" is a count with its volume.
        details.setdefault("volume_ml", Decimal(analysed.group(1)))
        spelled = None
    if number is None:
        _state_no_count(reading, element, details)
        return
    if comparator is not None:
        details["censored"] = comparator in (">", ">=", "≥")
    canonical = reading.mappings.units.canonical(spelled) if spelled else "1"
    below = comparator is not None and not details["censored"]
    if below:
        # Fewer than a limit is no count.
        reading.state("csf.ctc", absence="unknown", details=details | {"comparator": comparator}, rule=_CTC)
    elif canonical in ("/mL", "/uL", "/L"):
        per_ml = reading.mappings.units.convert(number, canonical, "/mL", observable.name)
        reading.state("csf.ctc", "per_ml", per_ml, unit="/mL", details=details, rule=_CTC)
    elif canonical == "1" and number == number.to_integral_value():
        reading.state("csf.ctc", "", int(number), unit="1", details=details, rule=_CTC)
    else:
        reading.not_mapped("csf_ctc", None, spelled or str(number))
        reading.state("csf.ctc", "", absence="unknown", details=details, rule=_CTC, flags=("unit_unknown",))


def _state_no_count(reading: ResourceReading, element: Element, details: Details) -> None:
    """An answer without a number: not detected is a count of 0, anything else leaves the count unknown."""
    answer = read_value(element, OBSERVABLES["csf_ctdna"], reading.mappings)
    for system, term in answer.unmapped:
        reading.not_mapped("csf_ctc", system, term)
    if answer.value == "not_detected":
        reading.state("csf.ctc", "", 0, unit="1", details=details, rule=_CTC)
    else:
        reading.state("csf.ctc", "", absence=answer.absence or "unknown", details=details, rule=_CTC)


def _platform(component: Element) -> str | None:
    concept = component.get("valueCodeableConcept")
    for system, code, _ in codings(concept):
        if system == LOCAL_FINDING:
            return code.replace("-", "_") if code.islower() else code
    text = component.get("valueString")
    return text if isinstance(text, str) else next(texts(concept), None)
