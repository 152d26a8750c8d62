"""Type, letter and certainty of LM after EANO-ESMO 2017 and 2023 (2.3)."""

from dataclasses import dataclass
from typing import Literal

from leptobridge.clinical.inputs import (
    STRICT,
    Biopsy,
    ClinicalLm,
    CsfCytology,
    CsfSample,
    Day,
    MriLm,
    NonNegative,
    Primary,
    YesNo,
)
from leptobridge.clinical.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class EanoEsmoClassificationInputs:
    """Rule interface 2, eano_esmo_classification; nothing is required, what is missing is unknown (G1)."""

    __pydantic_config__ = STRICT

    criteria_version: Literal["eano-esmo-2017", "eano-esmo-2023"] | None = None
    primary: Primary | None = None
    csf_cytology: CsfCytology | None = None
    samples: tuple[CsfSample, ...] | None = None
    meningeal_biopsy: Biopsy | None = None
    dural_biopsy: Biopsy | None = None
    mri_lm: MriLm | None = None
    brain_imaged: bool | None = None
    spine_imaged: bool | None = None
    nodules_mm: tuple[tuple[NonNegative, NonNegative], ...] | None = None
    clinical_lm: ClinicalLm | None = None
    cancer: YesNo | None = None
    csf_ctc_positive: bool | None = None
    csf_ctdna_detected: bool | None = None
    lm_status: Literal["active", "refuted"] | None = None
    lm_refuted_reason: str | None = None
    lm_refuted_date: Day | None = None


def decide_eano_esmo_classification(inputs: EanoEsmoClassificationInputs) -> Result:
    """Certainty of LM with outputs type, letter, type_letter, mri_class, provisional, history, compartment (2.3)."""
    raise NotImplementedError
