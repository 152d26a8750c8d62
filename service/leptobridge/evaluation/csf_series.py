"""The CSF component of a time point: the state of the dated series of samples (clinical.md 3.4; exchange.md 3, 12)."""

from collections.abc import Iterable, Sequence
from datetime import date

from leptobridge.chart.chart import Chart, CodedAnswer, CsfSample, Statement
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
    device = device_on(chart, day)
    return decide_csf_state(
        CsfStateInputs(
            baseline=tuple(rule_sample(sample) for sample in baseline),
            follow_up=tuple(rule_sample(sample) for sample in follow_up),
            ventricular_device={"present": True, "absent": False}.get(device.value or "") if device else None,
            primary=primary_of(chart),  # type: ignore[arg-type]
            induction_completed=induction_completed(chart, day),
        )
    )


def device_on(chart: Chart, day: date) -> CodedAnswer | None:
    """What is known on ``day`` of a ventricular device; what is dated goes before a Device, which tells no day."""
    devices = begun(chart.ventricular_device, day)
    return latest(devices) or next(iter(devices), None)


def induction_statement(chart: Chart, day: date) -> Statement | None:
    """The latest statement on the protocol's induction, which counts from its day on (exchange.md 7)."""
    return latest(s for s in until(chart.statements, day) if s.code == "induction_completed")


def induction_completed(chart: Chart, day: date) -> bool:
    """Whether the protocol's induction is stated as finished."""
    statement = induction_statement(chart, day)
    return statement is not None and statement.value is True
