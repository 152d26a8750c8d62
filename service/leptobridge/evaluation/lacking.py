"""What rule sets lacked, for the ``meta`` of the Bundle that ``$lm-response`` answers.

The entries of that Bundle are exactly the responses (exchange.md 12); what could not be computed stands beside them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from leptobridge.evaluation.naming import finding_coding, observable_coding
from leptobridge.evaluation.rule_answers import RuleAnswer
from leptobridge.fhir.vocabulary import LACKING_INPUTS


def lacking_inputs(answers: Iterable[RuleAnswer]) -> list[dict[str, Any]]:
    """One extension ``lacking-inputs`` (``profiles/input/fsh/SD_Lacking.fsh``) per inconclusive answer."""
    return [{"url": LACKING_INPUTS, "extension": [*_parts(answer)]} for answer in answers if not answer.is_conclusive]


def _parts(answer: RuleAnswer) -> Iterator[dict[str, Any]]:
    result = answer.result
    yield {"url": "ruleSet", "valueCoding": observable_coding(answer.system)}
    if answer.topic is not None:
        yield {"url": "topic", "valueString": answer.topic}
    yield {"url": "value", "valueCoding": finding_coding(str(result.value))}
    yield {"url": "date", "valueDate": answer.effective.isoformat()}
    for name in sorted(set(result.missing)):
        yield {"url": "missing", "valueCoding": observable_coding(name)}
    if result.reason:
        yield {"url": "reason", "valueCoding": finding_coding(result.reason)}
