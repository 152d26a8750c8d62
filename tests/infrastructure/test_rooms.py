"""The rooms of the package import one way; the rules know no FHIR, no database and no clock (docs/contributor.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "service" / "leptobridge"

#: What each room may import beside itself.
BELOW: dict[str, frozenset[str]] = {
    "store": frozenset(),
    "fhir": frozenset(),
    "clinical": frozenset(),
    "forms": frozenset({"fhir"}),
    "chart": frozenset({"fhir", "clinical"}),
    "trials": frozenset({"clinical", "chart"}),
    "evaluation": frozenset({"trials", "clinical", "chart", "fhir", "store"}),
    "endpoints": frozenset({"evaluation", "trials", "clinical", "chart", "fhir", "store"}),
    "intake": frozenset({"evaluation", "trials", "clinical", "chart", "fhir", "store"}),
    "delivery": frozenset({"evaluation", "trials", "clinical", "chart", "fhir", "store"}),
}
FACES = frozenset({"cli", "api", "demo"})
CLOCKS = frozenset({"now", "today", "utcnow", "time_ns", "monotonic"})


def _sources(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _imported_rooms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("leptobridge."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "leptobridge":
            yield from (name.name for name in node.names if (PACKAGE / name.name).is_dir())
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("leptobridge."))


def test_every_room_has_its_place() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == BELOW.keys() | FACES


@pytest.mark.parametrize("room", sorted(BELOW))
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    wrong = {
        f"{path.relative_to(PACKAGE)} imports {imported}"
        for path, tree in _sources(room)
        for imported in _imported_rooms(tree)
        if imported != room and imported not in BELOW[room]
    }
    assert not wrong


@pytest.mark.parametrize("room", ["clinical", "trials", "chart", "fhir"])
def test_rules_and_reading_ask_no_clock(room: str) -> None:
    asked = {
        f"{path.relative_to(PACKAGE)}:{node.lineno} calls {node.func.attr}"
        for path, tree in _sources(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    }
    assert not asked
