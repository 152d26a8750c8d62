"""LM-COMP-1, the combined LM response at one time point (5.2 to 5.4). A project definition, not RANO-LM."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.csf_series import CsfState
from leptobridge.clinical.decision_table import as_data
from leptobridge.clinical.inputs import OUTSIDE_SCOPE, STRICT, CsfCytology, MriLm, Primary, Response, given
from leptobridge.clinical.lm_response_rules import (
    ROWS,
    Components,
    Decision,
    Neuro,
    combine,
    possible_responses,
)
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

Adequacy = Literal["optimal", "acceptable", "suboptimal", "inadequate"]

VERSION: Final = "lm-comp-1"
#: Baseline class → abnormal at baseline (5.2, M6, 3.4); a class left out says nothing.
B_IMG: Final = {"A": True, "B": True, "C": True, "present": True, "D_hydrocephalus": True, "D_normal": False}
B_CSF: Final = {"positive": True, "equivocal": False, "negative": False}


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


_Baseline = bool | Literal["conflict"] | None


class _Imaging(NamedTuple):
    response: Response
    source: Literal["derived", "reader"] | None


def decide_lm_comp_1(inputs: LmComp1Inputs) -> Result:
    """CR, PR, SD, PD, SUSPECTED_PD, NE or invalid_input at one time point (5.3).

    Outputs: ``b_img`` and ``b_csf`` as used, ``clinical_benefit`` beside CR, PR and SD, ``imaging_source`` (R-10).
    """
    imaging = _imaging(inputs)
    b_img, b_csf = _abnormal_at_baseline(inputs)
    if imaging is None or b_img == "conflict" or b_csf == "conflict":
        return _result(inputs, Decision("invalid_input", "G11"), None, None, None, reason="inputs_contradict")
    if inputs.primary in OUTSIDE_SCOPE:
        return _result(inputs, Decision("NE", "R-16"), imaging, b_img, b_csf, reason="outside_scope")
    components = Components(
        neuro=inputs.neuro or "NE",
        attribution=inputs.attribution or "undetermined",
        imaging=imaging.response,
        csf=inputs.csf or "NE",
        b_img=b_img,
        b_csf=b_csf,
    )
    return _result(inputs, combine(components), imaging, b_img, b_csf, components=components)


def _imaging(inputs: LmComp1Inputs) -> _Imaging | None:
    """The derived grade unless it is NE, else the reader's (R-10); ``None`` where ``imaging`` says otherwise."""
    derived, reader = inputs.imaging_derived, inputs.imaging_reader
    if derived is None and reader is None:
        return _Imaging(inputs.imaging or "NE", None)
    if derived not in (None, "NE"):
        imaging = _Imaging(derived, "derived")
    elif reader not in (None, "NE"):
        imaging = _Imaging(reader, "reader")
    else:
        imaging = _Imaging("NE", None)
    return imaging if inputs.imaging in (None, imaging.response) else None


def _abnormal_at_baseline(
    inputs: LmComp1Inputs,
) -> tuple[_Baseline, _Baseline]:
    """``b_img`` and ``b_csf`` as stated or as the baseline class gives them; ``conflict`` where both do and differ."""
    return (
        _reconcile(inputs.b_img, B_IMG.get(inputs.baseline_mri_lm or "")),
        _reconcile(inputs.b_csf, B_CSF.get(inputs.baseline_csf_cytology or "")),
    )


def _reconcile(stated: bool | None, given: bool | None) -> _Baseline:
    if stated is None or given is None:
        return given if stated is None else stated
    return stated if stated == given else "conflict"


def _result(
    inputs: LmComp1Inputs,
    decision: Decision,
    imaging: _Imaging | None,
    b_img: bool | None,
    b_csf: bool | None,
    *,
    components: Components | None = None,
    reason: str | None = None,
) -> Result:
    value = decision.value
    flags = ["not_scored"] if inputs.neuro_scored is False else []
    csf = inputs.csf or "NE"
    if decision.rule == "C6" and csf == "CLEAR_U" and imaging and imaging.response == "CR":
        flags.append("cr_pending_csf_confirmation")
    if decision.rule == "C3" or (decision.rule == "C7" and csf in ("EQ", "CLEAR_U")):
        flags.append("repeat_csf")
    if decision.rule == "C7" and csf == "POS" and inputs.induction_completed:
        flags.append("csf_refractory")
    not_repeated = value in ("CR", "PR") and b_csf is False and csf == "NE"
    benefit = "improved" if inputs.neuro == "improved" and value in ("CR", "PR", "SD") else None
    unresolved = components is not None and value == "NE"
    return Result(
        value=value,
        rule=decision.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={
            "b_img": b_img,
            "b_csf": b_csf,
            "clinical_benefit": benefit,
            "imaging_source": imaging.source if imaging else None,
        },
        reason=reason,
        missing=decision.missing,
        warnings=("csf_not_repeated", CRITERIA_NOT_VERIFIED) if not_repeated else (CRITERIA_NOT_VERIFIED,),
        flags=tuple(flags),
        candidates=possible_responses(components) if unresolved and components else (),
    )


LM_COMP_1 = System(
    name="lm_comp_1",
    version=VERSION,
    section="5.3",
    purpose="Composite rule LM-COMP-1 (project definition): combined LM response at one time point",
    source="Project definition on the anchors of 5.1; not RANO-LM, not EANO-ESMO",
    evidence="project_decision",
    inputs=LmComp1Inputs,
    decide=decide_lm_comp_1,
    values=one_of("CR", "PR", "SD", "PD", "SUSPECTED_PD", "NE", "invalid_input"),
    outputs=(
        Output("b_img", "LM imaging findings at baseline, as used", {"type": ["boolean", "null"]}),
        Output("b_csf", "Cytology positive at baseline, as used", {"type": ["boolean", "null"]}),
        Output("clinical_benefit", "Neurological improvement beside CR, PR, SD", one_of_or_null("improved")),
        Output("imaging_source", "Whose imaging grade was used (R-10)", one_of_or_null("derived", "reader")),
    ),
    table={"5.3": as_data(ROWS)},
)

SYSTEMS = (LM_COMP_1,)
