"""What the entries of a Bundle do to the store: transaction, batch, conditions, preconditions (R4 http.html)."""

import pytest

from tests.dialects import csf_cytology, performance
from tests.intake.counter import Counter, Json, about, issues_at, locations, patient, posted, put, statuses, urn

ECOG = performance("us", 1, "2026-06-01")
MRN = "urn:oid:1.2.3|4711"


def requested(method: str, url: str, **request: str) -> Json:
    return {"request": {"method": method, "url": url, **request}}


def test_a_transaction_that_fails_in_the_store_stores_nothing_of_itself(counter: Counter) -> None:
    counter.keep(patient("a", "4711", birthDate="1961-04-02"), patient("b", "4711", birthDate="1948-12-24"))
    answer = counter.send(
        "transaction",
        put(patient("marta")),
        posted(about(ECOG, "Patient/marta"), urn()),
        posted(patient(None, "4711"), urn(), ifNoneExist=f"identifier={MRN}"),
    )

    assert (answer.status, issues_at(answer.data())) == (412, [("multiple-matches", "Bundle.entry[2]")])
    assert counter.stored("Patient/marta") is None
    assert counter.receipts()[0].status == "rejected"
    assert b'"ifNoneExist"' in counter.receipts()[0].body


def test_a_batch_goes_on_after_an_entry_that_fails(counter: Counter) -> None:
    answer = counter.send(
        "batch",
        put(patient("marta")),
        put(patient("irene"), ifMatch='W/"7"'),
        requested("GET", "Patient/nobody"),
        put(patient("ada")),
    )

    assert statuses(answer) == ["201", "412", "404", "201"]
    assert answer.data()["entry"][1]["response"]["outcome"]["issue"][0]["code"] == "conflict"
    assert counter.stored("Patient/irene") is None


def test_the_entries_of_a_transaction_take_effect_in_the_order_of_the_standard(counter: Counter) -> None:
    counter.keep(patient("old"), patient("irene"))
    answer = counter.send(
        "transaction",
        requested("GET", "Patient/irene"),
        put(patient("irene", gender="female")),
        posted(patient(None, "4711"), urn()),
        requested("DELETE", "Patient/old"),
    )

    assert statuses(answer) == ["200", "200", "201", "204"]
    assert answer.data()["type"] == "transaction-response"
    assert answer.data()["entry"][0]["resource"]["gender"] == "female"
    assert counter.standing("Patient/old") is None


def test_an_update_of_another_version_than_the_sender_saw_is_refused(counter: Counter) -> None:
    counter.keep(patient("marta"))
    counter.keep(patient("marta", gender="female"))
    stale = counter.send("transaction", put(patient("marta"), ifMatch='W/"1"'))
    fresh = counter.send("transaction", put(patient("marta"), ifMatch='W/"2"'))

    assert (stale.status, issues_at(stale.data())) == (412, [("conflict", "Bundle.entry[0]")])
    assert statuses(fresh) == ["200"]


def test_an_entry_that_must_not_overwrite_does_not(counter: Counter) -> None:
    counter.keep(patient("marta", gender="female"))

    assert statuses(counter.send("batch", put(patient("marta"), ifNoneMatch="*"))) == ["412"]
    standing = counter.standing("Patient/marta")
    assert standing is not None and standing["gender"] == "female"


def test_a_conditional_create_makes_once_what_two_messages_bring(counter: Counter) -> None:
    first = counter.send("transaction", posted(patient(None, "4711"), urn(), ifNoneExist=f"identifier={MRN}"))
    second = counter.send(
        "transaction", posted(patient(None, "4711", gender="male"), urn(), ifNoneExist=f"identifier={MRN}")
    )

    assert (statuses(first), statuses(second)) == (["201"], ["200"])
    assert locations(first) == locations(second)
    standing = counter.standing(locations(first)[0])
    assert standing is not None and "gender" not in standing


def test_two_entries_of_one_bundle_that_create_on_the_same_condition_create_once(counter: Counter) -> None:
    first, second = urn(), urn()
    answer = counter.send(
        "transaction",
        posted(patient(None, "4711"), first, ifNoneExist=f"identifier={MRN}"),
        posted(patient(None, "4711"), second, ifNoneExist=f"identifier={MRN}"),
        posted(about(ECOG, second), urn()),
    )

    assert statuses(answer) == ["201", "200", "201"]
    person, twin, reading = locations(answer)
    assert person == twin
    stands = counter.standing(reading)
    assert stands is not None and stands["subject"] == {"reference": person}


def test_references_to_an_entry_whose_condition_found_something_lead_there(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))
    marta = urn()
    answer = counter.send(
        "transaction",
        posted(about(ECOG, marta), urn()),
        posted(patient(None, "4711"), marta, ifNoneExist=f"identifier={MRN}"),
    )

    assert statuses(answer) == ["201", "200"]
    assert [status.value for status in counter.chart("marta").performance] == [1]


def test_a_conditional_update_updates_its_match_and_creates_without_one(counter: Counter) -> None:
    def entry(**elements: object) -> Json:
        return {
            "fullUrl": urn(), "resource": patient(None, "4711", **elements),
            "request": {"method": "PUT", "url": f"Patient?identifier={MRN}"},
        }  # fmt: skip

    first, second = (counter.send("transaction", entry()), counter.send("transaction", entry(gender="female")))

    assert (statuses(first), statuses(second)) == (["201"], ["200"])
    assert locations(first) == locations(second)
    standing = counter.standing(locations(first)[0])
    assert standing is not None and standing["gender"] == "female"


def test_a_conditional_update_with_several_matches_is_refused(counter: Counter) -> None:
    order = [{"system": "urn:lab", "value": "1"}]
    days = ("2026-06-01", "2026-06-02")
    reports = [about(csf_cytology("us", "negative", day), "Patient/marta", identifier=order) for day in days]
    counter.send("batch", *(posted(report) for report in reports))
    entry = {"resource": reports[0], "request": {"method": "PUT", "url": "Observation?identifier=urn:lab|1"}}

    assert statuses(counter.send("batch", entry)) == ["412"]
    assert counter.send("transaction", entry).status == 412


def test_a_conditional_delete_deletes_its_match_and_nothing_where_there_is_none(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))
    answer = counter.send(
        "batch",
        requested("DELETE", f"Patient?identifier={MRN}"),
        requested("DELETE", "Patient?identifier=urn:oid:1.2.3|nobody"),
    )

    assert statuses(answer) == ["204", "204"]
    assert counter.standing("Patient/marta") is None


def test_a_condition_that_cannot_be_answered_is_no_match_and_no_create(counter: Counter) -> None:
    answer = counter.send(
        "batch",
        posted(patient(), ifNoneExist="shoe-size=43"),
        posted(patient(), ifNoneExist=""),
    )

    assert statuses(answer) == ["412", "400"]
    assert locations(answer) == ["", ""]


def test_a_resource_that_a_transaction_writes_twice_is_refused_and_a_batch_writes_it_twice(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))
    twice = [
        put(patient("marta", "4711", active=True)),
        {
            "resource": patient("marta", "4711", active=False),
            "request": {"method": "PUT", "url": f"Patient?identifier={MRN}"},
        },
    ]  # fmt: skip
    refused = counter.send("transaction", *twice)
    assert (refused.status, issues_at(refused.data())) == (400, [("duplicate", "Bundle.entry[1]")])

    assert statuses(counter.send("batch", *twice)) == ["200", "200"]
    assert [version.version for version in counter.versions("Patient/marta")] == [3, 2, 1]


@pytest.mark.parametrize("kind", ["collection", "batch"])
def test_versions_of_one_resource_in_one_message_are_taken_in_their_order(counter: Counter, kind: str) -> None:
    versions = [about(performance("us", score, "2026-06-01"), "Patient/marta", "1") for score in (1, 2, 3)]
    counter.send(kind, put(patient("marta")), *(put(version) for version in versions))

    assert [status.value for status in counter.chart("marta").performance] == [3]
    assert len(counter.versions("Observation/1")) == 3


def test_every_fault_of_a_transaction_is_named_and_its_good_entries_are_not_stored(counter: Counter) -> None:
    answer = counter.send(
        "transaction",
        put(patient("marta")),
        put(patient("irene", birthDate="1961-02-30")),
        posted({"resourceType": "Observation", "status": "done"}, urn()),
    )

    assert answer.status == 400
    places = [place for _, place in issues_at(answer.data())]
    assert "Bundle.entry[1].resource.birthDate" in places
    assert {"Bundle.entry[2].resource.status", "Bundle.entry[2].resource.code"} <= set(places)
    assert counter.stored("Patient/marta") is None


def test_a_read_of_a_version_answers_that_version(counter: Counter) -> None:
    counter.keep(patient("marta"))
    counter.keep(patient("marta", gender="female"))
    answer = counter.send("batch", requested("GET", "Patient/marta/_history/1"), requested("GET", "Patient/marta"))

    first, second = (entry["resource"] for entry in answer.data()["entry"])
    assert ("gender" in first, second["gender"]) == (False, "female")


def test_what_is_not_supported_inside_a_bundle_is_said_so(counter: Counter) -> None:
    answer = counter.send(
        "batch", requested("GET", "Patient?name=marta"), requested("PATCH", "Patient/marta") | {"resource": patient()}
    )

    assert [status[0] for status in statuses(answer)] == ["4", "4"]
    assert [e["response"]["outcome"]["issue"][0]["code"] for e in answer.data()["entry"]] == ["not-supported"] * 2
