"""What rule sets lack, as extensions of the Bundle that ``$lm-response`` answers (exchange.md 12)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leptobridge.clinical.result import Result
from leptobridge.evaluation.lacking import lacking_inputs
from leptobridge.evaluation.rule_answers import INCONCLUSIVE, RuleAnswer, answer_rule
from leptobridge.fhir.vocabulary import FINDING, OBSERVABLE

URL = "https://leptobridge.org/fhir/StructureDefinition/lacking-inputs"
ON = date(2026, 6, 1)


def answer(system: str, inputs: Mapping[str, Any], topic: str | None = None) -> RuleAnswer:
    return answer_rule(system, inputs, (), effective=ON, topic=topic)


def parts(extension: Mapping[str, Any], name: str) -> list[Any]:
    """What the nested extensions of one name say, code systems checked and left out."""
    values = [next(v for k, v in part.items() if k != "url") for part in extension["extension"] if part["url"] == name]
    for value in values:
        if isinstance(value, dict):
            assert value.keys() == {"system", "code"}
            assert value["system"] == (OBSERVABLE if name in ("ruleSet", "missing") else FINDING)
    return [value["code"] if isinstance(value, dict) else value for value in values]


def listed(answers: Iterable[RuleAnswer]) -> list[str]:
    extensions = lacking_inputs(answers)
    assert {extension["url"] for extension in extensions} <= {URL}
    return [parts(extension, "ruleSet")[0] for extension in extensions]


COUNT_ALONE = {"count": 3, "primary": "lung_cancer"}
COUNT_AND_VOLUME = COUNT_ALONE | {"volume_ml": Decimal(3)}


def test_a_count_without_its_volume_is_listed_with_the_volume_as_what_is_missing() -> None:
    (extension,) = lacking_inputs([answer("csf_ctc", COUNT_ALONE)])
    assert extension["url"] == URL
    assert parts(extension, "ruleSet") == ["csf-ctc"]
    assert parts(extension, "value") == ["not-evaluable"]
    assert parts(extension, "date") == ["2026-06-01"]
    assert "volume-ml" in parts(extension, "missing")
    assert parts(extension, "reason") == parts(extension, "topic") == []


def test_a_rule_set_that_concludes_is_not_listed() -> None:
    assert listed([answer("csf_ctc", COUNT_AND_VOLUME), answer("lm_molgpa", {})]) == ["lm-molgpa"]
    assert listed([answer("csf_ctc", COUNT_AND_VOLUME)]) == []


def test_every_missing_input_is_named_once() -> None:
    (extension,) = lacking_inputs([answer("lung_molgpa", {})])
    named = parts(extension, "missing")
    assert {"kps", "brain-metastases", "extracranial-metastases"} <= set(named)
    assert len(named) == len(set(named))


def test_a_score_whose_points_nobody_verified_says_so_as_its_reason() -> None:
    (extension,) = lacking_inputs([answer("lm_molgpa", {})])
    assert parts(extension, "reason") == ["points-not-verified"]


def test_answers_of_one_rule_set_side_by_side_are_told_apart_by_their_topic() -> None:
    contexts = ("alk_treated", "alk_brain_mri")
    answers = [answer("follow_up", {"context": context, "as_of_date": ON}, context) for context in contexts]
    assert [parts(extension, "topic") for extension in lacking_inputs(answers)] == [["alk_treated"], ["alk_brain_mri"]]


@pytest.mark.parametrize("value", sorted(INCONCLUSIVE))
def test_every_value_that_concludes_nothing_is_listed_as_what_it_is(value: str) -> None:
    result = Result(value, "G1", "1", missing=("current_mm",))
    (extension,) = lacking_inputs([RuleAnswer(system="recist_1_1", effective=ON, result=result, entries=())])
    assert parts(extension, "value") == ["NE" if value == "NE" else value.replace("_", "-")]
    assert parts(extension, "ruleSet") == ["recist-1-1"]
