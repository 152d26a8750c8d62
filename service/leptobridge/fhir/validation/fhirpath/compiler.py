"""Trees to closures: each takes the items in focus and the scope, and gives items back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from leptobridge.fhir.validation.fhirpath.parser import FhirPathError, Tree, parse
from leptobridge.fhir.validation.fhirpath.values import Node, children_named, compare, equals, is_type, number
from leptobridge.fhir.vocabulary import LOINC, SNOMED, UCUM

Items = list[Node]


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression can ask for beside its focus.

    ``resolve`` gives the resource that a reference leads to, ``member_of`` whether a code is in a value set,
    ``conforms_to`` whether a resource satisfies a profile (None: unknown); ``today`` is a FHIR dateTime.
    """

    resource: Node | None = None
    root_resource: Node | None = None
    context: Node | None = None
    resolve: Callable[[str], Mapping[str, Any] | None] = lambda reference: None
    member_of: Callable[[Node, str], bool | None] = lambda node, url: None
    conforms_to: Callable[[Node, str], bool | None] = lambda node, url: None
    today: str | None = None
    variables: Mapping[str, Items] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """``$this``, ``$index``, ``$total`` and the environment."""

    environment: Environment
    this: Items = field(default_factory=list)
    index: int = 0
    total: Items = field(default_factory=list)


Step = Callable[[Items, Scope], Items]
Function = Callable[[tuple[Tree, ...], Callable[[Tree], Step]], Step]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    step: Step

    def __call__(self, focus: Node, environment: Environment) -> Items:
        """The items that it gives for one item in focus. Raises FhirPathError where it cannot be evaluated."""
        try:
            return self.step([focus], Scope(replace(environment, context=focus), [focus]))
        except (ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
            raise FhirPathError(type(error).__name__) from error


@lru_cache(maxsize=2048)
def compile_expression(text: str) -> Expression:
    """Compile an expression. Raises FhirPathError where it has a syntax or a function that this subset has not."""
    return Expression(text, _compile(parse(text)))


def is_true(items: Items) -> bool:
    """An invariant's result: one item that is not false; nothing is no."""
    return bool(items) and items[0].value is not False


TRUE = Node(True, "System.Boolean")
FALSE = Node(False, "System.Boolean")


def truth(value: bool | None) -> Items:
    """A boolean as items; None as none."""
    return [] if value is None else [TRUE if value else FALSE]


def boolean(items: Items) -> bool | None:
    """Items as a boolean: none is None, one item that is no boolean is true (singleton evaluation)."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathError("one item expected")
    return items[0].value if isinstance(items[0].value, bool) else True


def single(items: Items) -> Node | None:
    """The one item; None for none. Raises where there are several."""
    if len(items) > 1:
        raise FhirPathError("one item expected")
    return items[0] if items else None


def _compile(tree: Tree) -> Step:
    kind = tree[0]
    if kind == "path":
        return _path(tree)
    if kind == "name":
        return _name(tree[1])
    if kind == "call":
        return _call(tree[1], tree[2])
    if kind == "literal":
        literal = [Node(tree[1], tree[2])]
        return lambda focus, scope: literal
    if kind == "nothing":
        return lambda focus, scope: []
    if kind == "variable":
        return _variable(tree[1])
    if kind == "$this":
        return lambda focus, scope: scope.this
    if kind == "$index":
        return lambda focus, scope: [Node(scope.index, "System.Integer")]
    if kind == "$total":
        return lambda focus, scope: scope.total
    if kind == "index":
        return _index(_compile(tree[1]), _compile(tree[2]))
    if kind == "negative":
        return _negative(_compile(tree[1]))
    if kind in ("is", "as"):
        return _typed(kind, _compile(tree[1]), tree[2])
    return _operator(kind, _compile(tree[1]), _compile(tree[2]))


def _path(tree: Tree) -> Step:
    # "FHIR.Patient" and "System.String" as arguments of is() and ofType() never come here.
    left, right = _compile(tree[1]), _compile(tree[2])
    return lambda focus, scope: right(left(focus, scope), scope)


def _name(name: str) -> Step:
    is_type_name = name[:1].isupper()

    def step(focus: Items, scope: Scope) -> Items:
        if is_type_name and len(focus) == 1 and is_type(focus[0], name):
            return focus
        return [child for node in focus for child in children_named(node, name)]

    return step


def _variable(name: str) -> Step:
    constants = {"ucum": UCUM, "sct": SNOMED, "loinc": LOINC}
    if name in constants:
        value = [Node(constants[name], "System.String")]
        return lambda focus, scope: value
    if name.startswith(("vs-", "ext-")):
        kind, _, rest = name.partition("-")
        folder = "ValueSet" if kind == "vs" else "StructureDefinition"
        url = [Node(f"http://hl7.org/fhir/{folder}/{rest}", "System.String")]
        return lambda focus, scope: url

    def step(focus: Items, scope: Scope) -> Items:
        environment = scope.environment
        known = {
            "resource": environment.resource,
            "rootResource": environment.root_resource,
            "context": environment.context,
        }
        if name in known:
            found = known[name]
            return [] if found is None else [found]
        if name in environment.variables:
            return environment.variables[name]
        raise FhirPathError(f"unknown variable %{name}")

    return step


def _index(items: Step, position: Step) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        at = single(position(scope.this, scope))
        found = items(focus, scope)
        return [found[at.value]] if at is not None and 0 <= at.value < len(found) else []

    return step


def _negative(inner: Step) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        item = single(inner(focus, scope))
        return [] if item is None else [Node(-number(item.value), item.system)]

    return step


def _typed(kind: str, inner: Step, name: str) -> Step:
    def step(focus: Items, scope: Scope) -> Items:
        found = inner(focus, scope)
        if kind == "as":
            return [item for item in found if is_type(item, name)]
        item = single(found)
        return [] if item is None else truth(is_type(item, name))

    return step


def _operator(kind: str, left: Step, right: Step) -> Step:
    if kind in ("and", "or", "xor", "implies"):
        decide = _LOGIC[kind]
        return lambda focus, scope: truth(decide(boolean(left(focus, scope)), lambda: boolean(right(focus, scope))))
    combine = _COMBINING[kind]
    return lambda focus, scope: combine(left(focus, scope), right(focus, scope))


def _and(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    if left is False:
        return False
    other = right()
    return False if other is False else None if left is None or other is None else True


def _or(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    if left:
        return True
    other = right()
    return True if other else None if left is None or other is None else False


def _xor(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    other = right()
    return None if left is None or other is None else left != other


def _implies(left: bool | None, right: Callable[[], bool | None]) -> bool | None:
    if left is False:
        return True
    other = right()
    return True if other else None if left is None or other is None else False


_LOGIC = {"and": _and, "or": _or, "xor": _xor, "implies": _implies}


def same(left: Items, right: Items) -> bool | None:
    """``=``: the same items in the same order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = [equals(a, b) for a, b in zip(left, right, strict=True)]
    return False if False in answers else None if None in answers else True


def contains(items: Items, item: Node) -> bool:
    """Whether one of the items equals ``item``."""
    return any(equals(other, item) for other in items)


def distinct(items: Items) -> Items:
    """Each item once."""
    found: Items = []
    seen: set[object] = set()
    for item in items:
        key = (item.system, item.value) if isinstance(item.value, (str, bool)) else None
        if key is not None and item.system == "System.String":
            if key not in seen:
                seen.add(key)
                found.append(item)
        elif not contains(found, item):
            found.append(item)
    return found


def _equivalent(left: Items, right: Items) -> bool:
    def plain(item: Node) -> Any:
        return " ".join(item.value.lower().split()) if isinstance(item.value, str) else item.value

    others = [plain(item) for item in right]
    return len(left) == len(right) and all(plain(item) in others for item in left)


def _ordered(decide: Callable[[int], bool]) -> Callable[[Items, Items], Items]:
    def combine(left: Items, right: Items) -> Items:
        a, b = single(left), single(right)
        if a is None or b is None or a.value is None or b.value is None:
            return []
        order = compare(a, b)
        return [] if order is None else truth(decide(order))

    return combine


def _arithmetic(operator: str) -> Callable[[Items, Items], Items]:
    def combine(left: Items, right: Items) -> Items:
        a, b = single(left), single(right)
        if a is None or b is None:
            return []
        if operator == "+" and isinstance(a.value, str):
            return [Node(a.value + b.value, "System.String")]
        x, y = number(a.value), number(b.value)
        if operator in ("/", "div", "mod") and y == 0:
            return []
        results: dict[str, Callable[[], Decimal]] = {
            "+": lambda: x + y,
            "-": lambda: x - y,
            "*": lambda: x * y,
            "/": lambda: x / y,
            "div": lambda: x // y,
            "mod": lambda: x % y,
        }
        result = results[operator]()
        whole = operator in ("div", "mod", "+", "-", "*") and result == result.to_integral_value()
        return [Node(int(result), "System.Integer") if whole else Node(result, "System.Decimal")]

    return combine


def _joined(left: Items, right: Items) -> Items:
    a, b = single(left), single(right)
    return [Node(f"{'' if a is None else a.value}{'' if b is None else b.value}", "System.String")]


def _in(left: Items, right: Items) -> Items:
    item = single(left)
    return [] if item is None else truth(contains(right, item))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


_COMBINING: Mapping[str, Callable[[Items, Items], Items]] = {
    "=": lambda left, right: truth(same(left, right)),
    "!=": lambda left, right: truth(_not(same(left, right))),
    "~": lambda left, right: truth(_equivalent(left, right)),
    "!~": lambda left, right: truth(not _equivalent(left, right)),
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
    "in": _in,
    "contains": lambda left, right: _in(right, left),
    "|": lambda left, right: distinct([*left, *right]),
    "&": _joined,
    **{operator: _arithmetic(operator) for operator in ("+", "-", "*", "/", "div", "mod")},
}


def _call(name: str, arguments: tuple[Tree, ...]) -> Step:
    from leptobridge.fhir.validation.fhirpath.functions import FUNCTIONS  # noqa: PLC0415 - they are made of steps

    function = FUNCTIONS.get(name)
    if function is None:
        raise FhirPathError(f"unknown function {name}()")
    try:
        return function(arguments, _compile)
    except (IndexError, ValueError) as error:
        raise FhirPathError(f"{name}() with {len(arguments)} arguments") from error
