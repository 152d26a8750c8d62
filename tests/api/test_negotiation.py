"""What is refused before anything is read: media types, methods, addresses, strangers."""

import httpx
import pytest

from tests.api.conftest import FHIR, RunningService, StartService, issues_of

PATIENT = b'{"resourceType":"Patient"}'


@pytest.mark.parametrize(
    "content_type", ["application/fhir+xml", "text/plain", "", "application/fhir+json; charset=latin1"]
)
def test_only_json_is_read(service: RunningService, content_type: str) -> None:
    answer = service.http.post("Patient", content=PATIENT, headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert issues_of(answer)[0]["code"] == "not-supported"


@pytest.mark.parametrize(
    "content_type", ["application/fhir+json", "application/json; charset=UTF-8", "APPLICATION/FHIR+JSON;charset=utf-8"]
)
def test_json_is_read_under_each_of_its_names(service: RunningService, content_type: str) -> None:
    answer = service.http.post("Patient", content=PATIENT, headers={"Content-Type": content_type})
    assert answer.status_code == 201


def test_a_compressed_body_is_refused(service: RunningService) -> None:
    assert service.send(PATIENT, "Patient", **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/fhir+xml", 406),
        ("text/html", 406),
        ("application/json;q=0, text/turtle", 406),
        ("application/fhir+xml, application/fhir+json;q=0.5", 200),
        ("*/*", 200),
        ("application/json", 200),
    ],
)
def test_only_json_is_answered(service: RunningService, accept: str, status: int) -> None:
    answer = service.http.get("Patient", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"


def test_the_format_parameter_wins_over_the_header(service: RunningService) -> None:
    assert service.http.get("Patient?_format=json", headers={"Accept": "text/html"}).status_code == 200
    assert service.http.get("Patient?_format=application/fhir+json").status_code == 200
    assert service.http.get("Patient?_format=xml").status_code == 406


@pytest.mark.parametrize("path", ["Patiens", "Patiens/1", "Patiens/1/_history", "patient", "Patiens/1/_history/1"])
def test_an_unknown_type_is_not_found(service: RunningService, path: str) -> None:
    answer = service.http.get(path)
    assert answer.status_code == 404
    assert issues_of(answer)[0]["code"] == "not-supported"


def test_an_unknown_type_is_not_found_by_writes_either(service: RunningService) -> None:
    assert service.send(PATIENT, "Patiens").status_code == 404
    assert service.http.put("Patiens/1", content=PATIENT, headers=FHIR).status_code == 404
    assert service.http.delete("Patiens/1").status_code == 404


def test_an_unknown_address_is_not_found(service: RunningService) -> None:
    answer = httpx.get(f"{service.root}/fhirr/Patient", trust_env=False)
    assert answer.status_code == 404
    assert issues_of(answer)[0]["code"] == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "Patient/1", "DELETE, GET, HEAD, PUT"),
        ("POST", "Patient/1", "DELETE, GET, HEAD, PUT"),
        ("PATCH", "Patient", "DELETE, GET, HEAD, POST, PUT"),
        ("GET", "", "POST"),
    ],
)
def test_a_method_that_is_not_served_names_those_that_are(
    service: RunningService, method: str, path: str, allowed: str
) -> None:
    answer = httpx.request(method, f"{service.root}/fhir/{path}".rstrip("/"), content=PATIENT, trust_env=False)
    assert answer.status_code == 405
    assert issues_of(answer)[0]["code"] == "not-supported"
    assert answer.headers["allow"] == allowed


def test_a_token_is_required_where_clients_are_configured(start: StartService) -> None:
    service = start(clients={"s3cret": "pathology", "0ther": "radiology"})

    stranger = service.send(PATIENT, "Patient")
    assert stranger.status_code == 401
    assert stranger.headers["www-authenticate"] == "Bearer"
    assert issues_of(stranger)[0]["code"] == "login"
    assert service.send(PATIENT, "Patient", Authorization="Bearer wrong").status_code == 401
    assert service.send(PATIENT, "Patient", Authorization="Basic s3cret").status_code == 401
    assert httpx.get(f"{service.root}/admin/receipts", trust_env=False).status_code == 401
    assert service.send(PATIENT, "Patient", Authorization="Bearer s3cret").status_code == 201
    assert service.http.get("metadata").status_code == 200
    assert httpx.get(f"{service.root}/health", trust_env=False).status_code == 200


def test_the_token_names_the_sender(start: StartService) -> None:
    service = start(clients={"s3cret": "pathology"})
    service.send(PATIENT, "Patient", Authorization="Bearer s3cret")
    receipts = httpx.get(
        f"{service.root}/admin/receipts", headers={"Authorization": "Bearer s3cret"}, trust_env=False
    ).json()
    assert [receipt["sender"] for receipt in receipts] == ["pathology"]


def test_the_capability_statement_says_what_is_served(service: RunningService) -> None:
    statement = service.http.get("metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    served = {item["type"]: item for item in statement["rest"][0]["resource"]}
    assert len(served) == 146
    names = {parameter["name"] for parameter in served["Observation"]["searchParam"]}
    assert names >= {"_id", "_lastUpdated", "patient", "subject", "code", "date", "status", "category", "identifier"}
    assert names >= {"specimen", "focus", "derived-from"}
    operations = {operation["name"] for operation in served["Patient"]["operation"]}
    assert operations == {"lm-classification", "lm-response", "trial-eligibility", "everything", "validate"}
    for name in names:
        value = {"date": "2026", "_lastUpdated": "2026"}.get(name, "1")
        answer = service.http.get(f"Observation?{name}={value}", headers={"Prefer": "handling=strict"})
        assert answer.status_code == 200, f"{name} is declared and not served"
