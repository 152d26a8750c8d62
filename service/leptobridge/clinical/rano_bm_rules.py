"""The RANO-BM response table over its criteria (6.2), and clinical worsening by Karnofsky values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from leptobridge.clinical.completion import Tried, try_every
from leptobridge.clinical.decision_table import Outcome, Row, first_fit
from leptobridge.clinical.inputs import STRICT, Count, Integer
from leptobridge.clinical.performance_status import VALUES

NonTargets = Literal["none", "improved", "stable", "unequivocal_pd"]
NewLesion = Literal["none", "equivocal", "present"]
Corticosteroids = Literal["none", "stable", "decreased", "increased"]
ClinicalStatus = Literal["improved", "stable", "worse"]

#: Targets of a patient who had none at baseline: nothing of them can shrink, so they allow CR and SD alone.
NO_TARGETS: Final = "none_at_baseline"

#: 6.2 read top down. An equivocal new lesion is not yet a new lesion.
ROWS: Final = (
    Row(Outcome("PD", "6.2/PD"), {"targets": ("PD",)}),
    Row(Outcome("PD", "6.2/PD"), {"non_targets": ("unequivocal_pd",)}),
    Row(Outcome("PD", "6.2/PD"), {"new_lesion": ("present",), "immunotherapy": (False,)}),
    Row(Outcome("PD", "6.2/PD"), {"clinical_status": ("worse",)}),
    Row(Outcome("NE", "6.2/NE", "steroid_increase"), {"corticosteroids": ("increased",)}),
    Row(Outcome("SD", "6.2/SD"), {"new_lesion": ("present",)}),
    Row(
        Outcome("CR", "6.2/CR"),
        {"targets": ("CR", NO_TARGETS), "non_targets": ("none",), "corticosteroids": ("none",)},
    ),
    Row(Outcome("PR", "6.2/PR"), {"targets": ("CR", "PR")}),
    Row(Outcome("SD", "6.2/SD")),
)

#: What each unknown criterion could be: one value of each class that the rows tell apart.
DOMAINS: Final[Mapping[str, tuple[Any, ...]]] = {
    "targets": ("CR", "PR", "SD", "PD"),
    "non_targets": ("none", "stable", "unequivocal_pd"),
    "new_lesion": ("none", "present"),
    "corticosteroids": ("none", "stable", "increased"),
    "clinical_status": ("stable", "worse"),
    "immunotherapy": (True, False),
}

#: Karnofsky at baseline → the highest value now that is clinical worsening (6.2, from recall): from 100 or 90 to 70 or
#: less, by 20 or more from 80 or less, and any fall to 50 or less.
WORSE_UNTIL_KPS: Final = {100: 70, 90: 70, 80: 60, 70: 50, 60: 50, 50: 40, 40: 30, 30: 20, 20: 10, 10: 0}
WORSE_SUSTAINED_DAYS = 7


class Criteria(NamedTuple):
    """The criteria at one time point. A set holds what is possible; ``None`` = unknown."""

    targets: frozenset[str]
    non_targets: NonTargets | None
    new_lesion: NewLesion | None
    corticosteroids: Corticosteroids | None
    clinical_status: frozenset[str]
    immunotherapy: bool | None


@lru_cache(maxsize=4096)
def respond(criteria: Criteria) -> Tried[str]:
    """The responses that the unknown criteria leave open (6.2, G1)."""
    possible = {"targets": criteria.targets, "clinical_status": criteria.clinical_status}
    known = {name: next(iter(values)) if len(values) == 1 else None for name, values in possible.items()}
    return try_every(
        lambda **factors: first_fit(ROWS, **factors).value,
        {**criteria._asdict(), **known},
        {**DOMAINS, **{name: sorted(values) for name, values in possible.items()}},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KarnofskyCourse:
    """Karnofsky at baseline and now, how long it has stood, and whether something else explains it."""

    __pydantic_config__ = STRICT

    baseline: Integer | None = None
    current: Integer | None = None
    sustained_days: Count | None = None
    other_cause: bool | None = None


def is_impossible(kps: KarnofskyCourse | None) -> bool:
    """Whether a Karnofsky value is not one of 0, 10, … 100."""
    return kps is not None and any(value not in (None, *VALUES["kps"]) for value in (kps.baseline, kps.current))


@lru_cache(maxsize=4096)
def status_by_kps(kps: KarnofskyCourse) -> Tried[str]:
    """``worse`` or ``stable``; unknown parts are tried at each value (6.2, G1)."""
    return try_every(
        _status_by_kps,
        {name: getattr(kps, name) for name in kps.__dataclass_fields__},
        {
            "baseline": VALUES["kps"],
            "current": VALUES["kps"],
            "sustained_days": (0, WORSE_SUSTAINED_DAYS),
            "other_cause": (True, False),
        },
    )


def _status_by_kps(baseline: int, current: int, sustained_days: int, other_cause: bool) -> str:
    fallen = baseline in WORSE_UNTIL_KPS and current <= WORSE_UNTIL_KPS[baseline]
    return "worse" if fallen and sustained_days >= WORSE_SUSTAINED_DAYS and not other_cause else "stable"
