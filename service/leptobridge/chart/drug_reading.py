"""Which drugs a concept names, and by which route they are given (exchange.md 7)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from leptobridge.chart.observable_mappings import LOCAL_FINDING
from leptobridge.chart.resource_reading import ResourceReading, codings, texts
from leptobridge.chart.therapy_mappings import Drug, TherapyMappings
from leptobridge.chart.words import normalise

_CONFLICT = ("coding_conflict",)
_WORD = re.compile(r"[A-Za-z.]+")


@dataclass(frozen=True, slots=True)
class DrugReading:
    """The drugs of one medication, or its class alone, with the flag of codes that contradict."""

    drugs: tuple[Drug, ...] = ()
    flags: tuple[str, ...] = ()


def read_drugs(reading: ResourceReading, concepts: Iterable[object]) -> DrugReading:
    """By code, by words (all drugs that a text names), else by class. Codes that nothing is known of are counted.

    A trusted code goes before words that name another drug, words before a code of general knowledge (codes.md 8).
    """
    found: dict[Drug, None] = {}
    flags: tuple[str, ...] = ()
    said: list[str] = []
    unknown: list[tuple[str | None, str]] = []
    for concept in concepts:
        one = _of_concept(reading, concept, unknown)
        found |= dict.fromkeys(one.drugs)
        flags = flags or one.flags
        said += texts(concept)
    if not found:
        found |= dict.fromkeys(class_of_words(reading, said))
    if not found:
        for system, term in unknown or [(None, normalise(text)) for text in said[:1]]:
            reading.not_mapped("medication", system, term)
    # A class beside a drug of that class adds nothing.
    named_classes = {drug.drug_class for drug in found if drug.name is not None}
    kept = tuple(drug for drug in found if drug.name is not None or drug.drug_class not in named_classes)
    return DrugReading(kept, flags)


def _of_concept(reading: ResourceReading, concept: object, unknown: list[tuple[str | None, str]]) -> DrugReading:
    therapies = reading.mappings.therapies
    coded: list[tuple[int, Drug]] = []
    for system, code, _ in codings(concept):
        ranked = _of_code(therapies, system, code)
        if ranked is not None:
            coded.append(ranked)
        elif code:
            unknown.append((system or None, code))
    worded = drugs_of_words(reading, texts(concept))
    if not coded:
        return DrugReading(worded)
    rank, best = min(coded, key=lambda entry: entry[0])
    named = {drug for _, drug in coded if drug.name is not None}
    if best in worded:
        return DrugReading(worded, _CONFLICT if named - set(worded) else ())
    if not worded or best.name is None:
        return DrugReading(worded or (best,), _CONFLICT if len(named) > 1 else ())
    return DrugReading((best,) if rank < _WEAK else worded, _CONFLICT)


_WEAK = 2


def _of_code(therapies: TherapyMappings, system: str, code: str) -> tuple[int, Drug] | None:
    """The drug of a code with its rank: 0 local, 1 trusted, 2 general knowledge, 3 an ATC group of no listed drug."""
    if system == LOCAL_FINDING:
        plain = code.replace("-", " ")
        local = therapies.drugs.get(code) or therapies.drugs.get(plain) or therapies.classes.get(code.replace("-", "_"))
        return None if local is None else (0, local)
    family = therapies.drug_systems.get(system, "")
    drug = therapies.drug_codes.get((family, code))
    if drug is not None:
        return (_WEAK if (family, code) in therapies.weak_codes else 1, drug)
    if family == "atc":
        prefix = max((p for p in therapies.atc_classes if code.upper().startswith(p)), key=len, default=None)
        return None if prefix is None else (3, therapies.classes[therapies.atc_classes[prefix]])
    return None


def drugs_of_words(reading: ResourceReading, said: Iterable[str]) -> tuple[Drug, ...]:
    """The drugs of the first text that names any without denying it."""
    therapies, modifiers = reading.mappings.therapies, reading.mappings.answers.modifiers
    for text in said:
        normal = normalise(text)
        found: dict[Drug, None] = {}
        for match in therapies.drug_words.pattern.finditer(normal):
            if modifiers.polarity(normal, match.start(), match.end()) != "negated":
                name = therapies.drug_words.values[match.group()]
                found |= dict.fromkeys(therapies.combinations.get(name) or (therapies.drugs[name],))
        if found:
            return tuple(found)
    return ()


def class_of_words(reading: ResourceReading, said: Iterable[str]) -> tuple[Drug, ...]:
    """The class of drugs that a text names without a name ("intrathecal chemotherapy"); at most one."""
    therapies, modifiers = reading.mappings.therapies, reading.mappings.answers.modifiers
    for text in said:
        normal = normalise(text)
        if modifiers.strongest(therapies.class_words, normal) in ("plain", "past"):
            name = therapies.class_words.find(normal)
            if name is not None:
                return (therapies.classes[name],)
    return ()


def route_of_words(reading: ResourceReading, text: str, *, whole: bool = False) -> str | None:
    """The route that a text names, by words, or by abbreviations as they are written ("IT", but not "it").

    ``whole``: the text is a route and nothing else, so that its case does not matter.
    """
    therapies = reading.mappings.therapies
    found = therapies.routes.words.find(normalise(text))
    if found is None and whole:
        found = therapies.route_abbreviations.get(text.strip().upper())
    if found is None:
        written = (therapies.route_abbreviations.get(word) for word in _WORD.findall(text))
        found = next((route for route in written if route is not None), None)
    return None if found is None else plain_route(therapies, found)


def plain_route(therapies: TherapyMappings, route: str) -> str:
    """Whatever reaches the CSF directly is intrathecal."""
    return "intrathecal" if route in therapies.intrathecal_routes else route
