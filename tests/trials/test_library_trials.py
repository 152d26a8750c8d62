"""The worked examples of clinical reference 14.1, 14.8 and 14.12, and what surrounds them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from leptobridge.chart.chart import Chart, Demographics, Diagnosis, PrimaryCancer
from leptobridge.chart.facts import Source
from tests.trials.patients import (
    HANNA_KELLER,
    PCSI,
    PEMBROLIZUMAB,
    RADIATE,
    TODAY,
    blood,
    classified,
    clinical,
    criterion,
    cytology,
    in_month,
    in_year,
    lm,
    mri,
    on_day,
    performance,
    primary,
    statement,
    verdict_on,
    with_counts,
    with_statement,
)


def change(chart: Chart = HANNA_KELLER, **changes: object) -> Chart:
    return replace(chart, **changes)  # type: ignore[arg-type]


class TestProtonCraniospinalAgainstInvolvedField:
    """14.1, NCT04343573."""

    def test_breast_cancer_with_positive_cytology_and_kps_70_is_randomised(self) -> None:
        verdict = verdict_on(PCSI, HANNA_KELLER, classified("confirmed", "EE1", "A"))
        assert (verdict.eligibility, verdict.clinical_eligibility) == ("eligible", "eligible")
        assert verdict.arm == "randomised"
        assert verdict.failed == ()
        assert verdict.missing == ()

    def test_melanoma_with_lm_on_mri_and_kps_60_goes_to_the_exploratory_group(self) -> None:
        chart = change(
            primaries=(primary("melanoma"),), csf_samples=(cytology("negative"),), performance=(performance("kps", 60),)
        )
        verdict = verdict_on(PCSI, chart, classified("probable", "EE4", "A"))
        assert (verdict.eligibility, verdict.arm) == ("eligible", "exploratory")

    def test_nsclc_with_kps_50_fails_performance_alone(self) -> None:
        chart = change(primaries=(primary("lung_cancer", "nsclc"),), performance=(performance("kps", 50),))
        verdict = verdict_on(PCSI, chart, classified())
        assert verdict.eligibility == "ineligible"
        assert verdict.failed == ("I5",)
        assert verdict.arm is None

    def test_recalled_criteria_bring_the_warning_to_themselves_and_to_the_verdict(self) -> None:
        verdict = verdict_on(PCSI, HANNA_KELLER, classified())
        warned = {item.criterion for item in verdict.criteria if "criteria_not_verified" in item.warnings}
        assert warned == {"I7", "I8", "I9", "E1", "E2", "E3", "E4"}
        assert "criteria_not_verified" in verdict.warnings

    def test_criteria_stand_in_the_order_of_the_reference(self) -> None:
        verdict = verdict_on(PCSI, HANNA_KELLER, classified())
        assert [item.criterion for item in verdict.criteria] == [f"I{n}" for n in range(1, 10)] + [
            f"E{n}" for n in range(1, 5)
        ]

    def test_without_consent_and_counts_the_patient_is_clinically_eligible(self) -> None:
        chart = with_statement(change(measurements=()), "informed_consent")
        verdict = verdict_on(PCSI, chart, classified())
        assert (verdict.eligibility, verdict.clinical_eligibility) == ("indeterminate", "eligible")
        assert set(verdict.missing) == {"informed-consent", "haemoglobin", "neutrophils", "platelets"}
        assert verdict.arm == "randomised"

    def test_a_laboratory_failure_leaves_the_clinical_verdict_alone(self) -> None:
        chart = change(measurements=(blood("haemoglobin", "8", "g/dL"), *HANNA_KELLER.measurements[1:]))
        verdict = verdict_on(PCSI, chart, classified())
        assert (verdict.eligibility, verdict.clinical_eligibility) == ("ineligible", "eligible")
        assert verdict.failed == ("I7",)

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("severe_neurological_deficit", "E1"),
            ("encephalopathy", "E1"),
            ("uncontrolled_systemic_disease_without_options", "E2"),
            ("prior_radiotherapy_prevents_csi", "E3"),
            ("pregnant", "E4"),
        ],
    )
    def test_an_excluding_condition_fails_its_criterion(self, code: str, name: str) -> None:
        chart = with_statement(HANNA_KELLER, code, statement(code, True))
        assert verdict_on(PCSI, chart, classified()).failed == (name,)

    def test_of_two_excluding_conditions_both_have_to_be_denied(self) -> None:
        verdict = verdict_on(PCSI, with_statement(HANNA_KELLER, "encephalopathy"), classified())
        assert criterion(verdict, "E1").verdict == "unknown"
        assert criterion(verdict, "E1").missing == ("encephalopathy",)

    def test_lung_cancer_of_unknown_histology_is_eligible_and_its_arm_open(self) -> None:
        verdict = verdict_on(PCSI, change(primaries=(primary("lung_cancer"),)), classified())
        assert (verdict.eligibility, verdict.arm, verdict.arm_missing) == ("eligible", None, ("histology",))

    def test_small_cell_lung_cancer_is_exploratory(self) -> None:
        verdict = verdict_on(PCSI, change(primaries=(primary("lung_cancer", "sclc"),)), classified())
        assert verdict.arm == "exploratory"

    @pytest.mark.parametrize("name", ["lymphoma", "leukaemia", "primary_brain_tumour"])
    def test_no_solid_tumour_outside_the_nervous_system(self, name: str) -> None:
        verdict = verdict_on(PCSI, change(primaries=(primary(name),)), classified())
        assert "I1" in verdict.failed

    def test_solid_and_haematological_primaries_leave_it_open_unless_the_lm_names_one(self) -> None:
        chart = change(primaries=(primary("breast_cancer"), primary("lymphoma")))
        open_verdict = verdict_on(PCSI, chart, classified())
        assert criterion(open_verdict, "I1").verdict == "unknown"
        assert criterion(open_verdict, "I1").missing == ("primary",)
        named = verdict_on(PCSI, change(chart, lm_diagnoses=(lm(primary="breast_cancer"),)), classified())
        assert criterion(named, "I1").verdict == "met"

    def test_a_known_cancer_without_its_primary_leaves_the_primary_missing(self) -> None:
        assert criterion(verdict_on(PCSI, change(primaries=()), classified()), "I1").missing == ("primary",)


class TestPerformanceStatus:
    """9.1, PS; 14.1 I5 and 14.8 I4."""

    @pytest.mark.parametrize(
        ("ecog", "expected"), [(0, "met"), (1, "met"), (2, "unknown"), (3, "unknown"), (4, "not_met")]
    )
    def test_ecog_answers_kps_60_only_where_every_map_agrees(self, ecog: int, expected: str) -> None:
        verdict = verdict_on(PCSI, change(performance=(performance("ecog", ecog),)), classified())
        assert criterion(verdict, "I5").verdict == expected
        if expected == "unknown":
            assert criterion(verdict, "I5").missing == ("kps",)
        else:
            assert "converted" in criterion(verdict, "I5").warnings

    @pytest.mark.parametrize(
        ("scale", "limits", "expected"),
        [
            ("ecog", (0, 1), "met"), ("ecog", (1, 2), "met"), ("ecog", (2, 3), "unknown"), ("ecog", (3, 4), "not_met"),
            ("kps", (60, 100), "met"), ("kps", (50, 60), "unknown"), ("ecog", (6, 9), "unknown"),
            ("ecog", None, "unknown"),
        ],
    )  # fmt: skip
    def test_a_range_is_answered_where_every_score_in_it_answers_alike(
        self, scale: str, limits: tuple[int, int] | None, expected: str
    ) -> None:
        status = replace(performance(scale, None), limits=limits)
        verdict = verdict_on(PEMBROLIZUMAB, change(performance=(status,)), classified())
        assert criterion(verdict, "I4").verdict == expected

    @pytest.mark.parametrize(("kps", "expected"), [(60, "met"), (50, "not_met")])
    def test_the_protocol_declares_kps_60_equal_to_ecog_2(self, kps: int, expected: str) -> None:
        verdict = verdict_on(PEMBROLIZUMAB, change(performance=(performance("kps", kps),)), classified())
        assert criterion(verdict, "I4").verdict == expected

    @pytest.mark.parametrize(("ecog", "expected"), [(2, "met"), (3, "not_met")])
    def test_ecog_itself(self, ecog: int, expected: str) -> None:
        verdict = verdict_on(PEMBROLIZUMAB, change(performance=(performance("ecog", ecog),)), classified())
        assert criterion(verdict, "I4").verdict == expected

    def test_of_one_day_the_criterions_own_scale_counts(self) -> None:
        both = (performance("ecog", 2), performance("kps", 60))
        verdict = verdict_on(PCSI, change(performance=both), classified())
        assert criterion(verdict, "I5").verdict == "met"
        assert criterion(verdict, "I5").warnings == ()

    def test_the_latest_status_counts_in_whatever_scale(self) -> None:
        series = (performance("kps", 90, "2026-01-10"), performance("ecog", 4, "2026-03-10"))
        assert criterion(verdict_on(PCSI, change(performance=series), classified()), "I5").verdict == "not_met"

    def test_an_explicit_unknown_that_is_the_latest_leaves_it_open(self) -> None:
        series = (performance("kps", 90, "2026-01-10"), performance("kps", None, "2026-03-10"))
        assert criterion(verdict_on(PCSI, change(performance=series), classified()), "I5").verdict == "unknown"

    def test_a_child_is_judged_by_lansky(self) -> None:
        child = change(
            demographics=Demographics(birth_date=on_day("2015-01-02"), sex="male"),
            performance=(performance("lansky", 60), performance("kps", 40)),
        )
        assert criterion(verdict_on(PCSI, child, classified()), "I5").verdict == "met"

    def test_a_child_without_lansky_misses_lansky(self) -> None:
        child = change(demographics=Demographics(birth_date=on_day("2015-01-02"), sex="male"))
        assert criterion(verdict_on(PCSI, child, classified()), "I5").missing == ("lansky",)

    def test_the_verdict_on_a_child_ends_on_the_sixteenth_birthday(self) -> None:
        child = change(
            demographics=Demographics(birth_date=on_day("2010-04-02"), sex="male"),
            performance=(performance("lansky", 80),),
        )
        verdict = verdict_on(PCSI, child, classified())
        assert (verdict.eligibility, verdict.valid_until) == ("eligible", date(2026, 4, 2))

    def test_without_a_birth_date_neither_scale_applies_for_sure(self) -> None:
        chart = change(demographics=Demographics(sex="female"))
        assert "birth-date" in criterion(verdict_on(PCSI, chart, classified()), "I5").missing


class TestPembrolizumab:
    """14.8, NCT02886585."""

    def test_a_complete_chart_is_eligible_without_warning(self) -> None:
        verdict = verdict_on(PEMBROLIZUMAB, HANNA_KELLER, classified())
        assert (verdict.eligibility, verdict.warnings, verdict.arm) == ("eligible", (), None)

    def test_counts_of_ten_days_ago_count_for_the_last_day(self) -> None:
        verdict = verdict_on(PEMBROLIZUMAB, with_counts(HANNA_KELLER, days_old=10), classified())
        assert verdict.eligibility == "eligible"
        assert verdict.valid_until == TODAY + timedelta(days=1)

    def test_counts_of_eleven_days_ago_are_unknown_not_failed(self) -> None:
        verdict = verdict_on(PEMBROLIZUMAB, with_counts(HANNA_KELLER, days_old=11), classified())
        assert (verdict.eligibility, verdict.clinical_eligibility) == ("indeterminate", "eligible")
        assert verdict.missing == ("neutrophils", "platelets", "haemoglobin")
        assert criterion(verdict, "I6").reason == "out_of_date"
        assert verdict.valid_until is None

    def test_low_counts_that_are_too_old_do_not_exclude(self) -> None:
        old_and_low = (blood("platelets", "40000", "/uL", days_old=11), *HANNA_KELLER.measurements[:2])
        verdict = verdict_on(PEMBROLIZUMAB, change(measurements=old_and_low), classified())
        assert verdict.eligibility == "indeterminate"

    @pytest.mark.parametrize(
        ("code", "enough", "too_low", "unit", "name"),
        [
            ("neutrophils", "1500", "1499", "/uL", "I6"),
            ("platelets", "100000", "99999", "/uL", "I7"),
            ("haemoglobin", "9.0", "8.9", "g/dL", "I8"),
        ],
    )
    def test_limits_are_included(self, code: str, enough: str, too_low: str, unit: str, name: str) -> None:
        others = tuple(count for count in HANNA_KELLER.measurements if count.code != code)
        reached = change(measurements=(*others, blood(code, enough, unit)))
        missed = change(measurements=(*others, blood(code, too_low, unit)))
        assert verdict_on(PEMBROLIZUMAB, reached, classified()).eligibility == "eligible"
        assert verdict_on(PEMBROLIZUMAB, missed, classified()).failed == (name,)

    def test_a_count_dated_to_the_month_is_open(self) -> None:
        vague = tuple(replace(count, time=in_month(2026, 3)) for count in HANNA_KELLER.measurements)
        verdict = verdict_on(PEMBROLIZUMAB, change(measurements=vague), classified(), date(2026, 3, 31))
        assert criterion(verdict, "I7").verdict == "unknown"
        assert criterion(verdict, "I7").reason == "date_precision"

    @pytest.mark.parametrize(("weeks", "expected"), [(6, "not_met"), (7, "met")])
    def test_life_expectancy_is_above_six_weeks(self, weeks: int, expected: str) -> None:
        chart = with_statement(
            HANNA_KELLER, "life_expectancy_weeks", statement("life_expectancy_weeks", weeks, unit="wk")
        )
        assert criterion(verdict_on(PEMBROLIZUMAB, chart, classified()), "I5").verdict == expected

    @pytest.mark.parametrize(("born", "expected"), [("2008-03-20", "met"), ("2008-03-21", "not_met")])
    def test_the_eighteenth_birthday_is_included(self, born: str, expected: str) -> None:
        chart = change(demographics=Demographics(birth_date=on_day(born), sex="male"))
        assert criterion(verdict_on(PEMBROLIZUMAB, chart, classified()), "I3").verdict == expected

    def test_a_minor_becomes_eligible_by_a_birthday(self) -> None:
        counts = with_counts(HANNA_KELLER, days_old=0)
        chart = change(counts, demographics=Demographics(birth_date=on_day("2008-03-25"), sex="female"))
        verdict = verdict_on(PEMBROLIZUMAB, chart, classified())
        assert verdict.failed == ("I3",)
        assert verdict.valid_until == date(2026, 3, 25)

    def test_a_birth_year_is_enough_where_all_its_days_agree(self) -> None:
        clear = change(demographics=Demographics(birth_date=in_year(1960), sex="female"))
        straddling = change(demographics=Demographics(birth_date=in_year(2008), sex="female"))
        assert criterion(verdict_on(PEMBROLIZUMAB, clear, classified()), "I3").verdict == "met"
        undecided = criterion(verdict_on(PEMBROLIZUMAB, straddling, classified()), "I3")
        assert (undecided.verdict, undecided.reason, undecided.missing) == (
            "unknown",
            "date_precision",
            ("birth-date",),
        )
        assert undecided.valid_until == date(2026, 12, 31)


class TestRadiate:
    """14.12, NCT06500481, and its cytology policy (2.6)."""

    def test_atypical_cells_with_linear_enhancement_and_typical_signs_are_eligible(self) -> None:
        chart = change(csf_samples=(cytology("atypical"),))
        assert verdict_on(RADIATE, chart, classified("probable", "EE4", "A")).eligibility == "eligible"

    def test_suspicious_cells_with_a_normal_mri_are_eligible(self) -> None:
        chart = change(csf_samples=(cytology("suspicious"),), mri_examinations=(mri("D_normal"),))
        result = classified("possible", "EE6", "D_normal")
        assert verdict_on(RADIATE, chart, result).eligibility == "eligible"
        # The same cells are no LM by cytology for a trial that reads reports as EANO-ESMO does.
        assert criterion(verdict_on(PEMBROLIZUMAB, chart, result), "I2").verdict == "not_met"

    def test_atypical_cells_with_a_normal_mri_are_not(self) -> None:
        chart = change(csf_samples=(cytology("atypical"),), mri_examinations=(mri("D_normal"),))
        assert verdict_on(RADIATE, chart, classified("possible", "EE6", "D_normal")).failed == ("I3",)

    def test_equivocal_without_its_word_is_both(self) -> None:
        chart = change(csf_samples=(cytology("equivocal"),), mri_examinations=(mri("D_normal"),))
        open_criterion = criterion(verdict_on(RADIATE, chart, classified("possible", "EE6", "D_normal")), "I3")
        assert (open_criterion.verdict, open_criterion.missing) == ("unknown", ("csf-cytology",))
        linear = change(csf_samples=(cytology("equivocal"),))
        assert verdict_on(RADIATE, linear, classified("probable", "EE4", "A")).eligibility == "eligible"

    def test_without_csf_sampling_imaging_and_typical_signs_are_enough(self) -> None:
        chart = change(csf_samples=())
        assert verdict_on(RADIATE, chart, classified("probable", "EE4", "B")).eligibility == "eligible"

    def test_imaging_without_typical_signs_is_not(self) -> None:
        chart = change(csf_samples=(cytology("negative"),), clinical_lm=(clinical("atypical"),))
        assert verdict_on(RADIATE, chart, classified("possible", "EE5", "A")).failed == ("I3",)

    def test_melanoma_is_ineligible(self) -> None:
        verdict = verdict_on(RADIATE, change(primaries=(primary("melanoma"),)), classified())
        assert verdict.failed == ("I1",)

    def test_adenocarcinoma_of_the_lung_is_nsclc_and_lung_cancer_alone_is_open(self) -> None:
        adenocarcinoma = verdict_on(
            RADIATE, change(primaries=(primary("lung_cancer", "adenocarcinoma"),)), classified()
        )
        unspecified = verdict_on(RADIATE, change(primaries=(primary("lung_cancer"),)), classified())
        assert adenocarcinoma.eligibility == "eligible"
        assert criterion(unspecified, "I1").missing == ("histology",)

    def test_a_recurrence_is_not_newly_diagnosed(self) -> None:
        chart = with_statement(change(lm_diagnoses=(lm(recurrent=True),)), "newly_diagnosed_lm")
        assert verdict_on(RADIATE, chart, classified()).failed == ("I2",)

    def test_lm_is_new_if_the_neuraxis_was_clear_before(self) -> None:
        chart = with_statement(HANNA_KELLER, "newly_diagnosed_lm")
        first_examined = verdict_on(RADIATE, chart, classified())
        assert criterion(first_examined, "I2").missing == ("newly-diagnosed-lm",)
        clear_before = change(chart, mri_examinations=(mri("D_normal", "2025-11-01"), mri("A", "2026-03-01")))
        assert criterion(verdict_on(RADIATE, clear_before, classified()), "I2").verdict == "met"


class TestEvidenceOfLm:
    """LM by imaging or cytology (14.1), and its refutation (R-08)."""

    def test_a_coded_lm_without_either_evidence_is_unknown(self) -> None:
        chart = change(csf_samples=(), mri_examinations=())
        verdict = verdict_on(PCSI, chart, classified("not_evaluable", "EE8", "not_done"))
        assert criterion(verdict, "I2").verdict == "unknown"
        assert criterion(verdict, "I2").missing == ("csf-cytology", "mri-lm")
        assert verdict.disease == "unknown"

    @pytest.mark.parametrize("word", ["not_done", "inadequate", None])
    def test_a_sample_that_says_nothing_is_not_negative(self, word: str | None) -> None:
        chart = change(csf_samples=(cytology(word),), mri_examinations=(mri("D_normal"),))
        verdict = verdict_on(PCSI, chart, classified("lack_of_evidence", "EE7", "D_normal"))
        assert criterion(verdict, "I2").verdict == "unknown"

    def test_negative_cytology_and_a_normal_mri_are_no_lm(self) -> None:
        chart = change(csf_samples=(cytology("negative"),), mri_examinations=(mri("D_normal"),))
        verdict = verdict_on(PCSI, chart, classified("lack_of_evidence", "EE7", "D_normal"))
        assert verdict.disease == "not_met"
        assert "I2" in verdict.failed

    def test_a_negative_from_four_millilitres_is_inadequate(self) -> None:
        sample = replace(cytology("negative"), volume_ml=blood("x", "4", "mL").value)
        chart = change(csf_samples=(sample,), mri_examinations=(mri("D_normal"),))
        verdict = verdict_on(PCSI, chart, classified("lack_of_evidence", "EE7", "D_normal"))
        assert criterion(verdict, "I2").verdict == "unknown"

    def test_any_positive_sample_counts(self) -> None:
        chart = change(csf_samples=(cytology("positive", "2026-01-02"), cytology("negative", "2026-03-02")))
        verdict = verdict_on(PCSI, chart, classified("confirmed", "EE2", "D_normal"))
        assert criterion(verdict, "I2").verdict == "met"
        assert criterion(verdict, "I2").evidence == (Source("Observation/cytology-positive", 1),)

    def test_a_refuted_lm_fails_the_lm_criteria_and_leaves_the_clinician_s_statements(self) -> None:
        chart = change(lm_diagnoses=(lm("refuted", "2026-03-10", reason="infection"),))
        verdict = verdict_on(PCSI, chart, classified("refuted", "R-08", None))
        assert verdict.eligibility == "ineligible"
        assert verdict.failed == ("I2",)
        assert criterion(verdict, "I3").verdict == "met"
        assert verdict.disease == "not_met"
        assert Source("Condition/lm", 1) in criterion(verdict, "I2").evidence
        assert verdict_on(RADIATE, chart, classified("refuted", "R-08", None)).failed == ("I2", "I3")

    def test_evidence_after_the_refutation_is_judged_by_itself(self) -> None:
        refuted = lm("refuted", "2026-03-10", reason="infection")
        chart = change(lm_diagnoses=(refuted,), csf_samples=(cytology("positive", "2026-03-15"),), mri_examinations=())
        verdict = verdict_on(PCSI, chart, classified("confirmed", "EE3", None))
        assert criterion(verdict, "I2").verdict == "met"

    def test_a_diagnosis_after_the_refutation_stands(self) -> None:
        chart = change(lm_diagnoses=(lm("refuted", "2026-02-01"), lm("active", "2026-03-03")))
        assert verdict_on(PCSI, chart, classified()).eligibility == "eligible"

    def test_nothing_on_record_is_unknown_for_every_trial(self) -> None:
        stranger = Chart(on=TODAY)
        for registry_id in (PCSI, PEMBROLIZUMAB, RADIATE):
            verdict = verdict_on(registry_id, stranger)
            assert verdict.eligibility == "indeterminate"
            assert verdict.disease == "unknown"
            assert {item.verdict for item in verdict.criteria if item.criterion != "I4" or registry_id != PCSI} == {
                "unknown"
            }


class TestPregnancy:
    """exchange.md 10: what concerns women is met for a male patient without a statement."""

    def test_a_male_patient_needs_no_statement(self) -> None:
        man = replace(HANNA_KELLER, demographics=replace(HANNA_KELLER.demographics, sex="male"))
        verdict = verdict_on(PCSI, with_statement(man, "pregnant"), classified())
        assert criterion(verdict, "E4").verdict == "met"
        assert verdict.eligibility == "eligible"

    @pytest.mark.parametrize("sex", ["female", "other"])
    def test_everyone_else_needs_one(self, sex: str) -> None:
        patient = replace(HANNA_KELLER, demographics=replace(HANNA_KELLER.demographics, sex=sex))
        assert criterion(verdict_on(PCSI, with_statement(patient, "pregnant"), classified()), "E4").missing == (
            "pregnant",
        )

    def test_where_the_sex_is_unknown_it_is_missing_too(self) -> None:
        patient = replace(HANNA_KELLER, demographics=replace(HANNA_KELLER.demographics, sex=None))
        assert criterion(verdict_on(PCSI, with_statement(patient, "pregnant"), classified()), "E4").missing == (
            "pregnant",
            "sex",
        )

    def test_a_diagnosis_of_pregnancy_says_it_as_well(self) -> None:
        pregnancy = Diagnosis(code="pregnancy", time=on_day("2026-03-18"))
        chart = replace(HANNA_KELLER, comorbidities=(pregnancy,))
        assert criterion(verdict_on(PCSI, chart, classified()), "E4").verdict == "not_met"
        over = replace(chart, comorbidities=(replace(pregnancy, time=on_day("2020-01-01"), end=on_day("2020-09-01")),))
        assert criterion(verdict_on(PCSI, over, classified()), "E4").verdict == "met"

    def test_a_refuted_pregnancy_is_a_statement_that_there_is_none(self) -> None:
        unasked = with_statement(HANNA_KELLER, "pregnant")
        refuted = Diagnosis(code="pregnancy", time=on_day("2026-03-18"))
        chart = replace(unasked, refuted_comorbidities=(refuted,))
        assert criterion(verdict_on(PCSI, chart, classified()), "E4").verdict == "met"
        again = replace(chart, comorbidities=(replace(refuted, time=on_day("2026-03-19")),))
        assert criterion(verdict_on(PCSI, again, classified()), "E4").verdict == "not_met"
        other = replace(unasked, refuted_comorbidities=(replace(refuted, code="meningitis"),))
        assert criterion(verdict_on(PCSI, other, classified()), "E4").verdict == "unknown"


class TestStatements:
    def test_a_statement_for_another_trial_says_nothing_here(self) -> None:
        elsewhere = statement("informed_consent", True, focus=RADIATE)
        own = statement("informed_consent", True, focus=PCSI)
        other = verdict_on(PCSI, with_statement(HANNA_KELLER, "informed_consent", elsewhere), classified())
        assert criterion(other, "I6").verdict == "unknown"
        mine = verdict_on(PCSI, with_statement(HANNA_KELLER, "informed_consent", own), classified())
        assert criterion(mine, "I6").verdict == "met"

    def test_the_latest_statement_counts_also_if_it_is_unknown(self) -> None:
        series = (
            statement("candidate_for_radiotherapy", True, time=on_day("2026-03-01")),
            statement("candidate_for_radiotherapy", None, time=on_day("2026-03-12")),
        )
        verdict = verdict_on(PCSI, with_statement(HANNA_KELLER, "candidate_for_radiotherapy", *series), classified())
        assert criterion(verdict, "I3").verdict == "unknown"

    def test_a_statement_of_later_does_not_exist_yet(self) -> None:
        withdrawn = statement("informed_consent", False, time=on_day("2026-03-25"))
        given = statement("informed_consent", True, time=on_day("2026-03-12"))
        chart = with_statement(HANNA_KELLER, "informed_consent", given, withdrawn)
        assert criterion(verdict_on(PCSI, chart, classified()), "I6").verdict == "met"
        assert criterion(verdict_on(PCSI, chart, classified(), date(2026, 3, 25)), "I6").verdict == "not_met"

    def test_a_statement_of_this_month_counts_once_the_month_is_over(self) -> None:
        chart = with_statement(
            HANNA_KELLER, "informed_consent", statement("informed_consent", True, time=in_month(2026, 3))
        )
        now = criterion(verdict_on(PCSI, chart, classified()), "I6")
        assert (now.verdict, now.reason, now.valid_until) == ("unknown", "date_precision", date(2026, 3, 31))
        assert criterion(verdict_on(PCSI, chart, classified(), date(2026, 3, 31)), "I6").verdict == "met"


def test_flags_of_the_facts_are_repeated_and_missing_facts_ordered_by_what_they_settle() -> None:
    flagged = PrimaryCancer(primary="breast_cancer", flags=("needs_review",))
    chart = change(
        with_statement(HANNA_KELLER, "prior_radiotherapy_prevents_csi"),
        primaries=(flagged,),
        csf_samples=(),
        mri_examinations=(),
    )
    verdict = verdict_on(PCSI, chart, classified("not_evaluable", "EE8", None))
    assert verdict.fact_flags == ("needs_review",)
    assert verdict.missing[0] == "prior-radiotherapy-prevents-csi"


def test_a_fact_that_will_count_later_limits_the_verdict() -> None:
    chart = change(future_days=(date(2026, 3, 28),))
    assert verdict_on(PCSI, chart, classified()).valid_until == date(2026, 3, 28)
