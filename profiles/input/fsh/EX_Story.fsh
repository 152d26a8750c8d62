// One story from end to end: Wei Lan, lung adenocarcinoma with EGFR L858R, LM found in January 2026, osimertinib,
// response in March. Everybody here is invented. What LeptoBridge concludes of it stands in profiles/examples.

RuleSet: OfWeiLan(time)
* status = #final
* subject = Reference(wei-lan)
* effectiveDateTime = "{time}"

RuleSet: Graded(slice, finding)
* component[{slice}].valueCodeableConcept = LMFinding#{finding}

Instance: wei-lan
InstanceOf: Patient
Usage: #example
Title: "Wei Lan"
* identifier.system = "https://hospital.example/mrn"
* identifier.value = "W0031877"
* name.family = "Wei"
* name.given = "Lan"
* gender = #female
* birthDate = "1968-04-21"

Instance: wei-lan-primary
InstanceOf: Condition
Usage: #example
Title: "Wei Lan: primary"
* clinicalStatus = http://terminology.hl7.org/CodeSystem/condition-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/condition-ver-status#confirmed
* category = http://terminology.hl7.org/CodeSystem/condition-category#problem-list-item
* code = $SCT#254637007
* code.text = "Adenocarcinoma of the lung, stage IV"
* stage.summary.text = "IV"
* subject = Reference(wei-lan)
* onsetDateTime = "2024-05-14"
* recordedDate = "2024-05-14"

Instance: wei-lan-lm
InstanceOf: LMDiagnosis
Usage: #example
Title: "Wei Lan: LM Diagnosis"
Description: "Coded as secondary malignancy with the leptomeninges as site, as mCODE senders do."
* clinicalStatus = http://terminology.hl7.org/CodeSystem/condition-clinical#active
* verificationStatus = http://terminology.hl7.org/CodeSystem/condition-ver-status#confirmed
* category = http://terminology.hl7.org/CodeSystem/condition-category#problem-list-item
* code = $SCT#128462008
* code.text = "Leptomeningeal metastasis"
* bodySite = $SCT#8935007
* subject = Reference(wei-lan)
* onsetDateTime = "2026-01-08"
* recordedDate = "2026-01-08"

Instance: wei-lan-csf-1
InstanceOf: CSFSpecimen
Usage: #example
Title: "Wei Lan: CSF before treatment"
* type = http://terminology.hl7.org/CodeSystem/v2-0487#CSF
* status = #available
* subject = Reference(wei-lan)
* collection.collectedDateTime = "2026-01-06T10:05:00+08:00"
* collection.method = $SCT#277762005
* collection.quantity.value = 12
* collection.quantity.unit = "mL"
* processing.timeDateTime = "2026-01-06T10:25:00+08:00"

Instance: wei-lan-csf-2
InstanceOf: CSFSpecimen
Usage: #example
Title: "Wei Lan: CSF in February"
* type = http://terminology.hl7.org/CodeSystem/v2-0487#CSF
* status = #available
* subject = Reference(wei-lan)
* collection.collectedDateTime = "2026-02-16T09:40:00+08:00"
* collection.bodySite = LMFinding#lumbar
* collection.quantity.value = 11
* collection.quantity.unit = "mL"
* processing.timeDateTime = "2026-02-16T10:00:00+08:00"

Instance: wei-lan-csf-3
InstanceOf: CSFSpecimen
Usage: #example
Title: "Wei Lan: CSF in March"
* type = http://terminology.hl7.org/CodeSystem/v2-0487#CSF
* status = #available
* subject = Reference(wei-lan)
* collection.collectedDateTime = "2026-03-17T09:50:00+08:00"
* collection.bodySite = LMFinding#lumbar
* collection.quantity.value = 10.5
* collection.quantity.unit = "mL"
* processing.procedure = LMFinding#fixed

RuleSet: Cytology(specimen, time, class, words)
* insert OfWeiLan({time})
* code = LMObservable#csf-cytology
* code.text = "CSF cytology"
* specimen = Reference({specimen})
* valueCodeableConcept = LMFinding#{class}
* valueCodeableConcept.text = {words}

Instance: wei-lan-cytology-1
InstanceOf: CSFCytology
Usage: #example
Title: "Wei Lan: cytology before treatment"
* insert Cytology(wei-lan-csf-1, 2026-01-06T10:05:00+08:00, positive, "Malignant cells seen")

Instance: wei-lan-cytology-2
InstanceOf: CSFCytology
Usage: #example
Title: "Wei Lan: cytology in February"
* insert Cytology(wei-lan-csf-2, 2026-02-16T09:40:00+08:00, negative, "No malignant cells")

Instance: wei-lan-cytology-3
InstanceOf: CSFCytology
Usage: #example
Title: "Wei Lan: cytology in March"
* insert Cytology(wei-lan-csf-3, 2026-03-17T09:50:00+08:00, negative, "未见肿瘤细胞")

Instance: wei-lan-ctc
InstanceOf: CSFTumourCellCount
Usage: #example
Title: "Wei Lan: CSF Tumour Cell Count"
* insert OfWeiLan(2026-01-06T10:05:00+08:00)
* specimen = Reference(wei-lan-csf-1)
* valueInteger = 11
* component[volume-ml].valueQuantity.value = 7.5
* component[volume-ml].valueQuantity.unit = "mL"
* component[platform].valueString = "CellSearch"

Instance: wei-lan-protein
InstanceOf: CSFChemistry
Usage: #example
Title: "Wei Lan: CSF Chemistry"
* insert OfWeiLan(2026-01-06T10:05:00+08:00)
* code = $LOINC#2880-3
* specimen = Reference(wei-lan-csf-1)
* valueQuantity = 92 'mg/dL' "mg/dL"
* referenceRange.low = 15 'mg/dL' "mg/dL"
* referenceRange.high = 45 'mg/dL' "mg/dL"

Instance: wei-lan-variant
InstanceOf: CSFVariant
Usage: #example
Title: "Wei Lan: CSF Variant"
Description: "As mCODE's Genomic Variant carries it."
* insert OfWeiLan(2026-01-06T10:05:00+08:00)
* category = http://terminology.hl7.org/CodeSystem/observation-category#laboratory
* code = $LOINC#69548-6
* specimen = Reference(wei-lan-csf-1)
* valueCodeableConcept = $LOINC#LA9633-4
* component[gene-studied].valueCodeableConcept = http://www.genenames.org/geneId#HGNC:3236
* component[gene-studied].valueCodeableConcept.text = "EGFR"
* component[amino-acid-change].valueCodeableConcept.text = "p.Leu858Arg"

Instance: wei-lan-examination-1
InstanceOf: LMNeurologicalExamination
Usage: #example
Title: "Wei Lan: neurological examination before treatment"
* insert OfWeiLan(2026-01-07)
* component[gait].valueInteger = 1
* component[vision].valueInteger = 0
* component[other-domains-normal].valueBoolean = true

Instance: wei-lan-examination-2
InstanceOf: LMNeurologicalExamination
Usage: #example
Title: "Wei Lan: neurological examination in March"
* insert OfWeiLan(2026-03-18)
* component[gait].valueInteger = 0
* component[vision].valueInteger = 0
* component[other-domains-normal].valueBoolean = true
* insert Graded(clinician-neuro, improved)

Instance: wei-lan-signs
InstanceOf: Observation
Usage: #example
Title: "Wei Lan: clinical signs"
* insert OfWeiLan(2026-01-07)
* code = LMObservable#clinical-lm
* valueCodeableConcept = LMFinding#typical

Instance: wei-lan-device
InstanceOf: Observation
Usage: #example
Title: "Wei Lan: no ventricular device"
* insert OfWeiLan(2026-01-06)
* code = LMObservable#ventricular-device
* valueBoolean = false

Instance: wei-lan-ecog
InstanceOf: LMPerformanceStatus
Usage: #example
Title: "Wei Lan: Performance Status"
* insert OfWeiLan(2026-01-07)
* category = http://terminology.hl7.org/CodeSystem/observation-category#survey
* code = $LOINC#89247-1
* valueInteger = 1

Instance: wei-lan-card-1
InstanceOf: LMMRIScorecard
Usage: #example
Title: "Wei Lan: scorecard before treatment"
* insert OfWeiLan(2026-01-05)
* insert Graded(brain-nodules, present)
* insert Graded(brain-linear, present)
* insert Graded(hydrocephalus, absent)
* insert Graded(spine-nodules, absent)
* insert Graded(spine-linear, absent)
* component[brain-nodule-size].valueString = "12x8"
* component[form-complete].valueBoolean = true
* insert Graded(brain-imaged, full)
* insert Graded(spine-imaged, full)
* component[field-strength-t].valueQuantity.value = 3
* component[field-strength-t].valueQuantity.unit = "T"

Instance: wei-lan-card-2
InstanceOf: LMMRIScorecard
Usage: #example
Title: "Wei Lan: scorecard in March"
* insert OfWeiLan(2026-03-16)
* insert Graded(brain-nodules, present)
* insert Graded(brain-linear, present)
* insert Graded(hydrocephalus, absent)
* insert Graded(spine-nodules, absent)
* insert Graded(spine-linear, absent)
* insert Graded(brain-nodules-change, improved)
* insert Graded(brain-linear-change, no-change)
* insert Graded(hydrocephalus-change, no-change)
* insert Graded(spine-nodules-change, no-change)
* insert Graded(spine-linear-change, no-change)
* component[brain-nodule-size].valueString = "7x5"
* component[form-complete].valueBoolean = true
* insert Graded(brain-imaged, full)
* insert Graded(spine-imaged, full)
* insert Graded(rater-overall, PR)

Instance: wei-lan-body
InstanceOf: LMDiseaseStatus
Usage: #example
Title: "Wei Lan: Stated Disease Status"
* insert OfWeiLan(2026-03-18)
* code = LMObservable#response
* valueCodeableConcept = LMFinding#SD
* insert Graded(compartment, extracranial)
* component[criteria].valueString = "RECIST 1.1"

Instance: wei-lan-trend
InstanceOf: LMDiseaseStatus
Usage: #example
Title: "Wei Lan: Stated Disease Status, as mCODE carries it"
* insert OfWeiLan(2026-03-18)
* category = http://terminology.hl7.org/CodeSystem/observation-category#exam
* code = $LOINC#97509-4
* focus = Reference(wei-lan-lm)
* valueCodeableConcept = $SCT#268910001

Instance: wei-lan-cea
InstanceOf: CSFChemistry
Usage: #example
Title: "Wei Lan: tumour marker in CSF, as mCODE carries it"
* insert OfWeiLan(2026-01-06T10:05:00+08:00)
* category = http://terminology.hl7.org/CodeSystem/observation-category#laboratory
* code = $LOINC#2037-0
* specimen = Reference(wei-lan-csf-1)
* valueQuantity = 14.5 'ng/mL' "ng/mL"

Instance: wei-lan-osimertinib
InstanceOf: MedicationStatement
Usage: #example
Title: "Wei Lan: osimertinib"
* status = #active
* medicationCodeableConcept = http://www.nlm.nih.gov/research/umls/rxnorm#1721560
* medicationCodeableConcept.text = "osimertinib 160 mg daily"
* subject = Reference(wei-lan)
* effectivePeriod.start = "2026-01-12"
