"""Imaging: examinations, the scorecard, classes, nodules, lesions and the forms of readers (exchange.md 4)."""

from decimal import Decimal

import pytest

from tests.chart.assembling import chart_of
from tests.chart.reading import DATA_ABSENT, coded, facts_of, items_of, kinds_of, only_fact, unmapped_of, words
from tests.dialects import (
    DIALECTS,
    FINDING,
    LOINC,
    SNOMED,
    Dialect,
    Json,
    finding,
    observable,
    observation,
    quantity,
    scorecard,
)

DAY = "2026-01-10"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
MR = {"system": DICOM, "code": "MR"}


def study(**elements: object) -> Json:
    return {"resourceType": "ImagingStudy", "status": "available", "started": DAY} | elements


def report(**elements: object) -> Json:
    return {"resourceType": "DiagnosticReport", "status": "final", "effectiveDateTime": DAY} | elements


def card(**answers: Json) -> Json:
    """A scorecard; the names of the arguments are the inputs."""
    components = [{"code": observable(name.replace("_", "-"))} | answer for name, answer in answers.items()]
    return observation(observable("lm-scorecard"), DAY, component=components)


def filled(*items: Json) -> Json:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": DAY, "item": list(items)}


# --- examinations


@pytest.mark.parametrize(
    ("sent", "regions"),
    [
        (study(procedureCode=[coded(LOINC, "24590-2")]), {"brain": "brain"}),
        (study(procedureCode=[coded(LOINC, "24589-4")]), {"brain": "brain"}),
        (report(code=coded(LOINC, "24587-8")), {"brain": "brain"}),
        (study(procedureCode=[coded(LOINC, "36400-0")]), {"spine": "part"}),
        (study(procedureCode=[coded(LOINC, "36400-0", "MR Spine")], description="whole spine MRI"), {"spine": "full"}),
        (report(code=words("MRI of the entire spine")), {"spine": "full"}),
        (study(modality=[MR], description="MR cervical, thoracic and lumbar spine"), {"spine": "full"}),
        (study(modality=[MR], description="颈胸腰椎MRI平扫+增强"), {"spine": "full"}),
        (study(modality=[MR], description="全脊柱MRI增强"), {"spine": "full"}),
        (study(modality=[MR], description="MR cervical spine"), {"spine": "part"}),
        (study(modality=[MR], description="Whole brain and cervical spine"), {"brain": "brain", "spine": "part"}),
        (study(modality=[MR], description="头颅MRI增强+全脊柱MRI增强"), {"brain": "brain", "spine": "full"}),
        (study(modality=[MR], description="MRI neuraxis"), {"brain": "brain", "spine": "full"}),
        (
            study(modality=[MR], series=[{"modality": MR, "bodySite": {"system": SNOMED, "code": "12738006"}}]),
            {"brain": "brain"},
        ),
        (study(modality=[MR], series=[{"modality": MR, "description": "T1 腰椎"}]), {"spine": "part"}),
        (study(procedureCode=[coded(SNOMED, "113091000", text="MRI of head")]), {"brain": "brain"}),
        (study(modality=[{"system": DICOM, "code": "CT"}], description="CT brain"), {}),
        (report(code=words("CT head")), {}),
        (study(modality=[MR], description="MRI liver"), {}),
    ],
)
def test_an_examination_tells_the_regions_it_shows(sent: Json, regions: dict[str, str]) -> None:
    assert items_of(sent, "mri.exam") == regions


def test_regions_and_technique_are_components_or_single_observations() -> None:
    sent = card(
        brain_imaged={"valueBoolean": True},
        spine_imaged={"valueCodeableConcept": finding("part")},
        field_strength_t={"valueQuantity": quantity(3, "T")},
        gadolinium_mmol_per_kg={"valueQuantity": quantity(0.1, "mmol/kg")},
        contrast_delay_min={"valueQuantity": quantity(600, "s")},
        brain_slice_mm={"valueQuantity": {"value": 1}},
        spine_slice_mm={"valueQuantity": quantity(0.3, "cm")},
    )
    assert items_of(sent, "mri.exam") == {
        "brain_imaged": "full", "spine_imaged": "part", "field_strength_t": 3,
        "gadolinium_mmol_per_kg": Decimal("0.1"),
        "contrast_delay_min": 10, "brain_slice_mm": 1, "spine_slice_mm": 3,
    }  # fmt: skip
    alone = observation(observable("spine-imaged"), DAY, valueBoolean=False)
    assert items_of(alone, "mri.exam") == {"spine_imaged": "no"}


# --- the scorecard


@pytest.mark.parametrize(
    ("answer", "presence"),
    [
        ({"valueCodeableConcept": finding("present")}, "present"),
        ({"valueCodeableConcept": finding("absent")}, "absent"),
        ({"valueCodeableConcept": finding("equivocal")}, "equivocal"),
        ({"valueCodeableConcept": finding("not-evaluable")}, "not_evaluable"),
        ({"valueInteger": 1}, "present"),
        ({"valueInteger": 0}, "absent"),
        ({"valueQuantity": {"value": 1.0}}, "present"),
        ({"valueQuantity": {"value": 0.5}}, None),
        ({"valueBoolean": True}, "present"),
        ({"valueCodeableConcept": coded(SNOMED, "2667000")}, "absent"),
        ({"valueCodeableConcept": coded(LOINC, "LA9633-4")}, "present"),
        ({"valueString": "未见"}, "absent"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "unknown")}, None),
        ({"valueInteger": 2}, None),
    ],
)
def test_the_presence_of_an_item_has_every_form_of_an_answer(answer: Json, presence: str | None) -> None:
    fact = only_fact(card(brain_linear=answer), "mri.scorecard", "brain_linear")
    assert fact.value == presence
    assert (fact.absence == "unknown") is (presence is None)


@pytest.mark.parametrize("item", ["brain-nodules", "brain-linear", "hydrocephalus", "spine-nodules", "spine-linear"])
@pytest.mark.parametrize(
    ("answer", "change"),
    [("improved", "improved"), ("no-change", "no_change"), ("worse", "worse"), ("not-evaluable", "NE")],
)
def test_each_item_has_the_readers_change(item: str, answer: str, change: str) -> None:
    sent = observation(observable(f"{item}-change"), DAY, valueCodeableConcept=finding(answer))
    assert items_of(sent, "mri.scorecard") == {f"{item.replace('-', '_')}_change": change}


@pytest.mark.parametrize(
    ("code", "change"), [("268910001", "improved"), ("359746009", "no_change"), ("271299001", "worse")]
)
def test_the_change_may_be_a_snomed_trend(code: str, change: str) -> None:
    sent = observation(observable("brain-linear-change"), DAY, valueCodeableConcept=coded(SNOMED, code))
    assert only_fact(sent, "mri.scorecard").value == change


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_fills_the_same_card(dialect: Dialect) -> None:
    sent = scorecard(dialect, {"brain-linear": True, "spine-nodules": False}, {"brain-linear": "improved"}, DAY)
    assert items_of(sent, "mri.scorecard") == {
        "brain_linear": "present", "spine_nodules": "absent", "brain_linear_change": "improved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer", "item", "value"),
    [
        ("Brain linear enhancement", "present", "brain_linear", "present"),
        ("Brain linear enhancement, change", "worse", "brain_linear_change", "worse"),
        ("脑部线状强化", "有", "brain_linear", "present"),
        ("脑部线状强化变化", "好转", "brain_linear_change", "improved"),
        ("脊髓结节", "未见", "spine_nodules", "absent"),
        ("脑积水", "无", "hydrocephalus", "absent"),
        ("脑积水变化", "加重", "hydrocephalus_change", "worse"),
        ("脑部结节大小", "12×8 mm", "brain_nodule_size", "12x8"),
        ("影像总体评价", "PR", "rater_overall", "PR"),
    ],
)
def test_items_of_the_card_are_known_by_words(text: str, answer: str, item: str, value: str) -> None:
    sent = observation(observable("lm-scorecard"), DAY, component=[{"code": words(text), "valueString": answer}])
    assert items_of(sent, "mri.scorecard") == {item: value}


def test_the_card_keeps_completeness_overall_grade_and_shares() -> None:
    sent = card(
        form_complete={"valueBoolean": True},
        rater_overall={"valueCodeableConcept": finding("PR")},
        linear_share_percent={"valueQuantity": quantity(60, "%")},
        nodule_share_percent={"valueInteger": 40},
    )
    assert items_of(sent, "mri.scorecard") == {
        "form_complete": True, "rater_overall": "PR", "linear_share_percent": 60, "nodule_share_percent": 40,
    }  # fmt: skip


@pytest.mark.parametrize("grade", ["CR", "PR", "SD", "PD", "NE"])
def test_the_readers_overall_grade_is_spelled_as_the_rules_spell_it(grade: str) -> None:
    for code in (grade, grade.lower()):
        assert only_fact(card(rater_overall={"valueCodeableConcept": finding(code)}), "mri.scorecard").value == grade


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("12x8", "12x8"), ("12 x 8 mm", "12x8"), ("12×8", "12x8"), ("12*8mm", "12x8"), ("12X8", "12x8"),
        ("12 mm x 8 mm", "12x8"),
        ("1.2 x 0.8 cm", "12x8"), ("5.5x4", "5.5x4"), ("12 by 8", "12x8"), ("12mm×8mm×7mm", "12x8"), ("12", None),
    ],
)  # fmt: skip
def test_nodule_sizes_are_two_diameters_in_millimetres(text: str, size: str | None) -> None:
    assert only_fact(card(brain_nodule_size={"valueString": text}), "mri.scorecard", "brain_nodule_size").value == size


def test_sizes_repeat() -> None:
    code = observable("spine-nodule-size")
    components = [{"code": code, "valueString": "12x8"}, {"code": code, "valueString": "7x6"}]
    facts = facts_of(observation(observable("lm-scorecard"), DAY, component=components))
    assert [fact.value for fact in facts] == ["12x8", "7x6"]


def test_a_nodule_is_one_observation_with_its_diameters() -> None:
    components = [
        {"code": observable("longest-mm"), "valueQuantity": quantity(12, "mm")},
        {"code": observable("perpendicular-mm"), "valueQuantity": quantity(0.8, "cm")},
        {"code": observable("distance-to-leptomeninges-mm"), "valueQuantity": quantity(0.5, "mm")},
        {"code": observable("lesion-id"), "valueString": "N1"},
    ]
    assert items_of(observation(observable("nodule"), DAY, component=components), "mri.nodule") == {
        "longest_mm": 12, "perpendicular_mm": 8, "distance_to_leptomeninges_mm": Decimal("0.5"), "lesion_id": "N1",
    }  # fmt: skip


# --- the form of the card


@pytest.mark.parametrize(
    "link",
    [
        {"linkId": "brain-linear"},
        {"linkId": "brain_linear"},
        {"linkId": "O#brain-linear"},
        {"linkId": "https://leptobridge.org/fhir/CodeSystem/lm-observable|brain-linear"},
        {"linkId": "1.2", "definition": "https://leptobridge.org/fhir/CodeSystem/lm-observable#brain-linear"},
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        {"valueCoding": {"system": FINDING, "code": "present"}},
        {"valueCoding": {"system": SNOMED, "code": "52101004"}},
        {"valueInteger": 1},
        {"valueDecimal": 1.0},
        {"valueBoolean": True},
        {"valueString": "present"},
    ],
)
def test_the_form_of_the_card_is_read_like_the_observation(link: Json, answer: Json) -> None:
    group = {"linkId": "lm-scorecard", "item": [link | {"answer": [answer]}]}
    assert items_of(filled(group), "mri.scorecard") == {"brain_linear": "present"}


def test_an_item_of_the_form_without_an_answer_is_asked_and_not_known() -> None:
    assert only_fact(filled({"linkId": "brain-linear"}), "mri.scorecard").absence == "unknown"


def test_groups_of_a_form_are_one_lesion_each() -> None:
    first, second = (
        {"linkId": "lesion", "item": [{"linkId": "longest-mm", "answer": [{"valueDecimal": size}]}]}
        for size in (22.5, 9)
    )
    facts = [fact for fact in facts_of(filled(first, second)) if fact.item == "longest_mm"]
    assert [fact.value for fact in facts] == [Decimal("22.5"), 9]
    assert len({fact.details["index"] for fact in facts}) == 2


def test_a_foreign_form_says_nothing() -> None:
    assert facts_of(filled({"linkId": "1", "text": "Do you smoke?", "answer": [{"valueBoolean": True}]})) == ()


# --- classes


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (finding("A"), "A"), (finding("B"), "B"), (finding("C"), "C"), (finding("present"), "present"),
        (finding("D_hydrocephalus"), "D_hydrocephalus"), (finding("D_normal"), "D_normal"),
        (finding("not-done"), "not_done"),
        (finding("not-evaluable"), None), (coded(SNOMED, "52101004"), "present"),
        (coded(SNOMED, "2667000"), "D_normal"),
        (coded(SNOMED, "42425007"), None), (words("linear enhancement"), "A"),
    ],
)  # fmt: skip
def test_the_readers_class_is_kept(answer: Json, value: str | None) -> None:
    assert only_fact(observation(observable("mri-lm"), DAY, valueCodeableConcept=answer), "mri.lm", "").value == value


@pytest.mark.parametrize(
    ("conclusion", "value"),
    [
        ("Linear leptomeningeal enhancement along the cerebellar folia.", "A"),
        ("双侧软脑膜结节状强化", "B"),
        ("小脑沟回软脑膜线样强化，考虑软脑膜转移", "A"),
        ("Leptomeningeal disease.", "present"),
        ("No leptomeningeal enhancement.", None),
        ("Possible leptomeningeal disease", None),
        ("Known leptomeningeal disease. Leptomeningeal enhancement has resolved.", None),
        ("Leptomeningeal disease previously seen; no leptomeningeal enhancement now.", None),
        ("Dural-based mass. Leptomeninges normal.", None),
    ],
)
def test_a_conclusion_is_shown_beside_the_readers_class(conclusion: str, value: str | None) -> None:
    sent = report(code=coded(LOINC, "24587-8"), conclusion=conclusion)
    assert [fact.value for fact in facts_of(sent) if fact.kind == "mri.lm"] == ([value] if value else [])
    assert all(fact.item == "conclusion" for fact in facts_of(sent) if fact.kind == "mri.lm")


def test_a_coded_conclusion_is_read_too() -> None:
    for concept, value in ((finding("C"), "C"), (coded(SNOMED, "230156002"), "present")):
        sent = report(code=words("头颅MRI增强"), conclusionCode=[concept])
        assert only_fact(sent, "mri.lm", "conclusion").value == value


@pytest.mark.parametrize(
    ("code", "answer", "site", "value"),
    [
        ("brain-parenchymal", "present", "brain", "present"), ("brain-parenchymal", "absent", "brain", "absent"),
        ("spine-intramedullary", "PR", "spine", "PR"), ("spine-intramedullary", "PD", "spine", "PD"),
    ],
)  # fmt: skip
def test_parenchymal_metastases_are_scored_apart(code: str, answer: str, site: str, value: str) -> None:
    sent = observation(observable(code), DAY, valueCodeableConcept=finding(answer))
    assert items_of(sent, "mri.parenchymal") == {site: value}


# --- lesions and readers' forms


def test_a_lesion_is_one_observation_with_role_and_sizes() -> None:
    components = [
        {"code": observable("lesion-id"), "valueString": "L1"},
        {"code": observable("role"), "valueCodeableConcept": finding("non-target")},
        {"code": observable("kind"), "valueCodeableConcept": finding("lymph-node")},
        {"code": observable("longest-mm"), "valueInteger": 22},
        {"code": observable("perpendicular-mm"), "valueString": "14 mm"},
        {"code": observable("short-axis-mm"), "valueQuantity": quantity(1.6, "cm")},
        {"code": observable("axial-slices"), "valueInteger": 3},
        {"code": observable("irradiated"), "valueCodeableConcept": finding("yes")},
    ]
    sent = observation(observable("lesion"), DAY, bodySite=coded(SNOMED, "10200004", "Liver"), component=components)
    assert items_of(sent, "lesion") == {
        "lesion_id": "L1", "role": "non_target", "kind": "lymph_node", "longest_mm": 22, "perpendicular_mm": 14,
        "short_axis_mm": 16, "axial_slices": 3, "irradiated": True,
    }  # fmt: skip
    assert {fact.details["organ"] for fact in facts_of(sent)} == {"Liver"}


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        (finding("target"), "target"),
        (finding("new"), "new"),
        (words("靶病灶"), "target"),
        (words("非靶病灶"), "non_target"),
    ],
)
def test_the_role_of_a_lesion_is_coded_or_worded(answer: Json, role: str) -> None:
    component = {"code": observable("role"), "valueCodeableConcept": answer}
    assert only_fact(observation(observable("lesion"), DAY, component=[component]), "lesion", "role").value == role


def test_loinc_carries_the_size_of_a_lesion_as_its_value() -> None:
    sent = observation(coded(LOINC, "21889-1"), DAY, bodySite=words("Lung"), valueQuantity=quantity(2.2, "cm"))
    fact = only_fact(sent, "lesion", "longest_mm")
    assert (fact.value, fact.unit, fact.details["organ"]) == (22, "mm", "Lung")


def test_the_reader_says_that_every_lesion_was_sent() -> None:
    assert only_fact(
        observation(observable("lesion-list-complete"), DAY, valueBoolean=True), "lesion_list_complete"
    ).value


@pytest.mark.parametrize("form", ["rano-bm", "recist-1-1", "irecist", "ipcg", "nano", "oligometastatic-state"])
def test_a_readers_form_keeps_the_inputs_of_its_rule(form: str) -> None:
    components = [
        {"code": observable("non-target"), "valueCodeableConcept": finding("non-cr-non-pd")},
        {"code": observable("new-lesion"), "valueBoolean": False},
        {"code": observable("corticosteroids"), "valueString": "stable"},
        {"code": observable("baseline-sum-mm"), "valueQuantity": quantity(4.2, "cm")},
        {"code": observable("metastases"), "valueInteger": 3},
        {"code": observable("primary-diagnosis-date"), "valueDateTime": "2024-01-02"},
        {"code": observable("target"), "valueCodeableConcept": finding("PR")},
        {"code": observable("q4"), "dataAbsentReason": coded(DATA_ABSENT, "unknown")},
    ]
    sent = observation(observable(form), DAY, component=components)
    assert items_of(sent, "assessment.item") == {
        "non_target": "non_cr_non_pd", "new_lesion": False, "corticosteroids": "stable", "baseline_sum_mm": 42,
        "metastases": 3, "primary_diagnosis_date": "2024-01-02", "target": "PR", "q4": None,
    }  # fmt: skip
    assert {fact.details["form"] for fact in facts_of(sent)} == {form.replace("-", "_")}
    assert kinds_of(sent) == {"assessment.item"}


def test_a_component_of_a_form_without_a_local_code_is_counted_as_unmapped() -> None:
    sent = observation(observable("rano-bm"), DAY, component=[{"code": words("Steroids"), "valueString": "none"}])
    assert unmapped_of(sent) == ["Steroids"]


def _asked(code: str, answer: str, **elements: object) -> Json:
    return {"linkId": code, "answer": [{"valueCoding": finding(answer)["coding"][0]} | elements]}


LINEAR_ITEM, NODULES_ITEM = _asked("brain-linear", "present"), _asked("brain-nodules", "absent")


@pytest.mark.parametrize(
    "form",
    [
        filled(LINEAR_ITEM, NODULES_ITEM),
        filled({"linkId": "done", "answer": [{"valueBoolean": True, "item": [LINEAR_ITEM, NODULES_ITEM]}]}),
        filled({"linkId": "lm-scorecard", "item": [LINEAR_ITEM, NODULES_ITEM]}),
        filled({"linkId": "lm-scorecard", "item": [{"linkId": "brain", "item": [LINEAR_ITEM, NODULES_ITEM]}]}),
        filled(_asked("brain-linear", "present", item=[NODULES_ITEM])),
    ],
    ids=["flat", "under an answer", "in the card", "under a heading of the card", "under another finding"],
)
def test_the_items_of_a_form_are_read_wherever_they_stand(form: Json) -> None:
    (exam,) = chart_of(form).mri_examinations
    assert {name: item.presence for name, item in exam.items.items()} == {
        "brain_linear": "present",
        "brain_nodules": "absent",
    }


def test_a_nodule_group_within_the_card_is_a_nodule_of_its_own() -> None:
    nodule = {
        "linkId": "nodule",
        "item": [
            {"linkId": "longest-mm", "answer": [{"valueDecimal": 12}]},
            {"linkId": "perpendicular-mm", "answer": [{"valueDecimal": 8}]},
        ],
    }
    (exam,) = chart_of(filled({"linkId": "lm-scorecard", "item": [LINEAR_ITEM, nodule]})).mri_examinations
    assert exam.items["brain_linear"].presence == "present"
    assert exam.nodules_mm == ((Decimal(12), Decimal(8)),)
