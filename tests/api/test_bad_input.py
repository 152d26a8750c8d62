"""Bad input: a precise answer, nothing half stored, and a receipt that shows what happened (issue 3, Bad input)."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.conftest import FHIR, RunningService, StartService, issues_of, noon
from tests.fhir.real_data import SHARED, needs_shared_data


def stored(service: RunningService) -> int:
    """How many Patients and Observations stand."""
    return sum(
        service.http.get(f"{kind}?_summary=count").raise_for_status().json()["total"]
        for kind in ("Patient", "Observation")
    )


def latest_receipt(service: RunningService) -> dict[str, Any]:
    listed = httpx.get(f"{service.root}/admin/receipts?limit=1", trust_env=False).raise_for_status().json()
    return dict(listed[0])


MARTA = {"resourceType": "Patient", "id": "marta", "birthDate": "1961-04-02"}
LATER = {
    "resourceType": "Observation",
    "id": "later",
    "status": "final",
    "code": {"text": "CSF cytology"},
    "subject": {"reference": "Patient/marta"},
    "specimen": {"reference": "Specimen/not-there"},
    "effectiveDateTime": "2026-12-24",
    "valueString": "malignant cells seen",
}

UNREADABLE = {
    "truncated JSON": (b'{"resourceType":"Patient","birthDate":"1961-', 400),
    "no JSON at all": (b"<Patient/>", 400),
    "an empty body": (b"", 400),
    "an array": (b'[{"resourceType":"Patient"}]', 400),
    "invalid UTF-8": (b'{"resourceType":"Patient","name":[{"family":"M\xfcller"}]}', 400),
    "a NUL character": (b'{"resourceType":"Patient","name":[{"family":"M\\u0000ller"}]}', 400),
    "a raw NUL byte": (b'{"resourceType":"Patient","name":[{"family":"M\x00ller"}]}', 400),
    "duplicate keys": (b'{"resourceType":"Patient","gender":"male","gender":"female"}', 400),
    "10,000-deep nesting": (b'{"resourceType":"Patient","contact":' + b"[" * 10_000 + b"]" * 10_000 + b"}", 422),
    "another resource type than the URL": (b'{"resourceType":"Observation","status":"final","code":{"text":"x"}}', 400),
    "an unknown element": (b'{"resourceType":"Patient","birthdate":"1961-04-02"}', 400),
    "no resourceType": (b'{"birthDate":"1961-04-02"}', 400),
    "a day that no calendar has": (b'{"resourceType":"Patient","birthDate":"1961-02-30"}', 400),
}


@pytest.mark.parametrize(("body", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_that_cannot_be_taken_is_answered_precisely_and_leaves_a_receipt(
    service: RunningService, body: bytes, status: int
) -> None:
    answer = service.send(body, "Patient")

    assert answer.status_code == status
    issues = issues_of(answer)
    assert issues
    assert all(issue["severity"] in ("error", "fatal") and issue["diagnostics"] for issue in issues)
    assert stored(service) == 0
    receipt = latest_receipt(service)
    assert (receipt["status"], receipt["answer_status"]) == ("rejected", status)
    assert receipt["outcome"]["issue"] == issues


@pytest.mark.parametrize("name", ["an unknown element", "duplicate keys", "another resource type than the URL"])
def test_the_answer_names_the_place(service: RunningService, name: str) -> None:
    places = [issue.get("expression", [""])[0] for issue in issues_of(service.send(UNREADABLE[name][0], "Patient"))]
    wanted = {
        "an unknown element": "Patient.birthdate",
        "duplicate keys": "Patient.gender",
        "another resource type than the URL": "resourceType",
    }[name]
    assert any(wanted in place for place in places), places


def test_a_transaction_whose_57th_entry_is_bad_stores_none_of_its_entries(service: RunningService) -> None:
    entries = [
        {
            "fullUrl": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
            "resource": {"resourceType": "Patient", "birthDate": "1961-04-02" if number != 56 else "yesterday"},
            "request": {"method": "POST", "url": "Patient"},
        }
        for number in range(80)
    ]
    answer = service.send(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode())

    assert answer.status_code == 400
    assert [issue["expression"][0] for issue in issues_of(answer)] == ["Bundle.entry[56].resource.birthDate"]
    assert stored(service) == 0
    receipt = latest_receipt(service)
    assert (receipt["status"], receipt["answer_status"]) == ("rejected", 400)
    assert receipt["outcome"]["issue"] == issues_of(answer)


def test_a_batch_stores_what_is_good_and_names_what_is_not(service: RunningService) -> None:
    entries = [
        {"resource": {"resourceType": "Patient", "birthDate": day}, "request": {"method": "POST", "url": "Patient"}}
        for day in ("1961-04-02", "yesterday", "1970-01-01")
    ]
    answer = service.send(json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}).encode())

    assert [entry["response"]["status"][:3] for entry in answer.json()["entry"]] == ["201", "400", "201"]
    assert stored(service) == 2
    assert latest_receipt(service)["status"] == "partial"


def test_a_huge_body_is_refused_before_it_has_been_read(start: StartService) -> None:
    service = start(limits={"body_bytes": 1024 * 1024})
    address = urlsplit(service.root)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        head = (
            "POST /fhir HTTP/1.1\r\nHost: h\r\nContent-Type: application/fhir+json\r\nContent-Length: 209715200\r\n\r\n"
        )
        connection.sendall(head.encode())
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")
    receipt = latest_receipt(service)
    assert (receipt["status"], receipt["answer_status"], receipt["request"]) == ("rejected", 413, "POST")


def test_a_huge_body_without_announced_length_is_refused_when_it_has_grown_too_large(start: StartService) -> None:
    service = start(limits={"body_bytes": 64 * 1024})
    answer = service.http.post("", content=(b"x" * 16_384 for _ in range(1000)), headers=FHIR)

    assert answer.status_code == 413
    assert issues_of(answer)[0]["code"] == "too-long"


def test_too_many_entries_are_refused(start: StartService) -> None:
    service = start(limits={"entries": 3})
    entries = [{"resource": {"resourceType": "Patient", "id": f"p{n}"}} for n in range(4)]
    answer = service.send(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode())

    assert answer.status_code == 422
    assert stored(service) == 0


def test_a_reference_to_nothing_is_kept(service: RunningService) -> None:
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "ECOG"},
        "subject": {"reference": "Patient/not-there-yet"},
    }
    created = service.create(observation)

    assert created.status_code == 201
    assert created.json()["subject"]["reference"] == "Patient/not-there-yet"
    assert service.found("Observation?patient=not-there-yet") == [created.json()["id"]]


def test_a_urn_that_no_entry_carries_is_refused_in_a_transaction(service: RunningService) -> None:
    entry = {
        "fullUrl": "urn:uuid:9b7a2f0e-4f0e-4a57-9a86-0d1a5d2f0c11",
        "resource": {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "ECOG"},
            "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"},
        },
        "request": {"method": "POST", "url": "Observation"},
    }
    answer = service.send(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}).encode())

    assert answer.status_code == 400
    assert "Bundle.entry[0]" in issues_of(answer)[0]["expression"][0]


def test_an_observation_of_the_future_is_stored(service: RunningService) -> None:
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "ECOG"},
        "effectiveDateTime": "2199-01-01",
    }
    assert service.create(observation).status_code == 201


def test_two_patients_with_one_identifier_are_one_unless_they_contradict_each_other(service: RunningService) -> None:
    mrn = [{"system": "urn:oid:1.2.3", "value": "4711"}]
    for number, birth_date in enumerate(("1961-04-02", "1961-04-02", "1948-12-24")):
        patient = {"resourceType": "Patient", "id": f"p{number}", "identifier": mrn, "birthDate": birth_date}
        assert service.put(patient).status_code == 201
    reading = {"resourceType": "Observation", "status": "final", "code": {"text": "ECOG"}}
    for number in range(3):
        service.put(reading | {"id": f"o{number}", "subject": {"reference": f"Patient/p{number}"}})

    assert sorted(service.found("Observation?patient=p0")) == ["o0", "o1"]
    assert sorted(service.found("Observation?patient=p1")) == ["o0", "o1"]
    assert service.found("Observation?patient=p2") == ["o2"]


def test_a_patient_who_was_merged_away_answers_as_the_survivor(service: RunningService) -> None:
    service.put({"resourceType": "Patient", "id": "kept", "birthDate": "1961-04-02"})
    link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    service.put({"resourceType": "Patient", "id": "gone", "active": False, "link": link})
    service.put(
        {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final",
            "code": {"text": "ECOG"},
            "subject": {"reference": "Patient/gone"},
        }
    )

    assert service.http.get("Patient/gone").json()["id"] == "kept"
    assert service.found("Observation?patient=kept") == ["o1"]
    assert service.found("Observation?subject=Patient/gone") == ["o1"]
    assert service.http.get("Patient/gone/_history/1").json()["link"] == link


def test_the_same_bytes_again_get_the_first_answer_and_store_nothing(service: RunningService) -> None:
    entry = {
        "fullUrl": "urn:uuid:1b7a2f0e-4f0e-4a57-9a86-0d1a5d2f0c11",
        "resource": {"resourceType": "Patient", "birthDate": "1961-04-02"},
        "request": {"method": "POST", "url": "Patient"},
    }
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}).encode()
    first, second = service.send(body), service.send(body)

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert stored(service) == 1


def test_the_receipt_of_a_refused_message_keeps_its_bytes_and_one_that_was_too_large_its_size(
    start: StartService,
) -> None:
    service = start(limits={"body_bytes": 2048})
    truncated = UNREADABLE["truncated JSON"][0]
    service.send(truncated, "Patient")
    kept = latest_receipt(service)
    body = httpx.get(f"{service.root}/admin/receipts/{kept['id']}/body", trust_env=False)
    assert (body.content, kept["size"]) == (truncated, len(truncated))

    service.send(b'{"resourceType":"Patient","x":"' + b"x" * 4096 + b'"}', "Patient")
    assert (latest_receipt(service)["status"], latest_receipt(service)["answer_status"]) == ("rejected", 413)


def test_a_dangling_reference_and_a_future_day_are_stored_and_their_receipt_says_so(start: StartService) -> None:
    service = start(clock=noon("2026-07-01"))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (MARTA, LATER)]}
    answer = service.send(json.dumps(bundle).encode())

    assert answer.status_code == 200
    receipt = latest_receipt(service)
    assert (receipt["status"], receipt["answer_status"], receipt["request"]) == ("stored", 200, "POST")
    # What lies ahead is no fact yet: nobody was seen on that day, and nothing is concluded of it.
    assert service.http.get("Patient/marta/$lm-classification").json().get("entry", []) == []


@needs_shared_data
def test_a_transaction_that_breaks_many_rules_is_refused_and_every_fault_named(service: RunningService) -> None:
    body = (SHARED / "mcode" / "patient_data.json").read_bytes()
    answer = service.send(body)

    assert answer.status_code == 400
    named = {issue["expression"][0] for issue in issues_of(answer) if issue["severity"] in ("error", "fatal")}
    assert {f"Bundle.entry[{place}].resource.value[x]" for place in (2, 3, 4)} <= named
    assert {f"Bundle.entry[{place}].fullUrl" for place in (11, 12, 13, 14, 20, 21)} <= named
    assert {f"Bundle.entry[{place}].request" for place in (23, 24)} <= named
    assert "Bundle.entry[22].resource" in named
    assert stored(service) == 0
    receipt = latest_receipt(service)
    assert (receipt["status"], receipt["size"]) == ("rejected", len(body))
    kept = httpx.get(f"{service.root}/admin/receipts/{receipt['id']}/body", trust_env=False)
    assert kept.content == body
