"""Putting a chart to any rule set: its inputs as JSON, its answer with the entries that it rests on.

What a reader stated goes before what is derived: a form of that rule set, then a statement under the input's own name
(exchange.md 0: input ``brain_linear`` is ``O#brain-linear``), then what the chart's entries say.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from leptobridge.chart.chart import Chart, Entry, ReaderForm
from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.result import Result
from leptobridge.clinical.system import InvalidInputsError
from leptobridge.evaluation.timeline import latest, until

#: Values that conclude nothing about a patient; they are listed with what is lacking and not written back.
INCONCLUSIVE = frozenset({"not_evaluable", "NE", "not_applicable", "not_supported", "invalid_input"})
#: What a statement's yes and no mean where an input has other words for them.
_YES_NO_WORDS = (("yes", "no"), ("present", "absent"), ("positive", "negative"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """What a rule set says of a chart on ``effective``.

    ``time_point`` is set where there is one answer per examination, ``topic`` where several answers of one rule set
    stand side by side (a second sample of one day, a follow-up context). ``entries`` are the evidence;
    ``recheck_on`` is the first later day on which the answer changes by itself.
    """

    system: str
    effective: date
    result: Result
    entries: tuple[Entry, ...]
    time_point: date | None = None
    topic: str | None = None
    recheck_on: date | None = None

    @property
    def is_conclusive(self) -> bool:
        """Whether the answer says something about the patient."""
        return self.result.value not in INCONCLUSIVE


def answer_rule(
    system: str,
    inputs: Mapping[str, Any],
    entries: Iterable[Entry | None],
    *,
    effective: date,
    time_point: date | None = None,
    topic: str | None = None,
    recheck_on: date | None = None,
) -> RuleAnswer:
    """The answer of a rule set to ``inputs``; those that are ``None`` are unknown.

    Inputs that the rule set cannot read (a reader's form with a stranger's word) make it ``invalid_input`` with the
    names of the fields.
    """
    rule_set = SYSTEMS[system]
    known = {name: value for name, value in inputs.items() if value is not None}
    try:
        result = rule_set.evaluate(json.dumps(known, default=_to_json).encode())
    except InvalidInputsError as error:
        fields = tuple(dict.fromkeys(fault.path.split("[")[0].split(".")[0] for fault in error.faults))
        result = Result("invalid_input", "G11", rule_set.version, reason="inputs_not_understood", missing=fields)
    return RuleAnswer(
        system=system,
        effective=effective,
        result=result,
        entries=tuple(entry for entry in entries if entry is not None),
        time_point=time_point,
        topic=topic,
        recheck_on=recheck_on,
    )


def with_topic(answer: RuleAnswer, name: str) -> RuleAnswer:
    """The answer with its topic among the outputs, under the name of the input that it was."""
    outputs = {name: answer.topic, **answer.result.outputs}
    return replace(answer, result=replace(answer.result, outputs=outputs))


def _to_json(value: object) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            # The rule sets read numbers by their shortest text, which a float of this size keeps.
            return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def form_inputs(form: ReaderForm) -> dict[str, Any]:
    """The inputs of a rule set that a reader filled in; repeated components are an array where the rule takes one."""
    properties = _properties(form.system)
    inputs: dict[str, Any] = {}
    for name, values in form.items.items():
        if name in properties:
            worded = [_in_words_of(properties[name], value) for value in values]
            inputs[name] = worded if _is_array(properties[name]) else worded[-1] if worded else None
    return inputs


def stated_inputs(chart: Chart, system: str, on: date) -> tuple[dict[str, Any], list[Entry]]:
    """The latest statements under the names of a rule set's inputs, and the entries that state them."""
    properties = _properties(system)
    inputs: dict[str, Any] = {}
    entries: list[Entry] = []
    for name, schema in properties.items():
        statement = latest(until((s for s in chart.statements if s.code == name), on))
        if statement is not None and statement.value is not None:
            value = _in_words_of(schema, statement.value)
            inputs[name] = [value] if _is_array(schema) else value
            entries.append(statement)
    return inputs, entries


def _in_words_of(schema: Mapping[str, Any], value: Any) -> Any:
    """Yes and no as the input has them: a boolean, or its own pair of words."""
    if isinstance(value, bool):
        words = _enumeration(schema)
        return next((pair[0] if value else pair[1] for pair in _YES_NO_WORDS if set(pair) <= words), value)
    if value in ("yes", "no") and any(option.get("type") == "boolean" for option in _alternatives(schema)):
        return value == "yes"
    return value


@cache
def _properties(system: str) -> Mapping[str, Any]:
    schema = SYSTEMS[system].input_schema()
    properties: Mapping[str, Any] = schema["properties"]
    return properties


def _alternatives(schema: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    alternatives: Iterable[Mapping[str, Any]] = schema.get("anyOf", (schema,))
    return alternatives


def _is_array(schema: Mapping[str, Any]) -> bool:
    return any(option.get("type") == "array" for option in _alternatives(schema))


def _enumeration(schema: Mapping[str, Any]) -> set[object]:
    return {word for option in _alternatives(schema) for word in option.get("enum", ())}
