"""Receptors: HER2, ER, PR, PD-L1, with the specimen they were found in (exchange.md 6, clinical.md R-12)."""

import re
from decimal import Decimal

from leptobridge.chart.facts import FactValue
from leptobridge.chart.observables import OBSERVABLES, Observable
from leptobridge.chart.quantity_reading import decimal_of, parse_quantity
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, texts
from leptobridge.chart.value_reading import ValueReading, read_value
from leptobridge.chart.words import normalise

_PERCENT = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(\d+(?:\.\d+)?)(?:\s*[-~]\s*\d+(?:\.\d+)?)?\s*%")
_BELOW = frozenset({"<", "<=", "≤"})
_IHC, _FISH, _RATIO, _LABEL = (OBSERVABLES[f"her2_{name}"] for name in ("ihc", "fish", "fish_ratio", "label"))


def state_receptor(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """A result, a percentage or a ratio. A grade is IHC whatever the code says; a bare "positive" is a label (R-12)."""
    details = _with_origin(reading, element, details)
    asked = _asked(reading, element, observable)
    answer = read_value(element, asked, reading.mappings)
    value: FactValue = answer.value
    if asked is _IHC and value is not None:
        value = int(str(value))
    percent, comparator = _percent(element, reading) if asked.answers == "polarity" else (None, answer.comparator)
    if percent is not None:
        details["percent"] = percent
        value = value if isinstance(value, str) else _by_percent(asked, percent, comparator)
    if comparator is not None:
        details["comparator"] = comparator
    if answer.bound is not None:
        details["bound"] = answer.bound
    if value is None:
        for system, term in answer.unmapped:
            reading.not_mapped(asked.name, system, term)
    reading.state(
        asked.kind,
        asked.item,
        value,
        unit=answer.unit,
        absence=None if value is not None else answer.absence or "unknown",
        details=details,
        rule=observable.name,
        flags=answer.flags,
    )


def _asked(reading: ResourceReading, element: Element, observable: Observable) -> Observable:
    """What the answer tells, which for HER2 may be another method than the code names."""
    if observable.kind != "receptor.her2":
        return observable
    if observable is _FISH and parse_quantity(element.get("valueQuantity", element.get("valueRatio")))[0] is not None:
        return _RATIO
    if observable in (_IHC, _LABEL):
        graded = _reads(reading, element, _IHC)
        if graded.value is not None:
            return _IHC
        if observable is _IHC and _reads(reading, element, _LABEL).value is not None:
            return _LABEL
    return observable


def _reads(reading: ResourceReading, element: Element, observable: Observable) -> ValueReading:
    return read_value(element, observable, reading.mappings)


def _percent(element: Element, reading: ResourceReading) -> tuple[Decimal | None, str | None]:
    """The share of stained cells in %, from a Quantity, an integer or a text such as "(+, 90%)"."""
    if isinstance(element.get("valueInteger"), int):
        return decimal_of(element["valueInteger"]), None
    number, unit, comparator = parse_quantity(element.get("valueQuantity"))
    if number is not None:
        return (number, comparator) if unit and reading.mappings.units.canonical(unit) == "%" else (None, comparator)
    said = [element["valueString"]] if isinstance(element.get("valueString"), str) else []
    for text in (*said, *texts(element.get("valueCodeableConcept"))):
        match = _PERCENT.search(normalise(text))
        if match is not None:
            return Decimal(match.group(2)), match.group(1)
    return None, None


def _by_percent(observable: Observable, percent: Decimal, comparator: str | None) -> str:
    """ER and PR count as positive from 1 % of stained nuclei; a PD-L1 percentage is kept as it is."""
    if comparator in _BELOW and percent <= 1:
        return "negative"
    if observable.name == "pd_l1":
        return str(percent)
    return "positive" if percent >= 1 else "negative"


def _with_origin(reading: ResourceReading, element: Element, details: Details) -> Details:
    details = dict(details)
    specimen = element.get("specimen")
    said = [str(details.get("body_site", "")), *texts(element.get("code"))]
    if isinstance(specimen, dict) and isinstance(specimen.get("display"), str):
        said.insert(0, specimen["display"])
    for text in said[:-1] if len(said) > 1 else said:
        origin = reading.mappings.therapies.specimen_origin.find(normalise(text))
        if origin is not None:
            details["origin"] = origin
            break
    method = next(texts(element.get("method")), None)
    if method is not None:
        details["method"] = method
    return details
