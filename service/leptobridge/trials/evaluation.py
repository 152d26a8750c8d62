"""Judging one trial for one chart on one day (G8, R-08, R-13; section 14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from leptobridge.chart.chart import Chart, Entry
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.clinical.calendar import days_between
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.trials.case import DATE_PRECISION, Case, last_day, unsettled
from leptobridge.trials.definition import Criterion, Event, Trial
from leptobridge.trials.lm_status import Refutation, find_refutation
from leptobridge.trials.logic import agree, first_change, truth_of_all
from leptobridge.trials.verdict import (
    CriterionVerdict,
    Eligibility,
    Finding,
    TrialVerdict,
    Truth,
    in_order,
)

_ELIGIBILITY: dict[Truth, Eligibility] = {
    "met": "eligible",
    "not_met": "ineligible",
    "unknown": "indeterminate",
}

PROTOCOL_VIOLATION = "protocol_violation"
LM_REFUTED = "lm_refuted"


def judge(trial: Trial, chart: Chart, classification: Result | None, on: date) -> TrialVerdict:
    """The verdict on ``trial`` for what ``chart`` holds up to ``on``.

    ``classification`` is the EANO-ESMO result for ``on``, ``None`` where nothing points to LM. Pure: the same
    arguments give the same verdict, in whatever order the entries of the chart stand.
    """
    case = Case(trial=trial.id, chart=chart, classification=classification, on=on)
    findings = _findings(trial, case)
    criteria = tuple(
        _criterion_verdict(criterion, finding, case)
        for criterion, finding in zip(trial.criteria, findings, strict=True)
    )
    eligibility = _eligibility(criteria)
    arm, arm_missing = (None, ()) if eligibility == "ineligible" else _choose_arm(trial, case)
    unverified = any(criterion.evidence != "source" for criterion in trial.criteria)
    warnings = in_order(
        [
            *((CRITERIA_NOT_VERIFIED,) if unverified else ()),
            *(name for criterion in criteria for name in criterion.warnings),
        ]
    )
    coming = _coming_days(chart, on)
    changes = [criterion.valid_until for criterion in criteria if criterion.valid_until]
    decided = _verdict_changes(trial, case, findings)
    return TrialVerdict(
        trial=trial.id,
        version=trial.version,
        eligibility=eligibility,
        clinical_eligibility=_eligibility([item for item in criteria if item.category == "clinical"]),
        disease=next(
            item.verdict for item, criterion in zip(criteria, trial.criteria, strict=True) if criterion.disease
        ),
        criteria=criteria,
        arm=arm,
        arm_missing=arm_missing,
        failed=tuple(item.criterion for item in criteria if item.verdict == "not_met"),
        missing=_most_settling(criteria) if eligibility == "indeterminate" else (),
        warnings=warnings,
        flags=(PROTOCOL_VIOLATION,) if _breaks_a_window(trial, case) else (),
        fact_flags=in_order(flag for criterion in criteria for flag in criterion.flags),
        evidence=in_order(source for criterion in criteria for source in criterion.evidence),
        valid_until=min([*coming, *([decided] if decided else [])], default=None),
        next_change=min([*coming, *changes], default=None),
    )


def find_criterion_truth(criterion: Criterion, case: Case) -> Finding:
    """What the chart says of one criterion: a refuted LM fails it, a male patient passes what concerns women."""
    if criterion.needs_lm:
        refutation = find_refutation(case)
        if refutation is not None and refutation.ends_lm:
            return _judge_refuted(criterion, refutation, case)
    demographics = case.chart.demographics
    if criterion.concerns_women and demographics.sex == "male":
        return Finding(truth="met", evidence=demographics.evidence)
    finding = criterion.when.answer(case)
    if criterion.concerns_women and finding.truth == "unknown" and demographics.sex in (None, "unknown"):
        return replace(finding, missing=in_order([*finding.missing, "sex"]))
    return finding


def _judge_refuted(criterion: Criterion, refutation: Refutation, case: Case) -> Finding:
    """A criterion that needs LM fails; where the date leaves the refutation open, both readings have to agree."""
    entry = refutation.entry
    failed = Finding(
        truth="not_met",
        reason=LM_REFUTED,
        evidence=entry.evidence if entry else (),
        flags=entry.flags if entry else (),
        recheck_on=refutation.recheck_on,
    )
    if refutation.certain:
        return failed
    answer = agree([criterion.when.answer(case), failed], DATE_PRECISION)
    return replace(answer, missing=answer.missing or ("lm-diagnosis",)) if answer.truth == "unknown" else answer


def _findings(trial: Trial, case: Case) -> list[Finding]:
    return [find_criterion_truth(criterion, case) for criterion in trial.criteria]


def _criterion_verdict(criterion: Criterion, finding: Finding, case: Case) -> CriterionVerdict:
    changes_on = first_change(
        lambda day: find_criterion_truth(criterion, replace(case, on=day)),
        lambda later: later.recheck_on,
        lambda later: (later.truth, later.missing, later.reason),
        finding,
    )
    warnings = (*((CRITERIA_NOT_VERIFIED,) if criterion.evidence != "source" else ()), *finding.warnings)
    return CriterionVerdict(
        criterion=criterion.id,
        category=criterion.category,
        verdict=finding.truth,
        missing=in_order(finding.missing),
        reason=finding.reason,
        evidence=in_order(finding.evidence),
        warnings=in_order(warnings),
        valid_until=changes_on,
        text=criterion.text,
        flags=in_order(finding.flags),
    )


def _eligibility(criteria: Sequence[CriterionVerdict]) -> Eligibility:
    return _ELIGIBILITY[truth_of_all([criterion.verdict for criterion in criteria])]


def _verdict_changes(trial: Trial, case: Case, findings: list[Finding]) -> date | None:
    """The first day on which the full or the clinical verdict changes although no fact is added."""

    def answer(found: list[Finding]) -> tuple[Truth, Truth]:
        clinical = [
            finding.truth
            for finding, criterion in zip(found, trial.criteria, strict=True)
            if criterion.category == "clinical"
        ]
        return truth_of_all([finding.truth for finding in found]), truth_of_all(clinical)

    return first_change(
        lambda day: _findings(trial, replace(case, on=day)),
        lambda found: min((finding.recheck_on for finding in found if finding.recheck_on), default=None),
        answer,
        findings,
    )


def _coming_days(chart: Chart, on: date) -> list[date]:
    """Days on which a fact begins to count: a future one, or an LM finding whose partial date is over by then.

    Such a finding reaches a trial through the classification, which has to be made anew for that day.
    """
    findings: tuple[Entry, ...] = (
        *chart.csf_samples,
        *chart.mri_examinations,
        *chart.clinical_lm,
        *chart.biopsies,
        *chart.lm_diagnoses,
    )
    partial = [last_day(entry, on) for entry in unsettled(findings, on)]
    return [day for day in (*chart.future_days, *partial) if day > on]


def _choose_arm(trial: Trial, case: Case) -> tuple[str | None, tuple[str, ...]]:
    """The first arm whose condition is met; none, and what is missing, if one before it is unknown."""
    for arm in trial.arms:
        if arm.when is None:
            return arm.code, ()
        finding = arm.when.answer(case)
        if finding.truth == "met":
            return arm.code, ()
        if finding.truth == "unknown":
            return None, finding.missing
    return None, ()


def _most_settling(criteria: Sequence[CriterionVerdict]) -> tuple[str, ...]:
    """The missing facts, first those that alone settle most unknown criteria, then those that most of them name."""
    unknown = [criterion.missing for criterion in criteria if criterion.verdict == "unknown"]
    names = in_order(name for missing in unknown for name in missing)

    def rank(name: str) -> tuple[int, int]:
        alone = sum(missing == (name,) for missing in unknown)
        return -alone, -sum(name in missing for missing in unknown)

    return tuple(sorted(names, key=rank))


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Exact days of the events between which protocol windows run."""

    days: dict[Event, list[date]]

    def last(self, event: Event, until: date) -> date | None:
        return max((day for day in self.days[event] if day <= until), default=None)


def _breaks_a_window(trial: Trial, case: Case) -> bool:
    if not trial.protocol_windows:
        return False
    chart = case.chart
    enrolled = [entry.time for entry in chart.enrolments if entry.study == trial.id]
    timeline = _Timeline(
        {
            "enrolment": _exact_days(enrolled),
            "mri": _exact_days([entry.time for entry in chart.mri_examinations]),
            "drug_end": _exact_days([entry.end for entry in chart.therapies if entry.kind == "drug"]),
            "radiotherapy_end": _exact_days([entry.end for entry in chart.therapies if entry.kind == "radiotherapy"]),
        }
    )
    for window in trial.protocol_windows:
        end = timeline.last(window.end, case.on)
        start = timeline.last(window.start, end) if end else None
        if end and start and days_between(start, end) > window.at_most_days:
            return True
    return False


def _exact_days(times: Sequence[ClinicalTime | None]) -> list[date]:
    return [time.first for time in times if time and time.is_exact]
