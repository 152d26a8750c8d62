"""Questions about performance status, in either adult scale through rule PS (9.1), and Lansky."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from leptobridge.chart.chart import PerformanceStatus
from leptobridge.clinical.inputs import STRICT, Integer
from leptobridge.clinical.performance_status import (
    VALUES,
    PerformanceCriterion,
    PsConversionInputs,
    decide_ps_conversion,
)
from leptobridge.trials.case import Case, ask_latest, latest
from leptobridge.trials.comparison import holds
from leptobridge.trials.verdict import Finding, Truth

Scale = Literal["ecog", "kps", "lansky"]

_TRUTH: dict[str, Truth] = {"pass": "met", "fail": "not_met"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """The same demand in the other scale, as the protocol itself declares it; it wins over the maps (PS)."""

    __pydantic_config__ = STRICT

    scale: Literal["ecog", "kps"]
    comparator: Literal["at_least", "at_most"]
    limit: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceQuestion:
    """Whether the latest performance status satisfies the limit in ``scale``."""

    __pydantic_config__ = STRICT

    ask: Literal["performance"]
    scale: Scale
    comparator: Literal["at_least", "at_most"]
    limit: Integer
    equivalent: Equivalent | None = None

    def answer(self, case: Case) -> Finding:
        """From the latest status; of one day, one in the criterion's own scale goes before a conversion."""
        scales = ("lansky",) if self.scale == "lansky" else ("ecog", "kps")
        entries = [entry for entry in case.chart.performance if entry.scale in scales]
        newest = latest(entries, case.on)
        days = {entry.time for entry in newest if entry.time and entry.time.is_exact}
        shared = {day.first for day in days}
        if len(shared) == 1 and len(days) <= len(newest):
            same_day = [entry for entry in entries if entry.time and {entry.time.first, entry.time.last} == shared]
            entries = self._preferred(same_day) + [entry for entry in entries if entry not in same_day]
        return ask_latest(entries, case.on, (self.scale,), self._judge)

    def _preferred(self, same_day: list[PerformanceStatus]) -> list[PerformanceStatus]:
        known = [entry for entry in same_day if entry.value is not None]
        return [entry for entry in known if entry.scale == self.scale] or known or same_day

    def _judge(self, entry: PerformanceStatus) -> Finding:
        if entry.value is None:
            return self._judge_range(entry)
        if entry.value not in VALUES["ecog" if entry.scale == "ecog" else "kps"]:
            return Finding(truth="unknown", missing=(self.scale,), reason="invalid_input")
        if entry.scale == self.scale:
            met = holds(Decimal(entry.value), self.comparator, Decimal(self.limit))
            return Finding(truth="met" if met else "not_met")
        declared = self.equivalent
        if declared and declared.scale == entry.scale:
            met = holds(Decimal(entry.value), declared.comparator, Decimal(declared.limit))
            return Finding(truth="met" if met else "not_met")
        return self._convert(entry)

    def _judge_range(self, entry: PerformanceStatus) -> Finding:
        """Of a range, what every score within it would answer (G1)."""
        scores = VALUES["ecog" if entry.scale == "ecog" else "kps"]
        low, high = entry.limits or (1, 0)
        findings = [self._judge(replace(entry, value=score, limits=None)) for score in scores if low <= score <= high]
        if len({finding.truth for finding in findings}) == 1 and findings[0].truth != "unknown":
            warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
            return Finding(truth=findings[0].truth, warnings=tuple(warnings))
        return Finding(truth="unknown", missing=(self.scale,))

    def _convert(self, entry: PerformanceStatus) -> Finding:
        assert self.scale != "lansky"
        result = decide_ps_conversion(
            PsConversionInputs(
                kps=entry.value if entry.scale == "kps" else None,
                ecog=entry.value if entry.scale == "ecog" else None,
                criterion=PerformanceCriterion(scale=self.scale, comparator=self.comparator, limit=self.limit),
            )
        )
        truth = _TRUTH.get(str(result.value), "unknown")
        return Finding(
            truth=truth,
            missing=(self.scale,) if truth == "unknown" else (),
            reason=f"conversion_{result.value}" if truth == "unknown" else None,
            warnings=tuple(result.warnings),
        )
