"""The whole loop with a real FHIR server as the hospital: its patients pulled, our results in it, each exactly once."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backlog import conclusions, wait_until_done
from tests.charts import DEMO_BUNDLES, leptobridge
from tests.dialects import csf_cytology
from tests.fhir_client import FhirClient, Json, conclusion_identifier
from tests.peers.hapi_server import HapiServer, Trouble, free_port
from tests.population import population
from tests.service_process import ServiceProcess

pytestmark = [pytest.mark.peer, pytest.mark.slow]

#: An EHR on a bad day: a fifth of the writes refused, a tenth done without an answer.
BAD_DAY = Trouble(fail_rate=0.2, lose_response_rate=0.1)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/service.db"


@pytest.fixture
def service(hapi: HapiServer, database: str, tmp_path: Path) -> Iterator[ServiceProcess]:
    """Not yet started."""
    process = ServiceProcess(
        port=free_port(), database=database, folder=tmp_path / "service", ehr=hapi.base_url,
        settings={"lease_seconds": "5", "poll_seconds": "0.5"},
    )  # fmt: skip
    yield process
    process.stop()


def test_patients_are_pulled_and_results_stand_in_the_hospital_once(
    hapi: HapiServer, service: ServiceProcess, database: str
) -> None:
    hospital = FhirClient(hapi.base_url)
    _load(hospital, [*_demo_bundles(), *(patient.bundle for patient in population(6, seed=12))])
    _pull(hapi, database)
    service.start()
    done = wait_until_done(database)
    assert not done.outbox.get("parked"), f"deliveries were parked: {done}"
    _each_result_stands_once(hospital, database)
    _results_name_the_hospitals_own_patients_and_evidence(hospital)
    service.stop()

    _pull(hapi, database)
    service.start()
    wait_until_done(database)
    assert {observation["meta"]["versionId"] for observation in hospital.conclusions()} == {"1"}, (
        "a second pull of the same charts, own results among them, changed something"
    )


def test_failures_lost_answers_and_restarts_of_both_sides_double_and_lose_nothing(
    hapi: HapiServer, service: ServiceProcess, database: str
) -> None:
    hospital = FhirClient(hapi.base_url)
    _load(hospital, [*_demo_bundles(), *(patient.bundle for patient in population(12, seed=13))])
    hapi.restart(BAD_DAY)
    _pull(hapi, database)
    service.start()
    time.sleep(3)
    service.kill()
    service.start()
    time.sleep(2)
    hapi.kill()
    time.sleep(1)
    hapi.start()
    done = wait_until_done(database, patience=400)
    assert not done.outbox.get("parked"), f"deliveries were parked: {done}"
    _each_result_stands_once(hospital, database)

    before = {conclusion_identifier(observation): observation for observation in hospital.conclusions()}
    _a_positive_cytology_arrives(hospital)
    _pull(hapi, database)
    wait_until_done(database, patience=400)
    _each_result_stands_once(hospital, database)
    after = {conclusion_identifier(observation): observation for observation in hospital.conclusions()}
    superseded = [key for key, observation in after.items() if key in before and observation != before[key]]
    assert superseded, "new evidence changed no result, so nothing was superseded"
    assert {after[key]["status"] for key in superseded} <= {"amended", "entered-in-error"}
    assert {after[key]["id"] for key in superseded} == {before[key]["id"] for key in superseded}


def _demo_bundles() -> list[Json]:
    return [_as_transaction(json.loads(path.read_text(encoding="utf-8"))) for path in DEMO_BUNDLES]


def _as_transaction(bundle: Json) -> Json:
    """A collection as a hospital's own import would store it: every resource under the id that it has."""
    if bundle["type"] == "transaction":
        return bundle
    entries = []
    for entry in bundle["entry"]:
        kind, own = entry["resource"]["resourceType"], entry["resource"].get("id")
        request = {"method": "PUT", "url": f"{kind}/{own}"} if own else {"method": "POST", "url": kind}
        entries.append({**entry, "request": request})
    return {**bundle, "type": "transaction", "entry": entries}


def _load(hospital: FhirClient, bundles: list[Json]) -> None:
    for bundle in bundles:
        hospital.post_until_accepted(bundle)


def _pull(hapi: HapiServer, database: str) -> None:
    """Until it reports success: a pull goes on where one that failed has stopped."""
    for _ in range(5):
        done = leptobridge("pull", "--from", hapi.base_url, database=database)
        if done.returncode == 0:
            return
    raise AssertionError(f"pull failed ({done.returncode}):\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _a_positive_cytology_arrives(hospital: FhirClient) -> None:
    """For every patient whose last word on cytology may have been another."""
    patients = [patient["id"] for patient in hospital.all("Patient")]
    entries = [
        {
            "resource": csf_cytology("us", "positive", "2026-10-20") | {"subject": {"reference": f"Patient/{patient}"}},
            "request": {"method": "POST", "url": "Observation", "ifNoneExist": f"identifier=urn:test|{patient}"},
        }
        for patient in patients
    ]
    for entry, patient in zip(entries, patients, strict=True):
        entry["resource"]["identifier"] = [{"system": "urn:test", "value": patient}]
    hospital.post_until_accepted({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def _each_result_stands_once(hospital: FhirClient, database: str) -> None:
    made = conclusions(database)
    assert made, "the service concluded nothing, so the test proves nothing"
    observations = hospital.conclusions()
    assert Counter(conclusion_identifier(observation) for observation in observations) == Counter(made.keys())
    assert {conclusion_identifier(observation): observation["status"] for observation in observations} == made
    counts = hospital.provenance_counts()
    assert {key: count for key, count in counts.items() if count > 1} == {}, "a Provenance stands more than once"
    with_provenance = {reference for reference, _ in counts}
    assert {f"Observation/{observation['id']}" for observation in observations} <= with_provenance


def _results_name_the_hospitals_own_patients_and_evidence(hospital: FhirClient) -> None:
    patients = {f"Patient/{patient['id']}" for patient in hospital.all("Patient")}
    evidence = {f"Observation/{observation['id']}" for observation in hospital.all("Observation")}
    for observation in hospital.conclusions():
        assert observation["subject"]["reference"] in patients
        named = [source["reference"] for source in observation.get("derivedFrom", []) if "reference" in source]
        assert {
            reference.split("/_history/")[0] for reference in named if reference.startswith("Observation/")
        } <= evidence
