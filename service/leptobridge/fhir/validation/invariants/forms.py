"""Invariants of questionnaires and their responses, and two of definitions that hold at an element."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from leptobridge.fhir.validation.invariants.shape import Predicate, are_distinct, has, one_of

_LIMITED_IN_LENGTH = frozenset({"boolean", "decimal", "integer", "string", "text", "url", "open-choice"})
_WITH_OPTIONS = frozenset(
    {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
)


def _link_ids(node: dict[str, Any]) -> Iterator[str]:
    for item in node.get("item", ()):
        if "linkId" in item:
            yield item["linkId"]
        yield from _link_ids(item)


def _is_bound(node: dict[str, Any]) -> bool:
    """sdf-10: each binding of a snapshot names a value set or describes one."""
    return all(
        one_of(element["binding"], "valueSet", "description") for element in node["element"] if "binding" in element
    )


FORMS: Final[Mapping[str, Predicate]] = {
    "eld-3": lambda node: "max" not in node or node["max"] == "*" or int(node["max"]) >= 0,
    "sdf-10": _is_bound,
    "qrs-1": lambda node: not (has(node, "answer") and has(node, "item")),
    "que-1": lambda node: (
        has(node, "item") if node.get("type") == "group" else node.get("type") != "display" or not has(node, "item")
    ),
    "que-2": lambda node: are_distinct(list(_link_ids(node))),
    "que-3": lambda node: node.get("type") != "display" or not has(node, "code"),
    "que-4": lambda node: not (has(node, "answerOption") and has(node, "answerValueSet")),
    "que-5": lambda node: node.get("type") in _WITH_OPTIONS or not one_of(node, "answerOption", "answerValueSet"),
    "que-6": lambda node: node.get("type") != "display" or not one_of(node, "required", "repeats"),
    "que-7": lambda node: node.get("operator") != "exists" or "answerBoolean" in node,
    "que-8": lambda node: node.get("type") not in ("group", "display") or not has(node, "initial"),
    "que-9": lambda node: node.get("type") != "display" or not has(node, "readOnly"),
    "que-10": lambda node: node.get("type") in _LIMITED_IN_LENGTH or not has(node, "maxLength"),
    "que-11": lambda node: not (has(node, "answerOption") and has(node, "initial")),
    "que-12": lambda node: len(node.get("enableWhen", ())) <= 2 or has(node, "enableBehavior"),
    "que-13": lambda node: node.get("repeats") is True or len(node.get("initial", ())) <= 1,
}
