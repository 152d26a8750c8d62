"""The answer of an Observation, a component or a form item -> a typed value (exchange.md 0, forms of an answer)."""

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from leptobridge.chart.answer_mappings import AnswerSet
from leptobridge.chart.facts import Absence, FactValue
from leptobridge.chart.mappings import Mappings
from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import Observable
from leptobridge.chart.quantity_reading import decimal_of, parse_quantity
from leptobridge.chart.resource_reading import Element, codings, elements, texts
from leptobridge.chart.unit_mappings import shortest
from leptobridge.chart.words import normalise

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
_RANK = {LOCAL_FINDING: 0, LOCAL_OBSERVABLE: 0, SNOMED: 1, LOINC: 2}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mm|cm|毫米|厘米)?\s*(?:[x×*✕X]|by)\s*(\d+(?:\.\d+)?)")
_LEVEL = re.compile(r"(?:level|grade|score)? ?:? ?(\d{1,3}) ?(?:级|分|points?)?")
#: Kinds whose numbers mean nothing without a unit (exchange.md 9); elsewhere the unit is part of the name.
_UNIT_REQUIRED = frozenset({"laboratory", "csf.chemistry", "csf.opening_pressure"})
#: Kinds that no rule compares with a limit: their number is shown with its comparator.
_SHOWN_WITH_COMPARATOR = frozenset({"csf.chemistry"})
_YES_NO = {"yes": True, "no": False}
_VALUES = (
    "valueCodeableConcept",
    "valueCoding",
    "valueBoolean",
    "valueInteger",
    "valueQuantity",
    "valueDecimal",
    "valueString",
    "valueRatio",
)


class ValueReading(msgspec.Struct, frozen=True):
    """A value, or why there is none. ``raw`` is the word or code as sent; ``unmapped`` the terms that no list holds.

    A number behind a comparator is a bound and no value: "platelets < 100" does not satisfy "at least 100".
    """

    value: FactValue = None
    unit: str | None = None
    absence: Absence | None = None
    flags: tuple[str, ...] = ()
    raw: str | None = None
    comparator: str | None = None
    bound: Decimal | None = None
    unmapped: tuple[tuple[str | None, str], ...] = ()


UNKNOWN = ValueReading(absence="unknown")


def read_value(element: Element, observable: Observable, mappings: Mappings) -> ValueReading:
    """The answer to what ``observable`` asks. Never raises; what cannot be read is unknown and listed as unmapped."""
    key = next((name for name in _VALUES if element.get(name) is not None), None)
    if key is None and observable.type == "any" and isinstance(element.get("valueDateTime"), str):
        # A date is an input of a rule (rule-interface 0.2, dates): the day as written.
        return ValueReading(value=element["valueDateTime"][:10], raw=element["valueDateTime"])
    if key is None:
        if element.get("dataAbsentReason") is not None:
            return _absent(read_absence(element["dataAbsentReason"], mappings), observable, mappings)
        return _interpretation(element, observable, mappings)
    if observable.type == "number":
        return _number(element[key], observable, mappings)
    if observable.type == "integer":
        return _integer(element[key], observable, mappings)
    if observable.type == "size":
        return _size(element[key])
    if observable.type == "text":
        return ValueReading(value=_text_of(element[key]), raw=_text_of(element[key]))
    if observable.answers is not None:
        return read_answer(element[key], mappings.answers.sets[observable.answers], mappings)
    return _statement(element[key], observable, mappings)


def read_absence(reason: object, mappings: Mappings) -> Absence:
    """Whether a ``dataAbsentReason`` states that something was not done; any other reason is unknown."""
    if any(code == "not-performed" for _, code, _ in codings(reason)):
        return "not_done"
    said = (mappings.answers.sets["yes_no"].of_word(text) for text in texts(reason))
    return "not_done" if "absent:not_done" in said else "unknown"


def _absent(absence: Absence, observable: Observable, mappings: Mappings) -> ValueReading:
    """Not done is a value of its own where the kind has it; both otherwise say why there is none."""
    answers = mappings.answers.sets.get(observable.answers or "")
    value = answers.general.get("not_done") if answers is not None and absence == "not_done" else None
    return ValueReading(value=value, absence=absence)


def _interpretation(element: Element, observable: Observable, mappings: Mappings) -> ValueReading:
    if observable.answers is None and observable.type not in ("any", "boolean"):
        return UNKNOWN
    for concept in elements(element.get("interpretation")):
        reading = (
            read_answer(concept, mappings.answers.sets[observable.answers], mappings)
            if observable.answers is not None
            else _statement(concept, observable, mappings)
        )
        if reading.value is not None:
            return reading
    return UNKNOWN


def read_answer(value: object, answers: AnswerSet, mappings: Mappings) -> ValueReading:
    """A coded answer, a word, a boolean or a number as a value of the set."""
    if isinstance(value, bool):
        return _answer(answers.of_general("positive" if value else "negative"), str(value).lower())
    if isinstance(value, int | float | Decimal):
        number = decimal_of(value)
        whole = int(number) if number is not None and number == number.to_integral_value() else None
        return _answer(None if whole is None else answers.integers.get(whole), str(value))
    if isinstance(value, str):
        found = answers.of_word(value)
        return _answer(found, value, () if found else ((None, value),))
    if not isinstance(value, dict):
        return UNKNOWN
    if "value" in value and "coding" not in value:
        return read_answer(value["value"], answers, mappings)
    return _coded_answer(value, answers, mappings)


def _answer(found: str | None, raw: str | None, unmapped: tuple[tuple[str | None, str], ...] = ()) -> ValueReading:
    if found is None:
        return ValueReading(absence="unknown", raw=raw, unmapped=unmapped)
    if found.startswith("absent:"):
        return ValueReading(absence="not_done" if found == "absent:not_done" else "unknown", raw=raw)
    return ValueReading(value=found, absence="not_done" if found == "not_done" else None, raw=raw)


def _coded_answer(concept: Element, answers: AnswerSet, mappings: Mappings) -> ValueReading:
    found: list[tuple[int, str, str]] = []  # rank of the system, value, word
    unmapped: list[tuple[str | None, str]] = []
    displays = [concept["text"]] if isinstance(concept.get("text"), str) else []
    for system, code, display in codings(concept):
        value = _coding_value(system, code, answers, mappings)
        if value is not None:
            found.append((_RANK.get(system, 3), value, display or code))
        elif code:
            unmapped.append((system, code))
        if display and display not in displays:
            displays.append(display)
    raw = concept["text"] if isinstance(concept.get("text"), str) else next(iter(displays), None)
    if found:
        values = {value for _, value, _ in found}
        # "Equivocal" beside "suspicious" is no contradiction: the more precise answer stands.
        precise = [entry for entry in found if not values & answers.narrower.get(entry[1], frozenset())] or found
        _, chosen, word = min(precise, key=lambda entry: entry[0])
        if chosen in answers.narrower:
            said = answers.narrower[chosen] & {answers.of_word(text) for text in displays}
            chosen = min(said, key=answers.values.index, default=chosen)
        conflict = len({value for _, value, _ in precise}) > 1
        return replace(_answer(chosen, raw or word), flags=("coding_conflict",) if conflict else ())
    for text in displays:
        named = answers.of_word(text)
        if named is not None:
            return _answer(named, raw or text)
    terms = tuple(unmapped) or tuple((None, text) for text in displays)
    return ValueReading(absence="unknown", raw=raw, unmapped=terms)


def _coding_value(system: str, code: str, answers: AnswerSet, mappings: Mappings) -> str | None:
    if system in (LOCAL_FINDING, LOCAL_OBSERVABLE):
        return answers.of_finding(code, mappings.answers.local_general)
    specific = answers.system_codes.get(system, {}).get(code)
    if specific is not None:
        return specific
    general = mappings.answers.codes.get(system, {}).get(code)
    return None if general is None else answers.of_general(general)


def _text_of(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        text = value.get("text")
        return text if isinstance(text, str) else next((d or c for _, c, d in codings(value) if d or c), None)
    return None


def _number(value: object, observable: Observable, mappings: Mappings) -> ValueReading:
    number, spelled, comparator = parse_quantity(value)
    raw = value if isinstance(value, str) else None
    if number is None:
        return ValueReading(absence="unknown", raw=raw, unmapped=((None, raw),) if raw else ())
    target = observable.unit or "1"
    units = mappings.units
    if spelled is None:
        spelled = units.assumed.get(observable.name)
        if spelled is None and observable.kind in _UNIT_REQUIRED and target != "1":
            return ValueReading(absence="unknown", flags=("unit_missing",), raw=raw)
        spelled = spelled or target
    unit = units.canonical(spelled)
    if unit is None and isinstance(value, dict) and isinstance(value.get("unit"), str):
        unit = units.canonical(value["unit"])
    converted = None if unit is None else units.convert(number, unit, target, observable.name)
    if converted is None:
        return ValueReading(absence="unknown", flags=("unit_unknown",), raw=raw, unmapped=((None, spelled),))
    if comparator is not None and observable.kind not in _SHOWN_WITH_COMPARATOR:
        return ValueReading(absence="unknown", unit=target, raw=raw, comparator=comparator, bound=converted)
    return ValueReading(value=converted, unit=target, raw=raw, comparator=comparator)


def _integer(value: object, observable: Observable, mappings: Mappings) -> ValueReading:
    """A level or count: a number, or a concept or text that says nothing but one (``2``, ``level 2``, 2级)."""
    number, spelled, comparator = parse_quantity(value)
    if number is not None and not (isinstance(value, str) and spelled and not _is_count(spelled, mappings)):
        if comparator is not None:
            return ValueReading(absence="unknown", comparator=comparator, bound=number)
        whole = int(number) if number == number.to_integral_value() else None
        return ValueReading(value=whole, absence=None if whole is not None else "unknown")
    said = [value] if isinstance(value, str) else [*texts(value), *(code for _, code, _ in codings(value))]
    for text in said:
        match = _LEVEL.fullmatch(normalise(text))
        if match is not None:
            return ValueReading(value=int(match.group(1)), raw=text)
    answer = read_answer(value, mappings.answers.sets["yes_no"], mappings)
    return ValueReading(absence=answer.absence or "unknown", raw=answer.raw, unmapped=answer.unmapped)


def _is_count(unit: str, mappings: Mappings) -> bool:
    return mappings.units.canonical(unit) in ("1", "%")


def _size(value: object) -> ValueReading:
    text = _text_of(value) or ""
    match = _SIZE.search(text)
    if match is None:
        return ValueReading(absence="unknown", raw=text, unmapped=((None, text),) if text else ())
    scale = Decimal(10) if re.search(r"cm|厘米", text) else Decimal(1)
    first, second = (shortest(Decimal(group) * scale) for group in match.groups())
    return ValueReading(value=f"{first}x{second}", unit="mm", raw=text)


def _statement(value: object, observable: Observable, mappings: Mappings) -> ValueReading:
    """A statement: boolean, number or coded answer (exchange.md 10)."""
    if isinstance(value, bool):
        return ValueReading(value=value)
    quantity = isinstance(value, dict) and "value" in value and "coding" not in value
    if quantity or isinstance(value, int | float | Decimal):
        if observable.type == "boolean":
            number = parse_quantity(value)[0]
            return ValueReading(value=bool(number)) if number in (0, 1) else UNKNOWN
        number, spelled, comparator = parse_quantity(value)
        return _statement_number(number, spelled, comparator, observable, mappings)
    finding = next(_findings(value), None) if observable.type == "any" else None
    if finding is not None and mappings.answers.local_general.get(finding) not in ("unknown", "not_done"):
        # The word of the answer is kept: what "none" or "mild" means is for the rule or trial that asked.
        return ValueReading(value=_YES_NO.get(finding, finding), raw=finding)
    reading = read_answer(value, mappings.answers.sets["yes_no"], mappings)
    if reading.value is not None:
        return replace(reading, value=reading.value == "yes")
    if reading.absence == "not_done" or not reading.unmapped:
        return reading
    if observable.type != "boolean":
        number, spelled, comparator = parse_quantity(value) if isinstance(value, str) else (None, None, None)
        if number is not None:
            return _statement_number(number, spelled, comparator, observable, mappings)
    return reading


def _findings(value: object) -> Iterator[str]:
    for system, code, _ in codings(value):
        if system == LOCAL_FINDING and code:
            yield code.replace("-", "_") if code.islower() else code


def _statement_number(
    number: Decimal | None, spelled: str | None, comparator: str | None, observable: Observable, mappings: Mappings
) -> ValueReading:
    if number is None:
        return UNKNOWN
    unit = None if spelled is None else mappings.units.canonical(spelled)
    if observable.unit is not None and unit is not None:
        converted = mappings.units.convert(number, unit, observable.unit, observable.name)
        if converted is None:
            return ValueReading(absence="unknown", flags=("unit_unknown",), unmapped=((None, spelled or ""),))
        number, unit = converted, observable.unit
    if comparator is not None:
        return ValueReading(absence="unknown", unit=observable.unit or unit, comparator=comparator, bound=number)
    whole = int(number) if number == number.to_integral_value() else number
    return ValueReading(value=whole, unit=observable.unit or unit)
