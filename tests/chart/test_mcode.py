"""mCODE in both directions: what its senders send becomes facts, and what we show for the same concepts fits mCODE.

The mCODE package is not at hand offline. Checked are the structural constraints of its profiles as their published
FHIR Shorthand states them (CONSTRAINTS); not checked are US Core beneath them, and bindings to value sets that are not
listed code by code.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from leptobridge.fhir.vocabulary import LOINC, SNOMED
from tests.chart.mcode_chart import (
    CHART,
    ECOG,
    MARKER,
    PATIENT,
    PRIMARY,
    RADIOTHERAPY,
    REGION,
    SECONDARY,
    SPECIMEN,
    STATUS,
    VARIANT,
)
from tests.chart.reading import facts_of, only_fact
from tests.profiles.compiled import errors, example

Json = dict[str, Any]

STRUCTURE = "https://leptobridge.org/fhir/StructureDefinition"


def test_a_cancer_patient_has_birth_date_and_sex() -> None:
    assert {fact.kind: fact.value for fact in facts_of(PATIENT)} == {
        "patient.birth_date": "1970-11-02",
        "patient.sex": "female",
    }


def test_a_primary_cancer_condition_has_kind_histology_and_stage() -> None:
    primary = only_fact(PRIMARY, "cancer.primary")
    assert primary.value == "lung_cancer"
    assert (primary.details["histology"], primary.details["stage"]) == ("adenocarcinoma", "IV")


def test_a_secondary_cancer_condition_of_the_leptomeninges_is_lm() -> None:
    assert only_fact(SECONDARY, "lm.diagnosis").value == "active"


def test_a_disease_status_is_a_trend() -> None:
    assert only_fact(STATUS, "disease.status").value == "worsened"


def test_a_performance_status_is_a_number() -> None:
    assert only_fact(ECOG, "performance.ecog").value == 1


def test_a_genomic_variant_names_gene_alteration_and_specimen() -> None:
    variant = only_fact(VARIANT, "variant")
    assert (variant.item, variant.value) == ("EGFR", True)
    assert variant.details == {"specimen": "Specimen/rivera-ana-csf", "alteration": "L858R"}


def test_a_region_studied_names_the_genes_that_were_tested() -> None:
    assert {fact.item for fact in facts_of(REGION) if fact.kind == "gene.tested"} == {"EGFR", "ALK"}


def test_a_tumour_marker_in_csf_is_csf_chemistry() -> None:
    marker = only_fact(MARKER, "csf.chemistry", "cea")
    assert (marker.value, marker.unit) == (Decimal("14.5"), "ng/mL")


def test_a_radiotherapy_course_has_volume_technique_dose_and_fractions() -> None:
    course = only_fact(RADIOTHERAPY, "therapy.radiotherapy")
    assert course.time is not None and course.end is not None
    assert (course.time.text, course.end.text) == ("2026-02-02", "2026-02-13")
    kept = {name: course.details[name] for name in ("volume", "technique", "dose_gy", "fractions")}
    assert kept == {"volume": "craniospinal", "technique": "proton", "dose_gy": 30, "fractions": 10}


@pytest.mark.parametrize(
    ("resource", "profile"),
    [
        (SECONDARY, "lm-diagnosis"),
        (STATUS, "lm-disease-status"),
        (ECOG, "lm-performance-status"),
        (SPECIMEN, "csf-specimen"),
        (VARIANT, "csf-variant"),
        (MARKER, "csf-chemistry"),
    ],
)
def test_what_an_mcode_sender_sends_conforms_to_our_profile_of_the_same_concept(resource: Json, profile: str) -> None:
    assert errors(resource, f"{STRUCTURE}/{profile}") == []


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """What an mCODE profile demands of structure: elements by name without [x], a code, a category, types, codes."""

    required: tuple[str, ...] = ("subject", "code")
    forbidden: tuple[str, ...] = ()
    code: str | None = None
    category: str | None = None
    value: tuple[str, ...] = ()
    effective: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    component_values: str | None = None


_TREND = tuple((SNOMED, code) for code in ("260415000", "268910001", "359746009", "271299001", "709137006"))
_PERFORMANCE = Constraint(
    category="survey", value=("valueInteger",), effective=("effectiveDateTime", "effectivePeriod"),
    forbidden=("bodySite", "specimen", "device", "hasMember", "component"), code="89247-1",
)  # fmt: skip

CONSTRAINTS: dict[str, Constraint] = {
    "mcode-secondary-cancer-condition": Constraint(required=("subject", "code", "category"), forbidden=("stage",)),
    "mcode-cancer-disease-status": Constraint(
        code="97509-4", value=("valueCodeableConcept",), effective=("effectiveDateTime",), answers=_TREND,
        forbidden=("specimen", "device", "referenceRange", "hasMember", "component"),
    ),
    "mcode-ecog-performance-status": _PERFORMANCE,
    "mcode-genomic-variant": Constraint(
        category="laboratory", code="69548-6", value=("valueCodeableConcept",), component_values="valueCodeableConcept",
        answers=tuple((LOINC, code) for code in ("LA9633-4", "LA9634-2")),
        forbidden=("bodySite", "referenceRange", "hasMember"),
    ),
    "mcode-tumor-marker-test": Constraint(
        category="laboratory", value=("valueQuantity", "valueRatio", "valueString", "valueCodeableConcept"),
        effective=("effectiveDateTime", "effectivePeriod"), forbidden=("component",),
    ),
}  # fmt: skip

SAME_CONCEPT = {
    "Condition/wei-lan-lm": "mcode-secondary-cancer-condition",
    "Observation/wei-lan-trend": "mcode-cancer-disease-status",
    "Observation/wei-lan-ecog": "mcode-ecog-performance-status",
    "Observation/wei-lan-variant": "mcode-genomic-variant",
    "Observation/wei-lan-cea": "mcode-tumor-marker-test",
}


def departures(resource: Json, constraint: Constraint) -> list[str]:
    """How a resource departs from a constraint."""
    found = [f"{name} is missing" for name in constraint.required if name not in resource]
    found += [f"{name} is not allowed" for name in constraint.forbidden if name in resource]
    codes = {coding["code"] for coding in resource["code"].get("coding", [])}
    if constraint.code is not None and constraint.code not in codes:
        found.append("another code")
    categories = {coding["code"] for category in resource.get("category", []) for coding in category["coding"]}
    if constraint.category is not None and constraint.category not in categories:
        found.append("another category")
    for element, allowed in (("value", constraint.value), ("effective", constraint.effective)):
        found += [name for name in resource if allowed and name.startswith(element) and name not in allowed]
    answers = resource.get("valueCodeableConcept", {}).get("coding", [])
    if constraint.answers and not any((a["system"], a["code"]) in constraint.answers for a in answers):
        found.append("another answer")
    if constraint.component_values is not None:
        found += ["a component of another type" for c in resource["component"] if constraint.component_values not in c]
    return found


@pytest.mark.parametrize(("name", "profile"), SAME_CONCEPT.items())
def test_our_example_of_a_concept_that_mcode_has_fits_mcode(name: str, profile: str) -> None:
    assert departures(example(name), CONSTRAINTS[profile]) == []


@pytest.mark.parametrize("resource", [r for r in CHART if r["meta"]["profile"][0].rpartition("/")[2] in CONSTRAINTS])
def test_the_chart_itself_fits_the_constraints(resource: Json) -> None:
    assert departures(resource, CONSTRAINTS[resource["meta"]["profile"][0].rpartition("/")[2]]) == []


def test_the_constraints_refuse_what_mcode_refuses() -> None:
    assert departures(example("Observation/wei-lan-body"), CONSTRAINTS["mcode-cancer-disease-status"]) == [
        "component is not allowed",
        "another code",
        "another answer",
    ]
