"""Create, read, update, delete, versions and conditional interactions (R4 http.html)."""

from typing import Any

import pytest

from tests.api.conftest import FHIR, RunningService, issues_of

MRN = {"system": "urn:oid:1.2.3", "value": "4711"}
IRENE: dict[str, Any] = {"resourceType": "Patient", "identifier": [MRN], "birthDate": "1955-07-30"}


def protein(value: str) -> bytes:
    """A CSF protein as a hospital writes it, with the precision that it measured."""
    return (
        '{"resourceType":"Observation","id":"protein","status":"final","code":{"text":"CSF protein"},'
        '"valueQuantity":{"value":' + value + ',"unit":"mg/dL"}}'
    ).encode()


def test_what_was_created_is_read_under_the_location_given(service: RunningService) -> None:
    created = service.create(IRENE)

    assert created.status_code == 201
    assert created.headers["etag"] == 'W/"1"'
    read = service.http.get(created.headers["location"])
    assert read.status_code == 200
    assert read.json() == created.json()
    assert read.headers["last-modified"] == created.headers["last-modified"]
    assert read.headers["content-type"] == "application/fhir+json"


def test_decimals_keep_their_written_precision(service: RunningService) -> None:
    service.http.put("Observation/protein", content=protein("72.50"), headers=FHIR)
    for path in ("Observation/protein", "Observation?_id=protein", "Observation/protein/_history"):
        assert b'"value":72.50,' in service.http.get(path).content


def test_put_to_a_new_id_creates_and_a_second_put_updates(service: RunningService) -> None:
    first = service.put(IRENE | {"id": "irene"})
    second = service.put(IRENE | {"id": "irene", "gender": "female"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["etag"] == 'W/"2"'
    assert service.http.get("Patient/irene").json()["gender"] == "female"


def test_every_version_stays_readable(service: RunningService) -> None:
    service.put(IRENE | {"id": "irene"})
    service.put(IRENE | {"id": "irene", "gender": "female"})
    service.http.delete("Patient/irene")

    assert "gender" not in service.http.get("Patient/irene/_history/1").json()
    assert service.http.get("Patient/irene/_history/2").json()["gender"] == "female"
    assert service.http.get("Patient/irene/_history/3").status_code == 410
    assert service.http.get("Patient/irene/_history/4").status_code == 404
    assert service.http.get("Patient/irene/_history/one").status_code == 404
    history = service.http.get("Patient/irene/_history").json()
    assert (history["type"], history["total"]) == ("history", 3)
    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "PUT", "PUT"]
    assert [entry["response"]["etag"] for entry in history["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert "resource" not in history["entry"][0]


def test_a_history_is_paged(service: RunningService) -> None:
    for gender in ("female", "unknown", "other"):
        service.put(IRENE | {"id": "irene", "gender": gender})
    first = service.http.get("Patient/irene/_history?_count=2").json()
    second = service.http.get(first["link"][-1]["url"]).json()

    assert [e["resource"]["gender"] for e in first["entry"] + second["entry"]] == ["other", "unknown", "female"]
    assert [link["relation"] for link in second["link"]] == ["self"]


def test_a_deleted_resource_is_gone_and_can_come_back(service: RunningService) -> None:
    service.put(IRENE | {"id": "irene"})
    assert service.http.delete("Patient/irene").status_code == 204
    gone = service.http.get("Patient/irene")
    assert gone.status_code == 410
    assert issues_of(gone)[0]["code"] == "deleted"
    assert service.found("Patient?_id=irene") == []
    assert service.http.delete("Patient/irene").status_code == 204
    assert service.put(IRENE | {"id": "irene"}).status_code in (200, 201)
    assert service.http.get("Patient/irene").status_code == 200


def test_an_unknown_id_is_not_found(service: RunningService) -> None:
    answer = service.http.get("Patient/nobody")
    assert answer.status_code == 404
    assert issues_of(answer)[0]["code"] == "not-found"
    assert service.http.get("Patient/no_id_at_all!").status_code == 404


def test_an_unchanged_resource_is_not_sent_again(service: RunningService) -> None:
    created = service.put(IRENE | {"id": "irene"})
    unchanged = service.http.get("Patient/irene", headers={"If-None-Match": created.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert service.http.get("Patient/irene", headers={"If-None-Match": 'W/"7"'}).status_code == 200
    since = {"If-Modified-Since": created.headers["last-modified"]}
    assert service.http.get("Patient/irene", headers=since).status_code == 304


def test_an_update_of_another_version_than_the_client_saw_is_refused(service: RunningService) -> None:
    service.put(IRENE | {"id": "irene"})
    service.put(IRENE | {"id": "irene", "gender": "female"})

    late = service.put(IRENE | {"id": "irene", "gender": "male"}, **{"If-Match": 'W/"1"'})
    assert late.status_code == 412
    assert issues_of(late)
    assert service.http.get("Patient/irene").json()["gender"] == "female"
    assert service.put(IRENE | {"id": "irene", "gender": "male"}, **{"If-Match": 'W/"2"'}).status_code == 200


def test_an_update_that_must_not_overwrite_does_not(service: RunningService) -> None:
    assert service.put(IRENE | {"id": "irene"}, **{"If-None-Match": "*"}).status_code == 201
    assert service.put(IRENE | {"id": "irene", "gender": "male"}, **{"If-None-Match": "*"}).status_code == 412
    assert "gender" not in service.http.get("Patient/irene").json()


def test_a_conditional_create_finds_what_is_there(service: RunningService) -> None:
    condition = {"If-None-Exist": "identifier=urn:oid:1.2.3|4711"}
    first, second = service.create(IRENE, **condition), service.create(IRENE, **condition)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_a_conditional_create_with_several_matches_is_refused(service: RunningService) -> None:
    sample = {"resourceType": "Specimen", "identifier": [MRN]}
    service.create(sample)
    service.create(sample | {"status": "available"})
    answer = service.create(sample, **{"If-None-Exist": "identifier=urn:oid:1.2.3|4711"})
    assert answer.status_code == 412


def test_a_conditional_update_creates_then_updates(service: RunningService) -> None:
    sample = {"resourceType": "Specimen", "identifier": [MRN]}
    where = "Specimen?identifier=urn:oid:1.2.3%7C4711"
    first = service.http.put(where, json=sample, headers=FHIR)
    second = service.http.put(where, json=sample | {"status": "unsatisfactory"}, headers=FHIR)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["etag"] == 'W/"2"'
    assert service.http.put("Specimen", json=sample, headers=FHIR).status_code == 412


def test_a_conditional_delete_deletes_one_match_and_never_several(service: RunningService) -> None:
    for status in ("available", "unavailable"):
        service.create({"resourceType": "Specimen", "identifier": [MRN], "status": status})

    both = service.http.delete("Specimen?identifier=urn:oid:1.2.3|4711")
    assert (both.status_code, issues_of(both)[0]["code"]) == (412, "multiple-matches")
    assert service.http.delete("Specimen?identifier=urn:oid:1.2.3|4711&status=available").status_code == 204
    assert service.http.delete("Specimen?identifier=urn:oid:9.9.9|none").status_code == 204
    assert service.http.delete("Specimen").status_code == 412
    assert service.http.delete("Specimen?colour=clear").status_code == 400
    assert service.http.get("Specimen?_summary=count").json()["total"] == 1


@pytest.mark.parametrize(
    ("preference", "kind"),
    [("return=minimal", None), ("return=representation", "Patient"), ("return=OperationOutcome", "OperationOutcome")],
)
def test_a_client_chooses_what_a_write_returns(service: RunningService, preference: str, kind: str | None) -> None:
    created = service.create(IRENE, Prefer=preference)
    assert created.status_code == 201
    assert created.headers["location"]
    assert (created.json()["resourceType"] if created.content else None) == kind


def test_head_tells_as_get_does(service: RunningService) -> None:
    service.put(IRENE | {"id": "irene"})
    head = service.http.head("Patient/irene")
    assert (head.status_code, head.headers["etag"], head.content) == (200, 'W/"1"', b"")
