"""Conditional operations: what ``identifier=system|value`` and the like match (http.html#ccreate, exchange.md 0)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from sqlmodel import Session

from leptobridge.fhir.bundle import EntryPlan
from leptobridge.fhir.issue import Issue
from leptobridge.store.bulk import KeyedStatement
from leptobridge.store.person_groups import PATIENT_PREFIX
from leptobridge.store.persons import persons_of
from leptobridge.store.resources import current_versions, find_by_entry

#: Parameters that a condition may use; each is a kind of search entry.
CONDITION_PARAMETERS = frozenset({"identifier", "code", "category", "gender", "name", "family"})


@dataclass(frozen=True, slots=True)
class Condition:
    """Criteria on one type: pairs of parameter and value, all of which must hold."""

    type: str
    criteria: tuple[tuple[str, str], ...]

    @property
    def identifier(self) -> str | None:
        """``system|value`` where that is all that is asked."""
        if len(self.criteria) == 1 and self.criteria[0][0] == "identifier" and "|" in self.criteria[0][1]:
            return self.criteria[0][1]
        return None


def condition_of(plan: EntryPlan) -> Condition | Issue | None:
    """What a conditional create, update or delete asks for; None for anything else."""
    if plan.method not in ("POST", "PUT", "DELETE"):
        return None
    query = plan.if_none_exist if plan.method == "POST" else plan.query
    return parse_condition(plan.resource_type, query) if query else None


def names_to_lock(plans: Iterable[EntryPlan]) -> list[str]:
    """The names under which `lock_names` keeps away what a message's conditions ask for, until it is taken in."""
    asked = (condition_of(plan) for plan in plans if plan.if_none_exist or plan.query)
    return [repr(condition) for condition in asked if isinstance(condition, Condition)]


# A message is asked for its conditions more than once.
@lru_cache(maxsize=4096)
def parse_condition(resource_type: str, query: str) -> Condition | Issue:
    """The criteria of a query string, or why it cannot be answered; a condition without criteria matches everything."""
    query = query.removeprefix(f"{resource_type}?").removeprefix("?")
    criteria = tuple(sorted(parse_qsl(query, keep_blank_values=True)))
    if not criteria:
        return Issue("error", "required", "The condition has no criteria.")
    for name, _ in criteria:
        if name != "_id" and name not in CONDITION_PARAMETERS:
            return Issue("error", "not-supported", "The condition uses a search parameter that conditions do not take.")
    return Condition(resource_type, criteria)


_BY_IDENTIFIER = KeyedStatement(
    "SELECT r.type, s.value, s.system, r.id FROM {keys} CROSS JOIN search_entry s JOIN resource r"
    " ON r.key = s.resource_key"
    " WHERE s.parameter = 'identifier' AND s.value = b AND r.type = a AND NOT r.deleted ORDER BY r.key",
    width=2,
)


def match_conditions(session: Session, conditions: Iterable[Condition]) -> Mapping[Condition, tuple[str, ...]]:
    """The ids that match each condition; identifiers, the usual case, are looked up together.

    Patients who are one person match once, as the one who survives.
    """
    matches: dict[Condition, tuple[str, ...]] = {}
    plain = {}
    for condition in conditions:
        if condition.identifier is not None:
            plain[condition] = condition.identifier.partition("|")
        else:
            matches[condition] = _match(session, condition)
    rows = _BY_IDENTIFIER.run(session, [(condition.type, value) for condition, (_, _, value) in plain.items()])
    for condition, (system, _, value) in plain.items():
        found = [name for *key, name in rows if key == [condition.type, value, system]]
        matches[condition] = tuple(dict.fromkeys(found))
    return {condition: _one_person(session, condition.type, found) for condition, found in matches.items()}


def _one_person(session: Session, resource_type: str, found: tuple[str, ...]) -> tuple[str, ...]:
    if resource_type != "Patient" or len(found) < 2:
        return found
    persons = set(persons_of(session, [PATIENT_PREFIX + name for name in found]).values())
    return tuple(name for name in found if name in persons) or found if len(persons) == 1 else found


def _match(session: Session, condition: Condition) -> tuple[str, ...]:
    remaining: list[str] | None = None
    for name, value in condition.criteria:
        if name == "_id":
            key = (condition.type, value)
            stored = current_versions(session, [key]).get(key)
            found = [value] if stored is not None and not stored.deleted else []
        else:
            system, bar, code = value.rpartition("|")
            found = find_by_entry(
                session,
                condition.type,
                parameter=name,
                value=code.lower() if name in ("name", "family") else code,
                system=system if bar else None,
            )
        remaining = found if remaining is None else [match for match in remaining if match in found]
    return tuple(dict.fromkeys(remaining or []))
