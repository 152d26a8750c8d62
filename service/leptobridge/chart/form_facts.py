"""QuestionnaireResponse -> the facts that its items ask for by observable (exchange.md 4, or the form of the card).

An item asks for an observable by its ``linkId`` or by the fragment of its ``definition``: ``brain-linear``,
``O#brain-linear`` or ``https://leptobridge.org/fhir/CodeSystem/lm-observable|brain-linear``.
"""

import re
from collections.abc import Iterator
from typing import Any

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.clinical_time_reading import read_time
from leptobridge.chart.observable_mappings import LOCAL_OBSERVABLE
from leptobridge.chart.observables import OBSERVABLES
from leptobridge.chart.observation_facts import state_asked
from leptobridge.chart.resource_reading import Element, ResourceReading, elements

_LAST_PART = re.compile(r"[#|/]([A-Za-z0-9_-]+)$")
#: Answers of an item in the form that an Observation gives them.
_VALUES = {"valueCoding": "valueCodeableConcept", "valueDate": "valueDateTime", "valueDecimal": "valueQuantity"}
#: Items that say when the findings of their form were made: the shipped forms ask for it.
_DATES = frozenset({"examination-date", "collected"})
#: Observables whose nested items belong together and are read as one Observation.
_GROUPS = frozenset({"form", "lesion", "nodule", "ctc", "variant", "disease_status"})


def state_questionnaire_response(reading: ResourceReading) -> None:
    """All items, nested ones included. The day that a form gives goes before the day on which it was filled in."""
    reading.time = _stated_time(reading, reading.resource) or reading.time
    _state_items(reading, reading.resource)


def _stated_time(reading: ResourceReading, parent: Element) -> ClinicalTime | None:
    for item in elements(parent.get("item")):
        answers = list(elements(item.get("answer")))
        if str(item.get("linkId", "")) in _DATES:
            for answer in answers:
                return read_time(answer.get("valueDateTime") or answer.get("valueDate"), reading.zone)
        for part in (item, *answers):
            if (found := _stated_time(reading, part)) is not None:
                return found
    return None


def _code_of(item: Element) -> str | None:
    for text in (item.get("linkId"), item.get("definition")):
        if not isinstance(text, str):
            continue
        match = _LAST_PART.search(text)
        code = match.group(1) if match else text
        if code.replace("-", "_") in OBSERVABLES or (match and LOCAL_OBSERVABLE in text):
            return code.replace("_", "-") if code.islower() else code
    return None


def _state_items(reading: ResourceReading, parent: Element) -> None:
    for item in elements(parent.get("item")):
        code = _code_of(item)
        observable = None if code is None else OBSERVABLES.get(code.replace("-", "_"))
        if _is_group(code):
            _state_group(reading, item, str(code))
            continue
        answers = list(elements(item.get("answer")))
        if code is not None:
            for answer in answers or ([{}] if observable is not None and observable.type != "none" else []):
                state_asked(reading, _as_answer(code, answer))
        for part in (item, *answers):
            _state_items(reading, part)


def _is_group(code: str | None) -> bool:
    observable = None if code is None else OBSERVABLES.get(code.replace("-", "_"))
    return observable is not None and observable.reader in _GROUPS


def _concept(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOCAL_OBSERVABLE, "code": code}]}


def _as_answer(code: str, answer: Element) -> dict[str, Any]:
    element: dict[str, Any] = {"code": _concept(code)}
    for name, value in answer.items():
        if name.startswith("value"):
            wrapped = {"valueCoding": {"coding": [value]}, "valueDecimal": {"value": value}}.get(name, value)
            element[_VALUES.get(name, name)] = wrapped
    return element


def _state_group(reading: ResourceReading, item: Element, code: str) -> None:
    """A group of items as an Observation with components; a group within it, such as a nodule, is one of its own."""
    components: list[dict[str, Any]] = []
    for inner in _members(item):
        name = _code_of(inner)
        if _is_group(name):
            _state_group(reading, inner, str(name))
        else:
            components += [_as_answer(_name_of(inner), answer) for answer in elements(inner.get("answer"))]
    observation: dict[str, Any] = {"code": _concept(code), "component": components}
    for answer in elements(item.get("answer")):
        observation.update({k: v for k, v in _as_answer(code, answer).items() if k != "code"})
    state_asked(reading, observation)


def _members(item: Element) -> Iterator[Element]:
    """The items of a group, those of its headings included; not those of a group within it."""
    for part in (item, *elements(item.get("answer"))):
        for inner in elements(part.get("item")):
            yield inner
            if not _is_group(_code_of(inner)):
                yield from _members(inner)


def _name_of(item: Element) -> str:
    """The local code of an item within a group is its linkId."""
    link = item.get("linkId")
    match = _LAST_PART.search(link) if isinstance(link, str) else None
    name = match.group(1) if match else str(link)
    return name.replace("_", "-") if name.islower() else name
