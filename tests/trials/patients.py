"""Patients with a story, as charts: complete ones, from which a test takes away or changes what it is about.

Hanna Keller has breast cancer with LM on imaging and in CSF; she is 52 and everything that the trials ask of her is on
record. The reference date of all tests is 2026-03-20.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from leptobridge.chart.chart import (
    Chart,
    CodedAnswer,
    CsfSample,
    Demographics,
    LmDiagnosis,
    Measurement,
    MriExamination,
    PerformanceStatus,
    PrimaryCancer,
    Statement,
)
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import FactValue, Source
from leptobridge.clinical.result import Result
from leptobridge.trials.definition import Trial
from leptobridge.trials.evaluation import judge
from leptobridge.trials.library_files import library
from leptobridge.trials.verdict import CriterionVerdict, TrialVerdict

TODAY = date(2026, 3, 20)

PCSI = "NCT04343573"
PEMBROLIZUMAB = "NCT02886585"
RADIATE = "NCT06500481"


def trial(registry_id: str) -> Trial:
    return next(item for item in library() if item.id == registry_id)


def on_day(day: date | str) -> ClinicalTime:
    first = date.fromisoformat(day) if isinstance(day, str) else day
    return ClinicalTime(text=first.isoformat(), first=first, last=first)


def in_month(year: int, month: int) -> ClinicalTime:
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return ClinicalTime(text=f"{year}-{month:02}", first=first, last=last)


def in_year(year: int) -> ClinicalTime:
    return ClinicalTime(text=str(year), first=date(year, 1, 1), last=date(year, 12, 31))


def evidence(name: str) -> tuple[Source, ...]:
    return (Source(reference=f"Observation/{name}", version=1),)


def statement(code: str, value: FactValue, **more: Any) -> Statement:
    more.setdefault("time", on_day("2026-03-15"))
    return Statement(code=code, value=value, evidence=evidence(code), **more)


def blood(code: str, value: str, unit: str, *, days_old: int = 3) -> Measurement:
    return Measurement(
        code=code,
        value=Decimal(value),
        unit=unit,
        time=on_day(TODAY - timedelta(days=days_old)),
        evidence=evidence(code),
    )


def performance(scale: Any, value: int | None, day: str = "2026-03-10") -> PerformanceStatus:
    return PerformanceStatus(scale=scale, value=value, time=on_day(day), evidence=evidence(scale))


def cytology(word: str | None, day: str = "2026-03-02", **more: Any) -> CsfSample:
    return CsfSample(cytology=word, time=on_day(day), evidence=evidence(f"cytology-{word}"), **more)


def mri(lm_class: str | None, day: str = "2026-03-01", **more: Any) -> MriExamination:
    return MriExamination(lm_class=lm_class, time=on_day(day), evidence=evidence("mri"), **more)


def clinical(value: str | None, day: str = "2026-03-01") -> CodedAnswer:
    return CodedAnswer(value=value, time=on_day(day), evidence=evidence("clinical"))


def primary(name: str, histology: str | None = None) -> PrimaryCancer:
    return PrimaryCancer(
        primary=name, histology=histology, time=on_day("2022-05-04"), evidence=(Source("Condition/primary", 1),)
    )


def lm(status: Any = "active", day: str = "2026-03-03", **more: Any) -> LmDiagnosis:
    return LmDiagnosis(status=status, time=on_day(day), evidence=(Source("Condition/lm", 1),), **more)


STATEMENTS: Mapping[str, FactValue] = {
    "candidate_for_radiotherapy": True,
    "informed_consent": True,
    "severe_neurological_deficit": False,
    "encephalopathy": False,
    "uncontrolled_systemic_disease_without_options": False,
    "prior_radiotherapy_prevents_csi": False,
    "pregnant": False,
    "newly_diagnosed_lm": True,
    "life_expectancy_weeks": 12,
}
COUNTS = (
    blood("haemoglobin", "11.2", "g/dL"),
    blood("neutrophils", "3200", "/uL"),
    blood("platelets", "210000", "/uL"),
)

HANNA_KELLER = Chart(
    on=TODAY,
    demographics=Demographics(birth_date=on_day("1973-08-11"), sex="female", evidence=(Source("Patient/keller", 1),)),
    primaries=(primary("breast_cancer"),),
    lm_diagnoses=(lm(),),
    csf_samples=(cytology("positive"),),
    mri_examinations=(mri("A"),),
    clinical_lm=(clinical("typical"),),
    performance=(performance("kps", 70),),
    measurements=COUNTS,
    statements=tuple(statement(code, value) for code, value in STATEMENTS.items()),
)


def with_statement(chart: Chart, code: str, *statements: Statement) -> Chart:
    """The chart with these statements of ``code`` in place of its own; none = taken away."""
    kept = tuple(entry for entry in chart.statements if entry.code != code)
    return replace(chart, statements=(*kept, *statements))


def with_counts(chart: Chart, *, days_old: int) -> Chart:
    counts = tuple(replace(count, time=on_day(TODAY - timedelta(days=days_old))) for count in COUNTS)
    return replace(chart, measurements=counts)


def classified(
    value: str = "confirmed", rule: str = "EE1", mri_class: str | None = "A", **outputs: str | None
) -> Result:
    """What the classification of LM says, as far as trials read it."""
    return Result(
        value=value,
        rule=rule,
        criteria_version="eano-esmo-2023",
        outputs={"mri_class": mri_class, **outputs} if mri_class else dict(outputs),
    )


def verdict_on(registry_id: str, chart: Chart, classification: Result | None = None, on: date = TODAY) -> TrialVerdict:
    return judge(trial(registry_id), chart, classification, on)


def criterion(verdict: TrialVerdict, name: str) -> CriterionVerdict:
    return next(item for item in verdict.criteria if item.criterion == name)
