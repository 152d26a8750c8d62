"""Forms over HTTP: served, extracted, refused with the item."""

from typing import Any

import pytest

from tests.api.conftest import FHIR, RunningService
from tests.forms.filled import asked, csf_report, finding, response, scorecard

Json = dict[str, Any]

EXTRACT = "QuestionnaireResponse/$extract"


def outcome(answer: Any) -> list[tuple[str, str]]:
    return [(issue["severity"], issue["expression"][0]) for issue in answer.json()["issue"]]


@pytest.mark.parametrize("form", ["csf-report", "lm-neurological-examination", "lm-scorecard"])
def test_the_forms_are_served(service: RunningService, form: str) -> None:
    url = f"https://leptobridge.org/fhir/Questionnaire/{form}"
    assert service.http.get(f"Questionnaire/{form}").raise_for_status().json()["url"] == url
    assert service.found(f"Questionnaire?url={url}|0.1.0") == [form]
    assert form in service.found("Questionnaire")


def test_a_form_of_the_hospital_itself_is_found_beside_them(service: RunningService) -> None:
    own = {"resourceType": "Questionnaire", "id": "fall-risk", "status": "active"}
    service.put(own).raise_for_status()
    assert "fall-risk" in service.found("Questionnaire")
    assert service.http.get("Questionnaire/fall-risk").json()["status"] == "active"


def test_a_form_is_extracted_as_body_or_in_parameters(service: RunningService) -> None:
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "questionnaire-response", "resource": csf_report()}],
    }
    bundles = [service.http.post(EXTRACT, json=body, headers=FHIR).json() for body in (csf_report(), parameters)]
    assert bundles[0] == bundles[1]
    assert bundles[0]["type"] == "transaction"
    assert len(bundles[0]["entry"]) == 4
    service.create({"resourceType": "Patient", "id": "wei-lan"})
    stored = service.http.post("", json=bundles[0], headers=FHIR).json()
    assert {entry["response"]["status"] for entry in stored["entry"]} == {"201 Created"}


def test_a_stored_response_is_extracted_from_its_address(service: RunningService) -> None:
    service.put(scorecard()).raise_for_status()
    bundle = service.http.get("QuestionnaireResponse/wei-lan-form-1/$extract").raise_for_status().json()
    assert bundle["entry"][0]["resource"]["derivedFrom"] == [{"reference": "QuestionnaireResponse/wei-lan-form-1"}]
    assert service.http.get("QuestionnaireResponse/nobody/$extract").status_code == 404


def test_a_contradiction_is_refused_with_its_item(service: RunningService) -> None:
    card = scorecard({"hydrocephalus": ("absent", "present", "no-change")}, calculated=None)
    answer = service.http.post(EXTRACT, json=card, headers=FHIR)
    assert answer.status_code == 422
    place = next(
        number for number, item in enumerate(card["item"][0]["item"]) if item["linkId"] == "hydrocephalus-change"
    )
    assert outcome(answer) == [("error", f"QuestionnaireResponse.item[0].item[{place}]")]


def test_an_incomplete_form_is_refused_with_every_item_that_is_missing(service: RunningService) -> None:
    form = response(
        "csf-report", {"linkId": "csf-cytology-report", "item": [asked("csf-cytology", finding("negative"))]}
    )
    answer = service.http.post(EXTRACT, json=form, headers=FHIR)
    assert answer.status_code == 422
    assert outcome(answer) == [
        ("error", "QuestionnaireResponse.item.where(linkId='collected')"),
        ("error", "QuestionnaireResponse.item.where(linkId='flow')"),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "in-progress"}, "QuestionnaireResponse.status"),
        ({"questionnaire": "https://example.org/other"}, "QuestionnaireResponse.questionnaire"),
        ({"subject": None}, "QuestionnaireResponse.subject"),
    ],
)
def test_what_states_nothing_is_refused(service: RunningService, change: Json, place: str) -> None:
    form = {name: value for name, value in (scorecard() | change).items() if value is not None}
    answer = service.http.post(EXTRACT, json=form, headers=FHIR)
    assert answer.status_code == 422
    assert ("error", place) in outcome(answer)


def test_a_body_that_is_no_response_is_refused(service: RunningService) -> None:
    assert service.http.post(EXTRACT, json={"resourceType": "Patient"}, headers=FHIR).status_code == 400


def test_the_statement_names_the_operation(service: RunningService) -> None:
    (rest,) = service.http.get("metadata").json()["rest"]
    (forms,) = (entry for entry in rest["resource"] if entry["type"] == "QuestionnaireResponse")
    assert "extract" in [operation["name"] for operation in forms["operation"]]
