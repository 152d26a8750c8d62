"""Change of the neurological examination, N-Δ on the LANO card (3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.inputs import STRICT, Integer
from leptobridge.clinical.neurological_levels import level_change, within_scale
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

Domain = Literal[
    "gait",
    "strength",
    "sensation",
    "vision",
    "eye_movements",
    "facial_strength",
    "hearing",
    "swallowing",
    "level_of_consciousness",
    "behaviour",
]
NeuroChange = Literal["improved", "stable", "worse"]
Levels = Mapping[Domain, Integer | None]

#: Highest level of each domain (3.2); the scale is not 0 to 3 throughout.
MAX_LEVEL: Final[Mapping[Domain, int]] = {
    "gait": 3,
    "strength": 3,
    "sensation": 2,
    "vision": 3,
    "eye_movements": 3,
    "facial_strength": 2,
    "hearing": 3,
    "swallowing": 2,
    "level_of_consciousness": 3,
    "behaviour": 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanoChangeInputs:
    """Two examinations as domain → level (rule interface 3, lano_change).

    A level of ``None`` was explicitly not assessed; a domain left out was not named, which is 0 with
    ``other_domains_normal`` (R-03).
    """

    __pydantic_config__ = STRICT

    baseline: Levels
    current: Levels
    best: Levels | None = None
    explained_by_other_cause: tuple[Domain, ...] | None = None
    other_domains_normal: bool | None = None
    clinician_neuro: NeuroChange | None = None


def decide_lano_change(inputs: LanoChangeInputs) -> Result:
    """N-Δ: improved, stable, worse, NE or invalid_input, with outputs excluded and clinician_neuro (3.2).

    ``missing``: domains assessed at one of the two visits only. The clinician's judgement decides where no domain that
    counts was assessed at both visits (R-02).
    """
    excluded = tuple(dict.fromkeys(inputs.explained_by_other_cause or ()))
    best = inputs.best or {}
    if not all(within_scale(levels, MAX_LEVEL) for levels in (inputs.baseline, inputs.current, best)):
        return _result("invalid_input", inputs, excluded, reason="level_outside_scale")
    unnamed = 0 if inputs.other_domains_normal else None
    change = level_change(MAX_LEVEL, inputs.baseline, inputs.current, best, left_out=excluded, unnamed=unnamed)
    missing = change.assessed_once
    if not change.assessed:
        if inputs.clinician_neuro is not None:
            return _result(inputs.clinician_neuro, inputs, excluded, missing, flags=["not_scored"])
        return _result("NE", inputs, excluded, missing or ("baseline", "current"))
    return _result("worse" if change.worse else "improved" if change.improved else "stable", inputs, excluded, missing)


def _result(
    value: str,
    inputs: LanoChangeInputs,
    excluded: tuple[Domain, ...],
    missing: tuple[str, ...] = (),
    *,
    flags: list[str] | None = None,
    reason: str | None = None,
) -> Result:
    return Result(
        value=value,
        rule="N-Δ",
        criteria_version="rano-lm-2017",
        inputs_used=tuple(
            name for name in LanoChangeInputs.__dataclass_fields__ if getattr(inputs, name) not in (None, {}, ())
        ),
        outputs={"excluded": excluded, "clinician_neuro": inputs.clinician_neuro},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        flags=(*(["attribution_other"] if excluded else []), *(flags or [])),
    )


LANO_CHANGE = System(
    name="lano_change",
    version="rano-lm-2017",
    section="3.2",
    purpose="Change of the neurological examination",
    source="Chamberlain 2017, Neuro-Oncol 19(4):484; domains 1 to 6 from a secondary source, change rule from recall",
    evidence="from_recall",
    inputs=LanoChangeInputs,
    decide=decide_lano_change,
    values=one_of("improved", "stable", "worse", "NE", "invalid_input"),
    outputs=(
        Output("excluded", "Domains left out because of another cause", {"type": "array", "items": {"type": "string"}}),
        Output("clinician_neuro", "The clinician's judgement as given", one_of_or_null("improved", "stable", "worse")),
    ),
    table={
        "max_level": MAX_LEVEL,
        "3.2": {
            "worse": "a domain worsens by 2 levels or newly reaches its highest, versus baseline or best",
            "improved": "a domain improves by 2 levels versus baseline and none worsens by 1 level versus baseline",
            "stable": "otherwise",
            "NE": "no domain assessed at both visits",
        },
    },
)

SYSTEMS = (LANO_CHANGE,)
