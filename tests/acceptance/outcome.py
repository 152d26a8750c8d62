"""What the service says of a patient, brought to the form in which stories state what it has to say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation, response_conclusions
from tests.acceptance.statements import date_of
from tests.acceptance.story import Classified, Expected, TimePointExpected, Verdict

#: Every rule that rests on recall or on a decision carries it (G10): stories do not repeat it.
UBIQUITOUS = "criteria_not_verified"
LISTS = ("missing", "warnings", "flags", "actions", "notes")
Json = dict[str, Any]


def stated(expected: Expected) -> Json:
    """An expectation as plain data."""
    return {
        "lm": None if expected.lm is None else _stated_class(expected.lm),
        "response": [_stated_point(point) for point in expected.response],
        "verdicts": {trial: _stated_verdict(verdict) for trial, verdict in expected.verdicts.items()},
    }


def _stated_class(lm: Classified) -> Json:
    lists = {name: sorted(getattr(lm, name).split()) for name in LISTS}
    return {
        "value": lm.value, "rule": lm.rule, "type": lm.type, "type_letter": lm.type_letter,
        "compartment": lm.compartment, "provisional": "cytology_missing" if lm.provisional else None,
        "reason": lm.reason, "history": lm.history, **lists,
    }  # fmt: skip


def _stated_point(point: TimePointExpected) -> Json:
    return {
        "day": date_of(point.day).isoformat(), "neuro": point.neuro, "imaging": point.imaging, "csf": point.csf,
        "value": point.value, "rule": point.rule, "reason": point.reason,
        "pd_date": None if point.pd is None else date_of(point.pd).isoformat(),
        "imaging_source": point.source, "clinical_benefit": "improved" if point.benefit else None,
        **{name: sorted(getattr(point, name).split()) for name in ("missing", "flags", "warnings")},
    }  # fmt: skip


def _stated_verdict(verdict: Verdict) -> Json:
    return {
        "value": verdict.value, "clinical_eligibility": verdict.clinical, "arm": verdict.arm,
        "not_met": sorted(verdict.not_met.split()), "unknown": sorted(verdict.unknown.split()),
    }  # fmt: skip


def concluded(evaluation: Evaluation) -> Json:
    """An evaluation as plain data of the same form."""
    classes = [conclusion for conclusion in evaluation.conclusions if conclusion.system == "eano_esmo_classification"]
    return {
        "lm": _class(_of_conclusion(classes[0])) if classes else None,
        "response": [_point(_of_conclusion(conclusion)) for conclusion in response_conclusions(evaluation)],
        "verdicts": {str(verdict.trial): _verdict(_of_conclusion(verdict)) for verdict in evaluation.verdicts},
    }


def answered(classes: Sequence[Json], points: Sequence[Json], verdicts: Sequence[Json]) -> Json:
    """The Observations that the three operations answered, as plain data of the same form."""
    return {
        "lm": _class(_of_observation(classes[0])) if classes else None,
        "response": [_point(_of_observation(point)) for point in points],
        "verdicts": {_trial(verdict): _verdict(_of_observation(verdict)) for verdict in verdicts},
    }


def in_full(evaluation: Evaluation) -> list[Json]:
    """All that is concluded but the evidence: what has to be the same for every way of sending the same story."""
    return [
        {
            "system": conclusion.system, "time_point": str(conclusion.time_point), "trial": conclusion.trial,
            "valid_until": str(conclusion.valid_until), "flags": sorted(set(conclusion.flags)),
            "result": {name: _unordered(value) for name, value in conclusion.result.to_json().items()},
            "criteria": [(c.criterion, c.verdict, sorted(c.missing), c.reason) for c in conclusion.criteria],
        }
        for conclusion in (*evaluation.conclusions, *evaluation.verdicts)
    ]  # fmt: skip


def _unordered(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list | tuple) else value


def _of_conclusion(conclusion: Conclusion) -> Json:
    result = conclusion.result
    outputs = {name: value for name, value in result.outputs.items() if value is not None}
    if isinstance(outputs.get("history"), Mapping):
        outputs["history"] = _history(outputs["history"])
    return {
        **{name: str(value) for name, value in outputs.items()},
        "value": str(result.value), "rule": result.rule, "reason": result.reason,
        **{name: list(getattr(result, name)) for name in LISTS}, "flags": [*result.flags, *conclusion.flags],
        "day": conclusion.effective.isoformat(),
        "criteria": {criterion.criterion: criterion.verdict for criterion in conclusion.criteria},
    }  # fmt: skip


def _of_observation(observation: Json) -> Json:
    said: Json = {name: [] for name in LISTS}
    said["criteria"] = {}
    for component in observation.get("component", []):
        coding = component["code"]["coding"][0]
        value = _value(component)
        if coding["system"].endswith("/criterion"):
            said["criteria"][coding["code"].partition(".")[2]] = value or "unknown"
            continue
        name = coding["code"].replace("-", "_")
        plural = name if name in LISTS else f"{name}s"
        if plural in LISTS:
            said[plural].append(value)
        else:
            said[name] = value
    said["value"] = _value(observation)
    said["day"] = observation["effectiveDateTime"]
    history = {name.removeprefix("history_"): said.pop(name) for name in list(said) if name.startswith("history_")}
    return said | ({"history": _history(history)} if history else {})


def _value(element: Json) -> Any:
    if "valueCodeableConcept" in element:
        code = str(element["valueCodeableConcept"]["coding"][0]["code"])
        return code if code.startswith("CLEAR") else code.replace("-", "_")
    return next((str(value) for name, value in element.items() if name.startswith("value")), None)


def _history(history: Mapping[str, Any]) -> str:
    return " ".join(str(history[name]) for name in ("value", "type_letter") if history.get(name))


def _trial(observation: Json) -> str:
    return str(observation["focus"][0]["identifier"]["value"])


def _listed(said: Json, names: Iterable[str]) -> Json:
    return {name: sorted(set(said[name]) - {UBIQUITOUS}) for name in names}


def _class(said: Json) -> Json:
    names = ("value", "rule", "type", "type_letter", "compartment", "provisional", "reason", "history")
    return {**{name: said.get(name) for name in names}, **_listed(said, LISTS)}


def _point(said: Json) -> Json:
    names = (
        "day", "neuro", "imaging", "csf", "value", "rule", "pd_date", "imaging_source", "clinical_benefit", "reason",
    )  # fmt: skip
    return {**{name: said.get(name) for name in names}, **_listed(said, ("missing", "flags", "warnings"))}


def _verdict(said: Json) -> Json:
    by_sign = {
        sign: sorted(name for name, verdict in said["criteria"].items() if verdict == sign)
        for sign in ("not_met", "unknown")
    }
    return {**{name: said.get(name) for name in ("value", "clinical_eligibility", "arm")}, **by_sign}
