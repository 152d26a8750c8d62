"""The official validator's own cases (98 of R4 JSON): the same verdict, at the element that it names."""

import re
from functools import cache
from typing import Any

import orjson
import pytest

from leptobridge.fhir.issue import Issue
from leptobridge.fhir.json_text import MalformedJsonError, parse_resource
from leptobridge.fhir.structure import check_resource
from leptobridge.fhir.validation.strictness import STRICT, Strictness
from tests.fhir.real_data import SHARED, needs_shared_data

pytestmark = needs_shared_data

FOLDER = SHARED / "fhir-r4-cases"

#: The options that the suite sets for single cases; without them these are valid.
OPTIONS = {
    "pat-security-bad-string.json": Strictness(rejects=True, embedded_html=False),
    "dr-example-org.json": Strictness(rejects=True, example_urls=False),
    "pat-example-ext.json": Strictness(rejects=True, example_urls=False),
    "cs-narrative-status.json": Strictness(rejects=True, publication=True),
}
#: Its only faults are displays of LOINC, which takes LOINC to tell.
NEEDS_LOINC = "ips-nz-pj.json"
#: Good only under options that the suite does not give here: comments in JSON, ids of more than 64 characters.
TWINS = {"contained-resource.json", "json-comments-2.json"}

#: Where the official verdict lies, for cases whose error can be told by the message alone.
PLACES = {
    "allergy.json": "AllergyIntolerance.category[0]",
    "bundle-id-search-2.json": "Bundle.link[1]",
    "capstmt.json": "CapabilityStatement.rest[0].resource[0].searchParam[0]",
    "contained-resource.json": "Condition.contained[0].id",
    "contract-binding-test.json": "Contract.legalState.coding[0].code",
    "encounter-period.json": "Encounter.period",
    "ext-ccuk.json": "StructureDefinition.differential",
    "hakan-se.json": "MedicationRequest.authoredOn",
    "maiden-name.json": "Patient.name[0]",
    "mni-patientOverview-bundle-example1b.json": "Bundle.entry[1].resource.name[0]",
    "mr-covid-bnd1.json": "Bundle.entry[0].resource.subjectCodeableConcept.coding[0].system",
    "mr-covid-m.json": "Measure.group[0].population[0].criteria",
    "obs-temp-bad.json": "Observation.code",
    "obs-temp-code2.json": "Observation.code.coding[1].code",
    "obs-vs-1.json": "Observation.extension[0]",
    "patient-with-turvakielto.json": "Patient.extension[0]",
    "resource-invalid-id-1.json": "Location.id",
    "resource-invalid-id-3.json": "Location.contained[0].id",
    "sp-composite.json": "SearchParameter",
    "sp-diff-base.json": "SearchParameter",
    "sp-diff-type.json": "SearchParameter",
    "supplement-cs.json": "CodeSystem.content",
    "target-ref-profile-empty.json": "MedicationRequest.extension[0]",
    "versioned-extension.json": "Patient.extension[1].url",
    "vs-bad-code.json": "ValueSet.compose.include[0].concept[0].code",
    "vs-params-2.json": "ValueSet.compose.include[0].filter[0]",
}


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(orjson.loads((FOLDER / "expected.json").read_bytes()))


def errors(name: str, strictness: Strictness = STRICT) -> list[Issue]:
    try:
        resource = parse_resource((FOLDER / name).read_bytes())
    except MalformedJsonError as error:
        return list(error.issues)
    return [issue for issue in check_resource(resource, None, strictness) if issue.is_error]


def test_the_bad_cases_are_refused_41_by_default_and_45_with_the_options_of_the_suite() -> None:
    bad = [case["file"] for case in cases() if not case["valid"]]
    assert len(bad) == 46
    assert [name for name in bad if not errors(name, OPTIONS.get(name, STRICT))] == [NEEDS_LOINC]
    assert sorted(name for name in bad if not errors(name)) == sorted([NEEDS_LOINC, *OPTIONS])


def test_the_good_cases_are_taken_but_for_two_that_need_other_options() -> None:
    good = [case["file"] for case in cases() if case["valid"]]
    assert len(good) == 52
    assert {name for name in good if errors(name)} == TWINS


@pytest.mark.parametrize("name", sorted(PLACES))
def test_the_error_is_at_the_element_that_the_official_verdict_names(name: str) -> None:
    assert any(issue.expression.startswith(PLACES[name]) for issue in errors(name))


def test_a_missing_element_is_named_as_the_official_verdict_names_it() -> None:
    missing = re.compile(r"(\S+): minimum required = 1, but only found 0")
    checked = 0
    for case in cases():
        for message in case["errors"]:
            if case["valid"] or (match := missing.match(message)) is None:
                continue
            element = match[1].rpartition(".")[2]
            assert any(issue.expression.endswith(f".{element}") for issue in errors(case["file"])), message
            checked += 1
    assert checked > 5


def test_the_kinds_of_findings_in_real_patients_are_the_official_ones() -> None:
    """Official: 1,057 wrong displays, 145 blood pressures without 85354-9, 60 extensions, 4 units, 1 code."""
    counted: dict[str, int] = {}
    for body in (SHARED / "synthea" / "bundles.ndjson").read_bytes().splitlines():
        for issue in check_resource(orjson.loads(body), None, STRICT):
            if issue.is_error:
                counted[issue.rule] = counted.get(issue.rule, 0) + 1
    assert counted == {"display": 1057, "profile": 145, "unknown-extension": 60, "unit": 4, "code": 1}
