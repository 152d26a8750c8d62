"""A resource against a profile: everything that the profile demands beyond the base definition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue, IssueCode, Severity
from leptobridge.fhir.validation.demands import Demand, demands_of, excluded_members
from leptobridge.fhir.validation.elements import ABSENT, ElementRule, Profile
from leptobridge.fhir.validation.fhirpath import Environment, FhirPathError, Node, compile_expression, is_true
from leptobridge.fhir.validation.fhirpath.values import compare, root_node
from leptobridge.fhir.validation.invariants.profiles import PROFILE_PREDICATES
from leptobridge.fhir.validation.library import Library
from leptobridge.fhir.validation.patterns import has_pattern, is_fixed
from leptobridge.fhir.validation.situation import Situation
from leptobridge.fhir.validation.slicing import Slicer

_BASE = "http://hl7.org/fhir/StructureDefinition/"
_RULE = "profile"
_OTHER_SHAPE = (TypeError, AttributeError, KeyError, ValueError, IndexError, ArithmeticError)
_DEEPEST = 8


@dataclass(slots=True)
class _Place:
    """One value where it stands."""

    node: Node
    path: str


class ProfileCheck:
    """Judges one resource in its situation. ``depth`` counts profiles of profiles of what is referred to."""

    def __init__(self, library: Library, situation: Situation, depth: int = 0) -> None:
        self._library = library
        self._situation = situation
        self._depth = depth
        root = root_node(situation.root)
        self._environment = Environment(
            resource=root_node(situation.resource),
            root_resource=root,
            resolve=situation.resolve,
            member_of=lambda node, url: self._is_member(url, node.value, node.type),
            conforms_to=self._conforms,
        )
        self._slicer = Slicer(situation.resolve, self._conforms, self._is_member)

    def issues(self, profile: Profile, node: Node, path: str) -> list[Issue]:
        """What is wrong with a value by a profile; empty where its type is another one."""
        name = profile.url.rpartition("/")[2]
        place = _Place(node, path)
        found: list[Issue] = []
        try:
            for issue in self._content(profile.root, place, name):
                found.append(issue)  # noqa: PERF402 - what was found before a broken value counts
        except _OTHER_SHAPE:
            pass  # a value of another shape than its type has: the structure says so
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _content(self, rule: ElementRule, place: _Place, profile: str) -> Iterator[Issue]:
        """What the rule says of a value itself and of its children."""
        if rule.judges_values:
            yield from self._value(rule, place, profile)
        value = place.node.value
        if rule.children and isinstance(value, dict):
            for demand in demands_of(rule, place.node.type):
                if not demand.is_met_by(value):
                    yield from self._element(demand, place, profile)
            if rule.narrowed:
                yield from _other_types(rule, place, profile)

    def _element(self, demand: Demand, owner: _Place, profile: str) -> Iterator[Issue]:
        rule = demand.rule
        places = _places(demand, owner)
        where = f"{owner.path}.{demand.element}"
        if demand.is_counted:
            yield from _counted(rule, len(places), where, profile)
        if demand.is_judged:
            for place in places:
                yield from self._content(rule, place, profile)
        if rule.slices:
            yield from self._sliced(rule, places, where, profile)

    def _sliced(self, rule: ElementRule, places: list[_Place], where: str, profile: str) -> Iterator[Issue]:
        found: dict[str, list[_Place]] = {name: [] for name in rule.slices}
        last = -1
        order = list(rule.slices)
        for place in places:
            name = self._slicer.slice_of(place.node, rule)
            if name is None:
                if rule.slicing is not None and rule.slicing.rules == "closed":
                    yield _issue(
                        "value", place.path, f"The item belongs to no slice of {profile}, which allows no other."
                    )
                continue
            found[name].append(place)
            if rule.slicing is not None and rule.slicing.is_ordered and order.index(name) < last:
                yield _issue("value", place.path, f"The item is not in the order of the slices of {profile}.")
            last = max(last, order.index(name))
        for name, part in rule.slices.items():
            yield from _counted(part, len(found[name]), where, profile, name)
            for place in found[name]:
                yield from self._content(part, place, profile)
                if part.slices:
                    yield from self._sliced(part, [place], where, profile)

    def _value(self, rule: ElementRule, place: _Place, profile: str) -> Iterator[Issue]:
        node, path = place.node, place.path
        value = node.value
        if rule.types is not None:
            yield from self._typed(rule, place, profile)
        if value is None:
            return
        if rule.fixed is not ABSENT and not is_fixed(rule.fixed, value):
            yield _issue("value", path, f"The value is not the one that {profile} fixes{_shown(rule.fixed)}.")
        if rule.pattern is not ABSENT and not has_pattern(rule.pattern, value):
            yield _issue("value", path, f"The value lacks what the pattern of {profile} has{_shown(rule.pattern)}.")
        # R4 binds value[x] of a vital sign's component, of whatever type, to units: that cannot be meant of each type
        if rule.binding is not None and not (rule.name.endswith("[x]") and rule.types is None):
            yield from self._bound(rule.binding, place, profile)
        if rule.max_length is not None and isinstance(value, str) and len(value) > rule.max_length:
            yield _issue("too-long", path, f"The text is longer than {profile} allows ({rule.max_length}).")
        for limit, sign, words in ((rule.min_value, -1, "below the least"), (rule.max_value, 1, "above the greatest")):
            if limit is not None and compare(node, Node(limit, node.type)) == sign:
                yield _issue("value", path, f"The value is {words} that {profile} allows.")
        for key, severity, expression, human in rule.constraints:
            yield from self._constrained(key, severity, expression, human, place)

    def _constrained(self, key: str, severity: str, expression: str, human: str, place: _Place) -> Iterator[Issue]:
        written = PROFILE_PREDICATES.get(expression)
        if not expression or (written is not None and written(place.node.value)):
            return
        try:
            holds = written is None and is_true(compile_expression(expression)(place.node, self._environment))
        except FhirPathError:
            return
        if not holds:
            weight: Severity = "error" if severity == "error" else "warning"
            yield Issue(weight, "invariant", f"{key}: {human}", place.path, key)

    def _typed(self, rule: ElementRule, place: _Place, profile: str) -> Iterator[Issue]:
        node = place.node
        is_open = rule.name.endswith("[x]") or (isinstance(node.value, dict) and "resourceType" in node.value)
        declared = [t for t in rule.types or () if not is_open or _is_a(node.type, t["code"])]
        if not declared:
            names = ", ".join(t["code"].removeprefix(_BASE) for t in rule.types or ())
            yield _issue("structure", place.path, f"{profile} allows only {names} here.")
            return
        urls = [url for t in declared for url in t.get("profiles", ())]
        known = [found for url in urls if (found := self._library.profile(url)) is not None]
        if urls and len(known) == len(urls) and self._depth < _DEEPEST and isinstance(node.value, dict):
            yield from self._of_any(known, place)
        targets = [url for t in declared for url in t.get("targets", ())]
        if targets and isinstance(node.value, dict):
            yield from self._target(targets, node.value, place.path, profile)

    def _of_any(self, profiles: list[Profile], place: _Place) -> Iterator[Issue]:
        """The faults by the profile that fits best; none where one fits."""
        judged = []
        for profile in profiles:
            if profile.type == "Extension" and place.node.value.get("url") != profile.url:
                continue
            check = self
            if place.node.value.get("resourceType"):
                inner = Situation(place.node.value, self._situation.root, self._situation.entries)
                check = ProfileCheck(self._library, inner, self._depth + 1)
            judged.append([issue for issue in check.issues(profile, place.node, place.path) if issue.is_error])
        if judged and all(judged):
            yield from min(judged, key=len)

    def _target(self, targets: list[str], reference: dict[str, Any], path: str, profile: str) -> Iterator[Issue]:
        if f"{_BASE}Resource" in targets:
            return
        written = reference.get("reference")
        resource = self._situation.resolve(written) if isinstance(written, str) else None
        name = resource.get("resourceType") if resource is not None else _type_in(written, reference.get("type"))
        if not isinstance(name, str):
            return
        types = {url: self._type_of(url) for url in targets}
        if None in types.values():
            return
        if name not in types.values():
            allowed = ", ".join(sorted({str(found) for found in types.values()}))
            yield _issue("value", path, f"The reference leads to another type; {profile} allows {allowed}.")
        elif resource is not None and self._depth < _DEEPEST:
            node = root_node(resource)
            fitting = [url for url, found in types.items() if found == name]
            if all(self._conforms(node, url) is False for url in fitting):
                yield _issue("value", path, f"What is referred to does not satisfy the profile that {profile} demands.")

    def _type_of(self, url: str) -> str | None:
        name = url.removeprefix(_BASE)
        if name in r4_definitions().types:
            return name
        found = self._library.profile(url)
        return found.type if found is not None else None

    def _conforms(self, node: Node, url: str) -> bool | None:
        name = url.removeprefix(_BASE)
        if name in r4_definitions().types:
            return node.type == name
        profile = self._library.profile(url)
        if profile is None:
            return None
        if profile.type != node.type or self._depth >= _DEEPEST:
            return profile.type == node.type
        check = self
        if isinstance(node.value, dict) and "resourceType" in node.value:
            check = ProfileCheck(
                self._library, Situation(node.value, self._situation.root, self._situation.entries), self._depth + 1
            )
        return not any(issue.is_error for issue in check.issues(profile, node, node.type))

    def _bound(self, binding: tuple[str, str], place: _Place, profile: str) -> Iterator[Issue]:
        strength, value_set = binding
        answer = self._is_member(value_set, place.node.value, place.node.type)
        if answer is False:
            severity: Severity = "error" if strength == "required" else "warning"
            sentence = f"The code is not in the {strength} value set {value_set} of {profile}."
            yield Issue(severity, "code-invalid", sentence, place.path, "binding")

    def _is_member(self, value_set: str, value: Any, value_type: str) -> bool | None:
        """Whether a coded value is in a value set; None where that cannot be told."""
        contains = self._library.terminology.contains
        if isinstance(value, str):
            return contains(value_set, "", value)
        if not isinstance(value, dict):
            return None
        listed = value.get("coding", []) if value_type == "CodeableConcept" else [value]
        codings = listed if isinstance(listed, list) else []
        answers = [
            contains(value_set, coding["system"], coding["code"])
            for coding in codings
            if isinstance(coding, dict)
            and isinstance(coding.get("system"), str)
            and isinstance(coding.get("code"), str)
        ]
        if value_type == "CodeableConcept" and not codings:
            return False if self._library.terminology.has_value_set(value_set) else None
        return True if True in answers else None if None in answers else False


def _other_types(rule: ElementRule, owner: _Place, profile: str) -> Iterator[Issue]:
    """A choice that a differential names by one of its types (``Observation.valueQuantity``) is narrowed to it."""
    value = owner.node.value
    for name in excluded_members(rule, owner.node.type).intersection(value):
        yield _issue("structure", f"{owner.path}.{name}", f"{profile} does not allow this type here.")


def _places(demand: Demand, owner: _Place) -> list[_Place]:
    """The values of an element in its owner: of a choice, of a member by its JSON name, of each item of a list."""
    value = owner.node.value
    found: list[_Place] = []
    for member, beside, member_type, is_list in demand.members:
        if member not in value and beside not in value:
            continue
        path = f"{owner.path}.{member}"
        content, companion = value.get(member), value.get(beside)
        if not is_list:
            found.append(_Place(_node(content, companion, member_type), path))
            continue
        items = content if isinstance(content, list) else []
        companions = companion if isinstance(companion, list) else []
        for index in range(max(len(items), len(companions))):
            item = items[index] if index < len(items) else None
            other = companions[index] if index < len(companions) else None
            found.append(_Place(_node(item, other, member_type), f"{path}[{index}]"))
    return found


def _node(value: Any, companion: Any, type_name: str) -> Node:
    if type_name == "Resource" and isinstance(value, dict):
        return Node(value, str(value.get("resourceType")))
    return Node(value, type_name, companion)


def _counted(rule: ElementRule, count: int, where: str, profile: str, part: str = "") -> Iterator[Issue]:
    what = f"The slice {part}" if part else where
    if count < rule.min:
        yield _issue("required", where, f"{what} is required by {profile}: at least {rule.min}, found {count}.")
    if rule.max != "*" and count > int(rule.max):
        yield _issue("structure", where, f"{what} may occur {rule.max} times in {profile}, found {count}.")


def _is_a(name: str, declared: str) -> bool:
    declared = declared.removeprefix(_BASE)
    if name == declared or declared in ("Element", "Resource", "DomainResource"):
        return True
    return declared == "Quantity" and name in ("Age", "Count", "Distance", "Duration")


def _type_in(reference: Any, declared: Any) -> str | None:
    if isinstance(declared, str):
        return declared.rpartition("/")[2]
    if not isinstance(reference, str) or reference.startswith(("urn:", "#")) or "?" in reference:
        return None
    name = reference.partition("/_history/")[0].rpartition("/")[0].rpartition("/")[2]
    return name if name in r4_definitions().resource_types else None


def _shown(value: Any) -> str:
    """A fixed or pattern value as it may be shown: definitions are no patient's data."""
    return f" ({value})" if isinstance(value, (str, int, bool)) else ""


def _issue(code: IssueCode, path: str, sentence: str) -> Issue:
    return Issue("error", code, sentence, path, _RULE)
