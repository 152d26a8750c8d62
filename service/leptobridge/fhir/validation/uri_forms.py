"""What URIs must look like beyond having no white space: urn:uuid, urn:oid, canonicals, and references."""

import re
from functools import lru_cache
from typing import Any

from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_RESTFUL = re.compile(
    r"(?P<base>https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#.*)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?.+")


def uri_fault(value: str) -> str | None:
    """Why a ``uri`` or ``url`` is wrong, as a sentence."""
    if value.startswith("urn:uuid:") and not is_urn_uuid(value):
        return "A urn:uuid must be a UUID in lower case."
    if value.startswith("urn:oid:") and _OID.fullmatch(value) is None:
        return "A urn:oid must be an OID."
    if value.startswith(("oid:", "uuid:")):
        return "An OID or UUID is written as urn:oid: or urn:uuid:."
    return None


def canonical_fault(value: str) -> str | None:
    """Why a ``canonical`` is wrong, as a sentence."""
    if ":" not in value and not value.startswith("#"):
        return "A canonical URL is absolute, or a fragment that names a contained resource."
    return uri_fault(value)


def is_urn_uuid(uri: str) -> bool:
    """Whether a URI is ``urn:uuid:`` with a UUID in lower case."""
    return _UUID.fullmatch(uri) is not None


def is_absolute(uri: str) -> bool:
    """Whether a URI begins with a scheme."""
    return _SCHEME.match(uri) is not None


@lru_cache(maxsize=8192)
def is_plain_reference(value: str) -> bool:
    """Whether nothing needs to be asked of a ``Reference.reference`` beside its type: a urn or ``Type/id``."""
    if value.startswith("urn:uuid:"):
        return is_urn_uuid(value)
    match = _RESTFUL.fullmatch(value)
    return match is not None and match["type"] in r4_definitions().resource_types


def referenced_type(value: str) -> str | None:
    """The resource type that a relative or absolute reference names."""
    match = _RESTFUL.fullmatch(value)
    return match["type"] if match is not None and match["type"] in r4_definitions().resource_types else None


def reference_issues(reference: dict[str, Any], targets: frozenset[str] | None, path: str) -> list[Issue]:
    """What is wrong with the form and type of a Reference. Contained and Bundled targets are looked up elsewhere."""
    value, declared = reference.get("reference"), reference.get("type")
    found: list[Issue] = []
    if isinstance(value, str) and (sentence := _form_fault(value)) is not None:
        found.append(Issue("error", "value", sentence, f"{path}.reference", "reference"))
    named = referenced_type(value) if isinstance(value, str) else None
    for name, where in ((named, f"{path}.reference"), (_type_name(declared), f"{path}.type")):
        if name is not None and targets is not None and name not in targets:
            sentence = f"The reference may not lead to this type; allowed: {', '.join(sorted(targets))}."
            found.append(Issue("error", "value", sentence, where, "reference-target"))
    if named is not None and declared is not None and _type_name(declared) not in (named, None):
        sentence = "Reference.type is another type than the reference names."
        found.append(Issue("error", "value", sentence, f"{path}.type", "reference-target"))
    return found


def _type_name(declared: Any) -> str | None:
    if not isinstance(declared, str):
        return None
    return declared.rpartition("/")[2] if declared.startswith("http://hl7.org/fhir/StructureDefinition/") else declared


def _form_fault(value: str) -> str | None:
    if value.startswith("#") or _CONDITIONAL.fullmatch(value):
        return None  # contained ones are looked up; conditional ones belong in transactions
    if len(value.split()) != 1 or value.strip() != value:
        return "A reference has no white space."
    if value.startswith("urn:") or "://" in value:
        return None  # it leads to an entry, or to another server
    if referenced_type(value) is None:
        return "A relative reference has the form Type/id, with a resource type of R4."
    return None
