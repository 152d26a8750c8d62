"""Dose-limiting toxicity in the trials that define it (14.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Field, WithJsonSchema

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.inputs import STRICT, Integer, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

Kind = Literal["haematological", "non_haematological"]


@dataclass(frozen=True, slots=True)
class DltDefinition:
    """What a trial counts: the lowest grade of each kind, and the last day after treatment (14.2)."""

    grade_from: Mapping[Kind, int]
    until_day: int


#: Grades of an adverse event.
GRADES: Final = range(1, 6)
Grade = Annotated[Integer, Field(ge=1, le=5), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5})]
#: "Grade 3" and "grade 4" include the higher ones, and both kinds have to be related to radiotherapy: decisions (14.2).
TRIALS: Final[Mapping[str, DltDefinition]] = {
    "NCT03520504": DltDefinition({"non_haematological": 3, "haematological": 4}, until_day=28),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DltInputs:
    """One toxicity (rule interface 14, dlt). ``days_after_pcsi``: 0 or less = during; ``toxicity`` is not read."""

    __pydantic_config__ = STRICT

    trial: str
    toxicity: str | None = None
    kind: Kind | None = None
    grade: Grade | None = None
    days_after_pcsi: Integer | None = None
    rt_related: bool | None = None


def _is_limiting(
    definition: DltDefinition, *, kind: Kind, grade: int, days_after_pcsi: Literal["counted", "later"], rt_related: bool
) -> bool:
    return rt_related and days_after_pcsi == "counted" and grade >= definition.grade_from[kind]


#: What each unknown input could be, the days by whether they count.
DOMAINS: Final = {
    "kind": ("haematological", "non_haematological"),
    "grade": tuple(GRADES),
    "days_after_pcsi": ("counted", "later"),
    "rt_related": (True, False),
}
_TRIED: Final = {trial: remembering(partial(_is_limiting, definition), DOMAINS) for trial, definition in TRIALS.items()}


def decide_dlt(inputs: DltInputs) -> Result:
    """``dlt``, ``no_dlt``, ``not_evaluable`` or ``not_supported``: unknown inputs are tried at each value (G1)."""
    definition = TRIALS.get(inputs.trial)
    if definition is None:
        return _result("not_supported", ("trial",))
    day = inputs.days_after_pcsi
    tried = _TRIED[inputs.trial](
        kind=inputs.kind,
        grade=inputs.grade,
        days_after_pcsi=None if day is None else "counted" if day <= definition.until_day else "later",
        rt_related=inputs.rt_related,
    )
    used = tuple(name for name in given(inputs) if name != "toxicity")
    if tried.agreed is None:
        return _result("not_evaluable", used, missing=tried.missing, candidates=("dlt", "no_dlt"))
    return _result("dlt" if tried.agreed else "no_dlt", used)


def _result(
    value: str, used: tuple[str, ...], *, missing: tuple[str, ...] = (), candidates: tuple[str, ...] = ()
) -> Result:
    return Result(
        value=value,
        rule="14.2",
        criteria_version="nct03520504-1",
        inputs_used=used,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


DLT = System(
    name="dlt",
    version="nct03520504-1",
    section="14.2",
    purpose="Dose-limiting toxicity in NCT03520504",
    source="PMC7850116; that higher grades count, and both kinds have to be related to radiotherapy, is a decision",
    evidence="partly_verified",
    inputs=DltInputs,
    decide=decide_dlt,
    values=one_of("dlt", "no_dlt", "not_evaluable", "not_supported", "invalid_input"),
    table={
        "14.2": [
            {
                "trial": trial,
                "kind": kind,
                "grade_from": grade,
                "until_day_after_pcsi": definition.until_day,
                "rt_related": True,
            }
            for trial, definition in TRIALS.items()
            for kind, grade in definition.grade_from.items()
        ]
    },
)

SYSTEMS = (DLT,)
