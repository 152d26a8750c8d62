Profile: LMConclusion
Parent: Observation
Id: lm-conclusion
Title: "LM Conclusion Profile"
Description: "A conclusion of LeptoBridge: the result of one rule set for one patient, with the rule that decided, the version of the criteria, what was missing and where it came from. It is never a fact again, whoever sends it."
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains conclusion 1..1 MS
* identifier[conclusion] ^short = "Stable id of patient, kind, time point and trial"
* identifier[conclusion].system 1..1
* identifier[conclusion].system = "https://leptobridge.org/fhir/conclusion"
* identifier[conclusion].value 1..1
* status MS
* category 1..* MS
* code 1..1 MS
* code from LMObservableVS (required)
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime
* issued 1..1 MS
* value[x] 1..1 MS
* value[x] only CodeableConcept or integer or Quantity
* valueCodeableConcept from LMFindingVS (required)
* valueCodeableConcept MS
* dataAbsentReason 0..0
* derivedFrom MS
* extension contains http://hl7.org/fhir/StructureDefinition/workflow-supportingInfo named supportingInfo 0..* MS
* extension[supportingInfo] ^short = "Evidence of types that derivedFrom does not take"
* component 2..*
* insert SlicedByCode
* insert Component(rule, 1, 1, "Rule that decided")
* component[rule].value[x] 1..1
* component[rule].value[x] only string
* insert Component(criteria-version, 1, 1, "Version of the criteria")
* component[criteria-version].value[x] 1..1
* component[criteria-version].value[x] only string
* insert Component(reason, 0, 1, "Why a result is not evaluable; the clinician's words where LM is refuted")
* component[reason].value[x] 1..1
* component[reason].value[x] only CodeableConcept or string
* insert ConcludedComponent(missing, 0, *, "Input whose absence prevents or limits the result", LMObservableVS)
* insert ConcludedComponent(warning, 0, *, "Warning", LMFindingVS)
* insert ConcludedComponent(flag, 0, *, "Flag", LMFindingVS)
* insert ConcludedComponent(action, 0, *, "Action to consider", LMFindingVS)
* insert ConcludedComponent(note, 0, *, "Note", LMFindingVS)
* insert ConcludedComponent(candidate, 0, *, "Value that is still possible", LMFindingVS)
* obeys lc-1 and lc-2

Invariant: lc-1
Description: "A conclusion is final, amended or taken back"
Severity: #error
Expression: "status = 'final' or status = 'amended' or status = 'entered-in-error'"

Invariant: lc-2
Description: "What cannot be computed says what is missing or why"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'not-evaluable' or code = 'NE').exists() implies component.code.coding.where(code = 'missing' or code = 'reason' or code = 'flag' or code = 'warning').exists()"

Profile: LMClassification
Parent: LMConclusion
Id: lm-classification
Title: "LM Classification Profile"
Description: "Certainty, type and letter of LM by EANO-ESMO 2017 or 2023."
* code = LMObservable#eano-esmo-classification
* value[x] only CodeableConcept
* valueCodeableConcept from CertaintyVS (required)
* valueCodeableConcept MS
* insert ConcludedComponent(type, 0, 1, "Type", LMTypeVS)
* insert ConcludedComponent(letter, 0, 1, "MRI subtype", LMLetterVS)
* insert ConcludedComponent(type-letter, 0, 1, "Type and letter", LMTypeLetterVS)
* insert ConcludedComponent(mri-class, 0, 1, "MRI class of the version", LMFindingVS)
* insert ConcludedComponent(provisional, 0, 1, "Provisional for want of cytology", LMFindingVS)
* insert ConcludedComponent(compartment, 0, 1, "Tissue affected", LMFindingVS)
* obeys cl-1 and cl-2 and cl-3

Invariant: cl-1
Description: "Type I is confirmed and nothing else is (2.3)"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'confirmed').exists() = component.where(code.coding.where(code = 'type').exists() and (value as CodeableConcept).coding.where(code = 'I').exists()).exists()"

Invariant: cl-2
Description: "A letter and a type-letter need a type"
Severity: #error
Expression: "component.code.coding.where(code = 'letter' or code = 'type-letter').exists() implies component.code.coding.where(code = 'type').exists()"

Invariant: cl-3
Description: "What is refuted or lacks evidence has no type (R-08)"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'refuted' or code = 'lack-of-evidence').exists() implies component.code.coding.where(code = 'type').empty()"

Profile: LMResponse
Parent: LMConclusion
Id: lm-response
Title: "LM Response Profile"
Description: "Combined LM response at one time point by the composite rule LM-COMP-1, a project definition and neither RANO-LM nor EANO-ESMO."
* code = LMObservable#lm-response
* value[x] only CodeableConcept
* valueCodeableConcept from LMResponseVS (required)
* valueCodeableConcept MS
* insert ConcludedComponent(neuro, 0, 1, "Neurological component", NeuroResultVS)
* insert ConcludedComponent(imaging, 0, 1, "Imaging component", ResponseVS)
* insert ConcludedComponent(imaging-source, 0, 1, "Grade that was used", ImagingSourceVS)
* insert ConcludedComponent(csf, 0, 1, "CSF component", CSFStateVS)
* insert ConcludedComponent(clinical-benefit, 0, 1, "Clinical benefit", LMFindingVS)
* insert Component(pd-date, 0, 1, "Date of progression; the first suspicion where it was confirmed")
* component[pd-date].value[x] 1..1
* component[pd-date].value[x] only dateTime
* obeys lr-1 and lr-2

Invariant: lr-1
Description: "A date of progression stands with progression alone"
Severity: #error
Expression: "component.code.coding.where(code = 'pd-date').exists() implies (value as CodeableConcept).coding.where(code = 'PD').exists()"

Invariant: lr-2
Description: "Clinical benefit stands beside CR, PR or SD (5.3)"
Severity: #error
Expression: "component.code.coding.where(code = 'clinical-benefit').exists() implies (value as CodeableConcept).coding.where(code = 'CR' or code = 'PR' or code = 'SD').exists()"

Profile: CNSExtracranialResponse
Parent: LMConclusion
Id: cns-extracranial-response
Title: "CNS and Extracranial Response Profile"
Description: "Response of the CNS or the body as a rule set concludes it: RANO-BM, RECIST 1.1, iRECIST, IPCG."
* code from CompartmentRuleVS (required)
* value[x] only CodeableConcept

Profile: PrognosticScore
Parent: LMConclusion
Id: prognostic-score
Title: "Prognostic Score Profile"
Description: "A prognostic score or statement, with the range that unknown inputs leave."
* code from PrognosticScoreVS (required)

Profile: TrialEligibility
Parent: LMConclusion
Id: trial-eligibility
Title: "Trial Eligibility Profile"
Description: "Verdict on one trial, criterion by criterion. Eligible: every criterion met. A criterion that is unknown has a data absent reason and no value."
* code = LMObservable#trial-eligibility
* value[x] only CodeableConcept
* valueCodeableConcept from EligibilityVS (required)
* valueCodeableConcept MS
* focus 1..1 MS
* focus only Reference(ResearchStudy)
* focus.identifier 1..1
* focus.identifier.system 1..1
* focus.identifier.value 1..1
* insert ConcludedComponent(clinical-eligibility, 1, 1, "Verdict over the clinical criteria", EligibilityVS)
* insert Component(arm, 0, 1, [["Arm: randomised, exploratory, or the trial's own"]])
* component[arm].value[x] 1..1
* component[arm].value[x] only CodeableConcept
* insert Component(valid-until, 0, 1, "Day on which the verdict could change by itself")
* component[valid-until].value[x] 1..1
* component[valid-until].value[x] only dateTime
* obeys te-1 and te-2 and te-3 and te-4

Invariant: te-1
Description: "Eligible: no criterion is failed or unknown (G8)"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'eligible').exists() implies component.where(code.coding.where(system = 'https://leptobridge.org/fhir/CodeSystem/criterion').exists() and ((value as CodeableConcept).coding.where(code = 'met').exists().not())).empty()"

Invariant: te-2
Description: "Ineligible: a criterion is failed (G8)"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'ineligible').exists() implies component.where(code.coding.where(system = 'https://leptobridge.org/fhir/CodeSystem/criterion').exists() and (value as CodeableConcept).coding.where(code = 'not-met').exists()).exists()"

Invariant: te-3
Description: "Indeterminate: no criterion is failed and one is unknown (G8)"
Severity: #error
Expression: "(value as CodeableConcept).coding.where(code = 'indeterminate').exists() implies (component.where(code.coding.where(system = 'https://leptobridge.org/fhir/CodeSystem/criterion').exists() and dataAbsentReason.exists()).exists() and component.where(code.coding.where(system = 'https://leptobridge.org/fhir/CodeSystem/criterion').exists() and (value as CodeableConcept).coding.where(code = 'not-met').exists()).empty())"

Invariant: te-4
Description: "A criterion is met, not met, or unknown with a data absent reason"
Severity: #error
Expression: "component.where(code.coding.where(system = 'https://leptobridge.org/fhir/CodeSystem/criterion').exists()).all(value.exists() xor dataAbsentReason.exists())"
