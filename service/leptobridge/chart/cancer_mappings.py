"""Diagnoses: ICD, SNOMED CT, ICD-O-3 and words -> cancers, metastases, comorbidities (``mappings/cancers.yaml``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.words import PhraseList


def _by_prefix(table: Mapping[str, str], code: str) -> str | None:
    """The value of the longest prefix of an ICD code; the dot may be missing in the code."""
    plain = code.replace(".", "")
    best = max((key for key in table if plain.startswith(key.replace(".", ""))), key=len, default=None)
    return None if best is None else table[best]


@dataclass(frozen=True, slots=True)
class CancerMappings:
    """``mappings/cancers.yaml``, compiled. Systems are sets of URIs; the lookups are methods."""

    icd_systems: frozenset[str]
    icd_o_systems: frozenset[str]
    icd_ranges: tuple[tuple[str, str, str], ...]
    icd_secondary: Mapping[str, str]
    comorbidity_icd: Mapping[str, str]
    comorbidity_snomed: Mapping[str, str]
    comorbidity_words: PhraseList
    snomed: Mapping[str, Mapping[str, Any]]
    histology_codes: Mapping[str, Mapping[str, str]]
    morphology_ranges: tuple[tuple[int, int, str], ...]
    local_findings: Mapping[str, str]
    site_codes: Mapping[str, str]
    words: Mapping[str, PhraseList]
    primary_words: PhraseList
    histology_words: PhraseList
    metastasis_words: PhraseList

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
        digits = code[:4]
        if not digits.isdigit():
            return None
        return next((name for low, high, name in self.morphology_ranges if low <= int(digits) <= high), None)


def compile_cancers(data: Mapping[str, Any], faults: list[str]) -> CancerMappings:
    """Compile the file; a range written backwards is a fault."""
    words = data["words"]
    for low, high, name in [*data["icd_ranges"], *data["morphology_ranges"]]:
        if low > high:
            faults.append(f"cancers.yaml: range {low} to {high} ({name}) is empty")
    sites = {
        f"{system}|{code}": site
        for part, site in (("leptomeningeal_sites", "leptomeninges"), ("dural_sites", "dura"), ("brain_sites", "brain"))
        for system, codes in data[part].items()
        for code in codes
    }
    single = ("lm", "lm_not_specific", "dural", "meninges", "secondary", "malignant", "not_malignant")
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
        morphology_ranges=tuple((int(low), int(high), str(name)) for low, high, name in data["morphology_ranges"]),
        local_findings=dict(data["local_findings"]),
        site_codes=sites,
        words={name: PhraseList.of({name: words[name]}) for name in single},
        primary_words=PhraseList.of(words["primary"]),
        histology_words=PhraseList.of(words["histology"]),
        metastasis_words=PhraseList.of(words["metastasis_site"]),
    )
