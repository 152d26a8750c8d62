"""ImagingStudy, and the code and conclusion of a report -> MRI examinations (exchange.md 4)."""

import re

from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_answer
from leptobridge.chart.words import normalise

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
_MR = "MR"
_MRI = (SNOMED, "113091000")
#: Classes of leptomeningeal disease that a conclusion can say, the most precise first.
_SEEN = ("C", "A", "B", "present")
_SENTENCE = re.compile(r"[;。\n]|\.(?!\d)")


def state_imaging_study(reading: ResourceReading) -> None:
    """The regions that an MR study shows."""
    study = reading.resource
    modalities = {code for concept in elements(study.get("modality")) for _, code, _ in codings(concept)}
    series = list(elements(study.get("series")))
    modalities |= {code for entry in series for _, code, _ in codings(entry.get("modality"))}
    concepts: list[object] = list(elements(study.get("procedureCode")))
    concepts += [entry["bodySite"] for entry in series if "bodySite" in entry]
    said = [study["description"]] if isinstance(study.get("description"), str) else []
    said += [entry["description"] for entry in series if isinstance(entry.get("description"), str)]
    if modalities and _MR not in modalities:
        return
    state_regions(reading, concepts, said, is_mr=_MR in modalities)


def state_regions(reading: ResourceReading, concepts: list[object], said: list[str], *, is_mr: bool) -> bool:
    """``mri.exam`` facts by region. A spine code alone is the whole spine only with words, or with three regions."""
    observables = reading.mappings.observables
    words = observables.imaging_words
    regions: set[str] = set()
    for concept in concepts:
        for system, code, _ in codings(concept):
            region = observables.imaging.get(system, {}).get(code)
            if region is not None:
                regions.add(region)
                is_mr = is_mr or system == LOINC
            elif (system, code) == _MRI:
                is_mr = True
            elif system == LOCAL_OBSERVABLE and code in ("brain-imaged", "spine-imaged"):
                regions.add(code.split("-")[0])
        said = [*said, *texts(concept)]
    spoken = [normalise(text) for text in said]
    if not is_mr and not any(words["modality"].pattern.search(text) for text in spoken):
        return False
    joined = "; ".join(spoken)
    parts = [name for name in ("cervical", "thoracic", "lumbar") if words[name].pattern.search(joined)]
    for region in ("brain", "spine"):
        if words[region].pattern.search(joined):
            regions.add(region)
    if parts:
        regions.add("spine")
    if "brain" in regions:
        reading.state("mri.exam", "brain", "brain", rule="imaging code or words")
    if "spine" in regions:
        whole = len(parts) == 3 or any(_whole_spine(reading, text) for text in spoken)
        details: Details = {"parts": tuple(parts)}
        reading.state("mri.exam", "spine", "full" if whole else "part", details=details, rule="imaging code or words")
    return bool(regions)


def _whole_spine(reading: ResourceReading, text: str) -> bool:
    """Words for all of the spine; "whole brain and cervical spine" says it of the brain."""
    words = reading.mappings.observables.imaging_words
    rest = words["not_whole_spine"].pattern.sub(" ", text)
    return bool(words["spine"].pattern.search(text)) and bool(words["whole"].pattern.search(rest))


def state_imaging_conclusion(reading: ResourceReading, report: Element) -> None:
    """The class that a report's conclusion names, item ``conclusion``: shown beside the reader's class (M6).

    A conclusion that also denies leptomeningeal disease, or tells of earlier or resolved disease, says nothing.
    """
    answers = reading.mappings.answers.sets["mri_lm"]
    for concept in elements(report.get("conclusionCode")):
        value = read_answer(concept, answers, reading.mappings).value
        if any(system == LOCAL_FINDING for system, _, _ in codings(concept)) and value is not None:
            reading.state("mri.lm", "conclusion", value, rule="DiagnosticReport.conclusionCode")
            return
        if any(reading.mappings.cancers.snomed.get(c, {}).get("lm") for s, c, _ in codings(concept) if s == SNOMED):
            reading.state("mri.lm", "conclusion", "present", rule="DiagnosticReport.conclusionCode")
            return
    said = [report["conclusion"]] if isinstance(report.get("conclusion"), str) else []
    said += [text for concept in elements(report.get("conclusionCode")) for text in texts(concept)]
    for text in said:
        value = _concluded(reading, text)
        if value is not None:
            details: Details = {"raw": text}
            reading.state("mri.lm", "conclusion", value, details=details, rule="DiagnosticReport.conclusion")
            return


def _concluded(reading: ResourceReading, text: str) -> str | None:
    cancers, answers = reading.mappings.cancers, reading.mappings.answers.sets["mri_lm"]
    found: set[str] = set()
    for sentence in _SENTENCE.split(normalise(text)):
        phrases = (cancers.words["leptomeninges"], cancers.words["lm"])
        polarities = [polarity for named in phrases for polarity in cancers.modifiers.polarities(named, sentence)]
        if not polarities:
            continue
        resolved = reading.mappings.observables.imaging_words["resolved"].pattern.search(sentence)
        if resolved or "negated" in polarities or "past" in polarities:
            return None
        value = answers.of_word(sentence)
        found |= {value} if value in _SEEN else set()
    return min(found, key=_SEEN.index, default=None)
