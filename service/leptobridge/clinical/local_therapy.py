"""Definitive local therapy by oligometastatic state, ASTRO/ESTRO 2023 as quoted by seed 002 (10.4)."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, Count, Integer, given
from leptobridge.clinical.oligometastatic import MAX_METASTASES, STATES
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "astro-estro-2023"

StateNumber = Annotated[Integer, Field(ge=1, le=9), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 9})]

#: Scope, prerequisites, then the state (10.4, D-40).
ROWS: Final = (
    Row(Outcome("outside_scope", "10.4"), {"within_scope": (False,)}),
    Row(Outcome("prerequisite_failed", "10.4"), {"mdt_decision": (False,)}),
    Row(Outcome("prerequisite_failed", "10.4"), {"all_sites_safely_treatable": (False,)}),
    Row(Outcome("conditional_recommendation", "10.4"), {"state": (1, 2, 8, 9)}),
    Row(Outcome("no_statement", "10.4"), {"state": (3, 4, 5, 6, 7)}),
)
#: What an unknown factor could be (G1).
DOMAINS: Final = {
    "within_scope": (True, False),
    "mdt_decision": (True, False),
    "all_sites_safely_treatable": (True, False),
    "state": tuple(STATES),
}
_TRIED: Final = remembering(partial(first_fit, ROWS), DOMAINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTherapyRecommendationInputs:
    """Rule interface 10, local_therapy_recommendation. An unknown multidisciplinary decision is not a no (R-15)."""

    __pydantic_config__ = STRICT

    state: StateNumber | None = None
    metastases: Count | None = None
    all_sites_safely_treatable: bool | None = None
    mdt_decision: bool | None = None


def decide_local_therapy_recommendation(inputs: LocalTherapyRecommendationInputs) -> Result:
    """``conditional_recommendation``, ``no_statement``, ``prerequisite_failed``, ``outside_scope``, ``not_evaluable``.

    Unknown inputs are tried at each value (G1). Without any metastasis there is no state: ``invalid_input`` (G11).
    """
    if inputs.metastases == 0:
        return _result(inputs, Outcome("invalid_input", "G11", "no_metastases"))
    factors: dict[str, Any] = {
        "within_scope": None if inputs.metastases is None else inputs.metastases <= MAX_METASTASES,
        "mdt_decision": inputs.mdt_decision,
        "all_sites_safely_treatable": inputs.all_sites_safely_treatable,
        "state": inputs.state,
    }
    tried = _TRIED(**factors)
    if tried.agreed is not None:
        return _result(inputs, tried.agreed)
    missing = tuple("metastases" if name == "within_scope" else name for name in tried.missing)
    candidates = tuple(dict.fromkeys(outcome.value for outcome in tried.decisions))
    return _result(inputs, Outcome("not_evaluable", "10.4"), missing, candidates)


def _result(
    inputs: LocalTherapyRecommendationInputs,
    outcome: Outcome,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=outcome.reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


LOCAL_THERAPY_RECOMMENDATION = System(
    name="local_therapy_recommendation",
    version=VERSION,
    section="10.4",
    purpose="Recommendation for definitive local therapy by oligometastatic state",
    source="ASTRO/ESTRO 2023 as quoted by seed 002; the order of the checks is a project decision",
    evidence="partly_verified",
    inputs=LocalTherapyRecommendationInputs,
    decide=decide_local_therapy_recommendation,
    values=one_of(
        "conditional_recommendation",
        "no_statement",
        "prerequisite_failed",
        "outside_scope",
        "not_evaluable",
        "invalid_input",
    ),
    table={"10.4": as_data(ROWS), "within_scope": f"at most {MAX_METASTASES} metastases"},
)

SYSTEMS = (LOCAL_THERAPY_RECOMMENDATION,)
