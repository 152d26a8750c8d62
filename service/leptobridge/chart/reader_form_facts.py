"""Forms that a reader fills for a rule: RANO-BM, RECIST, iRECIST, IPCG, NANO, oligometastatic (exchange.md 4, 5, 8)."""

from collections.abc import Mapping

from leptobridge.chart.facts import FactValue
from leptobridge.chart.observable_mappings import LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_value

#: Units are part of an input's name (rule-interface 0.2).
_UNITS: Mapping[str, str] = {
    "_mm": "mm",
    "_ml": "mL",
    "_mg": "mg",
    "_min": "min",
    "_days": "d",
    "_weeks": "wk",
    "_years": "a",
    "_percent": "%",
    "_mmol_per_kg": "mmol/kg",
    "_t": "T",
}


def state_form(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One fact per component: item: the rule's input in snake_case; details ``form`` (the rule) and ``index``."""
    count = 0
    for index, component in enumerate(elements(element.get("component"))):
        name = next((code for system, code, _ in codings(component.get("code")) if system == LOCAL_OBSERVABLE), "")
        if not name:
            reading.not_mapped(observable.name, None, next(texts(component.get("code")), "component"))
            continue
        item = name.replace("-", "_")
        value, flags = _value(reading, component, item)
        reading.state(
            "assessment.item",
            item,
            value,
            absence=None if value is not None else "unknown",
            details={**details, "form": observable.name, "index": index},
            rule=f"O#{observable.name.replace('_', '-')}",
            flags=flags,
        )
        count += 1
    if not count:
        reading.state("assessment.item", "", absence="unknown", details={**details, "form": observable.name})


def _value(reading: ResourceReading, component: Element, item: str) -> tuple[FactValue, tuple[str, ...]]:
    for key in ("valueString", "valueDateTime"):
        if isinstance(component.get(key), str):
            return component[key], ()
    for system, code, _ in codings(component.get("valueCodeableConcept")):
        # A form's answers are the rule's own values: yes and no stay words, unlike in a statement.
        if system.endswith("/lm-finding") and code:
            name = code.replace("-", "_") if code.islower() else code
            return (None, ()) if name in ("unknown", "not_evaluable", "not_assessed") else (name, ())
    unit = next((unit for suffix, unit in _UNITS.items() if item.endswith(suffix)), None)
    asked = Observable(item, "assessment.item", item, "any" if unit is None else "number", "4", unit=unit)
    answer = read_value(component, asked, reading.mappings)
    return answer.value, answer.flags
