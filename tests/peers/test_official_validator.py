"""Everything that leaves the service is valid R4 in the judgement of the official validator."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.backlog import wait_until_done
from tests.charts import DEMO_BUNDLES, MCODE_BUNDLES, import_files
from tests.fhir_client import FhirClient, Json
from tests.peers.hapi_server import free_port
from tests.peers.official_validator import Finding, Judge
from tests.population import population
from tests.service_process import ServiceProcess

pytestmark = [pytest.mark.peer, pytest.mark.slow]

OPERATIONS = ("$lm-classification", "$lm-response", "$trial-eligibility")


@dataclass(frozen=True)
class Emitted:
    """What the hospital got, and a client of the service that sent it."""

    observations: list[Json]
    provenances: list[Json]
    predictions: list[Json]
    service: FhirClient


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emitted]:
    """The demo patients, the mCODE patients and 200 generated ones, evaluated and written to a hospital."""
    folder = tmp_path_factory.mktemp("emitted")
    with ExitStack() as running:
        hospital = ServiceProcess(
            port=free_port(), database=f"sqlite:///{folder}/ehr.db", folder=folder / "ehr",
            settings={"evaluation": "false", "delivery": "false"},
        ).start()  # fmt: skip
        running.callback(hospital.stop)
        database = f"sqlite:///{folder}/service.db"
        import_files([*DEMO_BUNDLES, *MCODE_BUNDLES], database)
        service = ServiceProcess(
            port=free_port(), database=database, folder=folder / "service", ehr=hospital.base_url
        ).start()
        running.callback(service.stop)
        client = FhirClient(service.base_url)
        for patient in population(200):
            client.post_until_accepted(patient.bundle)
        wait_until_done(database, patience=600)
        ehr = FhirClient(hospital.base_url)
        yield Emitted(ehr.conclusions(), list(ehr.all("Provenance")), list(ehr.all("RiskAssessment")), client)


def test_the_observations_are_valid(emitted: Emitted, judge: Judge) -> None:
    assert len(emitted.observations) > 400, "too little came out to prove anything"
    _no_errors(judge.findings(emitted.observations), emitted.observations)


def test_the_provenance_is_valid(emitted: Emitted, judge: Judge) -> None:
    assert len(emitted.provenances) >= len(emitted.observations)
    _no_errors(judge.findings(emitted.provenances), emitted.provenances)


def test_the_predictions_are_valid(emitted: Emitted, judge: Judge) -> None:
    assert emitted.predictions, "no prognostic rule set had its inputs"
    _no_errors(judge.findings(emitted.predictions), emitted.predictions)


def test_what_the_operations_answer_is_valid(emitted: Emitted, judge: Judge) -> None:
    patients = list(emitted.service.all("Patient"))[:25]
    answers = [emitted.service.get(f"Patient/{patient['id']}/{name}") for patient in patients for name in OPERATIONS]
    _no_errors(judge.findings(answers), answers)


def test_what_rule_sets_lack_is_valid_for_those_who_have_the_package(emitted: Emitted, profile_judge: Judge) -> None:
    patients = list(emitted.service.all("Patient"))[:25]
    answers = [emitted.service.get(f"Patient/{patient['id']}/$lm-response?lacking=true") for patient in patients]
    assert any("extension" in answer.get("meta", {}) for answer in answers), "nothing was lacking anywhere"
    _no_errors(profile_judge.findings(answers), answers)


def test_what_the_server_says_of_itself_and_of_errors_is_valid(emitted: Emitted, judge: Judge) -> None:
    service = emitted.service
    refused = service.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {}}]})
    assert refused.status_code == 400
    answers = [service.get("metadata"), service.get("Observation", _count="50"), refused.json()]
    accepted = service.post("", population(1, seed=8)[0].bundle)
    assert accepted.status_code == 200
    answers.append(accepted.json())
    _no_errors(judge.findings(answers), answers)


def _no_errors(findings: list[Finding], resources: list[Json]) -> None:
    errors = [finding for finding in findings if finding.is_error]
    kinds = {(finding.expression, finding.message): resources[finding.position].get("id") for finding in errors}
    listed = "\n".join(f"{where}: {message} (for example {example})" for (where, message), example in kinds.items())
    assert not errors, f"{len(errors)} errors of {len(kinds)} kinds:\n{listed[:6000]}"
