"""MRI of the neuraxis at diagnosis: quality of the technique (2.1) and subtype of LM (2.2)."""

from dataclasses import dataclass
from typing import Literal

from leptobridge.clinical.inputs import STRICT, NonNegative, Percent
from leptobridge.clinical.result import Result

Finding = Literal["yes", "no", "equivocal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MriSubtypeInputs:
    """What the reader saw (rule interface 2, mri_subtype). ``spine_imaged``: the full spine; in part = false (R-06)."""

    __pydantic_config__ = STRICT

    linear: Finding | None = None
    nodules: Finding | None = None
    hydrocephalus: Finding | None = None
    linear_share_percent: Percent | None = None
    nodule_share_percent: Percent | None = None
    brain_imaged: bool | None = None
    spine_imaged: bool | None = None
    nodules_mm: tuple[tuple[NonNegative, NonNegative], ...] | None = None


def decide_mri_subtype(inputs: MriSubtypeInputs) -> Result:
    """``mri_lm`` of a diagnostic MRI (2.2; completeness 2.1): A, B, C, D_hydrocephalus, D_normal or not_evaluable."""
    raise NotImplementedError
