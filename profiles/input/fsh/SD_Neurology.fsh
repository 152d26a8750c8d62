Profile: LMNeurologicalExamination
Parent: Observation
Id: lm-neurological-examination
Title: "LM Neurological Examination Profile"
Description: "The LANO card: the level of each domain, 0 is normal; the highest level differs from domain to domain. A domain that is not named was not assessed unless the examiner calls the others normal."
* insert AboutPatient
* code = LMObservable#neurological-examination
* value[x] 0..0
* note MS
* insert SlicedByCode
* insert LevelComponent(gait, 3, "Gait")
* insert LevelComponent(strength, 3, "Strength")
* insert LevelComponent(sensation, 2, "Sensation")
* insert LevelComponent(vision, 3, "Vision")
* insert LevelComponent(eye-movements, 3, "Eye movements")
* insert LevelComponent(facial-strength, 2, "Facial strength")
* insert LevelComponent(hearing, 3, "Hearing")
* insert LevelComponent(swallowing, 2, "Swallowing")
* insert LevelComponent(level-of-consciousness, 3, "Level of consciousness")
* insert LevelComponent(behaviour, 2, "Behaviour")
* insert Component(other-domains-normal, 0, 1, "The examiner states that domains not named are normal")
* component[other-domains-normal].value[x] only boolean
* insert CodedComponent(explained-by-other-cause, 0, *, "Domain whose change has another cause", LanoDomainVS)
* insert CodedComponent(clinician-neuro, 0, 1, "The clinician's overall judgement", NeurologicalJudgementVS)
* insert CodedComponent(attribution, 0, 1, "What worsening is attributed to", AttributionVS)
* obeys ne-1

Invariant: ne-1
Description: "A domain, the statement that the others are normal, or the clinician's judgement is given"
Severity: #error
Expression: "component.code.coding.where(code != 'attribution' and code != 'explained-by-other-cause').exists()"

Profile: LMPerformanceStatus
Parent: Observation
Id: lm-performance-status
Title: "Performance Status Profile"
Description: "ECOG, Karnofsky or Lansky. What conforms to mCODE's performance status profiles conforms to this one."
* insert AboutPatient
* code from PerformanceScaleVS (extensible)
* value[x] only integer or Quantity or CodeableConcept or string
* value[x] MS
* obeys ps-1 and ps-2

Invariant: ps-1
Description: "ECOG is 0 to 5"
Severity: #error
Expression: "(code.coding.where(code = '89247-1' or code = '89262-0' or code = 'ecog').exists() and (value is integer)) implies ((value as integer) >= 0 and (value as integer) <= 5)"

Invariant: ps-2
Description: "Karnofsky and Lansky go from 0 to 100 in tens"
Severity: #error
Expression: "(code.coding.where(code = '89243-0' or code = 'kps' or code = 'lansky' or code = 'C38144').exists() and (value is integer)) implies ((value as integer) >= 0 and (value as integer) <= 100 and (value as integer) mod 10 = 0)"
