"""The checks that the quick half is built of: each accepts a value of one shape, or leaves it to the thorough half.

A check may raise what a value of another shape makes it raise; whoever calls it takes that for a no.
"""

from collections.abc import Callable, Mapping
from threading import local
from typing import Any

from leptobridge.fhir.definition_tables import TypeTable
from leptobridge.fhir.primitives import is_narrative, is_string, is_uri
from leptobridge.fhir.validation.invariants import Predicate
from leptobridge.fhir.validation.narrative import narrative_faults
from leptobridge.fhir.validation.uri_forms import (
    canonical_fault,
    is_plain_reference,
    is_urn_uuid,
    referenced_type,
    uri_fault,
)
from leptobridge.fhir.validation.vital_signs import vital_sign_profile

Check = Callable[[Any], Any]
Table = dict[str, Check]

_MOST_REMEMBERED = 20_000


class Seen(local):
    """References to contained resources met in the running check of this thread."""

    def __init__(self) -> None:
        self.local_references: list[str] = []


seen = Seen()


def object_check(checks: Table, table: TypeTable, predicates: tuple[Predicate, ...]) -> Check:
    """Members known and sound, none missing, one of each choice, invariants kept, not empty."""
    if table.name == "Extension":
        return extension_check(checks)
    has_sound_shape = shape_check(table)
    sound_shapes: set[tuple[str, ...]] = set()

    def check_plain(value: Any) -> Any:
        for name, member in value.items():
            if not checks[name](member):
                return False
        return value

    def check_object(value: Any) -> Any:
        for name, member in value.items():
            if not checks[name](member):
                return False
        for predicate in predicates:
            if not predicate(value):
                return False
        # The members that are there decide about the rest, and senders have few sets of them.
        shape = tuple(value)
        if shape not in sound_shapes:
            if not has_sound_shape(value):
                return False
            if len(sound_shapes) < _MOST_REMEMBERED:
                sound_shapes.add(shape)
        return True

    return check_object if table.required or table.choices or predicates else check_plain


def shape_check(table: TypeTable) -> Check:
    """The names of an object's members: there are some, none is missing, one of each choice."""
    required = frozenset(name for name in table.required if name not in table.choices)
    required_choices = tuple(table.choices[name] for name in table.required if name in table.choices)
    choices = tuple(members for members in table.choices.values() if len(members) > 1)
    of_choices = frozenset().union(*choices)

    def check_shape(value: Any) -> Any:
        names = value.keys()
        if not names or not required <= names or any(members.isdisjoint(names) for members in required_choices):
            return False
        return len(of_choices & names) < 2 or all(len(members & names) < 2 for members in choices)

    return check_shape


def whole_check(table: TypeTable, predicates: tuple[Predicate, ...]) -> Check:
    """An object without companions, whatever its members are: none missing, one of each choice, invariants kept."""
    has_sound_shape = shape_check(table)
    is_judged_closely = table.name == "Extension"

    def check_whole(value: Any) -> Any:
        if is_judged_closely or ("id" in value and not table.is_resource) or not has_sound_shape(value):
            return False
        for predicate in predicates:  # noqa: SIM110
            if not predicate(value):
                return False
        return True

    return check_whole


def remembering(check: Check, members: tuple[str, str, str]) -> Check:
    """The same check, for which an object of these text members alone is judged once: few codings, very often."""
    first, second, third = members
    sound: set[tuple[Any, Any, Any]] = set()

    def check_once(value: Any) -> Any:
        key = (value.get(first), value.get(second), value.get(third))
        if key in sound and key.count(None) + len(value) == len(members):
            return True
        if not check(value):
            return False
        if value.keys() <= {first, second, third} and len(sound) < _MOST_REMEMBERED:
            sound.add(key)
        return True

    return check_once


def observation_check(check: Check) -> Check:
    """An Observation that is no vital sign; those have profiles."""

    def check_observation(value: Any) -> Any:
        return vital_sign_profile(value) is None and check(value)

    return check_observation


def extension_check(checks: Table) -> Check:
    """A url and either one value or nested extensions; with an id or anything else the thorough half looks."""

    def check(value: Any) -> Any:
        if len(value) != 2 or "url" not in value or "id" in value:
            return False
        for name, member in value.items():  # noqa: SIM110
            if not checks[name](member):
                return False
        return True

    return check


def list_check(check: Check) -> Check:
    """A JSON array of sound items."""

    def check_list(value: Any) -> Any:
        if type(value) is not list:
            return False
        for item in value:
            if not check(item):
                return False
        return value

    return check_list


def contained_check(any_resource: Check) -> Check:
    """Contained resources that are sound, without meta, each with an id of its own."""

    def check(value: Any) -> Any:
        return (
            type(value) is list
            and value
            and all("contained" not in item and "meta" not in item and any_resource(item) for item in value)
            and len({item["id"] for item in value}) == len(value)
        )

    return check


def bound_concept_check(check: Check, codes: Mapping[str, frozenset[str]]) -> Check:
    """A CodeableConcept or Coding of a required binding: one coding is in the value set."""

    def check_concept(value: Any) -> Any:
        codings = value.get("coding", (value,))
        return check(value) and any(coding["code"] in codes[coding["system"]] for coding in codings)

    return check_concept


def targeted_check(check: Check, targets: frozenset[str]) -> Check:
    """A Reference that names no type other than those it may lead to."""

    def check_reference(value: Any) -> Any:
        written = value.get("reference", "urn:")
        if not written.startswith(("urn:", "#")) and referenced_type(written) not in targets:
            return False
        return check(value)

    return check_reference


def simple_check(check: Check) -> Check:
    """A SimpleQuantity: a Quantity without comparator."""

    def check_simple(value: Any) -> Any:
        return "comparator" not in value and check(value)

    return check_simple


def anything(value: Any) -> Any:
    """Judged elsewhere."""
    return True


def undecided(value: Any) -> Any:
    """Not accepted here: the thorough half decides."""
    return False


def reference_text(value: Any) -> Any:
    """``Reference.reference``; one to a contained resource is noted in `seen`."""
    if value.startswith("#"):
        seen.local_references.append(value)
        return len(value) > 1 and is_string(value)
    return is_plain_reference(value)


def is_sound_uri(value: Any) -> Any:
    """A uri or url."""
    if value.startswith("urn:uuid:"):
        return is_urn_uuid(value)
    return is_uri(value) and (value.startswith("http") or uri_fault(value) is None)


def is_sound_canonical(value: Any) -> Any:
    """A canonical."""
    return is_uri(value) and canonical_fault(value) is None


def is_sound_narrative(value: Any) -> Any:
    """XHTML of a narrative."""
    return is_narrative(value) and not narrative_faults(value)


URI_CHECKS: Mapping[str, Check] = {"uri": is_sound_uri, "url": is_sound_uri, "canonical": is_sound_canonical}
