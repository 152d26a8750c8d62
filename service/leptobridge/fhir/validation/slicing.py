"""Which slice an item belongs to (profiling.html#slicing): by value, pattern, type, profile or existence."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from leptobridge.fhir.validation.elements import ABSENT, ElementRule, Slicing
from leptobridge.fhir.validation.fhirpath.values import Node, children_named, is_type, root_node
from leptobridge.fhir.validation.patterns import has_pattern, is_fixed

_EXTENSION = re.compile(r"extension\('([^']+)'\)")
_OF_TYPE = re.compile(r"ofType\((\w+)\)")
_STEPS = re.compile(r"(?:[^.()]|\([^)]*\))+")
_PLAIN_PATH = re.compile(r"(?:coding|code|system|url|category)(?:\.(?:coding|code|system|url))*")
_BASE = "http://hl7.org/fhir/StructureDefinition/"

#: Resolves a reference; says whether a node satisfies a profile (None: unknown); says whether a code is in a value set.
Resolve = Callable[[str], dict[str, Any] | None]
Conforms = Callable[[Node, str], bool | None]
Contains = Callable[[str, Any, str], bool | None]


class Slicer:
    """Tells slices apart with what it needs to know of the world around an item."""

    def __init__(self, resolve: Resolve, conforms: Conforms, contains: Contains) -> None:
        self._resolve = resolve
        self._conforms = conforms
        self._contains = contains

    def slice_of(self, item: Node, rule: ElementRule) -> str | None:
        """The name of the first slice that the item belongs to."""
        slicing = rule.slicing or Slicing([["value", "url"]])
        for name, part in rule.slices.items():
            for kind, path in slicing.by:
                if not self._matches(kind, path, item, part):
                    break
            else:
                if slicing.by:
                    return name
        return None

    def _matches(self, kind: str, path: str, item: Node, part: ElementRule) -> bool:
        steps, rules = _rules_at(part, path)
        if kind in ("value", "pattern") and (fixed := fixed_texts_of(part, path)):
            return not fixed.isdisjoint(texts_at(item.value, steps))
        nodes = list(self._nodes(item, steps))
        if kind == "exists":
            required = any(rule.min > 0 for rule in rules)
            forbidden = any(rule.max == "0" for rule in rules)
            return not nodes if forbidden else bool(nodes) or not required
        if kind == "type":
            return self._is_of_type(nodes, rules)
        if kind == "profile":
            return self._has_profile(nodes, rules)
        if path == "url" and not any(rule.fixed is not ABSENT for rule in rules):
            return any(node.value in _profiles(part) for node in nodes)
        constrained = [rule for rule in rules if rule.tells]
        return bool(constrained) and any(self._satisfies(node, rule) for node in nodes for rule in constrained)

    def _nodes(self, item: Node, steps: list[str]) -> Iterator[Node]:
        if not steps:
            yield item
            return
        step, rest = steps[0], steps[1:]
        if step == "resolve()":
            reference = item.value.get("reference") if isinstance(item.value, dict) else item.value
            target = self._resolve(reference) if isinstance(reference, str) else None
            found = [root_node(target)] if target is not None else []
        elif match := _EXTENSION.fullmatch(step):
            found = [
                node
                for node in children_named(item, "extension")
                if isinstance(node.value, dict) and node.value.get("url") == match[1]
            ]
        elif match := _OF_TYPE.fullmatch(step):
            found = [item] if is_type(item, match[1]) else []
        else:
            found = list(children_named(item, step.removesuffix("[x]")))
        for node in found:
            yield from self._nodes(node, rest)

    def _is_of_type(self, nodes: list[Node], rules: list[ElementRule]) -> bool:
        names = {declared["code"] for rule in rules for declared in rule.types or ()}
        names |= {
            _type_of_url(url) for rule in rules for declared in rule.types or () for url in declared.get("targets", ())
        }
        return any(is_type(node, name.removeprefix(_BASE)) for node in nodes for name in names if name)

    def _has_profile(self, nodes: list[Node], rules: list[ElementRule]) -> bool:
        urls = {
            url
            for rule in rules
            for declared in rule.types or ()
            for url in (*declared.get("profiles", ()), *declared.get("targets", ()))
        }
        return any(self._conforms(node, url) for node in nodes for url in urls)

    def _satisfies(self, node: Node, rule: ElementRule) -> bool:
        if rule.fixed is not ABSENT and not is_fixed(rule.fixed, node.value):
            return False
        if rule.pattern is not ABSENT and not has_pattern(rule.pattern, node.value):
            return False
        is_bound = rule.binding is not None and rule.binding[0] == "required"
        if is_bound and rule.binding is not None and not self._contains(rule.binding[1], node.value, node.type):
            return False
        for name, child in rule.children.items():
            if child.tells and not any(
                self._satisfies(n, child) for n in children_named(node, name.removesuffix("[x]"))
            ):
                return False
        wanted = [part for part in rule.slices.values() if part.min > 0 and part.tells]
        return all(self._satisfies(node, part) for part in wanted[:1])


def _rules_at(part: ElementRule, path: str) -> tuple[list[str], list[ElementRule]]:
    """The steps of a discriminator's path, and the rules that it leads to in a slice; found once."""
    if path not in part.by_path:
        steps = [] if path == "$this" else [step for step in _STEPS.findall(path) if step != "$this"]
        part.by_path[path] = (steps, list(_rules(part, steps)))
    return part.by_path[path]


def fixed_texts_of(part: ElementRule, path: str) -> frozenset[str]:
    """The texts that a plain path must lead to, where nothing but fixed texts is asked for there; else none."""
    if path not in part.fixed_texts:
        telling = [rule for rule in _rules_at(part, path)[1] if rule.tells]
        only_texts = all(
            isinstance(rule.fixed, str) and not rule.children and rule.pattern is ABSENT for rule in telling
        )
        is_plain = _PLAIN_PATH.fullmatch(path) is not None and only_texts
        part.fixed_texts[path] = frozenset(str(rule.fixed) for rule in telling) if is_plain else frozenset()
    return part.fixed_texts[path]


def texts_at(value: Any, steps: list[str]) -> list[Any]:
    """What a path of plain element names leads to in JSON."""
    level = [value]
    for step in steps:
        below: list[Any] = []
        for item in level:
            found = item.get(step) if type(item) is dict else None
            if type(found) is list:
                below += found
            elif found is not None:
                below.append(found)
        level = below
    return [text for text in level if type(text) is str]


def _rules(rule: ElementRule, steps: list[str]) -> Iterator[ElementRule]:
    """The rules at a path, those in slices on the way included."""
    if not steps:
        yield rule
        return
    step, rest = steps[0], steps[1:]
    if step == "resolve()" or _OF_TYPE.fullmatch(step):
        yield from _rules(rule, rest)
        return
    if match := _EXTENSION.fullmatch(step):
        child = rule.children.get("extension")
        for part in child.slices.values() if child else ():
            if match[1] in _profiles(part):
                yield from _rules(part, rest)
        return
    stem = step.removesuffix("[x]")
    for name, child in rule.children.items():
        if (
            name == step
            or name.removesuffix("[x]") == stem
            or (name.startswith(stem) and name[len(stem) :][:1].isupper())
        ):
            yield from _rules(child, rest)
            for part in child.slices.values():
                yield from _rules(part, rest)


def _profiles(rule: ElementRule) -> list[str]:
    return [url for declared in rule.types or () for url in declared.get("profiles", ())]


def _type_of_url(url: str) -> str:
    return url.removeprefix(_BASE) if url.startswith(_BASE) else ""
