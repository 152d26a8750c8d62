"""MedicationAdministration, -Statement, -Request, -Dispense -> drugs given or ordered (exchange.md 7)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from leptobridge.chart.clinical_time_reading import read_element_time
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.therapy_mappings import Drug
from leptobridge.chart.value_reading import parse_quantity
from leptobridge.chart.words import asserted, normalise

_PER_DAY = {"d": Decimal(1), "h": Decimal(24), "wk": Decimal(1) / 7}


def state_medication(reading: ResourceReading) -> None:
    """One fact per resource whose drug, or class of drug, is known."""
    resource = reading.resource
    if resource.get("doNotPerform") is True:
        return
    concepts = list(_medication(reading))
    found = _drugs(reading, concepts)
    if not found:
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
    for drug in found:
        _state_drug(reading, drug, "ordered" if ordered else "given", dict(details), end)


def _state_drug(reading: ResourceReading, drug: Drug, value: str, details: Details, end: object) -> None:
    details["drug_class"] = drug.drug_class
    details["anticancer"] = drug.anticancer
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
        reading.state("therapy.cart", drug.name or "", drug.name, rule="drug")
        return
    kind = "therapy.steroid" if drug.drug_class == "steroid" else "therapy.drug"
    reading.state(kind, drug.name or drug.drug_class, value, end=end, details=details, rule="drug")  # type: ignore[arg-type]


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


def _drugs(reading: ResourceReading, concepts: list[object]) -> list[Drug]:
    """By code, else by words (all drugs that a text names), else by class."""
    therapies = reading.mappings.therapies
    unknown: list[tuple[str | None, str]] = []
    found: dict[Drug, None] = {}
    said = [normalise(text) for concept in concepts for text in texts(concept)]
    for concept in concepts:
        for system, code, _ in codings(concept):
            drug: Drug | None = therapies.drug_codes.get((therapies.drug_systems.get(system, ""), code))
            if drug is None and system.endswith("/lm-finding"):
                drug = therapies.drugs.get(code) or therapies.classes.get(code.replace("-", "_"))
            if drug is not None:
                found[drug] = None
            elif code:
                unknown.append((system or None, code))
    if found:
        return list(found)
    for text in said:
        names = therapies.drug_words.find_all(text)
        if names:
            return [therapies.drugs[name] for name in names]
    modifiers = reading.mappings.answers.modifiers
    for text in said:
        if asserted(therapies.class_words.pattern, modifiers, text):
            name = therapies.class_words.find(text)
            if name is not None:
                return [therapies.classes[name]]
    for unknown_system, code in unknown:
        reading.not_mapped("medication", unknown_system, code)
    if not unknown:
        for text in said[:1]:
            reading.not_mapped("medication", None, text)
    return []


def _dosages(resource: Element) -> Iterator[Element]:
    for name in ("dosage", "dosageInstruction"):
        yield from elements(resource.get(name))


def _route(reading: ResourceReading, resource: Element, concepts: list[object]) -> str | None:
    therapies = reading.mappings.therapies
    said: list[str] = []
    for dosage in _dosages(resource):
        route = dosage.get("route")
        for system, code, _ in codings(route):
            found = therapies.routes.codes.get(system, {}).get(code)
            if found is not None:
                return _intrathecal(reading, found)
        said += [*texts(route), *texts(dosage.get("method")), *texts(dosage.get("site"))]
        if isinstance(dosage.get("text"), str):
            said.append(dosage["text"])
    said += [text for concept in concepts for text in texts(concept)]
    said += [note["text"] for note in elements(resource.get("note")) if isinstance(note.get("text"), str)]
    for text in said:
        found = therapies.routes.words.find(normalise(text))
        if found is not None:
            return _intrathecal(reading, found)
    return None


def _intrathecal(reading: ResourceReading, route: str) -> str:
    return "intrathecal" if route in reading.mappings.therapies.intrathecal_routes else route


def _dose(reading: ResourceReading, resource: Element) -> Details:
    """Dose with its unit, and milligrams per day where the dosage says how often."""
    for dosage in _dosages(resource):
        rates = list(elements(dosage.get("doseAndRate")))
        quantity = dosage.get("dose") or next((rate["doseQuantity"] for rate in rates if "doseQuantity" in rate), None)
        number, unit, _ = parse_quantity(quantity)
        if number is None:
            continue
        canonical = reading.mappings.units.canonical(unit or "")
        details: Details = {"dose": number, "dose_unit": canonical or unit or ""}
        units = reading.mappings.units
        if canonical == "mg/d":
            details["mg_per_day"] = number
        milligrams = None if canonical is None else units.convert(number, canonical, "mg", "dose")
        times = _times_per_day(dosage)
        if milligrams is not None and times is not None:
            details["mg_per_day"] = milligrams * times
        return details
    return {}


def _times_per_day(dosage: Element) -> Decimal | None:
    timing = dosage.get("timing")
    repeat = timing.get("repeat") if isinstance(timing, Mapping) else None
    if not isinstance(repeat, Mapping) or "period" not in repeat:
        return None
    per_day = _PER_DAY.get(str(repeat.get("periodUnit", "")))
    period = parse_quantity(repeat["period"])[0]
    if per_day is None or not period:
        return None
    frequency = parse_quantity(repeat.get("frequency", 1))[0] or Decimal(1)
    return frequency * per_day / period


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
            if word is not None and (word == "other" or asserted(table.words.pattern, modifiers, text)):
                return word
            reading.not_mapped("statusReason", None, text)
    return None
