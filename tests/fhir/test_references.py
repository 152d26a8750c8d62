"""References and identifiers of resources (exchange.md 0, references and patient)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.references import (
    FoundReference,
    business_identifiers,
    find_references,
    patient_references,
    read_reference,
)

BASE = "https://klinik.example/fhir"


@pytest.mark.parametrize(
    ("value", "kind", "target_type", "target_id"),
    [
        ("Patient/amara", "relative", "Patient", "amara"),
        ("Patient/amara/_history/3", "relative", "Patient", "amara"),
        (f"{BASE}/Patient/amara", "absolute", "Patient", "amara"),
        (f"{BASE}/something-else", "absolute", None, None),
        ("urn:uuid:6f1d6f0e-0000-4000-8000-000000000001", "urn", None, None),
        ("#patient", "contained", None, None),
        ("Patient?identifier=urn:mrn|4711", "conditional", "Patient", None),
        ("Rocket/1", "other", None, None),
        ("patient amara", "other", None, None),
    ],
)
def test_each_form_of_a_reference_is_told_apart(
    value: str, kind: str, target_type: str | None, target_id: str | None
) -> None:
    found = read_reference({"reference": value})
    assert (found.kind, found.target_type, found.target_id) == (kind, target_type, target_id)


def test_a_logical_reference_has_the_identifier_and_the_declared_type() -> None:
    found = read_reference({"type": "Patient", "identifier": {"system": "urn:mrn", "value": "4711"}})
    assert (found.kind, found.target_type, found.identifier) == ("logical", "Patient", "urn:mrn|4711")


def test_a_reference_with_a_display_alone_is_empty() -> None:
    assert read_reference({"display": "Ms Okafor"}).kind == "empty"


def test_references_are_found_everywhere_with_their_paths() -> None:
    specimen = {
        "resourceType": "Specimen",
        "subject": {"reference": "Patient/amara"},
        "contained": [{"resourceType": "Device", "id": "d", "owner": {"reference": "Organization/1"}}],
        "collection": {"collector": {"identifier": {"value": "dr-7"}}, "bodySite": {"text": "lumbar"}},
        "extension": [{"url": "https://x.example/e", "valueReference": {"reference": "#d"}}],
        "identifier": [{"value": "CSF-1", "assigner": {"reference": "Organization/2"}}],
    }
    assert {(found.path, found.kind) for found in find_references(specimen)} == {
        ("Specimen.subject", "relative"),
        ("Specimen.contained[0].owner", "relative"),
        ("Specimen.collection.collector", "logical"),
        ("Specimen.extension[0].valueReference", "contained"),
        ("Specimen.identifier[0].assigner", "relative"),
    }


def test_an_expression_reference_is_no_reference() -> None:
    expression = {"language": "text/cql", "reference": "Library/1"}
    assert find_references({"resourceType": "Measure", "relatedArtifact": [expression]}) == ()


@pytest.mark.parametrize(
    ("resource_type", "element"),
    [
        ("Observation", "subject"),
        ("Immunization", "patient"),
        ("ResearchSubject", "individual"),
        ("Coverage", "beneficiary"),
        ("Task", "for"),
    ],
)
def test_the_patient_is_found_under_the_name_that_each_type_gives(resource_type: str, element: str) -> None:
    resource = {"resourceType": resource_type, element: {"reference": "Patient/amara"}}
    assert patient_references(resource) == (
        FoundReference(f"{resource_type}.{element}", "Patient/amara", "relative", "Patient", "amara"),
    )


def test_a_patient_named_by_identifier_or_urn_is_found() -> None:
    identifier = {"system": "urn:mrn", "value": "4711"}
    assert patient_references({"resourceType": "Condition", "subject": {"identifier": identifier}})[0].identifier == (
        "urn:mrn|4711"
    )
    assert patient_references({"resourceType": "Condition", "subject": {"reference": "urn:uuid:1"}})[0].kind == "urn"


def test_a_contained_patient_is_answered_by_its_identifiers() -> None:
    condition = {
        "resourceType": "Condition",
        "contained": [
            {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:mrn", "value": "4711"}]},
        ],
        "subject": {"reference": "#p"},
    }
    assert [(found.kind, found.identifier) for found in patient_references(condition)] == [
        ("logical", "urn:mrn|4711"),
    ]


def test_who_is_not_a_patient_is_left_out() -> None:
    for subject in ("Group/1", "Device/1", f"{BASE}/Practitioner/9"):
        assert patient_references({"resourceType": "Observation", "subject": {"reference": subject}}) == ()
    assert patient_references({"resourceType": "Observation", "performer": [{"reference": "Patient/amara"}]}) == ()


def test_identifiers_are_listed_once_with_their_systems() -> None:
    patient = {
        "resourceType": "Patient",
        "identifier": [
            {"system": "urn:mrn", "value": "4711"},
            {"value": "loose"},
            {"system": "urn:mrn", "value": "4711"},
            {"system": "urn:only-a-system"},
        ],
    }
    assert business_identifiers(patient) == ("urn:mrn|4711", "|loose")
    response = {"resourceType": "QuestionnaireResponse", "identifier": {"system": "urn:form", "value": "1"}}
    assert business_identifiers(response) == ("urn:form|1",)


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["Patient/1", "#x", "urn:uuid:1", "", "|"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["reference", "identifier", "type", "subject", "patient", "contained", "system", "value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["resourceType", "subject", "identifier", "contained", "for"]), shapes))
def test_reading_references_never_raises(resource: dict[str, Any]) -> None:
    find_references(resource)
    patient_references(resource)
    business_identifiers(resource)
