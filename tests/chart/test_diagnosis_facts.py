"""Diagnoses: primaries, LM, dural and other metastases, comorbidities (exchange.md 2)."""

import pytest

from leptobridge.chart.facts import Fact
from tests.chart.reading import (
    CLINICAL_STATUS,
    VERIFICATION,
    coded,
    codings,
    condition,
    facts_of,
    items_of,
    kinds_of,
    only_fact,
    unmapped_of,
    words,
)
from tests.dialects import (
    DIALECTS,
    ICD_10,
    ICD_10_CM,
    LOINC,
    SNOMED,
    Dialect,
    Json,
    cancer,
    finding,
    leptomeningeal_metastasis,
    observable,
    observation,
)

ICD_10_GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
ICD_10_CN = "urn:oid:2.16.156.10011.2.3.3.11"
ICD_O_3 = "http://terminology.hl7.org/CodeSystem/icd-o-3"
HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
REFUTED = coded(VERIFICATION, "refuted")


# --- primaries


@pytest.mark.parametrize(
    ("system", "code", "primary"),
    [
        (ICD_10_CM, "C50.911", "breast_cancer"), (ICD_10_CM, "C50911", "breast_cancer"),
        (ICD_10_GM, "C34.1", "lung_cancer"),
        (ICD_10_CN, "C34.900x001", "lung_cancer"), (ICD_10, "C43.5", "melanoma"), (ICD_10, "c43.5", "melanoma"),
        (ICD_10, "C41.2", "other_carcinoma"), (ICD_10, "C49.2", "other_carcinoma"),
        (ICD_10, "C71.9", "primary_brain_tumour"),
        (ICD_10, "C72.0", "primary_brain_tumour"), (ICD_10, "C83.3", "lymphoma"), (ICD_10_CM, "C83.390", "lymphoma"),
        (ICD_10, "C88.0", "lymphoma"), (ICD_10, "C92.0", "leukaemia"), (ICD_10, "C90.0", "other_haematological"),
        (ICD_10, "C18.7", "other_carcinoma"), (ICD_10, "C00.0", "other_carcinoma"),
        (ICD_10, "C76.0", "other_carcinoma"),
        (ICD_10, "C80.1", "solid_tumour"), ("http://hl7.org/fhir/sid/icd-10-it", "C50", "breast_cancer"),
        (SNOMED, "254637007", "lung_cancer"), (SNOMED, "254837009", "breast_cancer"),
        (SNOMED, "372137005", "breast_cancer"),
        (SNOMED, "372244006", "melanoma"), (ICD_O_3, "C34.1", "lung_cancer"),
    ],
)  # fmt: skip
def test_the_primary_is_known_by_its_code(system: str, code: str, primary: str) -> None:
    assert only_fact(condition(coded(system, code)), "cancer.primary").value == primary


@pytest.mark.parametrize(
    ("text", "primary"),
    [
        ("Non-small cell lung cancer", "lung_cancer"), ("NSCLC", "lung_cancer"), ("肺腺癌", "lung_cancer"),
        ("右肺上叶腺癌", "lung_cancer"), ("Adenocarcinoma of right upper lobe of lung", "lung_cancer"),
        ("Malignant neoplasm of upper lobe, left bronchus or lung", "lung_cancer"), ("小细胞肺癌", "lung_cancer"),
        ("Breast cancer, HER2 positive", "breast_cancer"), ("HER2阳性乳腺癌", "breast_cancer"),
        ("左乳浸润性导管癌", "breast_cancer"),
        ("Invasive ductal carcinoma, left breast", "breast_cancer"), ("Malignant melanoma of skin", "melanoma"),
        ("Metastatic melanoma", "melanoma"), ("转移性黑色素瘤", "melanoma"),
        ("Metastatic breast cancer", "breast_cancer"),
        ("胃癌", "other_carcinoma"), ("胃印戒细胞癌", "other_carcinoma"), ("Osteosarcoma", "sarcoma"),
        ("骨肉瘤", "sarcoma"),
        ("Glioblastoma", "primary_brain_tumour"), ("胶质母细胞瘤", "primary_brain_tumour"),
        ("DLBCL", "lymphoma"), ("Diffuse large B-cell lymphoma", "lymphoma"),
        ("白血病", "leukaemia"),
        ("Cancer of unknown primary", "solid_tumour"), ("恶性肿瘤", "solid_tumour"),
        ("多发性骨髓瘤", "other_haematological"),
    ],
)  # fmt: skip
def test_the_primary_is_known_by_words(text: str, primary: str) -> None:
    assert only_fact(condition(words(text)), "cancer.primary").value == primary


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_names_the_same_cancer(dialect: Dialect) -> None:
    fact = only_fact(cancer(dialect, "nsclc", "2025-03-01"), "cancer.primary")
    assert (fact.value, fact.details["histology"], fact.details["stage"]) == ("lung_cancer", "adenocarcinoma", "IV")


@pytest.mark.parametrize(
    "text", ["Ductal carcinoma in situ", "Family history of breast cancer", "Breast cancer screening", "Meningioma",
             "No evidence of malignancy", "良性肿瘤", "Lung nodule", "Hypertension"],
)  # fmt: skip
def test_what_is_no_malignancy_is_no_primary(text: str) -> None:
    assert "cancer.primary" not in kinds_of(condition(words(text)))


def test_a_suspected_cancer_is_pending_and_one_from_before_is_history() -> None:
    suspected = only_fact(condition(words("Suspected lung cancer")), "cancer.primary")
    past = only_fact(condition(words("History of breast cancer")), "cancer.primary")
    assert suspected.status == "pending"
    assert (past.status, past.details["state"]) == ("counted", "history")


def test_a_primary_of_the_meninges_needs_review() -> None:
    for code in ("C70.0", "C70.1", "C70.9"):
        fact = only_fact(condition(coded(ICD_10, code)), "cancer.primary")
        assert (fact.value, fact.flags) == ("primary_meninges", ("needs_review",))


@pytest.mark.parametrize(
    ("elements", "histology"),
    [
        ({"extension": [{"url": HISTOLOGY, "valueCodeableConcept": coded(SNOMED, "1187332001")}]}, "adenocarcinoma"),
        ({"extension": [{"url": HISTOLOGY, "valueCodeableConcept": coded(ICD_O_3, "8070/3")}]}, "squamous"),
        ({"extension": [{"url": HISTOLOGY, "valueCodeableConcept": words("Adenocarcinoma, NOS")}]}, "adenocarcinoma"),
        ({"note": [{"text": "病理：腺癌"}]}, "adenocarcinoma"),
        ({"note": [{"text": "Squamous cell carcinoma"}]}, "squamous"),
        ({}, None),
    ],
)
def test_histology_comes_from_extension_morphology_or_notes(elements: Json, histology: str | None) -> None:
    sent = condition(coded(ICD_10, "C34.9"), **elements)
    assert only_fact(sent, "cancer.primary").details.get("histology") == histology


@pytest.mark.parametrize(
    ("text", "histology"),
    [
        ("NSCLC", "nsclc"), ("SCLC", "sclc"), ("非小细胞肺癌", "nsclc"), ("小细胞肺癌", "sclc"),
        ("肺鳞癌", "squamous"),
        ("Non-small cell lung cancer, adenocarcinoma", "adenocarcinoma"), ("Lung cancer", None), ("乳腺癌", None),
        ("前列腺癌", None), ("乳腺浸润性小叶癌", "lobular"),
    ],
)  # fmt: skip
def test_histology_is_read_from_words(text: str, histology: str | None) -> None:
    assert only_fact(condition(words(text)), "cancer.primary").details.get("histology") == histology


def test_a_coded_group_of_histologies_takes_the_precise_word() -> None:
    sent = condition(coded(SNOMED, "254637007", text="Lung adenocarcinoma (NSCLC)"))
    assert only_fact(sent, "cancer.primary").details["histology"] == "adenocarcinoma"


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("histology", "Non-small cell carcinoma", "nsclc"), ("histology", "小细胞肺癌", "sclc"),
        ("histology", "no small cell component, 腺癌", "adenocarcinoma"),
        ("primary", "乳腺癌", "breast_cancer"), ("primary", "NSCLC", "lung_cancer"),
        ("primary", "carcinoma of unknown kind", None),
    ],
)  # fmt: skip
def test_primary_and_histology_may_be_stated_in_words(code: str, text: str, value: str | None) -> None:
    assert only_fact(observation(observable(code), "2026-01-10", valueString=text), f"cancer.{code}").value == value


def test_sarcoma_is_sarcoma_where_histology_says_so() -> None:
    for code in ("C40.2", "C41.2", "C46.0", "C49.2"):
        sent = condition(codings((ICD_10, code), (ICD_O_3, "8800/3")))
        assert only_fact(sent, "cancer.primary").value == "sarcoma"
    assert only_fact(condition(coded(ICD_10, "C49.2", text="平滑肌肉瘤")), "cancer.primary").value == "sarcoma"


@pytest.mark.parametrize(
    ("codes", "primary"),
    [
        (("C50.4", "8500/3"), "breast_cancer"),
        (("C44.5", "8720/3"), "melanoma"),
        (("C77.0", "9680/3"), "lymphoma"),
        (("C42.1", "9861/3"), "leukaemia"),
        (("C71.1", "9440/3"), "primary_brain_tumour"),
    ],
)
def test_topography_and_morphology_together_tell_the_primary(codes: tuple[str, str], primary: str) -> None:
    sent = condition(codings(*((ICD_O_3, code) for code in codes)))
    assert only_fact(sent, "cancer.primary").value == primary


@pytest.mark.parametrize(
    ("elements", "stage"),
    [
        ({"stage": [{"summary": words("Stage IV")}]}, "IV"),
        ({"stage": [{"summary": words("IIIB")}]}, "IIIB"),
        ({"stage": [{"summary": words("IVA期")}]}, "IVA"),
        ({"stage": [{"summary": words("四期")}]}, "IV"),
        ({"stage": [{"summary": coded("http://cancerstaging.org", "3A", "IIIA")}]}, "IIIA"),
        ({"stage": [{"summary": coded("http://cancerstaging.org", "4")}]}, "IV"),
        (
            {"stage": [{"summary": coded(SNOMED, "1222769003", "American Joint Committee on Cancer stage IIIA")}]},
            "IIIA",
        ),
        ({"stage": [{"summary": words("cT2 cN1 cM1c")}]}, "IV"),
        ({"stage": [{"summary": words("cT2 cN1 cM0")}]}, None),
        ({}, None),
    ],
)
def test_the_stage_is_read_from_its_summary(elements: Json, stage: str | None) -> None:
    assert only_fact(condition(coded(ICD_10, "C34.9"), **elements), "cancer.primary").details.get("stage") == stage


def test_the_stage_may_come_as_an_observation_that_names_its_condition() -> None:
    sent = observation(
        coded(LOINC, "21908-9"),
        "2026-01-10",
        valueCodeableConcept=words("Stage 3A"),
        focus=[{"reference": "Condition/1"}],
    )
    fact = only_fact(sent, "cancer.stage")
    assert (fact.value, fact.details["focus_condition"]) == ("IIIA", ("Condition/1",))


def test_primary_histology_and_stage_may_come_as_local_observations() -> None:
    sent = {
        "primary": observation(observable("primary"), "2026-01-10", valueCodeableConcept=finding("breast-cancer")),
        "histology": observation(observable("histology"), "2026-01-10", valueCodeableConcept=finding("adenocarcinoma")),
        "stage": observation(observable("stage"), "2026-01-10", valueCodeableConcept=finding("IV")),
    }
    values = {name: facts_of(resource)[0].value for name, resource in sent.items()}
    assert values == {"primary": "breast_cancer", "histology": "adenocarcinoma", "stage": "IV"}


def test_codings_that_name_different_primaries_are_a_conflict_and_snomed_decides() -> None:
    fact = only_fact(condition(codings((ICD_10, "C34.9"), (SNOMED, "254837009"))), "cancer.primary")
    assert (fact.value, fact.flags) == ("breast_cancer", ("coding_conflict",))
    agreeing = only_fact(condition(codings((ICD_10, "C80.1"), (SNOMED, "254837009"))), "cancer.primary")
    assert (agreeing.value, agreeing.flags) == ("breast_cancer", ())


@pytest.mark.parametrize(
    ("answer", "value"), [(finding("no"), "no"), (finding("yes"), "yes"), (finding("unknown"), None)]
)
def test_that_there_is_no_cancer_is_only_a_statement(answer: Json, value: str | None) -> None:
    assert (
        only_fact(observation(observable("cancer"), "2026-01-10", valueCodeableConcept=answer), "cancer.known").value
        == value
    )


@pytest.mark.parametrize(
    "text",
    ["Malignant hypertension", "Neuroleptic malignant syndrome", "恶性高血压", "恶性贫血", "Fear of cancer", "癌性疼痛",
     "Genetic susceptibility to malignant neoplasm of breast", "Increased risk of breast cancer",
     "Elevated cancer antigen 125", "Pulmonary embolism in cancer patient"],
)  # fmt: skip
def test_words_for_malignancy_in_another_sense_are_no_cancer(text: str) -> None:
    assert not kinds_of(condition(words(text)))


@pytest.mark.parametrize(
    ("code", "text", "primary"),
    [
        ("Z51.1", "恶性肿瘤化疗", None),
        ("Z08", "Follow-up examination after completed treatment for malignant neoplasm", None),
        ("I26.9", "Pulmonary embolism, cancer", None),
        ("D70.1", "Neutropenia in breast cancer", "breast_cancer"),
        ("Z85.3", "Personal history of malignant neoplasm of breast", "breast_cancer"),
        ("C50.9", "Malignant neoplasm", "breast_cancer"),
    ],
)
def test_a_code_of_another_chapter_leaves_a_primary_to_words_that_name_it(
    code: str, text: str, primary: str | None
) -> None:
    said = [fact.value for fact in facts_of(condition(coded(ICD_10, code, text=text))) if fact.kind == "cancer.primary"]
    assert said == ([] if primary is None else [primary])


@pytest.mark.parametrize("text", ["Malignant pleural effusion", "恶性胸腔积液", "恶性腹水"])
def test_a_malignant_effusion_is_spread_and_no_primary(text: str) -> None:
    assert kinds_of(condition(words(text))) == {"metastasis"}


@pytest.mark.parametrize(
    ("note", "histology"),
    [
        ("Adenocarcinoma, no small cell component", "adenocarcinoma"),
        ("Small cell type", "sclc"),
        ("Non-small cell, not small cell", "nsclc"),
        ("未见小细胞成分，腺癌", "adenocarcinoma"),
    ],
)
def test_a_histology_that_is_denied_is_not_the_histology(note: str, histology: str) -> None:
    fact = only_fact(condition(coded(ICD_10, "C34.1"), note=[{"text": note}]), "cancer.primary")
    assert fact.details["histology"] == histology


# --- leptomeningeal metastasis


@pytest.mark.parametrize(
    "sent",
    [
        condition(coded(SNOMED, "230156002")),
        condition(coded(SNOMED, "128462008"), bodySite=[coded(SNOMED, "8935007")]),
        condition(coded(ICD_10, "C79.3"), bodySite=[coded(SNOMED, "8935007")]),
        condition(coded(ICD_10, "C79.4"), bodySite=[words("软脑膜")]),
        condition(finding("leptomeningeal-metastasis")),
        condition(coded(ICD_10_CM, "C79.32", text="Leptomeningeal carcinomatosis")),
        condition(codings((ICD_10_CM, "C79.32"), (SNOMED, "230156002"))),
        *(
            condition(words(text))
            for text in (
                "Leptomeningeal metastasis", "Leptomeningeal metastases", "leptomeningeal disease",
                "Carcinomatous meningitis",
                "Leptomeningeal carcinomatosis", "Neoplastic meningitis", "Meningeal carcinomatosis", "软脑膜转移",
                "脑膜癌病",
                "肺腺癌软脑膜转移", "Breast cancer with leptomeningeal metastases", "LMD", "Meningeosis carcinomatosa",
                "Leptomeningeal seeding", "软脊膜转移", "Metastatic lung cancer to the leptomeninges",
                "Secondary malignant neoplasm of brain and leptomeninges", "颅内转移伴软脑膜受累", "软脑膜多发转移",
                "Leptomeningeal and brain metastases", "Brain and leptomeningeal metastases", "软脑膜及脑实质转移",
            )
        ),
    ],
)  # fmt: skip
def test_leptomeningeal_metastasis_is_known_by_codes_and_words(sent: Json) -> None:
    fact = only_fact(sent, "lm.diagnosis")
    assert (fact.value, fact.status, fact.flags) == ("active", "counted", ())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_says_leptomeningeal_metastasis(dialect: Dialect) -> None:
    assert only_fact(leptomeningeal_metastasis(dialect, "2026-01-10"), "lm.diagnosis").flags == ()


@pytest.mark.parametrize(
    "sent",
    [
        condition(coded(ICD_10_CM, "C79.32")),
        condition(coded(ICD_10_CM, "C7932", "Secondary malignant neoplasm of cerebral meninges")),
        condition(coded(ICD_10_CM, "C79.32", "brain coverings, leptomeninges or dura")),
        condition(words("脑膜转移")),
        condition(words("肺癌脑膜转移")),
        condition(words("脑脊膜转移")),
        condition(words("脊膜转移")),
        condition(words("Meningeal metastases")),
        condition(coded(SNOMED, "128462008"), bodySite=[words("Meninges")]),
        condition(codings((ICD_O_3, "C70.0"), (ICD_O_3, "8140/6"))),
    ],
)
def test_meninges_that_are_not_said_to_be_the_leptomeninges_are_not_lm_specific(sent: Json) -> None:
    assert only_fact(sent, "lm.diagnosis").flags == ("not_lm_specific",)


@pytest.mark.parametrize(
    "sent",
    [
        condition(coded(ICD_10_CM, "C79.32", text="Dural metastasis")),
        condition(coded(ICD_10_CM, "C79.32"), bodySite=[coded(SNOMED, "37554007")]),
        condition(coded(ICD_10_CM, "C79.32"), bodySite=[words("Dura mater")]),
        condition(finding("dural-metastasis")),
        condition(words("硬脑膜转移")),
        condition(words("硬脊膜转移")),
        condition(words("Pachymeningeal metastases")),
        condition(words("Metastasis of the dura")),
        condition(coded(SNOMED, "128462008"), bodySite=[words("硬脑膜")]),
    ],
)
def test_the_dura_is_not_the_leptomeninges(sent: Json) -> None:
    assert kinds_of(sent) == {"dural.diagnosis"}


def test_both_coverings_named_are_both_stated() -> None:
    assert kinds_of(condition(words("硬脑膜及软脑膜转移"))) == {"dural.diagnosis", "lm.diagnosis"}


@pytest.mark.parametrize(
    "text", ["硬膜外转移瘤", "Epidural metastasis", "Subdural haematoma", "硬膜下血肿", "硬脑膜动静脉瘘"]
)
def test_epidural_and_subdural_findings_are_not_dural_metastasis(text: str) -> None:
    assert not {"dural.diagnosis", "lm.diagnosis"} & kinds_of(condition(words(text)))


@pytest.mark.parametrize(
    "text",
    ["No evidence of leptomeningeal metastasis", "排除软脑膜转移", "未见软脑膜转移", "Leptomeningeal disease ruled out",
             "软脑膜转移已排除",
             "Brain metastases without leptomeningeal disease", "无软脑膜转移", "不支持软脑膜转移"],
)  # fmt: skip
def test_a_denied_diagnosis_is_none(text: str) -> None:
    assert "lm.diagnosis" not in kinds_of(condition(words(text)))


@pytest.mark.parametrize(
    "text", ["Suspected leptomeningeal disease", "疑似软脑膜转移", "软脑膜转移？", "软脑膜转移待排", "Possible LMD",
             "Leptomeningeal metastasis cannot be excluded", "不除外软脑膜转移",
             "Rule out leptomeningeal carcinomatosis",
             "R/o LMD", "Evaluate for leptomeningeal disease", "? LMD", "LMD? Infection?", "脑膜癌病待查",
             "软脑膜转移待排除", "软脑膜转移不排除", "拟诊软脑膜转移", "脑膜转移？待查"],
)  # fmt: skip
def test_a_hedged_diagnosis_is_a_suspicion(text: str) -> None:
    assert only_fact(condition(words(text)), "lm.diagnosis").status == "pending"


def test_doubt_about_the_leptomeninges_leaves_what_stands_beside_it() -> None:
    sent = condition(words("肺癌多发脑转移，软脑膜转移不除外"))
    said = {(fact.kind, fact.status) for fact in facts_of(sent)}
    assert said == {("lm.diagnosis", "pending"), ("metastasis", "counted"), ("cancer.primary", "counted")}


def refutation_in(sent: Json) -> Fact:
    """The one statement of a Condition that LM is refuted."""
    (fact,) = (fact for fact in facts_of(sent) if fact.kind == "lm.diagnosis" and fact.value == "refuted")
    return fact


def test_a_refutation_speaks_from_its_note_with_its_reason() -> None:
    notes = [
        {"time": "2026-01-10", "text": "MRI linear enhancement"},
        {"time": "2026-02-20", "text": "Three negative cytologies, enhancement gone"},
    ]
    sent = condition(coded(SNOMED, "230156002"), verificationStatus=REFUTED, note=notes, recordedDate="2026-01-11")
    fact = refutation_in(sent)
    assert (fact.value, fact.status, fact.time and fact.time.text) == ("refuted", "counted", "2026-02-20")
    assert str(fact.details["reason"]).endswith("Three negative cytologies, enhancement gone")
    assert fact.details["onset"] == "2026-01-10"


def test_a_refutation_without_a_note_speaks_from_its_recorded_date() -> None:
    refuted = condition(coded(SNOMED, "230156002"), verificationStatus=REFUTED, note=[{"text": "artefact"}])
    recorded = refutation_in(refuted | {"recordedDate": "2026-02-01"}).time
    assert recorded is not None and recorded.text == "2026-02-01"


def test_a_refutation_without_any_date_speaks_from_the_day_of_its_version_not_from_the_onset() -> None:
    refuted = condition(coded(SNOMED, "230156002"), verificationStatus=REFUTED)
    updated = refutation_in(refuted | {"meta": {"lastUpdated": "2026-03-01T10:00:00Z"}}).time
    received = refutation_in(refuted).time
    assert updated is not None and received is not None
    assert (updated.text, received.text) == ("2026-03-01", "2026-07-01")


@pytest.mark.parametrize("status", ["recurrence", "relapse"])
def test_a_recurrence_is_not_newly_diagnosed(status: str) -> None:
    sent = condition(coded(SNOMED, "230156002"), clinicalStatus=coded(CLINICAL_STATUS, status))
    fact = only_fact(sent, "lm.diagnosis")
    assert (fact.value, fact.details["recurrent"]) == ("active", True)


@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
def test_a_resolved_diagnosis_stays_a_fact_of_the_past(status: str) -> None:
    sent = condition(coded(SNOMED, "230156002"), clinicalStatus=coded(CLINICAL_STATUS, status))
    assert only_fact(sent, "lm.diagnosis").value == "history"
    past = only_fact(condition(coded(ICD_10, "C50.9"), clinicalStatus=coded(CLINICAL_STATUS, status)), "cancer.primary")
    assert (past.value, past.details["state"]) == ("breast_cancer", "history")


@pytest.mark.parametrize(
    ("elements", "primary"),
    [
        ({"evidence": [{"code": [coded(ICD_10, "C50.9")]}]}, "breast_cancer"),
        ({"evidence": [{"code": [coded(SNOMED, "254637007")]}]}, "lung_cancer"),
        ({"evidence": [{"code": [words("肺腺癌")]}]}, "lung_cancer"),
        ({"evidence": [{"detail": [{"reference": "Condition/9", "display": "Breast cancer"}]}]}, "breast_cancer"),
        ({"note": [{"text": "primary: malignant melanoma"}]}, "melanoma"),
        ({}, None),
    ],
)
def test_the_lm_diagnosis_may_name_its_primary(elements: Json, primary: str | None) -> None:
    assert (
        only_fact(condition(coded(SNOMED, "230156002"), **elements), "lm.diagnosis").details.get("primary") == primary
    )


def test_the_evidence_of_the_lm_diagnosis_is_kept_as_references() -> None:
    sent = condition(coded(SNOMED, "230156002"), evidence=[{"detail": [{"reference": "Condition/9"}]}])
    assert only_fact(sent, "lm.diagnosis").details["evidence"] == ("Condition/9",)


def test_an_lm_diagnosis_that_names_the_primary_in_words_states_it_too() -> None:
    sent = condition(words("Leptomeningeal metastasis from breast cancer"))
    assert only_fact(sent, "cancer.primary").value == "breast_cancer"
    assert "cancer.primary" not in kinds_of(sent | {"verificationStatus": REFUTED})


@pytest.mark.parametrize("code", [coded(ICD_10, "C70.9"), coded(ICD_10, "C80.0")])
def test_a_code_that_charts_use_for_lm_is_no_primary_beside_the_words_for_it(code: Json) -> None:
    sent = condition(code | {"text": "Carcinomatous meningitis"})
    assert kinds_of(sent) == {"lm.diagnosis"}
    assert only_fact(sent, "lm.diagnosis").flags == ("needs_review",)


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("乳腺癌软脑膜转移、脑转移", {"brain"}), ("Leptomeningeal and brain metastases", {"brain"}),
        ("软脑膜转移，骨转移", {"bone"}),
        ("Leptomeningeal metastasis of the brain", set()), ("脑膜转移", set()), ("肺癌软脑膜转移", set()),
    ],
)  # fmt: skip
def test_a_text_that_names_lm_may_name_other_metastases(text: str, sites: set[str]) -> None:
    sent = condition(words(text))
    assert "lm.diagnosis" in kinds_of(sent)
    assert set(items_of(sent, "metastasis")) == sites


def test_a_code_of_the_coverings_that_the_text_denies_says_nothing() -> None:
    assert kinds_of(condition(coded(ICD_10_CM, "C79.32", text="No leptomeningeal metastasis"))) == set()
    assert kinds_of(condition(coded(ICD_10, "C79.3", text="脑转移，无软脑膜转移"))) == {"metastasis"}


# --- other metastases and comorbidities


@pytest.mark.parametrize(
    ("sent", "sites"),
    [
        (condition(coded(ICD_10, "C77.1")), {"lymph_node"}),
        (condition(coded(ICD_10, "C78.0")), {"lung"}),
        (condition(coded(ICD_10, "C78.7")), {"liver"}),
        (condition(coded(ICD_10, "C79.3")), {"brain"}),
        (condition(coded(ICD_10_CM, "C79.31")), {"brain"}),
        (condition(coded(ICD_10, "C79.3", "脑和脑膜继发性恶性肿瘤")), {"brain"}),
        (condition(coded(ICD_10, "C79.3", "Secondary malignant neoplasm of brain and cerebral meninges")), {"brain"}),
        (condition(coded(ICD_10, "C79.5")), {"bone"}),
        (condition(coded(SNOMED, "94225005")), {"brain"}),
        (condition(coded(SNOMED, "94391008")), {"lung"}),
        (condition(coded(SNOMED, "128462008"), bodySite=[words("Liver")]), {"liver"}),
        (condition(coded(SNOMED, "128462008"), bodySite=[coded(SNOMED, "12738006")]), {"brain"}),
        (condition(coded(SNOMED, "128462008")), {"unspecified"}),
        (condition(words("Brain metastases")), {"brain"}),
        (condition(words("骨转移瘤")), {"bone"}),
        (condition(words("Bone and liver metastases")), {"bone", "liver"}),
        (condition(words("脑、骨转移")), {"brain", "bone"}),
        (condition(words("Secondary malignant neoplasm of lung")), {"lung"}),
        (condition(words("Metastatic carcinoma to liver")), {"liver"}),
    ],
)
def test_other_metastases_tell_their_site(sent: Json, sites: set[str]) -> None:
    assert set(items_of(sent, "metastasis")) == sites
    assert kinds_of(sent) == {"metastasis"}


@pytest.mark.parametrize(
    ("text", "primary", "site"),
    [
        ("肺癌脑转移", "lung_cancer", "brain"), ("Lung cancer with brain metastases", "lung_cancer", "brain"),
        ("右肺上叶腺癌，脑转移", "lung_cancer", "brain"),
        ("Bone metastases from breast cancer", "breast_cancer", "bone"),
        ("Metastatic breast cancer", "breast_cancer", "unspecified"),
    ],
)  # fmt: skip
def test_a_text_may_name_the_primary_and_its_metastasis(text: str, primary: str, site: str) -> None:
    sent = condition(words(text))
    assert only_fact(sent, "cancer.primary").value == primary
    assert set(items_of(sent, "metastasis")) == {site}


def test_a_history_of_metastasis_is_no_metastasis_now() -> None:
    assert only_fact(condition(coded(SNOMED, "1287652008")), "metastasis").value == "history"


@pytest.mark.parametrize(
    ("code", "comorbidity"),
    [
        (coded(ICD_10_CM, "G91.1"), "hydrocephalus"), (coded(ICD_10_CM, "Z98.2"), "csf_drainage_device"),
        (coded(ICD_10_CM, "G03.8"), "meningitis"), (coded(ICD_10, "G00.9"), "meningitis"),
        (words("脑积水"), "hydrocephalus"),
        (words("Bacterial meningitis"), "meningitis"), (coded(SNOMED, "72892002"), "pregnancy"),
        (words("妊娠"), "pregnancy"),
        (coded(ICD_10_CM, "Z33.1"), "pregnancy"),
    ],
)  # fmt: skip
def test_comorbidities_that_trials_name_are_kept(code: Json, comorbidity: str) -> None:
    assert only_fact(condition(code), "comorbidity").item == comorbidity


def test_a_comorbidity_keeps_its_end() -> None:
    ended = condition(
        coded(ICD_10, "G00.9"), clinicalStatus=coded(CLINICAL_STATUS, "resolved"), abatementDateTime="2026-02-01"
    )
    fact = only_fact(ended, "comorbidity")
    assert (fact.value, fact.end and fact.end.text) == ("history", "2026-02-01")


def test_carcinomatous_meningitis_filed_under_meningitis_is_no_infection() -> None:
    assert kinds_of(condition(coded(ICD_10, "G03.9", text="Carcinomatous meningitis"))) == {"lm.diagnosis"}


@pytest.mark.parametrize(("text", "symptom"), [("Headache", "headache"), ("复视", "diplopia"), ("No headache", None)])
def test_symptoms_are_conditions_too(text: str, symptom: str | None) -> None:
    found = [fact.value for fact in facts_of(condition(words(text))) if fact.kind == "symptom"]
    assert found == ([symptom] if symptom else [])


def test_a_diagnosis_of_which_nothing_is_read_is_counted_as_unmapped() -> None:
    assert unmapped_of(condition(coded(ICD_10, "I10", "Hypertension"))) == ["I10"]
    assert unmapped_of(condition(words("Hypertension"))) == ["Hypertension"]
    assert unmapped_of(condition(coded(ICD_10, "C50.9"))) == []
