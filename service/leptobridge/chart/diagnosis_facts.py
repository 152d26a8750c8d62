"""Condition -> cancers, leptomeningeal and dural metastasis, other metastases, comorbidities (exchange.md 2)."""

from dataclasses import dataclass, field
from typing import Any

from leptobridge.chart.answer_mappings import AnswerSet
from leptobridge.chart.cancer_mappings import CancerMappings
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.clinical_time_reading import read_element_time, read_time
from leptobridge.chart.observable_mappings import LOCAL_FINDING
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, first_code, texts
from leptobridge.chart.staging import stage_of_condition
from leptobridge.chart.words import asserted, normalise

SNOMED = "http://snomed.info/sct"
_SUSPICIONS = frozenset({"provisional", "differential", "unconfirmed"})
_PAST = frozenset({"resolved", "inactive", "remission"})
_AGAIN = frozenset({"recurrence", "relapse"})
_HISTOLOGY_EXTENSION = "histology-morphology-behavior"
_SARCOMA_BLOCKS = "bone_or_soft_tissue"


@dataclass(slots=True)
class _Findings:
    """What the codes and words of one Condition say, before they are weighed."""

    lm: str = ""  # the rule that found it
    lm_specific: bool = False
    dural: bool = False
    meninges: bool = False
    secondary: str | None = None  # site
    primary: str | None = None
    primary_rule: str = ""
    morphology: str | None = None
    comorbidity: str | None = None
    flags: set[str] = field(default_factory=set)


def state_condition(reading: ResourceReading) -> None:
    """The facts of a Condition; suspicions (provisional, differential, unconfirmed) are pending, not facts."""
    condition = reading.resource
    cancers = reading.mappings.cancers
    found = _read_codes(reading, cancers)
    _read_words(reading, found, cancers)
    verification = first_code(condition.get("verificationStatus"))
    status = reading.status
    if verification in _SUSPICIONS and status == "counted":
        status = "pending"
    clinical = first_code(condition.get("clinicalStatus"))
    end = _first_time(condition, ("abatementDateTime", "abatementPeriod"), reading)
    details: Details = {}
    value = "history" if clinical in _PAST else "active"
    when: ClinicalTime | None = None
    if verification == "refuted":
        value = "refuted"
        when, reason = _refutation(condition, reading)
        if reason:
            details["reason"] = reason
        onset = reading.time
        if onset is not None:
            details["onset"] = onset.text
    common: dict[str, Any] = {"time": when, "status": status, "end": end}
    past = clinical in _PAST
    if past and end is None:
        details["inactive"] = True
    if found.lm:
        flags = () if found.lm_specific else ("not_lm_specific",)
        named = _named_primary(condition, cancers)
        lm_details = details | ({"recurrent": True} if clinical in _AGAIN else {})
        lm_details |= {"primary": named} if named else {}
        named_in = [
            target for evidence in elements(condition.get("evidence")) for target in _details_of(evidence, reading)
        ]
        lm_details |= {"evidence": tuple(named_in)} if named_in else {}
        reading.state("lm.diagnosis", "", value, details=lm_details, rule=found.lm, flags=flags, **common)
        if found.primary not in (None, "primary_meninges") and found.primary_rule != "words":
            _state_primary(reading, found, value, {}, common)
    elif found.dural:
        reading.state("dural.diagnosis", "dura", value, details=details, rule="dural words or codes", **common)
    elif found.secondary is not None:
        reading.state("metastasis", found.secondary, value, details=details, rule="secondary malignancy", **common)
    elif found.primary is not None:
        _state_primary(reading, found, value, details, common)
    if found.comorbidity is not None:
        reading.state("comorbidity", found.comorbidity, value, details=details, rule="comorbidity", **common)
    if found.comorbidity == "csf_drainage_device" and value != "history":
        reading.state("csf.device", "", value == "active", rule="Condition Z98.2", **common)
    _state_symptom(reading, value, common)


def _read_codes(reading: ResourceReading, cancers: CancerMappings) -> _Findings:
    found = _Findings()
    for system, code, _ in codings(reading.resource.get("code")):
        if not code:
            continue
        if system == LOCAL_FINDING:
            _apply_local(found, cancers.local_findings.get(code), code)
        elif system in cancers.icd_systems:
            _apply_icd(found, code, cancers)
        elif system in cancers.icd_o_systems:
            _apply_icd_o(found, code, cancers)
        elif system == SNOMED:
            _apply_snomed(found, cancers.snomed.get(code), code)
            found.comorbidity = found.comorbidity or cancers.comorbidity_snomed.get(code)
        else:
            reading.not_mapped("Condition.code", system or None, code)
    for site in elements(reading.resource.get("bodySite")):
        for system, code, _ in codings(site):
            place = cancers.site_codes.get(f"{system}|{code}")
            if place == "dura":
                found.dural = True
            elif place == "leptomeninges":
                found.meninges = True
            elif place == "brain" and found.secondary in ("unspecified", "other"):
                found.secondary = "brain"
    return found


def _apply_local(found: _Findings, meaning: str | None, code: str) -> None:
    if meaning == "lm":
        found.lm, found.lm_specific = f"F#{code}", True
    elif meaning == "dural":
        found.dural = True
    elif meaning is not None:
        found.secondary = meaning


def _apply_icd(found: _Findings, code: str, cancers: CancerMappings) -> None:
    upper = code.upper()
    comorbidity = cancers.comorbidity_of_icd(upper)
    if comorbidity is not None:
        found.comorbidity = comorbidity
        return
    primary = cancers.primary_of_icd(upper)
    if primary == "secondary":
        site = cancers.site_of_secondary(upper)
        if site == "brain_coverings":
            found.lm = found.lm or "ICD-10-CM C79.32"
        elif found.secondary is None or site not in ("other", "unspecified"):
            found.secondary = site
    elif primary is not None:
        found.primary, found.primary_rule = primary, f"ICD-10 {upper}"


def _apply_icd_o(found: _Findings, code: str, cancers: CancerMappings) -> None:
    morphology = cancers.histology_of_morphology(code)
    if morphology is not None:
        found.morphology = morphology
        behaviour = code.rsplit("/", maxsplit=1)[-1] if "/" in code else ""
        if behaviour == "6":
            found.secondary = found.secondary or "unspecified"
        return
    primary = cancers.primary_of_icd(code)
    if primary == "primary_meninges" and found.secondary is not None:
        found.meninges = True
    elif primary not in (None, "secondary") and found.primary is None:
        found.primary, found.primary_rule = primary, f"ICD-O-3 {code}"


def _apply_snomed(found: _Findings, entry: Any, code: str) -> None:
    if entry is None:
        return
    if entry.get("lm"):
        found.lm, found.lm_specific = f"SNOMED CT {code}", True
    if entry.get("secondary") and found.secondary in (None, "unspecified", "other"):
        found.secondary = entry["secondary"]
    if entry.get("primary"):
        found.primary, found.primary_rule = entry["primary"], f"SNOMED CT {code}"
        found.morphology = found.morphology or entry.get("histology")


def _read_words(reading: ResourceReading, found: _Findings, cancers: CancerMappings) -> None:
    """Words of code, displays and body sites; a word with a negator before it is not said."""
    condition = reading.resource
    modifiers = reading.mappings.answers.modifiers
    said = list(texts(condition.get("code")))
    places = [text for site in elements(condition.get("bodySite")) for text in texts(site)]

    def says(name: str, among: list[str]) -> bool:
        pattern = cancers.words[name].pattern
        return any(asserted(pattern, modifiers, text) for text in among)

    # The display of C79.32 says "brain coverings, leptomeninges or dura"; only other words decide (exchange.md 2).
    own = [text for text in said if not ("dura" in normalise(text) and "leptomeninges" in normalise(text))]
    if says("dural", own + places):
        found.dural = True
    if says("meninges", places):
        found.meninges = True
    for text in said:
        if says("lm", [text]):
            found.lm, found.lm_specific = found.lm or "words", True
        elif says("lm_not_specific", [text]) and not found.lm:
            found.lm = "words"
    if found.secondary is None and not found.lm and not found.primary and says("secondary", said):
        found.secondary = "unspecified"
    if found.meninges and (found.secondary is not None or found.lm) and not found.dural:
        found.lm, found.lm_specific = found.lm or "secondary malignancy of the leptomeninges", True
    if found.dural and not found.lm_specific:
        # A meningeal code or word that names the dura is a dural metastasis (exchange.md 2, lm.diagnosis).
        is_tumour = found.lm or found.secondary is not None or says("secondary", said) or says("malignant", said)
        found.lm, found.dural = "", bool(is_tumour) or not said
    elif found.dural:
        found.dural = False
    if found.secondary in ("unspecified", "other", "respiratory_or_digestive"):
        place = next((site for text in said + places if (site := cancers.metastasis_words.find(normalise(text)))), None)
        found.secondary = place or found.secondary
    if not (found.primary or found.secondary or found.lm or found.dural) and says("malignant", said):
        _apply_primary_words(found, said, cancers, says("not_malignant", said))
    if found.comorbidity is None and not (found.primary or found.secondary or found.lm or found.dural):
        found.comorbidity = next(
            (
                code
                for text in said
                if asserted(cancers.comorbidity_words.pattern, modifiers, text)
                and (code := cancers.comorbidity_words.find(normalise(text)))
            ),
            None,
        )


def _apply_primary_words(found: _Findings, said: list[str], cancers: CancerMappings, not_malignant: bool) -> None:
    if not_malignant:
        return
    named = next((name for text in said if (name := cancers.primary_words.find(normalise(text)))), None)
    found.primary, found.primary_rule = named or "solid_tumour", "words"


def _state_primary(
    reading: ResourceReading, found: _Findings, value: str, details: Details, common: dict[str, Any]
) -> None:
    condition, cancers = reading.resource, reading.mappings.cancers
    histology = _histology(condition, found, cancers)
    primary = found.primary
    if primary == _SARCOMA_BLOCKS:
        primary = "sarcoma" if histology == "sarcoma" else "other_carcinoma"
    flags: tuple[str, ...] = ()
    if primary == "primary_meninges":
        flags = ("needs_review",)
    stage = stage_of_condition(condition)
    site = next((text for place in elements(condition.get("bodySite")) for text in texts(place)), None)
    primary_details = details | ({"histology": histology} if histology else {})
    primary_details |= {"stage": stage} if stage else {}
    primary_details |= {"site": site} if site else {}
    reading.state(
        "cancer.primary",
        "",
        primary,
        details=primary_details | {"state": value},
        rule=found.primary_rule,
        flags=flags,
        **common,
    )


def _histology(condition: Element, found: _Findings, cancers: CancerMappings) -> str | None:
    for extension in elements(condition.get("extension")):
        if str(extension.get("url", "")).endswith(_HISTOLOGY_EXTENSION):
            concept = extension.get("valueCodeableConcept")
            for system, code, _ in codings(concept):
                known = cancers.histology_codes.get(system, {}).get(code) or cancers.histology_of_morphology(code)
                if known is not None and (system != SNOMED or code in cancers.histology_codes.get(system, {})):
                    return known
            for text in texts(concept):
                word = cancers.histology_words.find(normalise(text))
                if word is not None:
                    return word
    if found.morphology is not None:
        return found.morphology
    notes = [note["text"] for note in elements(condition.get("note")) if isinstance(note.get("text"), str)]
    words = [
        word
        for text in [*texts(condition.get("code")), *notes]
        for word in cancers.histology_words.find_all(normalise(text))
    ]
    # "non-small cell adenocarcinoma": the more precise word goes before the group.
    for precise in ("sclc", "adenocarcinoma", "squamous", "large_cell"):
        if precise in words:
            return precise
    return words[0] if words else None


def _refutation(condition: Element, reading: ResourceReading) -> tuple[ClinicalTime | None, str]:
    """When and why: the latest note's time, else the recorded date, of the version that says so."""
    notes = list(elements(condition.get("note")))
    reason = "; ".join(note["text"] for note in notes if isinstance(note.get("text"), str))
    times = [time for note in notes if (time := read_time(note.get("time"), reading.zone)) is not None]
    if times:
        return max(times, key=lambda time: time.last), reason
    return read_time(condition.get("recordedDate"), reading.zone) or reading.time, reason


def _named_primary(condition: Element, cancers: CancerMappings) -> str | None:
    """The primary that an LM Condition itself names (evidence, text)."""
    said = [*texts(condition.get("code"))]
    for evidence in elements(condition.get("evidence")):
        for concept in elements(evidence.get("code")):
            said.extend(texts(concept))
            for system, code, _ in codings(concept):
                if system in cancers.icd_systems:
                    primary = cancers.primary_of_icd(code)
                    if primary not in (None, "secondary", "primary_meninges", _SARCOMA_BLOCKS):
                        return primary
                elif system == SNOMED and cancers.snomed.get(code, {}).get("primary"):
                    return str(cancers.snomed[code]["primary"])
        for detail in elements(evidence.get("detail")):
            said += [detail["display"]] if isinstance(detail.get("display"), str) else []
    said.extend(note["text"] for note in elements(condition.get("note")) if isinstance(note.get("text"), str))
    return next((name for text in said if (name := cancers.primary_words.find(normalise(text)))), None)


def _details_of(evidence: Element, reading: ResourceReading) -> tuple[str, ...]:
    return reading.targets(evidence.get("detail"))


def _first_time(condition: Element, names: tuple[str, ...], reading: ResourceReading) -> ClinicalTime | None:
    return next((t for name in names if (t := read_element_time(condition.get(name), reading.zone)) is not None), None)


def _state_symptom(reading: ResourceReading, value: str, common: dict[str, Any]) -> None:
    answers: AnswerSet = reading.mappings.answers.sets["symptom"]
    for text in texts(reading.resource.get("code")):
        symptom = answers.words.read(text)
        if symptom is not None and value == "active":
            reading.state("symptom", "", symptom, rule="words", **common)
            return
