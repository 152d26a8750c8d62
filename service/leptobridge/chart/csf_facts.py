"""CSF cytology and tumour cell counts (exchange.md 3)."""

from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import parse_quantity, read_value
from leptobridge.chart.words import normalise


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
    """Tumour cells: a count (censored by ``>`` or ``>=``) with analysed volume and platform, or a concentration."""
    value = element.get("valueQuantity", element.get("valueInteger", element.get("valueString")))
    number, spelled, comparator = parse_quantity(value)
    details = dict(details)
    for component in elements(element.get("component")):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        if name == "volume-ml":
            volume, unit, _ = parse_quantity(component.get("valueQuantity", component.get("valueInteger")))
            canonical = reading.mappings.units.canonical(unit or "mL")
            converted = (
                None
                if volume is None or canonical is None
                else reading.mappings.units.convert(volume, canonical, "mL", name)
            )
            if converted is not None:
                details["volume_ml"] = converted
        elif name == "platform":
            details["platform"] = _platform(component)
    if comparator is not None:
        details["censored"] = comparator in (">", ">=", "≥")
    canonical = reading.mappings.units.canonical(spelled) if spelled else "1"
    if number is None:
        reading.state("csf.ctc", "", absence="unknown", details=details, rule="O#csf-ctc")
    elif canonical in ("/mL", "/uL", "/L"):
        per_ml = reading.mappings.units.convert(number, canonical, "/mL", observable.name)
        reading.state("csf.ctc", "per_ml", per_ml, unit="/mL", details=details, rule="O#csf-ctc")
    elif canonical == "1" and number == number.to_integral_value():
        reading.state("csf.ctc", "", int(number), unit="1", details=details, rule="O#csf-ctc")
    else:
        reading.not_mapped("csf_ctc", None, spelled or str(number))
        reading.state("csf.ctc", "", absence="unknown", details=details, rule="O#csf-ctc", flags=("unit_unknown",))


def _platform(component: Element) -> str | None:
    concept = component.get("valueCodeableConcept")
    for system, code, _ in codings(concept):
        if system == LOCAL_FINDING:
            return code.replace("-", "_") if code.islower() else code
    text = component.get("valueString")
    return text if isinstance(text, str) else next(texts(concept), None)
