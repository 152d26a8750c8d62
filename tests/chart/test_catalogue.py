"""The catalogue documents every fact: its kind and item, the type of its value, its unit and the values allowed."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from leptobridge.chart.catalogue import CatalogueEntry, catalogue, format_catalogue
from leptobridge.chart.facts import Fact
from leptobridge.chart.observables import OBSERVABLES
from tests.chart.reading import MAPPINGS, coded, condition, facts_of, mark_of, words
from tests.dialects import (
    DIALECTS,
    LOINC,
    Json,
    blood_test,
    cancer,
    csf_cytology,
    csf_specimen,
    drug,
    egfr_variant,
    enrolment,
    finding,
    leptomeningeal_metastasis,
    neurological_examination,
    observable,
    observation,
    performance,
    quantity,
    scorecard,
)

ROWS = catalogue(MAPPINGS)
DAY = "2026-01-10"
IS_OF_TYPE: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("date", "code", "answer", "text", "size"), lambda value: isinstance(value, str)),
    "number": lambda value: isinstance(value, Decimal),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "any": lambda value: True,
    "none": lambda value: value is None,
}


def sent() -> Iterator[Json]:
    """At least one resource for each kind of fact."""
    for dialect in DIALECTS:
        yield from (cancer(dialect, kind, DAY) for kind in ("nsclc", "breast", "melanoma"))
        yield leptomeningeal_metastasis(dialect, DAY)
        yield csf_specimen(dialect, DAY, 8)
        yield csf_cytology(dialect, "positive", DAY)
        yield scorecard(dialect, {"brain-linear": True}, {"brain-linear": "worse"}, DAY)
        yield drug(dialect, "methotrexate", DAY, None, intrathecal=True)
        yield performance(dialect, 1, DAY)
        yield blood_test(dialect, "haemoglobin", DAY)
        yield egfr_variant(dialect, DAY)
    yield neurological_examination({"gait": 1}, True, DAY)
    yield enrolment("NCT04343573", DAY)
    yield {"resourceType": "Patient", "birthDate": "1960-05", "gender": "female", "deceasedBoolean": True}
    yield from (condition(words(text)) for text in ("硬脑膜转移", "Brain metastases", "Hydrocephalus", "Headache"))
    yield {
        "resourceType": "ImagingStudy",
        "status": "available",
        "procedureCode": [coded(LOINC, "36400-0", text="MRI brain and spine")],
    }
    yield {
        "resourceType": "DiagnosticReport", "status": "final", "code": coded(LOINC, "24587-8"),
        "conclusion": "Linear leptomeningeal enhancement", "result": [{"reference": "Observation/1"}],
    }  # fmt: skip
    yield from ({"resourceType": "Specimen", "type": words(kind)} for kind in ("Blood", "Tumour tissue", "Urine"))
    for text in (
        "Proton craniospinal irradiation",
        "Craniotomy",
        "CAR-T infusion",
        "axi-cel infusion",
        "Ommaya囊植入术",
    ):
        yield {"resourceType": "Procedure", "status": "completed", "code": words(text), "performedDateTime": DAY}
    yield {
        "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": words("dexamethasone"),
        "dosage": [{"text": "4 mg bid"}],
    }  # fmt: skip
    yield observation(observable("csf-ctc"), DAY, valueInteger=3)
    yield observation(observable("csf-ctc"), DAY, valueQuantity=quantity(3, "/mL"))
    sizes = [
        {"code": observable("longest-mm"), "valueInteger": 12},
        {"code": observable("lesion-id"), "valueString": "1"},
    ]
    role = {"code": observable("role"), "valueCodeableConcept": finding("target")}
    yield from (
        observation(observable(code), DAY, component=[*sizes, role]) for code in ("lesion", "nodule", "rano-bm")
    )
    yield observation(observable("gene-tested"), DAY, valueString="EGFR")
    yield observation(observable("her2-ihc"), DAY, valueInteger=3)
    yield observation(observable("another-criterion"), DAY, valueBoolean=True)
    answers: dict[str, Json] = {
        "answer": {"valueCodeableConcept": finding("positive")}, "number": {"valueQuantity": quantity(5, "1")},
        "integer": {"valueInteger": 1}, "boolean": {"valueBoolean": True}, "size": {"valueString": "12x8"},
        "text": {"valueString": "EGFR L858R"}, "any": {"valueBoolean": False}, "none": {},
    }  # fmt: skip
    for row in OBSERVABLES.values():
        answer = {"valueQuantity": quantity(5, row.unit)} if row.unit else answers[row.type]
        yield observation(observable(row.name.replace("_", "-")), DAY, **answer)
        yield observation(observable(row.name.replace("_", "-")), DAY)


def rows_for(fact: Fact) -> list[CatalogueEntry]:
    own = [row for row in ROWS if row.kind == fact.kind and row.item == fact.item]
    return own or [row for row in ROWS if row.kind == fact.kind and row.is_open]


@pytest.mark.parametrize("resource", list(sent()), ids=lambda resource: str(resource.get("resourceType")))
def test_every_fact_is_as_the_catalogue_says(resource: Json) -> None:
    for fact in (mark_of(resource), *facts_of(resource)):
        rows = rows_for(fact)
        assert rows, f"{fact.kind} {fact.item} is not in the catalogue"
        assert any(_fits(fact, row) for row in rows), f"{fact} does not fit {rows}"


def _fits(fact: Fact, row: CatalogueEntry) -> bool:
    if fact.value is None:
        return True
    named = not row.values or str(fact.value) in row.values
    unit = row.value_type == "any" or fact.unit in (None, row.unit)
    return named and unit and IS_OF_TYPE[row.value_type](fact.value)


def test_every_kind_of_the_catalogue_is_made_from_some_resource() -> None:
    made = {fact.kind for resource in sent() for fact in (mark_of(resource), *facts_of(resource))}
    assert {row.kind for row in ROWS} == made


def test_numbers_have_a_canonical_unit() -> None:
    assert [row.kind for row in ROWS if row.value_type == "number" and row.unit is None] == []


def test_the_printed_catalogue_has_a_line_for_each_row() -> None:
    lines = format_catalogue(MAPPINGS).splitlines()
    assert len(lines) == len(ROWS) + 1
    assert any("csf.cytology" in line and "suspicious" in line and "O#csf-cytology" in line for line in lines)
