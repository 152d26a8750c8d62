"""The response series of story patients (clinical.md 5; exchange.md 12)."""

from dataclasses import replace
from datetime import date
from typing import Any

from leptobridge.chart.chart import Chart, CodedAnswer, Statement
from leptobridge.evaluation.course import find_course
from leptobridge.evaluation.evaluate import conclude_time_point
from leptobridge.evaluation.response import Assessment, assess
from leptobridge.evaluation.time_points import find_baseline, find_time_points
from tests.evaluation.charts import at, cancer, card, clinical, evidence, examination, intrathecal, sample

END = date(2026, 12, 31)
NO_DEVICE = (CodedAnswer(time=at("2026-01-05"), value="absent"),)

#: Mrs Lin, EGFR lung cancer: type IA on 2026-01-05, intrathecal pemetrexed from 2026-01-12.
LIN = Chart(
    on=END,
    primaries=(cancer(),),
    csf_samples=(sample("2026-01-05", "positive"),),
    mri_examinations=(card("2026-01-06", 0, 1, 0, 0, 1),),
    neurological_examinations=(examination("2026-01-07", gait=2),),
    clinical_lm=(clinical("2026-01-07", "typical"),),
    ventricular_device=NO_DEVICE,
    therapies=(intrathecal("2026-01-12"),),
)


def follow(chart: Chart, **later: tuple) -> tuple[Assessment, ...]:  # type: ignore[type-arg]
    """Assessments after later examinations joined the chart."""
    changes: Any = {name: (*getattr(chart, name), *entries) for name, entries in later.items()}
    chart = replace(chart, **changes)
    course = find_course(chart, END)
    assert course is not None
    return assess(chart, course, find_baseline(chart, course.start, 28), find_time_points(chart, course.start, END))


def values(assessments: tuple[Assessment, ...]) -> list[tuple[str, str, str]]:
    return [(a.point.day.isoformat(), str(a.result.value), a.result.rule) for a in assessments]


def test_a_responder_clears_csf_and_the_clearance_counts_after_28_days() -> None:
    assessments = follow(
        LIN,
        mri_examinations=(card("2026-03-02", 0, 0, 0, 0, 0), card("2026-04-01", 0, 0, 0, 0, 0)),
        neurological_examinations=(examination("2026-03-02", gait=0), examination("2026-04-01", gait=0)),
        csf_samples=(sample("2026-03-03", "negative"), sample("2026-03-31", "negative")),
    )
    assert values(assessments) == [("2026-03-02", "PR", "C6"), ("2026-04-01", "CR", "C5")]
    first, second = assessments
    assert first.result.outputs["csf"] == "CLEAR_U"
    assert "cr_pending_csf_confirmation" in first.result.flags
    assert second.result.outputs["csf"] == "CLEAR_C"
    assert second.result.outputs["clinical_benefit"] == "improved"


def test_progression_on_imaging_alone_is_progression() -> None:
    (assessment,) = follow(LIN, mri_examinations=(card("2026-03-02", 1, 1, 0, 0, 1, brain_linear="no_change"),))
    assert (assessment.result.value, assessment.result.rule) == ("PD", "C1")
    assert assessment.result.outputs["pd_date"] == date(2026, 3, 2)


def test_nothing_but_an_examination_leaves_imaging_and_csf_not_evaluable() -> None:
    (assessment,) = follow(LIN, neurological_examinations=(examination("2026-03-02", gait=2),))
    assert (assessment.result.value, assessment.result.rule) == ("NE", "C4")
    assert {"imaging", "csf"} <= set(assessment.result.missing)


def test_an_examination_with_an_impossible_level_is_not_evaluable_and_never_stable() -> None:
    (assessment,) = follow(
        LIN,
        mri_examinations=(card("2026-03-02", 0, 0, 0, 0, 0),),
        neurological_examinations=(examination("2026-03-02", sensation=3),),
        csf_samples=(sample("2026-03-02", "negative"),),
    )
    assert (assessment.result.value, assessment.result.rule) == ("NE", "C4")
    assert assessment.result.outputs["neuro"] == "NE"
    assert "neuro" in assessment.result.missing
    flagged = {
        conclusion.system
        for conclusion in conclude_time_point("lin", assessment)
        if "neurological_examination_invalid" in conclusion.flags
    }
    assert flagged == {"lm_response", "lano_change"}


def test_each_conclusion_of_a_time_point_names_what_it_was_read_from_and_no_more() -> None:
    device = CodedAnswer(time=at("2026-01-05"), value="absent", evidence=evidence("device", "2026-01-05"))
    disputed = replace(sample("2026-04-01", "negative"), flags=("coding_conflict",))
    *_, assessment = follow(
        replace(LIN, ventricular_device=(device,)),
        mri_examinations=(card("2026-03-02", 0, 0, 0, 0, 0), card("2026-04-01", 0, 0, 0, 0, 0)),
        neurological_examinations=(examination("2026-03-02", gait=1), examination("2026-04-01", gait=2)),
        csf_samples=(sample("2026-03-02", "negative"), disputed),
    )
    conclusions = {conclusion.system: conclusion for conclusion in conclude_time_point("lin", assessment)}
    read = {
        system: {source.reference.removeprefix("Observation/") for source in conclusion.evidence}
        for system, conclusion in conclusions.items()
    }
    assert read["lano_change"] == {"neuro-2026-01-07", "neuro-2026-03-02", "neuro-2026-04-01"}
    assert read["lm_scorecard"] == {"card-2026-01-06", "card-2026-03-02", "card-2026-04-01"}
    assert read["csf_state"] == {
        *("csf-2026-01-05", "csf-2026-03-02", "csf-2026-04-01"), "device-2026-01-05", "Condition/primary",
    }  # fmt: skip
    components = read["lano_change"] | read["lm_scorecard"] | read["csf_state"]
    assert read["lm_response"] == components | {"it-2026-01-12"}
    assert {system for system, said in conclusions.items() if "coding_conflict" in said.flags} == {
        "lm_response", "csf_state",
    }  # fmt: skip


def test_a_device_of_no_known_day_is_there_until_something_dated_says_otherwise() -> None:
    undated = replace(LIN, ventricular_device=(CodedAnswer(time=None, value="present"),))
    later: Any = {
        "mri_examinations": (card("2026-04-01", 0, 0, 0, 0, 0),),
        "csf_samples": (sample("2026-03-02", "negative"), sample("2026-04-01", "negative")),
    }
    *_, assessment = follow(undated, **later)
    assert assessment.csf is not None
    assert (assessment.csf.value, "needs_ventricular" in assessment.csf.flags) == ("CLEAR_U", True)
    *_, assessment = follow(replace(undated, ventricular_device=(*undated.ventricular_device, *NO_DEVICE)), **later)
    assert assessment.csf is not None
    assert assessment.csf.value == "CLEAR_C"


def test_a_suspicion_that_is_not_confirmed_gives_way_to_the_new_status() -> None:
    stable = {"brain_linear": "no_change", "spine_linear": "no_change"}
    first, second = follow(
        LIN,
        mri_examinations=(card("2026-03-02", 0, 1, 0, 0, 1, **stable), card("2026-03-30", 0, 1, 0, 0, 1, **stable)),
        neurological_examinations=(
            examination("2026-03-02", gait=2, strength=2, attribution="undetermined"),
            examination("2026-03-30", gait=2),
        ),
        csf_samples=(sample("2026-03-02", "positive"), sample("2026-03-30", "positive")),
    )
    assert (first.result.value, first.result.rule) == ("SUSPECTED_PD", "C2b")
    assert (second.result.value, second.result.rule) == ("SD", "C7")


def test_a_confirmed_suspicion_is_dated_on_its_first_day() -> None:
    (_, second) = follow(
        LIN,
        neurological_examinations=(
            examination("2026-03-02", gait=2, strength=2),
            examination("2026-03-30", gait=2, strength=2),
        ),
    )
    assert second.result.value == "PD"
    assert second.result.outputs["pd_date"] == date(2026, 3, 2)


def test_a_visit_before_day_21_does_not_resolve_a_suspicion() -> None:
    (_, second) = follow(
        LIN,
        neurological_examinations=(examination("2026-03-02", gait=2, strength=2), examination("2026-03-22", gait=2)),
    )
    assert second.result.value == "SUSPECTED_PD"


def test_a_suspicion_without_re_assessment_stays_and_is_unresolved_after_day_56() -> None:
    (_, second, third) = follow(
        LIN,
        neurological_examinations=(examination("2026-03-02", gait=2, strength=2),),
        mri_examinations=(
            card("2026-04-10", 0, 1, 0, 0, 1, brain_linear="no_change", spine_linear="no_change"),
            card("2026-06-10", 0, 1, 0, 0, 1, brain_linear="no_change", spine_linear="no_change"),
        ),
    )
    assert second.result.value == third.result.value == "SUSPECTED_PD"
    assert "unresolved" not in second.result.flags
    assert "unresolved" in third.result.flags


def test_a_late_re_assessment_still_resolves_and_says_so() -> None:
    (_, second) = follow(
        LIN,
        neurological_examinations=(examination("2026-03-02", gait=2, strength=2), examination("2026-04-10", gait=2)),
    )
    assert second.result.value == "NE", "imaging and CSF were not repeated"
    assert "late_reassessment" in second.result.flags


def test_a_baseline_csf_that_nobody_recorded_leaves_the_response_open() -> None:
    chart = replace(LIN, csf_samples=())
    (assessment,) = follow(
        chart,
        mri_examinations=(card("2026-03-02", 0, 0, 0, 0, 0),),
        neurological_examinations=(examination("2026-03-02", gait=2),),
    )
    assert assessment.result.value == "NE"
    assert "baseline_csf_cytology" in assessment.result.missing


def test_persistent_cells_after_induction_are_refractory() -> None:
    stable = card("2026-03-02", 0, 1, 0, 0, 1, brain_linear="no_change", spine_linear="no_change")
    (assessment,) = follow(
        LIN,
        mri_examinations=(stable,),
        neurological_examinations=(examination("2026-03-02", gait=2),),
        csf_samples=(sample("2026-03-02", "positive"),),
        statements=(
            Statement(code="induction_completed", value=True, time=at("2026-02-20"), evidence=evidence("x", "x")),
        ),
    )
    assert assessment.result.value == "SD"
    assert "csf_refractory" in assessment.result.flags
