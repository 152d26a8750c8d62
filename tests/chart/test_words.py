"""Words as pathologists, radiologists and clinicians write them (exchange.md 0, forms of an answer)."""

import pytest

from tests.chart.reading import facts_of, only_fact, unmapped_of
from tests.dialects import observable, observation

POSITIVE = [
    "Positive for malignant cells", "Malignant cells seen", "malignant cells present", "POSITIVE", "Malignant",
    "adenocarcinoma cells identified", "Metastatic adenocarcinoma", "Tumor cells (+)", "lymphoma cells present",
    "consistent with metastatic carcinoma", "clusters of malignant cells, consistent with breast primary",
    "No bacteria. Malignant cells seen.", "Malignant cells identified, no organisms",
    "malignant cells are present but no bacteria", "Adenocarcinoma", "positive for carcinoma",
    "阳性", "查见肿瘤细胞", "找到癌细胞", "找到恶性肿瘤细胞", "见大量腺癌细胞", "可见恶性肿瘤细胞",
    "脑脊液查见腺癌细胞",
    "发现肿瘤细胞", "检出肿瘤细胞", "查到癌细胞", "(+)", "阳性（＋）", "淋巴瘤细胞", "脑脊液细胞学:阳性",
]  # fmt: skip
NEGATIVE = [
    "No malignant cells seen", "malignant cells not seen", "negative for malignant cells", "Malignant cells: not seen",
    "Malignant cells: none seen", "Malignant cells - none identified", "tumour cells: nil",
    "malignant cells were not identified", "no evidence of malignancy", "Negative", "NEGATIVE FOR MALIGNANCY",
    "benign", "no tumour cells", "no tumor cells found", "no atypical or malignant cells", "malignant cells absent",
    "No malignant or atypical cells", "no malignant cells identified, reactive lymphocytes", "no suspicious cells",
    "Lymphocytes and monocytes, no malignant cells", "free of malignant cells", "absence of malignant cells",
    "Rare lymphocytes. No malignant cells.", "without malignant cells", "no definite malignant cells",
    "There are no malignant cells present", "malignant cells could not be demonstrated", "neg", "(-)",
    "未见恶性肿瘤细胞", "未查见", "未查见恶性细胞", "未见肿瘤细胞", "未找到肿瘤细胞", "未发现肿瘤细胞", "阴性",
    "未见异型细胞", "没有找到肿瘤细胞", "未见明确肿瘤细胞", "镜下未见恶性肿瘤细胞", "肿瘤细胞(-)", "肿瘤细胞：阴性",
    "NEG FOR MALIGNANCY", "Non-malignant", "Malignant cells present: no", "malignant cells not definitively identified",
    "Rule out malignancy. Negative for malignant cells.",
    "malignant epithelial cells are not seen", "A malignant process is not identified",
    "malignant cells no longer seen",
    "No evidence of any abnormal atypical, suspicious or otherwise overtly malignant epithelial cells",
    "没见癌细胞", "癌细胞未见到", "癌细胞呈阴性", "肿瘤细胞检查结果阴性",
    "未见癌细胞，可见少量淋巴细胞", "见少量淋巴细胞，未见肿瘤细胞", "查无肿瘤细胞", "未查见肿瘤细胞及异型细胞",
]  # fmt: skip
SUSPICIOUS = [
    "suspicious", "Suspicious for malignancy", "suspicious for malignant cells", "suspicious cells seen",
    "Rare cells suspicious for adenocarcinoma", "possible malignant cells", "probable malignant cells",
    "suggestive of malignancy", "concern for malignancy", "suspicion for malignancy", "malignancy not confirmed",
    "equivocal malignant cells", "malignant cells? repeat", "? malignant cells", "癌细胞待查",
    "cannot exclude malignancy", "malignancy cannot be excluded", "malignant cells not excluded",
    "可疑", "可疑肿瘤细胞", "可疑阳性", "查见可疑癌细胞", "疑似肿瘤细胞", "考虑为肿瘤细胞", "不能排除肿瘤细胞",
    "不除外恶性", "倾向恶性", "肿瘤细胞待排", "肿瘤细胞？", "查见可疑肿瘤细胞，建议复查",
]  # fmt: skip
ATYPICAL = [
    "atypical", "Atypical cells", "atypical cells of undetermined significance", "atypia", "异型细胞", "查见异型细胞",
    "核异质细胞", "rare atypical cells, no definite malignant cells",
]  # fmt: skip
INADEQUATE = [
    "acellular", "Acellular specimen", "insufficient", "unsatisfactory", "Unsatisfactory for evaluation", "QNS",
    "not satisfactory",
    "insufficient material for diagnosis", "not adequate for evaluation", "不满意", "标本不满意", "标本量不足",
    "细胞量不足",
]  # fmt: skip


def cytology_said(text: str) -> object:
    return only_fact(observation(observable("csf-cytology"), "2026-01-10", valueString=text), "csf.cytology").value


@pytest.mark.parametrize("text", POSITIVE)
def test_words_for_malignant_cells_are_positive(text: str) -> None:
    assert cytology_said(text) == "positive"


@pytest.mark.parametrize("text", NEGATIVE)
def test_a_negator_governs_the_word_that_follows_it(text: str) -> None:
    assert cytology_said(text) == "negative"


@pytest.mark.parametrize("text", SUSPICIOUS)
def test_a_hedged_finding_is_suspicious(text: str) -> None:
    assert cytology_said(text) == "suspicious"


@pytest.mark.parametrize("text", ATYPICAL)
def test_atypia_is_kept_apart_from_suspicion(text: str) -> None:
    assert cytology_said(text) == "atypical"


@pytest.mark.parametrize("text", INADEQUATE)
def test_words_for_a_sample_that_cannot_be_judged_are_inadequate(text: str) -> None:
    assert cytology_said(text) == "inadequate"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Known breast carcinoma. No malignant cells seen.", "negative"),
        ("History of adenocarcinoma; negative for malignant cells", "negative"),
        ("Patient with lung adenocarcinoma, no malignant cells", "negative"),
        ("Previously positive cytology. No malignant cells in this sample.", "negative"),
        ("既往肺腺癌细胞，本次未见肿瘤细胞", "negative"),
        ("No malignant cells in tube 1; malignant cells in tube 2", "positive"),
    ],
)
def test_what_is_known_from_before_is_not_what_this_sample_shows(text: str, value: str) -> None:
    assert cytology_said(text) == value


@pytest.mark.parametrize("text", ["siehe Befund", "haemorrhagic", "送检", "see report", ""])
def test_a_word_that_no_list_holds_is_kept_counted_and_means_unknown(text: str) -> None:
    sent = observation(observable("csf-cytology"), "2026-01-10", valueString=text)
    fact = only_fact(sent, "csf.cytology")
    assert (fact.value, fact.absence, fact.details.get("raw")) == (None, "unknown", text)
    assert unmapped_of(sent) == [text]


@pytest.mark.parametrize(("text", "value"), [("premalignant", None), ("prenegative", None), ("NeGaTiVe", "negative")])
def test_words_are_matched_whole_and_in_any_case(text: str, value: str | None) -> None:
    assert cytology_said(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not done", "not_done"), ("未做", "not_done"), ("unknown", None), ("不详", None), ("无法评估", None),
        ("indeterminate", "equivocal"), ("不确定", "equivocal"),
    ],
)  # fmt: skip
def test_unknown_and_not_done_are_no_result(text: str, value: str | None) -> None:
    sent = observation(observable("csf-cytology"), "2026-01-10", valueString=text)
    assert only_fact(sent, "csf.cytology").value == value
    assert unmapped_of(sent) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("linear leptomeningeal enhancement", "A"),
        ("nodular", "B"),
        ("linear and nodular enhancement", "C"),
        ("both linear and nodular", "C"),
        ("leptomeningeal enhancement", "present"),
        ("软脑膜线状强化", "A"),
        ("软脑膜结节状强化", "B"),
        ("线状及结节状强化", "C"),
        ("linear enhancement, and nodules along the cauda equina", "C"),
        ("线样+结节", "C"),
        ("linear enhancement, no nodules", "A"),
        ("软脑膜强化", "present"),
        ("未见软脑膜强化", "D_normal"),
        ("no leptomeningeal enhancement", "D_normal"),
        ("hydrocephalus only", "D_hydrocephalus"),
        ("脑积水，未见软脑膜强化", "D_hydrocephalus"),
        ("possible leptomeningeal enhancement", None),
        ("equivocal leptomeningeal enhancement", None),
        ("可疑软脑膜强化", None),
        ("no evidence of leptomeningeal metastasis", "D_normal"),
    ],
)
def test_the_class_of_an_mri_is_read_from_words(text: str, value: str | None) -> None:
    facts = facts_of(observation(observable("mri-lm"), "2026-01-10", valueString=text))
    assert [fact.value for fact in facts if fact.kind == "mri.lm"] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("present", "present"), ("absent", "absent"), ("未见", "absent"), ("未见强化", "absent"),
        ("可见结节", "present"),
        ("no enhancement", "absent"), ("possible enhancement", "equivocal"), ("可疑强化", "equivocal"),
        ("not evaluable", "not_evaluable"), ("无法评估", "not_evaluable"), ("yes", "present"), ("无", "absent"),
        ("1", "present"), ("0", "absent"),
    ],
)  # fmt: skip
def test_the_presence_of_an_item_is_read_from_words(text: str, value: str) -> None:
    sent = observation(observable("brain-linear"), "2026-01-10", valueString=text)
    assert only_fact(sent, "mri.scorecard").value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("improved", "improved"), ("worse", "worse"), ("no change", "no_change"), ("unchanged", "no_change"),
        ("stable", "no_change"), ("not evaluable", "NE"), ("好转", "improved"), ("加重", "worse"),
        ("无变化", "no_change"),
        ("较前增大", "worse"), ("较前缩小", "improved"), ("同前", "no_change"), ("no new lesion", "no_change"),
        ("未见明显变化", "no_change"), ("改善不明显", "no_change"), ("强化减弱", "improved"), ("新出现", "worse"),
        ("无明显变化", "no_change"), ("未见加重", "no_change"), ("resolved", "improved"),
    ],
)  # fmt: skip
def test_the_change_of_an_item_is_read_from_words(text: str, value: str) -> None:
    sent = observation(observable("brain-linear-change"), "2026-01-10", valueString=text)
    assert only_fact(sent, "mri.scorecard").value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("typical", "typical"), ("典型", "typical"), ("atypical", "atypical"), ("不典型", "atypical"),
        ("none", "none"),
        ("无", "none"), ("无症状", "none"), ("无法评估", None), ("无典型症状", None), ("no typical signs", None),
    ],
)  # fmt: skip
def test_clinical_signs_are_read_from_words(text: str, value: str | None) -> None:
    sent = observation(observable("clinical-lm"), "2026-01-10", valueString=text)
    assert only_fact(sent, "neuro.clinical_lm").value == value


@pytest.mark.parametrize(
    "text", ["possible progression", "进展待排", "worse?", "suspicious for progression", "疑似增大"]
)
def test_a_suspected_change_is_no_grade_of_the_reader(text: str) -> None:
    sent = observation(observable("brain-linear-change"), "2026-01-10", valueString=text)
    fact = only_fact(sent, "mri.scorecard")
    assert (fact.value, fact.absence) == (None, "unknown")


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("progressive disease", "PD"), ("病情进展", "PD"), ("possible PD", None), ("疑似进展", None), ("PD?", None),
        ("PD vs radionecrosis", None), ("pseudo-progression", None), ("假性进展", None),
    ],
)  # fmt: skip
def test_a_suspected_progression_is_no_progression(text: str, grade: str | None) -> None:
    sent = observation(observable("response"), "2026-01-10", valueString=text)
    assert only_fact(sent, "disease.status").value == grade


@pytest.mark.parametrize("text", ["possibly worse", "可能恶化", "worse?"])
def test_a_suspected_worsening_is_no_judgement_of_the_clinician(text: str) -> None:
    sent = observation(observable("clinician-neuro"), "2026-01-10", valueString=text)
    assert only_fact(sent, "neuro.exam").value is None
