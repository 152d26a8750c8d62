"""Laws of the three-valued logic, and what holds of a verdict whatever the chart says."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leptobridge.chart.chart import Chart, Demographics, Measurement, PrimaryCancer, Statement
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.trials.case import CONFLICTING_SOURCES, DATE_PRECISION
from leptobridge.trials.evaluation import judge
from leptobridge.trials.fact_codes import STATEMENT_CATEGORIES
from leptobridge.trials.library_files import library
from leptobridge.trials.logic import truth_of_all, truth_of_any, truth_of_at_least, truth_of_not
from leptobridge.trials.verdict import TrialVerdict, Truth
from tests.trials.patients import (
    PCSI,
    RADIATE,
    TODAY,
    classified,
    clinical,
    criterion,
    cytology,
    in_month,
    lm,
    mri,
    on_day,
    performance,
    trial,
    verdict_on,
)

TRUTHS: tuple[Truth, ...] = ("met", "not_met", "unknown")
truths = st.lists(st.sampled_from(TRUTHS), max_size=6)


class TestKleene:
    @given(truths)
    def test_de_morgan(self, parts: list[Truth]) -> None:
        assert truth_of_not(truth_of_all(parts)) == truth_of_any([truth_of_not(part) for part in parts])

    @given(truths)
    def test_order_does_not_matter(self, parts: list[Truth]) -> None:
        for combine in (truth_of_all, truth_of_any, lambda items: truth_of_at_least(2, items)):
            assert combine(parts) == combine(parts[::-1]) == combine(sorted(parts))

    @given(truths, truths)
    def test_nesting_does_not_matter(self, first: list[Truth], second: list[Truth]) -> None:
        assert truth_of_all([truth_of_all(first), truth_of_all(second)]) == truth_of_all(first + second)
        assert truth_of_any([truth_of_any(first), truth_of_any(second)]) == truth_of_any(first + second)

    @pytest.mark.parametrize("parts", list(product(TRUTHS, repeat=3)))
    def test_any_and_all_are_thresholds(self, parts: tuple[Truth, ...]) -> None:
        assert truth_of_any(parts) == truth_of_at_least(1, parts)
        assert truth_of_all(parts) == truth_of_at_least(3, parts)

    def test_double_negation_and_fixed_point(self) -> None:
        assert [truth_of_not(truth_of_not(part)) for part in TRUTHS] == list(TRUTHS)
        assert truth_of_not("unknown") == "unknown"

    @pytest.mark.parametrize("parts", list(product(TRUTHS, repeat=3)))
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_an_answer_stands_whatever_the_unknown_turn_out_to_be(self, parts: tuple[Truth, ...], number: int) -> None:
        """The answer is known exactly if all completions of the unknown parts share it."""
        options: list[tuple[Truth, ...]] = [("met", "not_met") if p == "unknown" else (p,) for p in parts]
        completions = {truth_of_at_least(number, completion) for completion in product(*options)}
        assert truth_of_at_least(number, parts) == (completions.pop() if len(completions) == 1 else "unknown")


days = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=10))
times: st.SearchStrategy[ClinicalTime] = st.one_of(
    days.map(on_day), st.sampled_from([in_month(2026, 2), in_month(2026, 3)])
)


@st.composite
def measurements(draw: st.DrawFn) -> Measurement:
    code, unit = draw(st.sampled_from([("haemoglobin", "g/dL"), ("neutrophils", "/uL"), ("platelets", "/uL")]))
    value = draw(st.none() | st.integers(0, 300000).map(Decimal))
    return Measurement(code=code, unit=unit, value=value, time=draw(times))


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    code = draw(st.sampled_from(sorted(STATEMENT_CATEGORIES)))
    value = draw(st.sampled_from([True, False, None, 4, 9]))
    return Statement(code=code, value=value, time=draw(st.none() | times), focus=draw(st.sampled_from([None, PCSI])))


def at_times(build: Callable[..., Any], values: list[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda value, time: replace(build(value), time=time), st.sampled_from(values), times)


primaries = st.builds(
    PrimaryCancer,
    primary=st.sampled_from(["breast_cancer", "lung_cancer", "melanoma", "lymphoma", "solid_tumour"]),
    histology=st.sampled_from([None, "nsclc", "sclc", "adenocarcinoma", "not_in_any_list"]),
)
charts = st.builds(
    Chart,
    on=st.just(TODAY),
    demographics=st.builds(
        Demographics,
        birth_date=st.none() | st.dates(date(1930, 1, 1), date(2026, 1, 1)).map(on_day) | st.just(in_month(2010, 3)),
        sex=st.sampled_from([None, "male", "female", "other", "unknown"]),
    ),
    primaries=st.lists(primaries, max_size=3).map(tuple),
    lm_diagnoses=st.lists(at_times(lm, ["active", "refuted", "history"]), max_size=3).map(tuple),
    csf_samples=st.lists(
        at_times(
            cytology, ["positive", "suspicious", "atypical", "equivocal", "negative", "inadequate", "not_done", None]
        ),
        max_size=3,
    ).map(tuple),
    mri_examinations=st.lists(at_times(mri, ["A", "present", "D_normal", "not_done", None]), max_size=3).map(tuple),
    clinical_lm=st.lists(at_times(clinical, ["typical", "atypical", "none", None]), max_size=3).map(tuple),
    performance=st.lists(
        st.builds(
            lambda scale, value, time: replace(performance(*scale[value % len(scale)]), time=time),
            st.just([("ecog", 1), ("ecog", 3), ("kps", 60), ("kps", 40), ("lansky", 80), ("kps", None)]),
            st.integers(0, 5),
            times,
        ),
        max_size=3,
    ).map(tuple),
    measurements=st.lists(measurements(), max_size=5).map(tuple),
    statements=st.lists(statements(), max_size=10).map(tuple),
)
classifications = st.sampled_from(
    [None, classified(), classified("possible", "EE6", "D_normal"), classified("not_evaluable", "EE8", None)]
)
trials = st.sampled_from([item.id for item in library()]).map(trial)

_TUPLES = [field.name for field in fields(Chart) if field.name not in ("on", "demographics", "future_days")]


class TestVerdicts:
    @given(trials, charts, classifications, days)
    def test_every_chart_has_a_consistent_verdict(self, a_trial: Any, chart: Chart, result: Any, on: date) -> None:
        verdict = judge(a_trial, chart, result, on)
        assert judge(a_trial, chart, result, on) == verdict
        found = [item.verdict for item in verdict.criteria]
        assert (verdict.eligibility == "ineligible") == ("not_met" in found) == bool(verdict.failed)
        assert (verdict.eligibility == "eligible") == (set(found) == {"met"})
        for item in verdict.criteria:
            assert bool(item.missing) == (item.verdict == "unknown")
            assert item.valid_until is None or item.valid_until > on
        assert bool(verdict.missing) == (verdict.eligibility == "indeterminate")
        assert verdict.valid_until is None or verdict.valid_until > on

    @given(trials, charts, classifications, st.randoms(use_true_random=False))
    def test_the_order_of_entries_does_not_matter(self, a_trial: Any, chart: Chart, result: Any, random: Any) -> None:
        shuffled: dict[str, Any] = {}
        for name in _TUPLES:
            entries = list(getattr(chart, name))
            random.shuffle(entries)
            shuffled[name] = tuple(entries)
        before = judge(a_trial, chart, result, TODAY)
        after = judge(a_trial, replace(chart, **shuffled), result, TODAY)
        assert _answers(before) == _answers(after)
        assert (before.eligibility, before.arm, before.valid_until) == (after.eligibility, after.arm, after.valid_until)

    @settings(max_examples=200)
    @given(trials, charts, classifications, st.data())
    def test_what_is_not_on_record_never_decides(self, a_trial: Any, chart: Chart, result: Any, data: Any) -> None:
        """Without a whole kind of fact an open criterion stays open: what is missing is not read as an answer (G1).

        Single entries are not taken away here: the latest statement being unknown, rival readings of one day and two
        primaries are answers in themselves (exchange.md 0 and 2), and so are rival readings in both scales of
        performance. Neither is what a refutation rests on (R-08): coded
        LM, and beside it the evidence that came after it.
        """
        refuted = any(entry.status == "refuted" for entry in chart.lm_diagnoses)
        kept_whole = {"lm_diagnoses", *(("csf_samples", "mri_examinations") if refuted else ())}
        present = [name for name in _TUPLES if getattr(chart, name) and name not in kept_whole]
        assume(present)
        name = data.draw(st.sampled_from(present))
        kinds = sorted({_kind(entry) for entry in getattr(chart, name)})
        kind = data.draw(st.sampled_from(kinds))
        kept = tuple(entry for entry in getattr(chart, name) if _kind(entry) != kind)
        before = judge(a_trial, chart, result, TODAY)
        without: dict[str, Any] = {name: kept}
        after = judge(a_trial, replace(chart, **without), result, TODAY)
        for item in before.criteria:
            rivals = name == "performance" and item.reason in (CONFLICTING_SOURCES, DATE_PRECISION)
            known_exception = (item.criterion, name) in _EXCEPTIONS.get(a_trial.id, ()) or rivals
            if item.verdict == "unknown" and not known_exception:
                assert criterion(after, item.criterion).verdict == "unknown", item

    @settings(max_examples=40)
    @given(trials, charts, classifications)
    def test_a_verdict_stands_until_the_day_it_names(self, a_trial: Any, chart: Chart, result: Any) -> None:
        verdict = judge(a_trial, chart, result, TODAY)
        for ahead in range(1, 25):
            day = TODAY + timedelta(days=ahead)
            later = judge(a_trial, chart, result, day)
            if verdict.valid_until is not None and day >= verdict.valid_until:
                break
            if not _has_future_entries(chart):
                assert _summary(later) == _summary(verdict)


#: R-14: LM is new if the assessment before its first sign was clear; without the earlier sign another is the first.
_EXCEPTIONS = {RADIATE: (("I2", "csf_samples"), ("I2", "mri_examinations"))}


def _kind(entry: Any) -> str:
    return str(getattr(entry, "code", "") or getattr(entry, "scale", ""))


def _answers(verdict: TrialVerdict) -> list[tuple[str, str, frozenset[str], str | None, date | None]]:
    return [(c.criterion, c.verdict, frozenset(c.missing), c.reason, c.valid_until) for c in verdict.criteria]


def _summary(verdict: TrialVerdict) -> tuple[str, str]:
    return verdict.eligibility, verdict.clinical_eligibility


def _has_future_entries(chart: Chart) -> bool:
    return any(entry.time and entry.time.first > TODAY for name in _TUPLES for entry in getattr(chart, name))


def test_a_verdict_takes_well_below_a_millisecond() -> None:
    from time import perf_counter

    from tests.trials.patients import HANNA_KELLER

    trial(PCSI)
    best = float("inf")
    for _ in range(20):
        start = perf_counter()
        verdict_on(PCSI, HANNA_KELLER, classified())
        best = min(best, perf_counter() - start)
    assert best < 0.001
