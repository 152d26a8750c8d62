"""One statement about a patient as three hospitals would send it (exchange.md 1 to 10).

``us``: US Core and mCODE manners, SNOMED CT, LOINC and RxNorm. ``plain``: R4 with ICD-10, the project's local codes and
text. ``chinese``: Chinese displays, words and units. Each function returns a resource without id and subject.
"""

from collections.abc import Mapping
from typing import Any, Literal

Dialect = Literal["us", "plain", "chinese"]
Json = dict[str, Any]

DIALECTS: tuple[Dialect, ...] = ("us", "plain", "chinese")
OBSERVABLE = "https://leptobridge.org/fhir/CodeSystem/lm-observable"
FINDING = "https://leptobridge.org/fhir/CodeSystem/lm-finding"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
CONFIRMED: Json = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]
}
ACTIVE: Json = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}

#: cancer: SNOMED CT, ICD-10-CM, ICD-10, English text, Chinese text
CANCERS: Mapping[str, tuple[str, str, str, str, str]] = {
    "nsclc": ("254637007", "C34.90", "C34.9", "Non-small cell lung cancer, adenocarcinoma, stage IV", "肺腺癌 IV期"),
    "breast": ("254837009", "C50.919", "C50.9", "Breast cancer, HER2 positive", "乳腺癌"),
    "melanoma": ("372244006", "C43.9", "C43.9", "Malignant melanoma", "黑色素瘤"),
}
#: drug: RxNorm, ATC, English, Chinese
DRUGS: Mapping[str, tuple[str, str, str, str]] = {
    "osimertinib": ("1721560", "L01EB04", "osimertinib 80 mg", "奥希替尼"),
    "trastuzumab": ("224905", "L01FD01", "trastuzumab", "曲妥珠单抗"),
    "nivolumab": ("1597876", "L01FF01", "nivolumab", "纳武利尤单抗"),
    "methotrexate": ("6851", "L01BA01", "methotrexate", "甲氨蝶呤"),
}
#: cytology: SNOMED CT general answer (if it has one), local answer, English words, Chinese words
CYTOLOGY: Mapping[str, tuple[str | None, str, str, str]] = {
    "positive": ("10828004", "positive", "malignant cells seen", "查见肿瘤细胞"),
    "negative": ("260385009", "negative", "no malignant cells", "未见肿瘤细胞"),
    "suspicious": (None, "suspicious", "suspicious for malignancy", "可疑肿瘤细胞"),
    "inadequate": ("125154007", "inadequate", "acellular", "标本不满意"),
}
#: laboratory test: LOINC, value and unit in the West, value and unit in China
BLOOD: Mapping[str, tuple[str, float, str, float, str]] = {
    "haemoglobin": ("718-7", 11.2, "g/dL", 112, "g/L"),
    "neutrophils": ("751-8", 3200, "/uL", 3.2, "10*9/L"),
    "platelets": ("777-3", 180, "10*3/uL", 180, "10*9/L"),
    "creatinine": ("2160-0", 0.8, "mg/dL", 71, "umol/L"),
    "bilirubin": ("1975-2", 0.6, "mg/dL", 10.3, "umol/L"),
    "alanine aminotransferase": ("1742-6", 25, "U/L", 25, "U/L"),
}


def observable(code: str) -> Json:
    """A concept of what is asked (``O#`` in exchange.md)."""
    return {"coding": [{"system": OBSERVABLE, "code": code}]}


def finding(code: str) -> Json:
    """A concept of what is answered (``F#``)."""
    return {"coding": [{"system": FINDING, "code": code}]}


def quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(code: Json, time: str, **elements: Any) -> Json:
    """A final Observation at a clinical time."""
    return {"resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": time, **elements}


def cancer(dialect: Dialect, kind: str, since: str) -> Json:
    snomed, icd_10_cm, icd_10, english, chinese = CANCERS[kind]
    codes: dict[Dialect, Json] = {
        "us": {
            "coding": [{"system": SNOMED, "code": snomed}, {"system": ICD_10_CM, "code": icd_10_cm}],
            "text": english,
        },
        "plain": {"coding": [{"system": ICD_10, "code": icd_10}], "text": english},
        "chinese": {"coding": [{"system": ICD_10, "code": icd_10, "display": chinese}], "text": chinese},
    }
    return _condition(codes[dialect], since)


def leptomeningeal_metastasis(dialect: Dialect, since: str) -> Json:
    codes: dict[Dialect, Json] = {
        "us": {"coding": [{"system": SNOMED, "code": "230156002"}, {"system": ICD_10_CM, "code": "C79.32"}]},
        "plain": {"coding": [{"system": ICD_10, "code": "C79.3"}], "text": "Leptomeningeal carcinomatosis"},
        "chinese": {"text": "软脑膜转移"},
    }
    return _condition(codes[dialect], since)


def _condition(code: Json, since: str) -> Json:
    return {
        "resourceType": "Condition", "clinicalStatus": ACTIVE, "verificationStatus": CONFIRMED, "code": code,
        "onsetDateTime": since,
    }  # fmt: skip


def csf_specimen(dialect: Dialect, time: str, volume_ml: float | None) -> Json:
    collection: Json = {"collectedDateTime": time}
    if volume_ml is not None:
        collection["quantity"] = quantity(volume_ml, "mL")
    kinds: dict[Dialect, Json] = {
        "us": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0487", "code": "CSF"}]},
        "plain": {"coding": [{"system": SNOMED, "code": "258450006"}]},
        "chinese": {"text": "脑脊液"},
    }
    if dialect == "us":
        collection["method"] = {"coding": [{"system": SNOMED, "code": "277762005"}]}
    else:
        collection["bodySite"] = finding("lumbar") if dialect == "plain" else {"text": "腰椎穿刺"}
    return {"resourceType": "Specimen", "status": "available", "type": kinds[dialect], "collection": collection}


def csf_cytology(dialect: Dialect, result: str, time: str) -> Json:
    snomed, local, english, chinese = CYTOLOGY[result]
    if dialect == "plain":
        return observation(observable("csf-cytology"), time, valueCodeableConcept=finding(local))
    if dialect == "chinese":
        return observation({"text": "脑脊液细胞学"}, time, valueString=chinese)
    answer: Json = (
        {"text": english} if snomed is None else {"coding": [{"system": SNOMED, "code": snomed}], "text": english}
    )
    return observation({"text": "CSF cytology"}, time, valueCodeableConcept=answer)


def scorecard(dialect: Dialect, items: Mapping[str, bool], changes: Mapping[str, str], time: str) -> Json:
    """``items``: presence by item; ``changes``: what the reader says of it (``improved``, ``no-change``, ``worse``)."""
    components: list[Json] = []
    for item, present in items.items():
        answer: Json = (
            {"valueInteger": int(present)}
            if dialect == "chinese"
            else {"valueCodeableConcept": finding("present" if present else "absent")}
        )
        components.append({"code": observable(item), **answer})
    components += [
        {"code": observable(f"{item}-change"), "valueCodeableConcept": finding(change)}
        for item, change in changes.items()
    ]
    return observation(observable("lm-scorecard"), time, component=components)


def neurological_examination(levels: Mapping[str, int], others_normal: bool, time: str) -> Json:
    components: list[Json] = [{"code": observable(domain), "valueInteger": level} for domain, level in levels.items()]
    if others_normal:
        components.append({"code": observable("other-domains-normal"), "valueBoolean": True})
    return observation(observable("neurological-examination"), time, component=components)


def drug(dialect: Dialect, name: str, start: str, end: str | None, intrathecal: bool = False) -> Json:
    rxnorm, atc, english, chinese = DRUGS[name]
    period = {"start": start, **({"end": end} if end else {})}
    route: Json = {"text": "鞘内"} if dialect == "chinese" else {"coding": [{"system": SNOMED, "code": "72607000"}]}
    if dialect == "us":
        concept: Json = {"coding": [{"system": RXNORM, "code": rxnorm}], "text": english}
        given = {"resourceType": "MedicationAdministration", "status": "completed", "effectivePeriod": period}
        return given | {"medicationCodeableConcept": concept} | ({"dosage": {"route": route}} if intrathecal else {})
    concept = {"coding": [{"system": ATC, "code": atc}], "text": english} if dialect == "plain" else {"text": chinese}
    status = "completed" if end else "active"
    taken = {"resourceType": "MedicationStatement", "status": status, "effectivePeriod": period}
    return taken | {"medicationCodeableConcept": concept} | ({"dosage": [{"route": route}]} if intrathecal else {})


def performance(dialect: Dialect, ecog: int, time: str) -> Json:
    if dialect == "us":
        return observation({"coding": [{"system": LOINC, "code": "89247-1"}]}, time, valueInteger=ecog)
    if dialect == "plain":
        kps = 100 - 20 * ecog
        return observation({"coding": [{"system": LOINC, "code": "89243-0"}]}, time, valueQuantity=quantity(kps, "1"))
    return observation({"text": "体力状况评分"}, time, valueString=f"ECOG {ecog}")


def blood_test(dialect: Dialect, name: str, time: str) -> Json:
    loinc, western, western_unit, chinese, chinese_unit = BLOOD[name]
    value = quantity(chinese, chinese_unit) if dialect == "chinese" else quantity(western, western_unit)
    return observation({"coding": [{"system": LOINC, "code": loinc}]}, time, valueQuantity=value)


def egfr_variant(dialect: Dialect, time: str) -> Json:
    if dialect == "chinese":
        return observation({"coding": [{"system": LOINC, "code": "69548-6"}]}, time, valueString="EGFR 19外显子缺失")
    gene: Json = {"system": "http://www.genenames.org", "code": "HGNC:3236", "display": "EGFR"}
    components: list[Json] = [
        {"code": {"coding": [{"system": LOINC, "code": "48018-6"}]}, "valueCodeableConcept": {"coding": [gene]}},
        {"code": {"coding": [{"system": LOINC, "code": "48005-3"}]}, "valueCodeableConcept": {"text": "p.Leu858Arg"}},
    ]
    present: Json = {"coding": [{"system": LOINC, "code": "LA9633-4"}]}
    code: Json = {"coding": [{"system": LOINC, "code": "69548-6"}]}
    return observation(code, time, valueCodeableConcept=present, component=components)


def enrolment(registry_id: str, start: str) -> Json:
    study = {"identifier": {"system": "http://clinicaltrials.gov", "value": registry_id}}
    return {"resourceType": "ResearchSubject", "status": "on-study", "study": study, "period": {"start": start}}


def statement(code: str, value: bool | int, time: str) -> Json:
    """A statement under its local code."""
    kind = "valueBoolean" if isinstance(value, bool) else "valueInteger"
    return observation(observable(code), time, **{kind: value})


def brain_metastasis(dialect: Dialect, since: str) -> Json:
    codes: dict[Dialect, Json] = {
        "us": {"coding": [{"system": SNOMED, "code": "94225005"}]},
        "plain": {"coding": [{"system": ICD_10_CM, "code": "C79.31"}]},
        "chinese": {"text": "脑转移"},
    }
    return _condition(codes[dialect], since)


def karnofsky(dialect: Dialect, score: int, time: str) -> Json:
    if dialect == "chinese":
        return observation({"text": "KPS评分"}, time, valueString=f"KPS {score}")
    return observation({"coding": [{"system": LOINC, "code": "89243-0"}]}, time, valueInteger=score)


def tumour_cells(count: int, volume_ml: float, time: str) -> Json:
    volume = {"code": observable("volume-ml"), "valueQuantity": quantity(volume_ml, "mL")}
    return observation(observable("csf-ctc"), time, valueInteger=count, component=[volume])


def csf_variant(alteration: str, time: str) -> Json:
    """An EGFR finding in the CSF; its Specimen travels with it."""
    components: list[Json] = [
        {"code": {"coding": [{"system": LOINC, "code": "48018-6"}]}, "valueCodeableConcept": {"text": "EGFR"}},
        {"code": observable("alteration"), "valueCodeableConcept": finding(alteration)},
    ]
    present: Json = {"coding": [{"system": LOINC, "code": "LA9633-4"}]}
    return observation(observable("variant"), time, valueCodeableConcept=present, component=components)


def lesion(name: str, role: str, millimetres: int, site: str, time: str) -> Json:
    components: list[Json] = [
        {"code": observable("lesion-id"), "valueString": name},
        {"code": observable("role"), "valueCodeableConcept": finding(role)},
        {"code": observable("longest-mm"), "valueQuantity": quantity(millimetres, "mm")},
    ]
    return observation(observable("lesion"), time, bodySite={"text": site}, component=components)
