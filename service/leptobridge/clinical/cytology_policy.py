"""One cytology report under each published policy, and the classification that follows (2.6, 2.3)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leptobridge.clinical.cytology import CLASSES, NEGATIVE_WORDS, CytologyPolicy, RawCytology, cytology_class
from leptobridge.clinical.eano_esmo import EanoEsmoClassificationInputs, decide_eano_esmo_classification
from leptobridge.clinical.inputs import STRICT, Biopsy, ClinicalLm, MriLm, NonNegative, YesNo, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

POLICIES: tuple[CytologyPolicy, ...] = ("eano_esmo", "rct_dichotomy", "radiate_lm")


@dataclass(frozen=True, slots=True, kw_only=True)
class CytologyPolicyInputs:
    """Rule interface 2, cytology_policy; the classification is that of 2023 for a solid tumour."""

    __pydantic_config__ = STRICT

    raw: RawCytology | None = None
    volume_ml: NonNegative | None = None
    policies: tuple[CytologyPolicy, ...] | None = None
    meningeal_biopsy: Biopsy | None = None
    mri_lm: MriLm | None = None
    clinical_lm: ClinicalLm | None = None
    cancer: YesNo | None = None


def decide_cytology_policy(inputs: CytologyPolicyInputs) -> Result:
    """``computed`` with output ``results``: policy → csf_cytology and, with MRI or clinical class, the class of LM."""
    missing = _missing(inputs.raw, inputs.volume_ml)
    if missing or inputs.raw is None:
        return _result("not_evaluable", inputs, {"results": None}, missing=missing, warnings={CRITERIA_NOT_VERIFIED})
    results: dict[str, dict[str, Any]] = {}
    warnings: set[str] = set()
    actions: set[str] = set()
    classification_missing: set[str] = set()
    for policy in POLICIES if inputs.policies is None else inputs.policies:
        csf_cytology = cytology_class(inputs.raw, inputs.volume_ml, policy)
        results[policy] = {"csf_cytology": csf_cytology}
        if csf_cytology == "inadequate":
            warnings.add(CRITERIA_NOT_VERIFIED)
        if inputs.mri_lm is None and inputs.clinical_lm is None:
            continue
        classification = decide_eano_esmo_classification(
            EanoEsmoClassificationInputs(
                primary="solid_tumour",
                csf_cytology=csf_cytology,
                meningeal_biopsy=inputs.meningeal_biopsy,
                mri_lm=inputs.mri_lm,
                clinical_lm=inputs.clinical_lm,
                cancer=inputs.cancer,
            )
        )
        results[policy]["type_letter"] = classification.outputs["type_letter"]
        results[policy]["certainty"] = classification.value
        warnings.update(classification.warnings)
        actions.update(classification.actions)
        # Regions are no input here; the MRI class alone is.
        classification_missing.update(set(classification.missing) - {"brain_imaged", "spine_imaged"})
    return _result(
        "computed",
        inputs,
        {"results": results},
        missing=tuple(sorted(classification_missing)),
        warnings=warnings,
        actions=tuple(sorted(actions)),
    )


def _missing(raw: str | None, volume_ml: Decimal | None) -> tuple[str, ...]:
    """The volume decides between negative and inadequate, so without it a negative report has no class (G1)."""
    if raw is None:
        return ("raw",)
    return ("volume_ml",) if raw in NEGATIVE_WORDS and volume_ml is None else ()


def _result(
    value: str,
    inputs: CytologyPolicyInputs,
    outputs: dict[str, Any],
    *,
    missing: tuple[str, ...],
    warnings: set[str],
    actions: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="2.6",
        criteria_version="eano-esmo-2023",
        inputs_used=given(inputs),
        outputs=outputs,
        missing=missing,
        warnings=tuple(sorted(warnings)),
        actions=actions,
    )


CYTOLOGY_POLICY = System(
    name="cytology_policy",
    version="eano-esmo-2023",
    section="2.6",
    purpose="One cytology report under each published policy",
    source="Le Rhun 2023, table 1; RANO-LM 2017 as quoted in seed 000; NCT06500481",
    evidence="partly_verified",
    inputs=CytologyPolicyInputs,
    decide=decide_cytology_policy,
    values=one_of("computed", "not_evaluable"),
    outputs=(
        Output(
            "results",
            "Policy → csf_cytology, and with classification inputs type_letter and certainty",
            {"type": ["object", "null"]},
        ),
    ),
    table={
        "2.6": [{"raw": raw, **classes} for raw, classes in CLASSES.items()],
        "below 5 ml and negative": "inadequate",
    },
)

SYSTEMS = (CYTOLOGY_POLICY,)
