"""The functions of FHIRPath and of FHIR (http://hl7.org/fhirpath/N1, R4 fhirpath.html) that invariants use."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from leptobridge.fhir.validation.fhirpath.compiler import (
    Function,
    Items,
    Scope,
    Step,
    boolean,
    contains,
    distinct,
    single,
    truth,
)
from leptobridge.fhir.validation.fhirpath.parser import FhirPathError, Tree
from leptobridge.fhir.validation.fhirpath.values import (
    Node,
    children,
    children_named,
    descendants,
    is_type,
    number,
    root_node,
)
from leptobridge.fhir.validation.narrative import narrative_faults

_MOST_STEPS = 10_000


def _plain(function: Callable[[Items], Items]) -> Function:
    """A function without arguments of the items alone."""

    def make(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
        if arguments:
            raise ValueError
        return lambda focus, scope: function(focus)

    return make


def _with_items(function: Callable[[Items, Items], Items]) -> Function:
    """A function of the items and of one argument, which is evaluated where the function is called."""

    def make(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
        (argument,) = map(build, arguments)
        return lambda focus, scope: function(focus, argument(scope.this, scope))

    return make


def _each(function: Callable[[Items, list[tuple[Node, bool | None]]], Items]) -> Function:
    """A function of the items and what a criterion says of each (all true where none is given)."""

    def make(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
        if not arguments:
            return lambda focus, scope: function(focus, [(item, True) for item in focus])
        (criterion,) = map(build, arguments)
        return lambda focus, scope: function(
            focus, [(item, boolean(criterion([item], at))) for item, at in _scopes(focus, scope)]
        )

    return make


def _scopes(focus: Items, scope: Scope) -> list[tuple[Node, Scope]]:
    return [(item, replace(scope, this=[item], index=index)) for index, item in enumerate(focus)]


def _select(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    (projection,) = map(build, arguments)
    return lambda focus, scope: [found for item, at in _scopes(focus, scope) for found in projection([item], at)]


def _repeat(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    (projection,) = map(build, arguments)

    def step(focus: Items, scope: Scope) -> Items:
        found: Items = []
        waiting = list(focus)
        while waiting and len(found) < _MOST_STEPS:
            new = [
                item
                for origin in waiting
                for item in projection([origin], replace(scope, this=[origin]))
                if not contains(found, item)
            ]
            found += new
            waiting = new
        return found

    return step


def _iif(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    criterion, then = build(arguments[0]), build(arguments[1])
    otherwise = build(arguments[2]) if len(arguments) > 2 else None

    def step(focus: Items, scope: Scope) -> Items:
        at = replace(scope, this=focus)
        if boolean(criterion(focus, at)):
            return then(focus, at)
        return otherwise(focus, at) if otherwise else []

    return step


def _type_argument(tree: Tree) -> str:
    if tree[0] == "name":
        return str(tree[1])
    if tree[0] == "path":
        return f"{_type_argument(tree[1])}.{_type_argument(tree[2])}"
    raise FhirPathError("a type expected")


def _of_type(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    name = _type_argument(arguments[0])
    return lambda focus, scope: [item for item in focus if is_type(item, name)]


def _is(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    name = _type_argument(arguments[0])

    def step(focus: Items, scope: Scope) -> Items:
        item = single(focus)
        return [] if item is None else truth(is_type(item, name))

    return step


def _extension(focus: Items, url: Items) -> Items:
    wanted = single(url)
    return [
        extension
        for item in focus
        for extension in children_named(item, "extension")
        if wanted is not None and isinstance(extension.value, dict) and extension.value.get("url") == wanted.value
    ]


def _resolve(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        found: Items = []
        for item in focus:
            reference = item.value.get("reference") if isinstance(item.value, dict) else item.value
            target = scope.environment.resolve(reference) if isinstance(reference, str) else None
            if target is not None:
                found.append(root_node(target))
        return found

    return step


def _asked(ask: Callable[[Scope, Node, str], bool | None]) -> Function:
    def make(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
        (argument,) = map(build, arguments)

        def step(focus: Items, scope: Scope) -> Items:
            item, url = single(focus), single(argument(scope.this, scope))
            return [] if item is None or url is None else truth(ask(scope, item, str(url.value)))

        return step

    return make


def _trace(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    return lambda focus, scope: focus


def _today(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        if scope.environment.today is None:
            raise FhirPathError("the time is not known here")
        return [Node(scope.environment.today, "System.DateTime")]

    return step


def _text(function: Callable[..., Any], result: str) -> Function:
    """A function of one text and of arguments that are evaluated where the function is called."""

    def make(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
        steps = [build(argument) for argument in arguments]

        def step(focus: Items, scope: Scope) -> Items:
            item = single(focus)
            given = [single(argument(scope.this, scope)) for argument in steps]
            if item is None or item.value is None or any(value is None for value in given):
                return []
            if not isinstance(item.value, str):
                raise FhirPathError("text expected")
            answer = function(item.value, *[value.value for value in given if value is not None])
            if answer is None:
                return []
            answers = answer if isinstance(answer, list) else [answer]
            return [Node(value, result) for value in answers]

        return step

    return make


def _substring(text: str, start: int, length: int | None = None) -> str | None:
    if not 0 <= start < len(text):
        return None
    return text[start:] if length is None else text[start : start + max(length, 0)]


def _java_pattern(pattern: str) -> str:
    return pattern.replace("\\p{L}", "[^\\W\\d_]").replace("\\h", "[ \\t]")


def _convert(function: Callable[[Any], Any], result: str) -> Callable[[Items], Items]:
    def convert(focus: Items) -> Items:
        item = single(focus)
        value = None if item is None or item.value is None else function(item.value)
        return [] if value is None else [Node(value, result)]

    return convert


def _to_integer(value: Any) -> int | None:
    if isinstance(value, (bool, int)):
        return int(value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value, re.ASCII) else None


def _to_decimal(value: Any) -> Decimal | None:
    try:
        return number(value)
    except ValueError:
        return None


def _to_boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in ("true", "t", "yes", "y", "1", "1.0"):
        return True
    return False if text in ("false", "f", "no", "n", "0", "0.0") else None


def _to_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if isinstance(value, (dict, list)) else str(value)


def _to_time(value: Any) -> str | None:
    matched = isinstance(value, str) and re.match(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.+)?)?)?$", value)
    return value if matched else None


def _to_quantity(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    amount = _to_decimal(value)
    return None if amount is None else {"value": amount, "code": "1"}


def _converts(function: Callable[[Any], Any]) -> Callable[[Items], Items]:
    def convert(focus: Items) -> Items:
        item = single(focus)
        return [] if item is None else truth(function(item.value) is not None)

    return convert


def _rounded(arguments: tuple[Tree, ...], build: Callable[[Tree], Step]) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        item = single(focus)
        places = single(build(arguments[0])(scope.this, scope)) if arguments else Node(0, "System.Integer")
        if item is None or places is None:
            return []
        exponent = Decimal(1).scaleb(-int(places.value))
        return [Node(number(item.value).quantize(exponent, ROUND_HALF_UP), "System.Decimal")]

    return step


def _math(function: Callable[[Decimal], Any], result: str) -> Callable[[Items], Items]:
    return _convert(lambda value: function(number(value)), result)


def _slice(focus: Items, count: Items, *, skip: bool) -> Items:
    wanted = single(count)
    at = max(int(wanted.value), 0) if wanted is not None else 0
    return focus[at:] if skip else focus[:at]


def _subset(focus: Items, other: Items) -> bool:
    return all(contains(other, item) for item in focus)


def _count(focus: Items) -> Items:
    return [Node(len(focus), "System.Integer")]


def _all_values(wanted: bool, *, every: bool) -> Callable[[Items], Items]:
    def decide(focus: Items) -> Items:
        matching = [item.value is wanted for item in focus]
        return truth(all(matching) if every else any(matching))

    return decide


def _only(focus: Items) -> Items:
    item = single(focus)
    return [] if item is None else [item]


def _opposite(focus: Items) -> Items:
    value = boolean(focus)
    return [] if value is None else truth(not value)


def _has_value(focus: Items) -> Items:
    return truth(len(focus) == 1 and focus[0].value is not None and not isinstance(focus[0].value, dict))


def _html_checks(focus: Items) -> Items:
    return truth(all(isinstance(item.value, str) and not narrative_faults(item.value) for item in focus))


FUNCTIONS: Mapping[str, Function] = {
    # existence
    "empty": _plain(lambda focus: truth(not focus)),
    "exists": _each(lambda focus, judged: truth(any(answer for _, answer in judged))),
    "all": _each(lambda focus, judged: truth(all(answer for _, answer in judged))),
    "allTrue": _plain(_all_values(True, every=True)),
    "anyTrue": _plain(_all_values(True, every=False)),
    "allFalse": _plain(_all_values(False, every=True)),
    "anyFalse": _plain(_all_values(False, every=False)),
    "subsetOf": _with_items(lambda focus, other: truth(_subset(focus, other))),
    "supersetOf": _with_items(lambda focus, other: truth(_subset(other, focus))),
    "count": _plain(_count),
    "distinct": _plain(distinct),
    "isDistinct": _plain(lambda focus: truth(len(distinct(focus)) == len(focus))),
    "not": _plain(_opposite),
    "hasValue": _plain(_has_value),
    # filtering and projection
    "where": _each(lambda focus, judged: [item for item, answer in judged if answer]),
    "select": _select,
    "repeat": _repeat,
    "ofType": _of_type,
    "as": _of_type,
    "is": _is,
    # parts of a collection
    "first": _plain(lambda focus: focus[:1]),
    "last": _plain(lambda focus: focus[-1:]),
    "tail": _plain(lambda focus: focus[1:]),
    "single": _plain(_only),
    "skip": _with_items(lambda focus, count: _slice(focus, count, skip=True)),
    "take": _with_items(lambda focus, count: _slice(focus, count, skip=False)),
    "intersect": _with_items(lambda focus, other: [item for item in distinct(focus) if contains(other, item)]),
    "exclude": _with_items(lambda focus, other: [item for item in focus if not contains(other, item)]),
    "union": _with_items(lambda focus, other: distinct([*focus, *other])),
    "combine": _with_items(lambda focus, other: [*focus, *other]),
    # conversion
    "iif": _iif,
    "toInteger": _plain(_convert(_to_integer, "System.Integer")),
    "toDecimal": _plain(_convert(_to_decimal, "System.Decimal")),
    "toString": _plain(_convert(_to_text, "System.String")),
    "toBoolean": _plain(_convert(_to_boolean, "System.Boolean")),
    "toDate": _plain(_convert(_to_time, "System.DateTime")),
    "toDateTime": _plain(_convert(_to_time, "System.DateTime")),
    "toQuantity": _plain(_convert(_to_quantity, "System.Quantity")),
    "convertsToInteger": _plain(_converts(_to_integer)),
    "convertsToDecimal": _plain(_converts(_to_decimal)),
    "convertsToBoolean": _plain(_converts(_to_boolean)),
    "convertsToString": _plain(_converts(_to_text)),
    "convertsToDate": _plain(_converts(_to_time)),
    "convertsToDateTime": _plain(_converts(_to_time)),
    # text
    "indexOf": _text(lambda text, part: text.find(part), "System.Integer"),
    "substring": _text(_substring, "System.String"),
    "startsWith": _text(lambda text, part: text.startswith(part), "System.Boolean"),
    "endsWith": _text(lambda text, part: text.endswith(part), "System.Boolean"),
    "contains": _text(lambda text, part: part in text, "System.Boolean"),
    "matches": _text(
        lambda text, pattern: re.search(_java_pattern(pattern), text, re.DOTALL) is not None, "System.Boolean"
    ),
    "matchesFull": _text(
        lambda text, pattern: re.fullmatch(_java_pattern(pattern), text, re.DOTALL) is not None, "System.Boolean"
    ),
    "replace": _text(lambda text, old, new: text.replace(old, new), "System.String"),
    "replaceMatches": _text(
        lambda text, pattern, new: re.sub(_java_pattern(pattern), re.sub(r"\$(\d)", r"\\\1", new), text),
        "System.String",
    ),
    "length": _text(len, "System.Integer"),
    "upper": _text(str.upper, "System.String"),
    "lower": _text(str.lower, "System.String"),
    "trim": _text(str.strip, "System.String"),
    "toChars": _text(list, "System.String"),
    "split": _text(lambda text, separator: text.split(separator), "System.String"),
    "join": _with_items(
        lambda focus, separator: [
            Node(
                "".join([str(s.value) for s in separator][:1]).join(str(item.value) for item in focus), "System.String"
            )
        ]
    ),
    # numbers
    "abs": _plain(_math(abs, "System.Decimal")),
    "ceiling": _plain(_math(lambda value: -int(-value // 1), "System.Integer")),
    "floor": _plain(_math(lambda value: int(value // 1), "System.Integer")),
    "truncate": _plain(_math(int, "System.Integer")),
    "round": _rounded,
    # trees
    "children": _plain(lambda focus: [child for item in focus for child in children(item)]),
    "descendants": _plain(lambda focus: [child for item in focus for child in descendants(item)]),
    # FHIR
    "extension": _with_items(_extension),
    "resolve": _resolve,
    "memberOf": _asked(lambda scope, item, url: scope.environment.member_of(item, url)),
    "conformsTo": _asked(lambda scope, item, url: scope.environment.conforms_to(item, url)),
    "htmlChecks": _plain(_html_checks),
    "getValue": _plain(lambda focus: [item for item in focus if item.value is not None]),
    # the rest
    "trace": _trace,
    "today": _today,
    "now": _today,
}
