"""The CapabilityStatement, made from what is served: types, interactions, search parameters, operations."""

from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from leptobridge import __version__
from leptobridge.api.negotiation import FHIR_JSON
from leptobridge.api.operations import OPERATIONS
from leptobridge.api.search_parameters import parameters_of, reference_parameters
from leptobridge.fhir.structure import resource_types
from leptobridge.fhir.vocabulary import BASE

_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "delete",
    "history-instance",
    "create",
    "search-type",
)

#: Changes when the statement's content changes by release.
RELEASED = date(2026, 11, 22)


@lru_cache(maxsize=8)
def capability_text(base: str, *, secured: bool) -> bytes:
    """The statement as JSON text; it is the same for every request to one base."""
    return orjson.dumps(capability_statement(base, secured=secured))


def capability_statement(base: str, *, secured: bool) -> dict[str, Any]:
    """The statement for the FHIR base ``base``; ``secured``: a bearer token is required."""
    served = sorted(resource_types())
    rest: dict[str, Any] = {
        "mode": "server",
        "resource": [_resource(name, served) for name in served],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }
    if secured:
        rest["security"] = {"description": "Every request but this one and /health needs a bearer token."}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": RELEASED.isoformat(),
        "kind": "instance",
        "software": {"name": "LeptoBridge", "version": __version__},
        "implementation": {"description": "LeptoBridge", "url": base},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON],
        "rest": [rest],
    }


def _resource(name: str, served: list[str]) -> dict[str, Any]:
    references = [f"{name}:{parameter.name}" for parameter in reference_parameters(name)]
    statement: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "searchParam": [{"name": parameter.name, "type": parameter.kind} for parameter in parameters_of(name).values()],
    }
    if references:
        statement["searchInclude"] = references
    pointing = _pointing_at(name, served)
    if pointing:
        statement["searchRevInclude"] = pointing
    statement["operation"] = [
        {"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"}
    ]
    if name == "Patient":
        statement["operation"] += [
            {"name": operation, "definition": f"{BASE}/OperationDefinition/{operation}"} for operation in OPERATIONS
        ]
        statement["operation"].append(
            {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}
        )
    if name == "QuestionnaireResponse":
        statement["operation"] += [{"name": "extract", "definition": f"{BASE}/OperationDefinition/extract"}]
    return statement


def _pointing_at(target: str, served: list[str]) -> list[str]:
    """``_revinclude`` values for a type, from those parameters that say what they point to."""
    return [
        f"{source}:{parameter.name}"
        for source in served
        for parameter in reference_parameters(source)
        if target in parameter.targets
    ]
