"""When the next examination of a patient is due (clinical.md 15.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from leptobridge.chart.chart import Chart, Entry
from leptobridge.clinical.cytology import sample_class
from leptobridge.evaluation.classification import Classification, is_lm_examination, rule_sample
from leptobridge.evaluation.course import Course
from leptobridge.evaluation.csf_series import cytology_samples
from leptobridge.evaluation.response import Assessment
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, with_topic
from leptobridge.evaluation.timeline import after, day_of, latest, until

#: Trials whose protocol sets an interval -> context and what is examined (15.2).
_PROTOCOLS: dict[str, tuple[tuple[str, str], ...]] = {
    "NCT01645839": (("deposein_neurology_and_pro", "neurology"), ("deposein_cerebrospinal_mri", "mri")),
    "NCT02886585": (("pembrolizumab_cns_trial_brain_mri", "mri"),),
}


def answer_follow_up(
    chart: Chart,
    *,
    classification: Classification | None,
    course: Course | None,
    assessments: Sequence[Assessment],
    answers: Sequence[RuleAnswer],
    on: date,
) -> Iterator[RuleAnswer]:
    """One answer per context that concerns the patient; none for the dead."""
    if chart.demographics.dead:
        return
    contexts = _contexts(
        chart, classification=classification, course=course, assessments=assessments, answers=answers, on=on
    )
    for context, entry, day in contexts:
        inputs = {"context": context, "last_date": day, "as_of_date": on}
        answer = answer_rule("follow_up", inputs, (entry,), effective=on, topic=context)
        due_to = answer.result.outputs.get("due_to_date")
        overdue_from = due_to + timedelta(days=1) if isinstance(due_to, date) and due_to >= on else None
        yield with_topic(replace(answer, recheck_on=overdue_from), "context")


def _contexts(
    chart: Chart,
    *,
    classification: Classification | None,
    course: Course | None,
    assessments: Sequence[Assessment],
    answers: Sequence[RuleAnswer],
    on: date,
) -> Iterator[tuple[str, Entry | None, date | None]]:
    """Context, the entry that it counts from, and that entry's exact day (None = not known)."""
    scan = latest(e for e in until(chart.mri_examinations, on) if is_lm_examination(e) or e.brain_imaged)
    if classification is not None and classification.result.outputs.get("type") is not None:
        yield "lm_practice", scan, _exact(scan)
    if assessments:
        yield from _of_response(chart, course, assessments, on)
    for context, examined in _PROTOCOLS.get(course.study or "", ()) if course is not None else ():
        entry = latest(until(chart.neurological_examinations, on)) if examined == "neurology" else scan
        yield context, entry, _exact(entry)
    if any(t.drug_class == "alk_tki" and not t.ordered_only and t.ongoing for t in until(chart.therapies, on)):
        seen = latest((*until(chart.lesions, on), *until(chart.disease_status, on)))
        newest = latest(entry for entry in (seen, scan) if entry is not None)
        yield "alk_treated", newest, _exact(newest)
        yield "alk_brain_mri", scan, _exact(scan)
    irecist = [answer for answer in answers if answer.system == "irecist"]
    if irecist and irecist[-1].result.value == "iUPD":
        yield "irecist_confirmation", irecist[-1].entries[-1], irecist[-1].effective


def _of_response(
    chart: Chart, course: Course | None, assessments: Sequence[Assessment], on: date
) -> Iterator[tuple[str, Entry | None, date | None]]:
    last = assessments[-1]
    if last.result.value == "SUSPECTED_PD" and "unresolved" not in last.result.flags:
        open_since = last
        for assessment in reversed(assessments):
            if assessment.result.value != "SUSPECTED_PD":
                break
            open_since = assessment
        point = open_since.point
        yield "suspected_pd", point.neurological or point.card, point.day
    states = [assessment.csf.value for assessment in assessments if assessment.csf is not None]
    if states and states[-1] == "CLEAR_U" and course is not None:
        series = [
            (s, sample_class(rule_sample(s)))
            for s in after(cytology_samples(until(chart.csf_samples, on)), course.start)
        ]
        positive = [day_of(sample) for sample, found in series if found == "positive"]
        negative = [s for s, found in series if found == "negative" and day_of(s) > max(positive, default=course.start)]
        if negative:
            yield "csf_clearance", negative[0], _exact(negative[0])


def _exact(entry: Entry | None) -> date | None:
    return day_of(entry) if entry is not None and entry.time is not None and entry.time.is_exact else None
