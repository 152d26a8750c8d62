"""Therapies: drugs, routes, reasons, radiotherapy, operations, CAR-T, steroids (exchange.md 7)."""

from decimal import Decimal

import pytest

from tests.chart.reading import V2_ROUTE, coded, codings, facts_of, items_of, kinds_of, only_fact, unmapped_of, words
from tests.dialects import (
    ATC,
    DIALECTS,
    DRUGS,
    FINDING,
    RXNORM,
    SNOMED,
    Dialect,
    Json,
    drug,
    finding,
    observable,
    observation,
    quantity,
)

DAY = "2026-01-10"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition"


def given(medication: Json, **elements: object) -> Json:
    return {
        "resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": DAY,
        "medicationCodeableConcept": medication,
    } | elements  # fmt: skip


def taken(medication: Json, **elements: object) -> Json:
    return {
        "resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": DAY},
        "medicationCodeableConcept": medication,
    } | elements  # fmt: skip


def procedure(code: Json, **elements: object) -> Json:
    return {
        "resourceType": "Procedure", "status": "completed", "code": code,
        "performedPeriod": {"start": DAY, "end": "2026-01-24"},
    } | elements  # fmt: skip


# --- which drug


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("奥希替尼", "osimertinib"), ("甲磺酸奥希替尼片 80mg", "osimertinib"), ("Tagrisso 80 mg", "osimertinib"),
        ("泰瑞沙", "osimertinib"),
        ("厄洛替尼", "erlotinib"), ("吉非替尼片", "gefitinib"), ("埃克替尼", "icotinib"),
        ("阿美替尼", "aumolertinib"), ("伏美替尼", "furmonertinib"),
        ("克唑替尼", "crizotinib"), ("阿来替尼", "alectinib"), ("布格替尼", "brigatinib"), ("洛拉替尼", "lorlatinib"),
        ("恩沙替尼", "ensartinib"),
        ("甲氨蝶呤", "methotrexate"), ("MTX", "methotrexate"), ("培美曲塞二钠", "pemetrexed"),
        ("Cytarabine liposomal", "liposomal cytarabine"),
        ("卡铂", "carboplatin"), ("顺铂注射液", "cisplatin"), ("紫杉醇", "paclitaxel"),
        ("白蛋白结合型紫杉醇", "paclitaxel"), ("多西他赛", "docetaxel"),
        ("capecitabine 500 mg", "capecitabine"), ("曲妥珠单抗", "trastuzumab"), ("tucatinib", "tucatinib"),
        ("T-DXd", "trastuzumab deruxtecan"),
        ("Enhertu", "trastuzumab deruxtecan"), ("德曲妥珠单抗", "trastuzumab deruxtecan"),
        ("T-DM1", "trastuzumab emtansine"),
        ("恩美曲妥珠单抗", "trastuzumab emtansine"), ("贝伐珠单抗", "bevacizumab"), ("替雷利珠单抗", "tislelizumab"),
        ("信迪利单抗", "sintilimab"),
        ("卡瑞利珠单抗", "camrelizumab"), ("Keytruda", "pembrolizumab"), ("ipilimumab", "ipilimumab"),
        ("dabrafenib", "dabrafenib"),
        ("trametinib", "trametinib"), ("encorafenib", "encorafenib"), ("binimetinib", "binimetinib"),
        ("rituximab", "rituximab"),
        ("lenalidomide", "lenalidomide"), ("gefitinib 250 MG Oral Tablet", "gefitinib"), ("NVL-655", "NVL-655"),
    ],
)  # fmt: skip
def test_a_drug_is_known_by_generic_chinese_and_brand_names(text: str, name: str) -> None:
    fact = only_fact(taken(words(text)), "therapy.drug")
    assert (fact.item, fact.value, fact.details["name"], fact.details["anticancer"]) == (name, "given", name, True)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", list(DRUGS))
def test_each_dialect_gives_the_same_drug(dialect: Dialect, name: str) -> None:
    assert only_fact(drug(dialect, name, "2026-01-10", "2026-03-01", intrathecal=True), "therapy.drug").item == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (coded(RXNORM, "1721560"), "osimertinib"), (coded(RXNORM, "349472"), "gefitinib"),
        (coded(ATC, "L01EB04"), "osimertinib"),
        (coded(RXNORM, "1727455"), "alectinib"), (coded(RXNORM, "6851"), "methotrexate"),
        (coded(FINDING, "osimertinib"), "osimertinib"),
        (coded(FINDING, "trastuzumab-deruxtecan"), "trastuzumab deruxtecan"),
    ],
)  # fmt: skip
def test_a_drug_is_known_by_its_code(code: Json, name: str) -> None:
    assert only_fact(given(code), "therapy.drug").item == name


@pytest.mark.parametrize(
    ("code", "drug_class"),
    [
        (words("EGFR-TKI"), "egfr_tki"), (words("intrathecal chemotherapy"), "cytotoxic"),
        (words("化疗"), "cytotoxic"),
        (words("PD-1抑制剂"), "checkpoint_inhibitor"), (words("靶向治疗"), "targeted"),
        (coded(FINDING, "egfr-tki"), "egfr_tki"),
        (coded(ATC, "L01EX99"), "antineoplastic"), (coded(ATC, "L01EB99"), "egfr_tki"),
    ],
)  # fmt: skip
def test_a_class_without_a_name_is_a_fact_of_that_class(code: Json, drug_class: str) -> None:
    fact = only_fact(taken(code), "therapy.drug")
    assert (fact.item, fact.details["drug_class"], "name" in fact.details) == (drug_class, drug_class, False)


def test_a_text_may_name_several_drugs() -> None:
    assert set(items_of(given(words("Carboplatin AUC 5 + pemetrexed")), "therapy.drug")) == {
        "carboplatin",
        "pemetrexed",
    }
    assert set(items_of(given(words("卡铂联合紫杉醇")), "therapy.drug")) == {"carboplatin", "paclitaxel"}
    assert set(items_of(given(words("Opdualag")), "therapy.drug")) == {"nivolumab", "relatlimab"}


@pytest.mark.parametrize(
    "text", ["aspirin", "左甲状腺素（甲状腺激素）", "allergen immunotherapy", "mannitol", "no chemotherapy"]
)
def test_other_drugs_are_counted_as_unmapped(text: str) -> None:
    assert kinds_of(taken(words(text))) == set()
    assert len(unmapped_of(taken(words(text)))) == 1


def test_a_code_and_a_name_that_disagree_are_a_conflict() -> None:
    trusted = only_fact(given(coded(RXNORM, "1547545", "nivolumab")), "therapy.drug")
    assert (trusted.item, trusted.flags) == ("pembrolizumab", ("coding_conflict",))
    general = only_fact(given(coded(ATC, "L01EB01", "erlotinib")), "therapy.drug")
    assert (general.item, general.flags) == ("erlotinib", ("coding_conflict",))
    two_codes = only_fact(given(codings((ATC, "L01EB01"), (RXNORM, "1721560"))), "therapy.drug")
    assert (two_codes.item, two_codes.flags) == ("osimertinib", ("coding_conflict",))


def test_a_wrong_code_that_is_not_known_leaves_the_word_to_decide() -> None:
    assert only_fact(given(coded(RXNORM, "1727444", "alectinib")), "therapy.drug").item == "alectinib"


def test_a_medication_may_be_contained_referred_to_or_only_displayed() -> None:
    medication = {"resourceType": "Medication", "id": "m", "code": coded(RXNORM, "1721560")}
    bare = {name: value for name, value in given(words("x")).items() if name != "medicationCodeableConcept"}
    contained = bare | {"contained": [medication], "medicationReference": {"reference": "#m"}}
    referred = bare | {"medicationReference": {"reference": "Medication/m"}}
    displayed = bare | {"medicationReference": {"reference": "Medication/m", "display": "奥希替尼"}}
    assert only_fact(contained, "therapy.drug").item == "osimertinib"
    assert only_fact(referred, "therapy.drug", referenced={"Medication/m": medication}).item == "osimertinib"
    assert only_fact(displayed, "therapy.drug").item == "osimertinib"
    mixed = medication | {"code": words("chemo bag"), "ingredient": [{"itemCodeableConcept": words("methotrexate")}]}
    assert only_fact(referred, "therapy.drug", referenced={"Medication/m": mixed}).item == "methotrexate"


def test_a_request_is_an_order_and_the_others_are_given() -> None:
    concept = {"medicationCodeableConcept": words("osimertinib"), "status": "active"}
    request = {"resourceType": "MedicationRequest", "intent": "order", "authoredOn": DAY} | concept
    dispense = {"resourceType": "MedicationDispense", "whenHandedOver": DAY} | concept | {"status": "completed"}
    assert only_fact(request, "therapy.drug").value == "ordered"
    assert only_fact(dispense, "therapy.drug").value == "given"
    assert only_fact(dispense, "therapy.drug").details["event"] == "MedicationDispense"


# --- route, dose, reason, line


@pytest.mark.parametrize(
    ("dosage", "route"),
    [
        ({"route": coded(V2_ROUTE, "IT")}, "intrathecal"),
        ({"route": coded(SNOMED, "72607000")}, "intrathecal"),
        ({"route": words("Intrathecal")}, "intrathecal"),
        ({"route": words("IT")}, "intrathecal"),
        ({"route": words("it")}, "intrathecal"),
        ({"route": words("鞘内注射")}, "intrathecal"),
        ({"route": finding("intrathecal")}, "intrathecal"),
        ({"route": words("intraventricular via Ommaya reservoir")}, "intrathecal"),
        ({"site": words("Ommaya reservoir")}, "intrathecal"),
        ({"text": "12 mg IT twice weekly"}, "intrathecal"),
        ({"text": "10mg 鞘内注射 每周两次"}, "intrathecal"),
        ({"route": coded(V2_ROUTE, "PO")}, "oral"),
        ({"route": coded(SNOMED, "47625008")}, "intravenous"),
        ({"text": "80 mg po qd"}, None),
        ({"text": "80 mg PO qd"}, "oral"),
        ({"text": "口服 80mg 每日一次"}, "oral"),
        ({"text": "take it with food"}, None),
        ({}, None),
    ],
)
def test_the_route_is_read_from_codes_and_words(dosage: Json, route: str | None) -> None:
    assert only_fact(given(words("methotrexate"), dosage=dosage), "therapy.drug").details.get("route") == route


@pytest.mark.parametrize(
    ("medication", "note", "route"),
    [
        ("甲氨蝶呤 鞘内注射", None, "intrathecal"),
        ("methotrexate", "given intrathecally through lumbar puncture", "intrathecal"),
        ("methotrexate", "Patient tolerated it well", None),
        ("methotrexate", "no intrathecal therapy so far", None),
    ],
)
def test_the_name_or_a_note_may_say_intrathecal(medication: str, note: str | None, route: str | None) -> None:
    elements = {} if note is None else {"note": [{"text": note}]}
    assert only_fact(given(words(medication), **elements), "therapy.drug").details.get("route") == route


@pytest.mark.parametrize(
    ("dosage", "dose", "unit"),
    [
        ({"dose": quantity(12, "mg")}, 12, "mg"),
        ({"doseAndRate": [{"doseQuantity": quantity(80, "mg")}]}, 80, "mg"),
        ({"text": "甲氨蝶呤 10mg 鞘内注射"}, 10, "mg"),
        ({}, None, None),
    ],
)
def test_the_dose_keeps_its_unit(dosage: Json, dose: int | None, unit: str | None) -> None:
    details = only_fact(taken(words("methotrexate"), dosage=[dosage]), "therapy.drug").details
    assert (details.get("dose"), details.get("dose_unit")) == (dose, unit)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (taken(words("osimertinib"), status="stopped", statusReason=[finding("disease-progression")]), "progression"),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("Disease progression")]), "progression"),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("进展")]), "progression"),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("PD")]), "progression"),
        (taken(words("osimertinib"), statusReason=[words("no progression; patient choice")]), "other"),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("suspected progression")]), None),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("进展？")]), None),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("假性进展")]), None),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("不良反应")]), "toxicity"),
        (taken(words("osimertinib"), status="completed", statusReason=[words("treatment completed")]), "completed"),
        (given(words("osimertinib"), status="stopped", statusReason=[finding("toxicity")]), "toxicity"),
        (
            {
                "resourceType": "MedicationRequest", "status": "stopped", "intent": "order",
                "medicationCodeableConcept": words("osimertinib"), "statusReason": finding("disease-progression"),
            },
            "progression",
        ),
        (taken(words("osimertinib"), status="stopped", statusReason=[words("moved away")]), None),
    ],
)  # fmt: skip
def test_the_reason_for_a_stop_is_coded_or_worded(sent: Json, reason: str | None) -> None:
    assert only_fact(sent, "therapy.drug").details.get("reason_for_stop") == reason


def test_a_therapy_refers_to_the_observation_of_its_line() -> None:
    line = [{"reference": "Observation/line"}]
    for sent in (
        given(words("osimertinib"), supportingInformation=line),
        taken(words("osimertinib"), derivedFrom=line),
    ):
        assert only_fact(sent, "therapy.drug").details["supporting"] == ("Observation/line",)


@pytest.mark.parametrize(
    ("code", "answer", "value"),
    [
        ("therapy-history-complete", {"valueBoolean": True}, True),
        ("therapy-history-complete", {"valueCodeableConcept": finding("no")}, False),
        ("induction-completed", {"valueBoolean": True}, True),
        ("induction-completed", {"valueInteger": 1}, True),
        ("cycles", {"valueInteger": 4}, 4),
        ("cycles", {"valueQuantity": {"value": 4, "unit": "次"}}, 4),
        ("line-of-therapy", {"valueInteger": 2}, 2),
    ],
)
def test_completeness_cycles_induction_and_line_are_statements(code: str, answer: Json, value: object) -> None:
    fact = only_fact(observation(observable(code), DAY, **answer), "statement")
    assert (fact.item, fact.value) == (code.replace("-", "_"), value)
    assert type(fact.value) is type(value)


# --- steroids


@pytest.mark.parametrize(
    ("name", "dosage", "equivalent"),
    [
        (
            "dexamethasone",
            {
                "doseAndRate": [{"doseQuantity": quantity(4, "mg")}],
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
            },
            "8",
        ),
        (
            "地塞米松",
            {"doseAndRate": [{"doseQuantity": quantity(5, "mg")}], "timing": {"code": {"coding": [{"code": "QD"}]}}},
            "5",
        ),
        (
            "dexamethasone",
            {
                "doseAndRate": [{"doseQuantity": quantity(4, "mg")}],
                "timing": {"repeat": {"frequency": 1, "period": 12, "periodUnit": "h"}},
            },
            "8",
        ),
        ("prednisone", {"text": "20 mg daily"}, "3"),
        ("泼尼松", {"text": "20mg 每日一次"}, "3"),
        ("methylprednisolone", {"dose": quantity(16, "mg/d")}, "3"),
        ("dexamethasone", {"dose": quantity(4, "mg")}, None),
    ],
)
def test_steroids_tell_their_daily_dexamethasone_equivalent(name: str, dosage: Json, equivalent: str | None) -> None:
    fact = only_fact(taken(words(name), dosage=[dosage]), "therapy.steroid")
    assert fact.details["anticancer"] is False
    expected = None if equivalent is None else Decimal(equivalent)
    assert fact.details.get("dexamethasone_mg_per_day") == expected


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (finding("none"), "none"),
        (finding("stable"), "stable"),
        (finding("increased"), "increased"),
        (words("减量"), "decreased"),
    ],
)
def test_a_reader_may_state_the_steroids(answer: Json, value: str) -> None:
    sent = observation(observable("corticosteroids"), DAY, valueCodeableConcept=answer)
    assert only_fact(sent, "therapy.steroid", "corticosteroids").value == value


# --- radiotherapy


@pytest.mark.parametrize(
    ("text", "volume", "technique"),
    [
        ("Whole brain radiotherapy", "wbrt", None), ("WBRT 30 Gy/10 fx", "wbrt", None), ("全脑放疗", "wbrt", None),
        ("WBRT + lumbar spine", "wbrt", None), ("Hippocampal avoidance WBRT", "wbrt", None),
        ("Proton craniospinal irradiation", "craniospinal", "proton"), ("pCSI", "craniospinal", "proton"),
        ("全中枢照射", "craniospinal", None),
        ("质子全中枢放疗", "craniospinal", "proton"), ("全脑全脊髓放疗", "craniospinal", None),
        ("Whole brain and whole spine radiotherapy", "craniospinal", None),
        ("Involved-field photon radiotherapy", "involved_field", "photon"),
        ("Gamma knife radiosurgery", "focal_brain", "srs"), ("伽马刀", "focal_brain", "srs"),
        ("Stereotactic radiosurgery of spine", "focal_spine", "srs"),
        ("SBRT lung", "extracranial", "sbrt"), ("胸部放疗", "extracranial", None),
        ("Radiotherapy to brain", None, None), ("放射治疗", None, None),
    ],
)  # fmt: skip
def test_volume_and_technique_of_radiotherapy_are_read_from_words(
    text: str, volume: str | None, technique: str | None
) -> None:
    fact = only_fact(procedure(words(text)), "therapy.radiotherapy")
    assert (fact.details.get("volume"), fact.details.get("technique")) == (volume, technique)
    assert (fact.time and fact.time.text, fact.end and fact.end.text) == (DAY, "2026-01-24")


@pytest.mark.parametrize(
    "volume", ["wbrt", "craniospinal", "involved-field", "focal-brain", "focal-spine", "extracranial"]
)
@pytest.mark.parametrize("where", ["code", "usedCode", "bodySite"])
def test_a_local_volume_may_stand_in_code_used_code_or_body_site(volume: str, where: str) -> None:
    sent = procedure(words("External beam"), category=coded(SNOMED, "108290001"))
    sent |= {"code": finding(volume)} if where == "code" else {where: [finding(volume)]}
    assert only_fact(sent, "therapy.radiotherapy").details["volume"] == volume.replace("-", "_")


@pytest.mark.parametrize("technique", ["proton", "photon", "srs", "sbrt"])
def test_a_local_technique_is_kept(technique: str) -> None:
    sent = procedure(finding("craniospinal"), usedCode=[finding(technique)])
    assert only_fact(sent, "therapy.radiotherapy").details["technique"] == technique


def test_radiosurgery_is_of_the_brain_unless_a_site_says_otherwise() -> None:
    code = words("Stereotactic radiosurgery")
    volumes = {
        name: only_fact(procedure(code, **elements), "therapy.radiotherapy").details.get("volume")
        for name, elements in {
            "none": {}, "brain": {"bodySite": [words("Brain")]}, "spine": {"bodySite": [words("Thoracic spine")]},
            "lung": {"bodySite": [words("Lung")]}, "other": {"bodySite": [words("Orbit")]},
        }.items()
    }  # fmt: skip
    assert volumes == {
        "none": "focal_brain", "brain": "focal_brain", "spine": "focal_spine", "lung": "extracranial", "other": None,
    }  # fmt: skip


def test_an_mcode_course_summary_tells_modality_volume_dose_and_fractions() -> None:
    technique = {
        "url": f"{MCODE}/mcode-radiotherapy-modality-and-technique",
        "extension": [
            {"url": f"{MCODE}/mcode-radiotherapy-modality", "valueCodeableConcept": coded(SNOMED, "10611004")}
        ],
    }
    delivered = {
        "url": f"{MCODE}/mcode-radiotherapy-dose-delivered-to-volume",
        "extension": [
            {"url": "volume", "valueReference": {"display": "Craniospinal axis"}},
            {"url": "totalDoseDelivered", "valueQuantity": quantity(3000, "cGy")},
            {"url": "fractionsDelivered", "valueUnsignedInt": 10},
        ],
    }
    sessions = {"url": f"{MCODE}/mcode-radiotherapy-sessions", "valueUnsignedInt": 12}
    sent = procedure(
        coded(SNOMED, "1217123003"),
        category=coded(SNOMED, "108290001"),
        bodySite=[coded(SNOMED, "12738006", "Brain structure")],
        extension=[technique, delivered, sessions],
    )
    details = only_fact(sent, "therapy.radiotherapy").details
    assert (details["volume"], details["technique"], details["dose_gy"], details["fractions"]) == (
        "craniospinal", "proton", 30, 10,
    )  # fmt: skip


def test_dose_and_fractions_may_be_observations_of_the_procedure() -> None:
    part_of = [{"reference": "Procedure/1"}]
    dose = observation(observable("radiation-dose-gy"), DAY, valueQuantity=quantity(3000, "cGy"), partOf=part_of)
    fractions = observation(observable("fractions"), DAY, valueInteger=10, partOf=part_of)
    for sent, item, value in ((dose, "dose_gy", 30), (fractions, "fractions", 10)):
        fact = only_fact(sent, "therapy.radiotherapy", item)
        assert (fact.value, fact.details["part_of"]) == (value, ("Procedure/1",))


def test_radiotherapy_that_is_denied_or_only_planned_was_not_given() -> None:
    assert kinds_of(procedure(words("No radiotherapy"))) == set()
    assert only_fact(procedure(finding("wbrt"), status="preparation"), "therapy.radiotherapy").status == "pending"


# --- procedures with drugs, operations, CAR-T


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甲氨蝶呤鞘内注射", "methotrexate"), ("Intrathecal injection of methotrexate", "methotrexate"),
        ("鞘内化疗", "cytotoxic"),
        ("Intrathecal chemotherapy", "cytotoxic"), ("Ommaya囊内注射培美曲塞", "pemetrexed"),
    ],
)  # fmt: skip
def test_a_drug_given_as_a_procedure_is_a_therapy(text: str, name: str) -> None:
    fact = only_fact(procedure(words(text)), "therapy.drug")
    assert (fact.item, fact.details["route"]) == (name, "intrathecal")


def test_a_drug_given_through_the_reservoir_says_that_it_is_there() -> None:
    assert only_fact(procedure(words("Methotrexate via Ommaya reservoir")), "csf.device").value is True


def test_chemoradiotherapy_is_both() -> None:
    sent = procedure(words("Combined chemotherapy and radiation therapy"))
    assert kinds_of(sent) == {"therapy.drug", "therapy.radiotherapy"}


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("Craniotomy and resection of brain metastasis", "craniotomy"), ("Lobectomy of lung", "lobectomy"),
        ("右肺上叶切除术", "切除术"),
        ("乳腺癌改良根治术", "根治术"), ("Mastectomy", "mastectomy"),
    ],
)  # fmt: skip
def test_operations_are_kept_with_their_kind(text: str, operation: str) -> None:
    assert only_fact(procedure(words(text)), "therapy.surgery").value == operation


@pytest.mark.parametrize("text", ["Appendectomy", "Colonoscopy", "Lumbar puncture", "No resection"])
def test_other_procedures_are_counted_as_unmapped(text: str) -> None:
    assert kinds_of(procedure(words(text))) == set()
    assert unmapped_of(procedure(words(text))) == [text]


@pytest.mark.parametrize(
    "sent",
    [
        procedure(finding("car-t-infusion")), procedure(words("CAR-T infusion")), procedure(words("CAR-T细胞回输")),
        procedure(words("Tisagenlecleucel infusion")), procedure(words("瑞基奥仑赛注射液输注")),
        given(words("axi-cel")), given(words("tisa-cel")), given(words("liso-cel")), given(words("relma-cel")),
        given(words("Tecartus")), given(words("阿基仑赛注射液")), given(words("瑞基奥仑赛")),
    ],
)  # fmt: skip
def test_a_car_t_infusion_is_known_by_finding_words_or_product(sent: Json) -> None:
    assert only_fact(sent, "therapy.cart").status == "counted"
    assert "therapy.drug" not in kinds_of(sent)


def test_collecting_the_cells_or_ordering_the_product_is_no_infusion() -> None:
    assert kinds_of(procedure(words("Leukapheresis for CAR-T"))) == set()
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": DAY,
        "medicationCodeableConcept": words("axicabtagene ciloleucel"),
    }  # fmt: skip
    assert [fact.status for fact in facts_of(order)] == ["pending"]
