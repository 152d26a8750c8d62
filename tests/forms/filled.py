"""Filled forms of an invented patient, and what is changed in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from leptobridge.fhir.vocabulary import BASE, FINDING, OBSERVABLE, UCUM
from leptobridge.forms.check import check_response
from leptobridge.forms.shipped import shipped_questionnaires

Json = dict[str, Any]


def finding(code: str) -> Json:
    return {"valueCoding": {"system": FINDING, "code": code}}


def observable(code: str) -> Json:
    return {"valueCoding": {"system": OBSERVABLE, "code": code}}


def amount(value: float, unit: str) -> Json:
    return {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}


def asked(link: str, *answers: Json) -> Json:
    return {"linkId": link, "answer": [*answers]}


def response(form: str, *items: Json) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "wei-lan-form-1",
        "questionnaire": f"{BASE}/Questionnaire/{form}|0.1.0",
        "status": "completed",
        "subject": {"reference": "Patient/wei-lan"},
        "authored": "2026-03-12T16:40:00+08:00",
        "item": [*items],
    }


#: before, now, change: nodules of the brain shrink, the lines of the spine are gone, the rest was never there.
CARD = {
    "brain-nodules": ("present", "present", "improved"),
    "brain-linear": ("present", "present", "no-change"),
    "hydrocephalus": ("absent", "absent", "no-change"),
    "spine-nodules": ("absent", "absent", "no-change"),
    "spine-linear": ("present", "absent", "improved"),
}


Grades = tuple[str, str, str]


def scorecard(
    changed: Mapping[str, Grades] | None = None, *, overall: str = "PR", calculated: str | None = "PR"
) -> Json:
    """A follow-up card; ``changed`` replaces items."""
    items = [
        asked("examination-date", {"valueDate": "2026-03-10"}),
        asked("brain-imaged", finding("full")),
        asked("spine-imaged", finding("full")),
        asked("has-previous-card", {"valueBoolean": True}),
    ]
    for item, grades in (CARD | dict(changed or {})).items():
        for link, grade in zip((f"previous-{item}", item, f"{item}-change"), grades, strict=True):
            items.append(asked(link, finding(grade)))
    items += [
        asked("brain-nodule-size", {"valueString": "7x6"}, {"valueString": "6.5x6"}),
        asked("brain-parenchymal", finding("absent")),
        asked("spine-intramedullary", finding("absent")),
    ]
    if calculated is not None:
        items.append(asked("overall-calculated", {"valueString": calculated}))
    items.append(asked("rater-overall", finding(overall)))
    return response("lm-scorecard", {"linkId": "lm-scorecard", "item": items})


def baseline_card() -> Json:
    """A first card: nothing is asked about an earlier one."""
    items = [
        asked("examination-date", {"valueDate": "2026-01-05"}),
        asked("brain-imaged", finding("full")),
        asked("spine-imaged", finding("full")),
        asked("has-previous-card", {"valueBoolean": False}),
        *(asked(item, finding(before)) for item, (before, _, _) in CARD.items()),
        asked("brain-parenchymal", finding("absent")),
        asked("spine-intramedullary", finding("absent")),
    ]
    return response("lm-scorecard", {"linkId": "lm-scorecard", "item": items})


DOMAINS = (
    "gait", "strength", "sensation", "vision", "eye-movements", "facial-strength", "hearing", "swallowing",
    "level-of-consciousness", "behaviour",
)  # fmt: skip


def neurological_examination(**levels: Json) -> Json:
    """All domains normal but the ones given, worse since the previous examination because of LM."""
    given = {name.replace("_", "-"): answer for name, answer in levels.items()}
    items = [
        asked("examination-date", {"valueDate": "2026-03-11"}),
        *(asked(domain, given.get(domain, {"valueInteger": 0})) for domain in DOMAINS),
        asked("has-previous-examination", {"valueBoolean": True}),
        asked("clinician-neuro", finding("worse")),
        asked("attribution", finding("lm")),
    ]
    return response("lm-neurological-examination", {"linkId": "neurological-examination", "item": items})


def csf_report() -> Json:
    """A lumbar sample with suspicious cells and eleven tumour cells in 7.5 mL; its fixation was not recorded."""
    count = asked("csf-ctc", {"valueInteger": 11})
    count["answer"][0]["item"] = [
        asked("csf-ctc/volume-ml", amount(7.5, "mL")),
        asked("csf-ctc/platform", {"valueString": "CellSearch"}),
    ]
    return response(
        "csf-report",
        asked("collected", {"valueDateTime": "2026-03-11T10:05:00+08:00"}),
        {
            "linkId": "csf-cytology-report",
            "item": [
                asked("csf-cytology", finding("suspicious")),
                asked("site", finding("lumbar")),
                asked("volume-ml", amount(12, "mL")),
                asked("processed-min", amount(25, "min")),
                asked("not-recorded", observable("fixed")),
            ],
        },
        asked("flow", finding("not-done")),
        count,
        {"linkId": "chemistry", "item": [asked("csf-protein", amount(88, "mg/dL"))]},
    )


FORMS = {
    "a follow-up scorecard": scorecard(),
    "a first scorecard": baseline_card(),
    "a neurological examination": neurological_examination(gait={"valueInteger": 2}),
    "a CSF report": csf_report(),
}


def items_in(node: Json) -> Iterator[tuple[list[Json], Json]]:
    """Every item of a response with the list that holds it."""
    for parent in (node, *node.get("answer", [])):
        for item in parent.get("item", []):
            yield parent["item"], item
            yield from items_in(item)


def without(form: Json, link: str) -> Json:
    """The response without an item."""
    for holder, item in list(items_in(form)):
        if item["linkId"] == link:
            holder.remove(item)
    return form


def with_answer(form: Json, link: str, *answers: Json) -> Json:
    """The response with other answers to an item, which is added to the first group where it was not given."""
    for _, item in items_in(form):
        if item["linkId"] == link:
            item["answer"] = [*answers]
            return form
    form["item"][0]["item"].append(asked(link, *answers))
    return form


def refusals(form: Mapping[str, Any]) -> dict[str, str]:
    """Path -> sentence of all errors."""
    questionnaire = shipped_questionnaires()[form["questionnaire"].partition("|")[0]]
    return {issue.expression: issue.diagnostics for issue in check_response(form, questionnaire) if issue.is_error}
