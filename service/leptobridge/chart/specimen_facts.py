"""Specimen -> CSF samples with site, volume, delay, fixation; other specimens with their origin (exchange.md 3, 6)."""

from decimal import Decimal

from leptobridge.chart.clinical_time_reading import read_element_time
from leptobridge.chart.quantity_reading import parse_quantity
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.words import asserted, normalise


def state_specimen(reading: ResourceReading) -> None:
    """One fact: ``csf.sample`` for CSF, ``specimen`` otherwise."""
    specimen = reading.resource
    therapies = reading.mappings.therapies
    details: Details = {}
    if specimen.get("status") == "unsatisfactory" or _is_unsatisfactory(specimen):
        details["unsatisfactory"] = True
    collection = _collection(specimen)
    if "collectedDateTime" in collection or "collectedPeriod" in collection:
        details["collected"] = True
    site = csf_site(reading, collection.get("bodySite"), collection.get("method"), specimen.get("type"))
    keys = [f"{system}|{code}" for system, code, _ in codings(specimen.get("type"))]
    said = [normalise(text) for text in texts(specimen.get("type"))]
    is_csf = any(key in therapies.csf_specimen_codes for key in keys) or any(
        therapies.csf_specimen_words.search(text) for text in said
    )
    if is_csf or (site is not None and "type" not in specimen):
        if site is not None:
            details["site"] = site
        details |= _handling(reading, specimen)
        reading.state("csf.sample", "specimen", "csf", details=details, rule="Specimen")
        return
    kind = next(
        (
            found
            for s, c, _ in codings(specimen.get("type"))
            if (found := therapies.other_specimens.codes.get(s, {}).get(c))
        ),
        None,
    ) or next((found for text in said if (found := therapies.other_specimens.words.find(text))), "other")
    places = [*said, *(normalise(text) for text in texts(_collection(specimen).get("bodySite")))]
    origin = next((found for text in reversed(places) if (found := therapies.specimen_origin.find(text))), None)
    if origin is not None:
        details["origin"] = origin
    if site is not None:
        details["site"] = site
    reading.state("specimen", "", kind, details=details, rule="Specimen")


def _collection(specimen: Element) -> Element:
    collection = specimen.get("collection")
    return collection if isinstance(collection, dict) else {}


def _is_unsatisfactory(specimen: Element) -> bool:
    return any(code == "125154007" for entry in elements(specimen.get("condition")) for _, code, _ in codings(entry))


def csf_site(reading: ResourceReading, *concepts: object) -> str | None:
    """Lumbar or ventricular, by the first concept that says so: a body site, a method, a type (v2-0487 LSAC)."""
    answers = reading.mappings.answers.sets["csf_site"]
    for concept in concepts:
        for system, code, _ in codings(concept):
            if system == "https://leptobridge.org/fhir/CodeSystem/lm-finding":
                found = answers.of_finding(code, {})
            else:
                found = answers.system_codes.get(system, {}).get(code)
            if found is not None:
                return found
        for text in texts(concept):
            found = answers.of_word(text)
            if found in answers.values:
                return found
    return None


def _handling(reading: ResourceReading, specimen: Element) -> Details:
    details: Details = {}
    quantity, unit, _ = parse_quantity(_collection(specimen).get("quantity"))
    if quantity is not None:
        canonical = reading.mappings.units.canonical(unit or "mL")
        volume = None if canonical is None else reading.mappings.units.convert(quantity, canonical, "mL", "volume_ml")
        if volume is not None:
            details["volume_ml"] = volume
        else:
            reading.not_mapped("Specimen.collection.quantity", None, unit or "")
    therapies = reading.mappings.therapies
    collected = reading.time
    delays: list[Decimal] = []
    for processing in elements(specimen.get("processing")):
        concept = processing.get("procedure")
        keys = [f"{system}|{code}" for system, code, _ in codings(concept)]
        modifiers = reading.mappings.answers.modifiers
        if any(key in therapies.fixed_codes for key in keys) or any(
            asserted(therapies.fixed_words, modifiers, text) for text in texts(concept)
        ):
            details["fixed"] = True
        time = processing.get("timeDateTime", processing.get("timePeriod"))
        done = read_element_time(time, reading.zone)
        if done and collected and done.instant and collected.instant:
            seconds = int((done.instant - collected.instant).total_seconds())
            if seconds >= 0:
                delays.append(Decimal(seconds) / 60)
    if delays:
        details["processed_min"] = min(delays)
    return details
