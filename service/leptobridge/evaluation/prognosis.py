"""Prognostic models that a chart's facts allow (clinical.md 9.2, 9.3)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, Entry, PerformanceStatus
from leptobridge.clinical.calendar import add_months
from leptobridge.evaluation.classification import Classification, primary_of
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, stated_inputs
from leptobridge.evaluation.timeline import begun, latest, until

#: Metastases that are no extracranial disease.
_INTRACRANIAL = frozenset({"brain", "leptomeninges", "dura"})
_HISTOLOGIES = {"adenocarcinoma": "adenocarcinoma", "squamous": "squamous", "large_cell": "other"}


def answer_prognosis(chart: Chart, classification: Classification | None, on: date) -> Iterator[RuleAnswer]:
    """Lung-molGPA where a lung cancer has brain metastases; LM molGPA where it has LM."""
    if primary_of(chart) != "lung_cancer":
        return
    lungs = [cancer for cancer in begun(chart.primaries, on) if cancer.primary == "lung_cancer"]
    histologies = {cancer.histology for cancer in lungs if cancer.histology}
    metastases = begun(chart.metastases, on)
    stated, statements = stated_inputs(chart, "lung_molgpa", on)
    karnofsky = _karnofsky(chart, on)
    gene, variants = _gene_status(chart, on)
    extracranial = [metastasis for metastasis in metastases if metastasis.code not in _INTRACRANIAL]
    shared: dict[str, Any] = {
        "kps": karnofsky.value if karnofsky is not None else None,
        "extracranial_metastases": "present" if extracranial else None,
    }
    evidence = [*lungs, *metastases, *statements, *([karnofsky] if karnofsky is not None else []), *variants]
    has_brain = any(metastasis.code == "brain" for metastasis in metastases) or "brain_metastases" in stated
    if has_brain and "sclc" not in histologies:
        derived = shared | {
            "histology": _HISTOLOGIES.get(next(iter(histologies))) if len(histologies) == 1 else None,
            "age_years": _age(chart, on),
            "gene_status": gene,
        }
        yield answer_rule("lung_molgpa", derived | stated, evidence, effective=on, recheck_on=_next_birthday(chart, on))
    if classification is not None and classification.result.outputs.get("type") is not None:
        in_words = {"egfr_positive": "positive", "alk_positive": "positive", "negative": "negative"}
        derived = shared | {"gene": in_words.get(gene or "")}
        stated, statements = stated_inputs(chart, "lm_molgpa", on)
        yield answer_rule("lm_molgpa", derived | stated, [*evidence, *statements], effective=on)


def _karnofsky(chart: Chart, on: date) -> PerformanceStatus | None:
    return latest(until((entry for entry in chart.performance if entry.scale == "kps"), on))


def _age(chart: Chart, on: date) -> int | None:
    """Completed years, if both ends of a partial birth date give the same (R-17)."""
    birth = chart.demographics.birth_date
    if birth is None:
        return None
    ages = {_years(day, on) for day in (birth.first, birth.last)}
    return ages.pop() if len(ages) == 1 else None


def _next_birthday(chart: Chart, on: date) -> date | None:
    birth = chart.demographics.birth_date
    return add_months(birth.first, 12 * (_years(birth.first, on) + 1)) if birth is not None else None


def _years(birth: date, on: date) -> int:
    years = on.year - birth.year
    return years if add_months(birth, 12 * years) <= on else years - 1


def _gene_status(chart: Chart, on: date) -> tuple[str | None, list[Entry]]:
    """EGFR or ALK positive; negative only if both were tested and not found."""
    found: dict[str, bool] = {}
    used: list[Entry] = []
    for variant in until(chart.variants, on):
        if variant.gene in ("EGFR", "ALK") and variant.present is not None:
            found[variant.gene] = found.get(variant.gene, False) or variant.present
            used.append(variant)
    if found.get("EGFR"):
        return "egfr_positive", used
    if found.get("ALK"):
        return "alk_positive", used
    return ("negative" if set(found) == {"EGFR", "ALK"} else None), used
