// Rule sets that the profiles share

RuleSet: Component(slice, min, max, short)
* component contains {slice} {min}..{max}
* component[{slice}] ^short = {short}
* component[{slice}].code = LMObservable#{slice}

// A component whose answer is one of the local codes, in any form in which hospitals send answers
RuleSet: CodedComponent(slice, min, max, short, valueSet)
* insert Component({slice}, {min}, {max}, {short})
* component[{slice}].value[x] only CodeableConcept or string or boolean or integer
* component[{slice}].valueCodeableConcept from {valueSet} (extensible)

// The same where the service is the author: no other answer
RuleSet: ConcludedComponent(slice, min, max, short, valueSet)
* insert Component({slice}, {min}, {max}, {short})
* component[{slice}].value[x] 1..1
* component[{slice}].value[x] only CodeableConcept
* component[{slice}].valueCodeableConcept from {valueSet} (required)
* component[{slice}].dataAbsentReason 0..0

RuleSet: LevelComponent(slice, highest, short)
* insert Component({slice}, 0, 1, {short})
* component[{slice}].value[x] only integer
* component[{slice}].valueInteger ^minValueInteger = 0
* component[{slice}].valueInteger ^maxValueInteger = {highest}

RuleSet: QuantityComponent(slice, unit, short)
* insert Component({slice}, 0, 1, {short})
* component[{slice}].value[x] only Quantity
* component[{slice}].valueQuantity = $UCUM#{unit}

RuleSet: SlicedByCode
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component ^slicing.description = "What is asked, by its local code"

RuleSet: AboutPatient
* subject 1..1 MS
* subject only Reference(Patient)
* status MS
* code MS
* effective[x] MS
* effective[x] only dateTime or Period or instant
