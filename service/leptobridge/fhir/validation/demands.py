"""What a rule demands of the elements of one type, with all that the base definition demands already left out."""

from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.definition_tables import Member, TypeTable, r4_definitions
from leptobridge.fhir.validation.elements import ABSENT, ElementRule


@dataclass(frozen=True, slots=True)
class Demand:
    """One element: ``members`` are its JSON names, each with its companion, its type and whether it is a list.

    ``is_needed``: something is wrong where it is absent; ``is_counted``: its number is limited; ``is_judged``:
    something is asked of each value or of what is below. ``fixed_text``: the one value that a single element may have,
    where nothing else is asked; ``is_presence``: it is enough that the element is there.
    """

    rule: ElementRule
    element: str
    members: tuple[tuple[str, str, str, bool], ...]
    is_needed: bool
    is_counted: bool
    is_judged: bool
    fixed_text: str | None
    is_presence: bool

    def is_met_by(self, value: dict[str, Any]) -> bool:
        """Whether a value plainly meets the demand; no where a closer look is needed."""
        if self.fixed_text is not None:
            return bool(value.get(self.members[0][0]) == self.fixed_text)
        is_there = any(name in value or beside in value for name, beside, _, _ in self.members)
        return self.is_presence if is_there else not self.is_needed


def demands_of(rule: ElementRule, type_name: str) -> tuple[Demand, ...]:
    """The demands of a rule's children on a value of a type; made once."""
    found = rule.demands.get(type_name)
    if found is None:
        table = r4_definitions().types.get(type_name)
        made = [_demand(child, table) for child in rule.children.values()] if table is not None else []
        found = rule.demands[type_name] = tuple(demand for demand in made if demand is not None)
    return found


def excluded_members(rule: ElementRule, type_name: str) -> frozenset[str]:
    """The members of choices that the differential narrows to other types; made once."""
    found = rule.excluded.get(type_name)
    if found is None:
        table = r4_definitions().types.get(type_name)
        members = table.members if table is not None else {}
        narrowed = {members[name].choice for name in rule.narrowed if name in members} - {None}
        names = frozenset(name for name, member in members.items() if member.choice in narrowed)
        found = rule.excluded[type_name] = names - rule.children.keys()
    return found


def _demand(rule: ElementRule, table: TypeTable) -> Demand | None:
    """None where the base demands as much."""
    element = rule.name
    names = sorted(table.choices[element]) if element in table.choices else [element]
    members = [table.members[name] for name in names if name in table.members]
    least = 1 if element in table.required else 0
    is_counted = rule.min > least or (rule.max != "*" and (rule.max == "0" or any(m.is_list for m in members)))
    is_judged = _judges(rule, members) or bool(rule.children)
    if not (is_counted or is_judged or rule.slices):
        return None
    is_needed = rule.min > 0 or any(part.min > 0 for part in rule.slices.values())
    is_single = bool(members) and not any(member.is_list for member in members) and not rule.slices and rule.max != "0"
    is_fixed = is_single and len(members) == 1 and isinstance(rule.fixed, str) and not rule.children
    is_fixed = is_fixed and _asks_nothing_but_a_value(rule)
    shown = tuple((member.name, f"_{member.name}", member.type, member.is_list) for member in members)
    return Demand(
        rule=rule,
        element=element.removesuffix("[x]"),
        members=shown,
        is_needed=is_needed,
        is_counted=is_counted,
        is_judged=is_judged,
        fixed_text=str(rule.fixed) if is_fixed else None,
        is_presence=is_single and not is_judged,
    )


def _judges(rule: ElementRule, members: list[Member]) -> bool:
    """Whether values are judged by more than the binding that the base has itself."""
    if not rule.judges_values:
        return False
    same_binding = rule.binding is not None and all(
        member.codes is not None and member.value_set == rule.binding[1] for member in members
    )
    return not (same_binding and rule.fixed is ABSENT and _asks_nothing_but_a_value(rule, is_bound=True))


def _asks_nothing_but_a_value(rule: ElementRule, *, is_bound: bool = False) -> bool:
    """Whether a rule asks at most for a fixed value (or, with ``is_bound``, for a code of a value set)."""
    limits = (rule.max_length, rule.min_value, rule.max_value)
    is_free = rule.pattern is ABSENT and not rule.constraints and not rule.narrows_types
    return is_free and all(limit is None for limit in limits) and (is_bound or rule.binding is None)
