"""Radiotherapy plan of the Chinese integrated guideline (RT-CN, 1.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.inputs import STRICT, CsfCytology, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "rt-cn-2026"


class Row(NamedTuple):
    """A row of RT-CN. ``conditions``: input name → the value that the row asks for; an input left out is not read."""

    number: int
    plan: str
    conditions: Mapping[str, Any]


#: The rows in the order in which they are checked: 4, 2, 1, 3 (1.1, a project decision). First match wins.
ROWS: Final = (
    Row(4, "intrathecal_first", {"meningism": "marked", "rt_tolerated": False}),
    Row(2, "lesions_60gy_20fx", {"recent_wbrt": True, "enhancing_lesions": True}),
    Row(
        1,
        "wbrt_40gy_20fx_boost_60gy_20fx",
        {"meningism": "mild", "enhancing_lesions": True, "recent_wbrt": False},
    ),
    Row(
        3,
        "wbrt_50gy_20fx_then_intrathecal",
        {
            "clinical_suspicion": "strong",
            "enhancing_lesions": False,
            "csf_cytology": "positive",
            "recent_wbrt": False,
        },
    ),
)

PLANS: Final = {row.number: row.plan for row in ROWS}

#: What each unknown input could be; a cytology of any other class than positive is no different from a negative one.
DOMAINS: Final[Mapping[str, Sequence[Any]]] = {
    "meningism": ("none", "mild", "marked"),
    "enhancing_lesions": (True, False),
    "recent_wbrt": (True, False),
    "rt_tolerated": (True, False),
    "clinical_suspicion": ("strong", "weak"),
    "csf_cytology": ("positive", "negative"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RtCnInputs:
    """Rule interface 1, rt_cn. ``recent_wbrt`` is the clinician's flag: the seed gives "a short time" no number."""

    __pydantic_config__ = STRICT

    meningism: Literal["none", "mild", "marked"] | None = None
    enhancing_lesions: bool | None = None
    recent_wbrt: bool | None = None
    rt_tolerated: bool | None = None
    clinical_suspicion: Literal["strong", "weak"] | None = None
    csf_cytology: CsfCytology | None = None


def decide_rt_cn(inputs: RtCnInputs) -> Result:
    """The plan of the first row that matches, output ``row`` 1 to 4; else ``not_evaluable`` with ``reason`` (RT-CN).

    Where no row can match whatever is unknown, ``reason`` is a condition that is known to fail.
    """
    findings = {name: getattr(inputs, name) for name in DOMAINS}
    tried = _TRIED(**findings)
    plans = tuple(PLANS[number] for number, _ in tried.decisions if number)
    number, reason = tried.agreed or (None, None if plans else _why_no_row(findings))
    return Result(
        value=PLANS[number] if number else "not_evaluable",
        rule=f"RT-CN #{number}" if number else "RT-CN",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"row": number},
        reason=reason,
        missing=tried.missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=plans if tried.missing else (),
    )


def _row_or_reason(**findings: Any) -> tuple[int | None, str | None]:
    """Number of the row that matches, or the reason why none does."""
    for row in ROWS:
        if all(findings[name] == value for name, value in row.conditions.items()):
            return row.number, None
    return None, _why_no_row(findings)


def _why_no_row(findings: Mapping[str, Any]) -> str:
    """The condition that failed; without a lesion that is one of row 3, the only row that asks for none."""
    if findings["enhancing_lesions"]:
        return "no_row_matches"
    if findings["recent_wbrt"]:
        return "recent_wbrt_without_lesion"
    return "cytology_not_positive" if findings["csf_cytology"] not in (None, "positive") else "suspicion_not_strong"


_TRIED: Final = remembering(_row_or_reason, DOMAINS)


RT_CN = System(
    name="rt_cn",
    version=VERSION,
    section="1.1",
    purpose="Radiotherapy plan of the Chinese integrated guideline",
    source="Seed 000; the order of the rows and the reasons are project decisions",
    evidence="partly_verified",
    inputs=RtCnInputs,
    decide=decide_rt_cn,
    values=one_of(*(row.plan for row in ROWS), "not_evaluable"),
    outputs=(Output("row", "Row of RT-CN", {"type": ["integer", "null"], "minimum": 1, "maximum": 4}),),
    table={"RT-CN": [{"row": row.number, **row.conditions, "plan": row.plan} for row in ROWS]},
)

SYSTEMS = (RT_CN,)
