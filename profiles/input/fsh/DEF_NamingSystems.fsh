RuleSet: OwnNamespace(name, uri, description)
* name = "{name}"
* status = #active
* kind = #identifier
* date = "2026-11-25"
* description = {description}
* uniqueId.type = #uri
* uniqueId.value = "{uri}"

Instance: conclusion
InstanceOf: NamingSystem
Usage: #definition
* insert OwnNamespace(ConclusionIdentifier, https://leptobridge.org/fhir/conclusion, [["Stable id of a conclusion: one for each patient, kind, time point and trial. An Observation that carries it is a conclusion and never a fact."]])

Instance: receipt
InstanceOf: NamingSystem
Usage: #definition
* insert OwnNamespace(ReceiptIdentifier, https://leptobridge.org/fhir/receipt, [["Receipt of the message in which a resource version came; Provenance names it."]])
