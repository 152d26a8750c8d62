"""Demographics, enrolment, response stated by others, and statements that trials ask for (exchange.md 1, 8, 10)."""

from decimal import Decimal

import pytest

from leptobridge.chart.observables import STATEMENT_UNITS, STATEMENTS
from tests.chart.reading import (
    DATA_ABSENT,
    INTERPRETATION,
    coded,
    facts_of,
    kinds_of,
    only_fact,
    unmapped_of,
    words,
)
from tests.dialects import LOINC, SNOMED, Json, enrolment, finding, observable, observation, quantity

DAY = "2026-01-10"
REGISTRY, CHINESE_REGISTRY = "http://clinicaltrials.gov", "http://www.chictr.org.cn"


def stated(code: str, **answer: object) -> Json:
    return observation(observable(code), DAY, **answer)


# --- patient and enrolment


def test_a_patient_has_birth_date_and_sex() -> None:
    sent = {"resourceType": "Patient", "birthDate": "1960-05", "gender": "female"}
    birth = only_fact(sent, "patient.birth_date")
    assert birth.time is not None
    assert (birth.value, birth.time.is_exact) == ("1960-05", False)
    assert only_fact(sent, "patient.sex").value == "female"


@pytest.mark.parametrize(
    ("elements", "dead", "time"),
    [
        ({"deceasedDateTime": "2026-03-01"}, True, "2026-03-01"),
        ({"deceasedDateTime": "2026-03"}, True, "2026-03"),
        ({"deceasedBoolean": True}, True, None),
        ({"deceasedBoolean": False}, False, None),
    ],
)
def test_a_death_has_a_date_or_an_unknown_one(elements: Json, dead: bool, time: str | None) -> None:
    fact = only_fact({"resourceType": "Patient"} | elements, "patient.death")
    assert (fact.value, fact.time.text if fact.time else None) == (dead, time)


def test_a_patient_without_a_statement_on_death_says_nothing() -> None:
    assert kinds_of({"resourceType": "Patient", "gender": "male"}) == {"patient.sex"}


@pytest.mark.parametrize(
    "study",
    [
        {"identifier": {"system": REGISTRY, "value": "NCT04343573"}},
        {"identifier": {"value": "nct04343573"}},
        {"identifier": {"value": "NCT04343573 (pCSI)"}},
        {"reference": "ResearchStudy/NCT04343573"},
        {"reference": "ResearchStudy/7", "display": "pCSI trial NCT04343573"},
        {"reference": "ResearchStudy/s1"},
        {"reference": "#s1"},
    ],
)
def test_a_study_is_known_by_its_registry_id(study: Json) -> None:
    identified = {
        "resourceType": "ResearchStudy",
        "id": "s1",
        "identifier": [{"system": REGISTRY, "value": "NCT04343573"}],
    }
    sent = {"resourceType": "ResearchSubject", "status": "on-study", "study": study, "contained": [identified]}
    assert only_fact(sent, "enrolment", referenced={"ResearchStudy/s1": identified}).item == "NCT04343573"


def test_a_chinese_study_keeps_its_registry_id() -> None:
    study = {"identifier": {"system": CHINESE_REGISTRY, "value": "ChiCTR1800016615"}}
    assert (
        only_fact({"resourceType": "ResearchSubject", "status": "on-study", "study": study}, "enrolment").item
        == "ChiCTR1800016615"
    )


def test_an_enrolment_keeps_period_arm_and_status() -> None:
    sent = enrolment("NCT04343573", DAY) | {"assignedArm": "photon", "actualArm": "proton", "status": "withdrawn"}
    fact = only_fact(sent | {"period": {"start": DAY, "end": "2026-03-01"}}, "enrolment")
    assert (fact.time and fact.time.text, fact.end and fact.end.text) == (DAY, "2026-03-01")
    assert (fact.details["arm"], fact.details["status"], fact.status) == ("proton", "withdrawn", "counted")
    undated = {name: value for name, value in sent.items() if name != "period"}
    assert only_fact(undated, "enrolment").time is None


# --- response stated by others


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("260415000", "not_detected"), ("268910001", "improved"), ("359746009", "stable"), ("271299001", "worsened"),
        ("709137006", "undetermined"),
    ],
)  # fmt: skip
def test_mcode_trends_are_kept_as_trends(code: str, value: str) -> None:
    sent = observation(coded(LOINC, "97509-4"), DAY, valueCodeableConcept=coded(SNOMED, code))
    assert only_fact(sent, "disease.status").value == value


@pytest.mark.parametrize(
    ("code", "answer", "value"),
    [
        (observable("response"), {"valueCodeableConcept": finding("PD")}, "PD"),
        (observable("response"), {"valueCodeableConcept": finding("CR")}, "CR"),
        (observable("response"), {"valueCodeableConcept": finding("NE")}, "NE"),
        (coded(LOINC, "21976-6"), {"valueCodeableConcept": words("Partial remission")}, "PR"),
        (coded(LOINC, "21976-6"), {"valueCodeableConcept": coded(SNOMED, "103338009")}, "CR"),
        (words("疗效评价"), {"valueString": "PR"}, "PR"),
        (words("疗效评价"), {"valueString": "疾病进展"}, "PD"),
        (words("疗效评价"), {"valueString": "未见进展"}, None),
        (words("Overall response"), {"valueString": "stable disease"}, "SD"),
        (observable("response"), {"dataAbsentReason": coded(DATA_ABSENT, "unknown")}, None),
    ],
)
def test_response_grades_are_coded_or_worded(code: Json, answer: Json, value: str | None) -> None:
    assert only_fact(observation(code, DAY, **answer), "disease.status").value == value


@pytest.mark.parametrize(
    ("elements", "compartment"),
    [
        (
            {"component": [{"code": observable("compartment"), "valueCodeableConcept": finding("leptomeningeal")}]},
            "leptomeningeal",
        ),
        ({"component": [{"code": observable("compartment"), "valueCodeableConcept": finding("cns")}]}, "cns"),
        ({"component": [{"code": observable("compartment"), "valueString": "颅外"}]}, "extracranial"),
        ({"bodySite": coded(SNOMED, "8935007")}, "leptomeningeal"),
        ({"bodySite": coded(SNOMED, "12738006", "Brain structure")}, "cns"),
        ({"bodySite": words("Lung")}, "extracranial"),
        ({}, None),
    ],
)
def test_a_response_has_its_compartment(elements: Json, compartment: str | None) -> None:
    sent = stated("response", valueCodeableConcept=finding("PD"), **elements)
    assert only_fact(sent, "disease.status").details.get("compartment") == compartment
    assert kinds_of(sent) == {"disease.status"}


def test_a_response_keeps_its_criteria() -> None:
    for answer, criteria in (
        ({"valueString": "RECIST 1.1"}, "RECIST 1.1"),
        ({"valueCodeableConcept": finding("rano-bm")}, "rano-bm"),
    ):
        sent = stated(
            "response", valueCodeableConcept=finding("SD"), component=[{"code": observable("criteria")} | answer]
        )
        assert only_fact(sent, "disease.status").details["criteria"] == criteria


# --- statements


@pytest.mark.parametrize("code", [code for code in STATEMENTS if code not in STATEMENT_UNITS])
@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"valueBoolean": True}, True), ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": finding("yes")}, True),
        ({"valueCodeableConcept": finding("absent")}, False), ({"valueCodeableConcept": finding("none")}, False),
        ({"valueCodeableConcept": coded(SNOMED, "373066001")}, True),
        ({"valueCodeableConcept": coded(LOINC, "LA32-8")}, False),
        ({"valueString": "是"}, True), ({"valueString": "No"}, False), ({"valueInteger": 1}, True),
        ({"valueInteger": 0}, False),
        ({"interpretation": [coded(INTERPRETATION, "POS")]}, True),
    ],
)  # fmt: skip
def test_a_statement_is_yes_or_no_in_every_form_of_an_answer(code: str, answer: Json, value: bool) -> None:
    fact = only_fact(stated(code.replace("_", "-"), **answer), "statement")
    assert fact.item == code
    assert fact.value is value


@pytest.mark.parametrize(
    "answer",
    [
        {"dataAbsentReason": coded(DATA_ABSENT, "unknown")}, {"valueCodeableConcept": finding("unknown")},
        {"valueCodeableConcept": coded(SNOMED, "42425007")}, {"valueString": "不详"}, {"valueInteger": 3}, {},
    ],
)  # fmt: skip
def test_an_explicit_unknown_is_a_statement_without_a_value(answer: Json) -> None:
    fact = only_fact(stated("informed-consent", **answer), "statement")
    assert (fact.value, fact.absence, fact.status) == (None, "unknown", "counted")


@pytest.mark.parametrize(
    ("code", "answer", "value", "unit"),
    [
        ("life-expectancy-weeks", {"valueQuantity": quantity(12, "wk")}, 12, "wk"),
        ("life-expectancy-weeks", {"valueInteger": 8}, 8, "wk"),
        ("life-expectancy-weeks", {"valueString": "12 weeks"}, 12, "wk"),
        ("life-expectancy-weeks", {"valueQuantity": quantity(42, "d")}, 6, "wk"),
        ("life-expectancy-weeks", {"valueQuantity": {"value": 6, "unit": "wk", "comparator": ">"}}, None, "wk"),
        ("symptoms-worsening-days", {"valueQuantity": quantity(2, "wk")}, 14, "d"),
        ("symptoms-worsening-days", {"valueQuantity": quantity(10.5, "d")}, Decimal("10.5"), "d"),
        ("neurologically-stable-days", {"valueString": "7天"}, 7, "d"),
    ],
)
def test_a_statement_may_be_a_number_in_the_unit_of_its_name(code: str, answer: Json, value: object, unit: str) -> None:
    fact = only_fact(stated(code, **answer), "statement")
    assert (fact.value, fact.unit) == (value, unit)


@pytest.mark.parametrize(
    ("code", "answer", "value"),
    [
        (coded(LOINC, "82810-3"), {"valueCodeableConcept": coded(LOINC, "LA15173-0")}, True),
        (coded(LOINC, "82810-3"), {"valueCodeableConcept": coded(LOINC, "LA26683-5")}, False),
        (coded(LOINC, "82810-3"), {"valueCodeableConcept": coded(SNOMED, "60001007")}, False),
        (observable("pregnant"), {"valueString": "not pregnant"}, False),
        (observable("pregnant"), {"valueString": "未孕"}, False),
        (words("妊娠试验"), {"valueString": "阴性"}, False),
        (words("Pregnancy status"), {"valueString": "Pregnant"}, True),
    ],
)
def test_pregnancy_has_codes_and_words_of_its_own(code: Json, answer: Json, value: bool) -> None:
    assert only_fact(observation(code, DAY, **answer), "statement", "pregnant").value is value


def test_consent_has_words_of_its_own() -> None:
    answers = {"已签署": True, "signed": True, "未签署": False, "declined": False, "pending": None}
    for text, value in answers.items():
        assert only_fact(observation(words("知情同意"), DAY, valueString=text), "statement").value is value


@pytest.mark.parametrize(
    ("focus", "trials"),
    [
        ([{"identifier": {"system": REGISTRY, "value": "NCT04343573"}}], ["NCT04343573"]),
        ([{"reference": "ResearchStudy/s1"}], ["ResearchStudy/s1"]),
        (
            [{"type": "ResearchStudy", "identifier": {"system": CHINESE_REGISTRY, "value": "ChiCTR1800016615"}}],
            ["ChiCTR1800016615"],
        ),
        (
            [{"identifier": {"value": "NCT04343573"}}, {"identifier": {"value": "NCT06500481"}}],
            ["NCT04343573", "NCT06500481"],
        ),
        ([{"reference": "Condition/1"}], [None]),
        ([], [None]),
    ],
)
def test_a_statement_may_concern_one_trial_or_several(focus: list[Json], trials: list[str | None]) -> None:
    facts = facts_of(stated("informed-consent", valueBoolean=True, focus=focus))
    assert [fact.details.get("focus") for fact in facts] == trials


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"valueBoolean": True}, True), ({"valueCodeableConcept": finding("yes")}, True),
        ({"valueCodeableConcept": finding("mild")}, "mild"),
        ({"valueCodeableConcept": finding("none")}, "none"),
        ({"valueCodeableConcept": finding("not-evaluable")}, None), ({"valueInteger": 3}, 3),
        ({"valueQuantity": quantity(2.5, "cm")}, Decimal("2.5")),
        ({"valueDateTime": "2024-03-05T10:00:00Z"}, "2024-03-05"),
        ({"valueCodeableConcept": coded(SNOMED, "10828004")}, True),
    ],
)  # fmt: skip
def test_a_code_that_no_list_holds_is_a_statement_of_that_name(answer: Json, value: object) -> None:
    fact = only_fact(stated("another-criterion", **answer), "statement", "another_criterion")
    assert fact.value == value
    assert type(fact.value) is type(value)


def test_a_foreign_question_is_counted_as_unmapped() -> None:
    sent = observation(coded("http://hospital.example", "Q1", "Favourite colour"), DAY, valueString="blue")
    assert (kinds_of(sent), unmapped_of(sent)) == (set(), ["Q1"])
