"""MedicationAdministration, -Statement, -Request, -Dispense -> drugs given or ordered (exchange.md 7)."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.clinical_time_reading import read_element_time
from leptobridge.chart.drug_reading import plain_route, read_drugs, route_of_words
from leptobridge.chart.facts import FactStatus
from leptobridge.chart.quantity_reading import parse_quantity
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.therapy_mappings import Drug
from leptobridge.chart.words import normalise

_PER_DAY = {"d": Decimal(1), "h": Decimal(24), "wk": Decimal(1) / 7, "min": Decimal(1440)}
_MILLIGRAMS = re.compile(r"(\d+(?:\.\d+)?)\s*(mg|毫克|g|克|ug|mcg|微克)(?![a-z])(?:\s*/\s*(?:d|day|日|天))?")
_PER_DAY_WRITTEN = re.compile(r"/\s*(?:d|day|24 ?h|日|天)(?![a-z])")


def state_medication(reading: ResourceReading) -> None:
    """One fact per resource and drug, or class of drug, that is known."""
    resource = reading.resource
    if resource.get("doNotPerform") is True:
        return
    concepts = list(_medication(reading))
    found = read_drugs(reading, concepts)
    if not found.drugs:
        return
    kind = str(resource["resourceType"])
    details: Details = {"event": kind, "status": str(resource.get("status", ""))}
    route = _route(reading, resource, concepts)
    if route is not None:
        details["route"] = route
    details |= _dose(reading, resource)
    reason = _reason_for_stop(reading, resource)
    if reason is not None:
        details["reason_for_stop"] = reason
    linked = reading.targets(resource.get("supportingInformation")) + reading.targets(resource.get("derivedFrom"))
    if linked:
        details["supporting"] = linked
    end = None
    for name in ("effectivePeriod", "occurrencePeriod"):
        end = end or read_element_time(resource.get(name), reading.zone, end=True)
    ordered = kind == "MedicationRequest" and not reading.mappings.therapies.given_when_requested
    for drug in found.drugs:
        state_drug(reading, drug, "ordered" if ordered else "given", details, end=end, flags=found.flags)


def state_drug(
    reading: ResourceReading,
    drug: Drug,
    value: str,
    details: Details,
    *,
    end: ClinicalTime | None = None,
    flags: tuple[str, ...] = (),
) -> None:
    """The fact of one drug with what the rules ask of it."""
    details = details | {"drug_class": drug.drug_class, "anticancer": drug.anticancer}
    if drug.name is not None:
        details["name"] = drug.name
    if drug.cns_relevant:
        details["cns_relevant"] = True
    if drug.platinum:
        details["platinum"] = True
    daily = details.get("mg_per_day")
    if drug.dexamethasone_equivalent is not None and isinstance(daily, Decimal):
        details["dexamethasone_mg_per_day"] = (daily * drug.dexamethasone_equivalent).normalize()
    if drug.drug_class == "cart":
        # An order is no infusion.
        status: FactStatus = "pending" if value == "ordered" and reading.status == "counted" else reading.status
        infused = drug.name or "car_t_infusion"
        reading.state(
            "therapy.cart", drug.name or "", infused, status=status, end=end, details=details, rule="drug", flags=flags
        )
        return
    kind = "therapy.steroid" if drug.drug_class == "steroid" else "therapy.drug"
    reading.state(kind, drug.name or drug.drug_class, value, end=end, details=details, rule="drug", flags=flags)


def _medication(reading: ResourceReading) -> Iterator[object]:
    resource = reading.resource
    if "medicationCodeableConcept" in resource:
        yield resource["medicationCodeableConcept"]
    reference = resource.get("medicationReference")
    if isinstance(reference, Mapping):
        target = reading.target_resource(reference)
        if target is not None:
            yield target.get("code")
            for ingredient in elements(target.get("ingredient")):
                yield ingredient.get("itemCodeableConcept")
        if isinstance(reference.get("display"), str):
            yield {"text": reference["display"]}


def _dosages(resource: Element) -> Iterator[Element]:
    for name in ("dosage", "dosageInstruction"):
        yield from elements(resource.get(name))


def _route(reading: ResourceReading, resource: Element, concepts: list[object]) -> str | None:
    """By code, by the words of route, method, site and dosage, by the medication's name; a note only if it is
    intrathecal, which nobody says in passing."""
    therapies = reading.mappings.therapies
    said: list[tuple[str, bool]] = []
    for dosage in _dosages(resource):
        route = dosage.get("route")
        for system, code, _ in codings(route):
            found = therapies.routes.codes.get(system, {}).get(code)
            if found is not None:
                return plain_route(therapies, found)
        said += [(text, True) for text in texts(route)]
        said += [(text, False) for text in (*texts(dosage.get("method")), *texts(dosage.get("site")))]
        said += [(text, False) for key in ("text", "patientInstruction") if isinstance(text := dosage.get(key), str)]
    said += [(text, False) for concept in concepts for text in texts(concept)]
    for text, whole in said:
        found = route_of_words(reading, text, whole=whole)
        if found is not None:
            return found
    modifiers = reading.mappings.answers.modifiers
    for note in elements(resource.get("note")):
        text = note.get("text")
        if isinstance(text, str) and therapies.routes.words.find(normalise(text)) == "intrathecal":
            plain = modifiers.strongest(therapies.routes.words, normalise(text)) == "plain"
            return "intrathecal" if plain else None
    return None


def _dose(reading: ResourceReading, resource: Element) -> Details:
    """Dose with its unit, and milligrams per day where the dosage says how often."""
    units = reading.mappings.units
    for dosage in _dosages(resource):
        rates = list(elements(dosage.get("doseAndRate")))
        quantity = dosage.get("dose") or next((rate["doseQuantity"] for rate in rates if "doseQuantity" in rate), None)
        number, unit, _ = parse_quantity(quantity)
        written = dosage.get("text") if isinstance(dosage.get("text"), str) else ""
        if number is None:
            match = _MILLIGRAMS.search(normalise(written or ""))
            if match is None:
                continue
            number, unit = Decimal(match.group(1)), match.group(2)
        canonical = units.canonical(unit or "")
        details: Details = {"dose": number, "dose_unit": canonical or unit or ""}
        if canonical == "mg/d":
            details["mg_per_day"] = number
        milligrams = None if canonical is None else units.convert(number, canonical, "mg", "dose")
        times = _times_per_day(reading, dosage, written or "")
        if milligrams is not None and times is not None:
            details["mg_per_day"] = milligrams * times
        return details
    return {}


def _times_per_day(reading: ResourceReading, dosage: Element, written: str) -> Decimal | None:
    """From the timing's repetition, its code, or the words of the dosage."""
    therapies = reading.mappings.therapies
    timing = dosage.get("timing")
    repeat = timing.get("repeat") if isinstance(timing, Mapping) else None
    if isinstance(repeat, Mapping) and "period" in repeat:
        per_day = _PER_DAY.get(str(repeat.get("periodUnit", "")))
        period = parse_quantity(repeat["period"])[0]
        if per_day is not None and period:
            frequency = parse_quantity(repeat.get("frequency", 1))[0] or Decimal(1)
            return frequency * per_day / period
        return None
    if isinstance(timing, Mapping):
        for _, code, _ in codings(timing.get("code")):
            if code in therapies.doses_per_day:
                return therapies.doses_per_day[code]
        written = written or next(texts(timing.get("code")), "")
    normal = normalise(written)
    worded = therapies.dose_words.find(normal)
    if worded is not None:
        return Decimal(worded)
    return Decimal(1) if _PER_DAY_WRITTEN.search(normal) else None


def _reason_for_stop(reading: ResourceReading, resource: Element) -> str | None:
    table = reading.mappings.therapies.stop_reasons
    concepts = list(elements(resource.get("statusReason")))
    concepts += list(elements(resource.get("statusReasonCodeableConcept")))
    for concept in concepts:
        for system, code, _ in codings(concept):
            found = table.codes.get(system, {}).get(code)
            if found is not None:
                return found
        for text in texts(concept):
            modifiers = reading.mappings.answers.modifiers
            word = table.words.find(normalise(text))
            said = modifiers.strongest(table.words, normalise(text))
            # "Suspected progression" is no progression.
            if word is not None and (word == "other" or said in ("plain", "past")):
                return word
            reading.not_mapped("statusReason", None, text)
    return None
