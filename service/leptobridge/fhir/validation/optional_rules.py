"""Rules that are asked for by settings: no example URLs, no HTML in text, the rules of published definitions."""

import re
from collections.abc import Iterator
from typing import Any, Final

from leptobridge.fhir.issue import Issue
from leptobridge.fhir.validation.strictness import Strictness

_TAG = re.compile(r"<[A-Za-z/!][^<>]*>?")
_EXAMPLE = re.compile(r"(?:https?://)?[^/]*(?:example\.(?:org|com|net)|acme\.com)(?:[/:]|$)")
_HL7: Final = "http://hl7.org/fhir/"
_WORKING_GROUP: Final = "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg"
_URL_MEMBERS: Final = frozenset(
    {"url", "system", "fullUrl", "uri", "instantiatesUri", "source", "valueSet", "profile", "valueUri", "valueUrl"}
)


def optional_issues(resource: dict[str, Any], strictness: Strictness) -> list[Issue]:
    """What the optional rules that are asked for say of a resource (not of a Bundle's entries)."""
    found: list[Issue] = []
    name = resource.get("resourceType", "")
    if not strictness.embedded_html:
        found += [
            Issue("error", "security", "The text has what looks like HTML tags.", path, "embedded-html")
            for path, member, text in _texts(resource, str(name))
            if member != "div" and _TAG.search(text)
        ]
    if not strictness.example_urls:
        found += [
            Issue("error", "business-rule", "URLs of examples are not allowed here.", path, "example-url")
            for path, member, text in _texts(resource, str(name))
            if member in _URL_MEMBERS and _EXAMPLE.match(text)
        ]
    if strictness.publication:
        found += _publication(resource, str(name))
    return found


def _texts(node: Any, path: str, member: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(node, str):
        yield path, member, node
    elif isinstance(node, dict):
        for name, item in node.items():
            shown = name if name.isascii() and name.replace("_", "").isalnum() else "?"
            yield from _texts(item, f"{path}.{shown}", name)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _texts(item, f"{path}[{index}]", member)


def _publication(resource: dict[str, Any], name: str) -> Iterator[Issue]:
    """HL7's own definitions tell which working group they belong to."""
    url = resource.get("url")
    if not isinstance(url, str) or not url.startswith((_HL7, "http://terminology.hl7.org/")):
        return
    extensions = resource.get("extension")
    urls = [item.get("url") for item in extensions if isinstance(item, dict)] if isinstance(extensions, list) else []
    if _WORKING_GROUP not in urls:
        sentence = f"What HL7 publishes names its working group in the extension {_WORKING_GROUP}."
        yield Issue("error", "business-rule", sentence, name, "publication")
