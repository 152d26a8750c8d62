"""CSF: samples, cytology, flow, tumour cells, ctDNA, chemistry, pressure, devices, biopsies (exchange.md 3)."""

from decimal import Decimal

import pytest

from tests.chart.reading import (
    DATA_ABSENT,
    INTERPRETATION,
    V2_SPECIMEN,
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
    FINDING,
    ICD_10_CM,
    LOINC,
    SNOMED,
    Dialect,
    Json,
    csf_cytology,
    csf_specimen,
    finding,
    observable,
    observation,
    quantity,
)

TIME = "2026-01-10T09:30:00+08:00"


def specimen(kind: Json, collection: Json | None = None, **elements: object) -> Json:
    collected = {"collectedDateTime": TIME} | (collection or {})
    return {"resourceType": "Specimen", "status": "available", "type": kind, "collection": collected} | elements


def asked(code: str, **elements: object) -> Json:
    return observation(observable(code), TIME, **elements)


# --- the sample


@pytest.mark.parametrize(
    "kind",
    [
        coded(V2_SPECIMEN, "CSF"), coded(V2_SPECIMEN, "LSAC"), coded(SNOMED, "258450006"), words("脑脊液"),
        words("Cerebrospinal fluid"), words("CSF"), coded("http://hospital.example", "X1", "Spinal fluid"),
    ],
)  # fmt: skip
def test_a_csf_specimen_is_a_sample_at_its_collection_time(kind: Json) -> None:
    fact = only_fact(specimen(kind), "csf.sample", "specimen")
    assert fact.time is not None
    assert fact.time.text == TIME


@pytest.mark.parametrize(
    ("collection", "site"),
    [
        ({"bodySite": finding("lumbar")}, "lumbar"),
        ({"bodySite": finding("ventricular")}, "ventricular"),
        ({"method": coded(SNOMED, "277762005", "Lumbar puncture")}, "lumbar"),
        ({"method": finding("ventricular")}, "ventricular"),
        ({"method": words("腰椎穿刺术")}, "lumbar"),
        ({"bodySite": words("L3/4 lumbar interspace")}, "lumbar"),
        ({"bodySite": words("Ommaya reservoir")}, "ventricular"),
        ({"bodySite": words("侧脑室")}, "ventricular"),
        ({"method": words("Aspiration from VP shunt")}, "ventricular"),
        ({"bodySite": words("cisterna magna")}, None),
        ({}, None),
    ],
)
def test_the_site_is_read_from_body_site_or_method(collection: Json, site: str | None) -> None:
    assert only_fact(specimen(words("CSF"), collection), "csf.sample").details.get("site") == site


def test_fluid_of_the_lumbar_sac_is_lumbar() -> None:
    assert only_fact(specimen(coded(V2_SPECIMEN, "LSAC")), "csf.sample").details["site"] == "lumbar"


def test_a_lumbar_puncture_yields_csf_where_no_type_was_sent() -> None:
    sent = specimen(words("x"), {"method": coded(SNOMED, "277762005")})
    del sent["type"]
    assert only_fact(sent, "csf.sample").details["site"] == "lumbar"


@pytest.mark.parametrize(
    ("amount", "millilitres"),
    [
        (quantity(3, "mL"), 3), (quantity(6.5, "ml"), Decimal("6.5")), ({"value": 0.012, "unit": "L"}, 12),
        ({"value": 8, "unit": "cc"}, 8), ({"value": 5}, 5), ({"value": 10, "unit": "毫升"}, 10),
        (quantity(3, "tube"), None), (quantity(4, "cm3"), 4), ({"value": 4, "unit": "mls"}, 4),
        ({"value": 4, "unit": "mL", "system": SNOMED, "code": "258773002"}, 4),
    ],
)  # fmt: skip
def test_the_volume_is_in_millilitres(amount: Json, millilitres: Decimal | int | None) -> None:
    fact = only_fact(specimen(words("CSF"), {"quantity": amount}), "csf.sample")
    assert fact.details.get("volume_ml") == millilitres


def test_processing_is_counted_in_minutes_from_the_collection() -> None:
    sent = specimen(words("CSF"), processing=[{"timeDateTime": "2026-01-10T02:20:00Z"}])
    assert only_fact(sent, "csf.sample").details["processed_min"] == 50


@pytest.mark.parametrize("time", ["2026-01-10", "2026-01-10T01:00:00Z"])
def test_a_delay_that_cannot_be_computed_is_unknown(time: str) -> None:
    sent = specimen(words("CSF"), processing=[{"timeDateTime": time}])
    assert "processed_min" not in only_fact(sent, "csf.sample").details


@pytest.mark.parametrize("procedure", [finding("fixed"), words("fixed at once in ethanol"), words("固定")])
def test_fixation_is_a_processing_procedure(procedure: Json) -> None:
    assert only_fact(specimen(words("CSF"), processing=[{"procedure": procedure}]), "csf.sample").details["fixed"]


@pytest.mark.parametrize("procedure", ["not fixed", "未固定", "centrifuged"])
def test_a_sample_that_is_said_not_to_be_fixed_is_not(procedure: str) -> None:
    sent = specimen(words("CSF"), processing=[{"procedure": words(procedure)}])
    assert "fixed" not in only_fact(sent, "csf.sample").details


def test_handling_may_come_as_observations() -> None:
    assert items_of(asked("volume-ml", valueQuantity=quantity(6, "mL")), "csf.sample") == {"volume_ml": 6}
    assert items_of(asked("volume-ml", valueInteger=6), "csf.sample") == {"volume_ml": 6}
    assert items_of(asked("processed-min", valueQuantity=quantity(1, "h")), "csf.sample") == {"processed_min": 60}
    assert items_of(asked("fixed", valueBoolean=True), "csf.sample") == {"fixed": True}
    assert items_of(asked("site", valueCodeableConcept=finding("ventricular")), "csf.sample") == {"site": "ventricular"}


def test_an_unsatisfactory_specimen_says_so() -> None:
    assert only_fact(specimen(words("CSF"), status="unsatisfactory"), "csf.sample").details["unsatisfactory"] is True
    judged = specimen(words("CSF"), condition=[coded(SNOMED, "125154007")])
    assert only_fact(judged, "csf.sample").details["unsatisfactory"] is True


def test_a_specimen_entered_in_error_is_retracted() -> None:
    assert only_fact(specimen(words("CSF"), status="entered-in-error"), "csf.sample").status == "retracted"


@pytest.mark.parametrize(
    ("kind", "value", "origin"),
    [
        (coded(V2_SPECIMEN, "PLAS"), "blood", None),
        (words("外周血"), "blood", None),
        (words("Liver metastasis biopsy"), "tissue", "metastasis"),
        (words("原发灶肿瘤组织"), "tissue", "primary"),
        (words("urine"), "other", None),
    ],
)
def test_other_specimens_tell_their_kind_and_origin(kind: Json, value: str, origin: str | None) -> None:
    fact = only_fact(specimen(kind), "specimen")
    assert (fact.value, fact.details.get("origin")) == (value, origin)


# --- cytology


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("result", ["positive", "negative", "suspicious", "inadequate"])
def test_each_dialect_says_the_same_cytology(dialect: Dialect, result: str) -> None:
    assert only_fact(csf_cytology(dialect, result, TIME), "csf.cytology", "").value == result


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_says_the_same_sample(dialect: Dialect) -> None:
    fact = only_fact(csf_specimen(dialect, TIME, 8), "csf.sample", "specimen")
    assert fact.details == {"site": "lumbar", "volume_ml": 8, "collected": True}


@pytest.mark.parametrize(
    "answer", ["positive", "negative", "suspicious", "atypical", "equivocal", "inadequate", "not-done"]
)
def test_the_local_answers_are_kept_as_the_pathologist_gave_them(answer: str) -> None:
    fact = only_fact(asked("csf-cytology", valueCodeableConcept=finding(answer)), "csf.cytology")
    assert fact.value == answer.replace("-", "_")


@pytest.mark.parametrize(
    ("system", "code", "value"),
    [
        (SNOMED, "10828004", "positive"), (SNOMED, "260385009", "negative"), (SNOMED, "260373001", "positive"),
        (SNOMED, "260415000", "negative"), (SNOMED, "52101004", "positive"), (SNOMED, "2667000", "negative"),
        (SNOMED, "419984006", "equivocal"), (SNOMED, "42425007", "equivocal"), (SNOMED, "125154007", "inadequate"),
        (LOINC, "LA6576-8", "positive"), (LOINC, "LA6577-6", "negative"), (LOINC, "LA9633-4", "positive"),
        (LOINC, "LA9634-2", "negative"), (LOINC, "LA4489-6", None), (FINDING, "unknown", None),
        (FINDING, "not-evaluable", None), (SNOMED, "0", None),
    ],
)  # fmt: skip
def test_general_answers_become_the_answers_of_the_kind(system: str, code: str, value: str | None) -> None:
    assert only_fact(asked("csf-cytology", valueCodeableConcept=coded(system, code)), "csf.cytology").value == value


@pytest.mark.parametrize(
    ("elements", "value"),
    [
        ({"valueBoolean": True}, "positive"),
        ({"valueBoolean": False}, "negative"),
        ({"valueString": "Malignant cells seen"}, "positive"),
        ({"valueCodeableConcept": words("未查见恶性肿瘤细胞")}, "negative"),
        ({"interpretation": [coded(INTERPRETATION, "POS")]}, "positive"),
        ({"interpretation": [coded(INTERPRETATION, "NEG")]}, "negative"),
        ({"interpretation": [coded(INTERPRETATION, "IND")]}, "equivocal"),
        ({"interpretation": [coded(INTERPRETATION, "DET")]}, "positive"),
        ({"interpretation": [coded(INTERPRETATION, "ND")]}, "negative"),
        ({"valueString": "positive", "interpretation": [coded(INTERPRETATION, "NEG")]}, "positive"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "unknown"), "interpretation": [coded(INTERPRETATION, "NEG")]}, None),
        ({}, None),
    ],
)
def test_every_form_of_an_answer_is_read(elements: Json, value: str | None) -> None:
    assert only_fact(asked("csf-cytology", **elements), "csf.cytology").value == value


def test_a_missing_result_is_unknown_and_a_test_not_performed_was_not_done() -> None:
    unknown = only_fact(asked("csf-cytology", dataAbsentReason=coded(DATA_ABSENT, "asked-unknown")), "csf.cytology")
    assert (unknown.value, unknown.absence) == (None, "unknown")
    for reason in (coded(DATA_ABSENT, "not-performed"), words("not performed"), words("未做")):
        fact = only_fact(asked("csf-cytology", dataAbsentReason=reason), "csf.cytology")
        assert (fact.value, fact.absence) == ("not_done", "not_done")


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        (((SNOMED, "260385009"), (FINDING, "suspicious")), "suspicious"),
        (((LOINC, "LA6576-8"), (SNOMED, "260385009")), "negative"),
        (((LOINC, "LA6577-6"), (FINDING, "positive"), (SNOMED, "260385009")), "positive"),
    ],
)
def test_of_contradicting_codings_the_local_then_snomed_then_loinc_decides(
    pairs: tuple[tuple[str, str], ...], value: str
) -> None:
    fact = only_fact(asked("csf-cytology", valueCodeableConcept=codings(*pairs)), "csf.cytology")
    assert (fact.value, fact.flags) == (value, ("coding_conflict",))


def test_codings_that_agree_or_are_unknown_are_no_conflict() -> None:
    answer = codings((SNOMED, "10828004"), (LOINC, "LA6576-8"), ("http://hospital.example", "P"))
    assert only_fact(asked("csf-cytology", valueCodeableConcept=answer), "csf.cytology").flags == ()


def test_equivocal_takes_the_precise_word_from_code_or_text() -> None:
    by_code = codings((SNOMED, "42425007"), (FINDING, "suspicious"))
    by_text = coded(SNOMED, "42425007", text="Atypical cells")
    bare = coded(SNOMED, "42425007")
    values = [
        only_fact(asked("csf-cytology", valueCodeableConcept=c), "csf.cytology") for c in (by_code, by_text, bare)
    ]
    assert [(fact.value, fact.flags) for fact in values] == [("suspicious", ()), ("atypical", ()), ("equivocal", ())]


def test_the_raw_word_is_kept() -> None:
    answer = coded(SNOMED, "10828004", text="Positive for malignant cells (adenocarcinoma)")
    fact = only_fact(asked("csf-cytology", valueCodeableConcept=answer), "csf.cytology")
    assert fact.details["raw"] == "Positive for malignant cells (adenocarcinoma)"


@pytest.mark.parametrize(
    "code",
    [
        words("CSF cytology"), words("Cytology, CSF"), words("Cytology of cerebrospinal fluid"),
        words("脑脊液细胞学检查"),
        words("脑脊液脱落细胞学"), coded(LOINC, "10504-9", "CSF Cytology report"), words("脑脊液找肿瘤细胞"),
        words("Cytologic examination of CSF"), words("Non-gyn cytology, CSF"),
    ],
)  # fmt: skip
def test_cytology_is_known_by_the_text_of_its_code(code: Json) -> None:
    assert only_fact(observation(code, TIME, valueString="negative"), "csf.cytology", "").value == "negative"


def test_the_method_alone_asks_for_a_csf_specimen() -> None:
    method = coded(SNOMED, "116147009")
    bare = observation(
        coded(LOINC, "11529-5"), TIME, method=method, specimen={"reference": "Specimen/7"}, valueString="negative"
    )
    assert only_fact(bare, "csf.cytology", "needs_specimen").details["specimen"] == "Specimen/7"
    named = bare | {"specimen": {"reference": "Specimen/7", "display": "CSF, lumbar"}}
    assert only_fact(named, "csf.cytology", "").value == "negative"


@pytest.mark.parametrize("text", ["Cytology", "细胞学检查"])
def test_a_bare_cytology_asks_for_a_csf_specimen(text: str) -> None:
    sent = observation(words(text), TIME, specimen={"reference": "Specimen/7"}, valueString="negative")
    assert only_fact(sent, "csf.cytology", "needs_specimen").value == "negative"


def test_cytology_of_other_fluids_is_none_of_ours() -> None:
    for text in ("Cervical cytology", "Pleural fluid cytology", "Urine cytology"):
        assert kinds_of(observation(words(text), TIME, valueString="negative")) == set()


def test_a_contained_specimen_is_read_with_its_cytology() -> None:
    contained = specimen(coded(V2_SPECIMEN, "CSF"), {"bodySite": finding("lumbar")}) | {"id": "s1"}
    sent = asked("csf-cytology", valueString="positive", contained=[contained], specimen={"reference": "#s1"})
    assert only_fact(sent, "csf.cytology").details["specimen"] == "Observation/1#s1"
    assert only_fact(sent, "csf.sample").source.reference == "Observation/1#s1"


def test_an_observation_without_specimen_may_carry_the_site() -> None:
    sent = asked("csf-cytology", valueString="negative", bodySite=finding("ventricular"))
    assert only_fact(sent, "csf.cytology").details["site"] == "ventricular"


def test_a_cytology_report_without_results_is_read_from_its_conclusion() -> None:
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": words("CSF cytology"),
        "effectiveDateTime": TIME,
        "specimen": [{"reference": "Specimen/7"}], "conclusion": "No malignant cells seen.",
    }  # fmt: skip
    fact = only_fact(report, "csf.cytology")
    assert (fact.value, fact.details["specimen"]) == ("negative", "Specimen/7")
    with_results = report | {"result": [{"reference": "Observation/2"}]}
    assert "csf.cytology" not in kinds_of(with_results)


# --- flow cytometry, tumour cells, ctDNA


@pytest.mark.parametrize(
    ("elements", "value"),
    [
        ({"valueCodeableConcept": finding("positive")}, "positive"),
        ({"valueCodeableConcept": finding("not-done")}, "not_done"),
        ({"valueString": "equivocal"}, "equivocal"),
        ({"valueString": "No clonal population identified"}, "negative"),
        ({"valueString": "未见异常克隆"}, "negative"),
        ({"valueString": "检出单克隆B细胞"}, "positive"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, "not_done"),
    ],
)
def test_flow_cytometry_has_four_answers(elements: Json, value: str) -> None:
    assert only_fact(asked("flow", **elements), "csf.flow").value == value
    assert only_fact(observation(words("脑脊液流式细胞术"), TIME, **elements), "csf.flow").value == value


def test_a_tumour_cell_count_keeps_volume_and_platform() -> None:
    sent = asked(
        "csf-ctc",
        valueInteger=61,
        component=[
            {"code": observable("volume-ml"), "valueQuantity": quantity(3, "mL")},
            {"code": observable("platform"), "valueString": "CellSearch"},
        ],
    )
    (fact,) = facts_of(sent)
    assert (fact.kind, fact.value, fact.details) == ("csf.ctc", 61, {"volume_ml": 3, "platform": "CellSearch"})


@pytest.mark.parametrize(
    ("elements", "value", "censored"),
    [
        ({"valueQuantity": {"value": 200, "comparator": ">", "unit": "{cells}"}}, 200, True),
        ({"valueQuantity": {"value": 200, "comparator": ">=", "code": "1"}}, 200, True),
        ({"valueString": "200+"}, 200, True),
        ({"valueString": ">200"}, 200, True),
        ({"valueQuantity": {"value": 12, "unit": "个"}}, 12, None),
        ({"valueCodeableConcept": coded(SNOMED, "260415000")}, 0, None),
    ],
)
def test_a_count_may_be_censored(elements: Json, value: int, censored: bool | None) -> None:
    fact = only_fact(asked("csf-ctc", **elements), "csf.ctc", "")
    assert (fact.value, fact.details.get("censored")) == (value, censored)


def test_a_concentration_of_tumour_cells_is_kept_as_such() -> None:
    fact = only_fact(asked("csf-ctc", valueQuantity=quantity(20.33, "/mL")), "csf.ctc", "per_ml")
    assert (fact.value, fact.unit) == (Decimal("20.33"), "/mL")


def test_cells_per_three_millilitres_are_a_count_in_three_millilitres() -> None:
    fact = only_fact(asked("csf-ctc", valueQuantity={"value": 61, "unit": "cells/3 mL"}), "csf.ctc", "")
    assert (fact.value, fact.details["volume_ml"]) == (61, 3)


@pytest.mark.parametrize(
    ("elements", "absence"),
    [
        ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, "not_done"),
        ({"valueCodeableConcept": coded(SNOMED, "10828004")}, "unknown"),
        ({"valueQuantity": {"value": 1, "comparator": "<"}}, "unknown"),
        ({"valueQuantity": quantity(1.5, "1")}, "unknown"),
    ],
)
def test_tumour_cells_without_a_count_are_unknown(elements: Json, absence: str) -> None:
    fact = only_fact(asked("csf-ctc", **elements), "csf.ctc", "")
    assert (fact.value, fact.absence) == (None, absence)


@pytest.mark.parametrize(
    ("code", "elements", "value"),
    [
        (observable("csf-ctdna"), {"valueCodeableConcept": coded(SNOMED, "260373001")}, "detected"),
        (observable("csf-ctdna"), {"valueCodeableConcept": finding("not-detected")}, "not_detected"),
        (words("脑脊液ctDNA检测"), {"valueString": "未检出"}, "not_detected"),
        (words("CSF ctDNA"), {"valueString": "Not detected"}, "not_detected"),
    ],
)
def test_ctdna_is_detected_or_not(code: Json, elements: Json, value: str) -> None:
    assert only_fact(observation(code, TIME, **elements), "csf.ctdna").value == value


# --- chemistry and pressure


@pytest.mark.parametrize(
    ("code", "amount", "item", "value", "unit"),
    [
        (coded(LOINC, "2880-3"), quantity(120, "mg/dL"), "protein", "120", "mg/dL"),
        (coded(LOINC, "2880-3"), quantity(1.2, "g/L"), "protein", "120", "mg/dL"),
        (coded(LOINC, "2880-3"), quantity(1200, "mg/L"), "protein", "120", "mg/dL"),
        (words("脑脊液蛋白"), {"value": 1.2, "unit": "克/升"}, "protein", "120", "mg/dL"),
        (words("脑脊液总蛋白"), quantity(1.2, "g/L"), "protein", "120", "mg/dL"),
        (words("CSF total protein"), quantity(120, "mg/dL"), "protein", "120", "mg/dL"),
        (coded(LOINC, "2342-4"), quantity(27, "mg/dL"), "glucose", "27", "mg/dL"),
        (coded(LOINC, "14744-7"), quantity(1.5, "mmol/L"), "glucose", "27.0234", "mg/dL"),
        (words("脑脊液葡萄糖"), {"value": 1.5, "unit": "mmol/L"}, "glucose", "27.0234", "mg/dL"),
        (coded(LOINC, "806-0"), quantity(12, "/uL"), "leukocytes", "12", "/uL"),
        (coded(LOINC, "26465-5"), quantity(12, "10*6/L"), "leukocytes", "12", "/uL"),
        (coded(LOINC, "26465-5"), quantity(0.012, "giga.l-1"), "leukocytes", "12", "/uL"),
        (words("脑脊液白细胞"), {"value": 12, "unit": "个/μL"}, "leukocytes", "12", "/uL"),
        (coded(LOINC, "792-2"), {"value": 3, "unit": "/mm3"}, "erythrocytes", "3", "/uL"),
        (coded(LOINC, "76673-3"), quantity(30, "{cells}/uL"), "erythrocytes", "30", "/uL"),
        (coded(LOINC, "2528-8"), quantity(60, "U/L"), "ldh", "60", "U/L"),
        (coded(LOINC, "2037-0"), quantity(8, "ug/L"), "cea", "8", "ng/mL"),
        (coded(LOINC, "50776-4"), quantity(30, "kU/L"), "ca_15_3", "30", "U/mL"),
        (coded(LOINC, "10328-3"), quantity(80, "%"), "lymphocytes_percent", "80", "%"),
    ],
)
def test_chemistry_is_in_canonical_units(code: Json, amount: Json, item: str, value: str, unit: str) -> None:
    fact = only_fact(observation(code, TIME, valueQuantity=amount), "csf.chemistry")
    assert (fact.item, fact.value, fact.unit) == (item, Decimal(value), unit)


@pytest.mark.parametrize(
    ("elements", "outside"),
    [
        ({"referenceRange": [{"low": {"value": 0.15}, "high": {"value": 0.45}}]}, True),
        ({"referenceRange": [{"high": {"value": 2}}]}, False),
        ({"referenceRange": [{"low": {"value": 1.5}}]}, True),
        ({"interpretation": [coded(INTERPRETATION, "H")]}, True),
        ({"interpretation": [coded(INTERPRETATION, "N")], "referenceRange": [{"high": {"value": 1}}]}, False),
        ({}, None),
    ],
)
def test_chemistry_is_flagged_against_the_samples_own_range(elements: Json, outside: bool | None) -> None:
    sent = observation(coded(LOINC, "2880-3"), TIME, valueQuantity=quantity(1.2, "g/L"), **elements)
    assert only_fact(sent, "csf.chemistry").details.get("outside_range") is outside


def test_chemistry_without_a_unit_is_pending() -> None:
    fact = only_fact(observation(coded(LOINC, "2880-3"), TIME, valueQuantity={"value": 45}), "csf.chemistry")
    assert (fact.value, fact.status, fact.flags) == (None, "pending", ("unit_missing",))


@pytest.mark.parametrize(
    ("code", "amount", "value"),
    [
        (observable("opening-pressure"), quantity(250, "mm[H2O]"), 250),
        (observable("opening-pressure"), quantity(25, "cm[H2O]"), 250),
        (words("腰穿初压"), {"value": 250, "unit": "mmH2O"}, 250),
        (words("CSF opening pressure"), {"value": 25.5, "unit": "cmH2O"}, 255),
        (words("opening pressure"), {"value": 22, "unit": "cmH20"}, 220),
        (observable("opening-pressure"), {"value": 250}, None),
    ],
)
def test_the_opening_pressure_is_in_millimetres_of_water(code: Json, amount: Json, value: int | None) -> None:
    assert only_fact(observation(code, TIME, valueQuantity=amount), "csf.opening_pressure").value == value


# --- devices and biopsies


def procedure(code: Json, status: str = "completed") -> Json:
    return {"resourceType": "Procedure", "status": status, "code": code, "performedDateTime": "2025-12-01"}


@pytest.mark.parametrize(
    "sent",
    [
        {"resourceType": "Device", "status": "active", "type": words("Ommaya reservoir")},
        {"resourceType": "Device", "type": finding("ventricular-device")},
        {"resourceType": "Device", "deviceName": [{"name": "VP shunt", "type": "user-friendly-name"}]},
        {"resourceType": "DeviceUseStatement", "status": "active", "device": {"display": "Ommaya囊"}},
        procedure(coded("http://www.ama-assn.org/go/cpt", "61210")),
        procedure(words("Ommaya囊植入术")),
        procedure(words("Ventriculoperitoneal shunt placement")),
        procedure(finding("ventricular-device")),
        procedure(words("脑室腹腔分流术")),
        procedure(coded(SNOMED, "446860008")),
        procedure(words("Puncture of Ommaya reservoir")),
        condition(coded(ICD_10_CM, "Z98.2")),
        asked("ventricular-device", valueBoolean=True),
    ],
)
def test_a_ventricular_device_is_known_by_codes_and_words(sent: Json) -> None:
    assert only_fact(sent, "csf.device").value is True


@pytest.mark.parametrize(
    "sent",
    [
        asked("ventricular-device", valueBoolean=False),
        asked("ventricular-device", valueCodeableConcept=finding("absent")),
        asked("ventricular-device", valueCodeableConcept=finding("none")),
        procedure(words("Removal of Ommaya reservoir")),
        procedure(words("脑室腹腔分流管取出术")),
        condition(coded(ICD_10_CM, "Z98.2"), verificationStatus=coded(VERIFICATION, "refuted")),
    ],
)
def test_the_absence_of_a_device_is_only_a_statement(sent: Json) -> None:
    assert only_fact(sent, "csf.device").value is False


@pytest.mark.parametrize(
    "text",
    ["Creation of arteriovenous shunt", "Lumboperitoneal shunt", "LP shunt", "TIPS shunt", "腰大池腹腔分流术",
     "Appendectomy"],
)  # fmt: skip
def test_other_shunts_are_no_ventricular_device(text: str) -> None:
    assert "csf.device" not in kinds_of(procedure(words(text)))


def test_a_device_that_is_only_planned_is_pending() -> None:
    assert only_fact(procedure(words("Ommaya囊植入术"), "preparation"), "csf.device").status == "pending"


@pytest.mark.parametrize(
    ("code", "elements", "tissue", "value"),
    [
        (observable("meningeal-biopsy"), {"valueCodeableConcept": finding("positive")}, "meningeal", "positive"),
        (observable("dural-biopsy"), {"valueString": "Metastatic carcinoma"}, "dural", "positive"),
        (words("脑膜活检"), {"valueString": "见转移性腺癌"}, "meningeal", "positive"),
        (words("硬脑膜活检"), {"valueString": "未见恶性"}, "dural", "negative"),
        (words("Leptomeningeal biopsy"), {"valueString": "benign"}, "meningeal", "negative"),
        (observable("meningeal-biopsy"), {"valueCodeableConcept": finding("not-done")}, "meningeal", "not_done"),
    ],
)
def test_biopsies_tell_leptomeningeal_from_dural_tissue(code: Json, elements: Json, tissue: str, value: str) -> None:
    fact = only_fact(observation(code, TIME, **elements), "biopsy")
    assert (fact.item, fact.value) == (tissue, value)


@pytest.mark.parametrize("text", ["suspicious for carcinoma", "possible metastasis", "可疑转移"])
def test_tissue_that_is_only_suspicious_is_no_positive_biopsy(text: str) -> None:
    assert only_fact(asked("meningeal-biopsy", valueString=text), "biopsy").value is None


def test_a_general_answer_that_a_kind_does_not_have_is_unknown_and_not_unmapped() -> None:
    sent = asked("meningeal-biopsy", valueCodeableConcept=coded(SNOMED, "42425007"))
    assert (only_fact(sent, "biopsy").value, unmapped_of(sent)) == (None, [])
