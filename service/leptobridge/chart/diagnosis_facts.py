"""Condition -> cancers, leptomeningeal and dural metastasis, other metastases, comorbidities (exchange.md 2)."""

from dataclasses import dataclass, field, replace
from datetime import date

from leptobridge.chart.cancer_mappings import CancerMappings
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.clinical_time_reading import read_element_time, read_time
from leptobridge.chart.diagnosis_findings import Findings, read_findings
from leptobridge.chart.diagnosis_words import named_primary
from leptobridge.chart.facts import FactStatus
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, first_code, texts
from leptobridge.chart.staging import stage_of_condition
from leptobridge.chart.words import IGNORED, Polarity, normalise

SNOMED = "http://snomed.info/sct"
_SUSPICIONS = frozenset({"provisional", "differential", "unconfirmed"})
_PAST = frozenset({"resolved", "inactive", "remission"})
_AGAIN = frozenset({"recurrence", "relapse"})
_HISTOLOGY_EXTENSION = "histology-morphology-behavior"
_SARCOMA_BLOCKS = "bone_or_soft_tissue"
#: "Non-small cell adenocarcinoma": the more precise word goes before the group.
_PRECISE_HISTOLOGIES = ("sclc", "adenocarcinoma", "squamous", "large_cell")


@dataclass(frozen=True, slots=True)
class _Statement:
    """What holds for every fact of one Condition."""

    value: str  # active, refuted, history
    status: FactStatus
    time: ClinicalTime | None
    end: ClinicalTime | None
    flags: tuple[str, ...]
    details: Details = field(default_factory=dict)


def state_condition(reading: ResourceReading) -> None:
    """The facts of a Condition; suspicions (provisional, differential, unconfirmed, hedged) are pending, not facts."""
    found = read_findings(reading)
    statement = _statement(reading, found, found.certainty)
    # "Lung cancer with brain metastases, leptomeningeal metastasis not excluded" leaves the LM alone in doubt.
    meningeal = bool(found.lm or found.dural)
    metastatic = _statement(reading, found, found.beside_lm) if meningeal else statement
    before = len(reading.facts)
    if found.lm:
        _state_lm(reading, found, statement)
    if found.dural:
        _state(reading, "dural.diagnosis", "dura", statement, "dural words or codes")
    for site in found.metastases:
        _state(reading, "metastasis", site, metastatic, "secondary malignancy")
    if found.primary is not None and not (found.lm and statement.value == "refuted"):
        _state_primary(reading, found, _statement(reading, found, "plain") if found.lm else statement)
    if found.comorbidity is not None:
        _state(reading, "comorbidity", found.comorbidity, statement, "comorbidity")
        if found.comorbidity == "csf_drainage_device" and statement.value != "history":
            reading.state(
                "csf.device",
                "",
                statement.value == "active",
                status=statement.status,
                time=statement.time,
                end=statement.end,
                rule="Condition Z98.2",
            )
    _state_symptom(reading, statement)
    if len(reading.facts) == before:
        _count_unmapped(reading)


def _statement(reading: ResourceReading, found: Findings, certainty: Polarity) -> _Statement:
    condition = reading.resource
    verification = first_code(condition.get("verificationStatus"))
    clinical = first_code(condition.get("clinicalStatus"))
    status = reading.status
    if status == "counted" and (verification in _SUSPICIONS or certainty == "hedged"):
        status = "pending"
    past = clinical in _PAST
    end = _first_time(condition, ("abatementDateTime", "abatementPeriod"), reading)
    details: Details = {"inactive": True} if past and end is None else {}
    value = "history" if past or certainty == "past" else "active"
    when: ClinicalTime | None = None
    if verification == "refuted":
        value = "refuted"
        when, reason = _refutation(condition, reading)
        details |= {"reason": reason} if reason else {}
        details |= {"onset": reading.time.text} if reading.time is not None else {}
    return _Statement(value, status, when, end, tuple(sorted(found.flags)), details)


def _state(
    reading: ResourceReading, kind: str, item: str, statement: _Statement, rule: str, *, flags: tuple[str, ...] = ()
) -> None:
    reading.state(
        kind,
        item,
        statement.value,
        status=statement.status,
        time=statement.time,
        end=statement.end,
        details=statement.details,
        rule=rule,
        flags=(*statement.flags, *flags),
    )


def _state_lm(reading: ResourceReading, found: Findings, statement: _Statement) -> None:
    condition, details = reading.resource, dict(statement.details)
    if found.recurrent or first_code(condition.get("clinicalStatus")) in _AGAIN:
        details["recurrent"] = True
    named = _named_primary(condition, reading.mappings.cancers)
    if named:
        details["primary"] = named
    evidence = tuple(
        target for entry in elements(condition.get("evidence")) for target in reading.targets(entry.get("detail"))
    )
    if evidence:
        details["evidence"] = evidence
    flags = () if found.lm_specific else ("not_lm_specific",)
    stated = replace(statement, details=details)
    _state(reading, "lm.diagnosis", "", stated, found.lm, flags=flags)
    held = reading.time
    if statement.value == "refuted" and held and statement.time and held.last < statement.time.first:
        # Until it was refuted the diagnosis stood, also where the version that made it never came.
        before = replace(stated, value="active", time=held, details={**details, "refuted_later": True})
        _state(reading, "lm.diagnosis", "", before, found.lm, flags=flags)


def _state_primary(reading: ResourceReading, found: Findings, statement: _Statement) -> None:
    condition, cancers = reading.resource, reading.mappings.cancers
    histology = _histology(condition, found, cancers)
    primary = found.primary
    if primary == _SARCOMA_BLOCKS:
        primary = "sarcoma" if histology == "sarcoma" else "other_carcinoma"
    elif primary in ("other_carcinoma", "solid_tumour") and histology == "melanoma":
        primary = "melanoma"
    flags = ("needs_review",) if primary == "primary_meninges" else ()
    stage = stage_of_condition(condition)
    site = next((text for place in elements(condition.get("bodySite")) for text in texts(place)), None)
    details = dict(statement.details)
    details |= {"histology": histology} if histology else {}
    details |= {"stage": stage} if stage else {}
    details |= {"site": site} if site else {}
    reading.state(
        "cancer.primary",
        "",
        primary,
        status=statement.status,
        time=statement.time,
        end=statement.end,
        details=details | {"state": statement.value},
        rule=found.primary_rule,
        flags=(*statement.flags, *flags),
    )


def _histology(condition: Element, found: Findings, cancers: CancerMappings) -> str | None:
    """By mCODE's extension or ICD-O-3 morphology, made precise by words of code and notes; else by the words."""
    coded = _coded_histology(condition, cancers) or found.morphology
    notes = [note["text"] for note in elements(condition.get("note")) if isinstance(note.get("text"), str)]
    words = [word for text in [*texts(condition.get("code")), *notes] for word in _histology_words(cancers, text)]
    precise = next((word for word in _PRECISE_HISTOLOGIES if word in words), None)
    if coded is not None:
        # A coded group such as NSCLC takes the precise word of its own; SCLC would contradict it.
        return precise if coded == "nsclc" and precise not in (None, "sclc") else coded
    return precise or next(iter(words), None)


def _histology_words(cancers: CancerMappings, text: str) -> list[str]:
    """The histologies that a text names without denying them ("no small cell component")."""
    phrases, normal = cancers.histology_words, normalise(text)
    named = [(phrases.values[match.group()], match) for match in phrases.pattern.finditer(normal)]
    return [
        value
        for value, match in named
        if value != IGNORED and cancers.modifiers.polarity(normal, match.start(), match.end()) != "negated"
    ]


def _coded_histology(condition: Element, cancers: CancerMappings) -> str | None:
    for extension in elements(condition.get("extension")):
        if not str(extension.get("url", "")).endswith(_HISTOLOGY_EXTENSION):
            continue
        concept = extension.get("valueCodeableConcept")
        for system, code, _ in codings(concept):
            known = cancers.histology_codes.get(system, {}).get(code)
            if known is None and system != SNOMED:
                known = cancers.histology_of_morphology(code)
            if known is not None:
                return known
        for text in texts(concept):
            words = _histology_words(cancers, text)
            if words:
                return next((word for word in _PRECISE_HISTOLOGIES if word in words), words[0])
    return None


def _refutation(condition: Element, reading: ResourceReading) -> tuple[ClinicalTime, str]:
    """When and why: the latest note's time, else the recorded date, else the day of the version that says so."""
    notes = list(elements(condition.get("note")))
    reason = "; ".join(note["text"] for note in notes if isinstance(note.get("text"), str))
    times = [time for note in notes if (time := read_time(note.get("time"), reading.zone)) is not None]
    if times:
        return max(times, key=lambda time: time.last), reason
    recorded = read_time(condition.get("recordedDate"), reading.zone)
    if recorded is not None:
        return recorded, reason
    day = date.fromisoformat(reading.recency[:10])
    return ClinicalTime(day.isoformat(), day, day), reason


def _named_primary(condition: Element, cancers: CancerMappings) -> str | None:
    """The primary that an LM Condition itself names (evidence, text)."""
    said = [*texts(condition.get("code"))]
    for evidence in elements(condition.get("evidence")):
        for concept in elements(evidence.get("code")):
            said.extend(texts(concept))
            for system, code, _ in codings(concept):
                primary = cancers.primary_of_icd(code) if cancers.system_of(system) == "icd" else None
                if system == SNOMED:
                    primary = cancers.snomed.get(code, {}).get("primary")
                if primary not in (None, "secondary", "primary_meninges", _SARCOMA_BLOCKS):
                    return primary
        for detail in elements(evidence.get("detail")):
            said += [detail["display"]] if isinstance(detail.get("display"), str) else []
    said.extend(note["text"] for note in elements(condition.get("note")) if isinstance(note.get("text"), str))
    return next((name for text in said if (name := named_primary(cancers, text))), None)


def _first_time(condition: Element, names: tuple[str, ...], reading: ResourceReading) -> ClinicalTime | None:
    return next((t for name in names if (t := read_element_time(condition.get(name), reading.zone)) is not None), None)


def _state_symptom(reading: ResourceReading, statement: _Statement) -> None:
    answers = reading.mappings.answers.sets["symptom"]
    for text in texts(reading.resource.get("code")):
        symptom = answers.of_word(text)
        if symptom in answers.values and statement.value == "active":
            reading.state("symptom", "", symptom, status=statement.status, end=statement.end, rule="words")
            return


def _count_unmapped(reading: ResourceReading) -> None:
    """Codes of a diagnosis of which nothing was read; its words only where it has no code."""
    code = reading.resource.get("code")
    sent = [(system or None, term) for system, term, _ in codings(code) if term]
    for system, term in sent or [(None, text) for text in texts(code)][:1]:
        reading.not_mapped("Condition.code", system, term)
