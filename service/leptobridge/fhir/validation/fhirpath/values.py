"""The values that an expression goes through: JSON with its FHIR type; how they are walked, compared and converted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from leptobridge.fhir.definition_tables import TypeTable, r4_definitions
from leptobridge.fhir.primitives import PRIMITIVE_CHECKS

#: FHIR primitives by the system type that they compare as.
SYSTEM_TYPES: Final[Mapping[str, str]] = {
    "boolean": "System.Boolean",
    "integer": "System.Integer",
    "positiveInt": "System.Integer",
    "unsignedInt": "System.Integer",
    "decimal": "System.Decimal",
    "date": "System.DateTime",
    "dateTime": "System.DateTime",
    "instant": "System.DateTime",
    "time": "System.Time",
}
_SUBTYPES: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"code", "id", "markdown"}),
    "uri": frozenset({"url", "canonical", "oid", "uuid"}),
    "integer": frozenset({"positiveInt", "unsignedInt"}),
    "Quantity": frozenset({"Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity"}),
}


@dataclass(slots=True)
class Node:
    """One item: its JSON ``value`` (None where only ``companion`` is there), its FHIR type, id and extensions."""

    value: Any
    type: str
    companion: Any = None

    @property
    def system(self) -> str:
        """The system type that it compares as; the FHIR type itself for what is no primitive."""
        if self.type.startswith("System."):
            return self.type
        if self.type in PRIMITIVE_CHECKS:
            return SYSTEM_TYPES.get(self.type, "System.String")
        return self.type


def root_node(resource: Mapping[str, Any]) -> Node:
    """A resource as a node."""
    return Node(resource, str(resource.get("resourceType")))


@cache
def _table(name: str) -> TypeTable | None:
    return r4_definitions().types.get(name)


@cache
def _members(type_name: str, element: str) -> tuple[tuple[str, str, bool], ...]:
    """JSON member, its type and whether it is a choice, for an element name of a type."""
    table = _table(type_name)
    if table is None:
        return ()
    choice = f"{element}[x]"
    if choice in table.choices:
        return tuple((name, table.members[name].type, True) for name in sorted(table.choices[choice]))
    member = table.members.get(element)
    return ((element, member.type, False),) if member is not None else ()


def children_named(node: Node, element: str) -> Iterator[Node]:
    """The children of a node by element name (``value`` for ``valueQuantity``, too)."""
    value = node.value
    if not isinstance(value, dict):
        if element == "extension" and isinstance(node.companion, dict):
            yield from _wrapped(node.companion.get("extension"), None, "Extension")
        elif element == "id" and isinstance(node.companion, dict) and "id" in node.companion:
            yield Node(node.companion["id"], "string")
        return
    for name, member_type, _ in _members(node.type, element):
        if name in value or f"_{name}" in value:
            yield from _wrapped(value.get(name), value.get(f"_{name}"), member_type)


def children(node: Node) -> Iterator[Node]:
    """All children, in the order of the definitions."""
    if isinstance(node.value, dict):
        table = _table(node.type)
        for name, member in (table.members if table else {}).items():
            if name in node.value or f"_{name}" in node.value:
                yield from _wrapped(node.value.get(name), node.value.get(f"_{name}"), member.type)
    else:
        yield from children_named(node, "id")
        yield from children_named(node, "extension")


def descendants(node: Node) -> Iterator[Node]:
    """Children, their children, and so on."""
    waiting = list(children(node))
    while waiting:
        below: list[Node] = []
        for child in waiting:
            yield child
            below += children(child)
        waiting = below


def _wrapped(value: Any, companion: Any, member_type: str) -> Iterator[Node]:
    if isinstance(value, list) or isinstance(companion, list):
        values = value if isinstance(value, list) else []
        companions = companion if isinstance(companion, list) else []
        for index in range(max(len(values), len(companions))):
            item = values[index] if index < len(values) else None
            beside = companions[index] if index < len(companions) else None
            if item is not None or beside is not None:
                yield _node(item, beside, member_type)
    elif value is not None or companion is not None:
        yield _node(value, companion, member_type)


def _node(value: Any, companion: Any, member_type: str) -> Node:
    if member_type in ("Resource", "DomainResource") and isinstance(value, dict):
        return Node(value, str(value.get("resourceType")))
    return Node(value, member_type, companion)


def is_type(node: Node, name: str) -> bool:
    """Whether a node is of a FHIR or system type, by its own name or that of a base type."""
    stem = name.removeprefix("FHIR.").removeprefix("System.")
    if name.startswith("System.") or stem[:1].isupper():
        if node.type == f"System.{stem}":
            return True
        # invariants of R4 write "is Boolean" and mean the primitive
        if not name.startswith("System.") and stem in ("Boolean", "String", "Integer", "Decimal"):
            return node.type == stem.lower()
    if node.type == stem or node.type in _SUBTYPES.get(stem, ()):
        return True
    table = _table(node.type)
    if stem == "BackboneElement":
        return "." in node.type
    if stem in ("Resource", "DomainResource") and table is not None and table.is_resource:
        return stem == "Resource" or "text" in table.members
    return stem == "Element" and not (table is not None and table.is_resource)


def equals(left: Node, right: Node) -> bool | None:
    """``=`` of two items; None where it cannot be told (times of unlike precision)."""
    kinds = (left.system, right.system)
    if "System.DateTime" in kinds and set(kinds) <= {"System.DateTime", "System.String"}:
        order = compare_times(str(left.value), str(right.value))
        return None if order is None else order == 0
    if isinstance(left.value, bool) != isinstance(right.value, bool):
        return False
    if isinstance(left.value, (int, float, Decimal)) and isinstance(right.value, (int, float, Decimal)):
        return number(left.value) == number(right.value)
    if "System.Quantity" in kinds:
        return _same_quantity(left.value, right.value)
    return bool(left.value == right.value)


def _same_quantity(left: Any, right: Any) -> bool:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return False
    units = [q.get("code") or q.get("unit") or "1" for q in (left, right)]
    return units[0] == units[1] and number(left.get("value")) == number(right.get("value"))


def compare(left: Node, right: Node) -> int | None:
    """-1, 0 or 1; None where two items have no order or it cannot be told."""
    kinds = {left.system, right.system}
    if "System.DateTime" in kinds and kinds <= {"System.DateTime", "System.String"}:
        return compare_times(str(left.value), str(right.value))
    a, b = left.value, right.value
    if isinstance(a, dict) and isinstance(b, dict):
        units = [q.get("code") or q.get("unit") for q in (a, b)]
        systems = [q.get("system") for q in (a, b)]
        if units[0] != units[1] or (None not in systems and systems[0] != systems[1]):
            return None
        a, b = a.get("value"), b.get("value")
    if isinstance(a, (int, float, Decimal)) and isinstance(b, (int, float, Decimal)):
        a, b = number(a), number(b)
        return (a > b) - (a < b)
    if isinstance(a, str) and isinstance(b, str):
        return (a > b) - (a < b)
    return None


def number(value: Any) -> Decimal:
    """A JSON number as it was written; raises for anything else."""
    try:
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise ValueError("not a number") from error


_TIME = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
    r"(?:T(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}(?:\.[0-9]+)?))?)?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


def compare_times(left: str, right: str) -> int | None:
    """Order of two dates or times, compared as far as both are precise; None where that is not far enough."""
    first, second = _instant_parts(left), _instant_parts(right)
    if first is None or second is None:
        return None
    for a, b in zip(first, second, strict=False):
        if a != b:
            return 1 if a > b else -1
    return 0 if len(first) == len(second) else None


def _instant_parts(text: str) -> tuple[Decimal, ...] | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    written = [parts[name] for name in ("year", "month", "day", "hour", "minute", "second") if parts[name] is not None]
    if parts["offset"] and parts["minute"]:
        second = Decimal(parts["second"] or 0)
        try:
            moment = datetime(*(int(part) for part in written[:5]), tzinfo=_offset(parts["offset"])).astimezone(UTC)  # type: ignore[misc,arg-type]
        except (ValueError, OverflowError):
            return None
        shown = [moment.year, moment.month, moment.day, moment.hour, moment.minute]
        return (*map(Decimal, shown), *((second,) if parts["second"] else ()))
    return tuple(map(Decimal, written))


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
