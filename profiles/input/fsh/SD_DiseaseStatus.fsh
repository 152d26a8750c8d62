Profile: LMDiseaseStatus
Parent: Observation
Id: lm-disease-status
Title: "Stated Disease Status Profile"
Description: "Response or trend as a reader or oncologist states it, with its compartment and criteria. What conforms to mCODE's Cancer Disease Status conforms to this profile."
* insert AboutPatient
* code ^short = "response, LOINC 97509-4 or 21976-6"
* value[x] only CodeableConcept or string
* valueCodeableConcept from DiseaseStatusVS (extensible)
* dataAbsentReason MS
* insert SlicedByCode
* insert CodedComponent(compartment, 0, 1, "Where it holds", CompartmentVS)
* insert Component(criteria, 0, 1, "Criteria used")
* component[criteria].value[x] only CodeableConcept or string
* obeys ds-1

Invariant: ds-1
Description: "A response grade names its compartment, in a component or in words"
Severity: #warning
Expression: "(value as CodeableConcept).coding.where(code = 'CR' or code = 'PR' or code = 'SD' or code = 'PD').exists() implies (component.where(code.coding.where(code = 'compartment').exists()).value.exists() or code.text.exists() or bodySite.exists())"
