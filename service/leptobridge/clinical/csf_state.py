"""State of the CSF in the course of treatment, read from the dated series of samples (3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from leptobridge.clinical.csf_series import (
    CsfState,
    Entry,
    entries_by_day,
    read_sample,
    state_of_negative_baseline,
    state_of_positive_baseline,
    strongest,
)
from leptobridge.clinical.inputs import HAEMATOLOGICAL, STRICT, CsfSample, Primary, Site
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfStateInputs:
    """Rule interface 3, csf_state. Samples come in any order; those of one day are one entry of the series."""

    __pydantic_config__ = STRICT

    baseline: tuple[CsfSample, ...]
    follow_up: tuple[CsfSample, ...]
    ventricular_device: bool | None = None
    primary: Primary | None = None
    induction_completed: bool | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: CsfState
    rule: str
    b_csf: bool | None
    baseline_equivocal: bool = False
    confirmed: date | None = None
    needs: frozenset[Site] = frozenset()
    missing: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


def decide_csf_state(inputs: CsfStateInputs) -> Result:
    """NN, CLEAR_U, CLEAR_C, POS, CONV, EQ or NE at the last sample (3.4).

    Outputs: ``confirmed_date``, the day on which ``CLEAR_C`` was reached, beside that state; ``b_csf``, positive at
    baseline (an equivocal baseline is false, an unknown one ``None``). Without a primary the series is read both with
    and without flow cytometry (CSF3), and only a result on which both agree stands (G1). A follow-up sample from before
    the baseline is ``invalid_input``.
    """
    if _follow_up_before_baseline(inputs):
        return Result(
            value="invalid_input",
            rule="G11",
            criteria_version="csf-state-1",
            inputs_used=("baseline", "follow_up"),
            outputs={"confirmed_date": None, "b_csf": None},
            reason="follow_up_before_baseline",
        )
    if inputs.primary is not None:
        outcome = _outcome(inputs, haematological=inputs.primary in HAEMATOLOGICAL)
    else:
        outcome = _agreed(_outcome(inputs, haematological=False), _outcome(inputs, haematological=True))
    flags = [f"needs_{site}" for site in sorted(outcome.needs)]
    if outcome.state == "POS" and inputs.induction_completed:
        flags.append("csf_refractory")
    if outcome.state == "EQ":
        flags.append("repeat_csf")
    warnings = ["baseline_csf_equivocal"] if outcome.baseline_equivocal else []
    outputs: dict[str, Any] = {"confirmed_date": outcome.confirmed, "b_csf": outcome.b_csf}
    return Result(
        value=outcome.state,
        rule=outcome.rule,
        criteria_version="csf-state-1",
        inputs_used=tuple(
            name for name in CsfStateInputs.__dataclass_fields__ if getattr(inputs, name) not in (None, ())
        ),
        outputs=outputs,
        missing=outcome.missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
        flags=tuple(flags),
        candidates=outcome.candidates,
    )


def _follow_up_before_baseline(inputs: CsfStateInputs) -> bool:
    baseline, follow_up = (
        [sample.date for sample in samples if sample.date is not None]
        for samples in (inputs.baseline, inputs.follow_up)
    )
    return bool(baseline and follow_up) and min(follow_up) < min(baseline)


def _outcome(inputs: CsfStateInputs, *, haematological: bool) -> _Outcome:
    readings = [
        (sample, read_sample(sample, haematological=haematological, response=False)) for sample in inputs.baseline
    ]
    baseline = strongest(reading for _, reading in readings)
    if baseline.result == "NE":
        return _Outcome("NE", "3.4/NE", None, missing=("baseline", *baseline.missing))
    b_csf = baseline.result == "positive"
    known = _Outcome("NE", "3.4/NE", b_csf, baseline_equivocal=baseline.result == "equivocal")
    if not inputs.follow_up:
        return replace(known, missing=("follow_up",))
    entries = _dated_entries(inputs.follow_up, b_csf=b_csf, haematological=haematological)
    if entries is None:
        return replace(known, missing=("date",))
    if b_csf:
        sites = {sample.site for sample, reading in readings if reading.result == "positive"}
        return _positive_baseline(known, entries, sites, inputs.ventricular_device)
    state = state_of_negative_baseline(entries).state
    return _ruled(replace(known, state=state), entries, "3.4")


def _dated_entries(samples: Sequence[CsfSample], *, b_csf: bool, haematological: bool) -> tuple[Entry, ...] | None:
    """Entries of the series; ``None`` where an undated sample could change the state (G1)."""
    if len(samples) > 1 and any(sample.date is None for sample in samples):
        results = {read_sample(sample, haematological=haematological, response=True).result for sample in samples}
        if len(results) > 1 or (b_csf and results == {"negative"}):
            return None
    # Where the order does not matter any day will do.
    return entries_by_day([(sample.date or date.min, sample) for sample in samples], haematological=haematological)


def _positive_baseline(
    known: _Outcome, entries: Sequence[Entry], sites: set[Site | None], device: bool | None
) -> _Outcome:
    """CSF1, and CSF2 where a device and a baseline positive at the lumbar site alone demand both sites.

    An unknown device or site is read both ways: where they differ in confirmation alone the state is ``CLEAR_U``.
    """
    if device is False or "ventricular" in sites:
        single = state_of_positive_baseline(entries, both_sites=False)
        return _ruled(replace(known, state=single.state, confirmed=single.confirmed), entries, "CSF1")
    demanded = device is True and sites == {"lumbar"}
    strict = state_of_positive_baseline(entries, both_sites=True)
    lenient = state_of_positive_baseline(entries, both_sites=demanded, unknown_site_counts=True)
    rule = "CSF2" if demanded or strict.state != lenient.state else "CSF1"
    needs = strict.needs if demanded else frozenset()
    missing: tuple[str, ...] = ()
    if strict != lenient and (strict.state, strict.confirmed) != (lenient.state, lenient.confirmed):
        missing = _unknown_for_both_sites(entries, sites, device)
    if strict.state == lenient.state:
        confirmed = strict.confirmed if strict.confirmed == lenient.confirmed else None
        outcome = replace(known, state=strict.state, confirmed=confirmed, needs=needs, missing=missing)
        return _ruled(outcome, entries, rule)
    if {strict.state, lenient.state} == {"CLEAR_U", "CLEAR_C"}:
        return replace(known, state="CLEAR_U", rule="CSF2", needs=needs, missing=missing)
    return replace(known, rule="CSF2", missing=missing, candidates=tuple(sorted({strict.state, lenient.state})))


def _unknown_for_both_sites(entries: Sequence[Entry], sites: set[Site | None], device: bool | None) -> tuple[str, ...]:
    site_unknown = None in sites or any(None in entry.negative_sites for entry in entries)
    return (*(("ventricular_device",) if device is None else ()), *(("site",) if site_unknown else ()))


def _ruled(outcome: _Outcome, entries: Sequence[Entry], clearance_rule: str) -> _Outcome:
    """The outcome with the id of the rule that decides its state."""
    last = entries[-1].reading
    match outcome.state:
        case "NE":
            return replace(outcome, rule=last.rule or "3.4/NE", missing=(*outcome.missing, *last.missing))
        case "EQ":
            return replace(outcome, rule="CSF6")
        case "CLEAR_U" | "CLEAR_C":
            return replace(outcome, rule=clearance_rule)
    return replace(outcome, rule=f"3.4/{outcome.state}")


def _agreed(solid: _Outcome, haematological: _Outcome) -> _Outcome:
    """What stands whether the primary is haematological or not (CSF3, G1)."""
    if solid == haematological:
        return solid
    b_csf = solid.b_csf if solid.b_csf == haematological.b_csf else None
    missing = tuple(dict.fromkeys((*solid.missing, *haematological.missing, "primary")))
    if solid.state != haematological.state:
        candidates = tuple(sorted({solid.state, haematological.state} - {"NE"}))
        return _Outcome("NE", "G1", b_csf, missing=missing, candidates=candidates)
    same_day = solid.confirmed == haematological.confirmed
    return replace(solid, b_csf=b_csf, confirmed=solid.confirmed if same_day else None, missing=missing)


_STATES: Final = ("NN", "CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ", "NE")

CSF_STATE = System(
    name="csf_state",
    version="csf-state-1",
    section="3.4",
    purpose="CSF state at the last sample",
    source="seed 000; Le Rhun 2023, table 1; reading of the series is a project decision",
    evidence="project_decision",
    inputs=CsfStateInputs,
    decide=decide_csf_state,
    values=one_of(*_STATES, "invalid_input"),
    outputs=(
        Output("confirmed_date", "Day on which CLEAR_C was reached", {"type": ["string", "null"], "format": "date"}),
        Output("b_csf", "Positive at baseline", {"type": ["boolean", "null"]}),
    ),
    table={
        "3.4": [
            {"baseline": "positive", "now": "negative", "confirmed": "no", "state": "CLEAR_U"},
            {"baseline": "positive", "now": "negative", "confirmed": "after 28 days, no positive", "state": "CLEAR_C"},
            {"baseline": "positive", "now": "positive", "before": "no CLEAR_C", "state": "POS"},
            {"baseline": "positive", "now": "positive", "before": "CLEAR_C", "state": "CONV"},
            {"baseline": "negative or equivocal", "now": "negative", "state": "NN"},
            {"baseline": "negative or equivocal", "now": "positive", "state": "CONV"},
            {"baseline": "any known", "now": "equivocal", "state": "EQ"},
            {"baseline": "any known", "now": "not shown to be adequate", "state": "NE"},
            {"baseline": "not done or inadequate", "now": "any", "state": "NE"},
        ]
    },
)

SYSTEMS = (CSF_STATE,)
