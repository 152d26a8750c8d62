"""Kaplan-Meier estimates with confidence intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lifelines import KaplanMeierFitter

CONFIDENCE: Final = 0.95
#: A curve that is at one half but for the rounding of binary numbers is at one half.
_HALF: Final = 0.5 + 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """The curve from one day on: how many were at risk just before it, what happened on it, and the survival after it.

    ``survival`` and its confidence limits are shares, 0 to 1. A curve at 0 has no limits.
    """

    days: int
    at_risk: int
    events: int
    censored: int
    survival: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A Kaplan-Meier estimate. A median or limit that the curve does not reach is ``None``."""

    patients: int
    events: int
    median_days: int | None
    median_lower_days: int | None
    median_upper_days: int | None
    steps: tuple[Step, ...]

    def at_risk(self, day: float) -> int:
        """Patients who are still followed, without event, on a day."""
        left = sum(step.events + step.censored for step in self.steps if step.days < day)
        return self.patients - left


def estimate(observations: Sequence[tuple[int, bool]]) -> Estimate:
    """The product-limit estimate of (days, whether an event), at least 0 days each (Kaplan, Meier 1958).

    Pointwise 95 % limits are those of Greenwood's variance on the scale log(-log S). The median is the first day on
    which the curve is at or below one half, and its limits are the first days on which those of the curve are
    (Brookmeyer, Crowley 1982).
    """
    if not observations:
        return Estimate(0, 0, None, None, None, ())
    fitter = KaplanMeierFitter(alpha=1 - CONFIDENCE)
    fitter.fit([days for days, _ in observations], [event for _, event in observations])
    limits = fitter.confidence_interval_
    steps = tuple(
        Step(
            int(days),
            int(at_risk),
            int(events),
            int(censored),
            float(survival),
            float(lower) if survival > 0 else None,
            float(upper) if survival > 0 else None,
        )
        for days, at_risk, events, censored, survival, lower, upper in zip(
            fitter.event_table.index,
            fitter.event_table["at_risk"],
            fitter.event_table["observed"],
            fitter.event_table["censored"],
            fitter.survival_function_.iloc[:, 0],
            limits.iloc[:, 0],
            limits.iloc[:, 1],
            strict=True,
        )
    )
    return Estimate(
        patients=len(observations),
        events=sum(step.events for step in steps),
        median_days=_first_at_half((step.days, step.survival) for step in steps),
        median_lower_days=_first_at_half((step.days, step.lower) for step in steps),
        median_upper_days=_first_at_half((step.days, step.upper) for step in steps),
        steps=steps,
    )


def _first_at_half(curve: Iterable[tuple[int, float | None]]) -> int | None:
    return next((days for days, share in curve if share is not None and share <= _HALF), None)
