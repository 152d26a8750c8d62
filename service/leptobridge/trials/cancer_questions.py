"""Questions about the primary malignancy (exchange.md 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from leptobridge.chart.chart import PrimaryCancer
from leptobridge.clinical.inputs import OUTSIDE_SCOPE, STRICT, Primary
from leptobridge.trials.case import Case, latest, settled
from leptobridge.trials.logic import agree
from leptobridge.trials.verdict import Finding

#: Histologies that a criterion can name; another word leaves a criterion on histology unknown.
Histology = Literal["nsclc", "adenocarcinoma", "squamous", "non_squamous", "large_cell", "sclc", "ductal", "lobular"]
_HISTOLOGIES: frozenset[str] = frozenset(get_args(Histology))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryQuestion:
    """Whether the primary is one of ``primary`` and, if ``histology`` is given, of one of those histologies.

    ``histology_of``: the histology is asked of these primaries alone, so that one question takes several cancers.
    Several primaries: the one that the LM diagnosis names decides; without one they have to agree (exchange.md 2).
    """

    __pydantic_config__ = STRICT

    ask: Literal["primary"]
    primary: tuple[Primary, ...]
    histology: tuple[Histology, ...] | None = None
    histology_of: tuple[Primary, ...] | None = None

    def answer(self, case: Case) -> Finding:
        """From the primaries up to the reference date."""
        entries = settled(case.chart.primaries, case.on)
        diagnoses = [entry for entry in case.chart.lm_diagnoses if entry.status == "active" and entry.primary]
        named = {entry.primary for entry in latest(diagnoses, case.on)}
        if len(named) == 1:
            entries = [entry for entry in entries if entry.primary in named] or [
                PrimaryCancer(primary=entry.primary or "", evidence=entry.evidence, flags=entry.flags)
                for entry in latest(diagnoses, case.on)
            ]
        if not entries:
            return Finding(truth="unknown", missing=("primary",))
        kinds = sorted({entry.primary for entry in entries})
        findings = [self._judge([entry for entry in entries if entry.primary == kind]) for kind in kinds]
        answer = agree(findings, "several_primaries")
        if answer.reason == "several_primaries" and not answer.missing:
            return replace(answer, missing=("primary",))
        return answer

    def _judge(self, entries: Sequence[PrimaryCancer]) -> Finding:
        evidence = tuple(source for entry in entries for source in entry.evidence)
        flags = tuple(flag for entry in entries for flag in entry.flags)
        kind = entries[0].primary
        if kind not in self.primary:
            # A solid tumour of unstated kind may be any of the solid ones (rule interface 0.4).
            if kind == "solid_tumour" and not OUTSIDE_SCOPE.issuperset(self.primary):
                return Finding(truth="unknown", missing=("primary",), evidence=evidence, flags=flags)
            return Finding(truth="not_met", evidence=evidence, flags=flags)
        if self.histology is None or kind not in (self.histology_of or self.primary):
            return Finding(truth="met", evidence=evidence, flags=flags)
        known = {entry.histology for entry in entries if entry.histology in _HISTOLOGIES}
        fitting = known & set(self.histology)
        if known and known == fitting:
            return Finding(truth="met", evidence=evidence, flags=flags)
        if known and not fitting:
            return Finding(truth="not_met", evidence=evidence, flags=flags)
        reason = "conflicting_sources" if known else None
        return Finding(truth="unknown", missing=("histology",), reason=reason, evidence=evidence, flags=flags)
