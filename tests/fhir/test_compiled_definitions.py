"""The committed definitions are those of R4 4.0.1, whole and up to date."""

import re
from pathlib import Path
from typing import Any

import pytest

from leptobridge.fhir.compile_definitions import compile_package, find_package, main
from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS, PRIMITIVE_FORMS, is_valid
from leptobridge.fhir.value_set_expansion import expand_value_set

DEFINITIONS = r4_definitions()


def test_all_resource_types_of_r4_are_known() -> None:
    assert DEFINITIONS.version == "4.0.1"
    assert len(DEFINITIONS.resource_types) == 146
    assert {"Patient", "MedicinalProduct", "SubstanceProtein"} <= DEFINITIONS.resource_types
    assert not {"Resource", "DomainResource", "Citation"} & DEFINITIONS.resource_types


def test_every_member_has_a_type_that_can_be_checked() -> None:
    known = set(DEFINITIONS.types) | set(PRIMITIVE_CHECKS)
    assert {member.type for table in DEFINITIONS.types.values() for member in table.members.values()} <= known
    assert set(DEFINITIONS.primitives) == set(PRIMITIVE_CHECKS) == set(PRIMITIVE_FORMS)


def test_members_know_their_cardinality_choice_and_codes() -> None:
    observation = DEFINITIONS.types["Observation"]
    assert observation.required == ("status", "code")
    assert observation.members["valueQuantity"].choice == "value[x]"
    assert len(observation.choices["value[x]"]) == 11
    assert observation.members["component"].is_list
    assert DEFINITIONS.types["Observation.component"].members["referenceRange"].type == "Observation.referenceRange"
    codes = DEFINITIONS.types["Patient"].members["gender"].codes
    assert codes is not None
    assert dict(codes) == {
        "http://hl7.org/fhir/administrative-gender": frozenset({"male", "female", "other", "unknown"})
    }
    assert DEFINITIONS.types["Attachment"].members["contentType"].codes is None


@pytest.mark.parametrize("primitive", ["date", "dateTime", "instant", "time", "id", "oid", "uuid", "code", "integer"])
def test_primitives_agree_with_the_patterns_of_the_specification(primitive: str) -> None:
    pattern = re.compile(DEFINITIONS.primitives[primitive])
    samples = ["2024", "2024-03", "2024-03-05", "2024-03-05T10:00:00Z", "2024-03-05T10:00:00.5+14:00", "10:00:00"]
    samples += [
        "0000",
        "2024-3",
        "a",
        "a b",
        "a  b",
        " a",
        "a\n",
        "1",
        "-1",
        "01",
        "urn:oid:1.2",
        "urn:uuid:1",
        "x_y",
        "",
    ]
    samples += ["urn:uuid:6f1d6f0e-0000-4000-8000-000000000001", "x" * 64, "x" * 65]
    for sample in samples:
        value: object = int(sample) if primitive == "integer" and sample.lstrip("-").isdigit() else sample
        if primitive == "integer" and isinstance(value, int) and str(value) != sample:
            continue  # no JSON number is written so
        assert is_valid(PRIMITIVE_CHECKS[primitive], value) == bool(pattern.fullmatch(sample)), sample


def test_a_value_set_is_expanded_over_its_code_system_and_what_it_includes_and_excludes() -> None:
    terminology: dict[str, dict[str, Any]] = {
        "urn:grades": {
            "resourceType": "CodeSystem",
            "content": "complete",
            "concept": [{"code": "PD", "concept": [{"code": "PD-csf"}, {"code": "PD-mri"}]}, {"code": "SD"}],
        },
        "urn:progression": {
            "resourceType": "ValueSet",
            "compose": {
                "include": [{"system": "urn:grades", "filter": [{"property": "concept", "op": "is-a", "value": "PD"}]}],
                "exclude": [{"system": "urn:grades", "concept": [{"code": "PD-mri"}]}],
            },
        },
        "urn:all": {
            "resourceType": "ValueSet",
            "compose": {
                "include": [{"valueSet": ["urn:progression"]}, {"system": "urn:x", "concept": [{"code": "NE"}]}]
            },
        },
        "urn:open": {"resourceType": "ValueSet", "compose": {"include": [{"system": "http://snomed.info/sct"}]}},
    }
    assert expand_value_set("urn:progression", terminology) == {"urn:grades": ["PD", "PD-csf"]}
    assert expand_value_set("urn:all|1.0", terminology) == {"urn:grades": ["PD", "PD-csf"], "urn:x": ["NE"]}
    assert expand_value_set("urn:open", terminology) is None
    assert expand_value_set("urn:unheard-of", terminology) is None


#: Where ``make definitions`` puts the package.
DOWNLOADED = Path(__file__).resolve().parents[2] / "build/definitions/google/fhir/r4/data/hl7.fhir.r4.core.tgz"
PACKAGE = find_package() or (DOWNLOADED if DOWNLOADED.exists() else None)


@pytest.mark.skipif(PACKAGE is None, reason="the R4 package is not here: make definitions")
def test_the_committed_definitions_are_what_the_package_compiles_to() -> None:
    assert PACKAGE is not None
    assert main(["--check", "--package", str(PACKAGE)]) == 0
    assert compile_package(PACKAGE) == compile_package(PACKAGE)
