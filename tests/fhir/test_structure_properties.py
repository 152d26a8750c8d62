"""Properties of the structural check: never raises, and its quick half agrees with its thorough one."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir import structure
from leptobridge.fhir.acceptance import accept, r4_acceptance
from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.structure import Validator, check_resource, service_validator
from leptobridge.fhir.validation.library import service_library
from tests.fhir.real_data import needs_shared_data, synthea_resources

DEFINITIONS = r4_definitions()
THOROUGH = Validator(service_library(), is_quick=False)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["final", "2024-03-05", "2024-02-30", "", " ", "#a", "a", "Patient/1", "http://x", "aGk=", "\x00"]),
    st.text(max_size=3),
)
element_names = st.sampled_from(
    sorted(
        {name for table in DEFINITIONS.types.values() for name in table.members} | {"_status", "_given", "resourceType"}
    )
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(element_names | st.text(max_size=3), inner, max_size=4),
    max_leaves=15,
)
type_names = st.sampled_from(sorted(DEFINITIONS.resource_types))


def thorough(resource: Any) -> list[Issue]:
    """The thorough half by itself."""
    return structure.find_issues(resource, None)


@given(json_values, st.none() | type_names)
def test_any_json_is_answered_with_a_list(value: Any, expected_type: str | None) -> None:
    assert isinstance(check_resource(value, expected_type), list)


@given(type_names, st.dictionaries(element_names, json_values, max_size=5))
def test_any_content_of_any_type_is_answered_with_a_list(name: str, content: dict[str, Any]) -> None:
    resource = {**content, "resourceType": name}
    named = check_resource(resource)
    if accept(resource) is not None:
        assert thorough(resource) == named


def changed(draw: st.DrawFn, original: dict[str, Any]) -> dict[str, Any]:
    """The same with one change at a random place."""
    resource = copy.deepcopy(original)
    node: Any = resource
    while True:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if isinstance(node[key], (dict, list)) and node[key] and draw(st.booleans()):
            node = node[key]
            continue
        change = draw(st.sampled_from(["remove", "replace", "wrap", "companion"]))
        if change == "remove":
            del node[key]
        elif change == "wrap":
            node[key] = [node[key]]
        elif change == "companion" and isinstance(node, dict):
            node[f"_{key}"] = draw(st.sampled_from([{"id": "a"}, {"extension": [{"url": "u", "valueCode": "x"}]}, []]))
        else:
            node[key] = draw(json_values)
        return resource


@st.composite
def mutated_resources(draw: st.DrawFn) -> dict[str, Any]:
    """A real resource with one change at a random place."""
    return changed(draw, draw(st.sampled_from(synthea_resources()[:400])))


BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "transaction",
    "timestamp": "2026-03-05T10:00:00Z",
    "link": [{"relation": "self", "url": "https://hospital.example/fhir"}],
    "entry": [
        {
            "fullUrl": "urn:uuid:0b1f5c8e-62a1-4f0e-9d6b-3a1c5d7e9f01",
            "resource": {"resourceType": "Patient"},
            "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:mrn|7"},
        },
        {
            "fullUrl": "https://hospital.example/fhir/Observation/7",
            "resource": {"resourceType": "Observation"},
            "request": {"method": "PUT", "url": "Observation/7"},
        },
    ],
}


@st.composite
def mutated_bundles(draw: st.DrawFn) -> dict[str, Any]:
    """A Bundle with two changes; what its entries hold is not looked at."""
    return changed(draw, changed(draw, BUNDLE) or BUNDLE)


@needs_shared_data
@given(mutated_resources())
def test_the_quick_half_accepts_only_what_the_thorough_half_finds_sound(resource: dict[str, Any]) -> None:
    if accept(resource) is not None:
        about_contained = ("not-found", "invariant")
        assert [issue for issue in thorough(resource) if issue.code not in about_contained] == []


@needs_shared_data
@given(mutated_resources())
def test_what_the_quick_half_passes_over_hides_no_fault(resource: dict[str, Any]) -> None:
    assert check_resource(resource) == thorough(resource)


@given(mutated_bundles())
def test_the_quick_half_passes_over_no_fault_of_a_bundle_itself(bundle: dict[str, Any]) -> None:
    said, thoroughly = service_validator().check_bundle_itself(bundle), THOROUGH.check_bundle_itself(bundle)
    assert [issue for issue in said if not issue.rule.startswith("bdl-")] == [
        issue for issue in thoroughly if not issue.rule.startswith("bdl-")
    ]


def test_the_quick_half_takes_a_bundle_that_is_sound_itself() -> None:
    assert service_validator().check_bundle_itself(BUNDLE) == []
    assert r4_acceptance().accepts_bundle_itself(BUNDLE)
    assert not r4_acceptance().accepts_bundle_itself(BUNDLE | {"entry": []})


@needs_shared_data
def test_the_quick_half_takes_most_of_the_real_resources_that_are_sound_so_that_the_check_is_quick() -> None:
    sound = [resource for resource in synthea_resources() if not check_resource(resource)]
    assert len(sound) > 3000
    assert sum(accept(resource) is not None for resource in sound) > 0.9 * len(sound)
