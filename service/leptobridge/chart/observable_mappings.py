"""What is asked: codes and words of a code's text -> observable (``mappings/observables.yaml``)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.observables import CARD_ITEMS, OBSERVABLES, Observable
from leptobridge.chart.words import IGNORED, PhraseList, normalise, phrase_pattern

LOCAL_OBSERVABLE = "https://leptobridge.org/fhir/CodeSystem/lm-observable"
LOCAL_FINDING = "https://leptobridge.org/fhir/CodeSystem/lm-finding"
_IN_BRACKETS = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\])")
_BLOOD = re.compile(
    r" in (?:blood|serum|plasma|serum or plasma|serum/plasma|venous blood)(?: by .*)?$"
    r"|,? ?(?:serum|plasma|blood)$|^(?:血清|血浆|全血)"
)


@dataclass(frozen=True, slots=True)
class ObservableMappings:
    """``mappings/observables.yaml``, compiled. ``texts`` remembers code texts already read (a closed vocabulary)."""

    codes: Mapping[str, Mapping[str, Observable]]
    methods: Mapping[str, Mapping[str, Observable]]
    more_precise: Mapping[str, str]
    words: PhraseList
    exact: Mapping[str, Observable]
    csf_words: re.Pattern[str]
    csf_tests: PhraseList
    change_words: re.Pattern[str]
    imaging: Mapping[str, Mapping[str, str]]
    imaging_words: Mapping[str, PhraseList]
    performance_words: PhraseList
    performance_codes: Mapping[str, Mapping[str, int]]
    registries: frozenset[str]
    texts: dict[str, Observable | None]

    def of_text(self, text: str) -> Observable | None:
        """The observable that a code's text or display names, None if no list holds it."""
        if text in self.texts:
            return self.texts[text]
        normal = normalise(text)
        found = self.exact.get(normal) or self._laboratory(normal)
        if found is None:
            name = self.words.find(normal)
            if name is None and self.csf_words.search(normal):
                name = self.csf_tests.find(normal)
            if name in CARD_ITEMS and self.change_words.search(normal):
                name = f"{name}_change"
            found = None if name is None or name == IGNORED else OBSERVABLES[name]
        if len(self.texts) < 20_000:
            self.texts[text] = found
        return found

    def _laboratory(self, text: str) -> Observable | None:
        """A blood value with its abbreviation or in LOINC's manner: 血红蛋白(Hb), "Platelets [#/volume] in Blood"."""
        plain = _BLOOD.sub("", _IN_BRACKETS.sub("", text)).strip(" ,-")
        found = self.exact.get(plain) if plain != text else None
        return found if found is not None and found.kind == "laboratory" else None


def compile_observables(data: Mapping[str, Any], faults: list[str]) -> ObservableMappings:
    """Compile the file; a name that is no observable is a fault."""

    def observable(name: str, path: str) -> Observable:
        known = OBSERVABLES.get(name)
        if known is None:
            faults.append(f"observables.yaml: {path}: {name!r} is no observable")
            return Observable(name, "statement", name, "any", "10")
        return known

    def tables(part: str) -> dict[str, dict[str, Observable]]:
        return {
            system: {str(code): observable(name, f"{part}: {system}|{code}") for code, name in table.items()}
            for system, table in data[part].items()
        }

    csf = data["csf"]
    for part, named in (("words", data["words"]), ("csf.tests", csf["tests"])):
        for name in named:
            observable(name, part)
    return ObservableMappings(
        codes=tables("codes"),
        methods=tables("methods"),
        more_precise=dict(data["more_precise"]),
        words=PhraseList.of({IGNORED: data["ignored"], **data["words"]}),
        exact={normalise(word): observable(name, "exact") for name, listed in data["exact"].items() for word in listed},
        csf_words=phrase_pattern(csf["words"]),
        change_words=phrase_pattern(data["change_words"]),
        csf_tests=PhraseList.of({IGNORED: csf["ignored"], **csf["tests"]}),
        imaging={system: {str(code): region for code, region in t.items()} for system, t in data["imaging"].items()},
        imaging_words={
            name: PhraseList({normalise(word): name for word in listed}, phrase_pattern(listed))
            for name, listed in data["imaging_words"].items()
        },
        performance_words=PhraseList.of(data["performance_words"]),
        performance_codes={
            scale: {
                f"{system}|{code}": int(score) for system, codes in systems.items() for code, score in codes.items()
            }
            for scale, systems in data["performance_codes"].items()
        },
        registries=frozenset(data["registries"]),
        texts={},
    )
