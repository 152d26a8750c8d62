"""The neurological component of a time point: N-Δ against baseline and best level (clinical.md 3.2, R-02, R-03)."""

from collections.abc import Sequence
from dataclasses import dataclass

from leptobridge.chart.chart import NeurologicalExamination
from leptobridge.clinical.lano import MAX_LEVEL, LanoChangeInputs, decide_lano_change
from leptobridge.clinical.result import Result


@dataclass(frozen=True, slots=True)
class NeuroReading:
    """Result of N-Δ with the attribution of a worsening; ``other_cause_found``: every worsening has another cause."""

    result: Result
    scored: bool
    attribution: str | None
    other_cause_found: bool

    @property
    def is_invalid(self) -> bool:
        """A level lies outside its scale: the examination cannot be as it was written (G11)."""
        return self.result.value == "invalid_input"

    @property
    def flags(self) -> tuple[str, ...]:
        """What has to be shown of the examination itself."""
        return ("neurological_examination_invalid",) if self.is_invalid else ()

    @property
    def change(self) -> str:
        """What the response takes: improved, stable, worse or NE; an impossible examination is not evaluable."""
        return "NE" if self.is_invalid else str(self.result.value)


def levels_of(examination: NeurologicalExamination) -> dict[str, int | None]:
    """Levels per domain; ``other_domains_normal`` fills this examination alone (exchange.md 5, R-03)."""
    levels = dict(examination.levels)
    if examination.other_domains_normal:
        for domain in MAX_LEVEL:
            levels.setdefault(domain, 0)
    return levels


def read_examination(
    baseline: NeurologicalExamination | None,
    between: Sequence[NeurologicalExamination],
    current: NeurologicalExamination,
) -> NeuroReading:
    """Change from ``baseline`` (None = none in the window); ``between``: the examinations since, for the best level."""
    before = levels_of(baseline) if baseline is not None else {}
    now = levels_of(current)
    best = {domain: level for domain, level in before.items() if level is not None}
    for examination in between:
        for domain, level in levels_of(examination).items():
            if level is not None and domain in best:
                best[domain] = min(best[domain], level)
    other_cause = current.attribution == "other"
    explained = set(current.explained_by_other_cause)
    if other_cause:
        explained |= {
            domain for domain, level in now.items() if level is not None and domain in best and level > best[domain]
        }
    # Attribution holds for the clinician's overall judgement too: neither a relief nor a worsening that has another
    # cause is used.
    judgement = None if other_cause and current.clinician_neuro != "stable" else current.clinician_neuro
    result = decide_lano_change(
        LanoChangeInputs(
            baseline=before,  # type: ignore[arg-type]
            current=now,  # type: ignore[arg-type]
            best=best,  # type: ignore[arg-type]
            explained_by_other_cause=tuple(sorted(explained)),  # type: ignore[arg-type]
            clinician_neuro=judgement,  # type: ignore[arg-type]
        )
    )
    return NeuroReading(
        result,
        "not_scored" not in result.flags,
        None if other_cause else current.attribution,
        other_cause,
    )
