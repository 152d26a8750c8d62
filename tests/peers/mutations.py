"""Random changes of valid resources (removed, duplicated, retyped, recoded, added), the same ones for a seed."""

import copy
import random
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

KINDS = ("remove", "duplicate", "retype", "recode", "add", "rename", "empty", "swap-type", "blank", "nest")
_VALUES: tuple[Any, ...] = (
    True, 0, -1, 2.5, "final", "2024-02-30", "2024", "2024-03-05T10:00:00", " ", "", "x y", "#none", "urn:uuid:1", [],
    {}, None, {"text": "x"}, [{"text": "x"}], {"reference": "Patient/1"}, "mg/dl%", "http://example.org",
)  # fmt: skip


def mutated(resources: list[Json], count: int, seed: int) -> Iterator[tuple[str, str, Json]]:
    """Kind, place and resource of ``count`` changes."""
    chance = random.Random(seed)
    made = 0
    while made < count:
        resource = copy.deepcopy(chance.choice(resources))
        kind = chance.choice(KINDS)
        nodes = [found for found in _places(resource, resource["resourceType"]) if found[1] != "resourceType"]
        if not nodes:
            continue
        node, key, path = chance.choice(nodes)
        if _change(node, key, kind, chance):
            made += 1
            yield kind, path, resource


def _places(node: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        where = f"{path}.{key}" if isinstance(node, dict) else f"{path}[{key}]"
        yield node, key, where
        if isinstance(value, (dict, list)):
            yield from _places(value, where)


def _change(node: Any, key: Any, kind: str, chance: random.Random) -> bool:
    """Whether the change could be made there."""
    value = node[key]
    if kind == "remove":
        del node[key]
    elif kind == "duplicate":
        if isinstance(node, list):
            node.insert(key, copy.deepcopy(value))
        else:
            node[key] = [value, copy.deepcopy(value)]
    elif kind == "retype":
        node[key] = copy.deepcopy(chance.choice(_VALUES))
    elif kind == "recode":
        if not (
            isinstance(value, str) and key in ("code", "status", "system", "display", "use", "gender", "unit", "intent")
        ):
            return False
        node[key] = chance.choice([f"{value}x", value.upper(), value[:-1] or "z", "unknown"])
    elif kind == "add":
        if not isinstance(value, dict):
            return False
        name = chance.choice(
            ["comment", "status", "extension", "id", "text", "valueString", "modifierExtension", "value"]
        )
        value[name] = copy.deepcopy(chance.choice(_VALUES))
    elif kind == "rename":
        if not isinstance(node, dict):
            return False
        node[chance.choice([f"{key}s", f"_{key}", "note", "value"])] = node.pop(key)
    elif kind == "empty":
        node[key] = [] if isinstance(value, list) else {} if isinstance(value, dict) else ""
    elif kind == "swap-type":
        node[key] = {str: 1, int: str(value), float: str(value), bool: str(value).lower()}.get(type(value), "text")
    elif kind == "blank":
        if not isinstance(value, str):
            return False
        node[key] = chance.choice([f" {value}", f"{value} ", " ", value.replace("-", "/"), value[: len(value) // 2]])
    else:
        node[key] = {"value": value} if not isinstance(value, dict) else [value]
    return True
