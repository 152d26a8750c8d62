"""Answers: codes, findings and words -> the values of an answer set (``mappings/answers.yaml``, exchange.md 0)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.words import IGNORED, Modifiers, PhraseList, WordReader, normalise

#: General answers: a set names the value that each becomes; "unknown" and "not_done" otherwise say why there is none.
GENERAL = ("positive", "negative", "equivocal", "unsatisfactory", "unknown", "not_done")


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """The values that a kind can have, and how general answers, finding codes, numbers and words become one of them.

    ``narrower``: a value -> the values that say the same more precisely (equivocal -> suspicious, atypical).
    """

    name: str
    values: tuple[str, ...]
    general: Mapping[str, str]
    codes: Mapping[str, str]
    system_codes: Mapping[str, Mapping[str, str]]
    integers: Mapping[int, str]
    narrower: Mapping[str, frozenset[str]]
    words: WordReader

    def of_general(self, answer: str) -> str | None:
        """The set's value for a general answer. Where it has none ``not_done`` stays as it is, and ``unknown``,
        ``equivocal`` and ``unsatisfactory`` are unknown (exchange.md 0, general answers)."""
        value = self.general.get(answer)
        if value is not None or answer in ("positive", "negative"):
            return value
        return "absent:not_done" if answer == "not_done" else "absent:unknown"

    def of_word(self, word: str) -> str | None:
        """The value (or ``absent:unknown`` / ``absent:not_done``) of a text, None if no list holds it."""
        found = self.words.read(word)
        if found is None or not found.startswith("general:"):
            return found
        return self.of_general(found.removeprefix("general:"))

    def of_finding(self, code: str, general: Mapping[str, str]) -> str | None:
        """The value of a local finding code ``F#…``: snake_case, mixed case kept (exchange.md 0, local codes)."""
        name = code.replace("-", "_")
        if name in self.values:
            return name
        if name in self.codes:
            return self.codes[name]
        if name in general:
            return self.of_general(general[name])
        return None


@dataclass(frozen=True, slots=True)
class AnswerMappings:
    """``mappings/answers.yaml``, compiled."""

    codes: Mapping[str, Mapping[str, str]]
    local_general: Mapping[str, str]
    sets: Mapping[str, AnswerSet]
    modifiers: Modifiers


def compile_answers(data: Mapping[str, Any], faults: list[str]) -> AnswerMappings:
    """Compile the file; faults (unknown values, unknown general answers) are appended as precise sentences."""
    for system, codes in data["codes"].items():
        for code, answer in codes.items():
            if answer not in GENERAL:
                faults.append(f"answers.yaml: codes: {system}|{code}: {answer!r} is no general answer")
    modifiers = Modifiers.of(
        negators=data["negators"],
        exceptions=data["negator_exceptions"],
        hedges=data["hedges"],
        histories=data["histories"],
        after_negators=data["after_negators"],
        after_hedges=data["after_hedges"],
    )
    sets = {name: _compile_set(name, entry or {}, data, modifiers, faults) for name, entry in data["sets"].items()}
    codes = {system: {str(code): answer for code, answer in table.items()} for system, table in data["codes"].items()}
    return AnswerMappings(codes, dict(data["local_general"]), sets, modifiers)


def _compile_set(
    name: str, entry: Mapping[str, Any], data: Mapping[str, Any], modifiers: Modifiers, faults: list[str]
) -> AnswerSet:
    values = tuple(str(value) for value in entry.get("values", ()))
    general = {str(key): str(value) for key, value in entry.get("general", {}).items()}
    codes = {str(key): str(value) for key, value in entry.get("codes", {}).items()}
    integers = {int(key): str(value) for key, value in entry.get("integers", {}).items()}
    system_codes = {
        system: {str(code): str(value) for code, value in table.items()}
        for system, table in entry.get("system_codes", {}).items()
    }
    narrower = {str(value): frozenset(map(str, more)) for value, more in entry.get("narrower", {}).items()}
    joined = {str(value): frozenset(map(str, parts)) for value, parts in entry.get("joined", {}).items()}
    words = {str(value): list(phrases) for value, phrases in entry.get("words", {}).items()}
    named: dict[str, Iterable[str]] = {
        "general": general.values(),
        "codes": codes.values(),
        "integers": integers.values(),
        "words": words,
    }
    named["narrower"] = [value for broad, more in narrower.items() for value in (broad, *more)]
    named["joined"] = [value for whole, parts in joined.items() for value in (whole, *parts)]
    for part, used in named.items():
        faults.extend(
            f"answers.yaml: sets.{name}.{part}: {value!r} is not one of the set's values"
            for value in used
            if value not in values and value != IGNORED
        )

    def own(answer: str) -> str:
        return general.get(answer, f"general:{answer}")

    # The set's own phrases go before the general ones, so that "not done" can be a value of its own.
    phrases = PhraseList.of(words | {f"general:{answer}": list(listed) for answer, listed in data["words"].items()})
    resolved = {
        phrase: own(value.removeprefix("general:")) if value.startswith("general:") else value
        for phrase, value in phrases.values.items()
    }
    exact = {normalise(word): own(answer) for answer, listed in data["exact"].items() for word in listed}
    exact |= {normalise(word): str(value) for value, listed in entry.get("exact", {}).items() for word in listed}
    priority = values + tuple(f"general:{answer}" for answer in GENERAL)
    negated: dict[str, str | None] = {"general:positive": "general:negative"}
    negated |= {str(key): None if value is None else str(value) for key, value in entry.get("negated", {}).items()}
    hedged: dict[str, str | None] = {"general:positive": "general:equivocal"}
    hedged |= {str(key): None if value is None else str(value) for key, value in entry.get("hedged", {}).items()}
    weak = frozenset(normalise(word) for word in entry.get("weak", ()))
    faults += [f"answers.yaml: sets.{name}.weak: {word!r} is no word of the set" for word in weak - resolved.keys()]
    reader = WordReader(
        PhraseList(resolved, phrases.pattern), exact, priority, negated, hedged, modifiers, weak, joined
    )
    return AnswerSet(name, values, general, codes, system_codes, integers, narrower, reader)
