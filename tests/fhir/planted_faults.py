"""Sound resources, and faults planted in them: one kind each, with the element where it must be named.

Kinds: what libraries are known to miss (codes outside required bindings, numbers and booleans as text, empty arrays and
objects, blank text, over-long ids, malformed and dangling references, narrative, value beside nested extensions,
invariants), and what else the specification forbids.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
TABLES = "http://terminology.hl7.org/CodeSystem"

CHEMISTRY: Final[Json] = {
    "resourceType": "Observation",
    "id": "csf-protein",
    "text": {"status": "generated", "div": f"<div {XHTML}><p>Protein 72 mg/dL</p></div>"},
    "identifier": [{"system": "urn:oid:1.2.276.0.76", "value": "C-24-117", "use": "official"}],
    "status": "final",
    "category": [{"coding": [{"system": f"{TABLES}/observation-category", "code": "laboratory"}]}],
    "code": {"coding": [{"system": LOINC, "code": "2880-3"}], "text": "Protein in CSF"},
    "subject": {"reference": "Patient/amara"},
    "effectivePeriod": {"start": "2024-03-05T10:00:00+01:00", "end": "2024-03-05T10:20:00+01:00"},
    "issued": "2024-03-05T12:30:00+01:00",
    "valueQuantity": {"value": 72.5, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"},
    "interpretation": [
        {"coding": [{"system": f"{TABLES}/v3-ObservationInterpretation", "code": "H", "display": "High"}]}
    ],
    "note": [{"text": "Slightly bloody tap"}],
    "specimen": {"reference": "Specimen/csf-1"},
    "referenceRange": [{"low": {"value": 15, "unit": "mg/dL"}, "high": {"value": 45, "unit": "mg/dL"}}],
}

PATIENT: Final[Json] = {
    "resourceType": "Patient",
    "id": "amara",
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-nationality",
            "extension": [{"url": "code", "valueCodeableConcept": {"text": "Nigerian"}}],
        },
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"city": "Enugu"}},
    ],
    "contained": [{"resourceType": "Organization", "id": "clinic", "name": "Neuro-oncology"}],
    "active": True,
    "name": [{"family": "Okafor", "given": ["Amara", "Ngozi"], "period": {"start": "1961"}}],
    "telecom": [{"system": "phone", "value": "+1 555 0100", "rank": 1}],
    "gender": "female",
    "birthDate": "1961-08-14",
    "maritalStatus": {"coding": [{"system": f"{TABLES}/v3-MaritalStatus", "code": "M", "display": "Married"}]},
    "multipleBirthInteger": 2,
    "photo": [{"contentType": "image/png", "data": "aGVsbG8="}],
    "contact": [{"name": {"text": "Chidi Okafor"}}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}],
    "managingOrganization": {"reference": "#clinic"},
}

CONDITION: Final[Json] = {
    "resourceType": "Condition",
    "clinicalStatus": {"coding": [{"system": f"{TABLES}/condition-clinical", "code": "active"}]},
    "verificationStatus": {"coding": [{"system": f"{TABLES}/condition-ver-status", "code": "confirmed"}]},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "94398002"}]},
    "subject": {"reference": "Patient/amara"},
    "onsetDateTime": "2024-02",
    "recordedDate": "2024-03-05",
}

MEDICATION_REQUEST: Final[Json] = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "osimertinib"},
    "subject": {"reference": "Patient/amara"},
    "authoredOn": "2024-03-06",
    "dosageInstruction": [
        {
            "sequence": 1,
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 160, "unit": "mg", "system": UCUM, "code": "mg"}}],
        }
    ],
}

HEART_RATE: Final[Json] = {
    "resourceType": "Observation",
    "status": "final",
    "category": [{"coding": [{"system": f"{TABLES}/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": LOINC, "code": "8867-4"}]},
    "subject": {"reference": "Patient/amara"},
    "effectiveDateTime": "2024-03-05",
    "valueQuantity": {"value": 72, "unit": "/min", "system": UCUM, "code": "/min"},
}

FORM: Final[Json] = {
    "resourceType": "Questionnaire",
    "status": "draft",
    "item": [
        {"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "string", "text": "Gait"}]},
        {"linkId": "2", "type": "display", "text": "Thank you"},
    ],
}

_A = "urn:uuid:6f1d6f0e-0000-4000-8000-00000000000a"
_B = "urn:uuid:6f1d6f0e-0000-4000-8000-00000000000b"
DOCUMENT: Final[Json] = {
    "resourceType": "Bundle",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": _A},
    "type": "document",
    "timestamp": "2024-03-06T09:00:00Z",
    "entry": [
        {
            "fullUrl": _A,
            "resource": {
                "resourceType": "Composition",
                "status": "final",
                "type": {"text": "CSF report"},
                "subject": {"reference": _B},
                "date": "2024-03-06",
                "author": [{"display": "Dr Adler"}],
                "title": "CSF report",
            },
        },
        {"fullUrl": _B, "resource": {"resourceType": "Patient", "gender": "female"}},
    ],
}

SEARCH_RESULT: Final[Json] = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 1,
    "link": [{"relation": "self", "url": "https://ehr.hospital.test/fhir/Patient?name=okafor"}],
    "entry": [
        {
            "fullUrl": "https://ehr.hospital.test/fhir/Patient/amara",
            "resource": {"resourceType": "Patient", "id": "amara"},
            "search": {"mode": "match"},
        }
    ],
}

ORIGINALS: Final = (CHEMISTRY, PATIENT, CONDITION, MEDICATION_REQUEST, HEART_RATE, FORM, DOCUMENT, SEARCH_RESULT)


@dataclass(frozen=True)
class Planted:
    """One fault: its kind, the resource with it, and the path at which it must be named (or one below)."""

    kind: str
    resource: Json
    path: str


def planted() -> list[Planted]:
    """Every kind once."""
    return [Planted(kind, _changed(original, change), path) for kind, original, change, path in _FAULTS]


def _changed(original: Json, change: Callable[[Json], object]) -> Json:
    resource = copy.deepcopy(original)
    change(resource)
    return resource


def _put(*steps: Any) -> Callable[[Json], object]:
    """Puts the last of the steps at the place that the others lead to."""

    def change(node: Any) -> None:
        for step in steps[:-2]:
            node = node[step]
        node[steps[-2]] = steps[-1]

    return change


def _drop(*steps: Any) -> Callable[[Json], object]:
    def change(node: Any) -> None:
        for step in steps[:-1]:
            node = node[step]
        del node[steps[-1]]

    return change


def _div(content: str) -> Callable[[Json], object]:
    return _put("text", "div", f"<div {XHTML}>{content}</div>")


_REASON = {"coding": [{"system": f"{TABLES}/data-absent-reason", "code": "unknown"}]}
_HUGE_ID = "x" * 65

_FAULTS: Final[tuple[tuple[str, Json, Callable[[Json], object], str], ...]] = (
    # structure and primitives
    ("unknown element", CHEMISTRY, _put("colour", "xanthochromic"), "Observation.colour"),
    ("required element missing", CHEMISTRY, _drop("status"), "Observation.status"),
    ("required choice missing", MEDICATION_REQUEST, _drop("medicationCodeableConcept"),
     "MedicationRequest.medication[x]"),
    ("one for a list", CHEMISTRY, _put("note", {"text": "bloody"}), "Observation.note"),
    ("list for one", CHEMISTRY, _put("code", [{"text": "Protein"}]), "Observation.code"),
    ("text for an object", CHEMISTRY, _put("subject", "Patient/amara"), "Observation.subject"),
    ("two types of a choice", CHEMISTRY, _put("valueString", "72.5"), "Observation.value[x]"),
    ("choice of a type it has not", CHEMISTRY, _put("valueMoney", {"value": 1}), "Observation.valueMoney"),
    ("boolean as text", PATIENT, _put("active", "true"), "Patient.active"),
    ("decimal as text", CHEMISTRY, _put("valueQuantity", "value", "72.5"), "Observation.valueQuantity.value"),
    ("integer with a fraction", PATIENT, _put("multipleBirthInteger", 2.5), "Patient.multipleBirthInteger"),
    ("positive integer of zero", PATIENT, _put("telecom", 0, "rank", 0), "Patient.telecom[0].rank"),
    ("empty array", CHEMISTRY, _put("note", []), "Observation.note"),
    ("empty object", CHEMISTRY, _put("specimen", {}), "Observation.specimen"),
    ("null", CHEMISTRY, _put("issued", None), "Observation.issued"),
    ("blank text", CHEMISTRY, _put("note", 0, "text", " "), "Observation.note[0].text"),
    ("empty text", CHEMISTRY, _put("note", 0, "text", ""), "Observation.note[0].text"),
    ("over-long id", CHEMISTRY, _put("id", _HUGE_ID), "Observation.id"),
    ("id with forbidden characters", CHEMISTRY, _put("id", "csf_protein"), "Observation.id"),
    ("day that no calendar has", CONDITION, _put("recordedDate", "2023-02-29"), "Condition.recordedDate"),
    ("time without zone", CHEMISTRY, _put("issued", "2024-03-05T12:30:00"), "Observation.issued"),
    ("time for a date", PATIENT, _put("birthDate", "1961-08-14T00:00:00Z"), "Patient.birthDate"),
    ("code with spaces around", CHEMISTRY, _put("status", " final"), "Observation.status"),
    ("URI with a space", CHEMISTRY, _put("identifier", 0, "system", "urn:oid:1 2"), "Observation.identifier[0].system"),
    ("malformed Base64", PATIENT, _put("photo", 0, "data", "a"), "Patient.photo[0].data"),
    ("companion of what is no primitive", CHEMISTRY, _put("_code", {"id": "a"}), "Observation._code"),
    ("companions that do not match", PATIENT, _put("name", 0, "_given", [None]), "Patient.name[0].given"),
    ("wrong type name", PATIENT, _put("contained", 0, "resourceType", "Clinic"), "Patient.contained[0].resourceType"),
    # codes
    ("code outside a required binding", PATIENT, _put("gender", "f"), "Patient.gender"),
    ("required binding with text alone", CONDITION, _put("clinicalStatus", {"text": "aktiv"}),
     "Condition.clinicalStatus"),
    ("concept outside a required binding", CONDITION,
     _put("clinicalStatus", "coding", 0, "system", "https://hospital.test/status"), "Condition.clinicalStatus"),
    ("extension for a required code", PATIENT,
     lambda patient: patient.update(_gender={"extension": [{
         "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]},
         gender=None) or patient.pop("gender"), "Patient.gender"),
    ("code that its system has not", CHEMISTRY, _put("category", 0, "coding", 0, "code", "lab"),
     "Observation.category[0].coding[0].code"),
    ("wrong display", PATIENT, _put("maritalStatus", "coding", 0, "display", "Single"),
     "Patient.maritalStatus.coding[0].display"),
    ("system that is no URI", CHEMISTRY, _put("code", "coding", 0, "system", "LOINC"),
     "Observation.code.coding[0].system"),
    ("value set for a system", CHEMISTRY, _put("category", 0, "coding", 0, "system", "http://hl7.org/fhir/ValueSet/x"),
     "Observation.category[0].coding[0].system"),
    ("LOINC code with a wrong check digit", CHEMISTRY, _put("code", "coding", 0, "code", "2880-4"),
     "Observation.code.coding[0].code"),
    ("SNOMED CT code with a wrong check digit", CONDITION, _put("code", "coding", 0, "code", "94398003"),
     "Condition.code.coding[0].code"),
    ("unit that UCUM has not", CHEMISTRY, _put("valueQuantity", "code", "mg/dl%"), "Observation.valueQuantity.code"),
    # references
    ("malformed reference", CHEMISTRY, _put("subject", "reference", "amara"), "Observation.subject.reference"),
    ("reference to a type that it may not lead to", CHEMISTRY, _put("subject", "reference", "Practitioner/1"),
     "Observation.subject.reference"),
    ("dangling reference to what is contained", PATIENT, _put("managingOrganization", "reference", "#ward"),
     "Patient.managingOrganization.reference"),
    ("contained resource that nothing refers to", PATIENT, _drop("managingOrganization"), "Patient.contained[0]"),
    ("contained resource with a version", PATIENT, _put("contained", 0, "meta", {"versionId": "1"}),
     "Patient.contained[0].meta.versionId"),
    ("contained resource in a contained one", PATIENT,
     _put("contained", 0, "contained", [{"resourceType": "Device", "id": "d"}]), "Patient.contained[0].contained"),
    ("two contained resources of one id", PATIENT,
     lambda patient: patient["contained"].append(patient["contained"][0]), "Patient.contained[1].id"),
    ("conditional reference", CHEMISTRY, _put("subject", "reference", "Patient?identifier=1"),
     "Observation.subject.reference"),
    # narrative
    ("script in the narrative", CHEMISTRY, _div("<script>alert(1)</script>"), "Observation.text.div"),
    ("event handler in the narrative", CHEMISTRY, _div("<p onclick='x()'>Protein</p>"), "Observation.text.div"),
    ("narrative without content", CHEMISTRY, _div("<p> </p>"), "Observation.text.div"),
    ("narrative that is not well formed", CHEMISTRY, _div("<p>Protein"), "Observation.text.div"),
    ("narrative without namespace", CHEMISTRY, _put("text", "div", "<div>Protein</div>"), "Observation.text.div"),
    # extensions
    ("value beside nested extensions", PATIENT, _put("extension", 0, "valueString", "NG"), "Patient.extension[0]"),
    ("extension without url", PATIENT, _drop("extension", 1, "url"), "Patient.extension[1].url"),
    ("extension without value", PATIENT, _drop("extension", 1, "valueAddress"), "Patient.extension[1]"),
    ("extension with a value of another type", PATIENT,
     _put("extension", 1, {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
      "valueString": "Enugu"}),
     "Patient.extension[1].valueString"),
    ("extension in a place that it may not have", CONDITION,
     _put("extension", [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
      "valueAddress": {"city": "x"}}]),
     "Condition.extension[0]"),
    ("unknown extension", PATIENT, _put("extension", 1, "url", "https://hospital.test/unheard-of"),
     "Patient.extension[1]"),
    ("extension as modifier", CONDITION,
     _put("modifierExtension", [{"url": "http://hl7.org/fhir/StructureDefinition/condition-outcome",
                                 "valueCodeableConcept": {"text": "x"}}]), "Condition.modifierExtension[0]"),
    # invariants
    ("obs-6: value and reason for its absence", CHEMISTRY, _put("dataAbsentReason", _REASON), "Observation"),
    ("obs-7: component with the code of the whole", CHEMISTRY,
     lambda o: o.update(component=[{"code": o["code"], "valueString": "72"}]), "Observation"),
    ("obs-3: range without limits", CHEMISTRY, _put("referenceRange", [{"appliesTo": [{"text": "adults"}]}]),
     "Observation.referenceRange[0]"),
    ("per-1: period that ends before it begins", CHEMISTRY, _put("effectivePeriod", "end", "2024-03-04T10:00:00+01:00"),
     "Observation.effectivePeriod"),
    ("qty-3: unit code without system", CHEMISTRY, _drop("valueQuantity", "system"), "Observation.valueQuantity"),
    ("rng-2: range upside down", CONDITION,
     lambda c: (c.pop("onsetDateTime"), c.update(onsetRange={"low": {"value": 60}, "high": {"value": 50}})),
     "Condition.onsetRange"),
    ("con-5: entered in error with a clinical status", CONDITION,
     _put("verificationStatus", "coding", 0, "code", "entered-in-error"), "Condition"),
    ("con-4: abated and active", CONDITION, _put("abatementDateTime", "2024-03"), "Condition"),
    ("cpt-2: contact without system", PATIENT, _drop("telecom", 0, "system"), "Patient.telecom[0]"),
    ("pat-1: contact without details", PATIENT, _put("contact", 0, {"gender": "male"}), "Patient.contact[0]"),
    ("att-1: data without its type", PATIENT, _drop("photo", 0, "contentType"), "Patient.photo[0]"),
    ("tim-2: period without unit", MEDICATION_REQUEST,
     _drop("dosageInstruction", 0, "timing", "repeat", "periodUnit"),
      "MedicationRequest.dosageInstruction[0].timing.repeat"),
    ("comparator of a simple quantity", MEDICATION_REQUEST,
     _put("dosageInstruction", 0, "doseAndRate", 0, "doseQuantity", "comparator", "<"),
     "MedicationRequest.dosageInstruction[0].doseAndRate[0].doseQuantity"),
    ("que-1: group without items", FORM, _drop("item", 0, "item"), "Questionnaire.item[0]"),
    ("que-2: link id twice", FORM, _put("item", 1, "linkId", "1"), "Questionnaire"),
    ("que-6: display that is required", FORM, _put("item", 1, "required", True), "Questionnaire.item[1]"),
    # profiles that the code implies, fixed values and slices
    ("vital sign without category", HEART_RATE, _drop("category"), "Observation.category"),
    ("vital sign without time", HEART_RATE, _drop("effectiveDateTime"), "Observation.effective"),
    ("vital sign in another unit", HEART_RATE, _put("valueQuantity", "code", "/s"), "Observation.valueQuantity.code"),
    ("vital sign by another code than its own", HEART_RATE, _put("code", "coding", 0, "code", "8889-8"),
     "Observation.code.coding"),
    ("vital sign with a time of a month", HEART_RATE, _put("effectiveDateTime", "2024-03"),
     "Observation.effectiveDateTime"),
    ("vital sign with neither value nor reason", HEART_RATE, _drop("valueQuantity"), "Observation"),
    # Bundles
    ("bdl-9: document without identifier", DOCUMENT, _drop("identifier"), "Bundle"),
    ("bdl-11: document without Composition", DOCUMENT, lambda b: b["entry"].reverse(), "Bundle.entry[0]"),
    ("reference of a document to nothing", DOCUMENT, _put("entry", 0, "resource", "subject",
     "reference", f"{_A[:-1]}c"),
     "Bundle.entry[0].resource.subject"),
    ("entry of a document that nothing leads to", DOCUMENT,
     _put("entry", 0, "resource", "subject", {"display": "Amara"}), "Bundle.entry[1]"),
    ("fullUrl that is no URL", DOCUMENT, _put("entry", 1, "fullUrl", "Patient/1"), "Bundle.entry[1].fullUrl"),
    ("bdl-7: fullUrl twice", DOCUMENT, _put("entry", 1, "fullUrl", _A), "Bundle.entry[1].fullUrl"),
    ("fullUrl of another resource", SEARCH_RESULT, _put("entry", 0, "resource", "id", "chidi"),
     "Bundle.entry[0].fullUrl"),
    ("entry without fullUrl", SEARCH_RESULT, _drop("entry", 0, "fullUrl"), "Bundle.entry[0].fullUrl"),
    ("bdl-1: total of what is no result", SEARCH_RESULT,
     lambda b: (b.update(type="collection"), b["entry"][0].pop("search")), "Bundle"),
    ("match of a type not asked for", SEARCH_RESULT,
     _put("entry", 0, {"fullUrl": "urn:uuid:6f1d6f0e-0000-4000-8000-00000000000c", "search": {"mode": "match"},
                       "resource": {"resourceType": "Device", "id": "d"}}), "Bundle.entry[0].resource"),
)  # fmt: skip
