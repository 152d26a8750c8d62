"""Which id a resource gets, and who may use which (exchange.md 0, ids)."""

import pytest

from tests.dialects import observation, performance
from tests.intake.counter import Counter, Json, about, locations, patient, posted, put, statuses, urn

KLINIK = "https://klinik.example/fhir"
PRAXIS = "https://praxis.example/fhir"


def test_a_posted_resource_gets_a_new_id_whatever_id_it_wrote(counter: Counter) -> None:
    (location,) = locations(counter.send("transaction", posted(patient("marta"), urn())))

    assert location.startswith("Patient/")
    assert location != "Patient/marta"
    assert counter.standing("Patient/marta") is None
    assert counter.standing(location) is not None


def test_a_put_with_a_new_id_creates_it_and_a_second_one_updates_it(counter: Counter) -> None:
    first = counter.send("transaction", put(patient("marta")))
    second = counter.send("batch", put(patient("marta", gender="female")))

    assert (statuses(first), statuses(second)) == (["201"], ["200"])
    assert locations(first) == locations(second) == ["Patient/marta"]


@pytest.mark.parametrize("kind", ["collection", "document", "message", "searchset"])
def test_a_set_of_resources_keeps_their_ids_and_is_answered_with_a_batch_response(counter: Counter, kind: str) -> None:
    heads: dict[str, list[Json]] = {
        "document": [_composition()],
        "message": [
            {"resourceType": "MessageHeader", "id": "head", "eventUri": "urn:x", "source": {"endpoint": "urn:y"}}
        ],
    }
    more: Json = {"identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-07-01T08:00:00Z"}
    answer = counter.send(
        kind,
        *(
            {"fullUrl": f"{KLINIK}/{r['resourceType']}/{r['id']}", "resource": r}
            for r in [*heads.get(kind, []), patient("marta")]
        ),
        **(more if kind == "document" else {}),
    )

    assert answer.status == 200
    assert answer.data()["type"] == "batch-response"
    assert locations(answer)[-1] == "Patient/marta"
    assert set(statuses(answer)) == {"201"}


def test_entries_of_a_set_are_taken_one_by_one(counter: Counter) -> None:
    answer = counter.keep(patient("marta"), patient("faulty", birthDate="yesterday"), patient("irene"))

    assert statuses(answer) == ["201", "400", "201"]
    assert counter.standing("Patient/faulty") is None
    assert counter.receipts()[0].status == "partial"


@pytest.mark.parametrize("kind", ["collection", "transaction"])
def test_two_senders_may_use_the_same_id(counter: Counter, kind: str) -> None:
    def message(base: str, birth_date: str) -> list[str]:
        resources = [patient("1", birthDate=birth_date), about(performance("us", 1, "2026-06-01"), "Patient/1", "9")]
        return locations(counter.send(kind, *(put(r, f"{base}/{r['resourceType']}/{r['id']}") for r in resources)))

    klinik, praxis = message(KLINIK, "1961-04-02"), message(PRAXIS, "1948-12-24")

    assert klinik == ["Patient/1", "Observation/9"]
    assert not set(klinik) & set(praxis)
    theirs, reading = (counter.standing(reference) for reference in praxis)
    assert theirs is not None and theirs["birthDate"] == "1948-12-24"
    assert reading is not None and reading["subject"] == {"reference": praxis[0]}
    ours = counter.standing("Patient/1")
    assert ours is not None and ours["birthDate"] == "1961-04-02"


def test_a_replaced_id_stands_for_the_same_resource_in_later_messages(counter: Counter) -> None:
    counter.send("collection", {"fullUrl": f"{KLINIK}/Patient/1", "resource": patient("1")})
    (first,) = locations(counter.send("collection", {"fullUrl": f"{PRAXIS}/Patient/1", "resource": patient("1")}))
    update = patient("1", gender="male")
    (second,) = locations(counter.send("collection", {"fullUrl": f"{PRAXIS}/Patient/1", "resource": update}))
    reading = about(performance("us", 1, "2026-06-01"), "Patient/1", "9")
    counter.send("collection", {"fullUrl": f"{PRAXIS}/Observation/9", "resource": reading})

    assert first == second
    assert [fact.kind for fact in counter.facts(first.partition("/")[2])] == ["performance.ecog", "patient.sex"]
    assert counter.facts("1") == []


def test_the_authenticated_client_is_the_sender_whatever_the_full_urls_say(counter: Counter) -> None:
    for base in (KLINIK, PRAXIS):
        counter.send("collection", {"fullUrl": f"{base}/Patient/1", "resource": patient("1")}, sender="engine")

    assert counter.stored("Patient/1") is not None
    assert {receipt.sender for receipt in counter.receipts()} == {"engine"}


def test_a_sender_without_a_name_does_not_overwrite_what_a_named_one_holds(counter: Counter) -> None:
    counter.send("collection", {"fullUrl": f"{KLINIK}/Patient/1", "resource": patient("1", birthDate="1961-04-02")})
    answer = counter.keep(
        patient("1", birthDate="1948-12-24"), about(performance("us", 1, "2026-06-01"), "Patient/1", "9")
    )
    again = counter.keep(patient("1", birthDate="1948-12-25"))

    held = counter.standing("Patient/1")
    assert held is not None and held["birthDate"] == "1961-04-02"
    own, reading = locations(answer)
    assert own not in ("Patient/1", "")
    assert locations(again) == [own]
    stored = counter.standing(reading)
    assert stored is not None and stored["subject"]["reference"] == own


def test_a_url_of_this_server_means_the_resource_that_stands_there(counter: Counter) -> None:
    counter.send("collection", {"fullUrl": f"{KLINIK}/Patient/1", "resource": patient("1")})
    answer = counter.put(patient("1", gender="female"))

    assert answer.status == 200
    standing = counter.standing("Patient/1")
    assert standing is not None and standing["gender"] == "female"


def test_a_reference_to_an_id_that_this_server_gave_out_is_understood_from_anybody(counter: Counter) -> None:
    counter.send("collection", {"fullUrl": f"{KLINIK}/Patient/1", "resource": patient("1")})
    counter.keep(about(performance("us", 1, "2026-06-01"), "Patient/1", "9"))

    assert [fact.kind for fact in counter.facts("1")] == ["performance.ecog"]


def test_an_absolute_reference_to_the_sender_is_the_same_as_a_relative_one(counter: Counter) -> None:
    counter.send("collection", {"fullUrl": f"{KLINIK}/Patient/1", "resource": patient("1")})
    (theirs,) = locations(counter.send("collection", {"fullUrl": f"{PRAXIS}/Patient/1", "resource": patient("1")}))
    reading = about(performance("us", 1, "2026-06-01"), f"{PRAXIS}/Patient/1", "9")
    counter.send("collection", {"fullUrl": f"{PRAXIS}/Observation/9", "resource": reading})

    assert [fact.kind for fact in counter.facts(theirs.partition("/")[2])] == ["performance.ecog"]


def test_an_own_result_that_comes_back_is_kept_and_is_no_fact(counter: Counter) -> None:
    conclusion = observation(
        {"coding": [{"system": "https://leptobridge.org/fhir/CodeSystem/lm-observable", "code": "csf-cytology"}]},
        "2026-06-01",
        identifier=[{"system": "https://leptobridge.org/fhir/conclusion", "value": "0123"}],
        valueCodeableConcept={"text": "positive"},
    )
    counter.keep(patient("marta"), about(conclusion, "Patient/marta", "lb-0123"))

    assert counter.standing("Observation/lb-0123") is not None
    assert counter.facts("marta") == []
    assert counter.chart("marta").demographics.last_seen is None


def _composition() -> Json:
    return {
        "resourceType": "Composition", "id": "head", "status": "final", "type": {"text": "discharge letter"},
        "date": "2026-07-01", "author": [{"display": "ward 3"}], "title": "Letter",
    }  # fmt: skip
