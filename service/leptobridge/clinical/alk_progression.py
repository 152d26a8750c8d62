"""Progression of ALK-positive NSCLC: its pattern, and the options that seed 004 lists for it (PD-ALK, 13.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from leptobridge.clinical.alk_generations import GENERATIONS
from leptobridge.clinical.alk_query import OtherFinding
from leptobridge.clinical.alk_variants import in_one_letter_notation
from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, Count, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "pd-alk-1"

Organ = Literal["cns", "lung", "liver", "adrenal", "bone", "lymph_node", "pleura", "other"]

#: Up to so many progressing lesions are oligoprogression, in any organs (13.4).
MAX_OLIGO_LESIONS = 3

#: New LM, then the number of lesions, then the number of organs (13.4, D-35, D-40).
PATTERNS: Final = (
    Row(Outcome("widespread", "PD-ALK"), {"new_lm": (True,)}),
    Row(Outcome("oligoprogression", "PD-ALK"), {"lesions": ("few",)}),
    Row(Outcome("local", "PD-ALK"), {"organs": ("one",)}),
    Row(Outcome("widespread", "PD-ALK")),
)
DOMAINS: Final = {"new_lm": (True, False), "lesions": ("few", "many"), "organs": ("one", "several")}
_TRIED: Final = remembering(partial(first_fit, PATTERNS), DOMAINS)


@dataclass(frozen=True, slots=True)
class Listed:
    """The options of a situation; a situation holds if each factor that it names has one of the values named."""

    options: tuple[str, ...]
    when: Mapping[str, tuple[Any, ...]]


_FEW: Final = ("oligoprogression", "local")
#: Every situation that holds lists its options (13.4); there is no order among them.
SITUATIONS: Final = (
    Listed(("sbrt_or_surgery_and_continue_tki", "generation_2_or_3_tki"), {"pattern": _FEW, "generation": (1,)}),
    Listed(("sbrt_or_surgery_and_continue_tki", "lorlatinib"), {"pattern": _FEW, "generation": (2,)}),
    Listed(("by_alk_variant",), {"pattern": ("widespread",), "kinase_variant": (True,)}),
    Listed(("by_bypass_or_transformation",), {"pattern": ("widespread",), "other_finding": (True,)}),
    Listed(("generation_2_or_3_tki_and_local_rt",), {"new_brain_metastases": (True,), "generation": (1,)}),
    Listed(
        ("lorlatinib", "sbrt_and_tki"),
        {"new_brain_metastases": (True,), "generation": (2,), "pattern": ("oligoprogression",)},
    ),
    Listed(
        ("lorlatinib", "cns_active_tki_avoid_wbrt"),
        {"new_brain_metastases": (True,), "generation": (2,), "pattern": ("local", "widespread")},
    ),
    Listed(
        ("trial_generation_4", "platinum_and_alk_tki", "antiangiogenic", "best_supportive_care"), {"generation": (3,)}
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PdAlkInputs:
    """Rule interface 13, pd_alk. ``organs``: those with progressing lesions.

    ``new_lm``: LM now and none at the last adequate assessment before (R-14).
    """

    __pydantic_config__ = STRICT

    progressing_lesions: Count | None = None
    organs: tuple[Organ, ...] | None = None
    new_lm: bool | None = None
    current_tki: str | None = None
    new_brain_metastases: bool | None = None
    variants: tuple[str, ...] | None = None
    other_findings: tuple[OtherFinding, ...] | None = None


def decide_pd_alk(inputs: PdAlkInputs) -> Result:
    """``oligoprogression``, ``local``, ``widespread``, ``not_evaluable`` or ``invalid_input`` (13.4).

    Outputs: ``cns_only``, ``None`` without organs; ``options``, empty without a pattern or a current TKI. Unknown
    inputs are tried at each value (G1). Lesions in no organ, or in more organs than lesions, and progression of
    nothing are ``invalid_input`` (G11); new LM decides before lesions and organs are read.
    """
    reason = _contradiction(inputs)
    if reason is not None:
        return _result(inputs, Outcome("invalid_input", "G11", reason))
    factors: dict[str, Any] = {
        "new_lm": inputs.new_lm,
        "lesions": _number_class(inputs.progressing_lesions, MAX_OLIGO_LESIONS, "few", "many"),
        "organs": _number_class(None if inputs.organs is None else len(set(inputs.organs)), 1, "one", "several"),
    }
    tried = _TRIED(**factors)
    if tried.agreed is None:
        missing = tuple("progressing_lesions" if name == "lesions" else name for name in tried.missing)
        candidates = tuple(dict.fromkeys(said.value for said in tried.decisions))
        return _result(inputs, Outcome("not_evaluable", "PD-ALK"), missing=missing, candidates=candidates)
    pattern = tried.agreed.value
    return _result(inputs, tried.agreed, options=_options(inputs, pattern), missing=_limits_options(inputs, pattern))


def _contradiction(inputs: PdAlkInputs) -> str | None:
    if not in_one_letter_notation(inputs.variants or ()):
        return "variant_notation"
    lesions = inputs.progressing_lesions
    if inputs.new_lm or lesions is None:
        return None
    if lesions == 0:
        return "no_progressing_lesion" if inputs.new_lm is False else None
    if inputs.organs is not None and not 1 <= len(set(inputs.organs)) <= lesions:
        return "lesions_and_organs_contradict"
    return None


def _number_class(number: int | None, highest: int, up_to: str, above: str) -> str | None:
    if number is None:
        return None
    return up_to if number <= highest else above


def _options(inputs: PdAlkInputs, pattern: str) -> tuple[str, ...]:
    if inputs.current_tki is None:
        return ()
    factors = {
        "pattern": pattern,
        "generation": GENERATIONS.get(inputs.current_tki),
        "kinase_variant": bool(inputs.variants),
        "other_finding": bool(inputs.other_findings),
        "new_brain_metastases": bool(inputs.new_brain_metastases),
    }
    listed = (
        option
        for situation in SITUATIONS
        if all(factors[name] in values for name, values in situation.when.items())
        for option in situation.options
    )
    return tuple(dict.fromkeys(listed))


def _limits_options(inputs: PdAlkInputs, pattern: str) -> tuple[str, ...]:
    """What would list further options if it were known."""
    if inputs.current_tki is None:
        return ("current_tki",)
    return ("variants",) if pattern == "widespread" and inputs.variants is None else ()


def _cns_only(inputs: PdAlkInputs) -> bool | None:
    if inputs.organs is None:
        return None
    organs = set(inputs.organs)
    # Without a progressing lesion anywhere new LM is all there is, and it lies in the CNS.
    return organs == {"cns"} or (not organs and bool(inputs.new_lm))


def _result(
    inputs: PdAlkInputs,
    outcome: Outcome,
    *,
    options: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"cns_only": _cns_only(inputs), "options": options},
        reason=outcome.reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


PD_ALK = System(
    name="pd_alk",
    version=VERSION,
    section="13.4",
    purpose="Progression pattern of ALK-positive NSCLC and the options listed for it",
    source="Seed 004; the computable reading of the patterns is a project decision",
    evidence="project_decision",
    inputs=PdAlkInputs,
    decide=decide_pd_alk,
    values=one_of("oligoprogression", "local", "widespread", "not_evaluable", "invalid_input"),
    outputs=(
        Output("cns_only", "All progressing lesions in the CNS", {"type": ["boolean", "null"]}),
        Output(
            "options",
            "What seed 004 lists for the situation",
            {
                "type": "array",
                "items": one_of(*dict.fromkeys(option for situation in SITUATIONS for option in situation.options)),
            },
        ),
    ),
    table={
        "PD-ALK": as_data(PATTERNS),
        "lesions": {"few": f"1 to {MAX_OLIGO_LESIONS}", "many": f"more than {MAX_OLIGO_LESIONS}"},
        "options": [
            {"when": {name: list(values) for name, values in situation.when.items()}, "options": situation.options}
            for situation in SITUATIONS
        ],
    },
)

SYSTEMS = (PD_ALK,)
