"""What stands beside the classification: quality of the MRI, and the intrathecal question (clinical.md 1.1, 2.1)."""

from collections.abc import Iterator
from datetime import date

from leptobridge.chart.chart import Chart
from leptobridge.evaluation.classification import Classification
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule
from leptobridge.evaluation.timeline import day_of, until


def answer_diagnosis_support(chart: Chart, classification: Classification | None, on: date) -> Iterator[RuleAnswer]:
    """The quality flags of every MRI whose technique is on record; IT-IND where the classification has a type."""
    for examination in until(chart.mri_examinations, on):
        if examination.technique:
            day = day_of(examination)
            yield answer_rule("mri_qa", examination.technique, (examination,), effective=day, time_point=day)
    if classification is None:
        return
    outputs = classification.result.outputs
    if outputs.get("type") is not None:
        inputs = {name: outputs.get(name) for name in ("type", "letter", "provisional")}
        yield answer_rule("it_ind", inputs, classification.entries, effective=on)
