"""LM-COMP-1, the combined LM response at one time point (5.2 to 5.4). A project definition, not RANO-LM."""

from dataclasses import dataclass
from typing import Literal

from leptobridge.clinical.inputs import STRICT, CsfCytology, MriLm, Primary, Response
from leptobridge.clinical.result import Result

CsfState = Literal["NN", "CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ", "NE"]
Neuro = Literal["improved", "stable", "worse", "NE"]
Adequacy = Literal["optimal", "acceptable", "suboptimal", "inadequate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LmComp1Inputs:
    """The three components at one time point and what was abnormal at baseline (rule interface 5, lm_comp_1)."""

    __pydantic_config__ = STRICT

    neuro: Neuro | None = None
    attribution: Literal["lm", "undetermined"] | None = None
    imaging: Response | None = None
    imaging_derived: Response | None = None
    imaging_reader: Response | None = None
    primary: Primary | None = None
    neuro_scored: bool | None = None
    csf: CsfState | None = None
    csf_repeated: bool | None = None
    csf_sample_grade: Adequacy | None = None
    b_img: bool | None = None
    b_csf: bool | None = None
    baseline_mri_lm: MriLm | None = None
    baseline_csf_cytology: CsfCytology | None = None
    induction_completed: bool | None = None


def decide_lm_comp_1(inputs: LmComp1Inputs) -> Result:
    """CR, PR, SD, PD, SUSPECTED_PD, NE or invalid_input; outputs b_img, b_csf, clinical_benefit, imaging_source."""
    raise NotImplementedError
