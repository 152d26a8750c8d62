"""What invariants ask of JSON objects: is an element there, with a value or with extensions alone."""

from collections.abc import Callable, Iterator
from typing import Any

Predicate = Callable[[dict[str, Any]], Any]


def has(node: dict[str, Any], name: str) -> bool:
    """Whether an element is there, by value or by its companion alone (``_name``)."""
    return name in node or f"_{name}" in node


def has_choice(node: dict[str, Any], stem: str) -> bool:
    """Whether a choice element is there in any of its types (``value`` for ``valueQuantity``)."""
    length = len(stem)
    for name in node:
        if name.startswith(stem) and name[length : length + 1].isupper():
            return True
        if name.startswith(f"_{stem}") and name[length + 1 : length + 2].isupper():
            return True
    return False


def one_of(node: dict[str, Any], *names: str) -> bool:
    """Whether at least one of the elements is there."""
    return any(name in node or f"_{name}" in node for name in names)


def together(node: dict[str, Any], name: str, needed: str) -> bool:
    """Whether ``needed`` is there where ``name`` is."""
    return not has(node, name) or has(node, needed)


def has_code(concept: Any, system: str, *codes: str) -> bool:
    """Whether a CodeableConcept has a coding of the system with one of the codes."""
    return concept is not None and any(
        coding.get("system") == system and coding.get("code") in codes for coding in concept.get("coding", ())
    )


def items(node: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The objects of a repeating element."""
    return iter(node.get(name, ()))


def are_distinct(values: list[Any]) -> bool:
    """Whether no value is there twice."""
    return len(set(values)) == len(values)
