"""What the language can say beyond the library: thresholds, windows of statements, protocol windows, classes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest
import yaml

from leptobridge.chart.chart import Bound, Chart, Enrolment
from leptobridge.clinical.result import Result
from leptobridge.trials.document import read_trial
from leptobridge.trials.evaluation import judge
from leptobridge.trials.lint import lint_trial
from leptobridge.trials.verdict import CriterionVerdict, TrialVerdict
from tests.trials.patients import (
    HANNA_KELLER,
    TODAY,
    blood,
    classified,
    clinical,
    criterion,
    cytology,
    mri,
    on_day,
    statement,
    with_statement,
)

LM = {
    "id": "I1",
    "text": "LM",
    "category": "clinical",
    "evidence": "source",
    "needs_lm": True,
    "disease": True,
    "when": {"any": [{"ask": "lm_imaging"}, {"ask": "csf_cytology", "policy": "rct_dichotomy"}]},
}


def judge_with(
    when: Any, chart: Chart = HANNA_KELLER, result: Result | None = None, *, category: str = "clinical", **trial: Any
) -> TrialVerdict:
    asked = {"id": "I2", "text": "under test", "category": category, "evidence": "decision", "needs_lm": True}
    document = {
        "id": "NCT01234567",
        "version": "1",
        "title": "a trial under review",
        "reviewed": "2026-03-01",
        "sources": [{"title": "protocol"}],
        "criteria": [LM, asked | {"when": when}],
    } | trial
    read = read_trial(yaml.safe_dump(document), "review.yaml")
    assert not [finding for finding in lint_trial(read) if finding.severity == "error"]
    return judge(read, chart, result or classified(), TODAY)


def second(when: Any, chart: Chart = HANNA_KELLER, result: Result | None = None, **more: Any) -> CriterionVerdict:
    return criterion(judge_with(when, chart, result, **more), "I2")


def said(code: str) -> dict[str, Any]:
    return {"ask": "statement", "code": code, "equals": True}


class TestThreshold:
    DEFICITS: ClassVar = {
        "at_least": {
            "number": 2,
            "of": [said("severe_neurotoxicity"), said("active_infection"), said("autoimmune_disease")],
        }
    }

    @pytest.mark.parametrize(
        ("answers", "expected", "missing"),
        [
            ((True, True, None), "met", ()),
            ((True, False, None), "unknown", ("autoimmune-disease",)),
            ((False, False, None), "not_met", ()),
            ((None, None, True), "unknown", ("severe-neurotoxicity", "active-infection")),
        ],
    )
    def test_at_least_two_of_three(
        self, answers: tuple[bool | None, ...], expected: str, missing: tuple[str, ...]
    ) -> None:
        chart = HANNA_KELLER
        for code, answer in zip(
            ("severe_neurotoxicity", "active_infection", "autoimmune_disease"), answers, strict=True
        ):
            if answer is not None:
                chart = with_statement(chart, code, statement(code, answer))
        verdict = second(self.DEFICITS, chart)
        assert (verdict.verdict, verdict.missing) == (expected, missing)


class TestWindows:
    def test_a_statement_can_grow_too_old(self) -> None:
        recent = said("measurable_disease") | {"max_age_days": 5}
        chart = with_statement(HANNA_KELLER, "measurable_disease", statement("measurable_disease", True))
        verdict = second(recent, chart)
        assert (verdict.verdict, verdict.valid_until) == ("met", date(2026, 3, 21))
        assert second(said("measurable_disease") | {"max_age_days": 4}, chart).reason == "out_of_date"

    @pytest.mark.parametrize(
        ("scanned", "enrolled", "flags"),
        [
            ("2026-02-20", "2026-03-13", ()),
            ("2026-02-20", "2026-03-14", ("protocol_violation",)),
            (None, "2026-03-14", ()),
        ],
    )
    def test_a_broken_protocol_window_is_a_flag_and_no_criterion(
        self, scanned: str | None, enrolled: str, flags: tuple[str, ...]
    ) -> None:
        window = {"id": "W1", "text": "imaging to enrolment", "start": "mri", "end": "enrolment", "at_most_days": 21}
        chart = replace(
            HANNA_KELLER,
            mri_examinations=(mri("A", scanned),) if scanned else (),
            enrolments=(Enrolment(study="NCT01234567", time=on_day(enrolled)),),
        )
        verdict = judge_with({"ask": "age", "at_least_years": 18}, chart, protocol_windows=[window])
        assert (verdict.flags, verdict.eligibility) == (flags, "eligible")

    def test_a_window_of_another_trial_says_nothing(self) -> None:
        window = {"id": "W1", "text": "imaging to enrolment", "start": "mri", "end": "enrolment", "at_most_days": 1}
        chart = replace(HANNA_KELLER, enrolments=(Enrolment(study="NCT99999999", time=on_day("2026-03-14")),))
        assert judge_with({"ask": "anyone"}, chart, protocol_windows=[window]).flags == ()


class TestClasses:
    def test_a_class_is_met_failed_or_waits_for_what_the_classification_waits_for(self) -> None:
        probable = {"ask": "classification", "type_letter": ["IIA", "IIB", "IIC"]}
        assert second(probable, result=classified("probable", "EE4", "A", type_letter="IIA")).verdict == "met"
        assert (
            second(probable, result=classified("confirmed", "EE2", "D_normal", type_letter="ID")).verdict == "not_met"
        )
        assert second(probable, result=classified("lack_of_evidence", "EE7", "D_normal")).verdict == "not_met"
        waiting = replace(classified("not_evaluable", "EE8", None), missing=("mri_lm",))
        assert second(probable, result=waiting).missing == ("mri-lm",)

    def test_certainty_can_be_asked_for(self) -> None:
        confirmed = {"ask": "classification", "certainty": ["confirmed"]}
        assert second(confirmed).verdict == "met"
        assert second(confirmed, result=classified("probable", "EE4", "A")).verdict == "not_met"

    def test_without_the_row_of_the_classification_the_latest_judgement_counts(self) -> None:
        typical = {"ask": "clinical_lm", "values": ["typical"]}
        series = (clinical("none", "2026-01-01"), clinical("typical", "2026-03-01"))
        assert second(typical, replace(HANNA_KELLER, clinical_lm=series)).verdict == "met"
        assert second(typical, replace(HANNA_KELLER, clinical_lm=())).missing == ("clinical-lm",)

    def test_a_protocol_may_read_atypical_cells_as_negative(self) -> None:
        chart = replace(HANNA_KELLER, csf_samples=(cytology("atypical"),), mri_examinations=(mri("D_normal"),))
        assert judge_with({"ask": "anyone"}, chart, classified("possible", "EE6", "D_normal")).failed == ("I1",)


class TestBlood:
    def test_a_value_in_another_unit_is_not_compared(self) -> None:
        platelets = {"ask": "blood", "code": "platelets", "comparator": "at_least", "limit": 100000, "unit": "/uL"}
        chart = replace(HANNA_KELLER, measurements=(blood("platelets", "210", "10*9/L"),))
        verdict = second(platelets, chart, category="laboratory")
        assert (verdict.verdict, verdict.reason) == ("unknown", "unit_mismatch")

    @pytest.mark.parametrize(
        ("written", "at_least", "above", "at_most", "below"),
        [
            ("> 100000", "met", "met", "not_met", "not_met"),
            (">= 100000", "met", "unknown", "unknown", "not_met"),
            ("< 100000", "not_met", "not_met", "met", "met"),
            ("<= 100000", "unknown", "not_met", "met", "unknown"),
            ("> 50000", *["unknown"] * 4),
            ("< 200000", *["unknown"] * 4),
            ("< 10000", "not_met", "not_met", "met", "met"),
        ],
    )
    def test_a_bound_decides_where_every_value_within_it_would_decide_alike(
        self, written: str, at_least: str, above: str, at_most: str, below: str
    ) -> None:
        comparator, limit = written.split()
        measured = replace(blood("platelets", "0", "/uL"), value=None, bound=Bound(comparator, Decimal(limit)))  # type: ignore[arg-type]
        chart = replace(HANNA_KELLER, measurements=(measured,))
        for asked, answer in {"at_least": at_least, "above": above, "at_most": at_most, "below": below}.items():
            question = {"ask": "blood", "code": "platelets", "comparator": asked, "limit": 100000, "unit": "/uL"}
            assert second(question, chart, category="laboratory").verdict == answer

    def test_the_latest_of_several_counts(self) -> None:
        platelets = {"ask": "blood", "code": "platelets", "comparator": "at_least", "limit": 100000, "unit": "/uL"}
        series = (blood("platelets", "210000", "/uL", days_old=9), blood("platelets", "60000", "/uL", days_old=2))
        chart = replace(HANNA_KELLER, measurements=series)
        assert second(platelets, chart, category="laboratory").verdict == "not_met"

    def test_two_values_of_one_day_that_disagree_leave_it_open(self) -> None:
        platelets = {"ask": "blood", "code": "platelets", "comparator": "at_least", "limit": 100000, "unit": "/uL"}
        series = (blood("platelets", "210000", "/uL"), blood("platelets", "60000", "/uL"))
        verdict = second(platelets, replace(HANNA_KELLER, measurements=series), category="laboratory")
        assert (verdict.verdict, verdict.reason) == ("unknown", "conflicting_sources")
