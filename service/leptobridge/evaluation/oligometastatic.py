"""Oligometastatic state and the recommendation for it, from the form that a reader filled (clinical.md 10)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, Entry
from leptobridge.evaluation.classification import Classification
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, form_inputs, stated_inputs
from leptobridge.evaluation.timeline import day_of, latest, until

#: Certainty of LM -> input ``lm`` of the gate (10.2, R-15); what is not evaluable stays unknown.
_LM = {
    "confirmed": "confirmed",
    "probable": "probable",
    "possible": "possible",
    "lack_of_evidence": "none",
    "refuted": "none",
}


def answer_oligometastatic(chart: Chart, classification: Classification | None, on: date) -> Iterator[RuleAnswer]:
    """The state as of the latest form, and the recommendation where the state is one of the nine."""
    form = latest(until((f for f in chart.reader_forms if f.system == "oligometastatic_state"), on))
    if form is None:
        return
    first_cancer = _first_exact(chart.primaries, on)
    first_metastasis = _first_exact(chart.metastases, on)
    derived: dict[str, Any] = {
        "lm": "not_examined" if classification is None else _LM.get(str(classification.result.value)),
        "primary_diagnosis_date": day_of(first_cancer) if first_cancer is not None else None,
        "oligometastasis_diagnosis_date": day_of(first_metastasis) if first_metastasis is not None else day_of(form),
    }
    filled = form_inputs(form)
    state = answer_rule("oligometastatic_state", derived | filled, (form, first_cancer, first_metastasis), effective=on)
    yield state
    if not isinstance(state.result.outputs.get("state"), int):
        return
    stated, entries = stated_inputs(chart, "local_therapy_recommendation", on)
    inputs = {"state": state.result.outputs["state"], "metastases": filled.get("metastases")} | stated
    yield answer_rule("local_therapy_recommendation", inputs, (form, *entries), effective=on)


def _first_exact(entries: tuple[Any, ...], on: date) -> Entry | None:
    exact: list[Entry] = [entry for entry in until(entries, on) if entry.time is not None and entry.time.is_exact]
    return min(exact, key=day_of, default=None)
