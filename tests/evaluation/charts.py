"""Building blocks of story charts: dated entries without the noise of sources."""

from datetime import date
from decimal import Decimal
from typing import Any

from leptobridge.chart.chart import (
    CardItem,
    CodedAnswer,
    CsfSample,
    MriExamination,
    NeurologicalExamination,
    PrimaryCancer,
    Therapy,
)
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Source

PRESENCE = {1: "present", 0: "absent", None: "not_evaluable", "e": "equivocal"}
ITEMS = ("brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear")


def at(text: str) -> ClinicalTime:
    """A clinical time of a day, or of a month (2026-03)."""
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        return ClinicalTime(text, date(year, month, 1), date.fromordinal(last))
    return ClinicalTime(text, date.fromisoformat(text), date.fromisoformat(text))


def evidence(kind: str, text: str) -> tuple[Source, ...]:
    return (Source(f"Observation/{kind}-{text}", 1),)


def card(day: str, *grades: Any, **changes: Any) -> MriExamination:
    """A scorecard: five grades in the order of the form (1, 0, None = NE, 'e' = equivocal, '' = not named)."""
    items = {}
    options = {key: changes.pop(key) for key in list(changes) if key not in ITEMS}
    for item, grade in zip(ITEMS, grades, strict=False):
        if grade != "" or item in changes:
            items[item] = CardItem(presence=PRESENCE[grade] if grade != "" else None, change=changes.get(item))  # type: ignore[arg-type]
    options.setdefault("brain_imaged", True)
    options.setdefault("spine_imaged", True)
    return MriExamination(time=at(day), items=items, evidence=evidence("card", day), **options)


def sample(day: str, cytology: str | None, **more: Any) -> CsfSample:
    """An adequate lumbar sample unless told otherwise."""
    defaults: dict[str, Any] = {"site": "lumbar", "volume_ml": Decimal(11), "processed_min": Decimal(20)}
    return CsfSample(time=at(day), cytology=cytology, evidence=evidence("csf", day), **{**defaults, **more})


def examination(day: str, **more: Any) -> NeurologicalExamination:
    """A neurological examination: domains as keywords, everything else normal."""
    options = {
        key: more.pop(key)
        for key in list(more)
        if key in ("other_domains_normal", "clinician_neuro", "attribution", "explained_by_other_cause")
    }
    options.setdefault("other_domains_normal", True)
    return NeurologicalExamination(time=at(day), levels=more, evidence=evidence("neuro", day), **options)


def clinical(day: str, value: str) -> CodedAnswer:
    return CodedAnswer(time=at(day), value=value, evidence=evidence("clinical", day))


def cancer(day: str = "2024-02-01", primary: str = "lung_cancer") -> PrimaryCancer:
    return PrimaryCancer(time=at(day), primary=primary, evidence=(Source("Condition/primary", 1),))


def intrathecal(day: str, name: str = "pemetrexed") -> Therapy:
    return Therapy(
        kind="drug", name=name, anticancer=True, route="intrathecal", time=at(day), evidence=evidence("it", day)
    )
