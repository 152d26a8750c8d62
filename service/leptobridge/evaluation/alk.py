"""ALK-positive lung cancer: inhibitors so far, reported sensitivity, pattern of progression (clinical.md 13, R-14)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, Therapy, Variant
from leptobridge.evaluation.classification import primary_of
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, stated_inputs
from leptobridge.evaluation.timeline import begun, day_of, latest, until

#: A substitution or insertion in one-letter protein notation: a kinase variant, unlike a rearrangement.
_PROTEIN_CHANGE = re.compile(r"[A-Z]\d+([A-Z]|ins|del|dup)")
_SAMPLES = {"csf": "csf", "blood": "plasma", "tissue": "tissue"}


def answer_alk(chart: Chart, on: date) -> Iterator[RuleAnswer]:
    """Where a lung cancer has an ALK finding: generations of its inhibitors, ALK-Q, and PD-ALK if it is asked."""
    alk = [variant for variant in until(chart.variants, on) if variant.gene == "ALK"]
    if primary_of(chart) != "lung_cancer" or not any(variant.present for variant in alk):
        return
    inhibitors = [therapy for therapy in until(chart.therapies, on) if _is_given_inhibitor(therapy)]
    names = list(dict.fromkeys(str(therapy.name) for therapy in inhibitors))
    if names:
        yield answer_rule("alk_tki_generation", {"drugs": names}, inhibitors, effective=on)
    kinase, sample, evidence = _kinase_variants(chart, alk, on)
    findings, found = _other_findings(chart, on)
    progressed = [str(therapy.name) for therapy in inhibitors if therapy.reason_for_stop == "progression"]
    inputs: dict[str, Any] = {
        "variants": kinase,
        "other_findings": findings,
        "progressed_on": list(dict.fromkeys(progressed)),
        "sample_type": _SAMPLES.get(sample.specimen or "") if sample is not None else None,
        "sample_date": day_of(sample) if sample is not None and sample.time and sample.time.is_exact else None,
    }
    stated, statements = stated_inputs(chart, "alk_q", on)
    yield answer_rule("alk_q", inputs | stated, (*evidence, *found, *inhibitors, *statements), effective=on)
    yield from _pattern(chart, inhibitors, kinase, findings, on)


def _is_given_inhibitor(therapy: Therapy) -> bool:
    return therapy.drug_class == "alk_tki" and therapy.name is not None and not therapy.ordered_only


def _kinase_variants(
    chart: Chart, alk: list[Variant], on: date
) -> tuple[list[str] | None, Variant | None, tuple[Any, ...]]:
    """The variants of the latest sample that shows any; none at all is "none found" only if ALK was studied (R-14)."""
    changes = [v for v in alk if v.present and v.alteration and _PROTEIN_CHANGE.match(v.alteration)]
    newest = latest(changes)
    if newest is not None:
        same = [variant for variant in changes if variant.time == newest.time]
        return list(dict.fromkeys(str(variant.alteration) for variant in same)), newest, tuple(same)
    studied = [tested for tested in until(chart.genes_tested, on) if tested.value == "ALK"]
    if studied:
        return [], None, (*alk, *studied)
    return None, None, tuple(alk)


def _other_findings(chart: Chart, on: date) -> tuple[list[str], tuple[Any, ...]]:
    variants = [variant for variant in until(chart.variants, on) if variant.present]
    met = [variant for variant in variants if variant.gene == "MET" and variant.alteration == "amplification"]
    egfr = [variant for variant in variants if variant.gene == "EGFR"]
    small = [cancer for cancer in begun(chart.primaries, on) if cancer.histology == "sclc"]
    named = (("met_amplification", met), ("egfr_mutation", egfr), ("small_cell_transformation", small))
    return [name for name, entries in named if entries], (*met, *egfr, *small)


def _pattern(
    chart: Chart, inhibitors: list[Therapy], kinase: list[str] | None, findings: list[str], on: date
) -> Iterator[RuleAnswer]:
    """PD-ALK needs a reader's count of progressing lesions, or new LM; without either nobody asked."""
    stated, statements = stated_inputs(chart, "pd_alk", on)
    if not stated.keys() & {"progressing_lesions", "new_lm"}:
        return
    current = [therapy for therapy in inhibitors if therapy.ongoing is not False]
    inputs: dict[str, Any] = {
        "current_tki": current[-1].name if current else None,
        "variants": kinase,
        "other_findings": findings,
    }
    yield answer_rule("pd_alk", inputs | stated, (*statements, *current[-1:]), effective=on)
