"""Recurrent or persistent LM as NCT05184816 defines it (14.13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.inputs import STRICT, Count, Number, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

#: Examination → findings that are a sign of detectable disease; one sign is enough (14.13).
SIGNS: Final[Mapping[str, tuple[bool | str, ...]]] = {
    "mri_enhancement": (True,),
    "csf_cytology": ("positive", "suspicious", "atypical"),
    "extrinsic_cells": (True,),
    "lm_symptoms": (True,),
}
#: Tumour cells in CSF count from the first, no cut-off (14.13).
CTC_FROM = 1
#: Whether a complete clearance between therapy and now is documented → what detectable disease is.
DETECTABLE: Final[Mapping[bool, str]] = {True: "recurrent", False: "persistent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferoxamineDiseaseStatusInputs:
    """Signs of LM after LM-directed therapy (rule interface 14); ``ctc_volume_ml`` is not read."""

    __pydantic_config__ = STRICT

    prior_lm_therapy: Literal["none", "proton_csi", "radiotherapy", "systemic_therapy"] | None = None
    clear_after_therapy: bool | None = None
    mri_enhancement: bool | None = None
    csf_cytology: Literal["positive", "suspicious", "atypical", "negative", "not_done"] | None = None
    ctc_count: Count | None = None
    ctc_volume_ml: Number | None = None
    extrinsic_cells: bool | None = None
    lm_symptoms: bool | None = None


def decide_deferoxamine_disease_status(inputs: DeferoxamineDiseaseStatusInputs) -> Result:
    """``persistent``, ``recurrent``, ``neither`` or ``not_evaluable`` (14.13).

    Without therapy before it is ``neither`` whatever is found. A cytology not done is a sign not assessed.
    """
    if inputs.prior_lm_therapy == "none":
        return _result(inputs, "neither")
    signs: dict[str, bool | None] = {name: _shows(findings, getattr(inputs, name)) for name, findings in SIGNS.items()}
    signs["ctc_count"] = None if inputs.ctc_count is None else inputs.ctc_count >= CTC_FROM
    detectable = DETECTABLE[bool(inputs.clear_after_therapy)]
    found = True in signs.values()
    missing = () if found else tuple(name for name, sign in signs.items() if sign is None)
    if not found and not missing:
        return _result(inputs, "neither")
    if inputs.prior_lm_therapy is None:
        missing = ("prior_lm_therapy", *missing)
    if missing:
        return _result(inputs, "not_evaluable", missing=missing, candidates=(detectable, "neither"))
    return _result(inputs, detectable)


def _shows(findings: tuple[bool | str, ...], finding: bool | str | None) -> bool | None:
    return None if finding in (None, "not_done") else finding in findings


def _result(
    inputs: DeferoxamineDiseaseStatusInputs,
    value: str,
    *,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="14.13",
        criteria_version="nct05184816-1",
        inputs_used=tuple(name for name in given(inputs) if name != "ctc_volume_ml"),
        missing=missing,
        # Section 14.13 marks as decisions what counts as a sign, what makes a recurrence and what stays open.
        warnings=() if value == "neither" else (CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


DEFEROXAMINE_DISEASE_STATUS = System(
    name="deferoxamine_disease_status",
    version="nct05184816-1",
    section="14.13",
    purpose="Recurrent or persistent LM as NCT05184816 defines it",
    source="Registry entry of NCT05184816; what recurrence needs and what stays open are decisions",
    evidence="partly_verified",
    inputs=DeferoxamineDiseaseStatusInputs,
    decide=decide_deferoxamine_disease_status,
    values=one_of("persistent", "recurrent", "neither", "not_evaluable", "invalid_input"),
    table={
        "signs": {**SIGNS, "ctc_count": {"at_least": CTC_FROM}},
        "14.13": [
            {"prior_lm_therapy": "none", "status": "neither"},
            {"sign": "none of them, all assessed", "status": "neither"},
            *(
                {"sign": "at least one", "clear_after_therapy": clear, "status": status}
                for clear, status in DETECTABLE.items()
            ),
        ],
    },
)

SYSTEMS = (DEFEROXAMINE_DISEASE_STATUS,)
