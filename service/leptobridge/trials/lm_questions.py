"""Questions about LM: imaging, cytology, clinical picture, class, and whether it is new (14.1, 14.12, R-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from leptobridge.chart.chart import CodedAnswer, Entry, LmDiagnosis, MriExamination, Statement
from leptobridge.chart.facts import Source
from leptobridge.clinical.cytology import CytologyPolicy
from leptobridge.clinical.inputs import STRICT
from leptobridge.trials.case import DATE_PRECISION, Case, ask_latest, first_day, last_day, latest, settled, unsettled
from leptobridge.trials.lm_status import (
    LM_ON_IMAGING,
    NO_LM_ON_IMAGING,
    cytology_classes,
    examined_after,
    find_refutation,
    read_mri,
)
from leptobridge.trials.value_questions import read_yes_no
from leptobridge.trials.verdict import Finding, Truth

EntryType = TypeVar("EntryType", bound=Entry)

#: 2.3: rows that can only be reached with, or without, typical clinical signs.
_TYPICAL_RULES = frozenset(("EE4", "EE6", "EE11"))
_NOT_TYPICAL_RULES = frozenset(("EE5", "EE7"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LmImagingQuestion:
    """LM by imaging: ``mri_lm`` A, B, C or present (14.1), as the classification of the diagnosis has it."""

    __pydantic_config__ = STRICT

    ask: Literal["lm_imaging"]

    def answer(self, case: Case) -> Finding:
        """From the classification's MRI class; without a classification, from the latest readable examination."""
        counting = _still_counting(case.chart.mri_examinations, case)
        readable = [scan for scan in counting if scan.lm_class is not None or scan.has_card]
        scans = settled(readable, case.on)
        outputs = case.classification.outputs if case.classification else {}
        mri_class = outputs.get("mri_class")
        if mri_class in LM_ON_IMAGING or mri_class in NO_LM_ON_IMAGING:
            truth: Truth = "met" if mri_class in LM_ON_IMAGING else "not_met"
            shown = [scan for scan in scans if read_mri(scan) == truth] or scans
            return _finding(truth, shown[-1:])
        if "mri_class" in outputs:
            return _unknown(("mri-lm",), scans[-1:])

        def judge(scan: MriExamination) -> Finding:
            truth = read_mri(scan)
            return Finding(truth=truth, missing=("mri-lm",) if truth == "unknown" else ())

        return ask_latest(readable, case.on, ("mri-lm",), judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class CytologyQuestion:
    """Positive CSF cytology in any sample up to the date (M4), under the policy of the protocol (2.6)."""

    __pydantic_config__ = STRICT

    ask: Literal["csf_cytology"]
    policy: CytologyPolicy = "eano_esmo"

    def answer(self, case: Case) -> Finding:
        """Not done, inadequate and not reported are unknown: none of them is negative (G1)."""
        counting = _still_counting(case.chart.csf_samples, case)
        samples = [sample for sample in settled(counting, case.on) if sample.cytology is not None]
        recheck = min((last_day(sample, case.on) for sample in unsettled(counting, case.on)), default=None)
        classes = {id(sample): cytology_classes(sample, self.policy) for sample in samples}
        positive = [sample for sample in samples if classes[id(sample)] == ("positive",)]
        if positive:
            return _finding("met", positive)
        either = [sample for sample in samples if "positive" in classes[id(sample)]]
        missing = ("csf-cytology",)
        if either:
            return _unknown(missing, either, "cytology_word_not_recorded")
        read = [sample for sample in samples if {"equivocal", "negative"} & set(classes[id(sample)])]
        if read and recheck is None:
            return _finding("not_met", read)
        reason = DATE_PRECISION if recheck else None
        return Finding(truth="unknown", missing=missing, reason=reason, evidence=_evidence(samples), recheck_on=recheck)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalPictureQuestion:
    """Whether the clinician's ``clinical_lm`` is one of ``values``."""

    __pydantic_config__ = STRICT

    ask: Literal["clinical_lm"]
    values: tuple[Literal["typical", "atypical", "none"], ...]

    def answer(self, case: Case) -> Finding:
        """From the row of the classification where it tells, else from the latest judgement in the chart."""
        entries = _still_counting(case.chart.clinical_lm, case)
        rule = case.classification.rule if case.classification else ""
        known = settled(entries, case.on)
        if self.values == ("typical",) and rule in _TYPICAL_RULES | _NOT_TYPICAL_RULES:
            typical = rule in _TYPICAL_RULES
            shown = [entry for entry in known if (entry.value == "typical") == typical]
            return _finding("met" if typical else "not_met", shown[-1:])

        def judge(entry: CodedAnswer) -> Finding:
            if entry.value not in ("typical", "atypical", "none"):
                return Finding(truth="unknown", missing=("clinical-lm",))
            return Finding(truth="met" if entry.value in self.values else "not_met")

        return ask_latest(entries, case.on, ("clinical-lm",), judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationQuestion:
    """Whether the EANO-ESMO class is one of ``type_letter``, or the certainty one of ``certainty`` (2.3)."""

    __pydantic_config__ = STRICT

    ask: Literal["classification"]
    type_letter: tuple[Literal["IA", "IB", "IC", "ID", "IIA", "IIB", "IIC", "IID"], ...] | None = None
    certainty: tuple[Literal["confirmed", "probable", "possible", "lack_of_evidence"], ...] | None = None

    def __post_init__(self) -> None:
        if (self.type_letter is None) == (self.certainty is None):
            raise ValueError("either 'type_letter' or 'certainty'")

    def answer(self, case: Case) -> Finding:
        """What the classification lacks is what the criterion lacks."""
        result = case.classification
        if result is None:
            return Finding(truth="unknown", missing=("csf-cytology", "mri-lm", "clinical-lm"))
        evidence = _evidence([*case.chart.csf_samples, *case.chart.mri_examinations, *case.chart.clinical_lm])
        if self.certainty is not None and result.value != "not_evaluable":
            return Finding(truth="met" if result.value in self.certainty else "not_met", evidence=evidence)
        letter = result.outputs.get("type_letter")
        if self.type_letter is not None and (letter or result.value == "lack_of_evidence"):
            return Finding(truth="met" if letter in self.type_letter else "not_met", evidence=evidence)
        missing = tuple(name.replace("_", "-") for name in result.missing) or ("mri-lm",)
        return Finding(truth="unknown", missing=missing, reason=result.reason, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewlyDiagnosedQuestion:
    """Newly diagnosed LM: as stated, not if coded as recurrence, or if the neuraxis was clear before (R-14)."""

    __pydantic_config__ = STRICT

    ask: Literal["newly_diagnosed_lm"]

    def answer(self, case: Case) -> Finding:
        """The latest statement or coded recurrence; else an examination without LM before the first sign of it."""
        said = [
            entry
            for entry in case.chart.statements
            if entry.code == "newly_diagnosed_lm" and entry.focus in (None, case.trial)
        ]
        said += [
            Statement(code="newly_diagnosed_lm", value=False, time=entry.time, evidence=entry.evidence)
            for entry in case.chart.lm_diagnoses
            if (entry.status == "active" and entry.recurrent) or self._came_before(entry, case)
        ]
        missing = ("newly-diagnosed-lm",)

        def judge(entry: Statement) -> Finding:
            value = read_yes_no(entry.value)
            if value is None:
                return Finding(truth="unknown", missing=missing)
            return Finding(truth="met" if value else "not_met")

        if latest(said, case.on) or unsettled(said, case.on):
            return ask_latest(said, case.on, missing, judge)
        clear = self._clear_before(case)
        if clear is not None:
            return _finding("met", [clear])
        return Finding(truth="unknown", missing=missing)

    def _came_before(self, entry: LmDiagnosis, case: Case) -> bool:
        """A resolved LM diagnosis that is older than an active one: LM was there before."""
        if entry.status != "history" or entry.time is None:
            return False
        active = [other for other in case.chart.lm_diagnoses if other.status == "active" and other.time]
        return any(first_day(other) > entry.time.last for other in active)

    def _clear_before(self, case: Case) -> Entry | None:
        """The last readable examination before the first sign of LM, if it showed none."""
        scans = settled(case.chart.mri_examinations, case.on)
        signs: list[Entry] = [
            *(scan for scan in scans if read_mri(scan) == "met"),
            *(sample for sample in settled(case.chart.csf_samples, case.on) if sample.cytology == "positive"),
            *(entry for entry in settled(case.chart.lm_diagnoses, case.on) if entry.status == "active"),
        ]
        if not signs or any(entry.time is None for entry in signs):
            return None
        first_sign = min(first_day(entry) for entry in signs)
        earlier = [scan for scan in scans if scan.time and scan.time.last < first_sign]
        clear = [scan for scan in earlier if read_mri(scan) == "not_met"]
        return clear[-1] if clear else None


def _still_counting(entries: tuple[EntryType, ...], case: Case) -> tuple[EntryType, ...]:
    """After a refutation with later evidence, what was examined after it alone (exchange.md 2)."""
    return examined_after(entries, find_refutation(case))


def _evidence(entries: Sequence[Entry]) -> tuple[Source, ...]:
    return tuple(source for entry in entries for source in entry.evidence)


def _finding(truth: Truth, entries: Sequence[Entry]) -> Finding:
    flags = tuple(flag for entry in entries for flag in entry.flags)
    return Finding(truth=truth, evidence=_evidence(entries), flags=flags)


def _unknown(missing: tuple[str, ...], entries: Sequence[Entry], reason: str | None = None) -> Finding:
    flags = tuple(flag for entry in entries for flag in entry.flags)
    return Finding(truth="unknown", missing=missing, reason=reason, evidence=_evidence(entries), flags=flags)
