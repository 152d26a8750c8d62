"""The references and business identifiers of a resource (references.html; exchange.md 0, patient and references)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ReferenceKind = Literal["relative", "absolute", "urn", "contained", "conditional", "logical", "empty"]


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A Reference where it stands. ``value`` is ``Reference.reference`` as written (empty for a logical one).

    ``kind``: relative ``Patient/1``, absolute ``https://…/Patient/1``, urn ``urn:uuid:…``, contained ``#p``,
    conditional ``Patient?identifier=…``, logical (identifier only), empty (display only). ``target_type`` is the type
    that the value or ``Reference.type`` names. ``identifier`` is ``system|value`` of ``Reference.identifier``.
    ``target_id`` is the id of a relative or absolute reference, without version.
    """

    path: str
    value: str
    kind: ReferenceKind
    target_type: str | None = None
    target_id: str | None = None
    identifier: str | None = None


def find_references(resource: Mapping[str, Any]) -> tuple[FoundReference, ...]:
    """All References of a resource, its contained resources and extensions, in document order."""
    raise NotImplementedError


def patient_references(resource: Mapping[str, Any]) -> tuple[FoundReference, ...]:
    """Whom the resource is about: subject, patient, individual, beneficiary and the like that may be a Patient.

    References to Groups, Devices and other types are left out; urn and logical references without a type are kept
    (they may be the patient). The Patient resource itself is not a reference. In document order, without repetition.
    """
    raise NotImplementedError


def business_identifiers(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """``system|value`` of each identifier with a value (``|value`` without system), in order, without repetition."""
    raise NotImplementedError
