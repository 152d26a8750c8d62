"""The synthetic patients are the same every time, in all dialects, and valid R4."""

from fhir.resources.R4B.bundle import Bundle

from tests.dialects import DIALECTS
from tests.population import population


def test_the_same_seed_makes_the_same_patients() -> None:
    assert population(20, seed=4) == population(20, seed=4)
    assert population(20, seed=4) != population(20, seed=5)


def test_every_dialect_is_spoken_and_patients_differ() -> None:
    patients = population(60)
    assert {patient.dialect for patient in patients} == set(DIALECTS)
    assert len({str(patient.bundle) for patient in patients}) == len(patients)


def test_the_bundles_are_valid_r4() -> None:
    for patient in population(40):
        Bundle.model_validate(patient.bundle)


def test_every_reference_leads_to_an_entry_of_the_bundle() -> None:
    for patient in population(40):
        urls = {entry["fullUrl"] for entry in patient.bundle["entry"]}
        for entry in patient.bundle["entry"]:
            for role in ("subject", "individual", "specimen"):
                assert entry["resource"].get(role, {}).get("reference", entry["fullUrl"]) in urls
