"""Questions about the person: age, and nothing at all."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leptobridge.clinical.calendar import add_months
from leptobridge.clinical.inputs import STRICT, Integer
from leptobridge.trials.case import DATE_PRECISION, Case
from leptobridge.trials.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyoneQuestion:
    """Met by everyone, such as "any age": kept so that every criterion of the registry has its verdict."""

    __pydantic_config__ = STRICT

    ask: Literal["anyone"]

    def answer(self, case: Case) -> Finding:
        """Always met."""
        return Finding(truth="met")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeQuestion:
    """Age in completed years: at least ``at_least_years`` and below ``below_years``, as far as given."""

    __pydantic_config__ = STRICT

    ask: Literal["age"]
    at_least_years: Integer | None = None
    below_years: Integer | None = None

    def answer(self, case: Case) -> Finding:
        """From the birth date; a partial one is the interval of its days (R-17)."""
        demographics = case.chart.demographics
        if demographics.birth_date is None:
            return Finding(truth="unknown", missing=("birth-date",))
        births = {demographics.birth_date.first, demographics.birth_date.last}
        answers = {self._is_met(birth, case.on) for birth in births}
        birthdays = [
            add_months(birth, 12 * years)
            for birth in births
            for years in (self.at_least_years, self.below_years)
            if years is not None
        ]
        recheck = min((day for day in birthdays if day > case.on), default=None)
        if len(answers) > 1:
            return Finding(
                truth="unknown",
                missing=("birth-date",),
                reason=DATE_PRECISION,
                evidence=demographics.evidence,
                recheck_on=recheck,
            )
        return Finding(truth="met" if answers.pop() else "not_met", evidence=demographics.evidence, recheck_on=recheck)

    def _is_met(self, birth: date, on: date) -> bool:
        old_enough = self.at_least_years is None or add_months(birth, 12 * self.at_least_years) <= on
        young_enough = self.below_years is None or on < add_months(birth, 12 * self.below_years)
        return old_enough and young_enough
