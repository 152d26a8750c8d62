"""Observation (and whatever looks like one: components, form items) -> facts (exchange.md 3 to 10)."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from leptobridge.chart.csf_facts import state_ctc, state_cytology
from leptobridge.chart.genomic_facts import state_gene_tested, state_variant, test_of_codings
from leptobridge.chart.lesion_facts import state_lesion, state_nodule
from leptobridge.chart.observable_mappings import LOCAL_OBSERVABLE
from leptobridge.chart.observables import OBSERVABLES, Observable, observable_of_local_code
from leptobridge.chart.patient_facts import registry_id
from leptobridge.chart.performance_facts import state_performance
from leptobridge.chart.quantity_reading import parse_quantity
from leptobridge.chart.reader_form_facts import state_form
from leptobridge.chart.receptor_facts import state_receptor
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.specimen_facts import csf_site
from leptobridge.chart.staging import stage_of_concept
from leptobridge.chart.status_facts import state_disease_status
from leptobridge.chart.value_reading import ValueReading, read_value
from leptobridge.chart.words import normalise

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
_RANK = {LOCAL_OBSERVABLE: 0, SNOMED: 1, LOINC: 2}
_STAGE_ITEM = "cancer.stage"
_CSF_SECTION = "3"

_READERS: Mapping[str, Callable[[ResourceReading, Element, Observable, Details], None]] = {
    "cytology": state_cytology,
    "ctc": state_ctc,
    "nodule": state_nodule,
    "lesion": state_lesion,
    "form": state_form,
    "performance": state_performance,
    "variant": state_variant,
    "gene_tested": state_gene_tested,
    "receptor": state_receptor,
    "disease_status": state_disease_status,
}
#: Readings that take the components along.
_READ_WITH_COMPONENTS = frozenset({"form", "lesion", "nodule", "variant", "gene_tested", "ctc", "disease_status"})


def state_observation(reading: ResourceReading) -> None:
    """The facts of an Observation and of its components."""
    state_asked(reading, reading.resource)


def state_asked(reading: ResourceReading, element: Element) -> None:
    """The facts of one element with ``code``, value and ``component`` (an Observation, or a form made into one)."""
    observable, flags = find_observable(reading, element)
    if observable is not None:
        _state_observable(reading, element, observable, context(reading, element, observable), flags)
        if observable.reader in _READ_WITH_COMPONENTS:
            return
    if "component" in element:
        for component in elements(element["component"]):
            _state_component(reading, element, component)


def _state_component(reading: ResourceReading, parent: Element, component: Element) -> None:
    observable, flags = find_observable(reading, component)
    if observable is not None:
        _state_observable(reading, component, observable, context(reading, parent, observable), flags)


def _state_observable(
    reading: ResourceReading, element: Element, observable: Observable, details: Details, flags: tuple[str, ...]
) -> None:
    if observable.reader is None:
        if observable.type != "none":
            state_simple(reading, element, observable, details, flags)
        return
    before = len(reading.facts)
    _READERS[observable.reader](reading, element, observable, details)
    if flags:
        reading.facts[before:] = [replace(fact, flags=(*flags, *fact.flags)) for fact in reading.facts[before:]]


def find_observable(reading: ResourceReading, element: Element) -> tuple[Observable | None, tuple[str, ...]]:
    """What an element asks: any coding decides (local, SNOMED CT, LOINC), else the method, else the words."""
    concept = element.get("code")
    mappings = reading.mappings.observables
    best: tuple[int, Observable] | None = None
    flags: tuple[str, ...] = ()
    unknown: list[tuple[str, str]] = []
    for system, code, _ in codings(concept):
        found = observable_of_local_code(code) if system == LOCAL_OBSERVABLE else None
        if found is None:
            table = mappings.codes.get(system)
            found = table.get(code) if table is not None else None
        if found is None:
            if code:
                unknown.append((system, code))
            continue
        rank = _RANK.get(system, 3)
        if best is None:
            best = (rank, found)
        elif best[1] is not found:
            if mappings.more_precise.get(found.name) == best[1].name:
                best = (rank, found)
            elif mappings.more_precise.get(best[1].name) != found.name:
                flags = ("coding_conflict",)
                best = min(best, (rank, found), key=lambda entry: entry[0])
    if best is not None:
        return best[1], flags
    test = test_of_codings(reading.mappings.genes, concept)
    if test is not None:
        return OBSERVABLES["variant"], ()
    if "method" in element:
        for system, code, _ in codings(element["method"]):
            by_method = mappings.methods.get(system, {}).get(code)
            if by_method is not None:
                return by_method, ()
    text = ""
    for text in texts(concept):
        named = mappings.of_text(text)
        if named is not None:
            return named, ()
        if "valueQuantity" not in element and reading.mappings.genes.gene_of_name(text) is not None:
            return OBSERVABLES["gene_report"], ()
    where = f"{reading.resource.get('resourceType')}.code"
    for system, code in unknown:
        reading.not_mapped(where, system or None, code)
    if not unknown and text:
        reading.not_mapped(where, None, text)
    return None, ()


def context(reading: ResourceReading, element: Element, observable: Observable) -> Details:
    """What joins an Observation with others: its specimen, body site, the procedure it is part of, the trial."""
    details: Details = {}
    specimen = reading.target(element.get("specimen"))
    if specimen is not None:
        details["specimen"] = specimen
    if "bodySite" in element:
        details["body_site"] = "; ".join(texts(element["bodySite"]))
        codes = tuple(f"{system}|{code}" for system, code, _ in codings(element["bodySite"]) if code)
        if codes:
            details["body_site_codes"] = codes
    if observable.section == _CSF_SECTION and ("bodySite" in element or "method" in element):
        # Without a Specimen the Observation itself may say where the sample came from (exchange.md 3).
        site = csf_site(reading, element.get("bodySite"), element.get("method"))
        if site is not None:
            details["site"] = site
    if "partOf" in element:
        details["part_of"] = reading.targets(element["partOf"])
    studies = _studies(reading, element)
    if studies:
        details["focus"] = studies[0]
    return details


def _studies(reading: ResourceReading, element: Element) -> list[str]:
    """The trials that an Observation concerns, by registry id where it is known (exchange.md 10)."""
    found: dict[str, None] = {}
    for focus in elements(element.get("focus")):
        target = reading.target(focus) or ""
        if "ResearchStudy" in target or focus.get("type") == "ResearchStudy" or target.startswith("identifier:"):
            found[registry_id(reading, focus) or target] = None
    return list(found)


def state_simple(
    reading: ResourceReading, element: Element, observable: Observable, details: Details, flags: tuple[str, ...] = ()
) -> None:
    """One question, one answer."""
    if observable.kind == _STAGE_ITEM:
        _state_stage(reading, element, observable)
        return
    answer = read_value(element, observable, reading.mappings)
    count_unmapped(reading, observable, answer)
    status = reading.status
    value, absence = answer.value, answer.absence
    flags = (*flags, *answer.flags)
    if "unit_missing" in flags or "unit_unknown" in flags:
        # A number without a unit is not a fact (exchange.md 9); it is listed as pending with its flag.
        status = "pending" if status == "counted" else status
    if answer.comparator is not None:
        details = {**details, "comparator": answer.comparator}
    if answer.bound is not None:
        details = {**details, "bound": answer.bound}
    if answer.raw is not None:
        details = {**details, "raw": answer.raw}
    if observable.kind == "csf.chemistry":
        outside = outside_reference(reading, element, observable, value)
        if outside is not None:
            details = {**details, "outside_range": outside}
    rule = f"O#{observable.name.replace('_', '-')}"
    concerned: list[str | None] = [*_studies(reading, element)] if "focus" in element else []
    for focus in concerned or [None]:
        reading.state(
            observable.kind,
            observable.item,
            value,
            unit=answer.unit,
            absence=absence,
            status=status,
            details=details if focus is None else {**details, "focus": focus},
            rule=rule,
            flags=flags,
        )


def count_unmapped(reading: ResourceReading, observable: Observable, answer: ValueReading) -> None:
    """Count the words and codes of an answer that no list holds."""
    for system, term in answer.unmapped:
        reading.not_mapped(observable.name, system, term)


def outside_reference(reading: ResourceReading, element: Element, observable: Observable, value: object) -> bool | None:
    """Whether a number lies outside the sample's own reference range (or is flagged so); None if neither says it."""
    for concept in elements(element.get("interpretation")):
        for _, code, _ in codings(concept):
            if code in ("H", "HH", "L", "LL", "A", "AA"):
                return True
            if code == "N":
                return False
    if not isinstance(value, Decimal):
        return None
    for limits in elements(element.get("referenceRange")):
        low, high = (_limit(reading, element, observable, limits.get(name)) for name in ("low", "high"))
        if (low is not None and value < low) or (high is not None and value > high):
            return True
        if low is not None or high is not None:
            return False
    return None


def _limit(reading: ResourceReading, element: Element, observable: Observable, limit: object) -> Decimal | None:
    """A limit in the canonical unit; one without a unit is in the unit of the value."""
    number, spelled, _ = parse_quantity(limit)
    spelled = spelled or parse_quantity(element.get("valueQuantity"))[1] or ""
    units = reading.mappings.units
    unit = units.canonical(spelled)
    if number is None or unit is None or observable.unit is None:
        return None
    return units.convert(number, unit, observable.unit, observable.name)


def _state_stage(reading: ResourceReading, element: Element, observable: Observable) -> None:
    concept = element.get("valueCodeableConcept") or {"text": element.get("valueString")}
    stage = stage_of_concept(concept)
    details: Details = {"focus_condition": reading.targets(element.get("focus"))}
    if stage is None:
        term = next(texts(concept), "")
        if term:
            reading.not_mapped(observable.name, None, normalise(term))
        reading.state(observable.kind, "", absence="unknown", details=details, rule="stage group")
        return
    reading.state(observable.kind, "", stage, details=details, rule="stage group")
