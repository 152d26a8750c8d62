"""The structural check, rule by rule: a sound resource, the same with one fault, and where the fault is named."""

from decimal import Decimal
from typing import Any

import pytest

from leptobridge.fhir.structure import check_resource

CYTOLOGY: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "csf-cytology-1",
    "meta": {"lastUpdated": "2024-03-06T09:30:00+01:00", "profile": ["https://leptobridge.org/fhir/p"]},
    "identifier": [{"system": "urn:oid:1.2.3", "value": "C-24-117", "use": "official"}],
    "status": "final",
    "code": {"coding": [{"system": "https://leptobridge.org/fhir/CodeSystem/lm-observable", "code": "csf-cytology"}]},
    "subject": {"reference": "Patient/amara"},
    "effectiveDateTime": "2024-03-05",
    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}], "text": "阳性"},
    "note": [{"text": "Two lines\nof text", "time": "2024-03-06"}],
    "referenceRange": [{"low": {"value": 0.50}, "text": "none"}],
    "component": [{"code": {"text": "volume"}, "valueQuantity": {"value": 10.5, "unit": "mL"}}],
}

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "active": True,
    "name": [{"family": "Okafor", "given": ["Amara", "Ngozi"]}],
    "gender": "female",
    "birthDate": "1961-08",
    "multipleBirthInteger": 2,
    "photo": [{"contentType": "image/png", "data": "aGVsbG8=", "size": 5}],
    "contact": [{"name": {"text": "Brother"}, "telecom": [{"system": "phone", "value": "+1 555", "rank": 1}]}],
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Amara</p></div>'},
    "extension": [{"url": "https://x.example/e", "extension": [{"url": "part", "valueDecimal": 1.50}]}],
}


def faults(resource: Any, expected_type: str | None = None) -> list[tuple[str, str]]:
    """The faults of mere structure; what goes beyond it has a rule, and tests of its own."""
    return [(issue.code, issue.expression) for issue in check_resource(resource, expected_type) if not issue.rule]


def with_change(resource: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**resource, **changes}


def test_sound_resources_have_no_fault() -> None:
    assert faults(CYTOLOGY, "Observation") == []
    assert faults(PATIENT, "Patient") == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"valeu": 1}, ("structure", "Observation.valeu")),
        ({"status": None}, ("structure", "Observation.status")),
        ({"status": "done"}, ("code-invalid", "Observation.status")),
        ({"status": ["final"]}, ("structure", "Observation.status")),
        ({"status": {"code": "final"}}, ("structure", "Observation.status")),
        ({"status": 1}, ("value", "Observation.status")),
        ({"identifier": {"value": "1"}}, ("structure", "Observation.identifier")),
        ({"identifier": []}, ("structure", "Observation.identifier")),
        ({"identifier": [{}]}, ("structure", "Observation.identifier[0]")),
        ({"identifier": [None]}, ("structure", "Observation.identifier[0]")),
        ({"identifier": [{"value": " "}]}, ("value", "Observation.identifier[0].value")),
        ({"identifier": [{"system": "a b", "value": "1"}]}, ("value", "Observation.identifier[0].system")),
        ({"identifier": [{"use": "best", "value": "1"}]}, ("code-invalid", "Observation.identifier[0].use")),
        ({"subject": "Patient/amara"}, ("structure", "Observation.subject")),
        ({"subject": {"referenc": "Patient/1"}}, ("structure", "Observation.subject.referenc")),
        ({"subject": {"reference": "#amara"}}, ("not-found", "Observation.subject.reference")),
        ({"subject": {"reference": ""}}, ("value", "Observation.subject.reference")),
        ({"effectiveDateTime": "2024-02-30"}, ("value", "Observation.effectiveDateTime")),
        ({"effectiveDateTime": "2024-03-05T10:00:00"}, ("value", "Observation.effectiveDateTime")),
        ({"effectiveDateTime": "05.03.2024"}, ("value", "Observation.effectiveDateTime")),
        ({"effectiveInstant": "2024-03-05T10:00:00Z"}, ("structure", "Observation.effective[x]")),
        ({"valueString": "positive"}, ("structure", "Observation.value[x]")),
        ({"issued": "2024-03-05"}, ("value", "Observation.issued")),
        ({"id": "csf_cytology"}, ("value", "Observation.id")),
        ({"id": "x" * 65}, ("value", "Observation.id")),
        ({"id": ""}, ("value", "Observation.id")),
        ({"meta": {"lastUpdated": "yesterday"}}, ("value", "Observation.meta.lastUpdated")),
        ({"meta": {"profile": "https://x.example/p"}}, ("structure", "Observation.meta.profile")),
        ({"referenceRange": [{"low": {"value": "0.5"}}]}, ("value", "Observation.referenceRange[0].low.value")),
        ({"component": [{"valueInteger": 1}]}, ("required", "Observation.component[0].code")),
        (
            {"component": [{"code": {"text": "volume"}, "valueInteger": 1.5}]},
            ("value", "Observation.component[0].valueInteger"),
        ),
        (
            {"component": [{"code": {"text": "x"}, "referenceRange": [{"oops": 1}]}]},
            ("structure", "Observation.component[0].referenceRange[0].oops"),
        ),
        ({"code": {"text": "a\x07b"}}, ("value", "Observation.code.text")),
        ({"code": {"coding": [{"code": " final"}]}}, ("value", "Observation.code.coding[0].code")),
        ({"code": {"coding": [{"userSelected": "true"}]}}, ("value", "Observation.code.coding[0].userSelected")),
        ({"_status": {"oops": 1}}, ("structure", "Observation._status.oops")),
        ({"_status": {}}, ("structure", "Observation._status")),
        ({"_code": {"id": "a"}}, ("structure", "Observation._code")),
        ({"_colour": {"id": "a"}}, ("structure", "Observation._colour")),
        ({"extension": [{"valueString": "x"}]}, ("required", "Observation.extension[0].url")),
        ({"extension": [{"url": "https://x.example/e"}]}, ("extension", "Observation.extension[0]")),
        (
            {"extension": [{"url": "u", "valueString": "x", "extension": [{"url": "v", "valueString": "y"}]}]},
            ("extension", "Observation.extension[0]"),
        ),
        (
            {"extension": [{"url": "u", "valueString": "x", "valueInteger": 1}]},
            ("structure", "Observation.extension[0].value[x]"),
        ),
        ({"extension": [{"url": "u", "valueRocket": 1}]}, ("structure", "Observation.extension[0].valueRocket")),
        ({"contained": [{"id": "p"}]}, ("structure", "Observation.contained[0]")),
        (
            {"contained": [{"resourceType": "Rocket", "id": "p"}]},
            ("structure", "Observation.contained[0].resourceType"),
        ),
        ({"contained": [{"resourceType": "Patient"}]}, ("required", "Observation.contained[0].id")),
        ({"resourceType": "observation"}, ("structure", "")),
        ({"resourceType": "DomainResource"}, ("structure", "")),
    ],
)
def test_each_fault_of_an_observation_is_named_at_its_element(change: Any, fault: tuple[str, str]) -> None:
    named = faults(with_change(CYTOLOGY, **change))
    assert fault in named
    element = fault[1].split(".")[:2]
    assert all(path.startswith(".".join(element).partition("[")[0]) for _, path in named)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"active": "true"}, ("value", "Patient.active")),
        ({"active": 1}, ("value", "Patient.active")),
        ({"gender": "f"}, ("code-invalid", "Patient.gender")),
        ({"birthDate": "1961-08-01T00:00:00Z"}, ("value", "Patient.birthDate")),
        ({"birthDate": "61"}, ("value", "Patient.birthDate")),
        ({"birthDate": "0000"}, ("value", "Patient.birthDate")),
        ({"multipleBirthInteger": True}, ("value", "Patient.multipleBirthInteger")),
        ({"multipleBirthInteger": 2**31}, ("value", "Patient.multipleBirthInteger")),
        ({"multipleBirthBoolean": True}, ("structure", "Patient.multipleBirth[x]")),
        ({"name": [{"given": "Amara"}]}, ("structure", "Patient.name[0].given")),
        ({"name": [{"given": ["Amara", None]}]}, ("structure", "Patient.name[0].given[1]")),
        ({"name": [{"id": "only-an-id"}]}, ("structure", "Patient.name[0]")),
        ({"photo": [{"data": "aGVsbG8"}]}, ("value", "Patient.photo[0].data")),
        ({"photo": [{"size": -1}]}, ("value", "Patient.photo[0].size")),
        ({"contact": [{"telecom": [{"rank": 0}]}]}, ("value", "Patient.contact[0].telecom[0].rank")),
        ({"text": {"status": "generated"}}, ("required", "Patient.text.div")),
        ({"text": {"status": "generated", "div": "Amara"}}, ("value", "Patient.text.div")),
        (
            {"text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"> </div>'}},
            ("value", "Patient.text.div"),
        ),
        ({"link": [{"other": {"reference": "Patient/2"}}]}, ("required", "Patient.link[0].type")),
    ],
)
def test_each_fault_of_a_patient_is_named_at_its_element(change: Any, fault: tuple[str, str]) -> None:
    named = faults(with_change(PATIENT, **change))
    assert named == [fault]


def test_several_faults_are_named_at_once() -> None:
    broken = with_change(PATIENT, gender="f", birthDate="x", contact=[{"name": {"family": 5}}, {}], colour="red")
    assert set(faults(broken)) == {
        ("code-invalid", "Patient.gender"),
        ("value", "Patient.birthDate"),
        ("value", "Patient.contact[0].name.family"),
        ("structure", "Patient.contact[1]"),
        ("structure", "Patient.colour"),
    }


def test_required_elements_and_choices_are_missed() -> None:
    assert faults({"resourceType": "Observation"}) == [
        ("required", "Observation.status"),
        ("required", "Observation.code"),
    ]
    request = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"display": "A"}}
    assert faults(request) == [("required", "MedicationRequest.medication[x]")]
    assert faults({**request, "medicationCodeableConcept": {"text": "osimertinib"}}) == []


def test_companions_carry_extensions_of_primitives() -> None:
    reason = [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    assert faults(with_change(PATIENT, _birthDate={"extension": reason})) == []
    without_date = {key: value for key, value in CYTOLOGY.items() if key != "status"}
    assert faults({**without_date, "_status": {"extension": reason}}) == []
    names = [{"given": ["Amara", None], "_given": [None, {"extension": reason}]}]
    assert faults(with_change(PATIENT, name=names)) == []
    uneven = [{"given": ["Amara", "Ngozi"], "_given": [{"extension": reason}]}]
    assert faults(with_change(PATIENT, name=uneven)) == [("structure", "Patient.name[0].given")]


def test_contained_resources_answer_local_references() -> None:
    contained = [{"resourceType": "Patient", "id": "p", "gender": "female"}]
    about = {"reference": "#p"}
    assert faults(with_change(CYTOLOGY, contained=contained, subject=about)) == []
    assert faults(with_change(CYTOLOGY, contained=contained, subject={"reference": "#q"})) == [
        ("not-found", "Observation.subject.reference")
    ]
    assert faults(with_change(CYTOLOGY, contained=contained * 2, subject=about)) == [
        ("duplicate", "Observation.contained[1].id")
    ]
    nested = [{**contained[0], "contained": [{"resourceType": "Device", "id": "d"}]}]
    assert faults(with_change(CYTOLOGY, contained=nested, subject=about)) == [
        ("structure", "Observation.contained[0].contained")
    ]


def test_contained_resources_are_looked_for_in_the_resource_that_refers_to_them() -> None:
    inner = with_change(CYTOLOGY, subject={"reference": "#p"})
    owner = with_change(CYTOLOGY, contained=[{"resourceType": "Patient", "id": "p"}], subject={"reference": "#p"})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": owner}, {"resource": inner}]}
    assert faults(bundle) == [("not-found", "Bundle.entry[1].resource.subject.reference")]


def test_a_concept_outside_its_required_value_set_is_a_warning() -> None:
    condition = {"resourceType": "Condition", "subject": {"display": "A"}}
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    assert faults({**condition, "clinicalStatus": {"coding": [{"system": system, "code": "active"}]}}) == []
    (issue,) = check_resource({**condition, "clinicalStatus": {"text": "aktiv"}})
    assert (issue.severity, issue.code, issue.expression) == ("warning", "code-invalid", "Condition.clinicalStatus")
    assert "aktiv" not in issue.diagnostics


def test_the_type_that_the_url_names_must_be_the_resources() -> None:
    assert faults(CYTOLOGY, "Patient") == [("invalid", "Observation")]


@pytest.mark.parametrize("resource", [None, 5, "Patient", [], [{"resourceType": "Patient"}], {}, {"resourceType": []}])
def test_what_is_no_resource_is_said_to_be_none(resource: Any) -> None:
    assert [issue.code for issue in check_resource(resource, "Patient")] == ["structure"]


def test_decimals_may_be_parsed_exactly() -> None:
    assert faults(with_change(CYTOLOGY, component=None) | {"component": [
        {"code": {"text": "volume"}, "valueQuantity": {"value": Decimal("72.50")}}
    ]}) == []  # fmt: skip


def test_messages_repeat_no_values_and_no_strange_names() -> None:
    broken = with_change(PATIENT, gender="Okafor-secret", birthDate="secret", **{"Okafor secret": 1})
    text = " ".join(f"{issue.diagnostics} {issue.expression}" for issue in check_resource(broken))
    assert "secret" not in text
    assert "male | other | unknown" in text


def test_at_most_a_hundred_faults_are_listed() -> None:
    assert len(check_resource({"resourceType": "Patient", "name": [{}] * 5000})) == 100


def test_nesting_beyond_all_bounds_is_a_finding_and_no_crash() -> None:
    extension: dict[str, Any] = {"url": "u", "valueString": "x"}
    for _ in range(20_000):
        extension = {"url": "u", "extension": [extension]}
    assert faults({"resourceType": "Patient", "extension": [extension]}) == [("too-costly", "")]
