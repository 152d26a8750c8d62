"""Questions about blood values (exchange.md 9) and statements (exchange.md 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leptobridge.chart.chart import Bound, Diagnosis, Entry, Measurement, Statement
from leptobridge.chart.facts import FactValue
from leptobridge.clinical.inputs import STRICT, Integer, Number
from leptobridge.trials.case import Case, ask_latest, settled, within_days
from leptobridge.trials.comparison import Comparator, holds, holds_within
from leptobridge.trials.verdict import Finding

#: Answers of a statement that mean yes or no, beside a boolean (exchange.md 0, general answers).
_YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "positive", "present", "detected", "pregnant"), True),
    **dict.fromkeys(("no", "negative", "absent", "not_detected", "not_pregnant", "none"), False),
}
#: Spellings of the unit of a statement counted in weeks or days.
_WEEKS: frozenset[str | None] = frozenset((None, "wk", "week", "weeks"))
_DAYS: frozenset[str | None] = frozenset((None, "d", "day", "days"))

OUT_OF_DATE = "out_of_date"
UNIT_MISMATCH = "unit_mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodQuestion:
    """Whether the latest value of ``code`` satisfies the limit; older than ``max_age_days`` is unknown, not failed."""

    __pydantic_config__ = STRICT

    ask: Literal["blood"]
    code: str
    comparator: Comparator
    limit: Number
    unit: str
    max_age_days: Integer | None = None

    def answer(self, case: Case) -> Finding:
        """From the latest measurement in canonical units."""
        entries = [entry for entry in case.chart.measurements if entry.code == self.code]
        missing = (kebab(self.code),)

        def judge(entry: Measurement) -> Finding:
            if entry.value is None and entry.bound is None:
                return Finding(truth="unknown", missing=missing)
            if entry.unit != self.unit:
                return Finding(truth="unknown", missing=missing, reason=UNIT_MISMATCH)
            met = _compare(entry.value, entry.bound, self.comparator, self.limit)
            if met is None:
                return Finding(truth="unknown", missing=missing)
            return _in_time(entry, case.on, self.max_age_days, Finding(truth="met" if met else "not_met"), missing)

        return ask_latest(entries, case.on, missing, judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQuestion:
    """Whether the latest statement of ``code`` equals ``equals``, or satisfies comparator, limit and unit.

    Statements that concern another trial are left out. ``condition``: a diagnosis of that code says yes as well, from
    its date until its end, and one that was refuted no, from the refutation on.
    """

    __pydantic_config__ = STRICT

    ask: Literal["statement"]
    code: str
    equals: bool | str | None = None
    comparator: Comparator | None = None
    limit: Number | None = None
    unit: Literal["wk", "d"] | None = None
    max_age_days: Integer | None = None
    condition: str | None = None

    def __post_init__(self) -> None:
        if (self.equals is None) == (self.limit is None) or (self.limit is None) != (self.comparator is None):
            raise ValueError("either 'equals', or 'comparator' with 'limit'")

    def answer(self, case: Case) -> Finding:
        """From the latest statement, whatever it says: an explicit unknown that is the latest leaves it unknown."""
        entries = [
            entry for entry in case.chart.statements if entry.code == self.code and entry.focus in (None, case.trial)
        ]
        entries += [
            Statement(code=self.code, value=True, time=entry.time, evidence=entry.evidence, flags=entry.flags)
            for entry in settled(case.chart.comorbidities, case.on)
            if entry.code == self.condition and _lasts(entry, case.on)
        ]
        entries += [
            Statement(code=self.code, value=False, time=entry.time, evidence=entry.evidence, flags=entry.flags)
            for entry in case.chart.refuted_comorbidities
            if entry.code == self.condition
        ]
        missing = (kebab(self.code),)

        def judge(entry: Statement) -> Finding:
            met = self._is_met(entry)
            if met is None:
                reason = None if entry.value is None else UNIT_MISMATCH if self.limit is not None else "answer_not_read"
                return Finding(truth="unknown", missing=missing, reason=reason)
            return _in_time(entry, case.on, self.max_age_days, Finding(truth="met" if met else "not_met"), missing)

        return ask_latest(entries, case.on, missing, judge)

    def _is_met(self, entry: Statement) -> bool | None:
        value = entry.value
        if self.limit is not None and self.comparator is not None:
            units = _WEEKS if self.unit == "wk" else _DAYS if self.unit == "d" else frozenset((None, "1"))
            if entry.unit not in units or isinstance(value, bool | str):
                return None
            return _compare(None if value is None else Decimal(value), entry.bound, self.comparator, self.limit)
        if isinstance(self.equals, bool):
            answer = read_yes_no(value)
            return None if answer is None else answer == self.equals
        return None if value is None else value == self.equals


def _compare(value: Decimal | None, bound: Bound | None, comparator: Comparator, limit: Decimal) -> bool | None:
    """A number against a limit; a bound answers where all that it leaves open answers alike."""
    if value is not None:
        return holds(value, comparator, limit)
    return None if bound is None else holds_within(bound, comparator, limit)


def read_yes_no(value: FactValue) -> bool | None:
    """Yes or no of a statement; ``None`` where it says neither."""
    if isinstance(value, bool):
        return value
    return _YES_NO.get(value) if isinstance(value, str) else None


def kebab(code: str) -> str:
    """The code of a fact as it stands in ``missing`` (exchange.md 12)."""
    return code.replace("_", "-")


def _in_time(entry: Entry, on: date, days: int | None, finding: Finding, missing: tuple[str, ...]) -> Finding:
    if days is None:
        return finding
    in_window, changes_on = within_days(entry, on, days)
    if in_window:
        return Finding(truth=finding.truth, recheck_on=changes_on)
    reason = OUT_OF_DATE if in_window is False else "date_precision"
    return Finding(truth="unknown", missing=missing, reason=reason, recheck_on=changes_on)


def _lasts(entry: Diagnosis, on: date) -> bool:
    return entry.end is None or entry.end.first > on
