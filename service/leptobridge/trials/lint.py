"""Checks of a trial definition that no single value can fail: one small checker per kind of mistake (design 5)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from leptobridge.trials.cancer_questions import PrimaryQuestion
from leptobridge.trials.comparison import LOWER_BOUNDS, Comparator
from leptobridge.trials.definition import All, AnyOf, AtLeast, Condition, Criterion, Not, Question, Trial, questions_of
from leptobridge.trials.fact_codes import BLOOD_UNITS, STATEMENT_CATEGORIES
from leptobridge.trials.lm_questions import (
    ClassificationQuestion,
    ClinicalPictureQuestion,
    CytologyQuestion,
    LmImagingQuestion,
    NewlyDiagnosedQuestion,
)
from leptobridge.trials.performance_questions import PerformanceQuestion
from leptobridge.trials.person_questions import AgeQuestion, AnyoneQuestion
from leptobridge.trials.value_questions import BloodQuestion, StatementQuestion

_LM_QUESTIONS = (
    LmImagingQuestion,
    CytologyQuestion,
    ClinicalPictureQuestion,
    ClassificationQuestion,
    NewlyDiagnosedQuestion,
)
_SCALE_ENDS = {"ecog": (0, 5), "kps": (0, 100), "lansky": (0, 100)}


@dataclass(frozen=True, slots=True)
class LintFinding:
    """``error``: the trial is refused. ``warning``: it is loaded and its author should look. ``path`` in the file."""

    severity: Literal["error", "warning"]
    path: str
    message: str


Checker = Callable[[Trial], Iterator[LintFinding]]


def lint_trial(trial: Trial) -> tuple[LintFinding, ...]:
    """Everything the checkers say of the trial, errors and warnings, in the order of :data:`CHECKERS`."""
    return tuple(finding for checker in CHECKERS for finding in checker(trial))


def check_duplicate_ids(trial: Trial) -> Iterator[LintFinding]:
    """Criteria and arms are named once."""
    for kind, names in (("criteria", [c.id for c in trial.criteria]), ("arms", [a.code for a in trial.arms])):
        for name, count in Counter(names).items():
            if count > 1:
                yield LintFinding("error", kind, f"'{name}' is used {count} times")


def check_disease_marker(trial: Trial) -> Iterator[LintFinding]:
    """One criterion says that the patient has the trial's disease."""
    marked = [criterion.id for criterion in trial.criteria if criterion.disease]
    if len(marked) != 1:
        yield LintFinding("error", "criteria", f"one criterion has 'disease: true', here {len(marked)}")


def check_lm_criteria(trial: Trial) -> Iterator[LintFinding]:
    """A criterion that asks about LM fails once LM is refuted (R-08)."""
    for path, criterion in _criteria(trial):
        if not criterion.needs_lm and any(isinstance(q, _LM_QUESTIONS) for q in questions_of(criterion.when)):
            yield LintFinding("error", path, "asks about LM and has no 'needs_lm: true'")


def check_statement_codes(trial: Trial) -> Iterator[LintFinding]:
    """Statements are those of exchange.md 10, or documented in the file, and of the criterion's category."""
    for path, criterion in _criteria(trial):
        for question in questions_of(criterion.when):
            if not isinstance(question, StatementQuestion):
                continue
            if question.code not in STATEMENT_CATEGORIES and question.code not in trial.statements:
                yield LintFinding("error", path, f"unknown statement '{question.code}'")
            category = STATEMENT_CATEGORIES.get(question.code, criterion.category)
            if category != criterion.category:
                yield LintFinding(
                    "error", path, f"'{question.code}' is {category}, the criterion is {criterion.category}"
                )


def check_blood_values(trial: Trial) -> Iterator[LintFinding]:
    """Blood values are known, in their canonical unit, and of category laboratory."""
    for path, criterion in _criteria(trial):
        for question in questions_of(criterion.when):
            if not isinstance(question, BloodQuestion):
                continue
            unit = BLOOD_UNITS.get(question.code)
            if unit is None:
                yield LintFinding("error", path, f"unknown blood value '{question.code}'")
            elif unit != question.unit:
                yield LintFinding("error", path, f"'{question.code}' is measured in {unit}, not {question.unit}")
            if criterion.category != "laboratory":
                yield LintFinding("error", path, "a blood value is a criterion of category laboratory")


def check_ranges(trial: Trial) -> Iterator[LintFinding]:
    """Limits lie on their scale, windows are not negative, an age range is not empty."""
    for path, criterion in _criteria(trial):
        for question in questions_of(criterion.when):
            for message in _range_faults(question):
                yield LintFinding("error", path, message)
    for index, window in enumerate(trial.protocol_windows):
        if window.at_most_days < 0:
            yield LintFinding("error", f"protocol_windows[{index}]", "a window is not negative")


def check_combinations(trial: Trial) -> Iterator[LintFinding]:
    """A combination has parts, and a threshold that its parts can reach and miss."""
    for path, criterion in _criteria(trial):
        for condition in _combinations(criterion.when):
            parts = () if isinstance(condition, Not) else condition.parts
            if not isinstance(condition, Not) and not parts:
                yield LintFinding("error", path, "a combination without parts")
            if isinstance(condition, AtLeast) and parts and not 1 <= condition.number <= len(parts):
                verb = "never be met" if condition.number > len(parts) else "never fail"
                yield LintFinding("error", path, f"at least {condition.number} of {len(parts)} can {verb}")


def check_contradictions(trial: Trial) -> Iterator[LintFinding]:
    """No two demands that always stand together exclude each other: ranges that do not meet, primaries without overlap,
    a statement that is to be true and false."""
    demands = [(path, question, wanted) for path, c in _criteria(trial) for question, wanted in _demands(c.when, True)]
    for index, (_, first, wanted_first) in enumerate(demands):
        for path, second, wanted_second in demands[index + 1 :]:
            if _exclude_each_other(first, wanted_first, second, wanted_second):
                yield LintFinding("error", path, "contradicts another demand of the trial and can never be met")


def check_arms(trial: Trial) -> Iterator[LintFinding]:
    """An arm without a condition takes all others, so it comes last."""
    for index, arm in enumerate(trial.arms[:-1]):
        if arm.when is None:
            yield LintFinding("error", f"arms[{index}]", "an arm without 'when' comes last")


def check_constant_criteria(trial: Trial) -> Iterator[LintFinding]:
    """Warns of a criterion that is met by everyone, so that it can never be unknown."""
    for path, criterion in _criteria(trial):
        truth = _constant(criterion.when)
        if truth is True:
            yield LintFinding("warning", path, "can never be unknown: met by everyone")
        elif truth is False:
            yield LintFinding("warning", path, "can never be met")


CHECKERS: tuple[Checker, ...] = (
    check_duplicate_ids,
    check_disease_marker,
    check_lm_criteria,
    check_statement_codes,
    check_blood_values,
    check_ranges,
    check_combinations,
    check_contradictions,
    check_arms,
    check_constant_criteria,
)


def _criteria(trial: Trial) -> Iterator[tuple[str, Criterion]]:
    for index, criterion in enumerate(trial.criteria):
        yield f"criteria[{index}] {criterion.id}", criterion


def _combinations(condition: Condition) -> Iterator[All | AnyOf | AtLeast | Not]:
    match condition:
        case All(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            yield condition
            for part in parts:
                yield from _combinations(part)
        case Not(part=part):
            yield condition
            yield from _combinations(part)


def _range_faults(question: Question) -> Iterator[str]:
    match question:
        case AgeQuestion(at_least_years=lowest, below_years=highest):
            if lowest is None and highest is None:
                yield "an age criterion has a limit"
            if any(years is not None and not 0 <= years <= 120 for years in (lowest, highest)):
                yield "an age lies between 0 and 120 years"
            if lowest is not None and highest is not None and lowest >= highest:
                yield "an age range that nobody is in"
        case PerformanceQuestion():
            pairs = [(question.scale, question.limit)]
            if question.equivalent:
                pairs.append((question.equivalent.scale, question.equivalent.limit))
            for scale, limit in pairs:
                low, high = _SCALE_ENDS[scale]
                if not low <= limit <= high or (scale != "ecog" and limit % 10):
                    yield f"{limit} is not a value of {scale}"
        case BloodQuestion(limit=limit, max_age_days=days, comparator=comparator):
            if limit < 0 or (limit == 0 and comparator == "below"):
                yield "a blood value is not negative"
            if days is not None and days < 0:
                yield "a window is not negative"
        case StatementQuestion(max_age_days=days) if days is not None and days < 0:
            yield "a window is not negative"


def _demands(condition: Condition, wanted: bool) -> Iterator[tuple[Question, bool]]:
    """Questions whose answer is fixed by the criterion: under ``all``, or under ``not`` of ``any``."""
    match condition:
        case Not(part=part):
            yield from _demands(part, not wanted)
        case All(parts=parts) if wanted:
            for part in parts:
                yield from _demands(part, wanted)
        case AnyOf(parts=parts) if not wanted or len(parts) == 1:
            for part in parts:
                yield from _demands(part, wanted)
        case All() | AnyOf() | AtLeast():
            return
        case _:
            yield condition, wanted


def _exclude_each_other(first: Question, wanted_first: bool, second: Question, wanted_second: bool) -> bool:
    if first == second:
        return wanted_first != wanted_second
    if not (wanted_first and wanted_second):
        return False
    match first, second:
        case PrimaryQuestion(), PrimaryQuestion():
            return not set(first.primary) & set(second.primary)
        case AgeQuestion(), AgeQuestion():
            lowest = max(first.at_least_years or 0, second.at_least_years or 0)
            return lowest >= min(first.below_years or 999, second.below_years or 999)
        case StatementQuestion(code=one), StatementQuestion(code=other) if one == other:
            if first.limit is not None and second.limit is not None and first.comparator and second.comparator:
                return _disjoint(first.comparator, first.limit, second.comparator, second.limit)
            return first.equals is not None and second.equals is not None and first.equals != second.equals
        case BloodQuestion(code=one), BloodQuestion(code=other) if one == other and first.unit == second.unit:
            return _disjoint(first.comparator, first.limit, second.comparator, second.limit)
        case PerformanceQuestion(scale=one), PerformanceQuestion(scale=other) if one == other:
            return _disjoint(first.comparator, Decimal(first.limit), second.comparator, Decimal(second.limit))
    return False


def _disjoint(first: Comparator, first_limit: Decimal, second: Comparator, second_limit: Decimal) -> bool:
    """Whether no number satisfies both bounds."""
    if (first in LOWER_BOUNDS) == (second in LOWER_BOUNDS):
        return False
    if first in LOWER_BOUNDS:
        low, high, strict = first_limit, second_limit, first == "above" or second == "below"
    else:
        low, high, strict = second_limit, first_limit, second == "above" or first == "below"
    return low > high or (low == high and strict)


def _constant(condition: Condition) -> bool | None:
    """The truth that a condition always has, ``None`` if the chart decides."""
    match condition:
        case AnyoneQuestion():
            return True
        case Not(part=part):
            inner = _constant(part)
            return None if inner is None else not inner
        case All(parts=parts):
            values = [_constant(part) for part in parts]
            return False if False in values else True if all(values) else None
        case AnyOf(parts=parts):
            values = [_constant(part) for part in parts]
            return True if True in values else False if values and all(v is False for v in values) else None
        case AtLeast(number=number, parts=parts):
            values = [_constant(part) for part in parts]
            if values.count(True) >= number:
                return True
            return False if len(values) - values.count(False) < number else None
    return None
