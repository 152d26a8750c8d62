"""What resources say is read at the first question, and kept for the next ones (design 3)."""

from dataclasses import replace
from decimal import Decimal

from leptobridge.chart.extraction import READABLE_TYPES
from leptobridge.chart.facts import Fact
from leptobridge.evaluation.stored_facts import FactReader, keep, read_person
from leptobridge.evaluation.unmapped_terms import unmapped_terms
from leptobridge.store.facts import unread_resources
from leptobridge.store.persons import person_of
from tests.intake.counter import Counter, Json

LOINC = "http://loinc.org"
PATIENT: Json = {"resourceType": "Patient", "id": "ines", "gender": "female", "birthDate": "1961-04-02"}
HAEMOGLOBIN: Json = {
    "resourceType": "Observation",
    "id": "hb",
    "status": "final",
    "subject": {"reference": "Patient/ines"},
    "code": {"coding": [{"system": LOINC, "code": "718-7"}]},
    "effectiveDateTime": "2026-06-20",
    "valueQuantity": {"value": 11.2, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
}
STRANGE: Json = HAEMOGLOBIN | {"id": "odd", "code": {"coding": [{"system": "urn:hospital", "code": "odd-test"}]}}
ORDER: Json = {
    "resourceType": "MedicationAdministration",
    "id": "dose",
    "status": "completed",
    "subject": {"reference": "Patient/ines"},
    "effectiveDateTime": "2026-06-21",
    "medicationReference": {"reference": "Medication/box"},
}


def _box(text: str) -> Json:
    return {"resourceType": "Medication", "id": "box", "code": {"text": text}}


def _read_and_keep(counter: Counter, reader: FactReader) -> list[Fact]:
    with counter.database.transaction() as session:
        readings = read_person(session, person_of(session, "ines"), reader)
        keep(session, readings)
    return [fact for reading in readings for fact in reading.facts]


def _newly_read(counter: Counter, reader: FactReader) -> set[str]:
    with counter.database.reading() as session:
        readings = read_person(session, person_of(session, "ines"), reader)
    return {fact.source.reference for reading in readings if reading.to_keep for fact in reading.facts}


def _unmapped(counter: Counter, reader: FactReader) -> dict[str, int]:
    with counter.database.reading() as session:
        return {term.value: term.times for term in unmapped_terms(session, reader)}


def test_what_was_kept_says_the_same_as_what_was_read(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, HAEMOGLOBIN, STRANGE, ORDER, _box("osimertinib"))
    first = _read_and_keep(counter, reader)
    assert Decimal("11.2") in {fact.value for fact in first}
    assert _read_and_keep(counter, reader) == first


def test_only_what_changed_is_read_again(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, HAEMOGLOBIN, STRANGE)
    assert _newly_read(counter, reader) == {"Patient/ines", "Observation/hb", "Observation/odd"}
    _read_and_keep(counter, reader)
    assert _newly_read(counter, reader) == set()
    counter.keep(HAEMOGLOBIN | {"effectiveDateTime": "2026-06-19"})
    assert _newly_read(counter, reader) == {"Observation/hb"}


def test_other_mappings_read_everything_again(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, HAEMOGLOBIN)
    _read_and_keep(counter, reader)
    other = replace(reader, mappings=replace(reader.mappings, version="of tomorrow"))
    assert _newly_read(counter, other) == {"Patient/ines", "Observation/hb"}
    _read_and_keep(counter, other)
    assert _newly_read(counter, other) == set()


def test_a_medication_that_changes_counts_at_once(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, ORDER)
    assert "osimertinib" not in {fact.item for fact in _read_and_keep(counter, reader)}
    counter.due()
    counter.keep(_box("osimertinib"))
    assert counter.due() == {"ines"}
    assert "osimertinib" in {fact.item for fact in _read_and_keep(counter, reader)}
    counter.keep(_box("lorlatinib"))
    assert counter.due() == {"ines"}
    drugs = {fact.item for fact in _read_and_keep(counter, reader)}
    assert "lorlatinib" in drugs and "osimertinib" not in drugs


def test_what_no_mapping_holds_is_counted_once_for_each_version(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, STRANGE)
    assert _unmapped(counter, reader) == {"odd-test": 1}, "nobody has read it yet"
    _read_and_keep(counter, reader)
    _read_and_keep(counter, reader)
    assert _unmapped(counter, reader) == {"odd-test": 1}
    counter.keep(STRANGE | {"effectiveDateTime": "2026-06-19"})
    _read_and_keep(counter, reader)
    assert _unmapped(counter, reader) == {"odd-test": 2}


def test_what_the_service_concluded_is_not_searched_for_words_that_no_mapping_holds(counter: Counter) -> None:
    counter.keep(PATIENT, sender="leptobridge")
    counter.keep(STRANGE | {"subject": {"reference": "Patient/someone"}})
    with counter.database.reading() as session:
        pages = list(unread_resources(session, READABLE_TYPES, own="leptobridge"))
    assert [(resource.type, resource.id) for page in pages for resource in page] == [("Observation", "odd")]


def test_a_setting_of_the_sender_counts_as_it_is_now(counter: Counter, reader: FactReader) -> None:
    counter.keep(PATIENT, sender="oncology")
    _read_and_keep(counter, reader)
    complete = replace(reader, complete_senders=frozenset({"oncology"}))
    assert "therapy_history_complete" in {fact.item for fact in _read_and_keep(counter, complete)}
    assert "therapy_history_complete" not in {fact.item for fact in _read_and_keep(counter, reader)}
