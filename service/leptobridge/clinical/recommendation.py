"""Grade of a recommendation from a panel vote (R-GRADE, 1.1)."""

from dataclasses import dataclass
from typing import Final

from leptobridge.clinical.inputs import STRICT, Integer, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "meningeal-metastasis-consensus-2026"
NO_RECOMMENDATION: Final = "no_recommendation"
#: Lowest share of the panel in percent → grade; the bound belongs to the grade. The last row is a project decision.
GRADES: Final = ((90, "I"), (75, "II"), (50, "III"), (0, NO_RECOMMENDATION))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationGradeInputs:
    """Members of the panel who agree, and all its members (rule interface 1, recommendation_grade)."""

    __pydantic_config__ = STRICT

    agree: Integer | None = None
    panel: Integer | None = None


def decide_recommendation_grade(inputs: RecommendationGradeInputs) -> Result:
    """``I``, ``II``, ``III`` or ``no_recommendation`` by the share that agrees, compared exactly (R-GRADE).

    A vote without anybody in favour has no recommendation in a panel of any size (G1).
    """
    agree, panel = inputs.agree, inputs.panel
    if (panel is not None and panel < 1) or (
        agree is not None and not 0 <= agree <= (agree if panel is None else panel)
    ):
        return _result(inputs, "invalid_input", reason="impossible_vote")
    if agree == 0:
        return _result(inputs, NO_RECOMMENDATION)
    if agree is None or panel is None:
        missing = tuple(name for name in ("agree", "panel") if getattr(inputs, name) is None)
        return _result(inputs, "not_evaluable", missing=missing, candidates=tuple(grade for _, grade in GRADES))
    return _result(inputs, next(grade for share, grade in GRADES if 100 * agree >= share * panel))


def _result(
    inputs: RecommendationGradeInputs,
    value: str,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="R-GRADE",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,) if value in (NO_RECOMMENDATION, "not_evaluable") else (),
        candidates=candidates,
    )


RECOMMENDATION_GRADE = System(
    name="recommendation_grade",
    version=VERSION,
    section="1.1",
    purpose="Grade of a recommendation from a panel vote",
    source="Seed 000; that less than half of the panel makes no recommendation is a project decision",
    evidence="partly_verified",
    inputs=RecommendationGradeInputs,
    decide=decide_recommendation_grade,
    values=one_of(*(grade for _, grade in GRADES), "not_evaluable", "invalid_input"),
    table={"R-GRADE": [{"agree_percent_from": share, "grade": grade} for share, grade in GRADES]},
)

SYSTEMS = (RECOMMENDATION_GRADE,)
