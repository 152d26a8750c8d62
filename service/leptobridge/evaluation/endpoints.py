"""Time-to-event endpoints of one patient, from the start of the course (clinical.md 15.1)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from leptobridge.chart.chart import Chart, Entry
from leptobridge.evaluation.course import Course
from leptobridge.evaluation.response import LATEST, Assessment
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, with_topic
from leptobridge.evaluation.timeline import after, day_of, until

_GRADES = frozenset({"CR", "PR", "SD", "PD", "NE"})
_RESPONDED = frozenset({"CR", "PR"})
#: Values of a stated disease status that are progression; trends other than "worsened" are no grades (exchange.md 8).
_PROGRESSION = frozenset({"PD", "worsened"})
_CNS = frozenset({"cns", "leptomeningeal"})
#: Response series whose progression is one of the CNS.
_CNS_SERIES = frozenset({"rano_bm", "ipcg"})
#: Response series that count for progression of any kind.
_SERIES = _CNS_SERIES | {"recist_1_1", "irecist"}


def answer_endpoints(
    chart: Chart, *, course: Course | None, assessments: Sequence[Assessment], answers: Sequence[RuleAnswer], on: date
) -> Iterator[RuleAnswer]:
    """OS, PFS, CNS-PFS and LM-PFS from the start of the course, and DOR from the first response to LM treatment."""
    if course is None:
        return
    dated = [assessment for assessment in assessments if not assessment.point.requested]
    lm = _lm_assessments(dated)
    cns = sorted([*lm, *_stated(chart, course, on, _CNS), *_series(answers, _CNS_SERIES)], key=_day)
    overall = sorted([*lm, *_stated(chart, course, on, None), *_series(answers, _SERIES)], key=_day)
    evidence: list[Entry | None] = [*chart.enrolments, *(a.point.card for a in dated), *chart.disease_status]
    death = chart.demographics.death
    shared = {
        "start_date": course.start,
        "death_date": death.first if death is not None and death.is_exact else None,
    }
    last_seen = chart.demographics.last_seen
    alive = last_seen is not None and last_seen.last >= course.start and not chart.demographics.dead
    survival = {"last_known_alive_date": last_seen.last} if alive and last_seen is not None else {}
    yield _endpoint("os", shared | survival, evidence, on)
    suspicion = _open_suspicion(dated, on)
    # An open suspicion changes the endpoint by itself on the day after the last one on which a visit resolves it.
    since_first = suspicion.get("suspected_pd_date") if "resolution" not in suspicion else None
    recheck = since_first + timedelta(days=LATEST + 1) if since_first is not None else None
    for endpoint, series in (("pfs", overall), ("cns_pfs", cns), ("lm_pfs", lm)):
        yield _endpoint(endpoint, shared | _progression(series) | suspicion, evidence, on, recheck)
    response = next((assessment for assessment in dated if assessment.result.value in _RESPONDED), None)
    if response is not None:
        started = response.point.day
        since = [entry for entry in lm if entry["date"] >= started]
        inputs = shared | {"start_date": started} | _progression(since) | suspicion
        yield _endpoint("dor", inputs, evidence, on, recheck)


def _endpoint(
    endpoint: str,
    inputs: dict[str, Any],
    evidence: Sequence[Entry | None],
    on: date,
    recheck_on: date | None = None,
) -> RuleAnswer:
    answer = answer_rule(
        "endpoint", inputs | {"endpoint": endpoint}, evidence, effective=on, topic=endpoint, recheck_on=recheck_on
    )
    return with_topic(answer, "endpoint")


def _day(entry: dict[str, Any]) -> date:
    day: date = entry["date"]
    return day


def _lm_assessments(assessments: Sequence[Assessment]) -> list[dict[str, Any]]:
    """The LM response series; a progression stands on its own date, which may be that of its first suspicion (5.3)."""
    entries: list[dict[str, Any]] = []
    for assessment in assessments:
        value = assessment.result.value
        entry: dict[str, Any] = {"date": assessment.point.day, "result": value if value in _GRADES else None}
        if value == "PD":
            entry["pd_date"] = assessment.result.outputs.get("pd_date") or assessment.point.day
        entries.append(entry)
    return entries


def _stated(chart: Chart, course: Course, on: date, compartments: frozenset[str] | None) -> list[dict[str, Any]]:
    return [
        {
            "date": day_of(status),
            "result": "PD" if status.value in _PROGRESSION else status.value if status.value in _GRADES else None,
        }
        for status in after(until(chart.disease_status, on), course.start)
        if status.time is not None
        and status.time.is_exact
        and (compartments is None or status.compartment in compartments)
    ]


def _series(answers: Sequence[RuleAnswer], systems: frozenset[str]) -> list[dict[str, Any]]:
    in_grades = {"iCPD": "PD", "iCR": "CR", "iPR": "PR", "iSD": "SD", "CRu": "CR"}
    return [
        {
            "date": answer.effective,
            "result": in_grades.get(str(answer.result.value))
            or (answer.result.value if answer.result.value in _GRADES else None),
        }
        for answer in answers
        if answer.system in systems
    ]


def _progression(series: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The adequate assessments (any that is not NE) and the first progression among them."""
    adequate = [entry for entry in series if entry["result"] != "NE"]
    days = [entry.get("pd_date", entry["date"]) for entry in adequate if entry["result"] == "PD"]
    rows = {entry["date"]: entry["result"] for entry in adequate}
    return {
        # What is none of the grades is known to be no progression that counts: a suspicion, an iUPD, non-CR/non-PD.
        "assessments": [{"date": day, "result": rows[day] or "SD"} for day in sorted(rows)],
        "pd_date": min(days, default=None),
    }


def _open_suspicion(assessments: Sequence[Assessment], on: date) -> dict[str, Any]:
    """A suspicion that stands: ``unresolved`` once day 56 has passed without re-assessment, until then of unknown
    resolution (5.3, G1). One that was confirmed stands in its PD's date."""
    first: Assessment | None = None
    for assessment in reversed(assessments):
        if assessment.result.value != "SUSPECTED_PD":
            break
        first = assessment
    if first is None:
        return {}
    if (on - first.point.day).days > LATEST:
        return {"suspected_pd_date": first.point.day, "resolution": "unresolved"}
    return {"suspected_pd_date": first.point.day}
