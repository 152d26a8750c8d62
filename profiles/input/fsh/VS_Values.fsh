// Value sets of local codes; where hospitals use standard ones for the same answers they are listed too

RuleSet: GeneralPolarity
* $SCT#10828004
* $SCT#260385009
* $SCT#260373001
* $SCT#260415000
* $SCT#52101004
* $SCT#2667000
* $SCT#419984006
* $SCT#42425007
* $LOINC#LA6576-8
* $LOINC#LA6577-6
* $LOINC#LA9633-4
* $LOINC#LA9634-2

RuleSet: FromFinding(code)
* LMFinding#{code}

ValueSet: LMObservableVS
Id: lm-observable-vs
Title: "LM Observable Value Set"
Description: "Everything that is asked about a patient with leptomeningeal metastasis."
* ^experimental = false
* include codes from system LMObservable

ValueSet: LMFindingVS
Id: lm-finding-vs
Title: "LM Finding Value Set"
Description: "Everything that is answered: findings, grades, classes and flags."
* ^experimental = false
* include codes from system LMFinding

ValueSet: TrialCriterionVS
Id: trial-criterion-vs
Title: "Trial Criterion Value Set"
Description: "Criteria of trials."
* ^experimental = false
* include codes from system TrialCriterion

ValueSet: PresenceVS
Id: presence-vs
Title: "Presence Value Set"
Description: "Presence of an item of the MRI scorecard at one examination."
* ^experimental = false
* insert FromFinding(present)
* insert FromFinding(absent)
* insert FromFinding(equivocal)
* insert FromFinding(not-evaluable)
* insert GeneralPolarity

ValueSet: ChangeVS
Id: change-vs
Title: "Change Value Set"
Description: "The reader's grade of change since the previous scorecard."
* ^experimental = false
* insert FromFinding(improved)
* insert FromFinding(no-change)
* insert FromFinding(worse)
* insert FromFinding(not-evaluable)

ValueSet: ResponseVS
Id: response-vs
Title: "Response Value Set"
Description: "Response grades of the scorecard and of the rule sets for the CNS and the body."
* ^experimental = false
* insert FromFinding(CR)
* insert FromFinding(PR)
* insert FromFinding(SD)
* insert FromFinding(PD)
* insert FromFinding(NE)

ValueSet: LMResponseVS
Id: lm-response-vs
Title: "LM Response Value Set"
Description: "LM response at a time point by LM-COMP-1."
* ^experimental = false
* include codes from valueset ResponseVS
* insert FromFinding(SUSPECTED_PD)

ValueSet: CompartmentResponseVS
Id: compartment-response-vs
Title: "CNS and Extracranial Response Value Set"
Description: "Responses of RANO-BM, RECIST 1.1, iRECIST and IPCG, and what a rule set answers where it computes none."
* ^experimental = false
* include codes from valueset ResponseVS
* insert FromFinding(CRu)
* insert FromFinding(non-cr-non-pd)
* insert FromFinding(iCR)
* insert FromFinding(iPR)
* insert FromFinding(iSD)
* insert FromFinding(iUPD)
* insert FromFinding(iCPD)
* insert FromFinding(not-applicable)
* insert FromFinding(not-evaluable)
* insert FromFinding(not-supported)
* insert FromFinding(invalid-input)

ValueSet: DiseaseStatusVS
Id: disease-status-vs
Title: "Disease Status Value Set"
Description: "Response or trend as somebody else states it: grades, and the trend that mCODE uses."
* ^experimental = false
* include codes from valueset CompartmentResponseVS
* insert FromFinding(improved)
* insert FromFinding(stable)
* insert FromFinding(worsened)
* insert FromFinding(not-detected)
* insert FromFinding(undetermined)
* $SCT#260415000
* $SCT#268910001
* $SCT#359746009
* $SCT#271299001
* $SCT#709137006
* $SCT#103338009
* $SCT#103337004

ValueSet: CompartmentVS
Id: compartment-vs
Title: "Compartment Value Set"
Description: "Where a response or disease status holds."
* ^experimental = false
* insert FromFinding(leptomeningeal)
* insert FromFinding(cns)
* insert FromFinding(extracranial)
* insert FromFinding(overall)

ValueSet: CytologyVS
Id: cytology-vs
Title: "CSF Cytology Value Set"
Description: "Class of a CSF cytology."
* ^experimental = false
* insert FromFinding(positive)
* insert FromFinding(suspicious)
* insert FromFinding(atypical)
* insert FromFinding(equivocal)
* insert FromFinding(negative)
* insert FromFinding(inadequate)
* insert FromFinding(not-done)
* $SCT#125154007
* insert GeneralPolarity

ValueSet: FlowCytometryVS
Id: flow-cytometry-vs
Title: "CSF Flow Cytometry Value Set"
Description: "Result of flow cytometry of CSF."
* ^experimental = false
* insert FromFinding(positive)
* insert FromFinding(equivocal)
* insert FromFinding(negative)
* insert FromFinding(not-done)
* insert GeneralPolarity

ValueSet: CSFSiteVS
Id: csf-site-vs
Title: "CSF Site Value Set"
Description: "Where CSF was taken."
* ^experimental = false
* insert FromFinding(lumbar)
* insert FromFinding(ventricular)

ValueSet: LMConditionVS
Id: lm-condition-vs
Title: "LM Diagnosis Value Set"
Description: "Codes under which charts carry leptomeningeal metastasis. ICD-10-CM C79.32 covers the dura as well."
* ^experimental = false
* insert FromFinding(leptomeningeal-metastasis)
* $SCT#230156002
* $SCT#128462008
* http://hl7.org/fhir/sid/icd-10-cm#C79.32
* http://hl7.org/fhir/sid/icd-10#C79.3

ValueSet: DuralConditionVS
Id: dural-condition-vs
Title: "Dural Metastasis Value Set"
Description: "Codes under which charts carry dural metastasis."
* ^experimental = false
* insert FromFinding(dural-metastasis)
* $SCT#128462008
* http://hl7.org/fhir/sid/icd-10-cm#C79.32
* http://hl7.org/fhir/sid/icd-10#C79.3

ValueSet: CSFChemistryVS
Id: csf-chemistry-vs
Title: "CSF Chemistry Value Set"
Description: "LOINC codes of CSF chemistry, cell counts and markers that are verified (codes.md 3), and the local ones."
* ^experimental = false
* $LOINC#2880-3
* $LOINC#2342-4
* $LOINC#14744-7
* $LOINC#806-0
* $LOINC#26465-5
* $LOINC#58470-6
* $LOINC#792-2
* $LOINC#26454-9
* $LOINC#76673-3
* $LOINC#46091-5
* $LOINC#13516-0
* $LOINC#10328-3
* $LOINC#10329-1
* $LOINC#12229-1
* $LOINC#12208-5
* $LOINC#13517-8
* $LOINC#2528-8
* $LOINC#2037-0
* $LOINC#50776-4
* $LOINC#50775-6
* $LOINC#50779-8
* $LOINC#68928-1
* $LOINC#44802-7
* $LOINC#1951-3
* $LOINC#14041-8
* $LOINC#59230-3
* LMObservable#csf-protein
* LMObservable#csf-glucose
* LMObservable#csf-leukocytes
* LMObservable#csf-nucleated-cells
* LMObservable#csf-erythrocytes
* LMObservable#csf-ldh
* LMObservable#opening-pressure

ValueSet: PerformanceScaleVS
Id: performance-scale-vs
Title: "Performance Scale Value Set"
Description: "ECOG, Karnofsky and Lansky by LOINC, NCIt or local code."
* ^experimental = false
* $LOINC#89247-1
* $LOINC#89262-0
* $LOINC#89243-0
* http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C38144
* LMObservable#ecog
* LMObservable#kps
* LMObservable#lansky

ValueSet: LanoDomainVS
Id: lano-domain-vs
Title: "LANO Domain Value Set"
Description: "The ten domains of the neurological examination, as observables (stated) and as findings (concluded)."
* ^experimental = false
* LMObservable#gait
* LMObservable#strength
* LMObservable#sensation
* LMObservable#vision
* LMObservable#eye-movements
* LMObservable#facial-strength
* LMObservable#hearing
* LMObservable#swallowing
* LMObservable#level-of-consciousness
* LMObservable#behaviour
* LMFinding#gait
* LMFinding#strength
* LMFinding#sensation
* LMFinding#vision
* LMFinding#eye-movements
* LMFinding#facial-strength
* LMFinding#hearing
* LMFinding#swallowing
* LMFinding#level-of-consciousness
* LMFinding#behaviour

ValueSet: NeurologicalJudgementVS
Id: neurological-judgement-vs
Title: "Neurological Judgement Value Set"
Description: "The clinician's overall neurological judgement."
* ^experimental = false
* insert FromFinding(improved)
* insert FromFinding(stable)
* insert FromFinding(worse)

ValueSet: AttributionVS
Id: attribution-vs
Title: "Attribution Value Set"
Description: "What worsening is attributed to."
* ^experimental = false
* insert FromFinding(lm)
* insert FromFinding(undetermined)
* insert FromFinding(other)

ValueSet: ImagedVS
Id: imaged-vs
Title: "Region Imaged Value Set"
Description: "How much of a region was imaged."
* ^experimental = false
* insert FromFinding(full)
* insert FromFinding(part)
* insert FromFinding(no)
* insert FromFinding(yes)

ValueSet: VariantPresenceVS
Id: variant-presence-vs
Title: "Variant Presence Value Set"
Description: "Whether a variant was found."
* ^experimental = false
* insert FromFinding(present)
* insert FromFinding(absent)
* insert FromFinding(detected)
* insert FromFinding(not-detected)
* insert GeneralPolarity

ValueSet: CertaintyVS
Id: certainty-vs
Title: "LM Certainty Value Set"
Description: "Diagnostic certainty by EANO-ESMO, and the clinician's refutation."
* ^experimental = false
* insert FromFinding(confirmed)
* insert FromFinding(probable)
* insert FromFinding(possible)
* insert FromFinding(lack-of-evidence)
* insert FromFinding(not-evaluable)
* insert FromFinding(refuted)

ValueSet: LMTypeVS
Id: lm-type-vs
Title: "LM Type Value Set"
Description: "I confirmed by tumour cells, II not."
* ^experimental = false
* insert FromFinding(I)
* insert FromFinding(II)

ValueSet: LMLetterVS
Id: lm-letter-vs
Title: "LM Letter Value Set"
Description: "MRI subtype."
* ^experimental = false
* insert FromFinding(A)
* insert FromFinding(B)
* insert FromFinding(C)
* insert FromFinding(D)

ValueSet: LMTypeLetterVS
Id: lm-type-letter-vs
Title: "LM Type and Letter Value Set"
Description: "Type and MRI subtype together."
* ^experimental = false
* insert FromFinding(IA)
* insert FromFinding(IB)
* insert FromFinding(IC)
* insert FromFinding(ID)
* insert FromFinding(IIA)
* insert FromFinding(IIB)
* insert FromFinding(IIC)
* insert FromFinding(IID)

ValueSet: NeuroResultVS
Id: neuro-result-vs
Title: "Neurological Component Value Set"
Description: "Result of the neurological component."
* ^experimental = false
* include codes from valueset NeurologicalJudgementVS
* insert FromFinding(NE)

ValueSet: CSFStateVS
Id: csf-state-vs
Title: "CSF State Value Set"
Description: "State of the series of CSF samples."
* ^experimental = false
* insert FromFinding(NN)
* insert FromFinding(CLEAR_U)
* insert FromFinding(CLEAR_C)
* insert FromFinding(POS)
* insert FromFinding(CONV)
* insert FromFinding(EQ)
* insert FromFinding(NE)

ValueSet: ImagingSourceVS
Id: imaging-source-vs
Title: "Imaging Source Value Set"
Description: "Which grade the response uses: the one derived from the items, or the reader's."
* ^experimental = false
* insert FromFinding(derived)
* insert FromFinding(reader)

ValueSet: CompartmentRuleVS
Id: compartment-rule-vs
Title: "CNS and Extracranial Rule Set Value Set"
Description: "Rule sets that conclude the response of the CNS or of the body."
* ^experimental = false
* LMObservable#rano-bm
* LMObservable#rano-bm-course
* LMObservable#recist-1-1
* LMObservable#recist-1-1-course
* LMObservable#irecist
* LMObservable#ipcg
* LMObservable#nano-change
* LMObservable#abscopal-response

ValueSet: PrognosticScoreVS
Id: prognostic-score-vs
Title: "Prognostic Score Value Set"
Description: "Scores and prognostic statements."
* ^experimental = false
* LMObservable#pan-2018
* LMObservable#lung-molgpa
* LMObservable#lm-molgpa
* LMObservable#csf-genotype
* LMObservable#cart-risk

ValueSet: EligibilityVS
Id: eligibility-vs
Title: "Eligibility Value Set"
Description: "Three-valued verdict on a trial."
* ^experimental = false
* insert FromFinding(eligible)
* insert FromFinding(ineligible)
* insert FromFinding(indeterminate)

ValueSet: CriterionVerdictVS
Id: criterion-verdict-vs
Title: "Criterion Verdict Value Set"
Description: "Verdict on one criterion; an unknown one has a data absent reason instead."
* ^experimental = false
* insert FromFinding(met)
* insert FromFinding(not-met)
