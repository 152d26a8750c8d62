"""The rule service over HTTP: any rule set, no patient, nothing stored (rule interface 0)."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from leptobridge.api.service import utc_now
from leptobridge.api.settings import Settings
from leptobridge.chart.mappings import Mappings
from leptobridge.clinical.catalogue import SYSTEMS
from tests.api.conftest import RunningService, StartService, running
from tests.clinical.rule_service import OPEN_LISTS

EXAMPLES = json.loads((Path(__file__).parents[1] / "clinical" / "interface_examples.json").read_text())
DEATH_AT_90_DAYS = {"endpoint": "pfs", "start_date": "2026-01-01", "death_date": "2026-04-01"}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory, mappings: Mappings) -> Iterator[httpx.Client]:
    """A client of the rule service."""
    database = f"sqlite:///{tmp_path_factory.mktemp('rules') / 'service.db'}"
    settings = Settings(database=database, evaluation=False, delivery=False)
    with running(settings, mappings, utc_now) as service, httpx.Client(base_url=service.root, trust_env=False) as http:
        yield http


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    return {error["path"]: error["message"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["system"])
def test_the_examples_of_the_interface_are_answered(rules: httpx.Client, example: Mapping[str, Any]) -> None:
    answer = rules.post(f"/rules/{example['system']}", json=example["inputs"])

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    result = answer.json()
    assert {name: result[name] for name in example["expected"] if name not in OPEN_LISTS} == {
        name: value for name, value in example["expected"].items() if name not in OPEN_LISTS
    }
    assert all(isinstance(result[name], list) for name in OPEN_LISTS)


def test_null_and_absent_are_answered_alike(rules: httpx.Client) -> None:
    named = rules.post("/rules/endpoint", json={**DEATH_AT_90_DAYS, "pd_date": None, "assessments": None})

    assert named.json() == rules.post("/rules/endpoint", json=DEATH_AT_90_DAYS).json()


def test_the_content_type_does_not_matter(rules: httpx.Client) -> None:
    answer = rules.post("/rules/endpoint", content=json.dumps(DEATH_AT_90_DAYS), headers={"Content-Type": "text/plain"})

    assert answer.json()["value"] == "death"


def test_an_unknown_rule_set_is_not_found(rules: httpx.Client) -> None:
    for answer in (rules.post("/rules/rano_lm", json={}), rules.get("/rules/rano_lm")):
        assert answer.status_code == 404
        assert answer.json() == {"errors": [{"path": "", "message": "no rule set has this name"}]}


@pytest.mark.parametrize("body", ["", "{", "[]", '"os"', "null", "1", "\x00", '{"endpoint": "os"} {}'])
def test_a_body_that_is_no_json_object_is_malformed(rules: httpx.Client, body: str) -> None:
    assert list(faults(rules.post("/rules/endpoint", content=body))) == [""]


def test_every_fault_of_a_request_is_named_with_its_path(rules: httpx.Client) -> None:
    inputs = {
        "endpoint": "survival",
        "start_date": "2026-02-30",
        "assessments": [{"date": "2026-03-01", "result": "SD"}, {"result": "stable"}],
        "missed_visit_dates": ["2026-04"],
        "death": "2026-04-01",
    }

    assert set(faults(rules.post("/rules/endpoint", json=inputs))) == {
        "endpoint",
        "start_date",
        "assessments[1].date",
        "assessments[1].result",
        "missed_visit_dates[0]",
        "death",
    }


def test_a_required_input_that_is_null_is_absent(rules: httpx.Client) -> None:
    assert set(faults(rules.post("/rules/dlt", json={"trial": None}))) == {"trial"}
    assert set(faults(rules.post("/rules/rates", json={"counts": None, "denominator": 3}))) == {"counts"}
    assert faults(rules.post("/rules/rates", json={})) == {"counts": "required"}


@pytest.mark.parametrize(
    ("system", "inputs", "path"),
    [
        ("dlt", {"trial": "NCT03520504", "rt_related": "yes"}, "rt_related"),
        ("dlt", {"trial": "NCT03520504", "rt_related": 1}, "rt_related"),
        ("dlt", {"trial": "NCT03520504", "grade": "4"}, "grade"),
        ("dlt", {"trial": "NCT03520504", "grade": 3.5}, "grade"),
        ("dlt", {"trial": "NCT03520504", "grade": True}, "grade"),
        ("dlt", {"trial": 3520504}, "trial"),
        ("rates", {"counts": {"cr": 1}}, "counts.cr"),
        ("rates", {"counts": []}, "counts"),
        ("simon_two_stage", {"config": {"n1": 1, "continue_if_at_least": 1, "n": 2, "promising_if_at_least": 1},
                             "stage": 3, "alive": 1, "n": 1}, "stage"),
        ("trial_response_rates", {"responses": ["CR", "cr"]}, "responses[1]"),
        ("abscopal_response", {"lesions": [{"irradiated": "no"}]}, "lesions[0].irradiated"),
        ("follow_up", {"context": "alk", "last_date": "2026-01-31T00:00:00"}, "last_date"),
    ],
)  # fmt: skip
def test_types_and_enumerations_are_strict(
    rules: httpx.Client, system: str, inputs: Mapping[str, Any], path: str
) -> None:
    assert path in faults(rules.post(f"/rules/{system}", json=inputs))


def test_what_is_well_formed_but_impossible_has_a_result(rules: httpx.Client) -> None:
    answer = rules.post("/rules/dlt", json={"trial": "NCT03520504", "grade": 6})

    assert (answer.status_code, answer.json()["value"]) == (200, "invalid_input")


def test_a_fault_never_repeats_what_was_sent(rules: httpx.Client) -> None:
    answer = rules.post("/rules/follow_up", json={"context": "Erika Mustermann", "last_date": "Mustermann"})

    assert "Mustermann" not in answer.text


def test_an_enormous_body_is_refused(rules: httpx.Client) -> None:
    assert rules.post("/rules/dlt", content=b" " * (1024 * 1024 + 1)).status_code == 413


def test_the_catalogue_describes_every_rule_set(rules: httpx.Client) -> None:
    systems = {entry["system"]: entry for entry in rules.get("/rules").json()}

    assert list(systems) == list(SYSTEMS)
    for name, entry in systems.items():
        assert all(entry[text] for text in ("version", "section", "purpose", "source"))
        assert entry["evidence"] in {"verified", "partly_verified", "from_recall", "project_decision"}
        assert entry["input_schema"]["additionalProperties"] is False
        outputs = set(entry["output_schema"]["properties"])
        assert outputs >= {"value", "rule", "reason", *OPEN_LISTS, *(output.name for output in SYSTEMS[name].outputs)}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_rule_set_shows_its_decision_table(rules: httpx.Client, system: str) -> None:
    entry = rules.get(f"/rules/{system}").json()

    assert entry["system"] == system
    assert entry["decision_table"]
    assert entry.keys() - {"decision_table"} == rules.get("/rules").json()[0].keys()


def test_the_open_api_document_holds_every_rule_set(rules: httpx.Client) -> None:
    document = rules.get("/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    assert {"/rules", "/rules/{system}", "/fhir", "/health"} <= document["paths"].keys()
    assert {f"/rules/{system}" for system in SYSTEMS} <= document["paths"].keys()
    operation = document["paths"]["/rules/endpoint"]["post"]
    inputs = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert "start_date" in document["components"]["schemas"][inputs.rpartition("/")[2]]["properties"]


def test_every_reference_of_the_open_api_document_leads_somewhere(rules: httpx.Client) -> None:
    text = rules.get("/openapi.json").text
    schemas = json.loads(text)["components"]["schemas"]

    references = re.findall(r'"\$ref":"([^"]+)"', text)
    assert references
    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= schemas.keys()


def test_every_parameter_of_a_path_is_declared(rules: httpx.Client) -> None:
    for path, item in rules.get("/openapi.json").json()["paths"].items():
        declared = {parameter["name"] for parameter in item.get("parameters", ())}
        assert declared == set(re.findall(r"\{(\w+)\}", path))


def test_nothing_of_a_request_is_kept(service: RunningService) -> None:
    httpx.post(f"{service.root}/rules/endpoint", json=DEATH_AT_90_DAYS, trust_env=False).raise_for_status()

    receipts = httpx.get(f"{service.root}/admin/receipts", trust_env=False).json()
    assert receipts == []


def test_where_clients_are_configured_the_rules_are_theirs(start: StartService) -> None:
    address = f"{start(clients={'secret': 'tumour board'}).root}/rules/endpoint"
    bearer = {"Authorization": "Bearer secret"}

    assert httpx.post(address, json=DEATH_AT_90_DAYS, trust_env=False).status_code == 401
    assert httpx.post(address, json=DEATH_AT_90_DAYS, headers=bearer, trust_env=False).json()["value"] == "death"
