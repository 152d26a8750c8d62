"""``$validate`` and the strictness of intake, over real HTTP."""

from typing import Any

import pytest

from tests.api.conftest import FHIR, RunningService, StartService

Json = dict[str, Any]

BLOOD_PRESSURE = "http://hl7.org/fhir/StructureDefinition/bp"


def count(**changes: Any) -> Json:
    """A CSF cell count with a reference range without limits, which obs-3 forbids, unless it is changed."""
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "CSF tumour cells"},
        "valueQuantity": {"value": 12, "unit": "/mL", "system": "http://unitsofmeasure.org", "code": "/mL"},
        "referenceRange": [{"appliesTo": [{"text": "adults"}]}],
    }
    return observation | changes


SOUND: Json = count(referenceRange=[{"text": "none"}])


def findings(answer: Any) -> list[tuple[str, str, str]]:
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return [(i["severity"], i["code"], i.get("expression", [""])[0]) for i in outcome["issue"]]


def validate(service: RunningService, body: Json, path: str = "Observation/$validate") -> Any:
    return service.http.post(path, json=body, headers=FHIR)


def test_a_sound_resource_is_said_to_be_so_and_is_not_stored(service: RunningService) -> None:
    answer = validate(service, SOUND)
    assert answer.status_code == 200
    assert findings(answer) == [("information", "informational", "")]
    assert service.found("Observation") == []


def test_what_the_specification_forbids_is_an_error_at_its_element(service: RunningService) -> None:
    answer = validate(service, count())
    assert answer.status_code == 200
    assert findings(answer) == [("error", "invariant", "Observation.referenceRange[0]")]


def test_a_profile_is_judged_as_parameter_of_the_query_or_of_the_body(service: RunningService) -> None:
    by_query = validate(service, SOUND, f"Observation/$validate?profile={BLOOD_PRESSURE}")
    parameters = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "resource", "resource": SOUND},
            {"name": "profile", "valueUri": BLOOD_PRESSURE},
            {"name": "mode", "valueCode": "create"},
        ],
    }
    by_body = validate(service, parameters)
    assert findings(by_query) == findings(by_body)
    assert ("error", "required", "Observation.category") in findings(by_query)
    assert ("error", "required", "Observation.code.coding") in findings(by_query)


def test_a_profile_that_nobody_knows_was_not_judged_and_the_answer_says_so(service: RunningService) -> None:
    answer = validate(service, SOUND, "Observation/$validate?profile=https://nowhere.example/p")
    assert ("error", "not-found", "Observation") in findings(answer)


def test_the_mode_says_what_the_id_must_be(service: RunningService) -> None:
    assert ("error", "required", "Observation.id") in findings(
        validate(service, SOUND, "Observation/$validate?mode=update")
    )
    answer = validate(service, {**SOUND, "id": "count-1"}, "Observation/$validate?mode=create")
    assert findings(answer) == [("information", "informational", "Observation.id")]
    assert validate(service, SOUND, "Observation/$validate?mode=sometimes").status_code == 400


def test_the_type_of_the_url_is_the_resources(service: RunningService) -> None:
    assert ("error", "invalid", "Observation") in findings(validate(service, SOUND, "Patient/$validate"))
    assert validate(service, SOUND, "Rocket/$validate").status_code == 404


def test_an_instance_is_validated_as_it_is_stored(service: RunningService) -> None:
    service.put({**count(), "id": "count-1"}).raise_for_status()
    stored = service.http.post("Observation/count-1/$validate")
    assert findings(stored) == [("error", "invariant", "Observation.referenceRange[0]")]
    assert ("error", "value", "Observation.id") in findings(
        validate(service, {**SOUND, "id": "count-2"}, "Observation/count-1/$validate")
    )
    assert service.http.post("Observation/count-9/$validate").status_code == 404
    deleted = service.http.post("Observation/count-1/$validate?mode=delete")
    assert findings(deleted) == [("information", "informational", "")]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"resourceType":"Parameters"}'])
def test_without_a_resource_there_is_nothing_to_validate(service: RunningService, body: bytes) -> None:
    answer = service.http.post("Observation/$validate", content=body, headers=FHIR)
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_intake_flags_by_default_and_refuses_where_the_setting_says_so(start: StartService) -> None:
    transaction = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": count(), "request": {"method": "POST", "url": "Observation"}}],
    }
    flagging = start()
    taken = flagging.http.post("", json=transaction, headers=FHIR)
    assert taken.status_code == 200
    (issue,) = taken.json()["entry"][0]["response"]["outcome"]["issue"]
    assert (issue["severity"], issue["expression"]) == ("warning", ["Bundle.entry[0].resource.referenceRange[0]"])

    refusing = start(validation={"mode": "reject"})
    changed_entry = {"resource": count(status="amended"), "request": {"method": "POST", "url": "Observation"}}
    changed = {**transaction, "entry": [changed_entry]}
    refused = refusing.http.post("", json=changed, headers=FHIR)
    assert refused.status_code == 400
    assert ("error", "invariant", "Bundle.entry[0].resource.referenceRange[0]") in findings(refused)
    assert refusing.create(count()).status_code == 400
    assert refusing.create(SOUND).status_code == 201
