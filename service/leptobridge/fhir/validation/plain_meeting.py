"""Whether a resource plainly meets a profile: the quick answer for what comes in great numbers, vital signs above all.

Yes only where `profile_check` has nothing to say, not even a warning; whatever takes more than fixed texts, types and
listed codes to tell is answered with no.
"""

from typing import Any

from leptobridge.fhir.validation.demands import Demand, demands_of, excluded_members
from leptobridge.fhir.validation.elements import ABSENT, ElementRule
from leptobridge.fhir.validation.invariants.profiles import PROFILE_PREDICATES
from leptobridge.fhir.validation.slicing import fixed_texts_of, texts_at
from leptobridge.fhir.validation.terminology import Terminology

_BASE = "http://hl7.org/fhir/StructureDefinition/"


class PlainMeeting:
    """Answers by one terminology."""

    def __init__(self, terminology: Terminology) -> None:
        self._contains = terminology.contains

    def meets(self, rule: ElementRule, value: Any, type_name: str) -> bool:
        """Whether a value and what is below it plainly meet a rule. May raise for values of another shape."""
        if rule.judges_values and not self._is_fit(rule, value, type_name):
            return False
        if not rule.children:
            return True
        for demand in demands_of(rule, type_name):
            if not demand.is_met_by(value) and not self._meets(demand, value):
                return False
        return not rule.narrowed or excluded_members(rule, type_name).isdisjoint(value)

    def _meets(self, demand: Demand, owner: dict[str, Any]) -> bool:
        rule = demand.rule
        count = 0
        parts = dict.fromkeys(rule.slices, 0)
        for name, beside, member_type, is_list in demand.members:
            if beside in owner:
                return False
            if name not in owner:
                continue
            for item in owner[name] if is_list else (owner[name],):
                count += 1
                if not self.meets(rule, item, member_type):
                    return False
                if parts and not self._belongs(rule, item, member_type, parts):
                    return False
        if not _is_between(rule, count):
            return False
        return all(_is_between(part, parts[name]) for name, part in rule.slices.items())

    def _belongs(self, rule: ElementRule, item: Any, type_name: str, parts: dict[str, int]) -> bool:
        """Counts the item to its slice; no where it meets the slice not plainly, or slices are no matter of texts."""
        if rule.slicing is None or rule.slicing.rules != "open" or rule.slicing.is_ordered:
            return False
        for name, part in rule.slices.items():
            is_its = bool(rule.slicing.by)
            for kind, path in rule.slicing.by:
                texts = fixed_texts_of(part, path)
                if kind not in ("value", "pattern") or not texts:
                    return False
                is_its = is_its and not texts.isdisjoint(texts_at(item, part.by_path[path][0]))
            if is_its:
                parts[name] += 1
                return not part.slices and self.meets(part, item, type_name)
        return True

    def _is_fit(self, rule: ElementRule, value: Any, type_name: str) -> bool:
        if rule.pattern is not ABSENT or rule.max_length or rule.min_value is not None or rule.max_value is not None:
            return False
        if rule.fixed is not ABSENT and not (isinstance(rule.fixed, str) and rule.fixed == value):
            return False
        for _, _, expression, _ in rule.constraints:
            predicate = PROFILE_PREDICATES.get(expression)
            if predicate is None or not predicate(value):
                return False
        if rule.binding is not None and not self._is_bound(rule, value, type_name):
            return False
        return rule.types is None or any(_is_of(declared, value, type_name) for declared in rule.types)

    def _is_bound(self, rule: ElementRule, value: Any, type_name: str) -> bool:
        assert rule.binding is not None
        if rule.name.endswith("[x]") and rule.types is None:
            return True  # see profile_check
        if type_name == "code":
            return self._contains(rule.binding[1], "", value) is True
        codings = value["coding"] if type_name == "CodeableConcept" else (value,)
        return any(self._contains(rule.binding[1], coding["system"], coding["code"]) for coding in codings)


def _is_between(rule: ElementRule, count: int) -> bool:
    return rule.min <= count and (rule.max == "*" or count <= int(rule.max))


def _is_of(declared: Any, value: Any, type_name: str) -> bool:
    """Whether a value is of a declared type; a reference by what it says of its target."""
    if "profiles" in declared or declared["code"] != type_name:
        return False
    if "targets" not in declared:
        return True
    reference = value.get("reference", "urn:")
    if reference.startswith("urn:"):
        return "type" not in value
    name = reference.partition("/")[0]
    return f"{_BASE}{name}" in declared["targets"] and "type" not in value
