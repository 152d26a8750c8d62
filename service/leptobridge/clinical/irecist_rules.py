"""The time-point table of iRECIST (7.2): what a visit shows in each category, and what confirms a progression."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.completion import Tried, try_every
from leptobridge.clinical.decision_table import Outcome, Row, first_fit
from leptobridge.clinical.inputs import STRICT, Count, NonNegative
from leptobridge.clinical.target_lesions import PD_GROWTH_MM, TargetResponse

NonTargets = Literal["none_at_baseline", "iCR", "non_icr_non_iupd", "iUPD", "not_all_evaluated"]

#: Progression beyond that of the first iUPD of the run, or in a category that was not progressing then.
FURTHER: Final = "iUPD_further"
NO_NEW, NEW, FURTHER_NEW = "none", "present", "further"

#: 7.2 read top down. ``confirms``: the scan is late enough after the first iUPD of the run to confirm it.
ROWS: Final = (
    Row(Outcome("iCPD", "7.2"), {"targets": (FURTHER,), "confirms": (True,)}),
    Row(Outcome("iCPD", "7.2"), {"non_targets": (FURTHER,), "confirms": (True,)}),
    Row(Outcome("iCPD", "7.2"), {"new_lesions": (FURTHER_NEW,), "confirms": (True,)}),
    Row(Outcome("iUPD", "7.2"), {"targets": ("iUPD", FURTHER)}),
    Row(Outcome("iUPD", "7.2"), {"non_targets": ("iUPD", FURTHER)}),
    Row(Outcome("iUPD", "7.2"), {"new_lesions": (NEW, FURTHER_NEW)}),
    Row(Outcome("iCR", "7.2"), {"targets": ("iCR",), "non_targets": ("iCR", "none_at_baseline")}),
    Row(Outcome("iPR", "7.2"), {"targets": ("iCR", "iPR")}),
    Row(Outcome("iSD", "7.2"), {"targets": ("iSD",)}),
)

#: A further scan confirms from so many days after the first iUPD of the run; later than so many days after the latest
#: iUPD it does so with a warning (7.2, D-30).
CONFIRMS_FROM_DAY = 28
CONFIRMS_LATE_AFTER_DAY = 56
#: New lesions of at least this size are measured as new targets, smaller ones are new non-targets (7.1).
NEW_TARGET_FROM_MM = 10

_TARGET_STATES: Final[dict[TargetResponse, str]] = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "PD": "iUPD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IrecistVisit:
    """One visit (rule interface 7, irecist): weeks since baseline, sum of the targets and all new lesions in mm.

    ``non_targets_increased``: a further increase since the last scan. ``new_lesions_mm``: empty = none; one of 0 mm is
    gone.
    """

    __pydantic_config__ = STRICT

    week: Count
    target_sum_mm: NonNegative | None = None
    non_targets: NonTargets | None = None
    non_targets_increased: bool | None = None
    new_lesions_mm: tuple[NonNegative, ...] | None = None

    @property
    def day(self) -> int:
        """Days since baseline."""
        return 7 * self.week

    @property
    def new_lesions(self) -> tuple[Decimal, ...] | None:
        """Sizes of the new lesions that are there; ``None`` = not known."""
        return None if self.new_lesions_mm is None else tuple(filter(None, self.new_lesions_mm))


class Run(NamedTuple):
    """A progression that is neither confirmed nor reset: what its first iUPD showed (``None`` = not known).

    ``non_targets_increased``: whether the non-targets have increased further since.
    """

    first: IrecistVisit
    latest: IrecistVisit
    targets_progressed: bool | None
    non_targets_progressed: bool | None
    non_targets_increased: bool = False


def time_point(visit: IrecistVisit, targets: frozenset[TargetResponse], run: Run | None) -> Tried[str]:
    """The outcomes that a visit leaves open (7.2, G1); ``targets``: what its sum leaves open by the rule of 7.1."""
    states = {
        "targets": target_states(visit, targets, run),
        "non_targets": non_target_states(visit, run),
        "new_lesions": new_lesion_states(visit, run),
    }
    confirms = run is not None and visit.day - run.first.day >= CONFIRMS_FROM_DAY
    return try_every(
        lambda **factors: first_fit(ROWS, **factors).value,
        {
            **{name: possible[0] if len(possible) == 1 else None for name, possible in states.items()},
            "confirms": confirms,
        },
        states,
    )


def target_states(visit: IrecistVisit, targets: frozenset[TargetResponse], run: Run | None) -> Sequence[str]:
    """States that the targets can be in; growth counts from the first iUPD of the run and adds up over visits."""
    states = sorted(_TARGET_STATES[response] for response in targets)
    if run is None or "iUPD" not in states:
        return states
    first, now = run.first.target_sum_mm, visit.target_sum_mm
    if run.targets_progressed is False:
        further: bool | None = True
    elif run.targets_progressed is None or first is None or now is None:
        further = None
    else:
        further = now - first >= PD_GROWTH_MM
    if further is None:
        return [*states, FURTHER]
    return [FURTHER if further and state == "iUPD" else state for state in states]


def non_target_states(visit: IrecistVisit, run: Run | None) -> Sequence[str]:
    """States that the non-targets can be in; a further increase need not be unequivocal."""
    unknown = ["iCR", "non_icr_non_iupd", "iUPD"]
    status = visit.non_targets
    if run is None:
        return [status] if status is not None else unknown
    increased = visit.non_targets_increased or run.non_targets_increased
    match status:
        # What was progressing and is not evaluated now may still be.
        case "not_all_evaluated" if run.non_targets_progressed is not False:
            return [*unknown, FURTHER]
        case None if run.non_targets_progressed is False:
            return ["iCR", "non_icr_non_iupd", FURTHER]
        case None:
            return [*unknown, FURTHER]
        case "iUPD" if run.non_targets_progressed is False or increased:
            return [FURTHER]
        case "iUPD" if run.non_targets_progressed is None:
            return [status, FURTHER]
        case "non_icr_non_iupd" if visit.non_targets_increased and run.non_targets_progressed:
            return [FURTHER]
    return [status]


def new_lesion_states(visit: IrecistVisit, run: Run | None) -> Sequence[str]:
    """States that the new lesions can be in, versus those of the first iUPD of the run."""
    now = visit.new_lesions
    if now == ():
        return [NO_NEW]
    if run is None:
        return [NO_NEW, NEW] if now is None else [NEW]
    first = run.first.new_lesions
    if now is None:
        # Where there was none at the first iUPD any new lesion is further progression.
        return [NO_NEW, FURTHER_NEW] if first == () else [NO_NEW, NEW, FURTHER_NEW]
    if first is None:
        return [NEW, FURTHER_NEW]
    return [FURTHER_NEW if _new_lesions_grew(first, now) else NEW]


def _new_lesions_grew(first: Sequence[Decimal], now: Sequence[Decimal]) -> bool:
    """More of them, new targets larger by 5 mm in sum, or any new non-target larger; compared in order of size."""
    if len(now) > len(first):
        return True
    by_size = sorted(now, reverse=True) + [Decimal(0)] * (len(first) - len(now))
    growth = [(size, later - size) for size, later in zip(sorted(first, reverse=True), by_size, strict=True)]
    of_targets = sum(change for size, change in growth if size >= NEW_TARGET_FROM_MM)
    return of_targets >= PD_GROWTH_MM or any(change > 0 for size, change in growth if size < NEW_TARGET_FROM_MM)
