"""Eight senders at once about the same patient: nothing is lost, nothing is there twice (design 1)."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from sqlmodel import select

from leptobridge.store.schema import PersonAlias, Receipt, Resource
from tests.dialects import performance
from tests.intake.counter import Counter, about, locations, patient, posted, urn

THREADS = 8
MRN = "urn:oid:1.2.3|4711"


def at_once(jobs: Iterable[Callable[[], None]]) -> None:
    """Runs the jobs in threads that start together; fails where one of them fails."""
    listed = list(jobs)
    start, failures = threading.Barrier(len(listed)), []

    def run(job: Callable[[], None]) -> None:
        start.wait()
        try:
            job()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in listed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def desk(counter: Counter) -> Counter:
    """Another seat at the same counter, for a thread of its own."""
    return replace(counter)


def standing(counter: Counter, kind: str) -> list[Resource]:
    with counter.database.reading() as session:
        return [row for row in session.exec(select(Resource)) if row.type == kind and not row.deleted]


def day(thread: int, message: int) -> str:
    return f"2026-{1 + message:02d}-{1 + thread:02d}"


def test_readings_of_one_patient_from_eight_senders_are_all_there_once(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))

    def send(thread: int) -> None:
        own = desk(counter)
        for message in range(5):
            reading = performance("us", thread % 4, day(thread, message))
            answer = own.send("transaction", posted(about(reading, f"Patient?identifier={MRN}"), urn()))
            assert answer.status == 200

    at_once(partial(send, thread) for thread in range(THREADS))

    assert len(standing(counter, "Observation")) == THREADS * 5
    chart = counter.chart("marta", on="2026-12-31")
    assert sorted(s.time.text for s in chart.performance if s.time) == sorted(
        day(thread, message) for thread in range(THREADS) for message in range(5)
    )
    assert counter.due() == {"marta"}


def test_eight_senders_who_create_the_same_patient_on_a_condition_create_one(counter: Counter) -> None:
    def send(thread: int) -> None:
        person = urn()
        answer = desk(counter).send(
            "transaction",
            posted(patient(None, "4711", birthDate="1961-04-02"), person, ifNoneExist=f"identifier={MRN}"),
            posted(about(performance("us", 1, day(thread, 0)), person), urn()),
        )
        assert answer.status == 200

    at_once(partial(send, thread) for thread in range(THREADS))

    (only,) = standing(counter, "Patient")
    assert {row.person for row in standing(counter, "Observation")} == {only.id}
    assert len(counter.chart(only.id).performance) == THREADS


def test_eight_hospitals_that_each_send_the_patient_make_one_person(counter: Counter) -> None:
    def send(thread: int) -> None:
        base = f"https://klinik-{thread}.example/fhir"
        resources = [patient("1", "4711"), about(performance("us", 1, day(thread, 0)), "Patient/1", "9")]
        entries = ({"fullUrl": f"{base}/{r['resourceType']}/{r['id']}", "resource": r} for r in resources)
        assert desk(counter).send("collection", *entries).status == 200

    at_once(partial(send, thread) for thread in range(THREADS))

    assert len(standing(counter, "Patient")) == THREADS
    with counter.database.reading() as session:
        assert len({alias.person for alias in session.exec(select(PersonAlias))}) == 1
    assert len({row.person for row in standing(counter, "Observation")}) == 1
    assert len(counter.chart(standing(counter, "Patient")[0].id).performance) == THREADS


def test_the_same_bytes_from_eight_connections_are_taken_once(counter: Counter) -> None:
    reading = about(performance("us", 1, "2026-06-01"), f"Patient?identifier={MRN}")
    entries = [posted(patient(None, "4711"), urn()), posted(reading, urn())]
    body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    answers: list[bytes] = []
    at_once(lambda: answers.append(desk(counter).send_bytes(body).body) for _ in range(THREADS))

    assert len(answers) == THREADS
    assert len(set(answers)) == 1
    assert len(standing(counter, "Patient")) == len(standing(counter, "Observation")) == 1
    with counter.database.reading() as session:
        assert len(session.exec(select(Receipt)).all()) == 1


def test_updates_of_one_resource_from_eight_senders_each_get_a_version(counter: Counter) -> None:
    counter.keep(patient("marta"))

    def send(thread: int) -> None:
        reading = about(performance("us", thread % 4, "2026-06-01"), "Patient/marta", "1", note=[{"text": str(thread)}])
        assert desk(counter).put(reading).status in (200, 201)

    at_once(partial(send, thread) for thread in range(THREADS))

    versions = counter.versions("Observation/1")
    assert sorted(version.version for version in versions) == list(range(1, THREADS + 1))
    assert {json.loads(version.raw)["note"][0]["text"] for version in versions} == {str(n) for n in range(THREADS)}
    current = counter.stored("Observation/1")
    assert current is not None and current.version == THREADS
    assert [s.value for s in counter.chart("marta").performance] == [json.loads(current.raw)["valueInteger"]]


def test_a_precondition_lets_one_of_eight_writers_through(counter: Counter) -> None:
    counter.keep(patient("marta"))
    statuses: list[int] = []

    def send(thread: int) -> None:
        statuses.append(desk(counter).put(patient("marta", language=f"x-{thread}"), if_match='W/"1"').status)

    at_once(partial(send, thread) for thread in range(THREADS))

    assert sorted(statuses) == [200] + [412] * (THREADS - 1)


def test_a_patient_who_is_merged_away_while_readings_come_leaves_none_behind(counter: Counter) -> None:
    counter.keep(patient("kept"), patient("gone"))

    def merge() -> None:
        link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
        desk(counter).keep(patient("gone", active=False, link=link))

    def send(thread: int) -> None:
        name = ("kept", "gone")[thread % 2]
        answer = desk(counter).keep(about(performance("us", 1, day(thread, 0)), f"Patient/{name}", f"r{thread}"))
        assert locations(answer) == [f"Observation/r{thread}"]

    at_once([merge, *(partial(send, thread) for thread in range(THREADS - 1))])

    assert {row.person for row in standing(counter, "Observation")} == {"kept"}
    assert len(counter.chart("kept").performance) == THREADS - 1
