"""State of the CSF in the course of treatment, read from the dated series of samples (3.4)."""

from dataclasses import dataclass

from leptobridge.clinical.inputs import STRICT, CsfSample, Primary
from leptobridge.clinical.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfStateInputs:
    """Rule interface 3, csf_state. Samples come in any order; those of one day are one entry of the series."""

    __pydantic_config__ = STRICT

    baseline: tuple[CsfSample, ...]
    follow_up: tuple[CsfSample, ...]
    ventricular_device: bool | None = None
    primary: Primary | None = None
    induction_completed: bool | None = None


def decide_csf_state(inputs: CsfStateInputs) -> Result:
    """NN, CLEAR_U, CLEAR_C, POS, CONV, EQ or NE at the last sample; outputs confirmed_date and b_csf (3.4)."""
    raise NotImplementedError
