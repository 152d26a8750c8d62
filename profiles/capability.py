"""The CapabilityStatement of the package: what a client of LeptoBridge may rely on, made from what is served."""

from collections.abc import Iterable
from typing import Any

from leptobridge.api.search_parameters import parameters_of
from leptobridge.fhir.validation.library import r4_library

Json = dict[str, Any]

BASE = "https://leptobridge.org/fhir"
#: The types that the profiles and forms are about, and those that they rest on.
TYPES = (
    "Condition", "DiagnosticReport", "ImagingStudy", "MedicationAdministration", "MedicationDispense",
    "MedicationRequest", "MedicationStatement", "Observation", "Patient", "Procedure", "Provenance", "Questionnaire",
    "QuestionnaireResponse", "ResearchStudy", "ResearchSubject", "Specimen",
)  # fmt: skip
#: Served as part of the package, not as stored resources.
_READ_ONLY = frozenset({"Questionnaire"})


def capability_statement(resources: Iterable[Json], version: str) -> Json:
    """The statement over the other resources of the package."""
    definitions = list(resources)
    return {
        "resourceType": "CapabilityStatement",
        "id": "leptobridge",
        "url": f"{BASE}/CapabilityStatement/leptobridge",
        "version": version,
        "name": "LeptoBridge",
        "title": "LeptoBridge",
        "status": "active",
        "experimental": False,
        "date": "2026-11-25",
        "publisher": "LeptoBridge",
        "description": "What a client may rely on: profiles, interactions, search parameters and operations.",
        "kind": "requirements",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [_resource(name, definitions) for name in TYPES],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(name: str, definitions: list[Json]) -> Json:
    profiles = [d["url"] for d in definitions if d["resourceType"] == "StructureDefinition" and d["type"] == name]
    codes = ("read", "search-type") if name in _READ_ONLY else ("create", "read", "update", "delete", "search-type")
    statement: Json = {"type": name, "interaction": [{"code": code} for code in codes]}
    if profiles:
        statement["supportedProfile"] = sorted(profiles)
    if name not in _READ_ONLY:
        statement["searchParam"] = [
            {
                "name": parameter.name,
                "definition": _definition(name, parameter.name, definitions),
                "type": parameter.kind,
            }
            for parameter in parameters_of(name).values()
        ]
    operations = [d for d in definitions if d["resourceType"] == "OperationDefinition" and name in d["resource"]]
    if operations:
        statement["operation"] = [{"name": d["code"], "definition": d["url"]} for d in operations]
    return statement


def _definition(resource_type: str, name: str, definitions: list[Json]) -> str:
    """The SearchParameter of R4, else the package's own. Raises LookupError where nothing defines it."""
    own = (d for d in definitions if d["resourceType"] == "SearchParameter")
    for candidate in (*r4_library().search_parameters.items(), *((d["url"], d) for d in own)):
        url, parameter = candidate
        if parameter["code"] == name and {resource_type, "Resource", "DomainResource"} & set(parameter["base"]):
            return str(url)
    raise LookupError(f"no SearchParameter defines {resource_type}.{name}")
