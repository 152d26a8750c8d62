"""The references and business identifiers of a resource (references.html; exchange.md 0, patient and references)."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from leptobridge.fhir.definition_tables import r4_definitions

ReferenceKind = Literal["relative", "absolute", "urn", "contained", "conditional", "logical", "empty", "other"]

_RESTFUL = re.compile(
    r"(?P<base>https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?"
    r"(?:#.*)?",
    re.ASCII,
)
_WRITTEN = re.compile(rb'"reference"[ \t\r\n]*:[ \t\r\n]*"([^"\\]*)"')
_CONDITIONAL = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?.+", re.ASCII)

#: The elements that say whom a resource is about, in the order of preference (clinical resources have one of them).
_ABOUT: Final = ("subject", "patient", "individual", "beneficiary", "for", "candidate")


class FoundReference(msgspec.Struct, frozen=True):
    """A Reference where it stands. ``value`` is ``Reference.reference`` as written (empty for a logical one).

    ``kind``: relative ``Patient/1``, absolute ``https://…/Patient/1``, urn ``urn:uuid:…``, contained ``#p``,
    conditional ``Patient?identifier=…``, logical (identifier only), empty (display only), other (no form that FHIR
    knows). ``target_type`` is the type that the value or ``Reference.type`` names. ``identifier`` is ``system|value``
    of ``Reference.identifier``. ``target_id`` is the id in a relative or absolute reference, without version.
    """

    path: str
    value: str
    kind: ReferenceKind
    target_type: str | None = None
    target_id: str | None = None
    identifier: str | None = None


def written_references(text: bytes) -> list[tuple[bytes, int]]:
    """The literal references in the JSON text of a resource and where each begins, as often as they are written; those
    with escapes are left out.
    """
    return [(found[1], found.start(1)) for found in _WRITTEN.finditer(text)]


def find_references(resource: Mapping[str, Any]) -> tuple[FoundReference, ...]:
    """All References of a resource, its contained resources and extensions, in document order."""
    name = resource.get("resourceType")
    return tuple(_find(resource, name if isinstance(name, str) else "Resource"))


def patient_references(resource: Mapping[str, Any]) -> tuple[FoundReference, ...]:
    """Whom the resource is about: subject, patient, individual, beneficiary and the like that may be a Patient.

    References to Groups, Devices and other types are left out; urn and logical references without a type are kept
    (they may be the patient). A contained Patient (``#p``) is answered as the identifiers that it carries: one logical
    reference each. The Patient resource itself is not a reference. In document order, without repetition.
    """
    name = resource.get("resourceType")
    root = name if isinstance(name, str) else "Resource"
    found: dict[tuple[str, str | None], FoundReference] = {}
    for element in _ABOUT:
        about = resource.get(element)
        for index, item in enumerate(about if isinstance(about, list) else [about]):
            if not isinstance(item, dict):
                continue
            path = f"{root}.{element}[{index}]" if isinstance(about, list) else f"{root}.{element}"
            reference = read_reference(item, path)
            candidates = _of_contained(reference, resource) if reference.kind == "contained" else (reference,)
            for candidate in candidates:
                if candidate.target_type in (None, "Patient") and candidate.kind not in ("empty", "other"):
                    found.setdefault((candidate.value, candidate.identifier), candidate)
    return tuple(found.values())


def business_identifiers(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """``system|value`` of each identifier with a value (``|value`` without system), in order, without repetition."""
    identifiers = resource.get("identifier")
    listed = identifiers if isinstance(identifiers, list) else [identifiers]
    return tuple(dict.fromkeys(text for text in map(identifier_text, listed) if text is not None))


def identifier_text(identifier: object) -> str | None:
    """``system|value`` of an Identifier, ``|value`` without system, ``None`` without value."""
    if not isinstance(identifier, dict):
        return None
    value = identifier.get("value")
    system = identifier.get("system")
    if not isinstance(value, str) or not value:
        return None
    return f"{system if isinstance(system, str) else ''}|{value}"


def read_reference(reference: Mapping[str, Any], path: str = "") -> FoundReference:
    """What one Reference object says; never raises."""
    written = reference.get("reference")
    value = written if isinstance(written, str) else ""
    declared = reference.get("type")
    declared_type = declared.rpartition("/")[2] if isinstance(declared, str) else None
    identifier = identifier_text(reference.get("identifier"))
    kind, target_type, target_id = _classify(value)
    if not value:
        kind = "logical" if identifier is not None else "empty"
    return FoundReference(path, value, kind, target_type or declared_type, target_id, identifier)


# One message names the same few again and again.
@lru_cache(maxsize=65_536)
def _classify(value: str) -> tuple[ReferenceKind, str | None, str | None]:
    if value.startswith("urn:"):
        return "urn", None, None
    if value.startswith("#"):
        return "contained", None, None
    if restful := _RESTFUL.fullmatch(value):
        if restful["type"] in r4_definitions().resource_types:
            return "absolute" if restful["base"] else "relative", restful["type"], restful["id"]
    elif (conditional := _CONDITIONAL.fullmatch(value)) and conditional["type"] in r4_definitions().resource_types:
        return "conditional", conditional["type"], None
    return "absolute" if value.startswith(("http://", "https://")) else "other", None, None


def _find(node: Any, path: str) -> Iterator[FoundReference]:
    if isinstance(node, dict):
        if _is_reference(node):
            yield read_reference(node, path)
        for name, member in node.items():
            if isinstance(member, (dict, list)):
                yield from _find(member, f"{path}.{name}")
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from _find(member, f"{path}[{index}]")


_REFERENCE_MEMBERS: Final = frozenset({"id", "extension", "reference", "type", "identifier", "display", "_display"})


def _is_reference(node: dict[str, Any]) -> bool:
    """A Reference: nothing but its members, and text in ``reference`` or an identifier object beside no resource.

    ``Expression.reference`` and the like stand beside other members, ``Claim.related.reference`` is an object.
    """
    if "resourceType" in node or not node.keys() <= _REFERENCE_MEMBERS:
        return False
    return isinstance(node.get("reference"), str) or isinstance(node.get("identifier"), dict)


def _of_contained(reference: FoundReference, resource: Mapping[str, Any]) -> tuple[FoundReference, ...]:
    contained = resource.get("contained")
    for item in contained if isinstance(contained, list) else ():
        if isinstance(item, dict) and item.get("id") == reference.value[1:] and item.get("resourceType") == "Patient":
            return tuple(
                FoundReference(reference.path, "", "logical", "Patient", None, identifier)
                for identifier in business_identifiers(item)
            )
    return ()
