"""RECIST 1.1: response at one time point, and the class of a lesion at baseline (7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.decision_table import as_data
from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.recist_rules import NONE_AT_BASELINE, ROWS, VERSION, NewLesion, NonTargets, respond
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null
from leptobridge.clinical.target_lesions import (
    ALL_RESPONSES,
    PD_FROM_PERCENT,
    PD_GROWTH_MM,
    PR_UNTIL_PERCENT,
    percent_shrunk,
    possible_target_responses,
)

#: A node below this short axis is normal, so that a target node counts as gone (7.1).
NODE_NORMAL_BELOW_MM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLesion:
    """One target: longest diameter, or short axis of a node, in mm."""

    __pydantic_config__ = STRICT

    kind: Literal["node", "other"] | None = None
    baseline_mm: NonNegative | None = None
    current_mm: NonNegative | None = None

    @property
    def gone(self) -> bool | None:
        """Whether nothing of it is left; ``None`` = not known."""
        if self.current_mm is None:
            return None
        if self.current_mm == 0:
            return True
        if self.kind is None and self.current_mm < NODE_NORMAL_BELOW_MM:
            return None
        return self.kind == "node" and self.current_mm < NODE_NORMAL_BELOW_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class Recist11Inputs:
    """Rule interface 7, recist_1_1: sums in mm, or ``lesions`` instead of them.

    ``nadir_sum_mm``: the smallest sum so far, baseline included; without it the baseline sum.
    """

    __pydantic_config__ = STRICT

    targets: Literal["present", "none_at_baseline"] | None = None
    baseline_sum_mm: NonNegative | None = None
    nadir_sum_mm: NonNegative | None = None
    current_sum_mm: NonNegative | None = None
    lesions: tuple[TargetLesion, ...] | None = None
    non_targets: NonTargets | None = None
    new_lesion: NewLesion | None = None
    tumour_markers_normal: bool | None = None


class _Sums(NamedTuple):
    baseline: Decimal | None
    nadir: Decimal | None
    current: Decimal | None


def decide_recist_1_1(inputs: Recist11Inputs) -> Result:
    """``CR``, ``PR``, ``SD``, ``PD``, ``NE``, ``non_cr_non_pd`` or ``invalid_input`` (7.1).

    Outputs: ``target_response``, ``None`` without targets; ``current_sum_mm`` as used. ``not_applicable`` where there
    was neither target nor non-target disease at baseline and nothing is new.
    """
    sums = _Sums(
        _sum_used(inputs.baseline_sum_mm, [lesion.baseline_mm for lesion in inputs.lesions or ()]),
        inputs.nadir_sum_mm,
        _sum_used(inputs.current_sum_mm, [lesion.current_mm for lesion in inputs.lesions or ()]),
    )
    impossible = _why_impossible(inputs, sums)
    if impossible:
        return _result(inputs, "invalid_input", "7.1", None, None, reason=impossible)
    if sums.nadir is None:
        sums = sums._replace(nadir=sums.baseline)
    no_targets = inputs.targets == NONE_AT_BASELINE
    targets: frozenset[str] = frozenset({NONE_AT_BASELINE}) if no_targets else _possible(sums, inputs.lesions or ())
    tried = respond(
        targets, inputs.non_targets, inputs.new_lesion, markers_raised=inputs.tumour_markers_normal is False
    )
    values = tuple(dict.fromkeys(outcome.value for outcome in tried.decisions))
    response = None if no_targets else next(iter(targets)) if len(targets) == 1 else "NE"
    current = None if no_targets else sums.current
    if len(values) > 1:
        missing = [name for name in tried.missing if name != "targets"]
        missing += _unknown_of_targets(inputs, sums) if "targets" in tried.missing else []
        candidates = tuple(value for value in values if value != "NE")
        return _result(inputs, "NE", "7.1/NE", response, current, missing=missing, candidates=candidates)
    outcome = tried.decisions[0]
    return _result(
        inputs,
        outcome.value,
        outcome.rule,
        response,
        current,
        reason=outcome.reason,
        missing=["non_targets"] if outcome.value == "NE" else [],
    )


def _sum_used(stated: Decimal | None, sizes: Sequence[Decimal | None]) -> Decimal | None:
    known = [size for size in sizes if size is not None]
    return sum(known, Decimal(0)) if sizes and len(known) == len(sizes) else stated


def _why_impossible(inputs: Recist11Inputs, sums: _Sums) -> str | None:
    if inputs.targets == NONE_AT_BASELINE:
        return "targets_contradict" if inputs.lesions or any(sums) else None
    stated = (inputs.baseline_sum_mm, inputs.nadir_sum_mm, inputs.current_sum_mm)
    if any(sum_ is not None and sum_ != used for sum_, used in zip(stated, sums, strict=True)):
        return "sums_contradict"
    lesions = inputs.lesions
    if sums.baseline == 0 or lesions == () or any(lesion.baseline_mm == 0 for lesion in lesions or ()):
        return "no_target_at_baseline"
    if sums.baseline is not None and sums.nadir is not None and sums.nadir > sums.baseline:
        return "nadir_above_baseline"
    return None


def _possible(sums: _Sums, lesions: Sequence[TargetLesion]) -> frozenset[str]:
    """The responses that the targets leave open; gone is gone, whatever the sum of normal nodes (7.1)."""
    if lesions and all(lesion.gone for lesion in lesions):
        return frozenset({"CR"})
    possible_by_sum = _possible_by_sum(sums, lesions)
    cr_open = lesions and all(lesion.gone is not False for lesion in lesions)
    return possible_by_sum | {"CR"} if cr_open else possible_by_sum


def _possible_by_sum(sums: _Sums, lesions: Sequence[TargetLesion]) -> frozenset[str]:
    if sums.current is not None:
        return possible_target_responses((sums.baseline,), (sums.nadir,), (sums.current,))
    measured = sum((lesion.current_mm for lesion in lesions if lesion.current_mm is not None), Decimal(0))
    # The lesions that were measured may show PD alone; what was not measured is at least 0.
    if sums.nadir is not None and possible_target_responses(None, (sums.nadir,), (measured,)) == {"PD"}:
        return frozenset({"PD"})
    if sums.baseline is not None and not percent_shrunk(sums.baseline, measured):
        return frozenset({"SD", "PD"})
    left = any(lesion.gone is False for lesion in lesions)
    return ALL_RESPONSES - {"CR"} if left else ALL_RESPONSES


def _unknown_of_targets(inputs: Recist11Inputs, sums: _Sums) -> list[str]:
    names = ["baseline_sum_mm", "current_sum_mm"]
    if inputs.lesions is None:
        return [name for name, used in zip(names, (sums.baseline, sums.current), strict=True) if used is None]
    return [
        name
        for name in TargetLesion.__dataclass_fields__
        if any(getattr(lesion, name) is None for lesion in inputs.lesions)
    ]


def _result(
    inputs: Recist11Inputs,
    value: str,
    rule: str,
    target_response: str | None,
    current_sum_mm: Decimal | None,
    *,
    reason: str | None = None,
    missing: Sequence[str] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule=rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"target_response": target_response, "current_sum_mm": current_sum_mm},
        reason=reason,
        missing=tuple(missing),
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")

RECIST_1_1 = System(
    name="recist_1_1",
    version=VERSION,
    section="7.1",
    purpose="Time-point response of solid tumours by RECIST 1.1",
    source="Eisenhauer 2009, Eur J Cancer 45:228; time-point table from a secondary page, its NE rows from recall",
    evidence="partly_verified",
    inputs=Recist11Inputs,
    decide=decide_recist_1_1,
    values=one_of(*_RESPONSES, "non_cr_non_pd", "not_applicable", "invalid_input"),
    outputs=(
        Output("target_response", "The targets alone", one_of_or_null(*_RESPONSES)),
        Output("current_sum_mm", "As used", {"type": ["number", "null"]}),
    ),
    table={
        "7.1": as_data(ROWS),
        "targets": {
            "PR_until_percent_of_baseline": PR_UNTIL_PERCENT,
            "PD_from_percent_of_nadir": PD_FROM_PERCENT,
            "PD_growth_of_the_sum_mm": PD_GROWTH_MM,
            "node_gone_below_mm": NODE_NORMAL_BELOW_MM,
        },
    },
)

SYSTEMS = (RECIST_1_1,)
