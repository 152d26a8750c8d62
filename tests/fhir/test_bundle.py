"""Bundles as plans: what each entry asks for, and what is wrong with it (issue 3, part 3)."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.bundle import plan_bundle, plan_resource
from leptobridge.fhir.bundle_links import reference_targets
from leptobridge.fhir.bundle_plan import BundlePlan
from leptobridge.fhir.json_text import parse_resource
from tests.fhir.real_data import SHARED, needs_shared_data, synthea_bodies

AMARA = "urn:uuid:6f1d6f0e-0000-4000-8000-000000000001"
LM = "urn:uuid:6f1d6f0e-0000-4000-8000-000000000002"


def patient() -> dict[str, Any]:
    return {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": "4711"}], "gender": "female"}


def diagnosis(subject: str = AMARA) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C79.32"}]},
        "subject": {"reference": subject},
    }


def posted(resource: dict[str, Any], full_url: str | None = None, **request: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"], **request},
    }
    return {"fullUrl": full_url, **entry} if full_url else entry


def plan(kind: str, *entries: Any, entry_by_entry: bool = False) -> BundlePlan:
    body = json.dumps({"resourceType": "Bundle", "type": kind, "entry": list(entries)}).encode()
    return plan_bundle(parse_resource(body), body, entry_by_entry=entry_by_entry)


def faults(planned: BundlePlan) -> list[tuple[str, str, str]]:
    return [(issue.severity, issue.code, issue.expression) for issue in planned.all_issues()]


def test_a_sound_transaction_is_planned_entry_by_entry_with_the_text_as_received() -> None:
    observation = (
        b'{"resourceType":  "Observation", "status": "final", "code": {"text": "weight"},'
        b' "valueQuantity": {"value": 72.50}}'
    )
    request = b'{"method": "POST", "url": "Observation", "ifNoneExist": "identifier=urn:x|1"}'
    entry_text = (
        b'{"fullUrl": "' + AMARA.encode() + b'", "resource": ' + observation + b', "request": ' + request + b"}"
    )
    body = b'\xef\xbb\xbf{"resourceType": "Bundle", "type": "transaction", "entry": [' + entry_text + b"]}"
    planned = plan_bundle(parse_resource(body), body)
    assert planned.is_transaction
    assert planned.all_issues() == ()
    (entry,) = planned.entries
    assert (entry.method, entry.resource_type, entry.resource_id) == ("POST", "Observation", None)
    assert entry.if_none_exist == "identifier=urn:x|1"
    assert entry.text == observation


def test_each_kind_of_request_is_understood() -> None:
    named = {**patient(), "id": "amara"}
    planned = plan(
        "transaction",
        {"request": {"method": "GET", "url": "Observation?patient=amara&code=85354-9"}},
        {"resource": named, "request": {"method": "PUT", "url": "Patient/amara", "ifMatch": 'W/"2"'}},
        {"resource": diagnosis("Patient/amara"), "request": {"method": "PUT", "url": "Condition?identifier=urn:x|1"}},
        posted(diagnosis("Patient/amara")),
        {"request": {"method": "DELETE", "url": "https://klinik.example/fhir/Observation/gone"}},
    )
    assert planned.all_issues() == ()
    described = [(e.index, e.method, e.resource_type, e.resource_id, e.query) for e in planned.in_processing_order()]
    assert described == [
        (4, "DELETE", "Observation", "gone", None),
        (3, "POST", "Condition", None, None),
        (1, "PUT", "Patient", "amara", None),
        (2, "PUT", "Condition", None, "identifier=urn:x|1"),
        (0, "GET", "Observation", None, "patient=amara&code=85354-9"),
    ]
    assert planned.entries[1].if_match == 'W/"2"'
    assert planned.entries[0].url == "Observation?patient=amara&code=85354-9"


def test_a_batch_keeps_the_order_received() -> None:
    planned = plan("batch", posted(patient()), {"request": {"method": "DELETE", "url": "Patient/1"}})
    assert [entry.method for entry in planned.in_processing_order()] == ["POST", "DELETE"]
    assert not planned.is_transaction


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"resource": patient()}, ("error", "required", "Bundle.entry[1].request")),
        ({"request": {"method": "POST", "url": "Patient"}}, ("error", "required", "Bundle.entry[1].resource")),
        (
            {"resource": patient(), "request": {"method": "POST", "url": "Rocket"}},
            ("error", "value", "Bundle.entry[1].request.url"),
        ),
        (
            {"resource": patient(), "request": {"method": "POST", "url": "Observation"}},
            ("error", "invalid", "Bundle.entry[1].resource"),
        ),
        (
            {"resource": patient(), "request": {"method": "POST", "url": "Patient/1"}},
            ("error", "value", "Bundle.entry[1].request.url"),
        ),
        (
            {"resource": {**patient(), "id": "a"}, "request": {"method": "PUT", "url": "Patient/b"}},
            ("error", "value", "Bundle.entry[1].resource.id"),
        ),
        ({"request": {"method": "DELETE", "url": "Patient"}}, ("error", "value", "Bundle.entry[1].request.url")),
        (
            {"resource": patient(), "request": {"method": "PATCH", "url": "Patient/1"}},
            ("error", "not-supported", "Bundle.entry[1].request"),
        ),
        (
            {"resource": patient(), "request": {"method": "SEND", "url": "Patient"}},
            ("error", "code-invalid", "Bundle.entry[1].request.method"),
        ),
        ({"resource": patient(), "request": {"method": "POST"}}, ("error", "required", "Bundle.entry[1].request.url")),
        (
            posted({**patient(), "gender": "f"}),
            ("error", "code-invalid", "Bundle.entry[1].resource.gender"),
        ),
        (posted({"resourceType": "Patient"}, "") | {"resource": 5}, ("error", "structure", "Bundle.entry[1].resource")),
        (posted(diagnosis(LM)), ("error", "not-found", "Bundle.entry[1].resource.subject.reference")),
        (posted(patient(), AMARA), ("error", "duplicate", "Bundle.entry[1].fullUrl")),
    ],
)
def test_each_fault_of_a_transaction_is_named_at_its_entry(entry: Any, fault: tuple[str, str, str]) -> None:
    planned = plan("transaction", posted(patient(), AMARA), entry)
    assert faults(planned) == [fault]
    assert planned.entries[1].has_errors
    assert planned.has_errors
    assert not planned.entries[0].has_errors


def test_two_entries_that_write_one_resource_cannot_be_one_transaction() -> None:
    entry = {"resource": {**patient(), "id": "a"}, "request": {"method": "PUT", "url": "Patient/a"}}
    assert faults(plan("transaction", entry, {"request": {"method": "DELETE", "url": "Patient/a"}})) == [
        ("error", "duplicate", "Bundle.entry[1].request.url")
    ]


def test_the_57th_entry_is_named() -> None:
    entries = [posted(patient()) for _ in range(60)]
    entries[56]["resource"]["birthDate"] = "1961-02-30"
    assert faults(plan("transaction", *entries)) == [("error", "value", "Bundle.entry[56].resource.birthDate")]


def test_a_fault_of_the_bundle_itself_is_told_apart() -> None:
    planned = plan("heap", posted(patient()))
    assert planned.type == ""
    assert [issue.expression for issue in planned.issues] == ["Bundle.type"]
    assert [issue.expression for issue in plan("batch", 7).issues] == ["Bundle.entry[0]"]


def test_a_urn_to_nothing_is_no_error_outside_a_transaction() -> None:
    assert plan("batch", posted(diagnosis(LM))).all_issues() == ()
    assert plan("collection", {"resource": diagnosis(LM)}).all_issues() == ()


@pytest.mark.parametrize("kind", ["collection", "searchset", "history"])
def test_a_set_keeps_the_ids_of_its_resources(kind: str) -> None:
    planned = plan(
        kind,
        {"fullUrl": "https://klinik.example/fhir/Patient/amara", "resource": {**patient(), "id": "amara"}},
        {"fullUrl": "https://klinik.example/fhir/Condition/lm", "resource": diagnosis("Patient/amara")},
        {"fullUrl": LM, "resource": diagnosis("Patient/amara")},
    )
    assert planned.is_set
    assert planned.all_issues() == ()
    assert [(e.method, e.resource_type, e.resource_id, e.has_request) for e in planned.entries] == [
        ("PUT", "Patient", "amara", False),
        ("PUT", "Condition", "lm", False),
        ("POST", "Condition", None, False),
    ]


def test_the_outcome_of_a_search_is_not_taken_for_a_resource_to_store() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
    planned = plan("searchset", {"resource": patient()}, {"resource": outcome, "search": {"mode": "outcome"}})
    assert [entry.resource_type for entry in planned.entries] == ["Patient"]


def test_a_document_without_its_composition_is_remarked_on() -> None:
    assert faults(plan("document", {"resource": patient()})) == [("warning", "invariant", "Bundle.entry[0]")]


def test_a_local_full_url_is_remarked_on() -> None:
    assert faults(plan("collection", {"fullUrl": "Patient/1", "resource": patient()})) == [
        ("warning", "value", "Bundle.entry[0].fullUrl")
    ]


def test_a_single_resource_is_planned_like_the_entry_of_a_set() -> None:
    text = b'{"resourceType":"Patient","id":"amara","birthDate":"1961-13"}'
    planned = plan_resource(parse_resource(text), text)
    assert (planned.method, planned.resource_id, planned.text) == ("PUT", "amara", text)
    assert [issue.expression for issue in planned.issues] == ["Patient.birthDate"]


def test_references_inside_a_bundle_follow_the_entries_to_their_new_places() -> None:
    planned = plan(
        "transaction",
        posted(patient(), AMARA),
        posted({**diagnosis(), "id": "sender-7"}, "https://klinik.example/fhir/Condition/sender-7"),
        posted({**patient(), "id": "twin"}),
        posted({**patient(), "id": "twin"}),
    )
    locations = {0: "Patient/17", 1: "Condition/18", 2: "Patient/19", 3: "Patient/20"}
    assert reference_targets(planned.entries, locations) == {
        AMARA: "Patient/17",
        "https://klinik.example/fhir/Condition/sender-7": "Condition/18",
        "Condition/sender-7": "Condition/18",
    }


@needs_shared_data
def test_the_real_transactions_have_no_fault_and_their_texts_are_whole() -> None:
    entries = 0
    for body in synthea_bodies():
        planned = plan_bundle(parse_resource(body), body)
        assert not planned.has_errors
        assert all(orjson.loads(entry.text) == entry.resource for entry in planned.entries)
        entries += len(planned.entries)
    assert entries == 4528


@needs_shared_data
def test_every_fault_of_the_broken_mcode_patient_is_named() -> None:
    body = (SHARED / "mcode" / "patient_data.json").read_bytes()
    planned = plan_bundle(parse_resource(body), body)
    named = {(issue.code, issue.expression) for issue in planned.all_issues() if issue.is_error}
    for index in (2, 3, 4):
        assert ("structure", f"Bundle.entry[{index}].resource.value[x]") in named
    for index in (11, 12, 13, 14, 20, 21):
        assert ("duplicate", f"Bundle.entry[{index}].fullUrl") in named
    for index in (23, 24):
        assert ("required", f"Bundle.entry[{index}].request") in named
    assert ("invalid", "Bundle.entry[22].resource") in named
    assert {code for code, _ in named} == {"structure", "duplicate", "required", "invalid", "not-found"}


@needs_shared_data
def test_the_broken_mcode_patient_is_taken_entry_by_entry_when_imported() -> None:
    body = (SHARED / "mcode" / "patient_data.json").read_bytes()
    planned = plan_bundle(parse_resource(body), body, entry_by_entry=True)
    assert not planned.is_transaction
    assert len(planned.entries) == 25
    assert [entry.index for entry in planned.entries if entry.has_errors] == [2, 3, 4]


anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["POST", "PUT", "Patient", "Patient/1", AMARA, ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resource", "request", "resourceType", "method", "url", "fullUrl", "id", "subject", "meta", "search"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.sampled_from(["transaction", "batch", "collection", "document", "history", 5, None]), anything, st.booleans())
def test_planning_never_raises(kind: Any, entries: Any, entry_by_entry: bool) -> None:
    body = json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()
    planned = plan_bundle(parse_resource(body), body, entry_by_entry=entry_by_entry)
    assert all(entry.method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH") for entry in planned.entries)
