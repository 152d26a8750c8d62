"""Lung-molGPA: prognosis with brain metastases of NSCLC (9.2). Not a score of leptomeningeal disease."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from leptobridge.clinical.inputs import STRICT, Count, Integer, given
from leptobridge.clinical.performance_status import VALUES
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result, to_json_value
from leptobridge.clinical.system import Output, System, one_of

NONE, HALF, ONE = Decimal("0.0"), Decimal("0.5"), Decimal("1.0")

#: Factor → (lowest value, points) from the highest band down; the band of a value is the first that it reaches (9.2).
BANDS: Final[Mapping[str, tuple[tuple[int, Decimal], ...]]] = {
    "age_years": ((70, NONE), (0, HALF)),
    "kps": ((90, ONE), (80, HALF), (0, NONE)),
    "brain_metastases": ((5, NONE), (1, HALF)),
}
#: Factor → finding → points (9.2). Age below 50 or 60 and up to 4 lesions are the frame of the older DS-GPA.
FINDINGS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    "extracranial_metastases": {"present": NONE, "absent": ONE},
}
#: The fifth factor is asked in adenocarcinoma alone; an unknown gene status scores 0 as printed (9.2).
GENE_HISTOLOGY: Final = "adenocarcinoma"
GENE_STATUS: Final[Mapping[str, Decimal]] = {
    "egfr_positive": ONE,
    "alk_positive": ONE,
    "negative": NONE,
    "unknown": NONE,
}
#: Lowest and highest score of each group.
BRACKETS: Final = (
    (NONE, ONE),
    (Decimal("1.5"), Decimal("2.0")),
    (Decimal("2.5"), Decimal("3.0")),
    (Decimal("3.5"), Decimal("4.0")),
)
#: Median survival in months per bracket and cohort, to be shown as a range (9.2). Sperduto 2017 is from recall.
MEDIAN_SURVIVAL_MONTHS: Final[Mapping[str, Mapping[str, tuple[Decimal | None, ...]]]] = {
    "adenocarcinoma": {
        "Sperduto 2017": (Decimal("6.9"), Decimal("13.7"), Decimal("26.5"), Decimal("46.8")),
        "Nieder 2017": (Decimal("3.0"), Decimal("6.2"), Decimal("14.7"), Decimal("25.0")),
        "Korea": (Decimal("8.9"), Decimal("17.0"), Decimal("30.2"), Decimal("44.7")),
    },
    "other histology": {
        "Sperduto 2017": (Decimal("5.3"), Decimal("9.8"), Decimal("12.8"), None),
        "Nieder 2017": (Decimal("2.4"), Decimal("5.5"), Decimal("12.5"), None),
        "Korea": (Decimal("6.7"), Decimal("10.3"), Decimal("13.2"), None),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LungMolGpaInputs:
    """Rule interface 9, lung_molgpa; ``kps`` in tens, 0 brain metastases = LM alone."""

    __pydantic_config__ = STRICT

    histology: Literal["adenocarcinoma", "squamous", "other"] | None = None
    age_years: Count | None = None
    kps: Integer | None = None
    extracranial_metastases: Literal["present", "absent"] | None = None
    brain_metastases: Count | None = None
    gene_status: Literal["egfr_positive", "alk_positive", "negative", "unknown"] | None = None


def decide_lung_molgpa(inputs: LungMolGpaInputs) -> Result:
    """The score, 0 to 4.0 in halves, ``not_evaluable`` or ``invalid_input`` (9.2).

    Outputs: ``bracket``, lowest and highest score of the group; ``score_min`` and ``score_max`` in place of it where
    a factor is unknown. An unknown gene status scores 0, with a warning; an unknown histology matters only if the
    gene status scores. Without brain metastases there is no score.
    """
    if inputs.kps is not None and inputs.kps not in VALUES["kps"]:
        return _result(inputs, "invalid_input", reason="impossible_kps")
    if inputs.brain_metastases == 0:
        return _result(inputs, "not_evaluable", reason="no_brain_metastases")
    gene_counts = inputs.histology in (None, GENE_HISTOLOGY)
    warnings = ("gene_unknown_scored_0",) if gene_counts and inputs.gene_status in (None, "unknown") else ()
    points = _possible_points(inputs)
    lowest, highest = sum(map(min, points.values()), NONE), sum(map(max, points.values()), NONE)
    if lowest < highest:
        missing = tuple(name for name, possible in points.items() if min(possible) < max(possible))
        outputs = {"score_min": lowest, "score_max": highest}
        return _result(inputs, "not_evaluable", outputs=outputs, missing=missing, warnings=warnings)
    bracket = next(bracket for bracket in BRACKETS if bracket[0] <= lowest <= bracket[1])
    return _result(inputs, lowest, outputs={"bracket": bracket}, warnings=warnings)


def _possible_points(inputs: LungMolGpaInputs) -> dict[str, tuple[Decimal, ...]]:
    """Factor → the points that it can have; what the gene status scores goes by the histology, named in its place."""
    points: dict[str, tuple[Decimal, ...]] = {}
    for name, bands in BANDS.items():
        value = getattr(inputs, name)
        points[name] = tuple(scored for lowest, scored in bands if value is None or value >= lowest)
        if value is not None:
            points[name] = points[name][:1]
    for name, by_finding in FINDINGS.items():
        finding = getattr(inputs, name)
        points[name] = tuple(by_finding.values()) if finding is None else (by_finding[finding],)
    gene_points = GENE_STATUS[inputs.gene_status or "unknown"]
    match inputs.histology:
        case None:
            points["histology"] = (NONE, gene_points)
        case "adenocarcinoma":
            points["histology"] = (gene_points,)
    return points


def _result(
    inputs: LungMolGpaInputs,
    value: str | Decimal,
    *,
    outputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Result:
    gene_ignored = inputs.histology not in (None, GENE_HISTOLOGY)
    return Result(
        value=value,
        rule="9.2",
        criteria_version="lung-molgpa-2017",
        inputs_used=tuple(name for name in given(inputs) if not (gene_ignored and name == "gene_status")),
        outputs={"bracket": None, "score_min": None, "score_max": None, **(outputs or {})},
        reason=reason,
        missing=missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
    )


LUNG_MOLGPA = System(
    name="lung_molgpa",
    version="lung-molgpa-2017",
    section="9.2",
    purpose="Lung-molGPA, prognosis with brain metastases of NSCLC",
    source="Sperduto 2017, JAMA Oncol 3:827-831; factors and top brackets verified, points from recall",
    evidence="from_recall",
    inputs=LungMolGpaInputs,
    decide=decide_lung_molgpa,
    values={"anyOf": [{"type": "number", "minimum": 0, "maximum": 4}, one_of("not_evaluable", "invalid_input")]},
    outputs=(
        Output(
            "bracket",
            "Lowest and highest score of the group",
            {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        ),
        Output("score_min", "Lowest possible score if a factor is unknown", {"type": ["number", "null"]}),
        Output("score_max", "Highest possible score if a factor is unknown", {"type": ["number", "null"]}),
    ),
    table=to_json_value(
        {
            "points by lowest value": {
                name: [{"from": lowest, "points": points} for lowest, points in bands] for name, bands in BANDS.items()
            },
            "points by finding": {**FINDINGS, f"gene_status in {GENE_HISTOLOGY}": GENE_STATUS},
            "brackets": BRACKETS,
            "median survival in months by bracket": MEDIAN_SURVIVAL_MONTHS,
        }
    ),
)

SYSTEMS = (LUNG_MOLGPA,)
