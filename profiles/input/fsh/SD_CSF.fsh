RuleSet: OfCSF
* specimen MS
* specimen only Reference(Specimen)
* specimen ^short = "The CSF sample; without it the samples of one report or one time are one"

Profile: CSFSpecimen
Parent: Specimen
Id: csf-specimen
Title: "CSF Specimen Profile"
Description: "One sample of cerebrospinal fluid with site, volume and handling, which decide whether a negative counts."
* subject 1..1 MS
* subject only Reference(Patient)
* type 1..1 MS
* type ^short = "CSF: v2-0487 CSF, SNOMED CT 258450006, or words"
* status MS
* collection 1..1 MS
* collection.collected[x] MS
* collection.bodySite MS
* collection.method MS
* collection.quantity MS
* collection.quantity = $UCUM#mL
* processing MS
* processing.time[x] MS
* processing.procedure ^short = "fixed, where the sample was fixed at once"
* obeys sp-1 and sp-2

Invariant: sp-1
Description: "The time of collection is known"
Severity: #error
Expression: "collection.collected.exists()"

Invariant: sp-2
Description: "The volume is not negative"
Severity: #error
Expression: "collection.quantity.value.exists() implies collection.quantity.value >= 0"

Profile: CSFCytology
Parent: Observation
Id: csf-cytology
Title: "CSF Cytology Profile"
Description: "Cytology of cerebrospinal fluid. The raw word stays in the text of the value; the class follows by the policy."
* insert AboutPatient
* insert OfCSF
* code ^short = "csf-cytology, or any code whose text says CSF cytology"
* value[x] only CodeableConcept or string
* value[x] MS
* valueCodeableConcept from CytologyVS (extensible)
* valueCodeableConcept MS
* method MS
* dataAbsentReason MS
* insert SlicedByCode
* insert CodedComponent(site, 0, 1, "Site of collection where no Specimen says it", CSFSiteVS)
* insert QuantityComponent(volume-ml, mL, "Volume where no Specimen says it")
* insert QuantityComponent(processed-min, min, "Minutes to processing where no Specimen says it")
* insert Component(fixed, 0, 1, "Fixed at once where no Specimen says it")
* component[fixed].value[x] only boolean
* obeys cy-1 and cy-2

Invariant: cy-1
Description: "The code or its text says CSF cytology"
Severity: #error
Expression: "code.coding.where(code = 'csf-cytology').exists() or code.text.exists() or code.coding.display.exists() or method.coding.where(code = '116147009').exists()"

Invariant: cy-2
Description: "There is a result, an interpretation, or the reason why there is none"
Severity: #error
Expression: "value.exists() or interpretation.exists() or dataAbsentReason.exists()"

Profile: CSFFlowCytometry
Parent: Observation
Id: csf-flow-cytometry
Title: "CSF Flow Cytometry Profile"
Description: "Flow cytometry of cerebrospinal fluid; read for haematological primaries beside cytology."
* insert AboutPatient
* insert OfCSF
* code = LMObservable#flow
* value[x] only CodeableConcept or string or boolean
* valueCodeableConcept from FlowCytometryVS (extensible)
* dataAbsentReason MS
* obeys cy-2

Profile: CSFTumourCellCount
Parent: Observation
Id: csf-tumour-cell-count
Title: "CSF Tumour Cell Count Profile"
Description: "Tumour cells counted in CSF with the analysed volume and the platform; a count without a volume cannot be compared."
* insert AboutPatient
* insert OfCSF
* code = LMObservable#csf-ctc
* value[x] only integer or Quantity
* value[x] MS
* insert SlicedByCode
* insert QuantityComponent(volume-ml, mL, "Volume analysed")
* insert Component(platform, 0, 1, "Platform of the count")
* component[platform].value[x] only string or CodeableConcept
* obeys ct-1 and ct-2

Invariant: ct-1
Description: "A count comes with the analysed volume, or is a concentration"
Severity: #warning
Expression: "component.where(code.coding.where(code = 'volume-ml').exists()).value.exists() or (value as Quantity).unit.contains('/') or (value as Quantity).code.contains('/') or value.empty()"

Invariant: ct-2
Description: "A count is not negative, and only a lower bound may be given instead of it"
Severity: #error
Expression: "((value is integer) implies (value as integer) >= 0) and ((value as Quantity).comparator.empty() or (value as Quantity).comparator = '>' or (value as Quantity).comparator = '>=') and ((value as Quantity).value.exists() implies (value as Quantity).value >= 0)"

Profile: CSFChemistry
Parent: Observation
Id: csf-chemistry
Title: "CSF Chemistry Profile"
Description: "Protein, glucose, cells and markers of cerebrospinal fluid. A number without a unit is not a fact."
* insert AboutPatient
* insert OfCSF
* code from CSFChemistryVS (extensible)
* value[x] only Quantity
* value[x] MS
* referenceRange MS
* interpretation MS
* obeys ch-1

Invariant: ch-1
Description: "A number has a unit"
Severity: #error
Expression: "(value as Quantity).value.exists() implies ((value as Quantity).code.exists() or (value as Quantity).unit.exists())"

Profile: CSFVariant
Parent: Observation
Id: csf-variant
Title: "CSF Variant Profile"
Description: "One gene variant in cerebrospinal fluid. What conforms to mCODE's Genomic Variant and has a CSF specimen conforms to this profile."
* insert AboutPatient
* insert OfCSF
* specimen 1..1
* value[x] only CodeableConcept or boolean
* valueCodeableConcept from VariantPresenceVS (extensible)
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component contains gene-studied 0..* MS and amino-acid-change 0..1 MS and coding-change 0..1 and alteration 0..* MS
* component[gene-studied] ^short = "Gene by HGNC id or symbol"
* component[gene-studied].code = $LOINC#48018-6
* component[amino-acid-change] ^short = "Amino acid change, such as p.Leu858Arg"
* component[amino-acid-change].code = $LOINC#48005-3
* component[coding-change] ^short = "Change of the coding DNA"
* component[coding-change].code = $LOINC#48004-6
* component[alteration] ^short = "Kind of alteration, such as exon-19-deletion"
* component[alteration].code = LMObservable#alteration
* obeys va-1

Invariant: va-1
Description: "The gene is named, by component or in words"
Severity: #error
Expression: "component.where(code.coding.where(code = '48018-6').exists()).value.exists() or code.text.exists() or (value as CodeableConcept).text.exists()"
