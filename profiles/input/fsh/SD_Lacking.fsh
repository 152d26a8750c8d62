Extension: LackingInputs
Id: lacking-inputs
Title: "Lacking Inputs Extension"
Description: "A rule set that a patient's record asks and that concludes nothing, with what it lacks. $lm-response lists these in the meta of its Bundle, one extension each; the entries are the responses alone."
Context: Meta
* extension contains
    ruleSet 1..1 and
    topic 0..1 and
    value 1..1 and
    date 1..1 and
    missing 0..* and
    reason 0..1
* insert LackingCoding(ruleSet, "Rule set", LMObservableVS)
* extension[topic] ^short = "Which of several answers of the rule set: kind of endpoint, follow-up, further sample of the day"
* extension[topic].value[x] 1..1
* extension[topic].value[x] only string
* insert LackingCoding(value, [["What it answers: not-evaluable, NE and their like"]], LMFindingVS)
* extension[date] ^short = "Day of the answer"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* insert LackingCoding(missing, "Input whose absence prevents the result", LMObservableVS)
* insert LackingCoding(reason, "Why there is no result", LMFindingVS)

RuleSet: LackingCoding(slice, short, valueSet)
* extension[{slice}] ^short = {short}
* extension[{slice}].value[x] 1..1
* extension[{slice}].value[x] only Coding
* extension[{slice}].valueCoding from {valueSet} (required)
