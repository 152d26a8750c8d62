"""RANO-BM at baseline: measurability of a brain metastasis, and timing of the MRI (6.1)."""

from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.calendar import days_between
from leptobridge.clinical.inputs import STRICT, Count, Day, NonNegative, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "rano-bm-2015"

LONGEST_FROM_MM = 10
PERPENDICULAR_FROM_MM = 5
AXIAL_SLICES_FROM = 2
#: The only kind that can be measurable; dural, bony, leptomeningeal and cystic lesions never are.
MEASURABLE_KIND = "parenchymal"
#: The baseline MRI is at most so many days before the start of treatment (G5: 4 weeks), and not after it.
BASELINE_WITHIN_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class RanoBmMeasurabilityInputs:
    """One lesion at baseline, diameters in mm (rule interface 6, rano_bm_measurability)."""

    __pydantic_config__ = STRICT

    longest_mm: NonNegative | None = None
    perpendicular_mm: NonNegative | None = None
    axial_slices: Count | None = None
    kind: (
        Literal["parenchymal", "leptomeningeal", "dural", "bony", "cystic_only", "borders_not_reproducible"] | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RanoBmBaselineTimingInputs:
    """Rule interface 6, rano_bm_baseline_timing."""

    __pydantic_config__ = STRICT

    baseline_mri_date: Day | None = None
    treatment_start_date: Day | None = None


def decide_rano_bm_measurability(inputs: RanoBmMeasurabilityInputs) -> Result:
    """``measurable``, ``non_measurable`` or ``not_evaluable``; one condition that fails decides (6.1, G1).

    A perpendicular diameter above the longest is ``invalid_input``.
    """
    longest, perpendicular, slices = inputs.longest_mm, inputs.perpendicular_mm, inputs.axial_slices
    if longest is not None and perpendicular is not None and perpendicular > longest:
        return _result(inputs, "invalid_input", reason="perpendicular_above_longest")
    # A longest diameter that is not known is at least the perpendicular one.
    if longest is None and perpendicular is not None and perpendicular >= LONGEST_FROM_MM:
        longest = perpendicular
    conditions = {
        "longest_mm": None if longest is None else longest >= LONGEST_FROM_MM,
        "perpendicular_mm": None if perpendicular is None else perpendicular >= PERPENDICULAR_FROM_MM,
        "axial_slices": None if slices is None else slices >= AXIAL_SLICES_FROM,
        "kind": None if inputs.kind is None else inputs.kind == MEASURABLE_KIND,
    }
    if False in conditions.values():
        return _result(inputs, "non_measurable")
    missing = tuple(name for name, holds in conditions.items() if holds is None)
    if missing:
        return _result(inputs, "not_evaluable", missing=missing, candidates=("measurable", "non_measurable"))
    return _result(inputs, "measurable")


def decide_rano_bm_baseline_timing(inputs: RanoBmBaselineTimingInputs) -> Result:
    """``ok`` from 28 days before the start to its day, else ``violation``; output ``days_before_start`` (6.1)."""
    mri, start = inputs.baseline_mri_date, inputs.treatment_start_date
    if mri is None or start is None:
        missing = tuple(name for name in inputs.__dataclass_fields__ if getattr(inputs, name) is None)
        return _result(inputs, "not_evaluable", missing=missing, candidates=("ok", "violation"), days_before_start=None)
    days = days_between(mri, start)
    return _result(inputs, "ok" if 0 <= days <= BASELINE_WITHIN_DAYS else "violation", days_before_start=days)


def _result(
    inputs: RanoBmMeasurabilityInputs | RanoBmBaselineTimingInputs,
    value: str,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
    **outputs: int | None,
) -> Result:
    return Result(
        value=value,
        rule="6.1",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs=outputs,
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,) if missing else (),
        candidates=candidates,
    )


_SOURCE: Final = "Lin 2015, Lancet Oncol 16:e270, as given at images.radiopaedia.org"

RANO_BM_MEASURABILITY = System(
    name="rano_bm_measurability",
    version=VERSION,
    section="6.1",
    purpose="Measurability of a brain metastasis",
    source=_SOURCE,
    evidence="verified",
    inputs=RanoBmMeasurabilityInputs,
    decide=decide_rano_bm_measurability,
    values=one_of("measurable", "non_measurable", "not_evaluable", "invalid_input"),
    table={
        "6.1": {
            "longest_mm_from": LONGEST_FROM_MM,
            "perpendicular_mm_from": PERPENDICULAR_FROM_MM,
            "axial_slices_from": AXIAL_SLICES_FROM,
            "kind": MEASURABLE_KIND,
        }
    },
)

RANO_BM_BASELINE_TIMING = System(
    name="rano_bm_baseline_timing",
    version=VERSION,
    section="6.1",
    purpose="Baseline MRI close enough to the start of treatment",
    source=_SOURCE,
    evidence="verified",
    inputs=RanoBmBaselineTimingInputs,
    decide=decide_rano_bm_baseline_timing,
    values=one_of("ok", "violation", "not_evaluable"),
    outputs=(Output("days_before_start", "Days from MRI to start", {"type": ["integer", "null"]}),),
    table={"6.1": {"days_before_start_from": 0, "days_before_start_until": BASELINE_WITHIN_DAYS}},
)

SYSTEMS = (RANO_BM_MEASURABILITY, RANO_BM_BASELINE_TIMING)
