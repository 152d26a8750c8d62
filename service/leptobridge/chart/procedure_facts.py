"""Procedure, Device, DeviceUseStatement -> radiotherapy, operations, CAR-T, ventricular devices (exchange.md 3, 7)."""

from collections.abc import Iterator
from decimal import Decimal

from leptobridge.chart.clinical_time_reading import read_element_time
from leptobridge.chart.observable_mappings import LOCAL_FINDING
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.therapy_mappings import CodesAndWords
from leptobridge.chart.value_reading import parse_quantity
from leptobridge.chart.words import asserted, normalise


def state_procedure(reading: ResourceReading) -> None:
    """A Procedure is at most one of: device, CAR-T infusion, radiotherapy, operation."""
    procedure = reading.resource
    if _state_device(reading, [procedure.get("code")]):
        return
    therapies = reading.mappings.therapies
    findings = {code for system, code, _ in codings(procedure.get("code")) if system == LOCAL_FINDING}
    said = [normalise(text) for text in texts(procedure.get("code"))]
    if "car-t-infusion" in findings or any(therapies.cart_words.search(text) for text in said):
        reading.state("therapy.cart", value="car_t_infusion", rule="Procedure")
        return
    if _is_radiotherapy(reading, procedure, findings, said):
        _state_radiotherapy(reading, procedure)
        return
    for system, code, _ in codings(procedure.get("code")):
        operation = therapies.surgery_codes.get(system, {}).get(code)
        if operation is not None and not said:
            reading.state("therapy.surgery", value=operation, details=_site(procedure), rule="Procedure")
            return
    operation = next((found for text in said if (found := therapies.surgery_words.find(text))), None)
    if operation is not None:
        reading.state("therapy.surgery", value=operation, details=_site(procedure), rule="Procedure")
        return
    for system, code, _ in codings(procedure.get("code")):
        reading.not_mapped("Procedure.code", system or None, code)


def _site(procedure: Element) -> Details:
    site = next((text for place in elements(procedure.get("bodySite")) for text in texts(place)), None)
    return {} if site is None else {"body_site": site}


def _is_radiotherapy(reading: ResourceReading, procedure: Element, findings: set[str], said: list[str]) -> bool:
    therapies = reading.mappings.therapies
    category = [f"{system}|{code}" for system, code, _ in codings(procedure.get("category"))]
    if any(key in therapies.radiotherapy_categories for key in category):
        return True
    keys = [f"{system}|{code}" for system, code, _ in codings(procedure.get("code"))]
    if any(key in therapies.radiotherapy_codes for key in keys):
        return True
    local = therapies.volumes.codes[LOCAL_FINDING].keys() | therapies.techniques.codes[LOCAL_FINDING].keys()
    if findings & local:
        return True
    modifiers = reading.mappings.answers.modifiers
    return any(asserted(therapies.radiotherapy_words, modifiers, text) for text in said)


def _concepts(procedure: Element) -> Iterator[object]:
    """code, usedCode, bodySite, and the modality and technique extensions of mCODE."""
    yield procedure.get("code")
    yield from elements(procedure.get("usedCode"))
    yield from elements(procedure.get("bodySite"))
    for extension in _extensions(procedure):
        if "valueCodeableConcept" in extension:
            yield extension["valueCodeableConcept"]


def _extensions(element: Element) -> Iterator[Element]:
    for extension in elements(element.get("extension")):
        yield extension
        yield from _extensions(extension)


def _lookup(procedure: Element, table: CodesAndWords) -> str | None:
    for concept in _concepts(procedure):
        for system, code, _ in codings(concept):
            found = table.codes.get(system, {}).get(code)
            if found is not None:
                return found
    said = [normalise(text) for concept in _concepts(procedure) for text in texts(concept)]
    return next((found for text in said if (found := table.words.find(text))), None)


def _state_radiotherapy(reading: ResourceReading, procedure: Element) -> None:
    therapies = reading.mappings.therapies
    details: Details = {"status": str(procedure.get("status", ""))}
    volume = _lookup(procedure, therapies.volumes)
    technique = _lookup(procedure, therapies.techniques)
    if volume is None and technique in ("srs",):
        volume = "focal_brain"
    if volume is not None:
        details["volume"] = volume
    if technique is not None:
        details["technique"] = technique
    details |= _site(procedure)
    for extension in _extensions(procedure):
        url = str(extension.get("url", ""))
        if url.endswith(therapies.dose_extensions) or url == "totalDoseDelivered":
            dose, unit, _ = parse_quantity(extension.get("valueQuantity"))
            canonical = reading.mappings.units.canonical(unit or "Gy")
            if dose is not None and canonical is not None:
                gray = reading.mappings.units.convert(dose, canonical, "Gy", "dose_gy")
                if gray is not None:
                    details["dose_gy"] = max(gray, Decimal(str(details.get("dose_gy", 0))))
        if url.endswith(therapies.fraction_extensions) or url == "fractionsDelivered":
            count = parse_quantity(extension.get("valueUnsignedInt", extension.get("valuePositiveInt")))[0]
            if count is not None:
                details["fractions"] = int(count)
    end = read_element_time(procedure.get("performedPeriod"), reading.zone, end=True)
    reading.state("therapy.radiotherapy", "course", "given", end=end, details=details, rule="Procedure")


def state_device(reading: ResourceReading) -> None:
    """Device and DeviceUseStatement: a ventricular device."""
    device = reading.resource
    concepts: list[object] = [device.get("type"), device.get("code")]
    reference = device.get("device")
    if isinstance(reference, dict):
        concepts.append({"text": reference.get("display")})
        target = reading.target_resource(reference)
        if target is not None:
            concepts += [target.get("type"), *_names(target)]
    concepts += _names(device)
    _state_device(reading, concepts)


def _names(device: Element) -> list[object]:
    return [{"text": entry.get("name")} for entry in elements(device.get("deviceName"))]


def _state_device(reading: ResourceReading, concepts: list[object]) -> bool:
    therapies = reading.mappings.therapies
    modifiers = reading.mappings.answers.modifiers
    said = [text for concept in concepts for text in texts(concept)]
    keys = {f"{system}|{code}" for concept in concepts for system, code, _ in codings(concept)}
    sampled = bool(keys & therapies.device_sampling_codes)
    coded = sampled or bool(keys & therapies.device_codes)
    worded = any(
        asserted(therapies.device_words, modifiers, text) and not therapies.device_not_words.search(normalise(text))
        for text in said
    )
    if not (coded or worded):
        return False
    if any(therapies.device_removal_words.search(normalise(text)) for text in said):
        reading.state("csf.device", "", False, rule="removal of a ventricular device")
        return True
    if sampled or _is_sampling(said):
        # A puncture of the reservoir or a drug given through it says that the device is there.
        reading.state("csf.device", "", True, details={"inferred": True}, rule="use of a ventricular device")
        return True
    undated = reading.resource.get("resourceType") == "Device"
    end = read_element_time(reading.resource.get("timingPeriod"), reading.zone, end=True)
    reading.state("csf.device", "", True, undated=undated, end=end, rule="ventricular device")
    return True


def _is_sampling(said: list[str]) -> bool:
    return any("puncture" in normalise(text) or "穿刺" in text for text in said)
