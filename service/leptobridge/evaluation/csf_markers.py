"""Tumour cells, flow cytometry and genotype in the CSF of a chart (clinical.md 9.4, 11.2, 11.4)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, CsfSample, Entry, Variant
from leptobridge.clinical.cytology import sample_class
from leptobridge.clinical.inputs import HAEMATOLOGICAL
from leptobridge.evaluation.classification import primary_of, rule_sample
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, stated_inputs
from leptobridge.evaluation.timeline import begun, day_of, until


def answer_csf_markers(chart: Chart, on: date) -> Iterator[RuleAnswer]:
    """One answer per sample with a count or, in haematological disease, with a flow report; one on the genotype."""
    primary = primary_of(chart)
    seen: dict[date, int] = {}
    for sample in until(chart.csf_samples, on):
        day = day_of(sample)
        seen[day] = seen.get(day, 0) + 1
        topic = str(seen[day]) if seen[day] > 1 else None
        evidence = (sample, *chart.primaries)
        if sample.ctc is not None:
            yield answer_rule(
                "csf_ctc", _ctc_inputs(sample, primary), evidence, effective=day, time_point=day, topic=topic
            )
        if primary in HAEMATOLOGICAL and sample.flow is not None:
            inputs = {"primary": primary, "flow": sample.flow, "csf_cytology": sample_class(rule_sample(sample))}
            inflamed, stated = _active_meningitis(chart, day)
            yield answer_rule(
                "csf_flow",
                inputs | {"active_meningitis": inflamed},
                (*evidence, *stated),
                effective=day,
                time_point=day,
                topic=topic,
            )
    yield from _genotype(chart, on)


def _ctc_inputs(sample: CsfSample, primary: str | None) -> dict[str, Any]:
    count = sample.ctc
    assert count is not None
    inputs = {
        "count_censored": count.censored,
        "primary": primary,
        "csf_cytology": sample_class(rule_sample(sample)),
    }
    if count.count is None and count.per_ml is not None:
        # A concentration is so many cells in so many millilitres: exactly its ratio.
        cells, millilitres = count.per_ml.as_integer_ratio()
        return inputs | {"count": cells, "volume_ml": millilitres}
    return inputs | {"count": count.count, "volume_ml": count.volume_ml}


def _active_meningitis(chart: Chart, day: date) -> tuple[bool | None, list[Entry]]:
    """Stated, or a diagnosis of meningitis that has not ended; nothing on record is unknown."""
    inputs, stated = stated_inputs(chart, "csf_flow", day)
    if "active_meningitis" in inputs:
        return bool(inputs["active_meningitis"]), stated
    found = [
        diagnosis
        for diagnosis in begun(chart.comorbidities, day)
        if diagnosis.code == "meningitis" and (diagnosis.end is None or diagnosis.end.first > day)
    ]
    return (True, list(found)) if found else (None, [])


def _genotype(chart: Chart, on: date) -> Iterator[RuleAnswer]:
    """EGFR in the CSF: the statements of 9.4 from every CSF variant up to the day."""
    variants = [variant for variant in until(chart.variants, on) if variant.specimen == "csf"]
    egfr = [variant for variant in variants if variant.gene == "EGFR"]
    if not egfr:
        return
    fgf3 = [variant for variant in variants if variant.gene == "FGF3"]
    inputs = {
        "egfr": _egfr(egfr),
        "t790m": _found(egfr, "T790M", ("positive", "negative")),
        "fgf3": None if not fgf3 else "altered" if any(v.present for v in fgf3) else "not_altered",
    }
    yield answer_rule("csf_genotype", inputs, (*egfr, *fgf3), effective=on)


def _egfr(variants: list[Variant]) -> str | None:
    present = {variant.alteration for variant in variants if variant.present} - {"T790M"}
    for alteration in ("exon_19_deletion", "L858R"):
        if alteration in present:
            return alteration
    return "other" if present else None


def _found(variants: list[Variant], alteration: str, words: tuple[str, str]) -> str | None:
    """The latest statement on one alteration, in the rule's words."""
    stated = [variant.present for variant in variants if variant.alteration == alteration]
    known = [present for present in stated if present is not None]
    return None if not known else words[0] if known[-1] else words[1]
