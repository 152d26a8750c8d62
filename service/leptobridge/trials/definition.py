"""A trial as a computable definition (clinical reference 14, design 5)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from leptobridge.trials.cancer_questions import PrimaryQuestion
from leptobridge.trials.case import Case
from leptobridge.trials.lm_questions import (
    ClassificationQuestion,
    ClinicalPictureQuestion,
    CytologyQuestion,
    LmImagingQuestion,
    NewlyDiagnosedQuestion,
)
from leptobridge.trials.logic import join, join_all, join_any, join_at_least, truth_of_not
from leptobridge.trials.performance_questions import PerformanceQuestion
from leptobridge.trials.person_questions import AgeQuestion, AnyoneQuestion
from leptobridge.trials.value_questions import BloodQuestion, StatementQuestion
from leptobridge.trials.verdict import Category, Finding

Question = (
    AnyoneQuestion
    | AgeQuestion
    | PrimaryQuestion
    | LmImagingQuestion
    | CytologyQuestion
    | ClinicalPictureQuestion
    | ClassificationQuestion
    | NewlyDiagnosedQuestion
    | PerformanceQuestion
    | BloodQuestion
    | StatementQuestion
)


@dataclass(frozen=True, slots=True)
class All:
    """Every part has to be met."""

    parts: tuple["Condition", ...]

    def answer(self, case: Case) -> Finding:
        """Conjunction of the parts."""
        return join_all([part.answer(case) for part in self.parts])


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part has to be met."""

    parts: tuple["Condition", ...]

    def answer(self, case: Case) -> Finding:
        """Disjunction of the parts."""
        return join_any([part.answer(case) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be met."""

    part: "Condition"

    def answer(self, case: Case) -> Finding:
        """Negation of the part; unknown stays unknown."""
        finding = self.part.answer(case)
        return join(truth_of_not(finding.truth), [finding])


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``number`` of the parts have to be met."""

    number: int
    parts: tuple["Condition", ...]

    def answer(self, case: Case) -> Finding:
        """Threshold over the parts."""
        return join_at_least(self.number, [part.answer(case) for part in self.parts])


Condition = All | AnyOf | Not | AtLeast | Question

#: How far a criterion is verified (0.1): ``recall`` and ``decision`` bring ``criteria_not_verified`` (G10).
CriterionEvidence = Literal["source", "recall", "decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of the registry. ``when`` says what the trial demands, for an exclusion the excluding condition's
    absence. ``needs_lm``: not met once LM is refuted (R-08). ``concerns_women``: met for a male patient without a
    statement (exchange.md 10). ``disease``: says that the patient has the trial's disease (exchange.md 12)."""

    id: str
    text: str
    category: Category
    evidence: CriterionEvidence
    when: Condition
    needs_lm: bool = False
    concerns_women: bool = False
    disease: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """An arm and who belongs to it: the first whose condition is met. No condition = all others."""

    code: str
    text: str
    when: Condition | None = None


Event = Literal["enrolment", "mri", "drug_end", "radiotherapy_end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolWindow:
    """A window that is no criterion: later than ``at_most_days`` after the start event is a protocol violation (14.16).

    The start is the last event of its kind on or before the end event.
    """

    id: str
    text: str
    start: Event
    end: Event
    at_most_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the criteria were read: an address (https:// left out) or a publication."""

    title: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial file. ``baseline_window_days`` is the window before the start of the course (default 28 days).

    ``statements`` documents statements of exchange.md 10 that only this trial asks for: code -> what is stated.
    """

    id: str
    system: Literal["http://clinicaltrials.gov", "http://www.chictr.org.cn"]
    version: str
    title: str
    reviewed: date
    sources: tuple[Source, ...]
    criteria: tuple[Criterion, ...]
    arms: tuple[Arm, ...] = ()
    baseline_window_days: int = 28
    protocol_windows: tuple[ProtocolWindow, ...] = ()
    statements: dict[str, str] = field(default_factory=dict)

    @property
    def disease_criterion(self) -> Criterion:
        """The criterion that says that the patient has the trial's disease."""
        return next(criterion for criterion in self.criteria if criterion.disease)


def questions_of(condition: Condition) -> Iterator[Question]:
    """Every question of a condition, in the order in which it is written."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            for part in parts:
                yield from questions_of(part)
        case Not(part=part):
            yield from questions_of(part)
        case _:
            yield condition
