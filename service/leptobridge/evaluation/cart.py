"""CNS lymphoma after CD19 CAR-T: risk factors, pattern of progression, CNS-PFS (clinical.md 12.1, R-16)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, Therapy
from leptobridge.evaluation.lm_imaging import read_lm_imaging
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, stated_inputs
from leptobridge.evaluation.timeline import after, day_of, latest, until

_PROGRESSION = frozenset({"PD", "worsened"})
_CNS = frozenset({"cns", "leptomeningeal"})
_LM_IMAGING = frozenset({"A", "B", "C", "present"})


def answer_cart(chart: Chart, on: date) -> Iterator[RuleAnswer]:
    """For whom a CAR-T infusion is on record: risk, pattern if progression was judged, and CNS-PFS."""
    infusions = [therapy for therapy in until(chart.therapies, on) if therapy.kind == "cart"]
    if not infusions:
        return
    infusion = infusions[-1]
    started = day_of(infusion)
    before = until(chart.mri_examinations, started)
    neuraxis = latest(e for e in before if e.has_card or e.lm_class is not None or (e.brain_imaged and e.spine_imaged))
    yield _risk(chart, infusion, neuraxis, on)
    stated, statements = stated_inputs(chart, "cart_pattern", on)
    if stated:
        derived = {"neuraxis_mri_before_infusion": True} if neuraxis is not None else {}
        yield answer_rule("cart_pattern", derived | stated, (infusion, *statements, neuraxis), effective=on)
    if infusion.time is not None and infusion.time.is_exact:
        yield _cns_pfs(chart, infusion, on)


def _risk(chart: Chart, infusion: Therapy, neuraxis: Any, on: date) -> RuleAnswer:
    """Peripheral enhancement is a reader's statement; leptomeningeal involvement also what MRI or CSF showed before."""
    started = day_of(infusion)
    positive = [s for s in until(chart.csf_samples, started) if "positive" in (s.cytology, s.flow)]
    involved = bool(positive) or (neuraxis is not None and read_lm_imaging(neuraxis).mri_lm in _LM_IMAGING)
    stated, statements = stated_inputs(chart, "cart_risk", on)
    derived = {"lmd": "yes" if involved else None}
    return answer_rule("cart_risk", derived | stated, (infusion, neuraxis, *positive, *statements), effective=on)


def _cns_pfs(chart: Chart, infusion: Therapy, on: date) -> RuleAnswer:
    started = day_of(infusion)
    statuses = [s for s in after(until(chart.disease_status, on), started) if s.compartment in _CNS]
    exact = [s for s in statuses if s.time is not None and s.time.is_exact]
    progressions = [status for status in exact if status.value in _PROGRESSION]
    scans = [e for e in after(until(chart.mri_examinations, on), started) if e.time is not None and e.time.is_exact]
    death = chart.demographics.death
    assessed = [day_of(entry) for entry in (*exact, *scans)]
    inputs = {
        "infusion_date": started,
        "first_cns_pd_date": day_of(progressions[0]) if progressions else None,
        "second_cns_pd_date": day_of(progressions[1]) if len(progressions) > 1 else None,
        "death_date": death.first if death is not None and death.is_exact and death.first <= on else None,
        "last_assessment_date": max(assessed, default=None),
    }
    return answer_rule("cns_pfs", inputs, (infusion, *statuses, *scans), effective=on)
