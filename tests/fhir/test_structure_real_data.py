"""The structural check on data that nobody here wrote, and beside fhir.resources R4B."""

from typing import Any

import orjson
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from leptobridge.fhir.json_text import MalformedJsonError, parse_resource
from leptobridge.fhir.structure import check_resource
from tests.fhir.real_data import SHARED, needs_shared_data, synthea_bodies, synthea_resources

pytestmark = needs_shared_data

#: Bad cases of the official suite that structure alone gives away. The others break a profile, an invariant, a
#: terminology, or a rule for published definitions.
STRUCTURALLY_BAD = {
    "Observation-ex-pain.json",
    "ai8.json",
    "bad-json-close-1.json",
    "bad-json-close-2.json",
    "bad-json-close-3.json",
    "bundle-ea-testcase.json",
    "contained-resource.json",
    "hakan-se.json",
    "json-comma-bad-1.json",
    "json-comments-2.json",
    "mr-covid-m.json",
    "obs-vs-2.json",
    "resource-invalid-id-1.json",
    "resource-invalid-id-2.json",
    "resource-invalid-id-3.json",
    "versioned-extension.json",
}


def verdict(name: str) -> bool:
    """Whether an official case is taken."""
    try:
        resource = parse_resource((SHARED / "fhir-r4-cases" / name).read_bytes())
    except MalformedJsonError:
        return False
    return not any(issue.is_error for issue in check_resource(resource))


def official_cases() -> list[tuple[str, bool]]:
    """Name and official verdict; a file stands twice where an option of the suite changes the verdict."""
    cases = orjson.loads((SHARED / "fhir-r4-cases" / "expected.json").read_bytes())
    return [(case["file"], case["valid"]) for case in cases]


def test_all_real_patients_are_taken_as_they_are() -> None:
    found = [issue for resource in synthea_resources() for issue in check_resource(resource)]
    found += [issue for body in synthea_bodies() for issue in check_resource(orjson.loads(body), "Bundle")]
    assert [issue for issue in found if issue.is_error] == []


def test_of_the_good_official_cases_only_those_are_refused_that_need_an_option() -> None:
    good = [name for name, valid in official_cases() if valid]
    assert len(good) == 52
    assert [name for name in good if not verdict(name)] == ["contained-resource.json", "json-comments-2.json"]


def test_the_official_cases_with_structural_faults_are_refused() -> None:
    bad = [name for name, valid in official_cases() if not valid]
    assert len(bad) == 46
    assert {name for name in bad if not verdict(name)} == STRUCTURALLY_BAD


def mutations(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The resource with one structural fault each, of the kinds that fhir.resources knows too."""
    name = next(key for key, value in resource.items() if isinstance(value, dict) and key != "text")
    return [
        {**resource, "unheardOf": 1},
        {**resource, name: [resource[name]]},
        {**resource, name: "text"},
        {**resource, name: {**resource[name], "unheardOf": {}}},
        {**resource, "identifier": 5},
        {**resource, "meta": {"lastUpdated": "at noon"}},
        {**resource, "extension": [{"valueString": "no url"}]},
        {**resource, "extension": [{"url": "u", "valueString": "x", "valueInteger": 1}]},
    ]


def test_what_fhir_resources_refuses_for_its_structure_is_refused_here() -> None:
    seen: set[str] = set()
    refused = 0
    for resource in synthea_resources():
        if resource["resourceType"] in seen:
            continue
        seen.add(resource["resourceType"])
        model = get_fhir_model_class(resource["resourceType"])
        model.model_validate(resource)
        assert [issue for issue in check_resource(resource) if issue.is_error] == []
        for mutation in mutations(resource):
            try:
                model.model_validate(mutation)
            except ValidationError:
                refused += 1
                assert any(issue.is_error for issue in check_resource(mutation)), mutation
    assert len(seen) > 10
    assert refused > 7 * len(seen)
