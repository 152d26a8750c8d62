"""Corrections, retractions, repetitions and late versions as they come in (exchange.md 0, correction, repetition)."""

import json

import pytest

from tests.chart.reading import VERIFICATION, coded
from tests.dialects import (
    csf_cytology,
    csf_specimen,
    finding,
    leptomeningeal_metastasis,
    observable,
    observation,
    performance,
)
from tests.intake.counter import Counter, Json, about, patient, posted, urn

FINAL, WRONG = {"status": "final"}, {"status": "entered-in-error"}


def ecog(score: int, identity: str = "1", **elements: object) -> Json:
    return about(performance("us", score, "2026-06-01"), "Patient/marta", identity, **elements)


def updated(time: str) -> Json:
    return {"meta": {"lastUpdated": time}}


def scores(counter: Counter) -> list[object]:
    return [status.value for status in counter.chart("marta").performance]


def test_a_newer_version_replaces_the_facts_of_the_older(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(1))
    counter.keep(ecog(2))

    assert scores(counter) == [2]
    assert [version.version for version in counter.versions("Observation/1")] == [2, 1]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (updated("2026-06-01T09:00:00Z"), updated("2026-06-01T10:00:00Z")),
        (updated("2026-06-01T09:00:00Z"), updated("2026-06-01T08:00:00-04:00") | {"issued": "2026-05-01T00:00:00Z"}),
        ({"issued": "2026-06-01T09:00:00Z"}, {"issued": "2026-06-01T09:30:00Z"}),
        (
            updated("2026-06-02T00:00:00Z") | {"issued": "2026-06-01T09:00:00Z"},
            updated("2026-06-02T00:00:00Z") | {"issued": "2026-06-01T09:30:00Z"},
        ),
    ],
    ids=[
        "later lastUpdated",
        "a later lastUpdated decides, not issued or the offset",
        "later issued",
        "same lastUpdated",
    ],
)
def test_an_older_version_that_arrives_late_goes_into_history_and_changes_no_fact(
    counter: Counter, older: Json, newer: Json
) -> None:
    counter.keep(patient("marta"), ecog(2, **newer))
    counter.due()
    counter.keep(ecog(1, **older))

    assert scores(counter) == [2]
    assert counter.due() == set()
    standing, late = counter.stored("Observation/1"), counter.versions("Observation/1")[0]
    assert standing is not None and (standing.version, late.version) == (1, 2)
    assert json.loads(late.raw)["valueInteger"] == 1


def test_without_times_the_version_received_later_is_the_newer_one(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(2, **updated("2026-06-02T00:00:00Z")))
    counter.keep(ecog(1))

    assert scores(counter) == [1]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_an_error_takes_back_what_the_resource_said(counter: Counter, status: str) -> None:
    counter.keep(patient("marta"), ecog(1))
    counter.due()
    counter.keep(ecog(1, status=status))

    assert scores(counter) == []
    assert counter.due() == {"marta"}


def test_an_error_is_final_for_its_version_and_all_older_ones_and_for_no_newer_one(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(1, **WRONG, **updated("2026-06-02T00:00:00Z")))
    counter.keep(ecog(1, **updated("2026-06-01T00:00:00Z")))
    assert scores(counter) == []
    counter.keep(ecog(1, **FINAL, **updated("2026-06-02T00:00:00Z")))
    assert scores(counter) == []
    counter.keep(ecog(2, **updated("2026-06-03T00:00:00Z")))
    assert scores(counter) == [2]


def test_a_deleted_resource_takes_its_facts_back(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(1))
    counter.due()
    counter.delete("Observation/1")

    assert scores(counter) == []
    assert counter.due() == {"marta"}


def test_a_specimen_in_error_takes_back_the_facts_of_its_observations(counter: Counter) -> None:
    sample = about(csf_specimen("us", "2026-06-01", 10), "Patient/marta", "s")
    cytology = about(csf_cytology("us", "positive", "2026-06-01"), "Patient/marta", "c")
    counter.keep(patient("marta"), sample, cytology | {"specimen": {"reference": "Specimen/s"}})
    assert [s.cytology for s in counter.chart("marta").csf_samples] == ["positive"]
    counter.keep(sample | {"status": "entered-in-error"})

    assert counter.chart("marta").csf_samples == ()


@pytest.mark.parametrize("first", [0, 1])
def test_another_resource_with_the_same_business_identifier_is_a_version_of_it(counter: Counter, first: int) -> None:
    order = [{"system": "urn:lab", "value": "A-17"}]
    versions = [
        ecog(1, "1", identifier=order, issued="2026-06-01T08:00:00Z"),
        ecog(3, "2", identifier=order, issued="2026-06-02T08:00:00Z"),
    ]
    counter.keep(patient("marta"), versions[first])
    counter.keep(versions[1 - first])

    (status,) = counter.chart("marta").performance
    assert (status.value, status.flags) == (3, ())


def test_different_resources_that_state_the_same_count_once_and_both_are_evidence(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(1, "1"), ecog(1, "2"))

    (status,) = counter.chart("marta").performance
    assert (status.value, [source.reference for source in status.evidence]) == (1, ["Observation/1", "Observation/2"])
    assert "conflicting_sources" not in status.flags


def test_different_resources_that_contradict_each_other_are_decided_by_the_later_issued(counter: Counter) -> None:
    counter.keep(
        patient("marta"), ecog(1, "1", issued="2026-06-01T12:00:00Z"), ecog(2, "2", issued="2026-06-01T09:00:00Z")
    )

    (status,) = counter.chart("marta").performance
    assert (status.value, status.flags) == (1, ("conflicting_sources",))


def test_two_cytologies_of_one_sample_are_decided_by_the_positive_one(counter: Counter) -> None:
    sample = about(csf_specimen("us", "2026-06-01", 10), "Patient/marta", "s")
    reports = [
        about(csf_cytology("us", result, "2026-06-01"), "Patient/marta", identity, issued=issued)
        | {"specimen": {"reference": "Specimen/s"}}
        for identity, result, issued in (
            ("1", "positive", "2026-06-02T08:00:00Z"),
            ("2", "negative", "2026-06-03T08:00:00Z"),
        )
    ]
    counter.keep(patient("marta"), sample, *reports)

    (found,) = counter.chart("marta").csf_samples
    assert (found.cytology, found.flags) == ("positive", ("conflicting_sources",))


def test_the_same_bytes_of_the_same_sender_get_the_first_answer_and_store_nothing(counter: Counter) -> None:
    body = json.dumps(
        {"resourceType": "Bundle", "type": "transaction", "entry": [posted(patient(None, "4711"), urn())]}
    ).encode()
    first = counter.send_bytes(body, sender="engine")
    again = [counter.send_bytes(body, sender="engine"), counter.send_bytes(body, sender="engine", channel="import")]

    assert [answer.body for answer in again] == [first.body] * 2
    assert all(answer.repeated and answer.receipt == first.receipt for answer in again)
    assert len(counter.receipts()) == 1
    other = counter.send_bytes(body, sender="another engine")
    assert not other.repeated
    assert other.body != first.body


def test_a_refused_message_is_judged_anew_when_it_comes_again(counter: Counter) -> None:
    entry = posted(patient(None, "4711"), urn(), ifNoneExist="identifier=urn:oid:1.2.3|4711")
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}).encode()
    counter.keep(patient("a", "4711", birthDate="1961-04-02"), patient("b", "4711", birthDate="1948-12-24"))
    assert counter.send_bytes(body).status == 412
    counter.delete("Patient/b")

    assert counter.send_bytes(body).status == 200


def test_a_bundle_that_only_reads_reads_what_stands_now(counter: Counter) -> None:
    counter.keep(patient("marta"))
    reading = {"request": {"method": "GET", "url": "Patient/marta"}}
    first = counter.send("batch", reading)
    counter.keep(patient("marta", gender="female"))
    second = counter.send("batch", reading)

    assert "gender" not in first.data()["entry"][0]["resource"]
    assert second.data()["entry"][0]["resource"]["gender"] == "female"


def test_a_resource_that_says_the_same_again_keeps_its_version_and_makes_nobody_due(counter: Counter) -> None:
    counter.keep(patient("marta"), ecog(1))
    counter.due()
    counter.keep(ecog(1), patient("marta"))

    assert [version.version for version in counter.versions("Observation/1")] == [1]
    assert counter.due() == set()


def test_a_diagnosis_stands_until_it_is_refuted(counter: Counter) -> None:
    lm = about(leptomeningeal_metastasis("us", "2026-03-01"), "Patient/marta", "lm")
    counter.keep(patient("marta"), lm)
    refuted = {
        "verificationStatus": coded(VERIFICATION, "refuted"),
        "note": [{"time": "2026-05-01", "text": "dural thickening after puncture"}],
    }
    counter.keep({name: value for name, value in (lm | refuted).items() if name != "clinicalStatus"})

    stood = [(entry.status, entry.time and entry.time.text) for entry in counter.chart("marta").lm_diagnoses]
    assert stood == [("active", "2026-03-01"), ("refuted", "2026-05-01")]


def test_a_card_is_corrected_item_by_item_with_its_observation(counter: Counter) -> None:
    def card(linear: str, **elements: object) -> Json:
        component = [{"code": observable("brain-linear"), "valueCodeableConcept": finding(linear)}]
        return about(
            observation(observable("lm-scorecard"), "2026-06-01", component=component),
            "Patient/marta",
            "card",
            **elements,
        )

    counter.keep(patient("marta"), card("present"))
    counter.keep(card("absent", status="corrected"))

    (examination,) = counter.chart("marta").mri_examinations
    assert examination.items["brain_linear"].presence == "absent"
