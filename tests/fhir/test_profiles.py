"""Profiles rule by rule: a small profile, a resource that satisfies it, and the same with one fault."""

import copy
from typing import Any

import pytest

from leptobridge.fhir.structure import STRICT, Validator
from leptobridge.fhir.validation.library import r4_library

Json = dict[str, Any]

BASE = "http://hl7.org/fhir/StructureDefinition"
OURS = "https://hospital.test/fhir"
CODES = f"{OURS}/CodeSystem/csf"


def profile(name: str, kind: str, elements: list[Json], base: str | None = None, **more: Any) -> Json:
    """A StructureDefinition with a differential alone; element ids are paths where none is given."""
    return {
        "resourceType": "StructureDefinition",
        "url": f"{OURS}/StructureDefinition/{name}",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": kind,
        "baseDefinition": base or f"{BASE}/{kind}",
        "derivation": "constraint",
        "differential": {"element": [{"path": e["id"].replace(":", "."), **e} for e in elements]},
    } | more


def sliced(path: str, by: list[tuple[str, str]], rules: str = "open", **more: Any) -> Json:
    discriminators = [{"type": kind, "path": where} for kind, where in by]
    return {"id": path, "path": path, "slicing": {"discriminator": discriminators, "rules": rules, **more}}


def one_slice(element: str, name: str, **more: Any) -> Json:
    return {"id": f"{element}:{name}", "path": element, "sliceName": name, **more}


def part(element: str, name: str, below: str, **more: Any) -> Json:
    return {"id": f"{element}:{name}.{below}", "path": f"{element}.{below}", **more}


def issues(definitions: list[Json], resource: Json, url: str) -> list[tuple[str, str]]:
    """Severity and path of what is found by one of the definitions."""
    validator = Validator(r4_library().with_resources(definitions))
    found = validator.check(resource, None, STRICT, profiles=[url])
    return [(issue.severity, issue.expression) for issue in found if issue.rule or issue.is_error]


def errors(definitions: list[Json], resource: Json) -> list[str]:
    return [path for severity, path in issues(definitions, resource, definitions[0]["url"]) if severity == "error"]


def count(**changes: Any) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": CODES, "code": "cells"}]},
        "subject": {"reference": "Patient/amara"},
        "valueQuantity": {"value": 12, "unit": "/mL"},
    } | changes


# ---- one element -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "broken", "path"),
    [
        ({"id": "Observation.issued", "min": 1}, {}, "Observation.issued"),
        ({"id": "Observation.note", "max": "1"}, {"note": [{"text": "a"}, {"text": "b"}]}, "Observation.note"),
        ({"id": "Observation.bodySite", "max": "0"}, {"bodySite": {"text": "spine"}}, "Observation.bodySite"),
        ({"id": "Observation.status", "fixedCode": "amended"}, {}, "Observation.status"),
        (
            {"id": "Observation.code", "patternCodeableConcept": {"coding": [{"system": CODES, "code": "protein"}]}},
            {},
            "Observation.code",
        ),
        ({"id": "Observation.value[x]", "type": [{"code": "integer"}]}, {}, "Observation.valueQuantity"),
        (
            {"id": "Observation.subject", "type": [{"code": "Reference", "targetProfile": [f"{BASE}/Group"]}]},
            {},
            "Observation.subject",
        ),
        ({"id": "Observation.code.text", "maxLength": 3}, {"code": {"text": "cells"}}, "Observation.code.text"),
        (
            {"id": "Observation.value[x]", "maxValueQuantity": {"value": 10, "unit": "/mL"}},
            {},
            "Observation.valueQuantity",
        ),
        (
            {"id": "Observation.method", "binding": {"strength": "required", "valueSet": f"{OURS}/ValueSet/methods"}},
            {"method": {"coding": [{"system": CODES, "code": "guess"}]}},
            "Observation.method",
        ),
        (
            {
                "id": "Observation",
                "constraint": [
                    {
                        "key": "csf-1",
                        "severity": "error",
                        "human": "x",
                        "expression": "method.exists() or note.exists()",
                    }
                ],
            },
            {},
            "Observation",
        ),
        ({"id": "Observation.valueString", "path": "Observation.valueString"}, {}, "Observation.valueQuantity"),
    ],
)
def test_each_demand_on_an_element_is_named_at_it(element: Json, broken: Json, path: str) -> None:
    methods = {
        "resourceType": "ValueSet",
        "url": f"{OURS}/ValueSet/methods",
        "status": "active",
        "compose": {"include": [{"system": CODES, "concept": [{"code": "microscopy"}]}]},
    }
    definitions = [profile("one", "Observation", [{"id": "Observation"}, element]), methods]
    assert errors(definitions, count(**broken)) == [path]


def test_what_satisfies_every_demand_raises_no_alarm() -> None:
    elements: list[Json] = [
        {"id": "Observation.status", "fixedCode": "final"},
        {"id": "Observation.code", "patternCodeableConcept": {"coding": [{"code": "cells"}]}},
        {"id": "Observation.subject", "min": 1, "type": [{"code": "Reference", "targetProfile": [f"{BASE}/Patient"]}]},
        {"id": "Observation.value[x]", "min": 1, "type": [{"code": "Quantity"}],
         "maxValueQuantity": {"value": 20, "unit": "/mL"}},
    ]  # fmt: skip
    assert issues([profile("one", "Observation", elements)], count(), f"{OURS}/StructureDefinition/one") == []


def test_a_profile_demands_all_that_its_base_demands() -> None:
    parent = profile("parent", "Observation", [{"id": "Observation.issued", "min": 1}])
    child = profile("child", "Observation", [{"id": "Observation.note", "min": 1}], base=parent["url"])
    assert errors([child, parent], count()) == ["Observation.issued", "Observation.note"]


def test_an_extensible_binding_is_a_warning() -> None:
    bound = {"id": "Observation.code", "binding": {"strength": "extensible", "valueSet": f"{OURS}/ValueSet/csf"}}
    listed = {
        "resourceType": "ValueSet",
        "url": f"{OURS}/ValueSet/csf",
        "status": "active",
        "compose": {"include": [{"system": CODES, "concept": [{"code": "protein"}]}]},
    }
    definitions = [profile("one", "Observation", [bound]), listed]
    assert issues(definitions, count(), definitions[0]["url"]) == [("warning", "Observation.code")]


# ---- slices ----------------------------------------------------------------------------------------------------------

COMPONENT = "Observation.component"


def component(code: str, **value: Any) -> Json:
    return {"code": {"coding": [{"system": CODES, "code": code}]}, **value}


BY_VALUE = [
    sliced(COMPONENT, [("value", "code.coding.code")]),
    one_slice(COMPONENT, "volume", min=1, max="1"),
    part(COMPONENT, "volume", "code.coding.code", fixedCode="volume"),
    part(COMPONENT, "volume", "value[x]", type=[{"code": "Quantity"}]),
    one_slice(COMPONENT, "seen", max="1"),
    part(COMPONENT, "seen", "code.coding.code", fixedCode="seen"),
    part(COMPONENT, "seen", "value[x]", type=[{"code": "boolean"}]),
]
BY_PATTERN = [
    sliced(COMPONENT, [("pattern", "code")]),
    one_slice(COMPONENT, "volume", min=1, max="1"),
    part(COMPONENT, "volume", "code", patternCodeableConcept={"coding": [{"code": "volume"}]}),
    part(COMPONENT, "volume", "value[x]", type=[{"code": "Quantity"}]),
]
VOLUME = component("volume", valueQuantity={"value": 8, "unit": "mL"})


@pytest.mark.parametrize("elements", [BY_VALUE, BY_PATTERN], ids=["value", "pattern"])
def test_items_belong_to_slices_by_value_or_pattern(elements: list[Json]) -> None:
    definitions = [profile("sliced", "Observation", elements)]
    assert errors(definitions, count(component=[VOLUME, component("other", valueString="x")])) == []
    assert errors(definitions, count(component=[component("other", valueString="x")])) == [COMPONENT]
    assert errors(definitions, count(component=[VOLUME, VOLUME])) == [COMPONENT]
    wrong = component("volume", valueString="8 mL")
    assert errors(definitions, count(component=[wrong])) == [f"{COMPONENT}[0].valueString"]


def test_a_closed_slicing_takes_nothing_else_and_an_ordered_one_keeps_its_order() -> None:
    closed = [sliced(COMPONENT, [("value", "code.coding.code")], rules="closed"), *BY_VALUE[1:]]
    other = component("other", valueString="x")
    assert errors([profile("closed", "Observation", closed)], count(component=[VOLUME, other])) == [f"{COMPONENT}[1]"]
    ordered = [sliced(COMPONENT, [("value", "code.coding.code")], ordered=True), *BY_VALUE[1:]]
    seen = component("seen", valueBoolean=True)
    assert errors([profile("ordered", "Observation", ordered)], count(component=[VOLUME, seen])) == []
    assert errors([profile("ordered", "Observation", ordered)], count(component=[seen, VOLUME])) == [f"{COMPONENT}[1]"]


def test_items_belong_to_slices_by_what_exists() -> None:
    elements = [
        sliced(COMPONENT, [("exists", "dataAbsentReason")]),
        one_slice(COMPONENT, "missing", max="1"),
        part(COMPONENT, "missing", "dataAbsentReason", min=1),
        one_slice(COMPONENT, "measured", min=1),
        part(COMPONENT, "measured", "dataAbsentReason", max="0"),
        part(COMPONENT, "measured", "value[x]", min=1),
    ]
    definitions = [profile("exists", "Observation", elements)]
    missing = component("volume", dataAbsentReason={"text": "not asked"})
    assert errors(definitions, count(component=[missing, VOLUME])) == []
    assert errors(definitions, count(component=[missing])) == [COMPONENT]
    assert errors(definitions, count(component=[component("volume")])) == [f"{COMPONENT}[0].value"]


def test_entries_of_a_bundle_belong_to_slices_by_type_and_by_profile() -> None:
    cells = profile("cells", "Observation", [{"id": "Observation.issued", "min": 1}])
    entry = "Bundle.entry"
    by_type = profile("by-type", "Bundle", [
        sliced(entry, [("type", "resource")]),
        one_slice(entry, "patient", min=1, max="1"),
        part(entry, "patient", "resource", type=[{"code": "Patient"}]),
    ])  # fmt: skip
    by_profile = profile("by-profile", "Bundle", [
        sliced(entry, [("profile", "resource")]),
        one_slice(entry, "cells", min=1),
        part(entry, "cells", "resource", type=[{"code": "Observation", "profile": [cells["url"]]}]),
    ])  # fmt: skip
    urn = "urn:uuid:6f1d6f0e-0000-4000-8000-00000000000"
    patient: Json = {"fullUrl": f"{urn}1", "resource": {"resourceType": "Patient", "active": True}}
    counted: Json = {"fullUrl": f"{urn}2", "resource": count()}
    issued = copy.deepcopy(counted)
    issued["resource"]["issued"] = "2024-03-05T10:00:00Z"

    def bundle(*entries: Json) -> Json:
        return {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}

    assert errors([by_type, cells], bundle(patient, counted)) == []
    assert errors([by_type, cells], bundle(counted)) == [entry]
    assert errors([by_profile, cells], bundle(patient, issued)) == []
    assert errors([by_profile, cells], bundle(patient, counted)) == [entry]


def test_references_satisfy_target_profiles_where_they_lead_to_what_is_contained() -> None:
    adult = profile("adult", "Patient", [{"id": "Patient.birthDate", "min": 1}])
    about = {"id": "Observation.subject", "type": [{"code": "Reference", "targetProfile": [adult["url"]]}]}
    definitions = [profile("one", "Observation", [about]), adult]
    contained = {"resourceType": "Patient", "id": "amara", "birthDate": "1961"}
    assert errors(definitions, count(contained=[contained], subject={"reference": "#amara"})) == []
    without = {"resourceType": "Patient", "id": "amara", "active": True}
    assert errors(definitions, count(contained=[without], subject={"reference": "#amara"})) == ["Observation.subject"]
    assert errors(definitions, count(subject={"reference": "Device/1"})) == ["Observation.subject"]


# ---- extensions ------------------------------------------------------------------------------------------------------


def extension(name: str, elements: list[Json], context: str = "Observation", **more: Any) -> Json:
    url = f"{OURS}/StructureDefinition/{name}"
    contexts = [{"type": "element", "expression": context}]
    return profile(name, "Extension", [*elements, {"id": "Extension.url", "fixedUri": url}], context=contexts, **more)


LATERALITY = extension("laterality", [{"id": "Extension.value[x]", "min": 1, "type": [{"code": "code"}]}])
TUBE = extension("tube", [
    {"id": "Extension.extension:number", "path": "Extension.extension", "sliceName": "number", "min": 1, "max": "1"},
    {"id": "Extension.extension:number.url", "path": "Extension.extension.url", "fixedUri": "number"},
    {"id": "Extension.extension:number.value[x]", "path": "Extension.extension.value[x]",
     "type": [{"code": "positiveInt"}]},
    {"id": "Extension.value[x]", "max": "0"},
], context="Specimen.container")  # fmt: skip


def by_extension(value: Json, resource: Json | None = None) -> list[str]:
    definitions = [LATERALITY, TUBE]
    validator = Validator(r4_library().with_resources(definitions))
    found = validator.check({**(resource or count()), "extension": [value]}, None, STRICT)
    return [issue.expression for issue in found if issue.is_error]


def test_an_extension_of_a_package_is_judged_by_its_definition() -> None:
    assert by_extension({"url": LATERALITY["url"], "valueCode": "left"}) == []
    assert by_extension({"url": LATERALITY["url"], "valueString": "left"}) == ["Observation.extension[0].valueString"]
    elsewhere = {"resourceType": "Patient", "active": True}
    assert by_extension({"url": LATERALITY["url"], "valueCode": "left"}, elsewhere) == ["Patient.extension[0]"]


def test_the_parts_of_an_extension_are_judged_and_its_place_may_be_an_element() -> None:
    validator = Validator(r4_library().with_resources([LATERALITY, TUBE]))

    def specimen(*parts: Json) -> list[str]:
        tube = {"url": TUBE["url"], "extension": list(parts)}
        resource = {"resourceType": "Specimen", "container": [{"description": "tube", "extension": [tube]}]}
        return [issue.expression for issue in validator.check(resource, None, STRICT) if issue.is_error]

    where = "Specimen.container[0].extension[0].extension"
    assert specimen({"url": "number", "valuePositiveInt": 3}) == []
    assert specimen({"url": "number", "valueString": "3"}) == [f"{where}[0].valueString"]
    assert specimen({"url": "colour", "valueString": "clear"}) == [where]
    assert by_extension({"url": TUBE["url"], "extension": [{"url": "number", "valuePositiveInt": 3}]}) == [
        "Observation.extension[0]"
    ]
