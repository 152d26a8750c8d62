"""LM classification of a chart: which facts go into EANO-ESMO (exchange.md 12, Classification; clinical.md 2, R-08)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leptobridge.chart.chart import Biopsy, Chart, CsfSample, Entry, LmDiagnosis, MriExamination
from leptobridge.chart.facts import Source
from leptobridge.clinical.cytology import CytologyPolicy, cytology_class
from leptobridge.clinical.eano_esmo import EanoEsmoClassificationInputs, decide_eano_esmo_classification
from leptobridge.clinical.inputs import OUTSIDE_SCOPE
from leptobridge.clinical.inputs import CsfSample as RuleSample
from leptobridge.clinical.result import Result
from leptobridge.evaluation.lm_imaging import read_lm_imaging
from leptobridge.evaluation.timeline import Dated, after, begun, day_of, latest, until, within

#: Policy by which cytology reports enter the classification unless a protocol asks for another (2.6).
DEFAULT_POLICY: CytologyPolicy = "eano_esmo"

#: MRI classes that are evidence of LM by themselves (exchange.md 2, lm.diagnosis).
LM_IMAGING = frozenset({"A", "B", "C", "present"})


@dataclass(frozen=True, slots=True)
class Classification:
    """The result with what it rests on; ``mri_lm`` is the class that entered (None = open)."""

    result: Result
    mri_lm: str | None
    entries: tuple[Entry, ...]
    evidence: tuple[Source, ...]
    flags: tuple[str, ...]


def points_to_lm(chart: Chart) -> bool:
    """Whether anything on record points to LM; without it there is no LM conclusion (exchange.md 12, For whom)."""
    return bool(
        chart.lm_diagnoses
        or chart.dural_diagnoses
        or chart.biopsies
        or chart.csf_samples
        or chart.neurological_examinations
        or chart.clinical_lm
        or any(examination.has_card or examination.lm_class for examination in chart.mri_examinations)
    )


def classify(
    chart: Chart,
    on: date,
    course_start: date | None = None,
    window_days: int = 28,
    policy: CytologyPolicy = DEFAULT_POLICY,
) -> Classification:
    """The class as of ``on``; a course that has started fixes MRI and examination to those of its baseline."""
    statement = latest(until(chart.lm_diagnoses, on))
    if statement is None or statement.status != "refuted":
        return _classify(chart, on, course_start, window_days, policy=policy)
    since = day_of(statement)
    later = _after(chart, since)
    if _has_evidence(later, on, policy):
        renewed = _classify(later, on, course_start, window_days, policy=policy)
        return replace(renewed, flags=(*renewed.flags, "evidence_after_refutation"))
    return _classify(chart, on, course_start, window_days, policy=policy, refuted=statement)


def rule_sample(sample: CsfSample, policy: CytologyPolicy = DEFAULT_POLICY) -> RuleSample:
    """A chart's sample as the rules take it, its word classed by ``policy`` (2.6).

    A small negative stays one: the rules read the volume themselves, and a first negative calls for a second (M2).
    """
    return RuleSample(
        date=sample.time.first if sample.time is not None and sample.time.is_exact else None,
        site=sample.site,  # type: ignore[arg-type]
        csf_cytology=None if sample.cytology is None else cytology_class(sample.cytology, None, policy),
        flow=sample.flow,  # type: ignore[arg-type]
        volume_ml=sample.volume_ml,
        processed_min=sample.processed_min,
        fixed=sample.fixed,
    )


def is_lm_examination(examination: MriExamination) -> bool:
    """A scorecard or a reader's class; an imaging study alone says nothing about LM (exchange.md 12, Time points)."""
    return examination.has_card or examination.lm_class is not None


def primary_of(chart: Chart) -> str | None:
    """The primary as the rules ask for it: several in scope count as in scope, mixed is unknown (exchange.md 2)."""
    named = latest(diagnosis for diagnosis in until(chart.lm_diagnoses, chart.on) if diagnosis.primary is not None)
    if named is not None:
        return named.primary
    kinds = {diagnosis.primary for diagnosis in begun(chart.primaries, chart.on)}
    if len({kind in OUTSIDE_SCOPE for kind in kinds}) != 1:
        return None
    return kinds.pop() if len(kinds) == 1 else "solid_tumour" if not kinds & OUTSIDE_SCOPE else min(kinds)


def known_cancer(chart: Chart) -> str | None:
    """``yes`` with any malignant condition other than LM itself; ``no`` only if stated (exchange.md 2)."""
    malignant: tuple[Entry, ...] = (*chart.primaries, *chart.metastases)
    if begun(malignant, chart.on):
        return "yes"
    statement = latest(until(chart.known_cancer, chart.on))
    return statement.value if statement is not None else None


def _classify(
    chart: Chart,
    on: date,
    course_start: date | None,
    window_days: int,
    *,
    policy: CytologyPolicy,
    refuted: LmDiagnosis | None = None,
) -> Classification:
    samples = [sample for sample in until(chart.csf_samples, on) if sample.cytology is not None or _counts(sample)]
    biopsies = until(chart.biopsies, on)
    examinations = [e for e in chart.mri_examinations if is_lm_examination(e)]
    examination = _of_the_diagnosis(examinations, on, course_start, window_days)
    clinical = _of_the_diagnosis(chart.clinical_lm, on, course_start, window_days)
    imaging = read_lm_imaging(examination) if examination is not None else None
    # A study without a reading says nothing about LM, but which regions were imaged.
    shown = examination or _of_the_diagnosis(
        [e for e in chart.mri_examinations if (e.brain_imaged, e.spine_imaged) != (None, None)],
        on, course_start, window_days,
    )  # fmt: skip
    inputs = EanoEsmoClassificationInputs(
        primary=primary_of(chart),  # type: ignore[arg-type]
        samples=tuple(rule_sample(sample, policy) for sample in samples) or None,
        meningeal_biopsy=_tissue(biopsies, "meningeal"),  # type: ignore[arg-type]
        dural_biopsy=_tissue(biopsies, "dural"),  # type: ignore[arg-type]
        mri_lm=imaging.mri_lm if imaging is not None else None,  # type: ignore[arg-type]
        brain_imaged=shown.brain_imaged if shown is not None else None,
        spine_imaged=shown.spine_imaged if shown is not None else None,
        nodules_mm=(examination.nodules_mm or None) if examination is not None else None,
        clinical_lm=clinical.value if clinical is not None else None,  # type: ignore[arg-type]
        cancer=known_cancer(chart),  # type: ignore[arg-type]
        csf_ctc_positive=_ctc_positive(samples),
        csf_ctdna_detected=_ctdna_detected(samples),
        lm_status="refuted" if refuted is not None else "active",
        lm_refuted_reason=refuted.reason if refuted is not None else None,
        lm_refuted_date=day_of(refuted) if refuted is not None else None,
    )
    entries: list[Entry | None] = [*samples, *biopsies, shown, clinical, refuted, *chart.primaries]
    result = decide_eano_esmo_classification(inputs)
    if imaging is not None:
        result = replace(result, warnings=(*result.warnings, *imaging.warnings))
    if result.value == "not_evaluable" and result.reason is None and _is_partly_dated(chart, on):
        result = replace(result, reason="date_precision")
    return Classification(
        result,
        inputs.mri_lm,
        tuple(entry for entry in entries if entry is not None),
        evidence_of(entries),
        (*flags_of([*entries, *chart.lm_diagnoses]), *(imaging.flags if imaging is not None else ())),
    )


def evidence_of(entries: Iterable[Entry | None]) -> tuple[Source, ...]:
    """The resource versions behind some entries, each once, in the order of the entries."""
    return tuple(
        dict.fromkeys(
            Source(source.reference, source.version)
            for entry in entries
            if entry is not None
            for source in entry.evidence
        )
    )


def flags_of(entries: Iterable[Entry | None]) -> tuple[str, ...]:
    """The flags of some entries, each once."""
    return tuple(dict.fromkeys(flag for entry in entries if entry is not None for flag in entry.flags))


def _of_the_diagnosis(entries: Iterable[Dated], on: date, course_start: date | None, window_days: int) -> Dated | None:
    known = until(entries, on)
    if course_start is None or course_start > on:
        return latest(known)
    return (
        latest(within(known, course_start - timedelta(days=window_days), course_start))
        or latest(until(known, course_start))
        or min(known, key=day_of, default=None)
    )


def _after(chart: Chart, day: date) -> Chart:
    """The chart of what was examined after a refutation; demographics and cancers stay."""
    return replace(
        chart,
        lm_diagnoses=after(chart.lm_diagnoses, day),
        csf_samples=after(chart.csf_samples, day),
        biopsies=after(chart.biopsies, day),
        mri_examinations=after(chart.mri_examinations, day),
        clinical_lm=after(chart.clinical_lm, day),
    )


def _has_evidence(chart: Chart, on: date, policy: CytologyPolicy) -> bool:
    return (
        any(rule_sample(sample, policy).csf_cytology == "positive" for sample in until(chart.csf_samples, on))
        or any(b.tissue == "meningeal" and b.result == "positive" for b in until(chart.biopsies, on))
        or any(
            read_lm_imaging(examination).mri_lm in LM_IMAGING
            for examination in until(chart.mri_examinations, on)
            if is_lm_examination(examination)
        )
    )


def _counts(sample: CsfSample) -> bool:
    return sample.ctc is not None or sample.ctdna is not None


def _is_partly_dated(chart: Chart, on: date) -> bool:
    """Whether the day of something that would count is open: its interval has begun and is not over (R-17)."""
    entries: tuple[Entry, ...] = (*chart.csf_samples, *chart.biopsies, *chart.mri_examinations, *chart.clinical_lm)
    return any(entry.time is not None and entry.time.first <= on < entry.time.last for entry in entries)


def _tissue(biopsies: Iterable[Biopsy], tissue: str) -> str | None:
    """Any positive specimen decides; without one the latest report (M4 by analogy)."""
    results = [biopsy.result for biopsy in biopsies if biopsy.tissue == tissue and biopsy.result is not None]
    return "positive" if "positive" in results else results[-1] if results else None


def _ctc_positive(samples: Iterable[CsfSample]) -> bool | None:
    """Whether tumour cells were counted at 1 per mL or more (Lin 2017, 11.2); shown beside the class alone (M3)."""
    answers = []
    for sample in samples:
        if sample.ctc is None:
            continue
        if sample.ctc.per_ml is not None:
            answers.append(sample.ctc.per_ml >= 1)
        elif sample.ctc.count is not None and sample.ctc.volume_ml:
            answers.append(sample.ctc.count >= sample.ctc.volume_ml)
    return any(answers) if answers else None


def _ctdna_detected(samples: Iterable[CsfSample]) -> bool | None:
    answers = [sample.ctdna == "detected" for sample in samples if sample.ctdna is not None]
    return any(answers) if answers else None
