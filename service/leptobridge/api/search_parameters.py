"""The search parameters that are served, per resource type (design 6; R4 searchparameter-registry.html).

The table is what the parser accepts, what the statement builder reads, and what the CapabilityStatement says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ParameterKind = Literal["token", "reference", "date", "string"]


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """One parameter: its name, its kind, and where the store keeps its values.

    ``column`` is a column of the resource (dates: the pair ``date_first``/``date_last`` is named ``date``); without
    one the values are search entries named ``entry``. ``targets`` are the types that a reference may point to.
    """

    name: str
    kind: ParameterKind
    column: str | None = None
    entry: str = ""
    targets: tuple[str, ...] = ()


_ID = SearchParameter("_id", "token", column="id")
_LAST_UPDATED = SearchParameter("_lastUpdated", "date", column="last_updated")
_STATUS = SearchParameter("status", "token", column="status")
_DATE = SearchParameter("date", "date", column="date")
_PATIENT = SearchParameter("patient", "reference", column="person", targets=("Patient",))
_SUBJECT = SearchParameter("subject", "reference", column="person", entry="subject", targets=("Patient",))
_IDENTIFIER = SearchParameter("identifier", "token", entry="identifier")
_CODE = SearchParameter("code", "token", entry="code")
_CATEGORY = SearchParameter("category", "token", entry="category")
_SPECIMEN = SearchParameter("specimen", "reference", entry="specimen", targets=("Specimen",))
_FOCUS = SearchParameter("focus", "reference", entry="focus")
_DERIVED_FROM = SearchParameter("derived-from", "reference", entry="derived-from")

_EVERY_TYPE = (_ID, _LAST_UPDATED, _IDENTIFIER)
_CLINICAL = (*_EVERY_TYPE, _PATIENT, _SUBJECT, _STATUS, _CODE, _CATEGORY, _DATE)


def _date(name: str) -> SearchParameter:
    """The same dates under the name that R4 gives them for the type."""
    return SearchParameter(name, "date", column="date")


_BY_TYPE: Mapping[str, tuple[SearchParameter, ...]] = {
    "Patient": (
        *_EVERY_TYPE,
        SearchParameter("birthdate", "date", column="date"),
        SearchParameter("gender", "token", entry="gender"),
        SearchParameter("name", "string", entry="name"),
        SearchParameter("family", "string", entry="family"),
    ),
    "Observation": (*_CLINICAL, _SPECIMEN, _FOCUS, _DERIVED_FROM),
    "DiagnosticReport": (*_CLINICAL, _SPECIMEN),
    "Specimen": (*_EVERY_TYPE, _PATIENT, _SUBJECT, _STATUS, _DATE, _date("collected")),
    "Condition": (*_EVERY_TYPE, _PATIENT, _SUBJECT, _CODE, _CATEGORY, _DATE, _date("onset-date")),
    "Procedure": _CLINICAL,
    "Encounter": (*_EVERY_TYPE, _PATIENT, _SUBJECT, _STATUS, _DATE),
    "ImagingStudy": (*_EVERY_TYPE, _PATIENT, _SUBJECT, _STATUS, _DATE, _date("started")),
    "QuestionnaireResponse": (*_EVERY_TYPE, _PATIENT, _SUBJECT, _STATUS, _DATE, _date("authored")),
    "MedicationRequest": (*_CLINICAL, _date("authoredon")),
    "MedicationStatement": (*_CLINICAL, _date("effective")),
    "MedicationAdministration": (*_CLINICAL, _date("effective-time")),
    "MedicationDispense": (*_CLINICAL, _date("whenhandedover")),
    "ResearchSubject": (
        *_EVERY_TYPE,
        _PATIENT,
        _STATUS,
        _DATE,
        SearchParameter("individual", "reference", column="person", entry="individual", targets=("Patient",)),
        SearchParameter("study", "reference", entry="study", targets=("ResearchStudy",)),
    ),
    "ResearchStudy": (*_EVERY_TYPE, _STATUS, _DATE, _CATEGORY),
    "Provenance": (
        _ID,
        _LAST_UPDATED,
        _PATIENT,
        SearchParameter("target", "reference", entry="target"),
    ),
    "Organization": (*_EVERY_TYPE, SearchParameter("name", "string", entry="name")),
    "Practitioner": (*_EVERY_TYPE, SearchParameter("name", "string", entry="name")),
    "Medication": (*_EVERY_TYPE, _STATUS, _CODE),
}

#: Parameters about the answer and not about the resources; handled by the search itself.
RESULT_PARAMETERS = frozenset(
    {"_count", "_sort", "_include", "_revinclude", "_summary", "_total", "_format", "_pretty"}
)

#: What ``_sort`` takes, and the columns that it orders by.
SORT_COLUMNS: Mapping[str, str] = {
    "_id": "id",
    "_lastUpdated": "last_updated",
    "status": "status",
    "date": "date_first",
    "birthdate": "date_first",
}


def parameters_of(resource_type: str) -> dict[str, SearchParameter]:
    """Name -> parameter for a resource type; types without a row of their own take the clinical ones."""
    return {parameter.name: parameter for parameter in _BY_TYPE.get(resource_type, _CLINICAL)}


def sort_keys_of(resource_type: str) -> dict[str, str]:
    """Name -> column that a type's matches can be sorted by."""
    served = parameters_of(resource_type)
    dates = {name: "date_first" for name, parameter in served.items() if parameter.column == "date"}
    return {name: column for name, column in SORT_COLUMNS.items() if name in served} | dates


def reference_parameters(resource_type: str) -> tuple[SearchParameter, ...]:
    """Parameters that ``_include`` and ``_revinclude`` may follow from a type."""
    return tuple(parameter for parameter in parameters_of(resource_type).values() if parameter.kind == "reference")
