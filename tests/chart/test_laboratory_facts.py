"""Laboratory values in blood (exchange.md 9)."""

from decimal import Decimal

import pytest

from tests.chart.reading import DATA_ABSENT, INTERPRETATION, coded, kinds_of, only_fact, unmapped_of, words
from tests.dialects import BLOOD, DIALECTS, LOINC, Dialect, Json, blood_test, observable, observation, quantity

DAY = "2026-01-10"


def measured(code: Json, amount: Json) -> Json:
    return observation(code, DAY, valueQuantity=amount)


def loinc(code: str) -> Json:
    return coded(LOINC, code)


@pytest.mark.parametrize(
    ("code", "item", "unit"),
    [
        ("718-7", "haemoglobin", "g/dL"), ("6690-2", "leukocytes", "/uL"), ("751-8", "neutrophils", "/uL"),
        ("777-3", "platelets", "/uL"),
        ("2160-0", "creatinine", "mg/dL"), ("1975-2", "bilirubin", "mg/dL"), ("1920-8", "ast", "U/L"),
        ("1742-6", "alt", "U/L"),
        ("1751-7", "albumin", "g/dL"), ("6301-6", "inr", "1"), ("2532-0", "ldh", "U/L"),
    ],
)  # fmt: skip
def test_each_analyte_has_its_loinc_and_canonical_unit(code: str, item: str, unit: str) -> None:
    fact = only_fact(measured(loinc(code), quantity(2.5, unit)), "laboratory")
    assert (fact.item, fact.value, fact.unit) == (item, Decimal("2.5"), unit)
    assert only_fact(measured(observable(item), quantity(2.5, unit)), "laboratory").item == item


@pytest.mark.parametrize(
    ("code", "amount", "value"),
    [
        ("718-7", quantity(112, "g/L"), "11.2"), ("718-7", quantity(10, "mmol/L"), "16.114"),
        ("6690-2", quantity(5.2, "10*9/L"), "5200"), ("6690-2", quantity(5.2, "10*3/uL"), "5200"),
        ("6690-2", {"value": 5.2, "unit": "G/L"}, "5200"),
        ("751-8", {"value": 3.2, "unit": "×10⁹/L"}, "3200"), ("751-8", {"value": 3.2, "unit": "10^9/L"}, "3200"),
        ("751-8", {"value": 3200, "unit": "/mm3"}, "3200"), ("751-8", {"value": 3.2, "unit": "K/uL"}, "3200"),
        ("751-8", {"value": 3200, "unit": "cells/mcL"}, "3200"), ("751-8", {"value": 3.2, "unit": "K/mcL"}, "3200"),
        ("751-8", {"value": 3.2, "unit": "/nL"}, "3200"), ("751-8", {"value": 3.2, "unit": "Tsd/µl"}, "3200"),
        ("777-3", quantity(180, "giga.l-1"), "180000"), ("777-3", {"value": 180, "unit": "x10E3/uL"}, "180000"),
        ("777-3", {"value": 18, "unit": "万/微升"}, "180000"),
        ("2160-0", quantity(88.4, "umol/L"), "1"), ("2160-0", {"value": 88.4, "unit": "μmol/L"}, "1"),
        ("2160-0", quantity(0.0884, "mmol/L"), "1"),
        ("1975-2", quantity(17.1, "umol/L"), "1"), ("1920-8", {"value": 25, "unit": "IU/L"}, "25"),
        ("1742-6", {"value": 0.42, "unit": "µkat/L"}, "25.2"),
        ("1751-7", quantity(38, "g/L"), "3.8"), ("6301-6", quantity(1.1, "{INR}"), "1.1"),
        ("6301-6", {"value": 1.1}, "1.1"),
    ],
)  # fmt: skip
def test_units_are_converted_exactly(code: str, amount: Json, value: str) -> None:
    assert only_fact(measured(loinc(code), amount), "laboratory").value == Decimal(value)


def test_the_code_of_a_unit_goes_before_its_text_unless_it_is_none() -> None:
    coded_unit = {"value": 3.2, "unit": "see note", "code": "10*9/L"}
    unknown_code = {"value": 3.2, "unit": "10^9/L", "code": "??"}
    assert only_fact(measured(loinc("751-8"), coded_unit), "laboratory").value == 3200
    assert only_fact(measured(loinc("751-8"), unknown_code), "laboratory").value == 3200


@pytest.mark.parametrize(
    "elements",
    [
        {"valueQuantity": {"value": 11.2}},
        {"valueInteger": 11},
        {"valueString": "11.2"},
        {"valueQuantity": {"value": 11.2, "unit": ""}},
    ],
)
def test_a_number_without_a_unit_is_not_a_fact(elements: Json) -> None:
    fact = only_fact(observation(loinc("718-7"), DAY, **elements), "laboratory")
    assert (fact.value, fact.status, fact.flags) == (None, "pending", ("unit_missing",))


@pytest.mark.parametrize(("code", "unit"), [("718-7", "xyz"), ("777-3", "g/L"), ("718-7", "G/L"), ("751-8", "%")])
def test_a_unit_that_does_not_fit_is_not_a_fact(code: str, unit: str) -> None:
    sent = measured(loinc(code), {"value": 112, "unit": unit})
    fact = only_fact(sent, "laboratory")
    assert (fact.value, fact.status, fact.flags) == (None, "pending", ("unit_unknown",))
    assert unmapped_of(sent) == [unit]


def test_a_text_with_its_unit_is_a_value() -> None:
    assert only_fact(observation(loinc("718-7"), DAY, valueString="11.2 g/dL"), "laboratory").value == Decimal("11.2")


@pytest.mark.parametrize("comparator", ["<", "<=", ">", ">="])
def test_a_bound_is_no_value(comparator: str) -> None:
    sent = measured(loinc("777-3"), quantity(100, "10*9/L") | {"comparator": comparator})
    fact = only_fact(sent, "laboratory")
    assert (fact.value, fact.details["comparator"], fact.details["bound"]) == (None, comparator, 100_000)


def test_a_value_that_is_missing_is_unknown() -> None:
    for elements, absence in (
        ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, "not_done"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "error")}, "unknown"),
        ({"interpretation": [coded(INTERPRETATION, "L")]}, "unknown"),
        ({"valueQuantity": {"unit": "g/dL"}}, "unknown"),
    ):
        fact = only_fact(observation(loinc("718-7"), DAY, **elements), "laboratory")
        assert (fact.value, fact.absence, fact.status) == (None, absence, "counted")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", list(BLOOD))
def test_each_dialect_measures_the_same(dialect: Dialect, name: str) -> None:
    value = only_fact(blood_test(dialect, name, DAY), "laboratory").value
    western = only_fact(blood_test("us", name, DAY), "laboratory").value
    assert isinstance(value, Decimal) and isinstance(western, Decimal)
    assert abs(value - western) <= western / 50


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("血红蛋白", "haemoglobin"), ("血红蛋白(Hb)", "haemoglobin"),
        ("Hemoglobin [Mass/volume] in Blood", "haemoglobin"),
        ("白细胞计数", "leukocytes"), ("WBC", "leukocytes"),
        ("Leukocytes [#/volume] in Blood by Automated count", "leukocytes"),
        ("中性粒细胞绝对值", "neutrophils"), ("ANC", "neutrophils"), ("血小板计数", "platelets"),
        ("Platelets", "platelets"),
        ("肌酐", "creatinine"), ("Creatinine, serum", "creatinine"), ("总胆红素", "bilirubin"), ("谷丙转氨酶", "alt"),
        ("丙氨酸氨基转移酶(ALT)", "alt"),
        ("天门冬氨酸氨基转移酶", "ast"), ("白蛋白", "albumin"), ("国际标准化比值", "inr"), ("乳酸脱氢酶", "ldh"),
    ],
)  # fmt: skip
def test_an_analyte_is_known_by_its_name(text: str, item: str) -> None:
    unit = {"inr": "1", "albumin": "g/L", "haemoglobin": "g/L", "creatinine": "umol/L", "bilirubin": "umol/L"}
    cells = {"leukocytes", "neutrophils", "platelets"}
    amount = {"value": 50, "unit": unit.get(item, "10*9/L" if item in cells else "U/L")}
    fact = only_fact(measured(words(text), amount), "laboratory")
    assert fact.item == item
    assert fact.value is not None


@pytest.mark.parametrize(
    "text",
    [
        "Hemoglobin A1c",
        "Creatinine clearance",
        "Creatinine [Mass/volume] in Urine",
        "中性粒细胞百分比",
        "糖化血红蛋白",
        "Microalbumin",
    ],
)
def test_other_analytes_with_similar_names_are_none_of_these(text: str) -> None:
    sent = measured(words(text), {"value": 5, "unit": "%"})
    assert kinds_of(sent) == set()
    assert unmapped_of(sent) == [text]
