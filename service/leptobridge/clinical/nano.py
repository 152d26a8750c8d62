"""NANO: response by domains, and the total that is only stored (8.1, 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.inputs import STRICT, Integer, given
from leptobridge.clinical.neurological_levels import CHANGE_LEVELS, level_change, within_scale
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "nano-2017"

Domain = Literal[
    "gait",
    "strength",
    "ataxia",
    "sensation",
    "visual_fields",
    "facial_strength",
    "language",
    "consciousness",
    "behaviour",
]
Levels = Mapping[Domain, Integer | None]

#: Highest level of each domain (8.1). The sum is stored and never tested or clamped.
MAX_LEVEL: Final[Mapping[Domain, int]] = {
    "gait": 3,
    "strength": 3,
    "ataxia": 2,
    "sensation": 2,
    "visual_fields": 3,
    "facial_strength": 2,
    "language": 3,
    "consciousness": 3,
    "behaviour": 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NanoChangeInputs:
    """Two examinations as domain → level (rule interface 8, nano_change); ``None`` or left out = not assessed (N4)."""

    __pydantic_config__ = STRICT

    baseline: Levels
    current: Levels
    best: Levels | None = None
    non_evaluable: tuple[Domain, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NanoTotalInputs:
    """One examination as domain → level (rule interface 8, nano_total)."""

    __pydantic_config__ = STRICT

    domain_scores: Levels


def decide_nano_change(inputs: NanoChangeInputs) -> Result:
    """``progression``, ``response``, ``stability``, ``NE`` or ``invalid_input`` (N1 to N5), output ``excluded``.

    Domains that cannot be judged (N3) or were not assessed at both visits (N4) are left out before N1; ``missing``
    names those assessed at one of the two visits only.
    """
    excluded = tuple(dict.fromkeys(inputs.non_evaluable or ()))
    best = inputs.best or {}
    if not all(within_scale(levels, MAX_LEVEL) for levels in (inputs.baseline, inputs.current, best)):
        return _result(inputs, "invalid_input", "8.1", excluded, reason="level_outside_scale")
    change = level_change(MAX_LEVEL, inputs.baseline, inputs.current, best, left_out=excluded)
    if not change.assessed:
        return _result(inputs, "NE", "N5", excluded, missing=change.assessed_once or ("baseline", "current"))
    if change.worse:
        return _result(inputs, "progression", "N1", excluded, missing=change.assessed_once)
    if change.improved:
        return _result(inputs, "response", "N2", excluded, missing=change.assessed_once)
    return _result(inputs, "stability", "N5", excluded, missing=change.assessed_once)


def decide_nano_total(inputs: NanoTotalInputs) -> Result:
    """The sum of the scored domains, for storage only (8.1); output ``clamped``, always false.

    Without a single score it is ``not_evaluable``: 0 would read as normal (G1).
    """
    scores = inputs.domain_scores
    total: int | str = sum(score for score in scores.values() if score is not None)
    reason = None
    if not within_scale(scores, MAX_LEVEL):
        total, reason = "invalid_input", "level_outside_scale"
    elif all(score is None for score in scores.values()):
        total = "not_evaluable"
    return Result(
        value=total,
        rule="8.1",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"clamped": False},
        reason=reason,
        missing=tuple(domain for domain in MAX_LEVEL if scores.get(domain) is None),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


def _result(
    inputs: NanoChangeInputs,
    value: str,
    rule: str,
    excluded: tuple[Domain, ...],
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule=rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"excluded": excluded},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


_SOURCE: Final = "Nayak 2017, Neuro-Oncol 19(5):625, from recall; clause N3 from the 2014 abstract"

NANO_CHANGE = System(
    name="nano_change",
    version=VERSION,
    section="8.2",
    purpose="NANO response",
    source=_SOURCE,
    evidence="from_recall",
    inputs=NanoChangeInputs,
    decide=decide_nano_change,
    values=one_of("progression", "response", "stability", "NE", "invalid_input"),
    outputs=(Output("excluded", "Non-evaluable domains", {"type": "array", "items": {"type": "string"}}),),
    table={
        "8.1": MAX_LEVEL,
        "change_levels": CHANGE_LEVELS,
        "8.2": [
            {"rule": "N1", "condition": "a domain worsens by 2 levels or to its highest, versus baseline or best"},
            {"rule": "N2", "condition": "a domain improves by 2 levels versus baseline and none worsens by 1 level"},
            {"rule": "N5", "condition": "else stability; no domain left: NE"},
        ],
    },
)

NANO_TOTAL = System(
    name="nano_total",
    version=VERSION,
    section="8.1",
    purpose="Sum of the NANO domains, for storage only",
    source=_SOURCE,
    evidence="from_recall",
    inputs=NanoTotalInputs,
    decide=decide_nano_total,
    values={"anyOf": [{"type": "integer", "minimum": 0}, one_of("not_evaluable", "invalid_input")]},
    outputs=(Output("clamped", "Whether the sum was cut off: never", {"type": "boolean", "const": False}),),
    table={"8.1": MAX_LEVEL},
)

SYSTEMS = (NANO_CHANGE, NANO_TOTAL)
