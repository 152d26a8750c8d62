"""Rule sets beside LM classification and response: which facts ask them, and what they say (clinical.md 6 to 15)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from leptobridge.chart.chart import (
    Chart,
    CodedAnswer,
    CsfSample,
    CtcCount,
    Demographics,
    Diagnosis,
    DiseaseStatus,
    Lesion,
    PerformanceStatus,
    PrimaryCancer,
    ReaderForm,
    Statement,
    Therapy,
    Variant,
)
from leptobridge.evaluation.alk import answer_alk
from leptobridge.evaluation.cart import answer_cart
from leptobridge.evaluation.course import Course
from leptobridge.evaluation.csf_markers import answer_csf_markers
from leptobridge.evaluation.endpoints import answer_endpoints
from leptobridge.evaluation.follow_up import answer_follow_up
from leptobridge.evaluation.lesion_response import answer_lesion_response
from leptobridge.evaluation.oligometastatic import answer_oligometastatic
from leptobridge.evaluation.prognosis import answer_prognosis
from leptobridge.evaluation.rule_answers import RuleAnswer
from tests.evaluation.charts import at, cancer, evidence

ON = date(2026, 6, 1)
ADENOCARCINOMA = replace(cancer(), histology="adenocarcinoma")


def only(answers: Iterable[RuleAnswer], system: str) -> RuleAnswer:
    found = [answer for answer in answers if answer.system == system]
    assert len(found) == 1, [answer.system for answer in found]
    return found[0]


def ctc(day: str, **values: Any) -> CsfSample:
    return CsfSample(time=at(day), site="lumbar", ctc=CtcCount(time=at(day), **values), evidence=evidence("ctc", day))


def lesion(day: str, name: str, millimetres: int, **values: Any) -> Lesion:
    options = {"role": "target", "kind": "other", "organ": "liver"} | values
    return Lesion(
        time=at(day), lesion_id=name, longest_mm=Decimal(millimetres), evidence=evidence(name, day), **options
    )


def form(system: str, day: str, **items: Any) -> ReaderForm:
    values = {name: value if isinstance(value, tuple) else (value,) for name, value in items.items()}
    return ReaderForm(time=at(day), system=system, items=values, evidence=evidence(system, day))


def said(code: str, value: Any, day: str = "2026-03-01") -> Statement:
    return Statement(time=at(day), code=code, value=value, evidence=evidence(code, day))


class TestCsfMarkers:
    def test_tumour_cells_are_shown_at_every_cut_off_with_the_sample_as_evidence(self) -> None:
        chart = Chart(on=ON, primaries=(cancer(),), csf_samples=(ctc("2026-03-01", count=3, volume_ml=Decimal(3)),))
        answer = only(answer_csf_markers(chart, ON), "csf_ctc")
        assert answer.result.value == 1
        assert answer.result.outputs["lin_2017"] == "positive"
        assert answer.time_point == date(2026, 3, 1)
        assert chart.csf_samples[0] in answer.entries

    def test_a_concentration_counts_like_cells_in_their_volume(self) -> None:
        chart = Chart(on=ON, primaries=(cancer(),), csf_samples=(ctc("2026-03-01", per_ml=Decimal("0.9")),))
        answer = only(answer_csf_markers(chart, ON), "csf_ctc")
        assert (answer.result.outputs["lin_2017"], answer.result.outputs["van_bussel_2020"]) == ("negative", "positive")

    def test_a_count_without_its_volume_is_listed_as_lacking_it(self) -> None:
        chart = Chart(on=ON, primaries=(cancer(),), csf_samples=(ctc("2026-03-01", count=3),))
        answer = only(answer_csf_markers(chart, ON), "csf_ctc")
        assert not answer.is_conclusive
        assert "volume_ml" in answer.result.missing

    def test_flow_cytometry_is_asked_in_lymphoma_alone(self) -> None:
        flow = CsfSample(time=at("2026-03-01"), cytology="negative", flow="positive")
        lymphoma = PrimaryCancer(time=at("2025-01-01"), primary="lymphoma")
        meningitis = said("active_meningitis", False)
        in_lymphoma = Chart(on=ON, primaries=(lymphoma,), csf_samples=(flow,), statements=(meningitis,))
        answer = only(answer_csf_markers(in_lymphoma, ON), "csf_flow")
        assert answer.result.value == "csf_involvement_by_flow"
        assert list(answer_csf_markers(Chart(on=ON, primaries=(cancer(),), csf_samples=(flow,)), ON)) == []

    def test_the_genotype_needs_a_variant_found_in_csf(self) -> None:
        in_blood = Variant(time=at("2026-02-01"), gene="EGFR", alteration="L858R", present=True, specimen="blood")
        in_csf = [
            Variant(time=at("2026-03-01"), gene="EGFR", alteration=name, present=present, specimen="csf")
            for name, present in (("exon_19_deletion", True), ("T790M", True))
        ]
        assert list(answer_csf_markers(Chart(on=ON, variants=(in_blood,)), ON)) == []
        answer = only(answer_csf_markers(Chart(on=ON, variants=(in_blood, *in_csf)), ON), "csf_genotype")
        assert answer.result.outputs["statements"] == ("favourable", "favourable", "not_applicable")


class TestPrognosis:
    CHART = Chart(
        on=ON,
        demographics=Demographics(birth_date=at("1971-01-10")),
        primaries=(ADENOCARCINOMA,),
        metastases=(Diagnosis(time=at("2026-01-01"), code="brain"),),
        performance=(PerformanceStatus(time=at("2026-02-01"), scale="kps", value=90),),
        variants=(Variant(time=at("2025-01-01"), gene="EGFR", alteration="L858R", present=True),),
        statements=(said("brain_metastases", 2), said("extracranial_metastases", False)),
    )

    def test_lung_molgpa_takes_its_five_factors_from_the_chart(self) -> None:
        answer = only(answer_prognosis(self.CHART, None, ON), "lung_molgpa")
        assert (answer.result.value, answer.result.outputs["bracket"]) == (4, (Decimal("3.5"), Decimal("4.0")))

    def test_the_number_of_brain_metastases_is_never_guessed(self) -> None:
        chart = replace(self.CHART, statements=())
        answer = only(answer_prognosis(chart, None, ON), "lung_molgpa")
        assert not answer.is_conclusive
        assert {"brain_metastases", "extracranial_metastases"} <= set(answer.result.missing)

    def test_an_ecog_is_not_taken_for_a_karnofsky(self) -> None:
        chart = replace(self.CHART, performance=(PerformanceStatus(time=at("2026-02-01"), scale="ecog", value=1),))
        assert "kps" in only(answer_prognosis(chart, None, ON), "lung_molgpa").result.missing

    def test_without_a_brain_metastasis_nobody_asks(self) -> None:
        chart = replace(self.CHART, metastases=(), statements=())
        assert list(answer_prognosis(chart, None, ON)) == []


class TestLesions:
    COMPLETE = tuple(
        CodedAnswer(time=at(day), value="yes") for day in ("2026-01-05", "2026-03-02", "2026-04-27", "2026-06-01")
    )

    def series(self, *sums: int) -> Chart:
        days = ("2026-01-05", "2026-03-02", "2026-04-27", "2026-06-01")
        lesions = tuple(lesion(day, "t1", size) for day, size in zip(days, sums, strict=False))
        return Chart(on=ON, lesions=lesions, lesion_lists_complete=self.COMPLETE[: len(sums)])

    def responses(self, chart: Chart, system: str) -> list[Any]:
        return [a.result.value for a in answer_lesion_response(chart, None, ON) if a.system == system]

    def test_progression_is_counted_from_the_nadir_not_from_the_baseline(self) -> None:
        assert self.responses(self.series(100, 65, 79), "recist_1_1") == ["PR", "PD"]

    def test_a_partial_response_stays_until_progression(self) -> None:
        assert self.responses(self.series(100, 70, 80), "recist_1_1") == ["PR", "PR"]

    def test_a_target_that_a_complete_list_no_longer_has_is_gone(self) -> None:
        chart = self.series(30)
        assert self.responses(replace(chart, lesion_lists_complete=self.COMPLETE[:2]), "recist_1_1") == ["CR"]

    def test_a_target_that_an_incomplete_list_leaves_out_is_not_evaluated(self) -> None:
        chart = Chart(
            on=ON,
            lesions=(lesion("2026-01-05", "t1", 30), lesion("2026-01-05", "t2", 20), lesion("2026-03-02", "t1", 10)),
        )
        (answer,) = [a for a in answer_lesion_response(chart, None, ON) if a.system == "recist_1_1"]
        assert not answer.is_conclusive

    def test_brain_lesions_are_judged_by_rano_bm_and_the_reader_grades_what_no_size_tells(self) -> None:
        sizes = [lesion(day, name, size, organ="frontal lobe of the brain") for day, name, size in (
            ("2026-01-05", "b1", 30), ("2026-01-05", "b2", 20), ("2026-03-02", "b1", 21), ("2026-03-02", "b2", 14),
        )]  # fmt: skip
        graded = form(
            "rano_bm",
            "2026-03-02",
            non_targets="stable",
            new_lesion="none",
            corticosteroids="stable",
            clinical_status="stable",
        )
        chart = Chart(on=ON, lesions=tuple(sizes))
        assert self.responses(replace(chart, reader_forms=(graded,)), "rano_bm") == ["PR"]
        (answer,) = [a for a in answer_lesion_response(chart, None, ON) if a.system == "rano_bm"]
        assert {"corticosteroids", "clinical_status"} <= set(answer.result.missing)

    def test_irecist_confirms_a_progression_over_the_forms_of_a_reader(self) -> None:
        visit = {"non_targets": "non_icr_non_iupd", "new_lesions_mm": ()}
        forms = (
            form("irecist", "2026-01-05", baseline_sum_mm=100),
            form("irecist", "2026-03-02", target_sum_mm=130, **visit),
            form("irecist", "2026-04-13", target_sum_mm=136, **visit),
        )
        assert self.responses(Chart(on=ON, reader_forms=forms), "irecist") == ["iUPD", "iCPD"]

    def test_nano_compares_with_the_best_level_so_far(self) -> None:
        forms = tuple(
            form("nano", day, gait=level) for day, level in (("2026-01-05", 2), ("2026-03-02", 0), ("2026-04-27", 2))
        )
        assert self.responses(Chart(on=ON, reader_forms=forms), "nano_change") == ["response", "progression"]

    def test_yes_and_no_of_a_form_are_what_the_rule_takes(self) -> None:
        filled = form("ipcg", "2026-03-02", enhancement="none", steroid_mg=0, eye="normal", eye_involved_before="no",
                      csf="negative", csf_baseline="negative", new_site="no")  # fmt: skip
        assert self.responses(Chart(on=ON, reader_forms=(filled,)), "ipcg") == ["CR"]

    def test_a_word_that_a_form_has_wrong_is_named_and_not_guessed(self) -> None:
        chart = Chart(on=ON, reader_forms=(form("ipcg", "2026-03-02", enhancement="somewhat"),))
        (answer,) = answer_lesion_response(chart, None, ON)
        assert (answer.result.value, answer.result.missing) == ("invalid_input", ("enhancement",))


def test_the_oligometastatic_form_is_read_with_the_dates_of_the_chart() -> None:
    filled = form("oligometastatic_state", "2026-03-01", metastases=2, organs=1, q1=False, q2=False)
    chart = Chart(
        on=ON,
        primaries=(cancer("2026-01-10"),),
        metastases=(Diagnosis(time=at("2026-02-01"), code="adrenal"),),
        reader_forms=(filled,),
        statements=(said("all_sites_safely_treatable", True), said("mdt_decision", True)),
    )
    answers = list(answer_oligometastatic(chart, None, ON))
    assert only(answers, "oligometastatic_state").result.value == "synchronous_oligometastatic_disease"
    assert only(answers, "local_therapy_recommendation").result.value == "conditional_recommendation"


COURSE = Course(date(2026, 1, 10), "enrolment", "NCT02886585")


def test_the_brain_mri_of_a_trial_is_due_by_its_protocol_and_turns_overdue_on_a_day_that_is_known() -> None:
    from tests.evaluation.charts import card

    chart = Chart(on=ON, mri_examinations=(card("2026-04-27", 0, 1, 0, 0, 0),))
    answers = answer_follow_up(chart, classification=None, course=COURSE, assessments=(), answers=(), on=ON)
    answer = only(answers, "follow_up")
    assert (answer.topic, answer.result.value) == ("pembrolizumab_cns_trial_brain_mri", "not_overdue")
    assert answer.result.outputs["due_to_date"] == date(2026, 6, 8)
    assert answer.recheck_on == date(2026, 6, 9)


def test_the_dead_are_asked_to_no_examination() -> None:
    chart = Chart(on=ON, demographics=Demographics(dead=True, death=at("2026-05-01")))
    assert list(answer_follow_up(chart, classification=None, course=COURSE, assessments=(), answers=(), on=ON)) == []


def test_survival_ends_with_death_and_progression_with_the_first_of_both() -> None:
    chart = Chart(
        on=ON,
        demographics=Demographics(dead=True, death=at("2026-04-10"), last_seen=at("2026-04-10")),
        disease_status=(DiseaseStatus(time=at("2026-03-01"), value="worsened", compartment="cns"),),
    )
    answers = {a.topic: a.result for a in answer_endpoints(chart, course=COURSE, assessments=(), answers=(), on=ON)}
    assert (answers["os"].value, answers["os"].outputs["days"]) == ("death", 90)
    assert (answers["cns_pfs"].value, answers["cns_pfs"].outputs["event_date"]) == ("PD", date(2026, 3, 1))
    assert answers["lm_pfs"].value == "death"


def test_a_living_patient_is_censored_where_last_seen() -> None:
    chart = Chart(on=ON, demographics=Demographics(last_seen=at("2026-05-10")))
    answers = {a.topic: a.result for a in answer_endpoints(chart, course=COURSE, assessments=(), answers=(), on=ON)}
    assert (answers["os"].value, answers["os"].outputs["days"]) == ("censored", 120)
    assert answers["pfs"].value == "not_evaluable"


def test_therapies_of_no_course_have_no_endpoint() -> None:
    chart = Chart(on=ON, therapies=(Therapy(time=at("2026-01-01"), kind="surgery"),))
    assert list(answer_endpoints(chart, course=None, assessments=(), answers=(), on=ON)) == []


class TestCart:
    INFUSION = Therapy(time=at("2025-01-10"), kind="cart", name="axicabtagene_ciloleucel", anticancer=True)
    LYMPHOMA = PrimaryCancer(time=at("2024-06-01"), primary="lymphoma")

    def test_meningeal_disease_before_the_infusion_is_a_risk_and_its_absence_is_not_assumed(self) -> None:
        from tests.evaluation.charts import card

        chart = Chart(on=ON, primaries=(self.LYMPHOMA,), therapies=(self.INFUSION,))
        silent = only(answer_cart(chart, ON), "cart_risk")
        assert silent.result.value == "not_evaluable"
        seen = replace(chart, mri_examinations=(card("2025-01-02", 0, 1, 0, 0, 0),), statements=(said("pce", True),))
        result = only(answer_cart(seen, ON), "cart_risk").result
        assert result.outputs["lmd"] == "higher_risk_of_relapse_after_cr"
        assert result.outputs["pce"] == "higher_risk_of_refractory_disease"

    def test_cns_pfs_runs_from_the_infusion_to_the_first_cns_progression(self) -> None:
        progression = DiseaseStatus(time=at("2025-05-10"), value="PD", compartment="cns")
        elsewhere = DiseaseStatus(time=at("2025-02-01"), value="PD", compartment="extracranial")
        chart = Chart(on=ON, therapies=(self.INFUSION,), disease_status=(elsewhere, progression))
        outputs = only(answer_cart(chart, ON), "cns_pfs").result.outputs
        assert (outputs["cns_pfs1_days"], outputs["cns_pfs1_event"]) == (120, "PD")

    def test_without_an_infusion_nobody_asks(self) -> None:
        assert list(answer_cart(Chart(on=ON, primaries=(self.LYMPHOMA,)), ON)) == []


class TestAlk:
    REARRANGED = Variant(time=at("2024-05-01"), gene="ALK", alteration="rearrangement", present=True)

    def treated(self, drug: str, start: str, end: str | None = None, reason: str | None = None) -> Therapy:
        return Therapy(
            time=at(start),
            kind="drug",
            name=drug,
            drug_class="alk_tki",
            anticancer=True,
            ongoing=end is None,
            end=at(end) if end else None,
            reason_for_stop=reason,
        )

    def chart(self, *variants: Variant, **more: Any) -> Chart:
        therapies = (
            self.treated("alectinib", "2024-06-01", "2026-01-15", "progression"),
            self.treated("lorlatinib", "2026-02-01"),
        )
        return Chart(on=ON, primaries=(cancer(),), variants=(self.REARRANGED, *variants), therapies=therapies, **more)

    def test_a_kinase_variant_is_looked_up_with_the_drugs_progressed_on(self) -> None:
        found = Variant(time=at("2026-01-20"), gene="ALK", alteration="G1202R", present=True, specimen="blood")
        result = only(answer_alk(self.chart(found), ON), "alk_q").result
        assert result.outputs["drugs"]["lorlatinib"] == "reported_sensitive"
        assert result.outputs["drugs"]["alectinib"] == "reported_resistant"
        assert result.outputs["progressed_on"] == ("alectinib",)

    def test_no_variant_on_record_is_not_none_found_unless_the_region_was_studied(self) -> None:
        assert only(answer_alk(self.chart(), ON), "alk_q").result.value == "not_evaluable"
        studied = CodedAnswer(time=at("2026-01-20"), value="ALK")
        amplified = Variant(time=at("2026-01-20"), gene="MET", alteration="amplification", present=True)
        result = only(answer_alk(self.chart(amplified, genes_tested=(studied,)), ON), "alk_q").result
        assert result.value == "alk_independent"
        assert "alk_tki_plus_capmatinib_or_savolitinib" in result.outputs["options"]

    def test_the_pattern_is_judged_where_a_reader_counted_progressing_lesions(self) -> None:
        counted = (said("progressing_lesions", 2), said("organs", "lung"), said("new_lm", False))
        answers = list(answer_alk(self.chart(statements=counted), ON))
        assert only(answers, "pd_alk").result.value == "oligoprogression"
        assert only(answers, "alk_tki_generation").result.outputs["generations"] == {"alectinib": 2, "lorlatinib": 3}
        assert "pd_alk" not in {answer.system for answer in answer_alk(self.chart(), ON)}
