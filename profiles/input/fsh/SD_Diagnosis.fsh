Profile: LMDiagnosis
Parent: Condition
Id: lm-diagnosis
Title: "LM Diagnosis Profile"
Description: "Leptomeningeal metastasis as a chart states it. A coded LM never replaces the classification: both are shown. What conforms to mCODE's Secondary Cancer Condition with the leptomeninges as site conforms to this profile."
* subject 1..1 MS
* subject only Reference(Patient)
* code 1..1 MS
* code from LMConditionVS (example)
* bodySite MS
* bodySite ^short = "Leptomeninges (SNOMED CT 8935007), where the code alone does not say so"
* clinicalStatus MS
* verificationStatus MS
* verificationStatus ^comment = "refuted ends the diagnosis from the date of the note or of the record; provisional, differential and unconfirmed are suspicions and no facts."
* onset[x] MS
* recordedDate MS
* note MS
* note ^short = "Reason, where the diagnosis is refuted"
* evidence MS
* evidence ^short = "The primary that the metastasis comes from"
* obeys lm-dx-1 and lm-dx-2 and lm-dx-3

Invariant: lm-dx-1
Description: "The code, its text or the body site names the leptomeninges or the meninges"
Severity: #error
Expression: "code.text.exists() or bodySite.exists() or code.coding.where(code = '230156002' or code = 'leptomeningeal-metastasis' or code.startsWith('C79.3')).exists()"

Invariant: lm-dx-2
Description: "A refuted diagnosis gives its reason in a note"
Severity: #error
Expression: "verificationStatus.coding.where(code = 'refuted').exists() implies note.text.exists()"

Invariant: lm-dx-3
Description: "What stands only for dural metastasis is no LM diagnosis"
Severity: #error
Expression: "code.coding.where(code = 'dural-metastasis').empty()"

Profile: DuralMetastasis
Parent: Condition
Id: dural-metastasis
Title: "Dural Metastasis Profile"
Description: "Metastasis of the dura as a chart states it. It is no LM and never counts as one."
* subject 1..1 MS
* subject only Reference(Patient)
* code 1..1 MS
* code from DuralConditionVS (example)
* bodySite MS
* clinicalStatus MS
* verificationStatus MS
* onset[x] MS
* recordedDate MS
* obeys dm-1

Invariant: dm-1
Description: "The code, its text or the body site names the dura"
Severity: #error
Expression: "code.text.exists() or bodySite.exists() or code.coding.where(code = 'dural-metastasis').exists()"
