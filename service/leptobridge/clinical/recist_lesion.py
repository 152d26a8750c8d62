"""RECIST 1.1: class of a lesion at baseline (7.1)."""

from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.completion import try_every
from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.recist_rules import VERSION
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

Kind = Literal["node", "leptomeningeal", "effusion", "ascites", "bone_without_soft_tissue", "other"]

#: Kinds that are never a target, whatever their size (7.1).
ALWAYS_NON_TARGET: Final = frozenset({"leptomeningeal", "effusion", "ascites", "bone_without_soft_tissue"})
TARGET_LONGEST_FROM_MM = 10
TARGET_NODE_FROM_MM = 15
PATHOLOGICAL_NODE_FROM_MM = 10

#: What an unknown input could be: one size of each class.
_DOMAINS: Final = {
    "kind": ("node", "leptomeningeal", "other"),
    "short_axis_mm": (0, PATHOLOGICAL_NODE_FROM_MM, TARGET_NODE_FROM_MM),
    "longest_mm": (0, TARGET_LONGEST_FROM_MM),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecistLesionInputs:
    """One lesion at baseline, in mm: short axis of a node, longest diameter of others (rule interface 7)."""

    __pydantic_config__ = STRICT

    kind: Kind | None = None
    short_axis_mm: NonNegative | None = None
    longest_mm: NonNegative | None = None
    irradiated: bool | None = None
    progressed_since_irradiation: bool | None = None


def decide_recist_lesion(inputs: RecistLesionInputs) -> Result:
    """``target``, ``non_target``, ``normal`` (a node) or ``not_evaluable`` (7.1).

    An irradiated lesion is a target only after it has progressed. A short axis above the longest diameter is
    ``invalid_input``.
    """
    short_axis, longest = inputs.short_axis_mm, inputs.longest_mm
    if short_axis is not None and longest is not None and short_axis > longest:
        return _result(inputs, "invalid_input", reason="short_axis_above_longest")
    barred = bool(inputs.irradiated) and not inputs.progressed_since_irradiation
    tried = try_every(
        _class, {"kind": inputs.kind, "short_axis_mm": short_axis, "longest_mm": longest, "barred": barred}, _DOMAINS
    )
    return _result(
        inputs,
        tried.agreed or "not_evaluable",
        missing=tried.missing,
        candidates=tried.decisions if tried.missing else (),
    )


def _class(kind: str, short_axis_mm: NonNegative, longest_mm: NonNegative, barred: bool) -> str:
    if kind == "node" and short_axis_mm < PATHOLOGICAL_NODE_FROM_MM:
        return "normal"
    large = short_axis_mm >= TARGET_NODE_FROM_MM if kind == "node" else longest_mm >= TARGET_LONGEST_FROM_MM
    return "target" if large and kind not in ALWAYS_NON_TARGET and not barred else "non_target"


def _result(
    inputs: RecistLesionInputs,
    value: str,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="7.1",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


RECIST_LESION = System(
    name="recist_lesion",
    version=VERSION,
    section="7.1",
    purpose="Class of a lesion at baseline by RECIST 1.1",
    source="Eisenhauer 2009, Eur J Cancer 45:228; PMC2755245 table T3; PMC3980664 table T2",
    evidence="partly_verified",
    inputs=RecistLesionInputs,
    decide=decide_recist_lesion,
    values=one_of("target", "non_target", "normal", "not_evaluable", "invalid_input"),
    table={
        "7.1": {
            "target_longest_mm_from": TARGET_LONGEST_FROM_MM,
            "target_node_short_axis_mm_from": TARGET_NODE_FROM_MM,
            "normal_node_short_axis_mm_below": PATHOLOGICAL_NODE_FROM_MM,
            "always_non_target": sorted(ALWAYS_NON_TARGET),
            "irradiated": "target only after progression",
        }
    },
)

SYSTEMS = (RECIST_LESION,)
