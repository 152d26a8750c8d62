"""The CSF component of a time point: the state of the dated series of samples (clinical.md 3.4; exchange.md 3, 12)."""

from collections.abc import Iterable, Sequence
from datetime import date

from leptobridge.chart.chart import Chart, CsfSample
from leptobridge.clinical.csf_state import CsfStateInputs, decide_csf_state
from leptobridge.clinical.result import Result
from leptobridge.evaluation.classification import primary_of, rule_sample
from leptobridge.evaluation.timeline import begun, latest, until


def cytology_samples(samples: Iterable[CsfSample]) -> tuple[CsfSample, ...]:
    """The samples that are examinations: a cytology or flow report that was made; chemistry alone says nothing here."""
    return tuple(
        sample
        for sample in samples
        if sample.cytology not in (None, "not_done") or sample.flow not in (None, "not_done")
    )


def read_csf(chart: Chart, baseline: Sequence[CsfSample], follow_up: Sequence[CsfSample], day: date) -> Result:
    """CSF state after the samples of ``follow_up``; device and induction as known on ``day``."""
    devices = begun(chart.ventricular_device, day)
    # A Device resource tells no day; what is dated goes before it.
    device = latest(devices) or next(iter(devices), None)
    return decide_csf_state(
        CsfStateInputs(
            baseline=tuple(rule_sample(sample) for sample in baseline),
            follow_up=tuple(rule_sample(sample) for sample in follow_up),
            ventricular_device={"present": True, "absent": False}.get(device.value or "") if device else None,
            primary=primary_of(chart),  # type: ignore[arg-type]
            induction_completed=induction_completed(chart, day),
        )
    )


def induction_completed(chart: Chart, day: date) -> bool:
    """Whether the protocol's induction is stated as finished, from that statement's day on (exchange.md 7)."""
    statement = latest(s for s in until(chart.statements, day) if s.code == "induction_completed")
    return statement is not None and statement.value is True
