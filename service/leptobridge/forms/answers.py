"""A response side by side with its Questionnaire: each item asked, its place, and whether it is to be answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """One item of the response. ``path`` is the FHIRPath of its place: ``QuestionnaireResponse.item[0].item[2]``."""

    item: Json
    path: str

    @property
    def answers(self) -> list[Json]:
        """Its answers."""
        return objects(self.item.get("answer"))

    def inner(self) -> "list[Given]":
        """The items below it: of a group, and of the answers of a question."""
        below = _items(self.item, self.path)
        for number, answer in enumerate(self.answers):
            below += _items(answer, f"{self.path}.answer[{number}]")
        return below


def items_of(response: Json) -> list[Given]:
    """The items at the root of a response."""
    return _items(response, "QuestionnaireResponse")


def every_item(given: list[Given]) -> Iterator[Given]:
    """The items and all below them."""
    for item in given:
        yield item
        yield from every_item(item.inner())


def answer_value(answer: Json) -> tuple[str, Any]:
    """Name and content of an answer's value: ``("valueInteger", 2)``; empty where it has none."""
    return next(((name, value) for name, value in answer.items() if name.startswith("value")), ("", None))


def is_enabled(question: Json, response: list[Given]) -> bool:
    """Whether ``enableWhen`` lets the question be answered, by the answers of the whole response."""
    conditions = question.get("enableWhen", [])
    if not conditions:
        return True
    results = [_holds(condition, response) for condition in conditions]
    return any(results) if question.get("enableBehavior") == "any" else all(results)


def objects(value: object) -> list[Json]:
    """The objects of a list; nothing for what is no list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def same_value(left: tuple[str, Any], right: tuple[str, Any]) -> bool:
    """Whether two values are the same; a Coding is its system and code."""
    return left[0] == right[0] and _bare(left[1]) == _bare(right[1])


def _bare(value: Any) -> Any:
    return (value.get("system"), value.get("code")) if isinstance(value, Mapping) and "code" in value else value


def _holds(condition: Json, response: list[Given]) -> bool:
    found = [
        answer_value(answer)
        for given in every_item(response)
        if given.item.get("linkId") == condition["question"]
        for answer in given.answers
    ]
    name, wanted = next((name, value) for name, value in condition.items() if name.startswith("answer"))
    if condition["operator"] == "exists":
        return bool(found) is wanted
    equal = any(same_value(value, (name.replace("answer", "value", 1), wanted)) for value in found)
    return equal if condition["operator"] == "=" else bool(found) and not equal


def _items(parent: Json, path: str) -> list[Given]:
    return [Given(item, f"{path}.item[{number}]") for number, item in enumerate(objects(parent.get("item")))]
