"""Karnofsky and ECOG: a performance status against a criterion in either scale (PS, 9.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from leptobridge.clinical.inputs import STRICT, Integer
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

Scale = Literal["kps", "ecog"]

#: KPS → ECOG in the three maps in use (9.1). Map C is from recall.
MAPS: Final[Mapping[str, Mapping[int, int]]] = {
    "A": {100: 0, 90: 0, 80: 1, 70: 1, 60: 2, 50: 2, 40: 3, 30: 3, 20: 4, 10: 4, 0: 5},
    "B": {100: 0, 90: 1, 80: 1, 70: 2, 60: 3, 50: 3, 40: 4, 30: 4, 20: 4, 10: 4, 0: 5},
    "C": {100: 0, 90: 1, 80: 1, 70: 2, 60: 2, 50: 3, 40: 3, 30: 4, 20: 4, 10: 4, 0: 5},
}
VALUES: Final[Mapping[Scale, tuple[int, ...]]] = {"kps": tuple(range(100, -1, -10)), "ecog": tuple(range(6))}

Threshold = tuple[Scale, Literal["at_most", "at_least"], int]
#: Equivalences that a protocol declares; they win over the maps (9.1: dana-farber.org 16-153).
DECLARED: Final[Mapping[str, tuple[Threshold, Threshold]]] = {
    "NCT02886585": (("ecog", "at_most", 2), ("kps", "at_least", 60)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceCriterion:
    """What a protocol demands, such as ECOG at most 2."""

    __pydantic_config__ = STRICT

    scale: Scale
    comparator: Literal["at_most", "at_least"]
    limit: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class PsConversionInputs:
    """Rule interface 9, ps_conversion; ``protocol`` is a registry id."""

    __pydantic_config__ = STRICT

    criterion: PerformanceCriterion
    kps: Integer | None = None
    ecog: Integer | None = None
    protocol: str | None = None


def decide_ps_conversion(inputs: PsConversionInputs) -> Result:
    """``pass``, ``fail``, ``indeterminate``, ``not_evaluable`` or ``invalid_input`` (PS, 9.1).

    A status in the criterion's own scale is compared as it is. One in the other scale is compared under all maps, and
    only an answer on which all agree stands, with the warning ``converted``. Outputs: ``ecog_by_map`` map → grade,
    ``kps_by_map`` map → descending values of the grade.
    """
    status: Mapping[Scale, int | None] = {"kps": inputs.kps, "ecog": inputs.ecog}
    impossible = next((scale for scale, value in status.items() if value not in (None, *VALUES[scale])), None)
    if impossible:
        return _result(inputs, "invalid_input", reason=f"impossible_{impossible}")
    criterion = inputs.criterion
    other: Scale = "ecog" if criterion.scale == "kps" else "kps"
    known, converted = status[criterion.scale], status[other]
    if known is not None:
        return _result(inputs, _verdict({_satisfies(known, criterion.comparator, criterion.limit)}))
    if converted is None:
        verdicts = {_satisfies(value, criterion.comparator, criterion.limit) for value in VALUES[criterion.scale]}
        if len(verdicts) == 1:
            return _result(inputs, _verdict(verdicts))
        return _result(inputs, "not_evaluable", missing=("kps", "ecog"), candidates=("fail", "pass"))
    declared = _declared(inputs.protocol, criterion)
    if declared is not None:
        _, comparator, limit = declared
        return _result(inputs, _verdict({_satisfies(converted, comparator, limit)}))
    by_map = {name: _convert(converted, other, mapping) for name, mapping in MAPS.items()}
    values = {value for values in by_map.values() for value in values}
    verdict = _verdict({_satisfies(value, criterion.comparator, criterion.limit) for value in values})
    outputs: dict[str, Any] = {"kps_by_map": by_map}
    if other == "kps":
        outputs = {"ecog_by_map": {name: values[0] for name, values in by_map.items()}}
    agreed = verdict != "indeterminate"
    return _result(
        inputs,
        verdict,
        outputs=outputs,
        warnings=("converted",) if agreed else (),
        candidates=() if agreed else ("fail", "pass"),
    )


def _convert(value: int, scale: Scale, kps_to_ecog: Mapping[int, int]) -> tuple[int, ...]:
    """The grade of a KPS value, or every KPS value that the map assigns to an ECOG grade, descending."""
    if scale == "kps":
        return (kps_to_ecog[value],)
    return tuple(kps for kps, grade in kps_to_ecog.items() if grade == value)


def _satisfies(value: int, comparator: str, limit: int) -> bool:
    return value <= limit if comparator == "at_most" else value >= limit


def _verdict(answers: set[bool]) -> str:
    if len(answers) > 1:
        return "indeterminate"
    return "pass" if answers == {True} else "fail"


def _declared(protocol: str | None, criterion: PerformanceCriterion) -> Threshold | None:
    """The threshold in the other scale that the protocol declares equivalent to the criterion."""
    asked: Threshold = (criterion.scale, criterion.comparator, criterion.limit)
    thresholds = DECLARED.get(protocol or "", ())
    return next((threshold for threshold in thresholds if threshold != asked), None) if asked in thresholds else None


def _result(
    inputs: PsConversionInputs,
    value: str,
    *,
    outputs: dict[str, Any] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    given = [name for name in ("kps", "ecog", "protocol") if getattr(inputs, name) is not None]
    return Result(
        value=value,
        rule="PS",
        criteria_version="ps-1",
        inputs_used=("criterion", *given),
        outputs={"ecog_by_map": None, "kps_by_map": None, **(outputs or {})},
        reason=reason,
        missing=missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
        candidates=candidates,
    )


PS_CONVERSION = System(
    name="ps_conversion",
    version="ps-1",
    section="9.1",
    purpose="A performance status against a criterion in either scale",
    source="Maps A and B as cited in 9.1, map C from recall; the rule is a project decision",
    evidence="project_decision",
    inputs=PsConversionInputs,
    decide=decide_ps_conversion,
    values=one_of("pass", "fail", "indeterminate", "not_evaluable", "invalid_input"),
    outputs=(
        Output("ecog_by_map", "ECOG grade of the KPS in each map", {"type": ["object", "null"]}),
        Output("kps_by_map", "KPS values of the ECOG grade in each map, descending", {"type": ["object", "null"]}),
    ),
    table={
        "9.1": [{"kps": kps, **{name: mapping[kps] for name, mapping in MAPS.items()}} for kps in VALUES["kps"]],
        "declared": DECLARED,
    },
)

SYSTEMS = (PS_CONVERSION,)
