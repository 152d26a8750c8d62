"""CNS progression-free survival after CD19 CAR-T: infusion to first, and first to second progression (12.1, 15.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from leptobridge.clinical.calendar import days_between, months_for_display
from leptobridge.clinical.inputs import STRICT, Day, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

VERSION: Final = "kaulen-2026"

#: Endpoint → inputs that give its start and its progression (12.1); death is an event of both (15.1, decision).
INTERVALS: Final[Mapping[str, tuple[str, str]]] = {
    "cns_pfs1": ("infusion_date", "first_cns_pd_date"),
    "cns_pfs2": ("first_cns_pd_date", "second_cns_pd_date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CnsPfsInputs:
    """Rule interface 12, cns_pfs. A missing date of an event means that none is recorded."""

    __pydantic_config__ = STRICT

    infusion_date: Day | None = None
    first_cns_pd_date: Day | None = None
    second_cns_pd_date: Day | None = None
    death_date: Day | None = None
    last_assessment_date: Day | None = None


class _End(NamedTuple):
    day: date
    event: str


def decide_cns_pfs(inputs: CnsPfsInputs) -> Result:
    """``computed``, ``not_evaluable`` where CNS-PFS1 has no start or end, or ``invalid_input`` (12.1).

    Outputs of each endpoint: days, months with one decimal, and ``PD``, ``death`` or ``censored``; ``None`` for
    CNS-PFS2 before a first progression. Without an event follow-up is censored at the last assessment. Dates out of
    order are ``invalid_input`` (G11).
    """
    contradiction = _contradiction(inputs)
    if contradiction:
        return _result(inputs, "invalid_input", reason=contradiction)
    missing: dict[str, None] = {}
    outputs: dict[str, Any] = {}
    for endpoint, (start_name, progression_name) in INTERVALS.items():
        start, end = getattr(inputs, start_name), _end(inputs, progression_name)
        if start is None and endpoint == "cns_pfs2":
            continue
        if start is None:
            missing[start_name] = None
        if end is None:
            missing["last_assessment_date"] = None
        if start is not None and end is not None:
            if end.day < start:
                return _result(inputs, "invalid_input", reason="dates_out_of_order")
            days = days_between(start, end.day)
            outputs |= {
                f"{endpoint}_days": days,
                f"{endpoint}_months": months_for_display(days),
                f"{endpoint}_event": end.event,
            }
    value = "computed" if "cns_pfs1_days" in outputs else "not_evaluable"
    return _result(inputs, value, outputs=outputs, missing=tuple(missing))


def _end(inputs: CnsPfsInputs, progression_name: str) -> _End | None:
    progression = getattr(inputs, progression_name)
    if progression is not None:
        return _End(progression, "PD")
    if inputs.death_date is not None:
        return _End(inputs.death_date, "death")
    return None if inputs.last_assessment_date is None else _End(inputs.last_assessment_date, "censored")


def _contradiction(inputs: CnsPfsInputs) -> str | None:
    if inputs.second_cns_pd_date is not None and inputs.first_cns_pd_date is None:
        return "second_without_first_progression"
    course = (inputs.infusion_date, inputs.first_cns_pd_date, inputs.second_cns_pd_date, inputs.death_date)
    known = [day for day in course if day is not None]
    after_death = (
        inputs.death_date is not None
        and inputs.last_assessment_date is not None
        and inputs.last_assessment_date > inputs.death_date
    )
    return "dates_out_of_order" if known != sorted(known) or after_death else None


def _result(
    inputs: CnsPfsInputs,
    value: str,
    *,
    outputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="12.1",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={**dict.fromkeys(output.name for output in OUTPUTS), **(outputs or {})},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


_DAYS: Final = {"type": ["integer", "null"], "minimum": 0}
_MONTHS: Final = {"type": ["number", "null"], "minimum": 0}
_EVENT: Final = one_of_or_null("PD", "death", "censored")
OUTPUTS: Final = (
    Output("cns_pfs1_days", "Days from infusion to the event or censoring", _DAYS),
    Output("cns_pfs1_months", "Days / 30.4375, one decimal", _MONTHS),
    Output("cns_pfs1_event", "What ended CNS-PFS1", _EVENT),
    Output("cns_pfs2_days", "Days from the first CNS progression to the event or censoring", _DAYS),
    Output("cns_pfs2_months", "Days / 30.4375, one decimal", _MONTHS),
    Output("cns_pfs2_event", "What ended CNS-PFS2", _EVENT),
)

CNS_PFS = System(
    name="cns_pfs",
    version=VERSION,
    section="12.1",
    purpose="CNS-PFS1 and CNS-PFS2 after CD19 CAR-T",
    source="Kaulen 2026, 10.1186/s13045-025-01761-8; death as an event is a project decision",
    evidence="partly_verified",
    inputs=CnsPfsInputs,
    decide=decide_cns_pfs,
    values=one_of("computed", "not_evaluable", "invalid_input"),
    outputs=OUTPUTS,
    table={
        "12.1": [
            {
                "endpoint": endpoint,
                "start": start,
                "event": [progression, "death_date"],
                "censor": "last_assessment_date",
            }
            for endpoint, (start, progression) in INTERVALS.items()
        ]
    },
)

SYSTEMS = (CNS_PFS,)
