"""Asked to, ``$lm-response`` lists in ``meta`` what rule sets lack; its entries are the responses alone."""

from typing import Any

import pytest

from leptobridge.demo.patients import demo_patients
from leptobridge.fhir.vocabulary import FINDING, OBSERVABLE
from tests.api.conftest import FHIR, RunningService, StartService, noon
from tests.profiles.compiled import errors

Json = dict[str, Any]

URL = "https://leptobridge.org/fhir/StructureDefinition/lacking-inputs"
#: One in a course, with a scorecard; one without a course on ``EARLY``; one with nothing but dural disease.
KOWALCZYK, WANG, DUARTE = "01-kowalczyk-margaret", "08-wang-jianguo", "07-duarte-helena"
EARLY = "2025-03-01"


@pytest.fixture
def clinic(start: StartService) -> RunningService:
    """The demonstration's patients."""
    service = start(clock=noon("2026-11-22"))
    for demo in demo_patients():
        assert service.send(demo.bundle).status_code == 200
    return service


def patient_id(service: RunningService, key: str) -> str:
    (sent,) = (demo.patient for demo in demo_patients() if demo.key == key)
    (found,) = service.found(f"Patient?birthdate={sent['birthDate']}")
    return found


def asked(service: RunningService, key: str, operation: str = "lm-response", lacking: str | None = "true") -> Json:
    parameters = {"on": EARLY} | ({"lacking": lacking} if lacking else {})
    answer = service.http.get(f"Patient/{patient_id(service, key)}/${operation}", params=parameters)
    bundle: Json = answer.raise_for_status().json()
    return bundle


def coding(system: str, code: str) -> Json:
    return {"system": system, "code": code}


def test_a_response_stands_with_the_rule_sets_that_lack_inputs(clinic: RunningService) -> None:
    bundle = asked(clinic, KOWALCZYK)
    assert {e["resource"]["code"]["coding"][0]["code"] for e in bundle["entry"]} == {"lm-response"}
    assert bundle["meta"].keys() == {"extension"}
    assert {
        "url": URL,
        "extension": [
            {"url": "ruleSet", "valueCoding": coding(OBSERVABLE, "mri-qa")},
            {"url": "value", "valueCoding": coding(FINDING, "not-evaluable")},
            {"url": "date", "valueDate": "2025-02-26"},
            {"url": "missing", "valueCoding": coding(OBSERVABLE, "contrast-delay-min")},
            {"url": "missing", "valueCoding": coding(OBSERVABLE, "gadolinium-mmol-per-kg")},
        ],
    } in bundle["meta"]["extension"]


def test_before_a_course_the_bundle_is_empty_and_yet_names_what_is_lacking(clinic: RunningService) -> None:
    bundle = asked(clinic, WANG)
    assert "entry" not in bundle
    rule_sets = [extension["extension"][0]["valueCoding"]["code"] for extension in bundle["meta"]["extension"]]
    assert sorted(rule_sets) == ["alk-q", "follow-up", "follow-up"]


def test_where_nothing_is_lacking_there_is_no_meta(clinic: RunningService) -> None:
    assert "meta" not in asked(clinic, DUARTE)


def test_post_answers_the_same_as_get(clinic: RunningService) -> None:
    given = [{"name": "on", "valueDate": EARLY}, {"name": "lacking", "valueBoolean": True}]
    parameters = {"resourceType": "Parameters", "parameter": given}
    path = f"Patient/{patient_id(clinic, WANG)}/$lm-response"
    posted = clinic.http.post(path, json=parameters, headers=FHIR).raise_for_status().json()
    assert posted == asked(clinic, WANG)


@pytest.mark.parametrize("operation", ["lm-classification", "trial-eligibility"])
def test_the_other_operations_answer_their_observations_alone(clinic: RunningService, operation: str) -> None:
    bundle = asked(clinic, KOWALCZYK, operation, lacking=None)
    assert bundle["entry"]
    assert "meta" not in bundle
    refused = clinic.http.get(f"Patient/{patient_id(clinic, KOWALCZYK)}/${operation}", params={"lacking": "true"})
    assert refused.status_code == 400


@pytest.mark.parametrize("lacking", [None, "false"])
def test_who_does_not_ask_gets_the_responses_alone(clinic: RunningService, lacking: str | None) -> None:
    bundle = asked(clinic, KOWALCZYK, lacking=lacking)
    assert bundle["entry"]
    assert "meta" not in bundle


def test_what_is_neither_true_nor_false_is_refused(clinic: RunningService) -> None:
    answer = clinic.http.get(f"Patient/{patient_id(clinic, KOWALCZYK)}/$lm-response", params={"lacking": "perhaps"})
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["lacking"]


def test_every_answer_conforms_to_the_package(clinic: RunningService) -> None:
    bundles = [asked(clinic, key) for key in (KOWALCZYK, WANG, DUARTE)]
    assert [errors(bundle) for bundle in bundles] == [[], [], []]
