"""LM as the chart shows it to a trial: examinations, cytology per policy, a refutation (2.6, R-08, exchange.md 2)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from leptobridge.chart.chart import CsfSample, Entry, LmDiagnosis, MriExamination
from leptobridge.clinical.cytology import CLASSES, CytologyPolicy, cytology_class
from leptobridge.clinical.inputs import CsfCytology
from leptobridge.trials.case import Case, first_day, last_day, latest, settled, unsettled
from leptobridge.trials.verdict import Truth

EntryType = TypeVar("EntryType", bound=Entry)

#: Classes of ``mri_lm`` that are leptomeningeal disease on imaging (14.1), and those that are none.
LM_ON_IMAGING: frozenset[str] = frozenset(("A", "B", "C", "present"))
NO_LM_ON_IMAGING: frozenset[str] = frozenset(("D", "D_hydrocephalus", "D_normal"))

_CARD_PATTERNS = ("brain_nodules", "brain_linear", "spine_nodules", "spine_linear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """The clinician's refuted status on the reference date.

    ``ends_lm`` is false where evidence of LM came after it; then only what was examined after ``until`` counts.
    ``certain`` is false where partial or rival dates leave open whether it is the latest statement (R-17).
    ``recheck_on`` is the first later day on which the dates alone could change any of this.
    """

    entry: LmDiagnosis | None
    until: date
    ends_lm: bool
    certain: bool = True
    recheck_on: date | None = None


def find_refutation(case: Case) -> Refutation | None:
    """The refutation that the latest LM statement makes or may make, or that the classification found."""
    statements = [entry for entry in case.chart.lm_diagnoses if entry.status != "history"]
    if case.classification is not None and case.classification.value == "refuted":
        entry = next((entry for entry in latest(statements, case.on) if entry.status == "refuted"), None)
        return Refutation(entry=entry, until=last_day(entry, case.on) if entry else case.on, ends_lm=True)
    coming = unsettled(statements, case.on)
    rivals = [*latest(statements, case.on), *coming]
    refuted = [entry for entry in rivals if entry.status == "refuted"]
    if not refuted:
        return None
    until = max(last_day(entry, case.on) for entry in refuted)
    later = _evidence_after(case, until)
    days = [last_day(entry, case.on) for entry in (*coming, *unsettled(later, case.on))]
    return Refutation(
        entry=refuted[0],
        until=until,
        ends_lm=not settled(later, case.on),
        certain=len(refuted) == len(rivals) and not (coming and len(rivals) == len(coming)),
        recheck_on=min(days, default=None),
    )


def examined_after(entries: tuple[EntryType, ...], refutation: Refutation | None) -> tuple[EntryType, ...]:
    """The entries that still count: all of them, or those that are wholly after the refutation."""
    if refutation is None or not refutation.certain:
        return entries
    return tuple(entry for entry in entries if first_day(entry) > refutation.until)


def cytology_classes(sample: CsfSample, policy: CytologyPolicy) -> tuple[CsfCytology, ...]:
    """Every class that the sample can have under the policy (2.6); empty where no cytology was reported.

    ``equivocal`` without the raw word is tried as both words that it may stand for (exchange.md 3).
    """
    words = ("suspicious", "atypical") if sample.cytology == "equivocal" else (sample.cytology or "",)
    known = [cytology_class(word, sample.volume_ml, policy) for word in words if word in CLASSES]
    return tuple(dict.fromkeys(known))


def read_mri(examination: MriExamination) -> Truth:
    """Whether one examination shows LM, by the reader's class, else by its scorecard (exchange.md 4, 2.2)."""
    if examination.lm_class in LM_ON_IMAGING:
        return "met"
    if examination.lm_class in NO_LM_ON_IMAGING:
        return "not_met"
    if examination.lm_class is not None or not examination.has_card:
        return "unknown"
    presences = [_presence(examination, item) for item in _CARD_PATTERNS]
    if "present" in presences:
        return "met"
    partly_imaged = examination.brain_imaged is False or examination.spine_imaged is False
    return "not_met" if not partly_imaged and set(presences) <= {"absent", "equivocal"} else "unknown"


def _presence(examination: MriExamination, item: str) -> str | None:
    card_item = examination.items.get(item)
    if card_item is not None and card_item.presence is not None:
        return card_item.presence
    graded_not_evaluable = card_item is not None and card_item.change == "NE"
    return "absent" if examination.form_complete and not graded_not_evaluable else None


def _evidence_after(case: Case, until: date) -> list[Entry]:
    """Positive cytology or tissue, or LM on imaging, after the refutation: the case is classified anew."""
    chart = case.chart
    positive: tuple[Entry, ...] = (
        *(sample for sample in chart.csf_samples if sample.cytology == "positive"),
        *(tissue for tissue in chart.biopsies if tissue.tissue == "meningeal" and tissue.result == "positive"),
        *(scan for scan in chart.mri_examinations if read_mri(scan) == "met"),
    )
    return [entry for entry in positive if first_day(entry) > until]
