"""A conclusion: what the rules say of one person, with everything that its Observation carries (exchange.md 12)."""

import hashlib
from dataclasses import dataclass
from datetime import date

import orjson

from leptobridge.chart.facts import Source
from leptobridge.clinical.result import Result
from leptobridge.trials.verdict import CriterionVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One result about one person: becomes one Observation.

    ``system`` is the rule set's name in snake_case (``eano_esmo_classification``, ``lm_response``,
    ``trial_eligibility`` …). ``effective`` is the reference date; ``time_point`` is set where there is one conclusion
    per time point, ``trial`` where there is one per trial, ``topic`` where several stand side by side. ``flags`` are
    those of the facts it rests on; ``result.flags`` those of the rule.
    """

    person: str
    system: str
    effective: date
    result: Result
    time_point: date | None = None
    trial: str | None = None
    topic: str | None = None
    criteria: tuple[CriterionVerdict, ...] = ()
    evidence: tuple[Source, ...] = ()
    flags: tuple[str, ...] = ()
    valid_until: date | None = None

    @property
    def identifier(self) -> str:
        """Stable id of (patient, kind, time point, trial or topic), the identifier value of the Observation."""
        day = self.time_point.isoformat() if self.time_point else ""
        parts = (self.person, self.system, day, self.trial or "", *((self.topic,) if self.topic else ()))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    @property
    def fingerprint(self) -> str:
        """Hash of what a reader would see changed; the reference date is left out (exchange.md 12)."""
        content = {
            "result": self.result.to_json(),
            "criteria": [
                (c.criterion, c.verdict, sorted(c.missing), c.reason, sorted(c.warnings)) for c in self.criteria
            ],
            "evidence": sorted((source.reference, source.version) for source in self.evidence),
            "flags": sorted(self.flags),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
