"""Pan 2018 score (2.7). Never to be labelled EANO-ESMO."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from leptobridge.clinical.inputs import STRICT, YesNo
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

#: Factor → finding → points (2.7).
POINTS: Final[Mapping[str, Mapping[str, int]]] = {
    "history_of_malignancy": {"no": 0, "yes": 1},
    "clinical": {"none": 0, "single_symptom": 1, "typical": 2},
    "imaging": {"normal": 0, "suggestive": 1, "diagnostic": 4, "suggestive_and_diagnostic": 4},
    "csf_cytology": {"negative": 0, "suspicious": 3, "malignant": 5},
    "csf_biochemistry": {"normal": 0, "abnormal": 1},
}
BEFORE_CSF: Final = ("history_of_malignancy", "clinical", "imaging")
CSF: Final = ("csf_cytology", "csf_biochemistry")
EXAMINE_CSF_FROM = 3
CONFIRMED_FROM = 5
SUSPICIOUS_FROM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pan2018Inputs:
    """The five factors of the score (rule interface 2, pan_2018)."""

    __pydantic_config__ = STRICT

    history_of_malignancy: YesNo | None = None
    clinical: Literal["none", "single_symptom", "typical", "unknown"] | None = None
    imaging: Literal["normal", "suggestive", "diagnostic", "suggestive_and_diagnostic", "unknown"] | None = None
    csf_cytology: Literal["negative", "suspicious", "malignant", "unknown"] | None = None
    csf_biochemistry: Literal["normal", "abnormal", "unknown"] | None = None


def decide_pan_2018(inputs: Pan2018Inputs) -> Result:
    """``confirmed``, ``suspicious``, ``further_work_up`` or ``not_evaluable``: unknown items are tried at each value.

    Outputs: ``score`` 0 to 13, ``pre_csf_score`` 0 to 7, both ``None`` if one of their items is unknown;
    ``examine_csf`` also where every possible score says the same (G1).
    """
    points = {name: _possible_points(name, getattr(inputs, name)) for name in POINTS}
    before_csf = _possible_sums(points, BEFORE_CSF)
    totals = _possible_sums(points, (*BEFORE_CSF, *CSF))
    labels = {_label(total) for total in totals}
    examine = {total >= EXAMINE_CSF_FROM for total in before_csf}
    missing = tuple(name for name in POINTS if getattr(inputs, name) in (None, "unknown"))
    decided = len(labels) == 1
    return Result(
        value=next(iter(labels)) if decided else "not_evaluable",
        rule="2.7",
        criteria_version="pan-2018",
        inputs_used=tuple(name for name in POINTS if name not in missing),
        outputs={
            "score": None if missing else totals.pop(),
            "pre_csf_score": None if set(missing) & set(BEFORE_CSF) else before_csf.pop(),
            "examine_csf": examine.pop() if len(examine) == 1 else None,
        },
        missing=missing,
        # Section 17 still wants the lists of suggestive and diagnostic findings checked.
        warnings=() if inputs.imaging == "normal" and not missing else (CRITERIA_NOT_VERIFIED,),
        candidates=() if decided else tuple(sorted(labels)),
    )


def _possible_points(name: str, finding: str | None) -> set[int]:
    by_finding = POINTS[name]
    return set(by_finding.values()) if finding is None or finding == "unknown" else {by_finding[finding]}


def _possible_sums(points: Mapping[str, set[int]], names: tuple[str, ...]) -> set[int]:
    return {sum(combination) for combination in product(*(points[name] for name in names))}


def _label(score: int) -> str:
    if score >= CONFIRMED_FROM:
        return "confirmed"
    return "suspicious" if score >= SUSPICIOUS_FROM else "further_work_up"


PAN_2018 = System(
    name="pan_2018",
    version="pan-2018",
    section="2.7",
    purpose="Pan 2018 score",
    source="Pan 2018, PMC6041294 table 3",
    evidence="partly_verified",
    inputs=Pan2018Inputs,
    decide=decide_pan_2018,
    values=one_of("confirmed", "suspicious", "further_work_up", "not_evaluable"),
    outputs=(
        Output("score", "Sum of all points", {"type": ["integer", "null"], "minimum": 0, "maximum": 13}),
        Output("pre_csf_score", "Points before CSF", {"type": ["integer", "null"], "minimum": 0, "maximum": 7}),
        Output(
            "examine_csf", "Whether the points before CSF call for a CSF examination", {"type": ["boolean", "null"]}
        ),
    ),
    table={
        "points": POINTS,
        "score_from": {"confirmed": CONFIRMED_FROM, "suspicious": SUSPICIOUS_FROM, "further_work_up": 0},
        "examine_csf_from": EXAMINE_CSF_FROM,
    },
)

SYSTEMS = (PAN_2018,)
