"""How a refusal, a silence or a lost answer of the EHR is taken, and when the next attempt comes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import orjson
import pytest
import respx

from leptobridge.delivery.backoff import LONGEST_DELAY, LONGEST_RETRY_AFTER, retry_delay
from leptobridge.delivery.deliver import DeliveryReport, deliver_due
from leptobridge.delivery.ehr import Ehr
from leptobridge.delivery.failure import parse_retry_after, status_rule
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.instant import instant_of
from leptobridge.store.schema import OutboxRow
from tests.delivery.fake_ehr import BASE
from tests.delivery.stored_results import START, conclude, observation, store_chart

NOTHING = {"resourceType": "Bundle", "type": "searchset"}
TAKES_IDS = {
    "resourceType": "CapabilityStatement",
    "rest": [{"resource": [{"type": "Provenance", "updateCreate": True}]}],
}
CREATED = {
    "resourceType": "Bundle",
    "type": "transaction-response",
    "entry": [
        {"response": {"status": "201 Created", "location": "Observation/99/_history/1"}},
        {"response": {"status": "201 Created", "location": "Provenance/p/_history/1"}},
    ],
}
OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "required", "expression": ["Observation.performer"]}],
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/service.db")
    store_chart(opened)
    conclude(opened, 1, BASE, at=START)
    yield opened
    opened.close()


@pytest.fixture
def hospital() -> Iterator[respx.MockRouter]:
    """An EHR that holds nothing and would take everything."""
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        router.get("/metadata").respond(json=TAKES_IDS)
        router.get(url__regex=rf"{BASE}/Observation\?identifier=.*conclusion.*", name="lookup").respond(json=NOTHING)
        router.get(url__regex=rf"{BASE}/Provenance/.*", name="provenance").respond(404, json=OUTCOME)
        router.get(url__regex=rf"{BASE}/(Patient|Observation|Provenance)\?.*").respond(json=NOTHING)
        router.get(url__regex=rf"{BASE}/(Patient|Observation|Provenance)/.*").respond(404, json=OUTCOME)
        yield router


def attempt(database: Database, now: datetime = START, token: str | None = None) -> tuple[DeliveryReport, OutboxRow]:
    with Ehr(BASE, clock=lambda: now, token=token) as ehr:
        report = deliver_due(database, ehr, now, clock=lambda: now, random=Random(1))
    with database.reading() as session:
        (row,) = outbox.list_rows(session)
    return report, row


def test_a_result_that_is_taken_is_delivered_with_its_place_in_the_ehr(
    database: Database, hospital: respx.MockRouter
) -> None:
    write = hospital.post("").respond(json=CREATED)
    report, row = attempt(database, token="s3cret")
    assert report == DeliveryReport(delivered=1)
    assert (row.state, row.ehr_reference) == ("delivered", "Observation/99")
    request = write.calls.last.request
    assert request.headers["Authorization"] == "Bearer s3cret"
    observation, provenance = orjson.loads(request.content)["entry"]
    assert observation["request"]["ifNoneExist"].startswith("identifier=https://leptobridge.org/fhir/conclusion|")
    assert provenance["resource"]["target"] == [{"reference": observation["fullUrl"]}]
    assert provenance["request"] == {"method": "PUT", "url": f"Provenance/{provenance['resource']['id']}"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.ConnectTimeout("no answer"), "pending"),
        (httpx.ReadTimeout("no answer"), "pending"),
        (httpx.RemoteProtocolError("closed"), "pending"),
        (httpx.Response(401), "pending"),
        (httpx.Response(408), "pending"),
        (httpx.Response(409, json=OUTCOME), "pending"),
        (httpx.Response(412, json=OUTCOME), "pending"),
        (httpx.Response(429), "pending"),
        (httpx.Response(500), "pending"),
        (httpx.Response(503), "pending"),
        (httpx.Response(200, text="<html>proxy</html>"), "pending"),
        (httpx.Response(400, json=OUTCOME), "parked"),
        (httpx.Response(403, json=OUTCOME), "parked"),
        (httpx.Response(404, json=OUTCOME), "parked"),
        (httpx.Response(422, json=OUTCOME), "parked"),
        (httpx.Response(501), "parked"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), "parked"),
    ],
    ids=lambda value: str(getattr(value, "status_code", "") or type(value).__name__),
)
def test_what_passes_is_tried_again_and_what_stays_is_parked(
    database: Database, hospital: respx.MockRouter, answer: httpx.Response | Exception, state: str
) -> None:
    hospital.post("").mock(side_effect=[answer])
    _, row = attempt(database)
    assert row.state == state
    assert row.last_outcome and orjson.loads(row.last_outcome)["resourceType"] == "OperationOutcome"


def test_a_parked_result_keeps_the_words_of_the_ehr_and_is_left_alone(
    database: Database, hospital: respx.MockRouter
) -> None:
    hospital.post("").respond(422, json=OUTCOME)
    report, row = attempt(database)
    assert report == DeliveryReport(parked=1)
    assert row.last_status == 422
    assert orjson.loads(row.last_outcome or "") == OUTCOME
    report, _ = attempt(database, START + timedelta(days=30))
    assert report == DeliveryReport()


def test_a_parked_result_goes_again_once_a_person_released_it(database: Database, hospital: respx.MockRouter) -> None:
    write = hospital.post("")
    write.side_effect = [httpx.Response(422, json=OUTCOME), httpx.Response(200, json=CREATED)]
    _, row = attempt(database)
    assert row.id is not None
    parked = row.id
    database.run(lambda session: outbox.release(session, parked, now=START))
    written = observation(1) | {"id": "99"}
    hospital["lookup"].side_effect = [
        httpx.Response(200, json=NOTHING),
        httpx.Response(200, json=NOTHING | {"entry": [{"resource": written}]}),
    ]
    report, _ = attempt(database)
    assert report == DeliveryReport(delivered=1)


def test_retry_after_is_honoured(database: Database, hospital: respx.MockRouter) -> None:
    hospital.post("").respond(429, headers={"Retry-After": "90"})
    _, row = attempt(database)
    assert instant_of(row.next_attempt_at) >= START + timedelta(seconds=90)
    assert attempt(database, START + timedelta(seconds=89))[0] == DeliveryReport()


def test_a_lost_answer_is_looked_up_before_anything_is_written_again(
    database: Database, hospital: respx.MockRouter
) -> None:
    write = hospital.post("").mock(side_effect=httpx.ReadTimeout("lost"))
    attempt(database)
    sent = orjson.loads(write.calls.last.request.content)["entry"]
    standing = sent[0]["resource"] | {"id": "99", "meta": {"versionId": "1"}}
    hospital["lookup"].respond(json=NOTHING | {"entry": [{"resource": standing}]})
    hospital["provenance"].respond(json=sent[1]["resource"])
    report, row = attempt(database, START + timedelta(minutes=1))
    assert report == DeliveryReport(delivered=1)
    assert row.ehr_reference == "Observation/99"
    assert write.call_count == 1


def test_conflicts_that_never_end_are_shown_to_a_person(database: Database, hospital: respx.MockRouter) -> None:
    hospital.post("").respond(409, json=OUTCOME)
    now, states = START, []
    for _ in range(12):
        states.append(attempt(database, now)[1].state)
        now += timedelta(hours=1)
    assert states == ["pending"] * 11 + ["parked"]


def test_an_entry_that_failed_within_an_accepted_transaction_is_a_failure(
    database: Database, hospital: respx.MockRouter
) -> None:
    refused = {"response": {"status": "422 Unprocessable", "outcome": OUTCOME}}
    hospital.post("").respond(json=CREATED | {"entry": [refused, CREATED["entry"][1]]})
    _, row = attempt(database)
    assert row.state == "parked"
    assert orjson.loads(row.last_outcome or "") == OUTCOME


def test_nothing_is_written_when_the_lease_has_run_out(database: Database, hospital: respx.MockRouter) -> None:
    write = hospital.post("").respond(json=CREATED)
    with Ehr(BASE, clock=lambda: START) as ehr:
        late = START + timedelta(minutes=2)
        report = deliver_due(database, ehr, START, clock=lambda: late, random=Random(1))
    assert report == DeliveryReport(released=1)
    assert not write.called


def test_delays_grow_and_stay_within_a_quarter_of_an_hour() -> None:
    delays = [retry_delay(attempts, Random(3)) for attempts in range(1, 30)]
    assert timedelta(milliseconds=500) <= delays[0] <= timedelta(seconds=1)
    assert all(later >= earlier for earlier, later in pairwise(delays[:10]))
    assert max(delays) <= LONGEST_DELAY
    assert retry_delay(1, Random(3), timedelta(days=400)) <= LONGEST_RETRY_AFTER + timedelta(seconds=1)


def test_workers_that_failed_together_do_not_come_back_together() -> None:
    assert len({retry_delay(5, Random(worker)) for worker in range(20)}) == 20


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 03 Apr 2025 06:05:00 GMT", timedelta(minutes=5)),
        ("Thu, 03 Apr 2025 05:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str, wait: timedelta | None) -> None:
    assert parse_retry_after(value, datetime(2025, 4, 3, 6, 0, tzinfo=UTC)) == wait


def test_unknown_statuses_fall_on_the_safe_side() -> None:
    assert status_rule(599).kind == "ambiguous"
    assert status_rule(418).kind == "permanent"
