"""A result leans on the EHR's own patient and evidence; where there is none it says by which identifier to look."""

from datetime import timedelta
from typing import Any

import pytest

from leptobridge.delivery.ehr import Ehr, parse_json
from leptobridge.delivery.failure import DeliveryError
from leptobridge.delivery.origin import RESOURCE_IDENTIFIER_SYSTEM, Counterparts, Origin, translate
from leptobridge.delivery.result_write import DUPLICATE_SYSTEM, Parcel, deliver_parcel
from tests.delivery.fake_ehr import BASE, FakeEhr
from tests.delivery.stored_results import IDENTIFIER, MRN, PATIENT, SCORECARD, START, observation, provenance

#: The patient as the hospital holds her, under its own id.
HOSPITAL_PATIENT = PATIENT | {"id": "pat-7"}
HOSPITAL_CARD = SCORECARD | {"id": "obs-12", "subject": {"reference": "Patient/pat-7"}}


def counterparts(hospital: FakeEhr, *origins: Origin) -> Counterparts:
    known = {origin.reference: origin for origin in origins}
    return Counterparts(Ehr(BASE, clock=lambda: START, transport=hospital.transport()), known.get)


def from_hospital(reference: str, source_id: str, resource: dict[str, Any]) -> Origin:
    return Origin(reference, BASE, source_id, resource)


def holding(*resources: dict[str, Any]) -> FakeEhr:
    return FakeEhr(resources={f"{r['resourceType']}/{r['id']}": r for r in resources})


def test_what_the_ehr_sent_is_named_by_its_id() -> None:
    found = counterparts(
        holding(HOSPITAL_PATIENT, HOSPITAL_CARD),
        from_hospital("Patient/margaret", "pat-7", PATIENT),
        from_hospital("Observation/card", "obs-12", SCORECARD),
    )
    assert found.find("Patient/margaret") == "Patient/pat-7"
    assert found.find("Observation/card") == "Observation/obs-12"


def test_a_patient_from_another_sender_is_found_by_identifier() -> None:
    found = counterparts(holding(HOSPITAL_PATIENT), Origin("Patient/margaret", "radiology", "555", PATIENT))
    assert found.find("Patient/margaret") == "Patient/pat-7"


def test_an_id_of_another_sender_is_believed_only_if_the_content_is_the_same() -> None:
    stranger = SCORECARD | {"id": "obs-12", "effectiveDateTime": "2019-01-01"}
    same = counterparts(holding(HOSPITAL_CARD), Origin("Observation/card", "default", "obs-12", SCORECARD))
    other = counterparts(holding(stranger), Origin("Observation/card", "default", "obs-12", SCORECARD))
    assert same.find("Observation/card") == "Observation/obs-12"
    assert other.find("Observation/card") is None


def test_a_patient_of_another_birth_date_is_not_her() -> None:
    son = HOSPITAL_PATIENT | {"birthDate": "1990-05-01"}
    origin = from_hospital("Patient/margaret", "pat-7", PATIENT)
    assert counterparts(holding(son), origin).find("Patient/margaret") is None


def test_a_patient_who_was_merged_away_is_passed_over() -> None:
    merged = HOSPITAL_PATIENT | {
        "id": "old",
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/pat-7"}}],
    }
    origin = Origin("Patient/margaret", "radiology", "555", PATIENT)
    assert counterparts(holding(merged, HOSPITAL_PATIENT), origin).find("Patient/margaret") == "Patient/pat-7"


def test_two_patients_with_one_identifier_are_left_to_a_person() -> None:
    twice = holding(HOSPITAL_PATIENT, HOSPITAL_PATIENT | {"id": "pat-8"})
    with pytest.raises(DeliveryError) as refused:
        counterparts(twice, Origin("Patient/margaret", "radiology", "555", PATIENT)).find("Patient/margaret")
    assert refused.value.kind == "permanent"


def test_what_the_ehr_does_not_have_becomes_a_logical_reference() -> None:
    found = counterparts(FakeEhr(), Origin("Patient/margaret", "radiology", "555", PATIENT))
    result = translate(observation(1), found)
    assert result["subject"] == {"type": "Patient", "identifier": MRN}
    assert result["derivedFrom"] == [
        {
            "type": "Observation",
            "identifier": {"system": RESOURCE_IDENTIFIER_SYSTEM, "value": "Observation/card"},
        }
    ]


def test_contained_absolute_and_logical_references_stay() -> None:
    kept = {
        "focus": [
            {"type": "ResearchStudy", "identifier": {"system": "http://clinicaltrials.gov", "value": "NCT04343573"}}
        ],
        "device": {"reference": "#scanner"},
        "performer": [{"reference": "https://registry.example/Practitioner/1"}],
    }
    assert translate(kept, counterparts(FakeEhr())) == kept


def deliver(hospital: FakeEhr, version: int, *, retried: bool = False) -> str:
    parcel = Parcel(
        identifier=IDENTIFIER,
        version=version,
        observation=observation(version),
        provenance=provenance(version),
        retried=retried,
    )
    found = counterparts(hospital, from_hospital("Patient/margaret", "pat-7", PATIENT))
    return deliver_parcel(found.ehr, parcel, found, clock=lambda: START, deadline=START.replace(hour=7))


def test_a_changed_result_replaces_the_earlier_one_in_its_place() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    first, second = deliver(hospital, 1), deliver(hospital, 2)
    assert first == second
    assert hospital.resources[second]["status"] == "amended"
    assert hospital.resources[second]["meta"]["versionId"] == "2"
    assert len(hospital.of_type("Provenance")) == 2


def test_a_prediction_stands_beside_its_observation_and_changes_with_it() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    for version in (1, 1, 2):
        prediction = {
            "resourceType": "RiskAssessment",
            "identifier": observation(version)["identifier"],
            "status": "final" if version == 1 else "amended",
            "subject": {"reference": "Patient/margaret"},
            "basis": [{"reference": "Observation/result"}, {"reference": "Condition/unknown-here"}],
        }
        parcel = Parcel(
            identifier=IDENTIFIER, version=version, observation=observation(version), risk_assessment=prediction
        )
        found = counterparts(hospital, from_hospital("Patient/margaret", "pat-7", PATIENT))
        ehr = Ehr(BASE, clock=lambda: START, transport=hospital.transport())
        deliver_parcel(ehr, parcel, found, clock=lambda: START, deadline=START + timedelta(minutes=1))
    (standing,) = hospital.of_type("RiskAssessment")
    (result,) = hospital.of_type("Observation")
    assert standing["status"] == "amended"
    assert standing["subject"] == {"reference": "Patient/pat-7"}
    assert standing["basis"][0] == {"reference": f"Observation/{result['id']}"}


def test_an_ehr_that_draws_all_ids_itself_gets_one_provenance_per_version() -> None:
    hospital = FakeEhr(resources={"Patient/pat-7": HOSPITAL_PATIENT}, client_ids=False, states_client_ids=False)
    for version in (1, 2, 2):
        deliver(hospital, version)
    assert [found["recorded"] for found in hospital.of_type("Provenance")] == [
        provenance(1)["recorded"],
        provenance(2)["recorded"],
    ]


def test_delivering_the_same_version_again_writes_nothing() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    deliver(hospital, 1)
    hospital.requests.clear()
    deliver(hospital, 1, retried=True)
    assert not [request for request in hospital.requests if request.startswith("POST")]


def test_an_older_version_that_comes_late_does_not_undo_a_newer_one() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    place = deliver(hospital, 2)
    assert deliver(hospital, 1) == place
    assert hospital.resources[place]["valueCodeableConcept"] == {"text": "answer 2"}


def test_a_write_that_was_believed_lost_does_not_undo_a_newer_one() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    place = deliver(hospital, 1)
    hospital.fault = lambda method: "late 1000" if method == "POST" else "ok"
    with pytest.raises(DeliveryError):
        deliver(hospital, 2)
    hospital.fault = lambda _method: "ok"
    deliver(hospital, 3)
    hospital.settle()
    assert hospital.resources[place]["valueCodeableConcept"] == {"text": "answer 3"}


def test_a_result_that_a_race_wrote_twice_stands_once_afterwards() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    place = deliver(hospital, 1)
    hospital.resources["Observation/twin"] = hospital.resources[place] | {"id": "twin"}
    deliver(hospital, 2)
    carrying = [o for o in hospital.of_type("Observation") if o["identifier"][0]["value"] == IDENTIFIER]
    systems = {o["identifier"][0]["system"]: o["status"] for o in carrying}
    assert systems.pop(DUPLICATE_SYSTEM) == "entered-in-error"
    assert list(systems.values()) == ["amended"]


def test_numbers_go_out_with_the_precision_they_were_written_in() -> None:
    hospital = holding(HOSPITAL_PATIENT)
    sent: list[bytes] = []
    transport = hospital.transport()
    inner = transport.handler

    def listen(request: Any) -> Any:
        sent.append(request.content)
        return inner(request)

    transport.handler = listen
    content = parse_json(b'{"resourceType":"Observation","identifier":[],"valueQuantity":{"value":72.50}}')
    with Ehr(BASE, clock=lambda: START, transport=transport) as ehr:
        parcel = Parcel(identifier=IDENTIFIER, version=1, observation=content)
        deliver_parcel(
            ehr, parcel, Counterparts(ehr, lambda _: None), clock=lambda: START, deadline=START.replace(hour=7)
        )
    assert b'"value":72.50' in sent[-1]
