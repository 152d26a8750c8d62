"""Type, letter and certainty of LM after EANO-ESMO 2017 and 2023 (2.3)."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from leptobridge.clinical.cytology import sample_class, strongest_class
from leptobridge.clinical.eano_esmo_table import NO_PATTERN, OPEN, PRINTED, ROWS, VERIFIED, Row
from leptobridge.clinical.inputs import (
    OUTSIDE_SCOPE,
    STRICT,
    Biopsy,
    ClinicalLm,
    CsfCytology,
    CsfSample,
    Day,
    MriLm,
    Primary,
    YesNo,
    given,
)
from leptobridge.clinical.mri import Nodules, nodule_size_flag, regions_not_imaged
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null


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
    nodules_mm: Nodules | None = None
    clinical_lm: ClinicalLm | None = None
    cancer: YesNo | None = None
    csf_ctc_positive: bool | None = None
    csf_ctdna_detected: bool | None = None
    lm_status: Literal["active", "refuted"] | None = None
    lm_refuted_reason: str | None = None
    lm_refuted_date: Day | None = None


def decide_eano_esmo_classification(inputs: EanoEsmoClassificationInputs) -> Result:
    """Certainty of LM with outputs type, letter, type_letter, mri_class, provisional, history, compartment (2.3)."""
    version = inputs.criteria_version or "eano-esmo-2023"
    samples = inputs.samples or ()
    cytology = strongest_class((inputs.csf_cytology, *map(sample_class, samples)))
    row = ROWS[
        cytology == "positive" or inputs.meningeal_biopsy == "positive",
        inputs.mri_lm or "not_done",
        inputs.clinical_lm or "unknown",
        inputs.cancer or "unknown",
    ]
    value, type_, rule, reason = row.certainty or "not_evaluable", row.type, row.rule, None
    missing, candidates = [*row.missing, *_unstated(inputs, row)], row.candidates
    # Without a known cancer there is no primary to ask for; else an unknown primary may lie outside the scope (G1).
    if inputs.primary in OUTSIDE_SCOPE:
        value, type_, rule, reason, missing, candidates = "not_evaluable", None, "R-16", "outside_scope", [], ()
    elif inputs.primary is None and inputs.cancer != "no":
        candidates = candidates if value == "not_evaluable" else (value,)
        value, type_, rule, missing = "not_evaluable", None, "G1", [*missing, "primary"]
    letter = inputs.mri_lm[0] if type_ and inputs.mri_lm not in (None, "present", "not_done") else None
    provisional = _provisional(type_, row, value, cytology)
    warnings = [row.warning] if row.warning and type_ else []
    if row.rule not in VERIFIED or rule != row.rule or provisional or missing or len(samples) > 1:
        warnings.append(CRITERIA_NOT_VERIFIED)
    outputs: dict[str, Any] = {
        "type": type_,
        "letter": letter,
        "type_letter": type_ + letter if type_ and letter else None,
        "mri_class": _mri_class(inputs.mri_lm, version),
        "provisional": provisional,
        "history": None,
        "compartment": _compartment(type_, inputs.dural_biopsy),
    }
    result = Result(
        value=value,
        rule=rule,
        criteria_version=version,
        inputs_used=given(inputs),
        outputs=outputs,
        reason=reason,
        missing=tuple(missing),
        warnings=tuple(warnings),
        flags=nodule_size_flag(inputs.mri_lm, inputs.nodules_mm),
        actions=_actions(cytology, samples),
        candidates=candidates,
        notes=_notes(inputs, cytology),
    )
    return _refuted(inputs, result) if inputs.lm_status == "refuted" else result


def _unstated(inputs: EanoEsmoClassificationInputs, row: Row) -> list[str]:
    """The pattern that a report left open (M6), and the regions that keep the MRI class open (R-06)."""
    if inputs.mri_lm == "present":
        return ["mri_lm"]
    regions_stated = inputs.brain_imaged is not None or inputs.spine_imaged is not None
    if row.mri == OPEN and (inputs.mri_lm is None or regions_stated):
        return regions_not_imaged(inputs.brain_imaged, inputs.spine_imaged)
    return []


def _provisional(type_: str | None, row: Row, value: str, cytology: str | None) -> str | None:
    """A positive sample could still make it type I: type II on missing cytology is provisional (M1, R-05, R-09)."""
    classed = type_ == "II" or value == "lack_of_evidence"
    if classed and not row.tumour_cells and cytology in (None, "not_done", "inadequate"):
        return "cytology_missing"
    return None


def _actions(cytology: str | None, samples: tuple[CsfSample, ...]) -> tuple[str, ...]:
    """A second lumbar puncture after an equivocal class, or while no more than one negative sample is adequate (M2)."""
    negative = [sample for sample in samples if sample.csf_cytology == "negative"]
    adequate = [sample for sample in negative if sample_class(sample) == "negative"]
    single_negative = cytology != "positive" and negative and len(adequate) <= 1
    return ("repeat_lumbar_puncture",) if cytology == "equivocal" or single_negative else ()


def _notes(inputs: EanoEsmoClassificationInputs, cytology: str | None) -> tuple[str, ...]:
    """Tumour cells counted in CSF beside a negative cytology (11.2); no EpCAM, no count in melanoma and sarcoma."""
    counts = inputs.csf_ctc_positive and inputs.primary not in OUTSIDE_SCOPE | {"melanoma", "sarcoma"}
    return ("ctc_supports_lm",) if counts and cytology == "negative" else ()


def _mri_class(mri_lm: str | None, version: str) -> str | None:
    """2017 knew one class D (2.2)."""
    return "D" if version == "eano-esmo-2017" and mri_lm in NO_PATTERN else mri_lm


def _compartment(type_: str | None, dural_biopsy: str | None) -> str | None:
    """Dural tissue establishes dural metastasis, not LM (R-07)."""
    if dural_biopsy == "positive":
        return "both" if type_ else "dural"
    return "leptomeningeal" if type_ else None


def _refuted(inputs: EanoEsmoClassificationInputs, result: Result) -> Result:
    """The clinician's refutation ends the diagnosis; the class is shown as history (R-08)."""
    history = {"value": result.value, **{name: result.outputs[name] for name in ("type", "letter", "type_letter")}}
    ended = {"type": None, "letter": None, "type_letter": None, "provisional": None, "history": history}
    details = ("lm_refuted_reason", "lm_refuted_date")
    return Result(
        value="refuted",
        rule="R-08",
        criteria_version=result.criteria_version,
        inputs_used=result.inputs_used,
        outputs={**result.outputs, **ended, "compartment": _compartment(None, inputs.dural_biopsy)},
        reason=inputs.lm_refuted_reason,
        missing=tuple(name for name in details if getattr(inputs, name) is None),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


_TYPE_LETTERS: Final = tuple(type_ + letter for type_ in ("I", "II") for letter in "ABCD")
_CERTAINTIES: Final = ("confirmed", "probable", "possible", "lack_of_evidence", "not_evaluable")

EANO_ESMO_CLASSIFICATION = System(
    name="eano_esmo_classification",
    version="eano-esmo-2023",
    section="2.3",
    purpose="Type, letter and certainty of LM",
    source="Le Rhun 2017, Ann Oncol 28 Suppl 4:iv84; Le Rhun 2023, ESMO Open 8(5):101624",
    evidence="partly_verified",
    inputs=EanoEsmoClassificationInputs,
    decide=decide_eano_esmo_classification,
    values=one_of(*_CERTAINTIES, "refuted"),
    outputs=(
        Output("type", "Confirmed by tumour cells (I) or not (II)", one_of_or_null("I", "II")),
        Output("letter", "MRI subtype", one_of_or_null("A", "B", "C", "D")),
        Output("type_letter", "Type and letter, where both are known", one_of_or_null(*_TYPE_LETTERS)),
        Output("mri_class", "mri_lm in the classes of the version", {"type": ["string", "null"]}),
        Output("provisional", "A type II that a positive sample could change (M1)", one_of_or_null("cytology_missing")),
        Output("history", "The class before LM was refuted (R-08)", {"type": ["object", "null"]}),
        Output("compartment", "What tissue is affected (R-07)", one_of_or_null("leptomeningeal", "dural", "both")),
    ),
    table={"2.3": PRINTED},
)

SYSTEMS = (EANO_ESMO_CLASSIFICATION,)
