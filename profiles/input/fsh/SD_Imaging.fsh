Profile: LMMRIScorecard
Parent: Observation
Id: lm-mri-scorecard
Title: "LM MRI Scorecard Profile"
Description: "One reading of the revised EORTC/RANO scorecard: presence of five items at this examination, the reader's change since the previous card, sizes, technique and the reader's overall grade. An item that is not named is not evaluable unless the reader calls the form complete."
* insert AboutPatient
* code = LMObservable#lm-scorecard
* value[x] 0..0
* derivedFrom MS
* note MS
* insert SlicedByCode
* insert CodedComponent(brain-nodules, 0, 1, "Nodules of the brain", PresenceVS)
* insert CodedComponent(brain-linear, 0, 1, "Linear enhancement of the brain", PresenceVS)
* insert CodedComponent(hydrocephalus, 0, 1, "Hydrocephalus", PresenceVS)
* insert CodedComponent(spine-nodules, 0, 1, "Nodules of the spine", PresenceVS)
* insert CodedComponent(spine-linear, 0, 1, "Linear enhancement of the spine", PresenceVS)
* insert CodedComponent(brain-nodules-change, 0, 1, "Change of nodules of the brain", ChangeVS)
* insert CodedComponent(brain-linear-change, 0, 1, "Change of linear enhancement of the brain", ChangeVS)
* insert CodedComponent(hydrocephalus-change, 0, 1, "Change of hydrocephalus", ChangeVS)
* insert CodedComponent(spine-nodules-change, 0, 1, "Change of nodules of the spine", ChangeVS)
* insert CodedComponent(spine-linear-change, 0, 1, "Change of linear enhancement of the spine", ChangeVS)
* insert Component(brain-nodule-size, 0, 3, "Two diameters in mm of a nodule of the brain")
* component[brain-nodule-size].value[x] only string
* component[brain-nodule-size].valueString obeys sc-4
* insert Component(spine-nodule-size, 0, 3, "Two diameters in mm of a nodule of the spine")
* component[spine-nodule-size].value[x] only string
* component[spine-nodule-size].valueString obeys sc-4
* insert QuantityComponent(linear-share-percent, %, "Share of linear disease")
* insert QuantityComponent(nodule-share-percent, %, "Share of nodular disease")
* insert Component(form-complete, 0, 1, "The reader states that items not named are absent")
* component[form-complete].value[x] only boolean
* insert CodedComponent(rater-overall, 0, 1, "The reader's overall LM response", ResponseVS)
* insert CodedComponent(brain-imaged, 0, 1, "Whether the brain was imaged", ImagedVS)
* insert CodedComponent(spine-imaged, 0, 1, "Whether the spine was imaged", ImagedVS)
* insert CodedComponent(brain-parenchymal, 0, 1, "Parenchymal metastases beside the LM response", LMFindingVS)
* insert CodedComponent(spine-intramedullary, 0, 1, "Intramedullary metastases beside the LM response", LMFindingVS)
* insert QuantityComponent(field-strength-t, T, "Field strength")
* insert QuantityComponent(gadolinium-mmol-per-kg, mmol/kg, "Gadolinium dose")
* insert QuantityComponent(contrast-delay-min, min, "Delay after contrast")
* insert QuantityComponent(brain-slice-mm, mm, "Slice thickness of the brain")
* insert QuantityComponent(spine-slice-mm, mm, "Slice thickness of the spine")
* obeys sc-1 and sc-2 and sc-3 and sc-5

Invariant: sc-1
Description: "At least one item is graded, or the reader calls the form complete"
Severity: #error
Expression: "component.code.coding.where(code = 'brain-nodules' or code = 'brain-linear' or code = 'hydrocephalus' or code = 'spine-nodules' or code = 'spine-linear' or code = 'form-complete' or code = 'rater-overall').exists()"

Invariant: sc-2
Description: "An item that is absent has not got worse (4.2)"
Severity: #error
Expression: "component.where((value as CodeableConcept).coding.where(code = 'absent').exists()).code.coding.code.select($this & '-change').intersect(%resource.component.where((value as CodeableConcept).coding.where(code = 'worse').exists()).code.coding.code).empty()"

Invariant: sc-3
Description: "The change of an item that is not evaluable is not evaluable (4.2)"
Severity: #error
Expression: "component.where((value as CodeableConcept).coding.where(code = 'not-evaluable').exists()).code.coding.code.select($this & '-change').intersect(%resource.component.where((value as CodeableConcept).coding.where(code = 'improved' or code = 'no-change' or code = 'worse').exists()).code.coding.code).empty()"

Invariant: sc-4
Description: "A size is two diameters in mm, such as 12x8"
Severity: #error
Expression: "matches('^[0-9]+([.][0-9]+)? *[x×*] *[0-9]+([.][0-9]+)?( *mm)?$')"

Invariant: sc-5
Description: "The two shares add up to 100 %"
Severity: #error
Expression: "component.where(code.coding.where(code = 'linear-share-percent' or code = 'nodule-share-percent').exists()).value.ofType(Quantity).value.count() = 2 implies component.where(code.coding.where(code = 'linear-share-percent').exists()).value.ofType(Quantity).value + component.where(code.coding.where(code = 'nodule-share-percent').exists()).value.ofType(Quantity).value = 100"
