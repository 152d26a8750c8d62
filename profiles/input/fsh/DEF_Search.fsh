// Search parameters that are served and that R4 does not define for the type

Instance: clinical-date
InstanceOf: SearchParameter
Usage: #definition
* url = "https://leptobridge.org/fhir/SearchParameter/clinical-date"
* version = "0.1.0"
* name = "ClinicalDate"
* status = #active
* experimental = false
* description = "When it was so: the clinically relevant time of a resource, under the same name for every type"
* code = #date
* base[0] = #Condition
* base[1] = #ImagingStudy
* base[2] = #MedicationAdministration
* base[3] = #MedicationDispense
* base[4] = #MedicationStatement
* base[5] = #QuestionnaireResponse
* base[6] = #Specimen
* type = #date
* expression = "Condition.onset.as(dateTime) | Condition.onset.as(Period) | ImagingStudy.started | MedicationAdministration.effective | MedicationDispense.whenHandedOver | MedicationStatement.effective | QuestionnaireResponse.authored | Specimen.collection.collected"
* comparator[0] = #eq
* comparator[1] = #ne
* comparator[2] = #gt
* comparator[3] = #ge
* comparator[4] = #lt
* comparator[5] = #le

Instance: medication-category
InstanceOf: SearchParameter
Usage: #definition
* url = "https://leptobridge.org/fhir/SearchParameter/medication-category"
* version = "0.1.0"
* name = "MedicationCategory"
* status = #active
* experimental = false
* description = "Category of an administration or dispense"
* code = #category
* base[0] = #MedicationAdministration
* base[1] = #MedicationDispense
* type = #token
* expression = "MedicationAdministration.category | MedicationDispense.category"
