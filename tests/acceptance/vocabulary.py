"""What three hospitals write for the same thing: codes and words of the exchange reference, sections 0 to 9."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.dialects import ICD_10, ICD_10_CM, LOINC, SNOMED, UCUM, Json

ICD_10_CN = "http://hl7.org/fhir/sid/icd-10-cn"
CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
REGISTRY = "http://clinicaltrials.gov"


class Diagnosis(NamedTuple):
    """A diagnosis as three hospitals code and word it; an empty code or text is left out."""

    snomed: str
    icd_10_cm: str
    english: str
    icd_10: str
    text: str
    icd_10_cn: str
    chinese: str


CANCERS: Mapping[str, Diagnosis] = {
    "nsclc": Diagnosis(
        "254637007", "C34.90", "Non-small cell lung cancer", "C34.1", "Adenocarcinoma of lung", "C34.9", "肺腺癌"
    ),
    "lung": Diagnosis("", "C34.90", "Lung cancer", "C34.9", "Carcinoma of lung", "C34.9", "肺恶性肿瘤"),
    "sclc": Diagnosis("254632001", "C34.90", "", "C34.9", "Small cell lung cancer", "C34.9", "小细胞肺癌"),
    "breast": Diagnosis("254837009", "C50.919", "Breast cancer", "C50.9", "Breast carcinoma", "C50.9", "乳腺癌"),
    "melanoma": Diagnosis("372244006", "C43.9", "Malignant melanoma", "C43.5", "Melanoma", "C43.9", "黑色素瘤"),
    "colon": Diagnosis("", "C18.9", "Colon cancer", "C18.9", "Carcinoma of the colon", "C18.9", "结肠癌"),
    "lymphoma": Diagnosis("", "C83.390", "", "C83.3", "Diffuse large B-cell lymphoma", "C83.3", "弥漫大B细胞淋巴瘤"),
    "leukaemia": Diagnosis("", "C91.00", "", "C91.0", "Acute lymphoblastic leukaemia", "C91.0", "急性淋巴细胞白血病"),
    "glioma": Diagnosis("", "C71.9", "Glioblastoma", "C71.9", "Glioblastoma", "C71.9", "胶质母细胞瘤"),
    "unknown_primary": Diagnosis("", "C80.1", "", "C80.9", "", "C80.9", "原发部位不明的恶性肿瘤"),
    "meninges": Diagnosis("", "C70.9", "", "C70.9", "", "C70.9", "脑膜恶性肿瘤"),
    "brain_metastasis": Diagnosis("94225005", "C79.31", "", "C79.3", "Brain metastasis", "C79.3", "脑转移"),
}
LEPTOMENINGEAL = Diagnosis(
    "230156002", "C79.32", "Leptomeningeal metastasis", "C79.3", "Leptomeningeal carcinomatosis", "C79.3", "软脑膜转移"
)
COVERINGS = Diagnosis("", "C79.32", "", "C79.3", "Meningeal metastases", "", "脑膜转移")
DURAL = Diagnosis("", "C79.32", "Metastasis to the dura mater", "", "Dural metastasis", "", "硬脑膜转移")
COMORBIDITIES: Mapping[str, Diagnosis] = {
    "pregnancy": Diagnosis("", "Z33.1", "Pregnant", "Z33", "Pregnancy", "", "妊娠"),
    "hydrocephalus": Diagnosis("", "G91.1", "", "G91.1", "Hydrocephalus", "G91.1", "脑积水"),
}


class Word(NamedTuple):
    """An answer: SNOMED CT general answer (where it has one), English words, local code, Chinese words."""

    snomed: str
    english: str
    local: str
    chinese: str


CYTOLOGY: Mapping[str, Word] = {
    "positive": Word("10828004", "Malignant cells seen", "positive", "查见肿瘤细胞"),
    "negative": Word("260385009", "No malignant cells", "negative", "未见肿瘤细胞"),
    "suspicious": Word("", "Suspicious", "suspicious", "可疑"),
    "atypical": Word("", "Atypical cells", "atypical", "异型细胞"),
    "equivocal": Word("42425007", "", "equivocal", "不确定"),
    "inadequate": Word("125154007", "", "inadequate", "标本不满意"),
}
GENERAL: Mapping[str, Word] = {
    "positive": Word("10828004", "", "positive", "阳性"),
    "negative": Word("260385009", "", "negative", "阴性"),
}
CHANGES: Mapping[str, str] = {"improved": "好转", "no_change": "无变化", "worse": "加重", "NE": "无法评估"}

#: drug: RxNorm, ATC, English, Chinese
DRUGS: Mapping[str, tuple[str, str, str, str]] = {
    "osimertinib": ("1721560", "L01EB04", "osimertinib", "奥希替尼"),
    "trastuzumab": ("224905", "L01FD01", "trastuzumab", "曲妥珠单抗"),
    "methotrexate": ("6851", "L01BA01", "methotrexate", "甲氨蝶呤"),
    "dexamethasone": ("3264", "H02AB02", "dexamethasone", "地塞米松"),
}
VOLUMES: Mapping[str, tuple[str, str]] = {
    "wbrt": ("whole brain", "全脑放疗"),
    "craniospinal": ("craniospinal irradiation", "全脑全脊髓放疗"),
    "focal-brain": ("gamma knife", "伽马刀"),
}
#: blood value: LOINC, unit in the US, divisor and unit elsewhere, Chinese name and unit
BLOOD: Mapping[str, tuple[str, str, float, str, str, float, str]] = {
    "haemoglobin": ("718-7", "g/dL", 0.1, "g/L", "血红蛋白", 0.1, "g/L"),
    "neutrophils": ("751-8", "/uL", 1000, "10*3/uL", "中性粒细胞计数", 1000, "10*9/L"),
    "platelets": ("777-3", "/uL", 1000, "G/L", "血小板计数", 1000, "10*9/L"),
}
ECOG_ANSWERS = ("LA9622-7", "LA9623-5", "LA9624-3", "LA9625-0", "LA9626-8", "LA9627-6")


def concept(*codings: tuple[str, str], text: str = "") -> Json:
    """A CodeableConcept of the codings that have a code, and the text if there is one."""
    known = [{"system": system, "code": code} for system, code in codings if code]
    return {**({"coding": known} if known else {}), **({"text": text} if text else {})}


def us_code(diagnosis: Diagnosis) -> Json:
    return concept((SNOMED, diagnosis.snomed), (ICD_10_CM, diagnosis.icd_10_cm), text=diagnosis.english)


def plain_code(diagnosis: Diagnosis) -> Json:
    return concept((ICD_10, diagnosis.icd_10), text=diagnosis.text)


def chinese_code(diagnosis: Diagnosis) -> Json:
    return concept((ICD_10_CN, diagnosis.icd_10_cn), text=diagnosis.chinese)


def loinc(code: str, text: str = "") -> Json:
    return concept((LOINC, code), text=text)


def quantity(value: Any, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def absent(reason: str) -> Json:
    return {"dataAbsentReason": concept((ABSENT_REASON, reason))}
