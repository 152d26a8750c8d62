"""What else is in a chart and must change nothing: the unrelated, the pending, the mistaken, strangers, own results."""

from collections.abc import Iterator

from tests.acceptance.rendering import Rendered
from tests.acceptance.statements import written
from tests.acceptance.vocabulary import VERIFICATION, concept, loinc, quantity
from tests.dialects import ACTIVE, CONFIRMED, ICD_10, SNOMED, Dialect, Json, finding, observable

CONCLUSION = "https://leptobridge.org/fhir/conclusion"


def noise(dialect: Dialect) -> list[Rendered]:
    """The same for every story of a dialect; the resources of the stranger name the stranger."""
    return [
        Rendered(f"noise-{position}", 0, "own", resource) if key is None else Rendered(key, 0, "own", resource)
        for position, (key, resource) in enumerate(
            [*_unrelated(), *_pending(), *_mistaken(), *_stranger(dialect), *_own()]
        )
    ]


Noise = Iterator[tuple[str | None, Json]]


def _unrelated() -> Noise:
    yield None, {
        "resourceType": "Condition", "clinicalStatus": ACTIVE, "verificationStatus": CONFIRMED,
        "code": concept((ICD_10, "I10"), text="Essential hypertension"), "onsetDateTime": "2019",
    }  # fmt: skip
    yield None, _observation(loinc("8867-4", "Heart rate"), -20, {"valueQuantity": quantity(72, "/min")})
    yield None, _observation(loinc("2345-7", "Glucose in serum"), -20, {"valueQuantity": quantity(5.4, "mmol/L")})
    yield None, {
        "resourceType": "Encounter", "status": "finished", "period": {"start": written(-20)},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
    }  # fmt: skip
    yield None, {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}}
    yield None, {
        "resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": "2020-01-01"},
        "medicationCodeableConcept": {"text": "amlodipine"},
    }  # fmt: skip


def _pending() -> Noise:
    positive = {"valueCodeableConcept": finding("positive")}
    yield None, _observation(observable("csf-cytology"), 44, positive, status="preliminary")
    worse = [
        {"code": observable("brain-nodules"), "valueCodeableConcept": finding("present")},
        {"code": observable("brain-nodules-change"), "valueCodeableConcept": finding("worse")},
    ]
    yield None, _observation(observable("lm-scorecard"), 33, {}, status="preliminary", component=worse)
    yield None, {
        "resourceType": "MedicationAdministration", "status": "not-done", "effectiveDateTime": written(-40),
        "medicationCodeableConcept": {"text": "methotrexate"}, "dosage": {"route": {"text": "intrathecal"}},
    }  # fmt: skip
    yield None, {
        "resourceType": "MedicationRequest", "status": "draft", "intent": "plan", "authoredOn": written(-40),
        "medicationCodeableConcept": {"text": "pemetrexed"},
    }  # fmt: skip
    yield None, {
        "resourceType": "Condition", "clinicalStatus": ACTIVE, "onsetDateTime": written(-300),
        "verificationStatus": concept((VERIFICATION, "differential")), "code": {"text": "Lymphoma"},
    }  # fmt: skip
    yield None, {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order", "authoredOn": written(-20),
        "code": {"text": "CSF cytology"},
    }  # fmt: skip


def _mistaken() -> Noise:
    mistaken = {"status": "entered-in-error"}
    yield None, _observation(observable("mri-lm"), 50, {"valueCodeableConcept": finding("C")}, **mistaken)
    gait = [{"code": observable("gait"), "valueInteger": 3}]
    yield None, _observation(observable("neurological-examination"), 41, {}, component=gait, **mistaken)
    yield None, {
        "resourceType": "Condition", "verificationStatus": concept((VERIFICATION, "entered-in-error")),
        "code": concept((SNOMED, "230156002")), "onsetDateTime": written(-400),
    }  # fmt: skip


def _stranger(dialect: Dialect) -> Noise:
    """Another patient in the same message, who progresses."""
    subject = {"subject": {"reference": "local:stranger"}}
    identifier = {"system": "https://hospital.example/patients", "value": "@stranger"}
    yield "stranger", {"resourceType": "Patient", "identifier": [identifier], "gender": "male", "birthDate": "1950"}
    yield None, {
        "resourceType": "Condition", "clinicalStatus": ACTIVE, "verificationStatus": CONFIRMED,
        "code": concept((ICD_10, "C85.9")), "onsetDateTime": "2024-01-01", **subject,
    }  # fmt: skip
    yield None, _observation(observable("csf-cytology"), 30, {"valueCodeableConcept": finding("positive")}, **subject)
    yield (
        None,
        _observation(observable("brain-linear-change"), 28, {"valueCodeableConcept": finding("worse")}, **subject),
    )


def _own() -> Noise:
    """LeptoBridge's own results, sent back by the hospital (exchange reference 0, own results)."""
    identifier = [{"system": CONCLUSION, "value": "@9d1c2f"}]
    components = [{"code": observable("type-letter"), "valueCodeableConcept": finding("IC")}]
    yield None, _observation(
        observable("eano-esmo-classification"), -2, {"valueCodeableConcept": finding("probable")},
        identifier=identifier, component=components,
    )  # fmt: skip
    adequacy = {"valueCodeableConcept": finding("positive")}
    yield None, _observation(observable("csf-cytology"), -2, adequacy, identifier=[{**identifier[0], "value": "@77"}])


def _observation(code: Json, day: int, value: Json, **more: object) -> Json:
    return {
        "resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": written(day), **value,
    } | more  # fmt: skip
