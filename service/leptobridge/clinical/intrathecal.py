"""Intrathecal therapy: dates of the doses of a regimen, and the indication by EANO-ESMO class (1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.calendar import add_months
from leptobridge.clinical.completion import try_every
from leptobridge.clinical.inputs import STRICT, Day, Integer, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "meningeal-metastasis-consensus-2026"

RegimenId = Literal["S0-30", "S0-31", "S0-32", "S0-33", "S0-34", "S0-35", "S0-36"]
Drug = Literal[
    "pemetrexed", "methotrexate", "thiotepa", "cytarabine", "liposomal_cytarabine", "trastuzumab", "nivolumab"
]


class Regimen(NamedTuple):
    """A regimen of 1.1. ``days``: days from the first dose to each dose before the monthly ones.

    ``None``: the seed does not state the length of every phase, so that no dates can be computed.
    """

    drugs: tuple[Drug, ...]
    schedule: str
    days: tuple[int, ...] | None = None


REGIMENS: Final[Mapping[RegimenId, Regimen]] = {
    "S0-30": Regimen(
        ("pemetrexed",),
        "days 1 and 5 of week 1, then every 3 weeks × 4, then monthly",
        days=(0, 4, 21, 42, 63, 84),
    ),
    "S0-31": Regimen(("methotrexate",), "twice weekly × 4 weeks, weekly consolidation, monthly maintenance"),
    "S0-32": Regimen(("thiotepa",), "twice weekly"),
    "S0-33": Regimen(("methotrexate", "cytarabine"), "weekly, concurrent with involved-field radiotherapy"),
    "S0-34": Regimen(("liposomal_cytarabine",), "every 14 days × 5, then monthly", days=(0, 14, 28, 42, 56)),
    "S0-35": Regimen(("trastuzumab",), "weekly"),
    "S0-36": Regimen(("nivolumab",), "every 2 weeks"),
}

#: EANO-ESMO type and MRI subtype → indication (IT-IND).
INDICATIONS: Final[Mapping[tuple[str, str], str]] = {
    ("I", "A"): "consider_intrathecal",
    ("I", "B"): "systemic_first",
    ("I", "C"): "consider_intrathecal_and_systemic",
    ("I", "D"): "consider_intrathecal",
    ("II", "A"): "individual",
    ("II", "B"): "systemic_first",
    ("II", "C"): "systemic_first",
    ("II", "D"): "individual",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrathecalScheduleInputs:
    """A regimen of 1.1 by its id, and how many dates are wanted (rule interface 1, intrathecal_schedule)."""

    __pydantic_config__ = STRICT

    regimen: RegimenId
    n_doses: Integer
    drug: Drug | None = None
    first_dose_date: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItIndInputs:
    """The class as ``eano_esmo_classification`` gives it (rule interface 1, it_ind)."""

    __pydantic_config__ = STRICT

    type: Literal["I", "II"] | None = None
    letter: Literal["A", "B", "C", "D"] | None = None
    provisional: Literal["cytology_missing"] | None = None


def decide_intrathecal_schedule(inputs: IntrathecalScheduleInputs) -> Result:
    """``scheduled`` with output ``dates``; a regimen whose phases the seed leaves open is ``not_supported`` (1.1).

    ``invalid_input``: a drug that is not the regimen's, fewer doses than one, dates beyond the calendar.
    """
    regimen = REGIMENS[inputs.regimen]
    if inputs.drug is not None and inputs.drug not in regimen.drugs:
        return _schedule(inputs, "invalid_input", reason="drug_of_another_regimen")
    if inputs.n_doses < 1:
        return _schedule(inputs, "invalid_input", reason="no_dose_asked_for")
    if regimen.days is None:
        return _schedule(inputs, "not_supported")
    if inputs.first_dose_date is None:
        return _schedule(inputs, "not_evaluable", missing=("first_dose_date",))
    dates = _dose_dates(inputs.first_dose_date, regimen.days, inputs.n_doses)
    if dates is None:
        return _schedule(inputs, "invalid_input", reason="dates_beyond_the_calendar")
    return _schedule(inputs, "scheduled", dates=dates)


def _dose_dates(first: date, days: tuple[int, ...], n_doses: int) -> tuple[date, ...] | None:
    """Monthly doses count from the last dose of the phase before and are never chained (G5).

    ``None`` where the calendar ends before.
    """
    if (date.max - first).days < days[-1]:
        return None
    dates = tuple(first + timedelta(days=day) for day in days)
    months = n_doses - len(days)
    if months > 12 * (MAXYEAR - dates[-1].year) + 12 - dates[-1].month:
        return None
    return (*dates[:n_doses], *(add_months(dates[-1], month) for month in range(1, months + 1)))


def decide_it_ind(inputs: ItIndInputs) -> Result:
    """The indication by type and letter (IT-IND); unknown parts are tried at each value (G1).

    A provisional type II may turn out to be type I, so it stands only where both give the same (R-09).
    """
    provisional = inputs.provisional is not None and inputs.type == "II"
    tried = try_every(
        lambda **class_: INDICATIONS[class_["type"], class_["letter"]],
        {"type": None if provisional else inputs.type, "letter": inputs.letter},
        {"type": ("I", "II"), "letter": ("A", "B", "C", "D")},
    )
    missing = tuple("csf_cytology" if name == "type" and provisional else name for name in tried.missing)
    return Result(
        value=tried.agreed or "not_evaluable",
        rule="IT-IND",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=tried.decisions if missing else (),
    )


def _schedule(
    inputs: IntrathecalScheduleInputs,
    value: str,
    *,
    dates: tuple[date, ...] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule=inputs.regimen,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"dates": dates},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


INTRATHECAL_SCHEDULE = System(
    name="intrathecal_schedule",
    version=VERSION,
    section="1.1",
    purpose="Dates of the doses of an intrathecal regimen",
    source="Seed 000; how phases are counted is a project decision",
    evidence="partly_verified",
    inputs=IntrathecalScheduleInputs,
    decide=decide_intrathecal_schedule,
    values=one_of("scheduled", "not_evaluable", "not_supported", "invalid_input"),
    outputs=(
        Output(
            "dates",
            "One per dose, in order",
            {"type": ["array", "null"], "items": {"type": "string", "format": "date"}},
        ),
    ),
    table={"regimens": {name: regimen._asdict() for name, regimen in REGIMENS.items()}},
)

IT_IND = System(
    name="it_ind",
    version=VERSION,
    section="1.1",
    purpose="Intrathecal indication by EANO-ESMO type and letter",
    source="Seed 000; the mapping onto type and letter is a project decision",
    evidence="partly_verified",
    inputs=ItIndInputs,
    decide=decide_it_ind,
    values=one_of(*dict.fromkeys(INDICATIONS.values()), "not_evaluable"),
    table={
        "IT-IND": [
            {"type": type_, "letter": letter, "indication": indication}
            for (type_, letter), indication in INDICATIONS.items()
        ]
    },
)

SYSTEMS = (INTRATHECAL_SCHEDULE, IT_IND)
