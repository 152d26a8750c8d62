"""Which facts enter the classification, and when a course starts (exchange.md 1, 2, 12; clinical.md R-05 to R-08)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from leptobridge.chart.chart import Biopsy, Chart, Enrolment, LmDiagnosis, MriExamination, Therapy
from leptobridge.evaluation.classification import classify, points_to_lm, primary_of
from leptobridge.evaluation.course import find_course, find_lm_diagnosis
from tests.evaluation.charts import at, cancer, card, clinical, intrathecal, sample

ON = date(2026, 6, 1)

SUSPECTED = Chart(
    on=ON,
    primaries=(cancer(),),
    mri_examinations=(card("2026-01-06", 0, 1, 0, 0, 0),),
    clinical_lm=(clinical("2026-01-07", "typical"),),
)


def outcome(chart: Chart, on: date = ON, start: date | None = None) -> tuple[str, str | None, str]:
    result = classify(chart, on, start).result
    return str(result.value), result.outputs["type_letter"], result.rule


def test_csf_that_nobody_mentions_leaves_the_type_provisional() -> None:
    result = classify(SUSPECTED, ON).result
    assert (result.value, result.outputs["type_letter"]) == ("probable", "IIA")
    assert result.outputs["provisional"] == "cytology_missing"


def test_any_positive_sample_wins_whatever_its_volume() -> None:
    chart = replace(
        SUSPECTED,
        csf_samples=(sample("2026-01-08", "positive", volume_ml=Decimal(2)), sample("2026-01-15", "negative")),
    )
    assert outcome(chart) == ("confirmed", "IA", "EE1")


def test_a_small_negative_sample_is_inadequate_and_the_type_stays_provisional() -> None:
    chart = replace(SUSPECTED, csf_samples=(sample("2026-01-08", "negative", volume_ml=Decimal("4.9")),))
    assert classify(chart, ON).result.outputs["provisional"] == "cytology_missing"


def test_the_class_is_that_of_the_diagnosis_once_a_course_has_started() -> None:
    later = card("2026-04-01", 1, 1, 0, 0, 0)
    chart = replace(SUSPECTED, mri_examinations=(*SUSPECTED.mri_examinations, later))
    assert outcome(chart)[1] in ("IIC", None)
    assert outcome(chart, start=date(2026, 1, 20)) == ("probable", "IIA", "EE4")


def test_without_a_baseline_the_last_before_the_start_counts_else_the_first_after_it() -> None:
    assert outcome(SUSPECTED, start=date(2026, 5, 1)) == ("probable", "IIA", "EE4")
    assert outcome(SUSPECTED, start=date(2026, 1, 1)) == ("probable", "IIA", "EE4")


def test_brain_clear_and_spine_not_imaged_leaves_the_mri_open() -> None:
    chart = replace(
        SUSPECTED, mri_examinations=(card("2026-01-06", 0, 0, 0, "", "", brain_imaged=True, spine_imaged=False),)
    )
    result = classify(chart, ON).result
    assert (result.value, result.rule) == ("not_evaluable", "EE8")
    assert "spine_imaged" in result.missing


def test_a_study_that_nobody_read_for_lm_tells_the_regions_that_were_imaged() -> None:
    study = MriExamination(time=at("2026-01-06"), brain_imaged=True, spine_imaged=False)
    chart = replace(SUSPECTED, mri_examinations=(study,), csf_samples=(sample("2026-01-05", "positive"),))
    result = classify(chart, ON).result
    assert (result.value, result.rule, set(result.missing)) == ("confirmed", "EE3", {"mri_lm", "spine_imaged"})


def test_one_pattern_seen_and_the_other_not_graded_is_disease_without_a_letter() -> None:
    chart = replace(SUSPECTED, mri_examinations=(card("2026-01-06", "", 1, 0, "", ""),))
    classification = classify(chart, ON)
    assert classification.mri_lm == "present"
    assert classification.result.outputs["type"] == "II"
    assert "mri_lm" in classification.result.missing


def test_the_readers_class_stands_and_a_difference_is_flagged() -> None:
    chart = replace(SUSPECTED, mri_examinations=(card("2026-01-06", 0, 1, 0, 0, 0, lm_class="C"),))
    classification = classify(chart, ON)
    assert classification.mri_lm == "C"
    assert "mri_class_differs_from_card" in classification.flags


def test_dural_tissue_never_makes_leptomeningeal_disease() -> None:
    chart = Chart(
        on=ON, primaries=(cancer(),), biopsies=(Biopsy(tissue="dural", result="positive", time=at("2026-02-01")),)
    )
    assert points_to_lm(chart)
    result = classify(chart, ON).result
    assert result.outputs["type"] is None
    assert result.outputs["compartment"] == "dural"


def test_a_patient_in_whom_nothing_points_to_lm_has_no_classification() -> None:
    assert not points_to_lm(Chart(on=ON, primaries=(cancer(),)))


class TestRefutation:
    REFUTED = replace(
        SUSPECTED,
        lm_diagnoses=(LmDiagnosis(time=at("2026-02-10"), status="refuted", reason="meningitis"),),
    )

    def test_a_refuted_diagnosis_shows_its_class_as_history(self) -> None:
        result = classify(self.REFUTED, ON).result
        assert result.value == "refuted"
        assert result.outputs["history"]["type_letter"] == "IIA"
        assert result.outputs["type"] is None

    def test_before_its_day_the_refutation_does_not_exist(self) -> None:
        assert outcome(self.REFUTED, date(2026, 2, 9)) == ("probable", "IIA", "EE4")

    def test_later_evidence_is_classified_anew_from_what_came_after(self) -> None:
        chart = replace(self.REFUTED, csf_samples=(sample("2026-03-01", "positive"),))
        classification = classify(chart, ON)
        assert (classification.result.value, classification.result.rule) == ("confirmed", "EE3")
        assert "evidence_after_refutation" in classification.flags

    def test_later_negative_findings_leave_it_refuted(self) -> None:
        chart = replace(self.REFUTED, csf_samples=(sample("2026-03-01", "negative"),))
        assert classify(chart, ON).result.value == "refuted"

    def test_a_later_active_statement_decides(self) -> None:
        chart = replace(
            self.REFUTED,
            lm_diagnoses=(*self.REFUTED.lm_diagnoses, LmDiagnosis(time=at("2026-03-01"), status="active")),
        )
        assert outcome(chart) == ("probable", "IIA", "EE4")


class TestPrimary:
    @pytest.mark.parametrize(
        ("primaries", "expected"),
        [
            ((), None),
            (("breast_cancer",), "breast_cancer"),
            (("breast_cancer", "melanoma"), "solid_tumour"),
            (("breast_cancer", "lymphoma"), None),
        ],
    )
    def test_several_primaries_are_in_scope_only_if_all_are(
        self, primaries: tuple[str, ...], expected: str | None
    ) -> None:
        chart = Chart(on=ON, primaries=tuple(cancer(primary=primary) for primary in primaries))
        assert primary_of(chart) == expected

    def test_the_lm_condition_may_name_one(self) -> None:
        chart = Chart(
            on=ON,
            primaries=(cancer(primary="breast_cancer"), cancer(primary="lymphoma")),
            lm_diagnoses=(LmDiagnosis(time=at("2026-01-10"), status="active", primary="breast_cancer"),),
        )
        assert primary_of(chart) == "breast_cancer"


class TestCourse:
    def test_the_diagnosis_is_the_first_day_with_a_type(self) -> None:
        assert find_lm_diagnosis(SUSPECTED, ON) == date(2026, 1, 6)

    def test_intrathecal_therapy_opens_a_course(self) -> None:
        course = find_course(replace(SUSPECTED, therapies=(intrathecal("2026-01-20"),)), ON)
        assert course is not None and (course.start, course.opened_by) == (date(2026, 1, 20), "therapy")

    def test_an_enrolment_after_the_diagnosis_goes_before_therapies(self) -> None:
        chart = replace(
            SUSPECTED,
            therapies=(intrathecal("2026-01-20"),),
            enrolments=(
                Enrolment(study="NCT04343573", status="on-study", time=at("2026-02-02")),
                Enrolment(study="NCT06500481", status="screening", time=at("2026-03-02")),
            ),
        )
        course = find_course(chart, ON)
        assert course is not None and (course.start, course.study) == (date(2026, 2, 2), "NCT04343573")

    def test_systemic_therapy_counts_from_the_day_of_the_diagnosis_only(self) -> None:
        before = Therapy(kind="drug", name="erlotinib", anticancer=True, time=at("2026-01-05"))
        on_the_day = Therapy(kind="drug", name="osimertinib", anticancer=True, time=at("2026-01-06"))
        assert find_course(replace(SUSPECTED, therapies=(before,)), ON) is None
        course = find_course(replace(SUSPECTED, therapies=(before, on_the_day)), ON)
        assert course is not None and course.start == date(2026, 1, 6)

    def test_an_order_is_no_therapy(self) -> None:
        ordered = replace(intrathecal("2026-01-20"), ordered_only=True)
        assert find_course(replace(SUSPECTED, therapies=(ordered,)), ON) is None
