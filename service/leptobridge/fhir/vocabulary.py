"""Code system and identifier URIs that hospitals send and this service emits (exchange.md 0, codes.md)."""

from typing import Final

# Project systems (exchange.md 0 and 12).
BASE: Final = "https://leptobridge.org/fhir"
OBSERVABLE: Final = f"{BASE}/CodeSystem/lm-observable"
FINDING: Final = f"{BASE}/CodeSystem/lm-finding"
CRITERION: Final = f"{BASE}/CodeSystem/criterion"
CONCLUSION: Final = f"{BASE}/conclusion"
LACKING_INPUTS: Final = f"{BASE}/StructureDefinition/lacking-inputs"

# Terminologies.
SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = "http://www.whocc.no/atc"
NDC: Final = "http://hl7.org/fhir/sid/ndc"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
CPT: Final = "http://www.ama-assn.org/go/cpt"
NCIT: Final = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
ICD_10_PCS: Final = "http://www.cms.gov/Medicare/Coding/ICD10"
ICD_10_GM: Final = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
ICD_10_GM_DIMDI: Final = "http://fhir.de/CodeSystem/dimdi/icd-10-gm"
ICD_9_CM: Final = "http://hl7.org/fhir/sid/icd-9-cm"
ICD_O_3: Final = "http://terminology.hl7.org/CodeSystem/icd-o-3"
HGNC: Final = "http://www.genenames.org"
HGNC_GENE_ID: Final = "http://www.genenames.org/geneId"
HGVS: Final = "http://varnomen.hgvs.org"
DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"

# HL7 v2 and v3 tables.
V2_0074: Final = "http://terminology.hl7.org/CodeSystem/v2-0074"
V2_0162: Final = "http://terminology.hl7.org/CodeSystem/v2-0162"
V2_0203: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
V2_0487: Final = "http://terminology.hl7.org/CodeSystem/v2-0487"
V2_0493: Final = "http://terminology.hl7.org/CodeSystem/v2-0493"
V3_OBSERVATION_INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
V3_OBSERVATION_VALUE: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
V3_ROUTE_OF_ADMINISTRATION: Final = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
V3_NULL_FLAVOR: Final = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
V3_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

# Small code systems of FHIR itself.
DATA_ABSENT_REASON: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
OBSERVATION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
CONDITION_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
PROVENANCE_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
DATA_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
WORKFLOW_SUPPORTING_INFO: Final = "http://hl7.org/fhir/StructureDefinition/workflow-supportingInfo"
DATA_ABSENT_REASON_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

# Registries of trials (exchange.md 12).
CLINICALTRIALS_GOV: Final = "http://clinicaltrials.gov"
CHICTR: Final = "http://www.chictr.org.cn"

#: Other spellings met in real messages, each read as the system beside it. HL7 v2 names included.
SYNONYMS: Final[dict[str, str]] = {
    HGNC_GENE_ID: HGNC,
    "https://www.genenames.org": HGNC,
    "https://www.genenames.org/geneId": HGNC,
    "urn:oid:2.16.840.1.113883.6.281": HGNC,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "SCT": SNOMED,
    "SNM": SNOMED,
    "https://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "LN": LOINC,
    "urn:oid:2.16.840.1.113883.6.8": UCUM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "RXNORM": RXNORM,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "https://www.whocc.no/atc": ATC,
    "http://fhir.de/CodeSystem/bfarm/atc": ATC,
    "http://fhir.de/CodeSystem/dimdi/atc": ATC,
    "urn:oid:2.16.840.1.113883.6.3": ICD_10,
    "http://hl7.org/fhir/sid/icd-10-who": ICD_10,
    "I10": ICD_10,
    "urn:oid:2.16.840.1.113883.6.90": ICD_10_CM,
    "http://hl7.org/fhir/sid/icd-10-us": ICD_10_CM,
    "I10C": ICD_10_CM,
    ICD_10_GM_DIMDI: ICD_10_GM,
    "urn:oid:2.16.840.1.113883.6.43.1": ICD_O_3,
    "http://hl7.org/fhir/sid/icd-o-3": ICD_O_3,
}

#: The variants of ICD-10: codes of the same category mean the same as far as this service reads them.
ICD_10_SYSTEMS: Final = frozenset({ICD_10, ICD_10_CM, ICD_10_GM})


def canonical_system(system: str) -> str:
    """The usual URI of a code system, whatever spelling was sent; an unknown one comes back as it is."""
    return SYNONYMS.get(system, system)
