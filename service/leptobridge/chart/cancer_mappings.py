"""Diagnoses: ICD, SNOMED CT, ICD-O-3 and words -> cancers, metastases, comorbidities (``mappings/cancers.yaml``)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.words import IGNORED, Modifiers, PhraseList

_ICD_NAME = re.compile(r"icd-?(o)?(?:-?10|-?3)(?![0-9]|-?pcs)")
_MORPHOLOGY = re.compile(r"[mM]?-?(\d{4})(?:/\d)?")


def _by_prefix(table: Mapping[str, str], code: str) -> str | None:
    """The value of the longest prefix of an ICD code; the dot may be missing in the code."""
    plain = code.replace(".", "")
    best = max((key for key in table if plain.startswith(key.replace(".", ""))), key=len, default=None)
    return None if best is None else table[best]


@dataclass(frozen=True, slots=True)
class CancerMappings:
    """``mappings/cancers.yaml``, compiled. Systems are sets of URIs; the lookups are methods."""

    icd_o_systems: frozenset[str]
    icd_systems: frozenset[str]
    icd_ranges: tuple[tuple[str, str, str], ...]
    icd_secondary: Mapping[str, str]
    comorbidity_icd: Mapping[str, str]
    comorbidity_snomed: Mapping[str, str]
    comorbidity_words: PhraseList
    snomed: Mapping[str, Mapping[str, Any]]
    histology_codes: Mapping[str, Mapping[str, str]]
    morphology_ranges: tuple[tuple[int, int, str], ...]
    morphology_primaries: tuple[tuple[int, int, str], ...]
    metastatic_topography: Mapping[str, str]
    local_findings: Mapping[str, str]
    site_codes: Mapping[str, str]
    words: Mapping[str, PhraseList]
    lm_patterns: tuple[re.Pattern[str], ...]
    lm_site_patterns: tuple[re.Pattern[str], ...]
    primary_words: PhraseList
    organ_words: PhraseList
    histology_words: PhraseList
    metastasis_words: PhraseList
    modifiers: Modifiers
    texts: dict[str, Any]

    def system_of(self, system: str) -> str | None:
        """``icd`` or ``icd-o`` for a code system of that family, by its list or its name."""
        if system in self.icd_systems:
            return "icd"
        if system in self.icd_o_systems:
            return "icd-o"
        named = _ICD_NAME.search(system.lower())
        return None if named is None else "icd-o" if named.group(1) else "icd"

    def primary_of_icd(self, code: str) -> str | None:
        """The primary (or ``secondary``, ``primary_meninges``, ``bone_or_soft_tissue``) of an ICD-10 code."""
        block = code[:3].upper()
        return next((primary for low, high, primary in self.icd_ranges if low <= block <= high), None)

    def site_of_secondary(self, code: str) -> str:
        """The site of a C77 to C79 code."""
        return _by_prefix(self.icd_secondary, code.upper()) or "other"

    def comorbidity_of_icd(self, code: str) -> str | None:
        """The catalogue's code of a comorbidity."""
        return _by_prefix(self.comorbidity_icd, code.upper())

    def histology_of_morphology(self, code: str) -> str | None:
        """The histology of an ICD-O-3 morphology such as ``8140/3``."""
        return _in_ranges(self.morphology_ranges, code)

    def primary_of_morphology(self, code: str) -> str | None:
        """The primary that an ICD-O-3 morphology alone tells: melanoma, sarcoma, glioma, lymphoma, leukaemia."""
        return _in_ranges(self.morphology_primaries, code)


def _in_ranges(ranges: tuple[tuple[int, int, str], ...], code: str) -> str | None:
    match = _MORPHOLOGY.fullmatch(code)
    if match is None:
        return None
    return next((name for low, high, name in ranges if low <= int(match.group(1)) <= high), None)


def compile_cancers(data: Mapping[str, Any], modifiers: Modifiers, faults: list[str]) -> CancerMappings:
    """Compile the file; a range written backwards or an expression that is none is a fault."""
    words = data["words"]
    for low, high, name in [*data["icd_ranges"], *data["morphology_ranges"], *data["morphology_primaries"]]:
        if low > high:
            faults.append(f"cancers.yaml: range {low} to {high} ({name}) is empty")
    sites = {
        f"{system}|{code}": site
        for site, systems in data["sites"].items()
        for system, codes in systems.items()
        for code in codes
    }
    single = (
        "lm", "lm_not_specific", "dural", "leptomeninges", "meninges", "secondary", "malignant", "not_malignant",
        "recurrent",
    )  # fmt: skip
    ignored = words["ignored"]
    return CancerMappings(
        icd_systems=frozenset(data["icd_systems"]),
        icd_o_systems=frozenset(data["icd_o_systems"]),
        icd_ranges=tuple((str(low), str(high), str(name)) for low, high, name in data["icd_ranges"]),
        icd_secondary={str(key): str(site) for key, site in data["icd_secondary"].items()},
        comorbidity_icd={str(key): str(name) for key, name in data["comorbidity_icd"].items()},
        comorbidity_snomed={str(key): str(name) for key, name in data["comorbidity_snomed"].items()},
        comorbidity_words=PhraseList.of(data["comorbidity_words"]),
        snomed={str(code): entry for code, entry in data["snomed"].items()},
        histology_codes={s: {str(c): h for c, h in table.items()} for s, table in data["histology_codes"].items()},
        morphology_ranges=_ranges(data["morphology_ranges"]),
        morphology_primaries=_ranges(data["morphology_primaries"]),
        metastatic_topography=dict(data["metastatic_topography"]),
        local_findings=dict(data["local_findings"]),
        site_codes=sites,
        words={name: PhraseList.of({name: words[name], IGNORED: ignored.get(name, ())}) for name in single},
        lm_patterns=_patterns(words, "lm_patterns", faults),
        lm_site_patterns=_patterns(words, "lm_site_patterns", faults),
        organ_words=PhraseList.of(words["organ"]),
        primary_words=PhraseList.of(words["primary"]),
        histology_words=PhraseList.of({**words["histology"], IGNORED: ignored["histology"]}),
        metastasis_words=PhraseList.of({**words["metastasis_site"], IGNORED: ignored["metastasis_site"]}),
        modifiers=modifiers,
        texts={},
    )


def _patterns(words: Mapping[str, Any], name: str, faults: list[str]) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for text in words[name]:
        try:
            patterns.append(re.compile(text))
        except re.error as error:
            faults.append(f"cancers.yaml: words.{name}: {text!r}: {error}")
    return tuple(patterns)


def _ranges(rows: Iterable[tuple[Any, Any, Any]]) -> tuple[tuple[int, int, str], ...]:
    return tuple((int(low), int(high), str(name)) for low, high, name in rows)
