"""Performance status: ECOG, Karnofsky, Lansky, Glasgow (exchange.md 5)."""

import re
from collections.abc import Iterator

from leptobridge.chart.observables import Observable
from leptobridge.chart.quantity_reading import decimal_of
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, texts
from leptobridge.chart.value_reading import read_value
from leptobridge.chart.words import normalise

#: No scale goes further.
_HIGHEST = 100
_NUMBER = re.compile(r"\d+")
#: "ECOG 1", "KPS评分80分", "ECOG PS: 1"; not "ECOG 0-1", "ECOG <= 2", "ECOG 1.5".
_SCORE = re.compile(
    r"[^0-9;,.。<>≤≥]{0,25}?(\d{1,3})(?!\d|\.\d|\s*(?:[-~–]|至|到|或|or|to)\s*\d|\s*/\s*(?!100|5\b|15)\d)"
)
_RANGE = re.compile(r"\d\s*(?:[-~–/]|至|到|或|or|to)\s*\d|[<>≤≥]")
#: "ECOG 0-1", "KPS 70至80", "ECOG <= 2": what a score may be, where it is the only number of its text.
_FROM_TO = re.compile(r"(\d{1,3})\s*(?:[-~–]|至|到|或|or|to)\s*(\d{1,3})")
_BEYOND = re.compile(r"(<=|>=|<|>|≤|≥)\s*(\d{1,3})(?!\.?\d)")
#: "E3V4M5" is the sum of its parts.
_GLASGOW = re.compile(r"e\s*([1-4])\s*,?\s*v\s*([1-5])\s*,?\s*m\s*([1-6])")


def state_performance(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """A score as integer, Quantity, LOINC answer or words; words that name scales go before the code's own."""
    generic = observable.name == "performance_status"
    scale = observable.kind.removeprefix("performance.")
    if generic:
        scale = next((found for text in texts(element.get("code")) if (found := _scale(reading, text))), scale)
    named = next((scores for text in _words(element) if (scores := _named_scores(reading, text))), {})
    if named and (generic or scale not in named):
        flags = () if generic else ("coding_conflict",)
        for other, score in named.items():
            reading.state(f"performance.{other}", "", score, details=details, rule=observable.name, flags=flags)
        return
    answer = read_value(element, observable, reading.mappings)
    number = named.get(scale, _score(reading, element, scale, answer.value))
    if number is None and answer.absence != "not_done":
        for text in _words(element):
            reading.not_mapped(f"performance.{scale}", None, text)
    if generic and number is not None and number > 5 and scale == "ecog":
        # Only Karnofsky's scale has such scores.
        scale = "kps"
    absence = None if number is not None else answer.absence or "unknown"
    if number is None and (limits := _limits(reading, element, scale)) is not None:
        details = {**details, "at_least": limits[0], "at_most": limits[1]}
    reading.state(f"performance.{scale}", "", number, absence=absence, details=details, rule=observable.name)


def _words(element: Element) -> Iterator[str]:
    if isinstance(element.get("valueString"), str):
        yield element["valueString"]
    yield from texts(element.get("valueCodeableConcept"))


def _scale(reading: ResourceReading, text: str) -> str | None:
    """The scale that a text names; "Karnofsky performance status" is Karnofsky's."""
    found = reading.mappings.observables.performance_words.find_all(normalise(text))
    return next((scale for scale in found if scale != "ecog"), next(iter(found), None))


def _named_scores(reading: ResourceReading, text: str) -> dict[str, int]:
    """Scale and score for each scale that a text names with one score."""
    normal = normalise(text)
    words = reading.mappings.observables.performance_words
    scores: dict[str, int] = {}
    for match in words.pattern.finditer(normal):
        scale = words.values[match.group()]
        parts = _GLASGOW.search(normal) if scale == "gcs" else None
        if parts is not None:
            scores.setdefault(scale, sum(map(int, parts.groups())))
        elif (number := _SCORE.match(normal, match.end())) is not None:
            scores.setdefault(scale, int(number.group(1)))
    return scores


def _score(reading: ResourceReading, element: Element, scale: str, value: object) -> int | None:
    """The score of a number, a LOINC answer of the scale, or a text with a single number."""
    table = reading.mappings.observables.performance_codes.get(scale, {})
    for system, code, _ in codings(element.get("valueCodeableConcept")):
        score = table.get(f"{system}|{code}")
        if score is not None:
            return score
    if isinstance(value, int):
        return value
    for text in _words(element):
        normal = normalise(text)
        parts = _GLASGOW.search(normal) if scale == "gcs" else None
        if parts is not None:
            return sum(map(int, parts.groups()))
        numbers = _NUMBER.findall(normal)
        if len(numbers) == 1 and not _RANGE.search(normal):
            return int(numbers[0])
    return None


def _limits(reading: ResourceReading, element: Element, scale: str) -> tuple[int, int] | None:
    """The lowest and the highest score that a range or a comparator leaves open."""
    quantity = element.get("valueQuantity")
    if isinstance(quantity, dict):
        number = decimal_of(quantity.get("value"))
        return None if number is None else _beyond(quantity.get("comparator"), int(number))
    for text in _words(element):
        normal = normalise(text)
        numbers = _NUMBER.findall(normal)
        if _scale(reading, text) not in (None, scale):
            continue
        if len(numbers) == 2 and (pair := _FROM_TO.search(normal)) is not None:
            low, high = int(pair.group(1)), int(pair.group(2))
            return (low, high) if low < high else None
        if len(numbers) == 1 and (bound := _BEYOND.search(normal)) is not None:
            return _beyond(bound.group(1), int(bound.group(2)))
    return None


def _beyond(comparator: object, number: int) -> tuple[int, int] | None:
    match comparator:
        case "<":
            return 0, number - 1
        case "<=" | "≤":
            return 0, number
        case ">":
            return number + 1, _HIGHEST
        case ">=" | "≥":
            return number, _HIGHEST
    return None
