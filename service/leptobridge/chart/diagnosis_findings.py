"""What the codes and words of one Condition say, weighed against each other (exchange.md 2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leptobridge.chart.cancer_mappings import CancerMappings
from leptobridge.chart.diagnosis_words import DiagnosisWords, read_diagnosis_text
from leptobridge.chart.observable_mappings import LOCAL_FINDING
from leptobridge.chart.resource_reading import ResourceReading, codings, elements, texts
from leptobridge.chart.words import POLARITIES, Polarity, normalise

SNOMED = "http://snomed.info/sct"
_VAGUE_SITES = frozenset({"unspecified", "other", "respiratory_or_digestive"})
_VAGUE_PRIMARIES = frozenset({"solid_tumour"})
_CODED_FOR_LM = frozenset({"primary_meninges", "solid_tumour"})
_COVERINGS = "brain_coverings"
#: Chapters of ICD-10 whose words name a tumour: neoplasms, and the personal history of one.
_ICD_TUMOURS = ("C", "D0", "D1", "D2", "D3", "D4", "Z85")
_NO_ENTRY: Mapping[str, Any] = {}


@dataclass(slots=True)
class Findings:
    """What one Condition says. ``certainty`` is how its deciding words say it; codes are plain.

    ``beside_lm``: how the metastases beside a leptomeningeal or dural one are said; a primary there is named plainly.
    """

    lm: str = ""  # the rule that found it
    lm_specific: bool = False
    dural: bool = False
    metastases: tuple[str, ...] = ()
    primary: str | None = None
    primary_rule: str = ""
    morphology: str | None = None
    comorbidity: str | None = None
    recurrent: bool = False
    certainty: Polarity = "plain"
    beside_lm: Polarity = "plain"
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Codes:
    """The codings by what they mean; several of a kind until they are weighed."""

    lm: str = ""
    dural: bool = False
    sites: list[str] = field(default_factory=list)
    primaries: list[tuple[int, str, str]] = field(default_factory=list)  # rank of the system, primary, rule
    topography: str | None = None  # of ICD-O-3
    behaviour: str = ""
    morphology: str | None = None
    morphology_primary: str | None = None
    comorbidity: str | None = None
    history: bool = False
    other_chapter: bool = False  # an ICD-10 code that says something else than a tumour


def read_findings(reading: ResourceReading) -> Findings:
    """Codes first (local, SNOMED CT, ICD-10, ICD-O-3), then body sites, then words where they add or decide."""
    condition, cancers = reading.resource, reading.mappings.cancers
    codes = _read_codes(condition.get("code"), cancers)
    said = [read_diagnosis_text(cancers, text) for text in texts(condition.get("code"))]
    places = _read_places(condition.get("bodySite"), cancers)
    found = Findings(morphology=codes.morphology, comorbidity=codes.comorbidity)
    if codes.history:
        found.certainty = "past"
    if any(word.recurrent for word in said):
        found.recurrent = True
    _weigh_meninges(found, codes, said, places)
    if not (found.lm or found.dural):
        found.metastases = _metastases(codes, said, places)
    elif not codes.sites:
        found.metastases = tuple(dict.fromkeys(site for word in said for site in word.sites))
        found.beside_lm = _plainest(word.secondary for word in said) or "plain"
    _weigh_primary(found, codes, said)
    if found.lm and found.comorbidity == "meningitis":
        # Carcinomatous meningitis filed under meningitis is no infection beside it.
        found.comorbidity = None
    if found.comorbidity is None and not (found.primary or found.metastases or found.lm or found.dural):
        found.comorbidity = next((word.comorbidity for word in said if word.comorbidity), None)
    return found


def _read_codes(concept: object, cancers: CancerMappings) -> _Codes:
    codes = _Codes()
    for system, code, _ in codings(concept):
        if not code:
            continue
        if system == LOCAL_FINDING:
            _add_local(codes, cancers.local_findings.get(code), code)
        elif system == SNOMED:
            _add_snomed(codes, cancers.snomed.get(code, _NO_ENTRY), code)
            codes.comorbidity = codes.comorbidity or cancers.comorbidity_snomed.get(code)
        else:
            family = cancers.system_of(system)
            if family == "icd":
                _add_icd(codes, code.upper(), cancers)
            elif family == "icd-o":
                _add_icd_o(codes, code, cancers)
    _join_icd_o(codes, cancers)
    return codes


def _add_local(codes: _Codes, meaning: str | None, code: str) -> None:
    if meaning == "lm":
        codes.lm = f"F#{code}"
    elif meaning == "dural":
        codes.dural = True
    elif meaning is not None:
        codes.sites.append(meaning)


def _add_snomed(codes: _Codes, entry: Mapping[str, Any], code: str) -> None:
    if entry.get("lm"):
        codes.lm = codes.lm or f"SNOMED CT {code}"
    if entry.get("secondary"):
        codes.sites.append(str(entry["secondary"]))
    if entry.get("primary"):
        codes.primaries.append((1, str(entry["primary"]), f"SNOMED CT {code}"))
        codes.morphology = codes.morphology or entry.get("histology")
    codes.history = codes.history or bool(entry.get("history"))


def _add_icd(codes: _Codes, code: str, cancers: CancerMappings) -> None:
    comorbidity = cancers.comorbidity_of_icd(code)
    codes.other_chapter = codes.other_chapter or not code.startswith(_ICD_TUMOURS)
    if comorbidity is not None:
        codes.comorbidity = comorbidity
        return
    primary = cancers.primary_of_icd(code)
    if primary == "secondary":
        codes.sites.append(cancers.site_of_secondary(code))
    elif primary is not None:
        codes.primaries.append((2, primary, f"ICD-10 {code}"))


def _add_icd_o(codes: _Codes, code: str, cancers: CancerMappings) -> None:
    if code[:1].upper() == "C":
        codes.topography = code.upper()
        return
    codes.morphology = codes.morphology or cancers.histology_of_morphology(code)
    codes.morphology_primary = cancers.primary_of_morphology(code) or "solid_tumour"
    codes.behaviour = code.rpartition("/")[2] if "/" in code else "3"


def _join_icd_o(codes: _Codes, cancers: CancerMappings) -> None:
    """Topography with behaviour /6 is a metastasis there (codes.md 1); some morphologies tell the primary anywhere."""
    if codes.behaviour == "6":
        codes.sites.append(_metastatic_topography(codes.topography, cancers))
        return
    if codes.behaviour not in ("", "3", "9"):
        return
    by_site = cancers.primary_of_icd(codes.topography) if codes.topography else None
    primary = codes.morphology_primary
    if primary in (None, "solid_tumour") and by_site not in (None, "secondary"):
        primary = by_site
    if primary is not None:
        codes.primaries.append((2, primary, f"ICD-O-3 {codes.topography or codes.morphology_primary}"))


def _metastatic_topography(topography: str | None, cancers: CancerMappings) -> str:
    return "unspecified" if topography is None else cancers.metastatic_topography.get(topography[:3], "other")


def _read_places(sites: object, cancers: CancerMappings) -> set[str]:
    """What the body sites name, in words and by code."""
    named: set[str] = set()
    for site in elements(sites):
        named |= {place for system, code, _ in codings(site) if (place := cancers.site_codes.get(f"{system}|{code}"))}
        for text in texts(site):
            words = read_diagnosis_text(cancers, text)
            named |= {"dura"} if words.dural == "plain" else set()
            named |= {"leptomeninges"} if words.leptomeninges == "plain" else set()
            named |= {"meninges"} if words.meninges == "plain" else set()
            if not named & {"dura", "leptomeninges", "meninges"}:
                place = cancers.metastasis_words.find(normalise(text))
                named |= {place} if place else set()
    return named


def _weigh_meninges(found: Findings, codes: _Codes, said: list[DiagnosisWords], named: set[str]) -> None:
    """LM and dural metastasis. A meningeal code or word beside the dura is dural, unless LM itself is named."""
    lm = _plainest(word.lm for word in said)
    unspecific = _plainest(word.lm_not_specific for word in said)
    covering = _COVERINGS in codes.sites
    is_tumour = bool(codes.sites) or any(
        word.secondary in ("plain", "past", "hedged") or word.malignant in ("plain", "past", "hedged") for word in said
    )
    if codes.lm:
        found.lm, found.lm_specific = codes.lm, True
    elif lm not in (None, "negated"):
        found.lm, found.lm_specific, found.certainty = "words", True, lm
    elif "leptomeninges" in named and is_tumour and lm is None:
        found.lm, found.lm_specific = "secondary malignancy of the leptomeninges", True
    elif covering and "negated" not in (lm, unspecific):
        found.lm = "ICD-10-CM C79.32"
    elif unspecific not in (None, "negated"):
        found.lm, found.certainty = "words", unspecific
    elif "meninges" in named and is_tumour and "dura" not in named:
        found.lm = "secondary malignancy of the meninges"
    dural = _plainest(word.dural for word in said)
    if codes.dural or (("dura" in named or dural not in (None, "negated")) and (is_tumour or found.lm)):
        found.dural = True
        if not found.lm_specific:
            found.lm = ""
            found.certainty = dural or "plain"


def _plainest(found: Iterable[Polarity | None]) -> Polarity | None:
    said = [polarity for polarity in found if polarity is not None]
    return min(said, key=POLARITIES.index, default=None)


def _metastases(codes: _Codes, said: list[DiagnosisWords], places: set[str]) -> tuple[str, ...]:
    """Sites of secondary malignancies: the coded ones, a vague one made precise by body site or words."""
    named = places - {"dura", "leptomeninges", "meninges"}
    if codes.sites:
        coded = dict.fromkeys(site for site in codes.sites if site != _COVERINGS)
        precise = tuple(site for site in coded if site not in _VAGUE_SITES)
        worded = next((word.sites for word in said if word.sites), ())
        return precise or tuple(sorted(named)) or worded or tuple(coded)[:1]
    if codes.primaries or codes.lm:
        return ()
    secondary = [word for word in said if word.secondary not in (None, "negated")]
    if not secondary:
        return ()
    return next((word.sites for word in secondary if word.sites), ()) or tuple(sorted(named)) or ("unspecified",)


def _weigh_primary(found: Findings, codes: _Codes, said: list[DiagnosisWords]) -> None:
    """The primary by code, the best-ranked of several; by words only where no code says anything of a tumour."""
    if codes.primaries:
        precise = [entry for entry in codes.primaries if entry[1] not in _VAGUE_PRIMARIES] or codes.primaries
        _, found.primary, found.primary_rule = min(precise, key=lambda entry: entry[0])
        if len({primary for _, primary, _ in precise}) > 1:
            found.flags.add("coding_conflict")
        if found.primary in _CODED_FOR_LM and (found.lm or found.dural):
            # Charts code LM so, for want of a better code (codes.md 1).
            found.primary = None
            found.flags.add("needs_review")
        return
    if found.lm and found.certainty in ("plain", "hedged"):
        # "Leptomeningeal metastasis from breast cancer" tells the primary as well.
        found.primary = next((word.named_primary for word in said if word.named_primary), None)
        found.primary_rule = "words of the LM diagnosis"
        return
    if codes.sites or codes.lm or codes.dural or found.lm or found.dural:
        return
    for word in said:
        # Beside "Z51.1" or "I10" a bare "malignant" or an organ is no diagnosis of a tumour, "breast cancer" is.
        primary = word.named_primary if codes.other_chapter else word.primary
        if primary is not None and word.malignant not in (None, "negated"):
            found.primary, found.primary_rule = primary, "words"
            found.certainty = word.malignant
            return
    secondary = _plainest(word.secondary for word in said)
    if secondary is not None and found.metastases:
        found.certainty = secondary
