// Profiles that Wei Lan's story does not need

Instance: duarte-helena
InstanceOf: Patient
Usage: #example
Title: "Helena Duarte"
* name.family = "Duarte"
* name.given = "Helena"
* gender = #female
* birthDate = "1971-09-02"

Instance: duarte-dural
InstanceOf: DuralMetastasis
Usage: #example
Title: "Dural Metastasis"
* clinicalStatus = http://terminology.hl7.org/CodeSystem/condition-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/condition-ver-status#confirmed
* code = LMFinding#dural-metastasis
* code.text = "Metastasis of the dura over the left convexity"
* subject = Reference(duarte-helena)
* onsetDateTime = "2026-02-03"

Instance: duarte-lm-refuted
InstanceOf: LMDiagnosis
Usage: #example
Title: "LM Diagnosis, refuted"
* verificationStatus = http://terminology.hl7.org/CodeSystem/condition-ver-status#refuted
* code = $SCT#230156002
* subject = Reference(duarte-helena)
* recordedDate = "2026-02-10"
* note.time = "2026-02-10"
* note.text = "Enhancement is dural; cytology negative twice, symptoms explained by the dural metastasis."

Instance: osei-kwame
InstanceOf: Patient
Usage: #example
Title: "Kwame Osei"
* name.family = "Osei"
* name.given = "Kwame"
* gender = #male
* birthDate = "1959-01-30"

Instance: osei-csf
InstanceOf: CSFSpecimen
Usage: #example
Title: "CSF of a patient with lymphoma"
* type = $SCT#258450006
* status = #available
* subject = Reference(osei-kwame)
* collection.collectedDateTime = "2026-02-20T08:30:00+00:00"
* collection.quantity.value = 8
* collection.quantity.unit = "mL"

Instance: osei-flow
InstanceOf: CSFFlowCytometry
Usage: #example
Title: "CSF Flow Cytometry"
* status = #final
* subject = Reference(osei-kwame)
* specimen = Reference(osei-csf)
* effectiveDateTime = "2026-02-20T08:30:00+00:00"
* valueCodeableConcept = LMFinding#positive
* valueCodeableConcept.text = "Clonal B-cell population, 4 % of events"

RuleSet: Concluded(id, time)
* identifier[conclusion].value = "{id}"
* status = #final
* subject = Reference(wei-lan)
* effectiveDateTime = "{time}"
* issued = "{time}T09:00:00+00:00"

Instance: wei-lan-rano-bm
InstanceOf: CNSExtracranialResponse
Usage: #example
Title: "CNS and Extracranial Response"
* insert Concluded(5d0b6f2f0c6f4c1f8a3c9ad1f6f1a001, 2026-03-16)
* category = http://terminology.hl7.org/CodeSystem/observation-category#exam
* code = LMObservable#rano-bm
* code.text = "rano bm"
* valueCodeableConcept = LMFinding#SD
* component[rule].valueString = "6.2/SD"
* component[criteria-version].valueString = "rano-bm-2015"
* component[warning].valueCodeableConcept = LMFinding#criteria-not-verified

Instance: wei-lan-lung-molgpa
InstanceOf: PrognosticScore
Usage: #example
Title: "Prognostic Score"
* insert Concluded(5d0b6f2f0c6f4c1f8a3c9ad1f6f1a002, 2026-01-07)
* category = http://terminology.hl7.org/CodeSystem/observation-category#exam
* code = LMObservable#lung-molgpa
* code.text = "lung molgpa"
* valueCodeableConcept = LMFinding#not-evaluable
* component[rule].valueString = "9.2"
* component[criteria-version].valueString = "lung-molgpa-2017"
* component[missing].valueCodeableConcept = LMObservable#brain-metastases
* component[warning].valueCodeableConcept = LMFinding#criteria-not-verified
