"""Small faults in the decision modules, each by itself: what ``benchmarks.mutation`` gives the tests to find.

A fault lies only in what a decision or its answer can show: not in documentation, types, JSON Schema, the printed
tables, nor the text of errors.
"""

import ast
import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

CLINICAL = Path(__file__).parents[1] / "service" / "leptobridge" / "clinical"
#: No decisions: the registry, and what a rule set says of itself to the readers of the catalogue.
LEFT_OUT = frozenset({"__init__", "catalogue", "description"})
#: What ``System(...)`` says to a decision; the rest is for readers: purpose, source, JSON Schema, printed table.
DECIDING = frozenset({"name", "version", "evidence", "inputs", "decide", "outputs"})
#: Row of a table → the place of its column for readers, which the printed table alone shows: schedule, start, source.
PRINTED_COLUMNS = {"Regimen": 1, "Definition": 0, "Interval": 3}

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult},
    **{ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr},
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One fault in a module, in the function, class or constant ``place``: ``fault`` in the place of ``node``."""

    module: str
    place: str
    tree: ast.Module
    node: ast.AST
    fault: ast.AST

    def source(self) -> str:
        """The module with the fault."""
        return ast.unparse(ast.fix_missing_locations(copy.deepcopy(self.tree, {id(self.node): self.fault})))

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", 0)

    @property
    def name(self) -> str:
        """Where the fault is, and the text around it before and after."""
        before, after = ast.unparse(self.node), ast.unparse(self.fault)
        same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), len(before))
        shown = slice(max(0, same - 30), same + 70)
        return f"{self.module}.{self.place}: {before[shown]} -> {after[shown]}"


@cache
def trees() -> dict[str, ast.Module]:
    """The decision modules by name."""
    paths = sorted(path for path in CLINICAL.glob("*.py") if path.stem not in LEFT_OUT)
    return {path.stem: ast.parse(path.read_text()) for path in paths}


def mutants_of(module: str) -> list[Mutant]:
    """All mutants of one decision module."""
    tree = trees()[module]
    return [
        Mutant(module, place_of(statement), tree, node, fault)
        for statement in tree.body
        if not is_printed(statement, module)
        for node in decided(statement)
        for fault in faults(node)
    ]


def place_of(statement: ast.stmt) -> str:
    """The name that a statement of a module gives to something, if it does."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def faults(node: ast.AST) -> Iterator[ast.AST]:
    """Every replacement of ``node`` by one small fault."""
    match node:
        case ast.Compare(ops=[operator]):
            yield ast.Compare(node.left, [COMPARISONS[type(operator)]()], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.BinOp() if type(node.op) in OPERATORS:
            yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool(truth)):
            yield ast.Constant(not truth)
        case ast.Constant(value=int(number)):
            yield from (ast.Constant(number + step) for step in (-1, 1))
        case ast.Constant(value=str(text)):
            yield ast.Constant(f"{text}?")
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str(decimal))]):
            yield from (ast.Call(node.func, [ast.Constant(str(Decimal(decimal) + step))], []) for step in (-1, 1))
        case ast.Return(value=ast.Constant(value=None | bool())):  # the constant itself is turned round
            return
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set():
            for at in (at for at, item in enumerate(node.elts) if read_by_decisions(item)):
                shorter = copy.copy(node)
                shorter.elts = node.elts[:at] + node.elts[at + 1 :]
                yield shorter if shorter.elts else ast.Tuple([], ast.Load())
        case ast.Dict():
            for at in (at for at, item in enumerate(node.values) if read_by_decisions(item)):
                yield ast.Dict(node.keys[:at] + node.keys[at + 1 :], node.values[:at] + node.values[at + 1 :])
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield ast.Name(NAMES[name], ast.Load())


def read_by_decisions(node: ast.AST) -> Sequence[ast.AST]:
    """The parts of ``node`` that a decision or the answer can show; empty where it shows none of it."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.expr_context():
            return []
        case ast.Raise(exc=ast.Call(args=[ast.Constant() | ast.JoinedStr()])):  # the text of an error is for readers
            return []
        case ast.Expr(value=ast.Constant()) | ast.Subscript(value=ast.Name(id="Literal")):  # docstrings, types
            return []
        case ast.Call(func=ast.Name(id="TypeVar" | "WithJsonSchema" | "one_of" | "one_of_or_null")):  # types, schemas
            return []
        case ast.FunctionDef(name="one_of" | "one_of_or_null" | "input_schema"):  # JSON Schema
            return []
        case ast.Assign(targets=[ast.Name(id="SYSTEMS" | "__pydantic_config__")]):  # the registry, no decision
            return []
        case ast.keyword(arg="strict"):  # of zip(): a check that the lengths agree, which every caller sees to
            return []
        case ast.Call(func=ast.Name(id="System")):
            return [keyword.value for keyword in node.keywords if keyword.arg in DECIDING]
        case ast.Call(func=ast.Name(id="Output")):  # its meaning and its schema are for readers
            return node.args[:1]
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str())]):  # its text is faulted as a number
            return [node]
        case ast.Call(func=ast.Name(id=row), args=args) if row in PRINTED_COLUMNS:
            printed = args[PRINTED_COLUMNS[row]]
            return [node, *(child for child in ast.iter_child_nodes(node) if child is not printed)]
    skipped = ("annotation", "returns", "decorator_list", "format_spec")
    fields = [value for name, value in ast.iter_fields(node) if name not in skipped]
    children = [part for value in fields for part in (value if isinstance(value, list) else [value])]
    return [node, *(child for child in children if isinstance(child, ast.AST))]


def decided(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and everything in it that a decision or the answer can show."""
    for part in read_by_decisions(node):
        if part is node:
            yield node
        else:
            yield from decided(part)


@cache
def names_read() -> frozenset[str]:
    """Names that a decision reads, ``module.name``, or ``name`` where another module or room of the service does."""
    names: set[str] = set()
    for module, tree in trees().items():
        types = (node.annotation for node in ast.walk(tree) if isinstance(node, ast.AnnAssign))
        parts = (*decided(tree), *(part for type_ in types for part in ast.walk(type_)))
        read = {node.id for node in parts if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        names |= {f"{module}.{name}" for name in read} | {name for name in read if not name.startswith("_")}
    elsewhere = "".join(path.read_text() for path in CLINICAL.parent.rglob("*.py") if path.parent != CLINICAL)
    return frozenset(names | {name for name in re.findall(r"\w+", elsewhere) if not name.startswith("_")})


def is_printed(statement: ast.stmt, module: str) -> bool:
    """Whether a constant or function of the module serves the printed table or a JSON Schema alone."""
    name = place_of(statement)
    match statement:
        case ast.Assign(value=ast.Call(func=ast.Name(id="System"))) | ast.ClassDef():
            return False
        case ast.Assign() | ast.AnnAssign() if not name.isupper():
            return False
    return bool(name) and not names_read() & {name, f"{module}.{name}"}
