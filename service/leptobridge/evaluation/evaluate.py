"""One person's facts to conclusions: a pure function of facts, rule sets, trials and the reference date (design 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from leptobridge.chart.assembly import assemble_chart
from leptobridge.chart.chart import Chart, Entry
from leptobridge.chart.facts import Fact
from leptobridge.clinical.csf_adequacy import CsfSampleAdequacyInputs, decide_csf_sample_adequacy
from leptobridge.clinical.result import Result
from leptobridge.evaluation.alk import answer_alk
from leptobridge.evaluation.cart import answer_cart
from leptobridge.evaluation.classification import (
    Classification,
    classify,
    evidence_of,
    flags_of,
    points_to_lm,
    rule_sample,
)
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.course import Course, find_course
from leptobridge.evaluation.csf_markers import answer_csf_markers
from leptobridge.evaluation.csf_series import cytology_samples
from leptobridge.evaluation.diagnosis_support import answer_diagnosis_support
from leptobridge.evaluation.endpoints import answer_endpoints
from leptobridge.evaluation.follow_up import answer_follow_up
from leptobridge.evaluation.lesion_response import answer_lesion_response
from leptobridge.evaluation.oligometastatic import answer_oligometastatic
from leptobridge.evaluation.prognosis import answer_prognosis
from leptobridge.evaluation.response import Assessment, assess
from leptobridge.evaluation.rule_answers import RuleAnswer
from leptobridge.evaluation.time_points import REACH, Baseline, find_baseline, find_time_points, requested_time_point
from leptobridge.evaluation.timeline import day_of, latest, until
from leptobridge.trials.definition import Trial
from leptobridge.trials.evaluation import judge
from leptobridge.trials.verdict import TrialVerdict

#: Days of the baseline window unless the protocol sets another (design 4).
BASELINE_WINDOW_DAYS = 28


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is concluded of one person as of a day.

    ``conclusions`` are those that are written back (exchange.md 12, For whom); ``verdicts`` the conclusions on every
    trial asked for, written back or not. ``answers`` are those of the rule sets beside LM classification and response;
    the inconclusive ones among them say what they lack. ``recheck_on``: the first later day on which something changes
    by itself.
    """

    person: str
    on: date
    chart: Chart
    classification: Classification | None
    course: Course | None
    baseline: Baseline | None
    assessments: tuple[Assessment, ...]
    answers: tuple[RuleAnswer, ...]
    verdicts: tuple[Conclusion, ...]
    conclusions: tuple[Conclusion, ...]
    recheck_on: date | None


def evaluate_person(
    person: str, facts: Iterable[Fact], on: date, trials: Sequence[Trial], *, at_request: bool = False
) -> Evaluation:
    """Conclusions about one person as of ``on``.

    ``at_request``: add a time point for ``on`` itself where none lies within the 14 days before it (``$lm-response``);
    such a time point is an answer and never written back.
    """
    chart = assemble_chart(facts, on)
    course = find_course(chart, on)
    window = _window_days(course, trials)
    classification = None
    if points_to_lm(chart):
        classification = classify(chart, on, course.start if course is not None else None, window)
    baseline: Baseline | None = None
    assessments: tuple[Assessment, ...] = ()
    if course is not None:
        baseline = find_baseline(chart, course.start, window)
        points = find_time_points(chart, course.start, _end_of_response(chart, classification, on))
        if at_request and not any(on - REACH <= point.day <= on for point in points):
            points = (*points, requested_time_point(chart, course.start, on))
        assessments = assess(chart, course, baseline, points)
    answers = _answer_rules(chart, classification, course, assessments, on)
    verdicts = tuple(_conclude_trial(person, chart, classification, trial, on) for trial in trials)
    conclusions = [*_conclude_lm(person, chart, classification, assessments, on)]
    written = conclusions or chart.enrolments
    conclusions += [conclusion for conclusion, verdict in verdicts if written or verdict.disease == "met"]
    conclusions += [_conclude_answer(person, answer) for answer in answers if answer.is_conclusive]
    days = [answer.recheck_on for answer in answers if answer.recheck_on is not None]
    days += [verdict.next_change for _, verdict in verdicts if verdict.next_change is not None]
    return Evaluation(
        person,
        on,
        chart,
        classification,
        course,
        baseline,
        assessments,
        answers,
        tuple(conclusion for conclusion, _ in verdicts),
        tuple(conclusions),
        min((day for day in (*days, *chart.future_days) if day > on), default=None),
    )


def _answer_rules(
    chart: Chart,
    classification: Classification | None,
    course: Course | None,
    assessments: tuple[Assessment, ...],
    on: date,
) -> tuple[RuleAnswer, ...]:
    """Every further rule set that the facts of the chart ask."""
    answers = [
        *answer_diagnosis_support(chart, classification, on),
        *answer_csf_markers(chart, on),
        *answer_lesion_response(chart, course, on),
        *answer_prognosis(chart, classification, on),
        *answer_oligometastatic(chart, classification, on),
        *answer_alk(chart, on),
        *answer_cart(chart, on),
    ]
    answers += answer_follow_up(
        chart, classification=classification, course=course, assessments=assessments, answers=answers, on=on
    )
    answers += answer_endpoints(chart, course=course, assessments=assessments, answers=answers, on=on)
    return tuple(answers)


def _conclude_answer(person: str, answer: RuleAnswer) -> Conclusion:
    return Conclusion(
        person=person,
        system=answer.system,
        effective=answer.effective,
        time_point=answer.time_point,
        topic=answer.topic,
        result=answer.result,
        evidence=evidence_of(answer.entries),
        flags=flags_of(answer.entries),
    )


def _window_days(course: Course | None, trials: Sequence[Trial]) -> int:
    """The baseline window of the protocol in which the course runs, else the default."""
    if course is not None and course.study is not None:
        for trial in trials:
            if trial.id == course.study:
                return trial.baseline_window_days or BASELINE_WINDOW_DAYS
    return BASELINE_WINDOW_DAYS


def _end_of_response(chart: Chart, classification: Classification | None, on: date) -> date:
    """A refuted diagnosis has no response from the day of the refutation on (R-08)."""
    if classification is None or classification.result.value != "refuted":
        return on
    refutation = latest(until(chart.lm_diagnoses, on))
    return on if refutation is None else min(on, day_of(refutation))


def _conclude_lm(
    person: str,
    chart: Chart,
    classification: Classification | None,
    assessments: Sequence[Assessment],
    on: date,
) -> list[Conclusion]:
    conclusions = []
    if classification is not None:
        conclusions.append(
            Conclusion(
                person=person,
                system="eano_esmo_classification",
                effective=on,
                result=classification.result,
                evidence=classification.evidence,
                flags=classification.flags,
            )
        )
    samples = cytology_samples(until(chart.csf_samples, on))
    if samples:
        adequacy = decide_csf_sample_adequacy(
            CsfSampleAdequacyInputs(samples=tuple(rule_sample(sample) for sample in samples))
        )
        conclusions.append(
            Conclusion(
                person=person,
                system="csf_sample_adequacy",
                effective=on,
                result=adequacy,
                evidence=evidence_of(samples),
                flags=flags_of(samples),
            )
        )
    for assessment in assessments:
        if not assessment.point.requested:
            conclusions += conclude_time_point(person, assessment)
    return conclusions


def conclude_time_point(person: str, assessment: Assessment) -> list[Conclusion]:
    """The response and its components; each names what it was read from, and the flags of that alone."""
    neuro, card, csf, read = assessment.neuro, assessment.card, assessment.csf, assessment.read
    components: list[tuple[str, Result, tuple[Entry, ...], tuple[str, ...]]] = [
        ("lm_response", assessment.result, read.all, assessment.flags)
    ]
    if neuro is not None:
        components.append(("lano_change", neuro.result, read.neuro, (*flags_of(read.neuro), *neuro.flags)))
    if card is not None:
        components.append(("lm_scorecard", card.result, read.imaging, (*flags_of(read.imaging), *card.flags)))
    if csf is not None:
        components.append(("csf_state", csf, read.csf, flags_of(read.csf)))
    return [
        Conclusion(
            person=person,
            system=system,
            effective=assessment.point.day,
            time_point=assessment.point.day,
            result=result,
            evidence=evidence_of(entries),
            flags=flags,
        )
        for system, result, entries, flags in components
    ]


def response_conclusions(evaluation: Evaluation) -> tuple[Conclusion, ...]:
    """The ``lm_response`` of every time point, also of one for the requested day (``$lm-response``)."""
    return tuple(conclude_time_point(evaluation.person, assessment)[0] for assessment in evaluation.assessments)


def _conclude_trial(
    person: str, chart: Chart, classification: Classification | None, trial: Trial, on: date
) -> tuple[Conclusion, TrialVerdict]:
    verdict = judge(trial, chart, classification.result if classification is not None else None, on)
    result = Result(
        value=verdict.eligibility,
        rule=verdict.trial,
        criteria_version=verdict.version,
        inputs_used=(),
        outputs={"clinical_eligibility": verdict.clinical_eligibility, "arm": verdict.arm},
        missing=(*verdict.missing, *(m for m in verdict.arm_missing if m not in verdict.missing)),
        warnings=verdict.warnings,
        flags=verdict.flags,
    )
    conclusion = Conclusion(
        person=person,
        system="trial_eligibility",
        effective=on,
        trial=verdict.trial,
        result=result,
        criteria=verdict.criteria,
        evidence=verdict.evidence,
        flags=verdict.fact_flags,
        valid_until=verdict.valid_until,
    )
    return conclusion, verdict
