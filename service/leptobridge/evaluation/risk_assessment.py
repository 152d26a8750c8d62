"""A prognostic conclusion as the RiskAssessment that stands beside its Observation (clinical.md 9, 12.1)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fhir.resources.R4B.riskassessment import RiskAssessment

from leptobridge.clinical.lung_molgpa import BRACKETS, MEDIAN_SURVIVAL_MONTHS
from leptobridge.clinical.result import Result
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.naming import finding, observable
from leptobridge.fhir import vocabulary

Predictions = list[dict[str, Any]]

#: The statements of 9.4 in the order of the result.
_GENOTYPE_STATEMENTS = (
    "benefit of osimertinib by EGFR mutation",
    "benefit of osimertinib by T790M",
    "benefit of osimertinib without T790M",
)
_CART_FACTORS = {"pce": "primary refractory disease after CAR-T", "lmd": "relapse after complete response to CAR-T"}


def risk_assessment_id(observation_id: str) -> str:
    """The id of the RiskAssessment beside an Observation."""
    return f"{observation_id}-risk"


def build_risk_assessment(
    conclusion: Conclusion, *, observation_id: str, issued: datetime, status: str
) -> dict[str, Any] | None:
    """The RiskAssessment as JSON data, checked against the R4B model; None where the rule set predicts nothing.

    It has the identifier of its Observation, which is the first entry of ``basis``; ``status`` is the Observation's.
    No probability is given: the sources give medians, ratios and ordinal statements.
    """
    predict = _PREDICTIONS.get(conclusion.system)
    predictions = predict(conclusion.result) if predict is not None else []
    if not predictions:
        return None
    document: dict[str, Any] = {
        "resourceType": "RiskAssessment",
        "id": risk_assessment_id(observation_id),
        "identifier": [{"system": vocabulary.CONCLUSION, "value": conclusion.identifier}],
        "status": status,
        "method": observable(conclusion.system),
        "subject": {"reference": f"Patient/{conclusion.person}"},
        "occurrenceDateTime": conclusion.effective.isoformat(),
        "basis": [
            {"reference": f"Observation/{observation_id}"},
            *({"reference": source.reference} for source in conclusion.evidence),
        ],
        "prediction": predictions,
        "note": [
            {
                "time": issued.isoformat(timespec="milliseconds"),
                "text": f"Rule {conclusion.result.rule}, criteria {conclusion.result.criteria_version}."
                + "".join(f" Warning: {warning.replace('_', ' ')}." for warning in conclusion.result.warnings),
            }
        ],
    }
    RiskAssessment.model_validate(document)
    return document


def _median_survival(result: Result) -> Predictions:
    """Cohort medians side by side, not one number (9.2)."""
    bracket = result.outputs.get("bracket")
    place = next((n for n, limits in enumerate(BRACKETS) if bracket is not None and tuple(bracket) == limits), None)
    if place is None:
        return []
    cohorts = "; ".join(
        f"{histology}: "
        + ", ".join(f"{cohort} {medians[place]}" for cohort, medians in by_cohort.items() if medians[place] is not None)
        for histology, by_cohort in MEDIAN_SURVIVAL_MONTHS.items()
        if any(medians[place] is not None for medians in by_cohort.values())
    )
    return [{"outcome": {"text": "overall survival"}, "rationale": f"Median survival in months by cohort. {cohorts}."}]


def _genotype(result: Result) -> Predictions:
    return [
        {"outcome": {"text": outcome}, "qualitativeRisk": finding(str(statement))}
        for outcome, statement in zip(_GENOTYPE_STATEMENTS, result.outputs.get("statements") or (), strict=False)
        if statement in ("favourable", "less_favourable")
    ]


def _after_cart(result: Result) -> Predictions:
    predictions = []
    for factor, outcome in _CART_FACTORS.items():
        statement, ratio = result.outputs.get(factor), result.outputs.get(f"{factor}_hazard_ratio")
        if statement in (None, "not_evaluable"):
            continue
        prediction: dict[str, Any] = {"outcome": {"text": outcome}, "qualitativeRisk": finding(str(statement))}
        predictions.append(prediction | ({"rationale": f"Hazard ratio {ratio}."} if ratio is not None else {}))
    return predictions


_PREDICTIONS: Mapping[str, Callable[[Result], Predictions]] = {
    "lung_molgpa": _median_survival,
    "csf_genotype": _genotype,
    "cart_risk": _after_cart,
}
