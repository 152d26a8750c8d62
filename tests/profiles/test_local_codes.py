"""Every local code that the service can read or emit is in the code systems, in English and Chinese."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leptobridge.chart.mappings import load_mappings, shipped_directory
from leptobridge.chart.observables import OBSERVABLES
from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.system import InvalidInputsError
from leptobridge.demo.patients import demo_patients
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.lacking import lacking_inputs
from leptobridge.evaluation.observation import build_observation
from leptobridge.evaluation.rule_answers import RuleAnswer
from leptobridge.fhir.vocabulary import FINDING, OBSERVABLE
from leptobridge.trials.fact_codes import BLOOD_UNITS, STATEMENT_CATEGORIES
from profiles.local_codes import Concept, findings, local_code, observables
from tests.clinical.rule_inputs import bodies

O_CODES = observables()
F_CODES = findings()
ADVICE = "add it to profiles/codes and run: make profiles CHECK="


def unknown(names: Iterator[str], known: dict[str, Concept]) -> set[str]:
    return {code for code in map(local_code, names) if code not in known}


def test_everything_that_is_read_by_a_local_code_is_an_observable_of_the_code_system() -> None:
    read = {*OBSERVABLES, *STATEMENT_CATEGORIES, *BLOOD_UNITS}
    assert not unknown(iter(read), O_CODES), ADVICE


def test_every_answer_that_is_read_is_a_finding_of_the_code_system() -> None:
    assert not unknown(_answers(), F_CODES), ADVICE


def _answers() -> Iterator[str]:
    mappings = load_mappings(shipped_directory())
    for answers in mappings.answer_sets.values():
        yield from answers.values
    for name in ("answers", "therapies", "genes", "cancers"):
        yield from _local(yaml.safe_load((shipped_directory() / f"{name}.yaml").read_text(encoding="utf-8")), False)


def _local(node: Any, is_local: bool) -> Iterator[str]:
    """Names under keys that begin with ``local_``, and the other spellings under ``codes`` of an answer set."""
    if isinstance(node, dict):
        for key, value in node.items():
            if is_local and isinstance(key, str):
                yield key
            yield from _local(value, str(key).startswith("local_"))
        if "values" in node and isinstance(node.get("codes"), dict):
            yield from node["codes"]
    elif isinstance(node, list) and is_local:
        yield from node


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_a_rule_set_its_inputs_and_its_outputs_have_codes(system: Any) -> None:
    named = [system.name, *(field.name for field in dataclasses.fields(system.inputs))]
    assert not unknown(iter([*named, *(output.name for output in system.outputs)]), O_CODES), ADVICE
    schemas = [system.values, *(output.schema for output in system.outputs)]
    assert not unknown(iter(value for schema in schemas for value in _enumerated(schema)), F_CODES), ADVICE


def _enumerated(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for value in schema.get("enum", ()) if isinstance(value, str))
        for part in schema.values():
            yield from _enumerated(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from _enumerated(part)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_conclusion_whatever_its_inputs_carries_a_code_that_is_not_there(name: str, data: st.DataObject) -> None:
    body = data.draw(bodies(name))
    try:
        result = SYSTEMS[name].evaluate(orjson.dumps(body))
    except InvalidInputsError:
        return
    conclusion = Conclusion(person="p", system=name, effective=date(2026, 3, 20), result=result)
    observation = build_observation(conclusion, observation_id="c", issued=datetime(2026, 3, 20, tzinfo=UTC))
    repeated = {f"{FINDING}|{local_code(text)}" for text in _texts(body)}  # drugs and variants as they were given
    assert _strangers(observation) <= repeated, ADVICE
    answer = RuleAnswer(system=name, effective=date(2026, 3, 20), result=result, entries=())
    assert _strangers(lacking_inputs([answer])) <= repeated, ADVICE
    assert observation["code"]["coding"] not in [component["code"]["coding"] for component in observation["component"]]


@pytest.mark.parametrize("patient", demo_patients(), ids=lambda patient: patient.key)
def test_the_demonstration_uses_no_other_codes(patient: Any) -> None:
    assert _strangers(orjson.loads(patient.bundle)) == set(), ADVICE


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(part)


def _strangers(node: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(node, dict):
        known = {OBSERVABLE: O_CODES, FINDING: F_CODES}.get(node.get("system", ""))
        if known is not None and node.get("code") not in known:
            found.add(f"{node['system']}|{node['code']}")
        node = list(node.values())
    if isinstance(node, list):
        found |= {stranger for part in node for stranger in _strangers(part)}
    return found


@pytest.mark.parametrize("concepts", [O_CODES, F_CODES], ids=["lm-observable", "lm-finding"])
def test_each_code_says_what_it_means_in_english_and_chinese(concepts: dict[str, Concept]) -> None:
    for concept in concepts.values():
        assert all(text.strip() for text in (concept.english, concept.chinese, concept.definition)), concept.code
    is_chinese = [concept for concept in concepts.values() if not concept.chinese.isascii()]
    assert len(is_chinese) > 0.9 * len(concepts)
