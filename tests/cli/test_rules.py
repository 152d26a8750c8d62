"""``leptobridge rules``: listing, showing and evaluating rule sets from files and from standard input."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from leptobridge.cli.main import app
from leptobridge.clinical.catalogue import SYSTEMS
from tests.clinical.rule_service import post

DEATH = {"endpoint": "os", "start_date": "2026-01-01", "death_date": "2026-04-01"}
ALIVE = {"endpoint": "os", "start_date": "2026-01-01", "last_known_alive_date": "2026-03-01"}


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments], input=stdin)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_list_names_every_rule_set() -> None:
    lines = run("list").stdout.splitlines()

    assert [line.split()[0] for line in lines[1:]] == list(SYSTEMS)


def test_the_list_as_json_is_the_catalogue() -> None:
    catalogue = json.loads(run("list", "--json").stdout)

    assert {entry["system"] for entry in catalogue} == set(SYSTEMS)
    assert all("input_schema" in entry and "output_schema" in entry for entry in catalogue)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_rule_set_is_shown_with_inputs_and_decision_table(system: str) -> None:
    shown = yaml.safe_load(run("show", system).stdout)
    inputs = {name.removesuffix(" (required)") for name in shown["inputs"]}

    assert inputs == set(SYSTEMS[system].input_schema()["properties"])
    assert shown["decision_table"] == json.loads(run("show", system, "--json").stdout)["decision_table"]


def test_types_are_shown_in_short() -> None:
    inputs = yaml.safe_load(run("show", "endpoint").stdout)["inputs"]

    assert inputs["start_date"] == "date"
    assert inputs["missed_visit_dates"] == "list of date"
    assert inputs["assessments"] == [{"date": "date", "result": "one of CR, PR, SD, PD, NE"}]


def test_inputs_are_evaluated_from_standard_input() -> None:
    result = run("evaluate", "endpoint", stdin=json.dumps(DEATH, indent=2))

    assert result.exit_code == 0
    assert answers(result) == [post("endpoint", DEATH)]


def test_inputs_are_evaluated_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(DEATH, indent=2))

    assert answers(run("evaluate", "endpoint", str(file))) == [post("endpoint", DEATH)]


def test_json_lines_are_answered_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "patients.ndjson"
    file.write_text(f"{json.dumps(DEATH)}\n\n{json.dumps(ALIVE)}\n")
    result = run("evaluate", "endpoint", str(file))

    assert [answer["value"] for answer in answers(result)] == ["death", "censored"]
    assert answers(run("evaluate", "endpoint", "-", stdin=file.read_text())) == answers(result)


@pytest.mark.parametrize("faulty", ["{", "[]", '{"endpoint": "os", "name": "Erika"}'])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_malformed_line_is_answered_in_its_place(faulty: str, place: int) -> None:
    lines = [json.dumps(DEATH), json.dumps(ALIVE)]
    lines.insert(place, faulty)
    result = run("evaluate", "endpoint", stdin="\n".join(lines))

    assert result.exit_code == 3
    assert ["errors" in answer for answer in answers(result)] == [index == place for index in range(3)]
    assert "Erika" not in result.output


def test_a_malformed_document_is_one_answer() -> None:
    result = run("evaluate", "endpoint", stdin='{\n "endpoint": "os"\n "death_date": 1\n}')

    assert result.exit_code == 3
    assert [error["path"] for error in answers(result)[0]["errors"]] == [""]


def test_nothing_to_evaluate_is_malformed() -> None:
    result = run("evaluate", "endpoint", stdin="")

    assert (result.exit_code, len(answers(result))) == (3, 1)


@pytest.mark.parametrize("command", ["show", "evaluate"])
def test_an_unknown_rule_set_has_its_exit_code(command: str) -> None:
    result = run(command, "rano_lm", stdin="{}")

    assert (result.exit_code, result.stdout) == (4, "")


def test_a_file_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert run("evaluate", "endpoint", str(tmp_path / "none.json")).exit_code == 1


def test_rules_need_a_command() -> None:
    assert run("judge").exit_code == 2
