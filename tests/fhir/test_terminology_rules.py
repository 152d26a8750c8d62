"""Codes, units, narrative and URIs by themselves."""

import pytest

from leptobridge.fhir.validation.code_forms import code_form_fault
from leptobridge.fhir.validation.codings import CodingCheck
from leptobridge.fhir.validation.narrative import narrative_faults
from leptobridge.fhir.validation.terminology import Terminology, r4_terminology
from leptobridge.fhir.validation.ucum import unit_fault
from leptobridge.fhir.validation.uri_forms import canonical_fault, uri_fault
from leptobridge.fhir.vocabulary import LOINC, SNOMED

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


UNITS = """
    mg/dL mm[Hg] 10*3/uL 10^9/L {score} /min kg/m2 cm3 % Cel [degF] g/(kg.h) mL/min/{1.73_m2} ug/kg/d 1 10*-6
    [IU]/mL meq/L m-2 s-1 cGy [in_i] [lb_av] mo wk /[HPF] {cells}/uL
"""


@pytest.mark.parametrize("unit", UNITS.split())
def test_units_of_ucum_are_known(unit: str) -> None:
    assert unit_fault(unit) is None


@pytest.mark.parametrize(
    "unit",
    ["(score)", "score", "mmHg", "mEq/L", "cells/uL", "100mg", "mg//dL", "mg/", "{open", "", " mg", "mg dL", "(mg"],
)
def test_what_is_no_unit_is_named(unit: str) -> None:
    assert unit_fault(unit) is not None


@pytest.mark.parametrize(
    ("system", "code", "is_possible"),
    [
        (SNOMED, "94398002", True),
        (SNOMED, "94398003", False),
        (SNOMED, "276885007x", False),
        (SNOMED, "94398002:363698007=8935007", True),
        (LOINC, "85354-9", True),
        (LOINC, "85354-8", False),
        (LOINC, "LP7057-5", True),
        ("https://hospital.test/codes", "anything", True),
    ],
)
def test_codes_of_large_systems_are_judged_by_their_form(system: str, code: str, is_possible: bool) -> None:
    assert (code_form_fault(system, code) is None) == is_possible


def test_displays_are_compared_without_regard_to_case() -> None:
    check = CodingCheck(r4_terminology())
    marital = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    assert check.fault(marital, "M", "married") is None
    assert check.fault(marital, "M", None) is None
    wrong, unknown = check.fault(marital, "M", "Single"), check.fault(marital, "X1", None)
    assert (wrong.rule, wrong.member) == ("display", "display") if wrong else False
    assert (unknown.rule, unknown.member) == ("code", "code") if unknown else False


def test_membership_is_told_where_the_definitions_tell_it_and_unknown_otherwise() -> None:
    systems = {"urn:g": {"codes": {"PD": "", "PD-csf": "", "SD": ""}, "parents": {"PD-csf": ["PD"]}}}
    value_sets = {
        "urn:progression": [[{"system": "urn:g", "filters": [["concept", "is-a", "PD"]]}], []],
        "urn:stable": [[{"system": "urn:g"}], [{"valueSet": ["urn:progression"]}]],
        "urn:open": [[{"system": SNOMED}], []],
        "urn:itself": [[{"valueSet": ["urn:itself"]}], []],
    }
    terminology = Terminology(systems, value_sets)
    assert terminology.contains("urn:progression", "urn:g", "PD-csf") is True
    assert terminology.contains("urn:progression", "urn:g", "SD") is False
    assert terminology.contains("urn:stable", "urn:g", "SD") is True
    assert terminology.contains("urn:stable", "urn:g", "PD") is False
    assert terminology.contains("urn:open", SNOMED, "94398002") is None
    assert terminology.contains("urn:open", "urn:g", "SD") is False
    assert terminology.contains("urn:itself", "urn:g", "SD") is None
    assert terminology.contains("urn:unheard-of", "urn:g", "SD") is None


@pytest.mark.parametrize(
    "content",
    ["text", "<p>a<br/>b</p>", "<img src='#i' alt='x'/>", "<a href='https://x.test'>a</a>", "a&nbsp;b &amp; c",
     "<table class='t'><tr><td colspan='2'>a</td></tr></table>"],
)  # fmt: skip
def test_the_elements_and_attributes_that_fhir_allows_are_taken(content: str) -> None:
    assert narrative_faults(DIV.format(content)) == []


@pytest.mark.parametrize(
    "text",
    [
        DIV.format("<script>x</script>"), DIV.format("<p onclick='x'>a</p>"), DIV.format("<form>a</form>"),
        DIV.format(" "),
        DIV.format("<a href='javascript:x'>a</a>"), DIV.format("<p>"), "<p>a</p>", "<div>a</div>", "",
        "<!DOCTYPE html>" + DIV.format("a"),
    ],
)  # fmt: skip
def test_what_fhir_forbids_in_a_narrative_is_named(text: str) -> None:
    assert narrative_faults(text) != []


@pytest.mark.parametrize("uri", ["urn:uuid:ABC", "urn:uuid:1", "urn:oid:3.1", "urn:oid:1.02", "oid:1.2"])
def test_malformed_urns_are_named(uri: str) -> None:
    assert uri_fault(uri) is not None
    assert uri_fault("https://hospital.test/x") is None


def test_a_canonical_is_absolute_or_a_fragment() -> None:
    assert canonical_fault("https://hospital.test/x|1.0") is None
    assert canonical_fault("#form") is None
    assert canonical_fault("Questionnaire/1") is not None
