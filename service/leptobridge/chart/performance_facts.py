"""Performance status: ECOG, Karnofsky, Lansky, Glasgow (exchange.md 5)."""

import re
from collections.abc import Iterator

from leptobridge.chart.observables import Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import parse_quantity
from leptobridge.chart.words import normalise

_NUMBER = re.compile(r"\d+")
#: "ECOG 1", "KPS 80", "PS 2", "KPS评分80分", "ECOG PS: 1".
_BETWEEN = r"[^0-9;,.。]{0,25}?(\d{1,3})"


def state_performance(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """A score as integer, Quantity, LOINC answer or words; words that name a scale choose it."""
    scale = observable.kind.removeprefix("performance.")
    generic = observable.name == "performance_status"
    if generic:
        scale = next((found for text in texts(element.get("code")) if (found := _scale(reading, text))), scale)
    score: int | None = None
    for text in _words(element):
        named = _scored(reading, text)
        if named is not None:
            scale, score = (named[0], named[1]) if generic or named[0] == scale else (scale, None)
            break
    if score is None:
        score = _score(reading, element)
    if score is None:
        for text in _words(element):
            reading.not_mapped(f"performance.{scale}", None, text)
        reading.state(f"performance.{scale}", "", absence="unknown", details=details, rule=observable.name)
        return
    reading.state(f"performance.{scale}", "", score, details=details, rule=observable.name)


def _words(element: Element) -> Iterator[str]:
    if isinstance(element.get("valueString"), str):
        yield element["valueString"]
    yield from texts(element.get("valueCodeableConcept"))


def _scale(reading: ResourceReading, text: str) -> str | None:
    return reading.mappings.observables.performance_words.find(normalise(text))


def _scored(reading: ResourceReading, text: str) -> tuple[str, int] | None:
    normal = normalise(text)
    for match in reading.mappings.observables.performance_words.pattern.finditer(normal):
        number = re.match(_BETWEEN, normal[match.end() :])
        if number is not None:
            return reading.mappings.observables.performance_words.values[match.group()], int(number.group(1))
    return None


def _score(reading: ResourceReading, element: Element) -> int | None:
    for key in ("valueInteger", "valueQuantity"):
        if key in element:
            number = parse_quantity(element[key])[0]
            return int(number) if number is not None and number == number.to_integral_value() else None
    concepts = [element.get("valueCodeableConcept"), *elements(element.get("interpretation"))]
    for concept in concepts:
        for system, code, _ in codings(concept):
            score = reading.mappings.observables.performance_codes.get(system, {}).get(code)
            if score is not None:
                return score
    for text in _words(element):
        numbers = _NUMBER.findall(text)
        if len(numbers) == 1:
            return int(numbers[0])
    return None
