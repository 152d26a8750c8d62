"""A chart as an mCODE sender writes it (HL7 mCODE STU 2 and 3 profiles): every person is invented."""

from typing import Any

from leptobridge.fhir.vocabulary import (
    CONDITION_CATEGORY,
    CONDITION_CLINICAL,
    CONDITION_VERIFICATION,
    HGNC,
    HGVS,
    ICD_O_3,
    LOINC,
    OBSERVATION_CATEGORY,
    SNOMED,
    UCUM,
    V2_0487,
)

Json = dict[str, Any]

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition"
SUBJECT = {"reference": "Patient/rivera-ana"}


def concept(system: str, code: str, text: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


def _resource(resource_type: str, tail: str, profile: str, **elements: Any) -> Json:
    meta = {"profile": [f"{MCODE}/{profile}"]}
    return {"resourceType": resource_type, "id": f"rivera-ana-{tail}", "meta": meta, **elements}


def _condition(name: str, profile: str, code: Json, **elements: Any) -> Json:
    return _resource(
        "Condition", name, profile,
        clinicalStatus=concept(CONDITION_CLINICAL, "active"),
        verificationStatus=concept(CONDITION_VERIFICATION, "confirmed"),
        category=[concept(CONDITION_CATEGORY, "problem-list-item")],
        code=code, subject=SUBJECT, **elements,
    )  # fmt: skip


def _observation(name: str, profile: str, category: str, code: str, when: str, **elements: Any) -> Json:
    return _resource(
        "Observation", name, profile, status="final", category=[concept(OBSERVATION_CATEGORY, category)],
        code=concept(LOINC, code), subject=SUBJECT, effectiveDateTime=when, **elements,
    )  # fmt: skip


def _gene(code: str, symbol: str) -> Json:
    value = {"coding": [{"system": HGNC, "code": f"HGNC:{code}", "display": symbol}]}
    return {"code": concept(LOINC, "48018-6"), "valueCodeableConcept": value}


PATIENT = _resource(
    "Patient", "patient", "mcode-cancer-patient",
    identifier=[{"system": "https://clinic.example/mrn", "value": "R-2207"}],
    name=[{"family": "Rivera", "given": ["Ana"]}], gender="female", birthDate="1970-11-02",
) | {"id": "rivera-ana"}  # fmt: skip

PRIMARY = _condition(
    "primary", "mcode-primary-cancer-condition", concept(SNOMED, "254637007", "Non-small cell lung cancer"),
    extension=[
        {
            "url": f"{MCODE}/mcode-histology-morphology-behavior",
            "valueCodeableConcept": concept(ICD_O_3, "8140/3", "Adenocarcinoma"),
        }
    ],
    stage=[{"summary": {"text": "Stage IV"}}], onsetDateTime="2024-02-11",
)  # fmt: skip

SECONDARY = _condition(
    "lm", "mcode-secondary-cancer-condition", concept(SNOMED, "128462008", "Secondary malignant neoplastic disease"),
    extension=[
        {
            "url": "http://hl7.org/fhir/StructureDefinition/condition-related",
            "valueReference": {"reference": "Condition/rivera-ana-primary"},
        }
    ],
    bodySite=[concept(SNOMED, "8935007", "Leptomeninges")], onsetDateTime="2026-01-15",
)  # fmt: skip

STATUS = _observation(
    "status", "mcode-cancer-disease-status", "exam", "97509-4", "2026-04-02",
    focus=[{"reference": "Condition/rivera-ana-lm"}],
    valueCodeableConcept=concept(SNOMED, "271299001", "Patient's condition worsened"),
)  # fmt: skip

ECOG = _observation("ecog", "mcode-ecog-performance-status", "survey", "89247-1", "2026-01-16", valueInteger=1)

SPECIMEN = _resource(
    "Specimen", "csf", "mcode-human-specimen", status="available", type=concept(V2_0487, "CSF"), subject=SUBJECT,
    collection={"collectedDateTime": "2026-01-16"},
)  # fmt: skip

VARIANT = _observation(
    "variant", "mcode-genomic-variant", "laboratory", "69548-6", "2026-01-16",
    specimen={"reference": "Specimen/rivera-ana-csf"}, valueCodeableConcept=concept(LOINC, "LA9633-4"),
    component=[
        _gene("3236", "EGFR"),
        {"code": concept(LOINC, "48005-3"), "valueCodeableConcept": concept(HGVS, "p.Leu858Arg")},
    ],
)  # fmt: skip

REGION = _observation(
    "region", "mcode-genomic-region-studied", "laboratory", "53041-0", "2026-01-16",
    component=[_gene("3236", "EGFR"), _gene("427", "ALK")],
)  # fmt: skip

MARKER = _observation(
    "cea", "mcode-tumor-marker-test", "laboratory", "2037-0", "2026-01-16",
    specimen={"reference": "Specimen/rivera-ana-csf"},
    valueQuantity={"value": 14.5, "unit": "ng/mL", "system": UCUM, "code": "ng/mL"},
)  # fmt: skip

RADIOTHERAPY = _resource(
    "Procedure", "rt", "mcode-radiotherapy-course-summary", status="completed",
    extension=[
        {
            "url": f"{MCODE}/mcode-radiotherapy-modality-and-technique",
            "extension": [
                {
                    "url": f"{MCODE}/mcode-radiotherapy-modality",
                    "valueCodeableConcept": concept(SNOMED, "10611004", "Proton radiation"),
                }
            ],
        },
        {"url": f"{MCODE}/mcode-radiotherapy-sessions", "valueUnsignedInt": 10},
        {
            "url": f"{MCODE}/mcode-radiotherapy-dose-delivered-to-volume",
            "extension": [
                {"url": "totalDoseDelivered",
                 "valueQuantity": {"value": 3000, "unit": "cGy", "system": UCUM, "code": "cGy"}},
                {"url": "fractionsDelivered", "valueUnsignedInt": 10},
            ],
        },
    ],
    category=concept(SNOMED, "108290001"),
    code=concept(
        "http://hl7.org/fhir/us/mcode/CodeSystem/mcode-resource-identifier-cs", "mcode-radiotherapy-course-summary",
        "Proton craniospinal irradiation",
    ),
    subject=SUBJECT, performedPeriod={"start": "2026-02-02", "end": "2026-02-13"},
    bodySite=[concept(SNOMED, "12738006", "Brain"), concept(SNOMED, "61853006", "Spinal canal")],
    reasonReference=[{"reference": "Condition/rivera-ana-lm"}],
)  # fmt: skip

CHART = (PATIENT, PRIMARY, SECONDARY, STATUS, ECOG, SPECIMEN, VARIANT, REGION, MARKER, RADIOTHERAPY)
