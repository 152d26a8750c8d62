"""Whom a resource is about, and what it says of who that is (exchange.md 0, patient)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from leptobridge.fhir.references import FoundReference, business_identifiers, patient_references, read_reference
from leptobridge.store.person_groups import PATIENT_PREFIX, AliasStatement

_PATIENT = re.compile(r"Patient/[A-Za-z0-9\-.]{1,64}")
_URN = re.compile(r"urn:(?:uuid|oid):([A-Za-z0-9\-.]{1,64})")


class Subject(msgspec.Struct, frozen=True):
    """The person a resource is about: ``alias`` is ``Patient/<id>`` or ``system|value``; ``identifier`` what a literal
    reference says beside it.
    """

    alias: str
    identifier: str | None = None


def subject_of(resource: Mapping[str, Any], sender: str) -> Subject | None:
    """Whom a stored resource is about; None for nobody. References are as they are stored: local ones relative.

    An identifier without a system is one of the sender's own: two hospitals count their patients from one.
    """
    if resource.get("resourceType") == "Patient":
        return Subject(PATIENT_PREFIX + str(resource["id"]))
    about = resource.get("subject")
    if type(about) is dict and len(about) == 1 and type(named := about.get("reference")) is str:
        # What most resources say, without the ceremony for the rest.
        plain = _PATIENT.fullmatch(named)
        if plain is not None:
            return Subject(named)
    for reference in patient_references(resource):
        identifier = _of_sender(reference.identifier, sender) if reference.identifier is not None else None
        alias = _alias(reference, identifier)
        if alias is not None:
            return Subject(alias, identifier if alias != identifier else None)
    return None


def urn_alias(urn: str) -> str | None:
    """The alias of a patient of whom only the ``urn:uuid:`` is known; None for what is no urn of an id."""
    named = _URN.fullmatch(urn)
    return f"{PATIENT_PREFIX}{named[1]}" if named else None


def alias_statements(resource: Mapping[str, Any], subject: Subject, sender: str) -> tuple[AliasStatement, ...]:
    """What a structurally sound resource says about its subject's alias, and about the alias that replaces it."""
    if resource.get("resourceType") == "Patient":
        replacement = _replacement(resource, sender)
        patient = AliasStatement(
            alias=subject.alias,
            identifiers=frozenset(_of_sender(text, sender) for text in business_identifiers(resource)),
            birth_date=resource.get("birthDate"),
            sex=resource.get("gender"),
            replaced_by=replacement,
        )
        return (patient, *(_logical(replacement) if replacement else ()))
    if subject.identifier is not None:
        # Until the patient has come, the reference is all that is known of the name.
        return (AliasStatement(alias=subject.alias, identifiers=frozenset([subject.identifier]), provisional=True),)
    return _logical(subject.alias)


def _alias(reference: FoundReference, identifier: str | None) -> str | None:
    if reference.kind == "relative" and reference.target_type == "Patient" and reference.target_id:
        return PATIENT_PREFIX + reference.target_id
    if reference.kind == "conditional" and reference.value.startswith("Patient?identifier="):
        return unquote(reference.value.removeprefix("Patient?identifier="))
    if reference.kind == "urn" and identifier is None:
        # Its entry came, or will come, in another message; in sets the uuid usually is the id, too.
        return urn_alias(reference.value)
    return identifier


def _of_sender(identifier: str, sender: str) -> str:
    return f"{sender}{identifier}" if identifier.startswith("|") else identifier


def _logical(alias: str) -> tuple[AliasStatement, ...]:
    if alias.startswith(PATIENT_PREFIX):
        return ()
    return (AliasStatement(alias=alias, identifiers=frozenset([alias])),)


def _replacement(patient: Mapping[str, Any], sender: str) -> str | None:
    for link in patient.get("link", ()):
        if link.get("type") == "replaced-by":
            other = read_reference(link.get("other", {}))
            if other.kind == "relative" and other.target_type == "Patient":
                return f"{PATIENT_PREFIX}{other.target_id}"
            if other.identifier is not None:
                return _of_sender(other.identifier, sender)
    return None
