"""iRECIST over the visits of a course: unconfirmed, confirmed and reset progression (7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from leptobridge.clinical.completion import Tried
from leptobridge.clinical.decision_table import as_data
from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.irecist_rules import (
    CONFIRMS_FROM_DAY,
    CONFIRMS_LATE_AFTER_DAY,
    NEW_TARGET_FROM_MM,
    ROWS,
    IrecistVisit,
    Run,
    time_point,
)
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of
from leptobridge.clinical.target_lesions import PD_GROWTH_MM, possible_over_visits

VERSION: Final = "irecist-2017"


@dataclass(frozen=True, slots=True, kw_only=True)
class IrecistInputs:
    """Rule interface 7, irecist: sum of the targets at baseline in mm, and the visits in order."""

    __pydantic_config__ = STRICT

    visits: tuple[IrecistVisit, ...]
    baseline_sum_mm: NonNegative | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Where a course stands: ``run``, the progression that is open; ``pd_week``, the first iUPD of a confirmed one."""

    timepoints: tuple[str, ...] = ()
    run: Run | None = None
    pd_week: int | None = None
    warnings: tuple[str, ...] = ()
    last: Tried[str] | None = None


def decide_irecist(inputs: IrecistInputs) -> Result:
    """``iCR``, ``iPR``, ``iSD``, ``iUPD``, ``iCPD`` or ``NE`` at the last visit (7.2).

    Outputs: ``timepoints``, one per visit; ``pd_week``, the week of the first iUPD that was confirmed later. Visits out
    of order, a baseline sum of 0 and non-targets that increase without being there are ``invalid_input``.
    """
    impossible = _why_impossible(inputs)
    if impossible:
        return _result(inputs, "invalid_input", None, reason=impossible)
    if not inputs.visits:
        return _result(inputs, "NE", Course(), missing=("visits",))
    course = follow(inputs)
    value = course.timepoints[-1]
    if value != "NE" or course.last is None:
        return _result(inputs, value, course)
    missing = [name for category in course.last.missing for name in _unknown_of(category, inputs)]
    return _result(inputs, value, course, missing=tuple(missing), candidates=course.last.decisions)


def follow(inputs: IrecistInputs) -> Course:
    """The course after the last visit."""
    targets = possible_over_visits(inputs.baseline_sum_mm, [visit.target_sum_mm for visit in inputs.visits])
    course = Course()
    for visit, possible in zip(inputs.visits, targets, strict=True):
        if course.pd_week is not None:
            # A confirmed progression stands.
            course = Course((*course.timepoints, "iCPD"), None, course.pd_week, course.warnings)
            continue
        tried = time_point(visit, possible, course.run)
        outcome = tried.agreed or "NE"
        timepoints = (*course.timepoints, outcome)
        warnings = (*course.warnings, *_warnings(visit, outcome, course.run))
        if outcome == "iCPD" and course.run is not None:
            course = Course(timepoints, None, course.run.first.week, warnings)
        else:
            run = _run_after(visit, possible, tried, course.run)
            course = Course(timepoints, run, warnings=warnings, last=tried)
    return course


def _run_after(visit: IrecistVisit, targets: frozenset[Any], tried: Tried[str], run: Run | None) -> Run | None:
    """The open progression after a visit: iUPD begins or continues it, a response or stable disease resets it."""
    if tried.agreed not in ("iUPD", None):
        return None
    if run is None:
        if tried.agreed is None:
            return None
        progressed = "PD" in targets if len(targets) == 1 else None
        non_targets = None if visit.non_targets in (None, "not_all_evaluated") else visit.non_targets == "iUPD"
        return Run(visit, visit, progressed, non_targets)
    progressing = set(tried.decisions) <= {"iUPD", "iCPD"}
    return run._replace(
        latest=visit if progressing else run.latest,
        non_targets_increased=run.non_targets_increased or bool(visit.non_targets_increased),
    )


def _warnings(visit: IrecistVisit, outcome: str, run: Run | None) -> Sequence[str]:
    if run is None:
        return ()
    if outcome == "iUPD" and visit.day - run.first.day < CONFIRMS_FROM_DAY:
        return ("confirmation_too_early",)
    if outcome == "iCPD" and visit.day - run.latest.day > CONFIRMS_LATE_AFTER_DAY:
        return ("confirmation_late",)
    return ()


def _why_impossible(inputs: IrecistInputs) -> str | None:
    weeks = [visit.week for visit in inputs.visits]
    if any(later <= earlier for earlier, later in pairwise(weeks)):
        return "visits_out_of_order"
    if inputs.baseline_sum_mm == 0:
        return "no_target_at_baseline"
    if any(visit.non_targets_increased and visit.non_targets in ("none_at_baseline", "iCR") for visit in inputs.visits):
        return "absent_non_targets_increased"
    return None


def _unknown_of(category: str, inputs: IrecistInputs) -> Sequence[str]:
    """The input field that leaves a category open; what an earlier visit lacks has the same name."""
    if category != "targets":
        return ("new_lesions_mm",) if category == "new_lesions" else ("non_targets",)
    unmeasured = any(visit.target_sum_mm is None for visit in inputs.visits)
    baseline = ("baseline_sum_mm",) if inputs.baseline_sum_mm is None else ()
    return (*(("target_sum_mm",) if unmeasured else ()), *baseline)


def _result(
    inputs: IrecistInputs,
    value: str,
    course: Course | None,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="7.2",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"timepoints": course.timepoints if course else None, "pd_week": course.pd_week if course else None},
        reason=reason,
        missing=missing,
        warnings=(*dict.fromkeys(course.warnings if course else ()), CRITERIA_NOT_VERIFIED),
        candidates=candidates,
    )


_TIMEPOINTS: Final = ("iCR", "iPR", "iSD", "iUPD", "iCPD", "NE")

IRECIST = System(
    name="irecist",
    version=VERSION,
    section="7.2",
    purpose="iRECIST time points",
    source="Seymour 2017, PMC5648544 table T2; recist.eortc.org; end of the last row and PD date from recall",
    evidence="partly_verified",
    inputs=IrecistInputs,
    decide=decide_irecist,
    values=one_of(*_TIMEPOINTS, "invalid_input"),
    outputs=(
        Output("timepoints", "One per visit", {"type": ["array", "null"], "items": one_of(*_TIMEPOINTS)}),
        Output("pd_week", "Week of the first iUPD that was confirmed later", {"type": ["integer", "null"]}),
    ),
    table={
        "7.2": as_data(ROWS),
        "further": {
            "targets_mm_from": PD_GROWTH_MM,
            "new_targets_mm_from": PD_GROWTH_MM,
            "new_target_from_mm": NEW_TARGET_FROM_MM,
            "non_targets": "any increase",
            "number_of_new_lesions": "more",
            "versus": "first iUPD of the run",
        },
        "confirmation": {"from_day": CONFIRMS_FROM_DAY, "late_after_day": CONFIRMS_LATE_AFTER_DAY},
    },
)

SYSTEMS = (IRECIST,)
