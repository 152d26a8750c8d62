"""FHIRPath as invariants use it, and the hand-written invariants beside the FHIRPath that they stand for."""

from typing import Any

import pytest

from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.validation.fhirpath import Environment, FhirPathError, Node, compile_expression, is_true
from leptobridge.fhir.validation.fhirpath.values import compare_times
from leptobridge.fhir.validation.invariants import HAND_WRITTEN
from leptobridge.fhir.validation.invariants.registry import check_registry, invariants_of
from tests.fhir.planted_faults import ORIGINALS, planted
from tests.fhir.real_data import needs_shared_data, synthea_resources

Json = dict[str, Any]

CYTOLOGY: Json = {
    "resourceType": "Observation",
    "status": "final",
    "_issued": {"extension": [{"url": "https://x.test/reason", "valueCode": "unknown"}]},
    "code": {"coding": [{"system": "https://x.test/cs", "code": "cytology"}, {"code": "csf"}], "text": "CSF cytology"},
    "subject": {"reference": "#amara"},
    "effectiveDateTime": "2024-03-05T10:00:00+01:00",
    "valueQuantity": {"value": 12.5, "unit": "mL", "code": "mL"},
    "component": [{"code": {"text": "volume"}, "valueInteger": 10}, {"code": {"text": "seen"}, "valueBoolean": True}],
    "contained": [{"resourceType": "Patient", "id": "amara", "birthDate": "1961-08"}],
}


def values(text: str, resource: Json = CYTOLOGY) -> list[Any]:
    root = Node(resource, resource["resourceType"])
    contained = {f"#{item['id']}": item for item in resource.get("contained", ())}
    environment = Environment(resource=root, root_resource=root, resolve=contained.get)
    return [item.value for item in compile_expression(text)(root, environment)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # paths, choices, types
        ("status", ["final"]),
        ("Observation.status", ["final"]),
        ("code.coding.code", ["cytology", "csf"]),
        ("code.coding[1].code", ["csf"]),
        ("value.unit", ["mL"]),
        ("(value as Quantity).value", [12.5]),
        ("value.ofType(string)", []),
        ("value is Quantity", [True]),
        ("component.value.ofType(integer)", [10]),
        ("component.where(value is Boolean).code.text", ["seen"]),
        ("subject.resolve().birthDate", ["1961-08"]),
        ("subject.resolve().is(Patient)", [True]),
        ("issued.exists() and issued.hasValue().not()", [True]),
        ("issued.extension('https://x.test/reason').value", ["unknown"]),
        # three-valued logic
        ("{} and false", [False]),
        ("{} and true", []),
        ("{} or true", [True]),
        ("{} implies true", [True]),
        ("false implies {}", [True]),
        ("true xor {}", []),
        ("interpretation.empty() implies false", [False]),
        # comparison
        ("value.value >= 12.5 and value.value < 13", [True]),
        ("effective > @2024-03-05T08:59:00Z", [True]),
        ("effective = @2024-03-05T09:00:00Z", [True]),
        ("@2024-03 < @2024-03-05", []),
        ("'a' ~ 'A'", [True]),
        ("status in ('final' | 'amended')", [True]),
        ("code.coding.code contains 'csf'", [True]),
        ("1 = 1.0", [True]),
        # arithmetic and text
        ("1 + 2 * 3 - 4 / 2", [5]),
        ("7 div 2 + 7 mod 2", [4]),
        ("-(3).abs()", [-3]),
        ("'csf' & '-' & status", ["csf-final"]),
        ("status.length() + status.indexOf('n')", [7]),
        ("status.substring(1, 3).upper()", ["INA"]),
        ("status.matches('^fin') and status.startsWith('f') and status.contains('na')", [True]),
        ("status.replaceMatches('a(l)', '$1')", ["finl"]),
        ("'1' .toInteger() + 1", [2]),
        ("value.value.toString()", ["12.5"]),
        # collections
        ("code.coding.count()", [2]),
        ("code.coding.first().code | code.coding.last().code | 'csf'", ["cytology", "csf"]),
        ("code.coding.code.exclude('csf')", ["cytology"]),
        ("code.coding.select(code & '.').tail()", ["csf."]),
        ("code.coding.all(code.exists())", [True]),
        ("code.coding.exists(system.exists())", [True]),
        ("code.coding.code.isDistinct()", [True]),
        ("(1 | 2 | 3).skip(1).take(1)", [2]),
        ("iif(status = 'final', 'yes', 'no')", ["yes"]),
        ("component.where($index = 1).value", [True]),
        ("descendants().where($this is Coding).count()", [2]),
        ("%resource.status = %context.status", [True]),
        ("'\\u0041\\'' // a comment", ["A'"]),
    ],
)
def test_expressions_give_what_the_specification_says(text: str, expected: list[Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text", ["", "status.", "a b", "((", "'open", "nowhere()", "1 +", "status.where(", "%nobody", "#"]
)
def test_what_cannot_be_read_or_evaluated_is_said_to_be_so(text: str) -> None:
    with pytest.raises(FhirPathError):
        values(text)


def test_nesting_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(FhirPathError):
        compile_expression("(" * 5000 + "1" + ")" * 5000)


@pytest.mark.parametrize(
    ("earlier", "later", "order"),
    [
        ("2023", "2024", -1),
        ("2024-03-05", "2024-03", None),
        ("2024-03-05T10:00:00+01:00", "2024-03-05T09:00:00Z", 0),
        ("2024-03-05T23:30:00-05:00", "2024-03-06", None),
        ("2024-03-05T10:00:00.5Z", "2024-03-05T10:00:00Z", 1),
        ("no time", "2024", None),
    ],
)
def test_times_are_ordered_as_far_as_both_are_precise(earlier: str, later: str, order: int | None) -> None:
    assert compare_times(earlier, later) == order


def test_every_invariant_of_r4_can_be_evaluated() -> None:
    definitions = r4_definitions()
    check_registry(definitions)
    assert len(definitions.constraints) > 180
    for constraint in definitions.constraints.values():
        compile_expression(constraint.expression)


def _objects(node: Any, type_name: str, resource: Json) -> list[tuple[Json, str, Json]]:
    """Each object of a resource with its type, and the resource that it is in."""
    table = r4_definitions().types.get(type_name)
    if not isinstance(node, dict) or table is None:
        return []
    found = [(node, type_name, resource)]
    for name, content in node.items():
        member = table.members.get(name)
        for item in content if isinstance(content, list) else [content]:
            if member is not None and member.type == "Resource" and isinstance(item, dict):
                found += _objects(item, str(item.get("resourceType")), item)
            elif member is not None:
                found += _objects(item, member.type, resource)
    return found


#: Where FHIRPath to the letter and its meaning part: it gives nothing, hence no, for a text that is not there.
BY_MEANING = {"bdl-8", "mdd-1", "ctm-1"}


def _disagreements(resources: list[Json]) -> set[str]:
    definitions = r4_definitions()
    found = set()
    for resource in resources:
        for node, type_name, around in _objects(resource, resource["resourceType"], resource):
            table = definitions.types[type_name]
            root = Node(around, around["resourceType"])
            environment = Environment(resource=root, root_resource=root)
            for key in set(table.constraints) & HAND_WRITTEN.keys() - BY_MEANING:
                expression = compile_expression(definitions.constraints[key].expression)
                if is_true(expression(Node(node, type_name), environment)) != bool(HAND_WRITTEN[key](node)):
                    found.add(key)
    return found


def test_hand_written_invariants_say_what_their_fhirpath_says_of_planted_faults() -> None:
    faults = [p.resource for p in planted() if p.kind.partition(":")[0] in r4_definitions().constraints]
    assert len(faults) >= 19
    assert _disagreements([*ORIGINALS, *faults]) == set()


@needs_shared_data
def test_hand_written_invariants_say_what_their_fhirpath_says_of_real_data() -> None:
    assert _disagreements(list(synthea_resources()[:600])) == set()


def test_an_invariant_without_a_predicate_is_judged_by_its_fhirpath() -> None:
    definitions = r4_definitions()
    statement = definitions.types["CapabilityStatement"]
    (kind,) = [rule for rule in invariants_of(statement, definitions) if rule.key == "cpb-15"]
    assert "cpb-15" not in HAND_WRITTEN
    sound = {"resourceType": "CapabilityStatement", "kind": "capability", "software": {"name": "x"}}
    assert kind.holds(sound, sound)
    broken = {"resourceType": "CapabilityStatement", "kind": "capability"}
    assert not kind.holds(broken, broken)
