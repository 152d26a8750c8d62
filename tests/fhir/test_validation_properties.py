"""Properties of validation: a change that the specification allows is accepted, one that it forbids is rejected.

What the specification says of a change is read from the definitions: cardinality, type, value set, and whether any
invariant names the element. Changes of which these do not tell are left out.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from leptobridge.fhir.definition_tables import Member, TypeTable, r4_definitions
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS
from leptobridge.fhir.structure import STRICT, Strictness, check_resource, find_issues
from tests.fhir.planted_faults import CHEMISTRY, CONDITION, MEDICATION_REQUEST, ORIGINALS, PATIENT
from tests.peers.mutations import mutated
from tests.profiles.compiled import examples

Json = dict[str, Any]

DEFINITIONS = r4_definitions()
#: Valid, and without profiles or contained resources, whose rules reach beyond one element.
VALID = [
    CHEMISTRY,
    CONDITION,
    MEDICATION_REQUEST,
    {name: value for name, value in PATIENT.items() if name not in ("contained", "managingOrganization", "extension")},
]
TEXTS = frozenset({"date", "dateTime", "instant", "id", "string", "markdown"})
NUMBERS = frozenset({"decimal", "integer", "positiveInt", "unsignedInt"})
INVARIANT_WORDS = {
    word for constraint in DEFINITIONS.constraints.values() for word in re.findall(r"[A-Za-z]+", constraint.expression)
}


@dataclass(frozen=True)
class Place:
    """A member of an object somewhere in a resource."""

    owner: Json
    table: TypeTable
    member: Member

    @property
    def element(self) -> str:
        return self.member.choice or self.member.name

    @property
    def is_named_by_an_invariant(self) -> bool:
        """Whether a rule about several elements may name this one."""
        return self.element.removesuffix("[x]") in INVARIANT_WORDS


def places(node: Json, type_name: str) -> list[Place]:
    table = DEFINITIONS.types[type_name]
    found: list[Place] = []
    for name, content in node.items():
        member = table.members.get(name)
        if member is None:
            continue
        found.append(Place(node, table, member))
        for item in content if isinstance(content, list) else [content]:
            if isinstance(item, dict) and member.type in DEFINITIONS.types:
                found += places(item, member.type)
    return found


def anywhere(place: Place) -> bool:
    return True


def at_code(place: Place) -> bool:
    return place.member.type == "code" and place.member.codes is not None and not place.is_named_by_an_invariant


def at_text(place: Place) -> bool:
    return place.member.type in TEXTS and place.member.name != "display" and not place.is_named_by_an_invariant


@st.composite
def chosen(draw: st.DrawFn, where: Callable[[Place], bool] = anywhere) -> tuple[Json, Place]:
    """A copy of a valid resource, and a place in it."""
    resource: Json = copy.deepcopy(draw(st.sampled_from([r for r in VALID if any(map(where, _all_places(r)))])))
    return resource, draw(st.sampled_from([place for place in _all_places(resource) if where(place)]))


def _all_places(resource: Json) -> list[Place]:
    return places(resource, resource["resourceType"])


def is_rejected(resource: Json) -> bool:
    return any(issue.is_error for issue in check_resource(resource, None, STRICT))


def test_the_resources_are_valid() -> None:
    assert not any(map(is_rejected, VALID))


@given(chosen())
def test_removing_an_element_is_rejected_exactly_where_it_is_required(picked: tuple[Json, Place]) -> None:
    resource, place = picked
    is_required = place.element in place.table.required or len(place.owner) == 1
    assume(is_required or not place.is_named_by_an_invariant)
    del place.owner[place.member.name]
    assert is_rejected(resource) == is_required


@given(chosen())
def test_repeating_an_element_is_rejected_exactly_where_it_does_not_repeat(picked: tuple[Json, Place]) -> None:
    resource, place = picked
    name = place.member.name
    if place.member.is_list:
        place.owner[name] = [*place.owner[name], copy.deepcopy(place.owner[name][0])]
    else:
        place.owner[name] = [place.owner[name], copy.deepcopy(place.owner[name])]
    assert is_rejected(resource) == (not place.member.is_list)


@given(chosen(), st.sampled_from([True, 7, 2.5, {"text": "x"}, [], None]))
def test_a_value_of_another_json_type_is_rejected(picked: tuple[Json, Place], value: Any) -> None:
    resource, place = picked
    primitive = place.member.type in PRIMITIVE_CHECKS
    fits = (
        (primitive and place.member.type == "boolean" and isinstance(value, bool))
        or (place.member.type in NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool))
        or (not primitive and isinstance(value, dict))
    )
    assume(not fits)
    place.owner[place.member.name] = [value] if place.member.is_list else value
    assert is_rejected(resource)


@given(chosen(at_code), st.data())
def test_a_code_is_rejected_exactly_where_its_required_value_set_has_it_not(
    picked: tuple[Json, Place], data: st.DataObject
) -> None:
    resource, place = picked
    allowed = sorted(set().union(*(place.member.codes or {}).values()))
    code = data.draw(st.sampled_from(allowed) | st.text("abcdefgh-", min_size=1, max_size=8))
    place.owner[place.member.name] = [code] if place.member.is_list else code
    assert is_rejected(resource) == (code not in allowed)


@given(chosen(), st.text("abcdefghijklmnopqrstuvwxyzABC", min_size=1, max_size=12))
def test_an_element_that_the_type_has_not_is_rejected(picked: tuple[Json, Place], name: str) -> None:
    resource, place = picked
    assume(name not in place.table.members and name != "resourceType")
    place.owner[name] = "x"
    assert is_rejected(resource)


@given(chosen(at_text), st.sampled_from(["2024-02-30", "24", "2024-13", " ", "", "a  b", "not a value", "ä" * 70]))
def test_a_text_is_rejected_exactly_where_its_type_has_no_such_value(picked: tuple[Json, Place], text: str) -> None:
    resource, place = picked
    kind = place.member.type
    place.owner[place.member.name] = [text] if place.member.is_list else text
    is_value = bool(text.strip()) if kind in ("string", "markdown") else False
    assert is_rejected(resource) != is_value


EVERYTHING = Strictness(rejects=True, example_urls=False, embedded_html=False, publication=True)


@given(st.integers(0, 2**32))
def test_whatever_is_changed_the_validator_answers_and_both_halves_say_the_same(seed: int) -> None:
    resources = [*ORIGINALS, *(resource for resource in examples() if "meta" in resource)]
    for _, _, changed in mutated(resources, 3, seed):
        for _, _, resource in mutated([changed], 1, seed):
            assert isinstance(check_resource(resource, None, EVERYTHING), list)
            assert check_resource(resource, None, STRICT) == find_issues(resource, None, STRICT)
