RuleSet: OperationHead(id, name, code, title, resource)
* url = "https://leptobridge.org/fhir/OperationDefinition/{id}"
* version = "0.1.0"
* name = "{name}"
* title = {title}
* status = #active
* kind = #operation
* experimental = false
* code = #{code}
* resource = #{resource}
* system = false

RuleSet: OnParameter
* parameter[+].name = #on
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Day for which the answer holds; what became true later does not exist for it. Default: today."
* parameter[=].type = #date

RuleSet: CollectionOut(documentation)
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = {documentation}
* parameter[=].type = #Bundle

Instance: lm-classification
InstanceOf: OperationDefinition
Usage: #definition
* insert OperationHead(lm-classification, LMClassificationOperation, lm-classification, "Classify LM", Patient)
* description = "Certainty, type and letter of LM for a day, computed and not stored."
* affectsState = false
* type = false
* instance = true
* insert OnParameter
* insert CollectionOut([["A collection with the LM Classification, or an empty one where nothing points to LM"]])

Instance: lm-response
InstanceOf: OperationDefinition
Usage: #definition
* insert OperationHead(lm-response, LMResponseOperation, lm-response, "Assess LM response", Patient)
* description = "LM response of every time point up to a day, and one for the day itself if none lies within the 14 days before it; computed and not stored."
* affectsState = false
* type = false
* instance = true
* insert OnParameter
* parameter[+].name = #lacking
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Whether extensions lacking-inputs in the meta of the Bundle list the other rule sets that conclude nothing, with what they lack. Default: false."
* parameter[=].type = #boolean
* insert CollectionOut([["A collection of LM Responses, without entries before a course starts"]])

Instance: trial-eligibility
InstanceOf: OperationDefinition
Usage: #definition
* insert OperationHead(trial-eligibility, TrialEligibilityOperation, trial-eligibility, "Judge trial eligibility", Patient)
* description = "Verdict on trials for a day, criterion by criterion; computed and not stored."
* affectsState = false
* type = false
* instance = true
* insert OnParameter
* parameter[+].name = #trial
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Registry id of a trial, repeatable. Default: all trials that are loaded."
* parameter[=].type = #string
* insert CollectionOut("A collection of Trial Eligibilities")

Instance: extract
InstanceOf: OperationDefinition
Usage: #definition
* insert OperationHead(extract, QuestionnaireResponseExtractOperation, extract, "Extract a form", QuestionnaireResponse)
* description = "The Observations that a completed form of this package states, by the definitions of its items; computed and not stored. A response that is incomplete or contradicts itself is refused with 422, each issue at its item."
* comment = "Parameters and behaviour follow the operation of the same name of Structured Data Capture."
* affectsState = false
* type = true
* instance = true
* parameter[+].name = #questionnaire-response
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The completed form, on the type; it may be the body itself"
* parameter[=].type = #QuestionnaireResponse
* insert CollectionOut("A transaction bundle that creates what the form states")
