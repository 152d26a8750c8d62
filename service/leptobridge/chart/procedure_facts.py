"""Procedure, Device, DeviceUseStatement -> radiotherapy, operations, CAR-T, ventricular devices (exchange.md 3, 7)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.clinical_time_reading import read_element_time
from leptobridge.chart.drug_reading import class_of_words, drugs_of_words, route_of_words
from leptobridge.chart.medication_facts import state_drug
from leptobridge.chart.observable_mappings import LOCAL_FINDING
from leptobridge.chart.quantity_reading import parse_quantity
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.therapy_mappings import CodesAndWords
from leptobridge.chart.words import asserted, normalise


def state_procedure(reading: ResourceReading) -> None:
    """Drugs given, a ventricular device, radiotherapy; else a CAR-T infusion or an operation."""
    procedure = reading.resource
    code = procedure.get("code")
    before = len(reading.facts)
    _state_drugs(reading, procedure)
    _state_device(reading, [code], used=len(reading.facts) > before)
    if _is_radiotherapy(reading, procedure):
        _state_radiotherapy(reading, procedure)
    if len(reading.facts) > before:
        return
    if _is_cart(reading, code):
        reading.state("therapy.cart", value="car_t_infusion", end=_end(reading), rule="Procedure")
        return
    operation = _operation(reading, code)
    if operation is not None:
        reading.state("therapy.surgery", value=operation, details=_site(procedure), rule="Procedure")
        return
    sent = [(system or None, term) for system, term, _ in codings(code) if term]
    for system, term in sent or [(None, text) for text in texts(code)][:1]:
        reading.not_mapped("Procedure.code", system, term)


def _is_cart(reading: ResourceReading, code: object) -> bool:
    """An infusion, not the collection of the cells."""
    therapies, modifiers = reading.mappings.therapies, reading.mappings.answers.modifiers
    if any(system == LOCAL_FINDING and found == "car-t-infusion" for system, found, _ in codings(code)):
        return True
    return any(
        asserted(therapies.cart_words, modifiers, text) and not therapies.cart_not_words.search(normalise(text))
        for text in texts(code)
    )


def _operation(reading: ResourceReading, code: object) -> str | None:
    therapies, modifiers = reading.mappings.therapies, reading.mappings.answers.modifiers
    for system, sent, _ in codings(code):
        coded = therapies.surgery_codes.get(system, {}).get(sent)
        if coded is not None:
            return coded
    for text in texts(code):
        normal = normalise(text)
        if modifiers.strongest(therapies.surgery_words, normal) in ("plain", "past"):
            return therapies.surgery_words.find(normal)
    return None


def _end(reading: ResourceReading) -> ClinicalTime | None:
    return read_element_time(reading.resource.get("performedPeriod"), reading.zone, end=True)


def _state_drugs(reading: ResourceReading, procedure: Element) -> None:
    """A drug given as a procedure: "intrathecal injection of methotrexate", 鞘内化疗, a CAR-T product by name."""
    concept = procedure.get("code")
    drugs = drugs_of_words(reading, texts(concept)) or class_of_words(reading, texts(concept))
    routes = (route_of_words(reading, text) for text in texts(concept))
    route = next((found for found in routes if found is not None), None)
    details: Details = {"event": "Procedure", "status": str(procedure.get("status", ""))}
    if route is not None:
        details["route"] = route
    for drug in drugs:
        state_drug(reading, drug, "given", details, end=_end(reading))


def _site(procedure: Element) -> Details:
    site = next((text for place in elements(procedure.get("bodySite")) for text in texts(place)), None)
    return {} if site is None else {"body_site": site}


def _is_radiotherapy(reading: ResourceReading, procedure: Element) -> bool:
    therapies = reading.mappings.therapies
    category = [f"{system}|{code}" for system, code, _ in codings(procedure.get("category"))]
    if any(key in therapies.radiotherapy_categories for key in category):
        return True
    local = therapies.volumes.codes[LOCAL_FINDING].keys() | therapies.techniques.codes[LOCAL_FINDING].keys()
    for system, code, _ in codings(procedure.get("code")):
        if f"{system}|{code}" in therapies.radiotherapy_codes or (system == LOCAL_FINDING and code in local):
            return True
    modifiers = reading.mappings.answers.modifiers
    return any(asserted(therapies.radiotherapy_words, modifiers, text) for text in texts(procedure.get("code")))


def _concepts(procedure: Element) -> Iterator[object]:
    """code, usedCode, bodySite, and mCODE's extensions: modality, technique, the volume's name."""
    yield procedure.get("code")
    yield from elements(procedure.get("usedCode"))
    yield from elements(procedure.get("bodySite"))
    for extension in _extensions(procedure):
        if "valueCodeableConcept" in extension:
            yield extension["valueCodeableConcept"]
        volume = extension.get("valueReference")
        if isinstance(volume, Mapping):
            yield {"text": volume.get("display")}


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
    said = [
        value
        for concept in _concepts(procedure)
        for text in texts(concept)
        for value in table.words.find_all(normalise(text))
    ]
    return next((value for value in table.words.values.values() if value in said), None)


def _state_radiotherapy(reading: ResourceReading, procedure: Element) -> None:
    therapies = reading.mappings.therapies
    details: Details = {"status": str(procedure.get("status", ""))}
    volume = _lookup(procedure, therapies.volumes)
    technique = _lookup(procedure, therapies.techniques)
    if volume is None and technique == "srs" and _is_brain(reading, procedure):
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
        count = parse_quantity(extension.get("valueUnsignedInt", extension.get("valuePositiveInt")))[0]
        if count is not None and url == "fractionsDelivered":
            details["fractions"] = int(count)
        elif count is not None and url.endswith(therapies.fraction_extensions):
            # Sessions count the visits; they stand in where the fractions are not told.
            details.setdefault("fractions", int(count))
    reading.state("therapy.radiotherapy", "course", "given", end=_end(reading), details=details, rule="Procedure")


def _is_brain(reading: ResourceReading, procedure: Element) -> bool:
    """Radiosurgery is of the brain, unless a body site says otherwise."""
    sites = list(elements(procedure.get("bodySite")))
    keys = {f"{system}|{code}" for site in sites for system, code, _ in codings(site)}
    if not sites or keys & reading.mappings.therapies.brain_sites:
        return True
    words = reading.mappings.cancers.metastasis_words
    return any(words.find(normalise(text)) == "brain" for site in sites for text in texts(site))


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


def _state_device(reading: ResourceReading, concepts: list[object], *, used: bool = False) -> bool:
    """A ventricular device; ``used``: it is named as the way that a drug was given, so it is there."""
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
    if used or sampled or _is_sampling(said):
        # A puncture of the reservoir or a drug given through it says that the device is there.
        reading.state("csf.device", "", True, details={"inferred": True}, rule="use of a ventricular device")
        return True
    undated = reading.resource.get("resourceType") == "Device"
    end = read_element_time(reading.resource.get("timingPeriod"), reading.zone, end=True)
    reading.state("csf.device", "", True, undated=undated, end=end, rule="ventricular device")
    return True


def _is_sampling(said: list[str]) -> bool:
    return any("puncture" in normalise(text) or "穿刺" in text for text in said)
