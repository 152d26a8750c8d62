"""Whom a resource is about, and what it says of who that is (exchange.md 0, patient)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from leptobridge.fhir.references import FoundReference, business_identifiers, patient_references, read_reference
from leptobridge.store.person_groups import PATIENT_PREFIX, AliasStatement

_URN = re.compile(r"urn:(?:uuid|oid):([A-Za-z0-9\-.]{1,64})")


def subject_alias(resource: Mapping[str, Any]) -> str | None:
    """The alias of the person whom a stored resource is about: ``Patient/<id>``, or ``system|value``; None for nobody.

    References are as they are stored: local ones relative.
    """
    if resource.get("resourceType") == "Patient":
        return PATIENT_PREFIX + str(resource["id"])
    for reference in patient_references(resource):
        alias = _alias(reference)
        if alias is not None:
            return alias
    return None


def _alias(reference: FoundReference) -> str | None:
    if reference.kind == "relative" and reference.target_type == "Patient" and reference.target_id:
        return PATIENT_PREFIX + reference.target_id
    if reference.kind == "conditional" and reference.value.startswith("Patient?identifier="):
        return unquote(reference.value.removeprefix("Patient?identifier="))
    if reference.kind == "urn" and reference.identifier is None:
        # Its entry came, or will come, in another message; in sets the uuid usually is the id, too.
        named = _URN.fullmatch(reference.value)
        return f"{PATIENT_PREFIX}{named[1]}" if named else None
    return reference.identifier


def alias_statements(resource: Mapping[str, Any], alias: str) -> tuple[AliasStatement, ...]:
    """What a structurally sound resource says about its subject's alias, and about the alias that replaces it."""
    if resource.get("resourceType") == "Patient":
        replacement = _replacement(resource)
        patient = AliasStatement(
            alias=alias,
            identifiers=frozenset(business_identifiers(resource)),
            birth_date=resource.get("birthDate"),
            sex=resource.get("gender"),
            replaced_by=replacement,
        )
        return (patient, *(_logical(replacement) if replacement else ()))
    return _logical(alias)


def _logical(alias: str) -> tuple[AliasStatement, ...]:
    if alias.startswith(PATIENT_PREFIX):
        return ()
    return (AliasStatement(alias=alias, identifiers=frozenset([alias])),)


def _replacement(patient: Mapping[str, Any]) -> str | None:
    for link in patient.get("link", ()):
        if link.get("type") == "replaced-by":
            other = read_reference(link.get("other", {}))
            if other.kind == "relative" and other.target_type == "Patient":
                return f"{PATIENT_PREFIX}{other.target_id}"
            if other.identifier is not None:
                return other.identifier
    return None
