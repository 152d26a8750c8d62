"""Extensions by their definitions: where they may stand, as what, and with which value (extensibility.html)."""

from collections.abc import Iterable
from typing import Any, Final

from leptobridge.fhir.definition_tables import TypeTable
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.validation.elements import ABSENT, ElementRule, Profile
from leptobridge.fhir.validation.library import Library

_EXAMPLES: Final = ("example.org", "example.com", "acme.com")
_TOLERATED: Final = (
    "http://hl7.org/fhir/tools/StructureDefinition/",
    "http://hl7.org/fhir/5.0/StructureDefinition/",
    "http://hl7.org/fhir/4.3/StructureDefinition/",
    "http://nema.org/",
)
_NO_DOMAIN_RESOURCES: Final = frozenset({"Bundle", "Binary", "Parameters"})


def type_names(table: TypeTable) -> frozenset[str]:
    """The names by which a context may mean a type: its own and those of its bases."""
    if table.is_resource:
        bases = {"Resource"} if table.name in _NO_DOMAIN_RESOURCES else {"Resource", "DomainResource"}
    elif "." in table.name:
        bases = {"BackboneElement", "Element"}
    else:
        bases = {"Element"}
    if table.name in ("Age", "Count", "Distance", "Duration"):
        bases = bases | {"Quantity"}
    return frozenset({table.name, *bases})


def fits_context(extension: Profile, names: Iterable[str]) -> bool:
    """Whether an extension may stand on an element that goes by these names (types and paths)."""
    allowed = {expression for kind, expression in extension.contexts if kind == "element"}
    if not extension.contexts or any(kind != "element" for kind, _ in extension.contexts):
        return True  # fhirpath and extension contexts are not judged
    return any(name in allowed for name in names)


def plain_value_members(extension: Profile) -> frozenset[str] | None:
    """The JSON members that a value may have; None for an extension of which more is asked (parts, codes, sizes)."""
    names: set[str] = set()
    for name, rule in extension.root.children.items():
        if name == "value[x]" and _is_plain(rule) and rule.types is not None:
            for declared in rule.types:
                if "profiles" in declared or "targets" in declared:
                    return None
                names.add(f"value{declared['code'][0].upper()}{declared['code'][1:]}")
        elif not (name in ("url", "id") or (name == "extension" and rule.max == "0" and not rule.slices)):
            return None
    return frozenset(names) or None


def _is_plain(rule: ElementRule) -> bool:
    return (
        rule.fixed is ABSENT
        and rule.pattern is ABSENT
        and rule.binding is None
        and not rule.constraints
        and not rule.children
        and rule.max_length is None
        and rule.min_value is None
        and rule.max_value is None
    )


def unknown_extension_issue(url: str, path: str, prefixes: tuple[str, ...], *, is_modifier: bool) -> Issue | None:
    """What to say of an extension that nobody here knows; None where it is allowed."""
    if not is_modifier and (
        any(example in url for example in _EXAMPLES)
        or url.startswith(_TOLERATED)
        or (prefixes and url.startswith(prefixes))
    ):
        return None
    what = "A modifier extension" if is_modifier else "An extension"
    sentence = f"{what} that has no definition here is not understood; load the package that defines it."
    return Issue("error", "extension", sentence, path, "unknown-extension")


def placement_issues(extension: Profile, names: Iterable[str], path: str, *, is_modifier: bool) -> list[Issue]:
    """Whether a known extension stands where it may, and as what it is."""
    found: list[Issue] = []
    if not fits_context(extension, names):
        allowed = ", ".join(sorted({expression for _, expression in extension.contexts}))
        sentence = f"The extension may not stand here; its context is {allowed}."
        found.append(Issue("error", "extension", sentence, path, "extension-context"))
    if is_modifier != extension.is_modifier:
        sentence = (
            "An extension that is no modifier stands under modifierExtension."
            if is_modifier
            else "A modifier extension stands under extension; it must stand under modifierExtension."
        )
        found.append(Issue("error", "extension", sentence, path, "extension-modifier"))
    return found


def versioned_url_issue(url: Any, path: str) -> Issue | None:
    """An extension's url has no version."""
    if isinstance(url, str) and "|" in url:
        return Issue(
            "error", "extension", "The url of an extension must have no version.", f"{path}.url", "extension-url"
        )
    return None


def known_extension(library: Library, url: Any) -> Profile | None:
    """The definition of an extension; None where there is none at hand."""
    return library.extension(url.partition("|")[0]) if isinstance(url, str) else None


def is_part(url: Any) -> bool:
    """Whether a url names a part of a complex extension, not an extension of its own."""
    return isinstance(url, str) and ":" not in url
