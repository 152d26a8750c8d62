"""A person's conclusions for people: the summary of the demo and of ``leptobridge patient`` (data first, then text)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation
from leptobridge.evaluation.response import Assessment
from leptobridge.evaluation.rule_answers import RuleAnswer

#: Responses from best to worst, as a best response takes them.
_BEST_FIRST = ("CR", "PR", "SD", "PD")


def summarise(evaluation: Evaluation, observations: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The summary as plain data; ``observations``: conclusion identifier → id of the Observation in the EHR."""
    held = observations or {}
    return {
        "person": evaluation.person,
        "on": evaluation.on.isoformat(),
        "classification": _classification(evaluation),
        "course": None
        if evaluation.course is None
        else {
            "start": evaluation.course.start.isoformat(),
            "opened_by": evaluation.course.opened_by,
            "study": evaluation.course.study,
        },
        "assessments": [_assessment(assessment) for assessment in evaluation.assessments],
        "best_response": best_response(evaluation.assessments),
        "further": [_answer(answer) for answer in evaluation.answers if answer.is_conclusive],
        "lacking": [_answer(answer) for answer in evaluation.answers if not answer.is_conclusive],
        "trials": [_trial(conclusion) for conclusion in evaluation.verdicts],
        "pending": sorted({f"{item.kind} {item.item}".strip() for item in evaluation.chart.pending}),
        "observations": {
            conclusion.identifier: held[conclusion.identifier]
            for conclusion in evaluation.conclusions
            if conclusion.identifier in held
        },
    }


def format_summary(summary: Mapping[str, Any]) -> str:
    """The summary as text of at most some 100 columns."""
    return "\n".join(_lines(summary))


def best_response(assessments: Sequence[Assessment]) -> str | None:
    """The best of CR, PR and SD up to the first progression; PD where that came first, None without any grade."""
    best: str | None = None
    for assessment in assessments:
        value = str(assessment.result.value)
        if value in _BEST_FIRST and (best is None or _BEST_FIRST.index(value) < _BEST_FIRST.index(best)):
            best = value
        if value == "PD":
            break
    return best


def _answer(answer: RuleAnswer) -> dict[str, Any]:
    result = answer.result.to_json()
    return {
        "system": answer.system,
        "date": answer.effective.isoformat(),
        "topic": answer.topic,
        **{name: value for name, value in result.items() if value not in (None, [], {})},
    }


def _classification(evaluation: Evaluation) -> dict[str, Any] | None:
    if evaluation.classification is None:
        return None
    result = evaluation.classification.result
    return {
        "certainty": result.value,
        "type_letter": result.outputs.get("type_letter"),
        "type": result.outputs.get("type"),
        "provisional": result.outputs.get("provisional"),
        "compartment": result.outputs.get("compartment"),
        "rule": result.rule,
        "criteria_version": result.criteria_version,
        "reason": result.reason,
        "missing": list(result.missing),
        "candidates": list(result.candidates),
        "warnings": list(result.warnings),
        "flags": sorted({*result.flags, *evaluation.classification.flags}),
        "actions": list(result.actions),
        "coded": [
            {"status": d.status, "date": d.time.text if d.time else None, "flags": list(d.flags)}
            for d in evaluation.chart.lm_diagnoses
        ],
        "dural": [d.time.text if d.time else None for d in evaluation.chart.dural_diagnoses],
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    result = assessment.result
    pd_date = result.outputs.get("pd_date")
    return {
        "date": assessment.point.day.isoformat(),
        "neurological_examination": result.outputs.get("neuro"),
        "imaging": result.outputs.get("imaging"),
        "csf": result.outputs.get("csf"),
        "response": result.value,
        "rule": result.rule,
        "criteria_version": result.criteria_version,
        "pd_date": pd_date.isoformat() if pd_date is not None else None,
        "missing": list(result.missing),
        "warnings": list(result.warnings),
        "flags": sorted({*result.flags, *assessment.flags}),
    }


def _trial(conclusion: Conclusion) -> dict[str, Any]:
    return {
        "trial": conclusion.trial,
        "verdict": conclusion.result.value,
        "clinical_eligibility": conclusion.result.outputs.get("clinical_eligibility"),
        "arm": conclusion.result.outputs.get("arm"),
        "not_met": [{"criterion": c.criterion, "text": c.text} for c in conclusion.criteria if c.verdict == "not_met"],
        "unknown": [
            {"criterion": c.criterion, "text": c.text, "missing": list(c.missing), "reason": c.reason}
            for c in conclusion.criteria
            if c.verdict == "unknown"
        ],
        "missing": list(conclusion.result.missing),
        "valid_until": conclusion.valid_until.isoformat() if conclusion.valid_until else None,
    }


def _lines(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"Patient {summary['person']} on {summary['on']}"
    classification = summary["classification"]
    if classification is None:
        yield "  LM classification  nothing on record points to leptomeningeal metastasis"
    else:
        yield f"  LM classification  {_class_line(classification)}"
    if summary["course"] is not None:
        study = summary["course"]["study"]
        yield f"  Course             from {summary['course']['start']}" + (f", {study}" if study else "")
    for assessment in summary["assessments"]:
        notes = _notes(assessment)
        yield (
            f"  {assessment['date']}         neuro {assessment['neurological_examination'] or 'NE':<9}"
            f"imaging {assessment['imaging'] or 'NE':<4}csf {assessment['csf'] or 'NE':<8}"
            f"response {assessment['response']} ({assessment['rule']}){notes}"
        )
    if summary["best_response"] is not None:
        yield f"  Best response      {summary['best_response']}"
    for answer in (*summary["further"], *summary["lacking"]):
        yield f"  {answer['date']}         {_answer_line(answer)}"
    for trial in summary["trials"]:
        yield f"  {trial['trial']:<17}  {_trial_line(trial)}"
    if summary["pending"]:
        yield f"  Pending            {', '.join(summary['pending'])}"
    if summary["observations"]:
        yield f"  In the EHR         {', '.join(sorted(summary['observations'].values()))}"


def _answer_line(answer: Mapping[str, Any]) -> str:
    topic = f" {answer['topic']}" if answer["topic"] else ""
    lacks = ", ".join(answer.get("missing", ())) or answer.get("reason", "")
    return f"{answer['system']}{topic}: {answer['value']} ({answer['rule']})" + (f", lacks {lacks}" if lacks else "")


def _class_line(classification: Mapping[str, Any]) -> str:
    parts = [str(classification["certainty"]).replace("_", " ")]
    if classification["type_letter"] or classification["type"]:
        parts.insert(0, classification["type_letter"] or f"{classification['type']} (letter unknown)")
    if classification["provisional"]:
        parts.append("provisional: cytology missing")
    if classification["compartment"] in ("dural", "both"):
        parts.append(f"compartment {classification['compartment']}")
    if classification["dural"]:
        parts.append("dural metastasis on record")
    if classification["reason"]:
        parts.append(f"reason: {classification['reason']}")
    if classification["missing"]:
        parts.append(f"missing {', '.join(classification['missing'])}")
    if classification["actions"]:
        parts.append(", ".join(classification["actions"]).replace("_", " "))
    coded = "; ".join(f"coded LM {entry['status']} {entry['date'] or 'undated'}" for entry in classification["coded"])
    return f"{', '.join(parts)} [{classification['rule']}]" + (f"; {coded}" if coded else "")


def _notes(assessment: Mapping[str, Any]) -> str:
    notes = [name.replace("_", " ") for name in (*assessment["flags"], *assessment["warnings"])]
    if assessment["pd_date"] and assessment["pd_date"] != assessment["date"]:
        notes.insert(0, f"dated {assessment['pd_date']}")
    if assessment["missing"]:
        notes.append(f"missing {', '.join(assessment['missing'])}")
    return f"  {'; '.join(notes)}" if notes else ""


def _trial_line(trial: Mapping[str, Any]) -> str:
    line = str(trial["verdict"])
    if trial["clinical_eligibility"] != trial["verdict"]:
        line += f" (clinically {trial['clinical_eligibility']})"
    if trial["arm"]:
        line += f", arm {trial['arm']}"
    if trial["not_met"]:
        line += f"; not met: {', '.join(c['criterion'] for c in trial['not_met'])}"
    if trial["unknown"]:
        line += f"; unknown: {', '.join(c['criterion'] for c in trial['unknown'])}"
    return line
