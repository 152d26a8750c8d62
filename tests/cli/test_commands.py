"""The commands: what their help says, what they print, and how they end (issue 3; exit codes of ``--help``)."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from leptobridge.chart.facts import Fact
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.schema import OutboxRow, Resource
from tests.cli.conftest import Outcome, Run
from tests.dialects import OBSERVABLE, cancer, csf_cytology, csf_specimen, leptomeningeal_metastasis, observation
from tests.service_process import ServiceProcess

SUBJECT = {"reference": "Patient/marta"}
CHART: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "marta", "birthDate": "1961-04-02", "gender": "female",
     "identifier": [{"system": "urn:oid:1.2.3", "value": "4711"}]},
    cancer("us", "breast", "2024-02-01") | {"id": "cancer", "subject": SUBJECT},
    leptomeningeal_metastasis("us", "2026-06-01") | {"id": "lm", "subject": SUBJECT},
    csf_specimen("us", "2026-06-02", 10) | {"id": "tube", "subject": SUBJECT},
    csf_cytology("us", "positive", "2026-06-02")
    | {"id": "cytology", "subject": SUBJECT, "specimen": {"reference": "Specimen/tube"}},
    observation({"coding": [{"system": OBSERVABLE, "code": "brain-linear"}]}, "2026-06-03", valueString="magenta")
    | {"id": "odd", "subject": SUBJECT, "hasMember": [{"reference": "Observation/not-there"}]},
]  # fmt: skip


@pytest.fixture
def chart(run: Run, tmp_path: Path) -> Outcome:
    """A chart that was imported."""
    path = tmp_path / "chart.json"
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in CHART]}
    path.write_text(json.dumps(bundle))
    return run("import", str(path))


COMMANDS = {
    ("serve",): ["--host", "--port", "--database", "--ehr", "LEPTOBRIDGE_PORT"],
    ("import",): ["PATH", "--sender", "--json", "--database", "entry by entry"],
    ("pull",): ["--from", "--patient", "--restart", "$everything"],
    ("patient",): ["ID", "--json", "--facts", "--on"],
    ("evaluate",): ["--database", "due"],
    ("demo",): ["--serve"],
    ("facts", "kinds"): ["--json", "catalogue"],
    ("mappings", "unmapped"): ["--limit", "no mapping holds"],
    ("outbox", "list"): ["--state", "parked"],
    ("outbox", "retry"): ["--all"],
    ("receipts", "list"): ["--status", "rejected"],
    ("receipts", "show"): ["--body", "ID"],
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: tuple[str, ...]) -> None:
    shown = run(*command, "--help")

    assert shown.code == 0
    assert [word for word in COMMANDS[command] if word not in " ".join(shown.output.split())] == []


def test_the_help_of_all_names_the_commands_and_the_exit_codes(run: Run) -> None:
    shown = " ".join(run("--help").output.split())

    assert all(command[0] in shown for command in COMMANDS)
    assert all(f"{code} " in shown for code in range(5))
    assert "LEPTOBRIDGE_" in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("fly",), 2),
        (("patient",), 2),
        (("patient", "nobody"), 4),
        (("patient", "urn:oid:1.2.3|nobody"), 4),
        (("patient", "marta", "--on", "soon"), 2),
        (("receipts", "show", "nothing"), 4),
        (("receipts", "list", "--status", "lost"), 2),
        (("outbox", "list", "--state", "lost"), 2),
        (("outbox", "retry"), 2),
        (("outbox", "retry", "17"), 4),
        (("evaluate", "--database", "nonsense"), 1),
        (("evaluate", "--settings", "/nowhere/settings.toml"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_command_that_cannot_do_it_says_why_in_a_line_and_ends_with_its_code(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    done = run(*arguments)

    assert done.code == code
    assert "Traceback" not in done.output + done.errors
    assert arguments == () or done.errors.strip()


def test_settings_come_from_the_file_below_the_environment_below_the_command_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('database = "nonsense"\n')
    assert run("receipts", "list", "--settings", str(settings)).code == 0
    monkeypatch.delenv("LEPTOBRIDGE_DATABASE")
    assert run("receipts", "list", "--settings", str(settings)).code == 1
    assert run("receipts", "list", "--settings", str(settings), "--database", f"sqlite:///{tmp_path}/new.db").code == 0


@pytest.mark.usefixtures("chart")
def test_the_summary_of_a_patient_says_class_course_verdicts_and_what_is_unresolved(run: Run) -> None:
    text, data = run("patient", "marta"), run("patient", "marta", "--json").data()

    assert "IA" in text.output or "confirmed" in text.output
    assert all(trial in text.output for trial in ("NCT04343573", "NCT06500481", "NCT02886585"))
    assert "Observation/odd: Observation.hasMember[0] -> Observation/not-there" in text.output
    assert data["classification"]["certainty"] == "confirmed"
    assert [trial["trial"] for trial in data["trials"]]
    assert data["unresolved"] == [
        {"source": "Observation/odd", "path": "Observation.hasMember[0]", "target": "Observation/not-there"}
    ]


@pytest.mark.usefixtures("chart")
def test_a_patient_may_be_named_by_identifier_and_judged_on_an_earlier_day(run: Run) -> None:
    before = run("patient", "urn:oid:1.2.3|4711", "--on", "2026-05-31", "--json").data()
    after = run("patient", "Patient/marta", "--on", "2026-06-02", "--json").data()

    assert (before["classification"], before["on"]) == (None, "2026-05-31")
    assert after["classification"]["certainty"] == "confirmed"


@pytest.mark.usefixtures("chart")
def test_the_facts_of_a_patient_are_shown_with_source_version_and_rule(run: Run) -> None:
    text = run("patient", "marta", "--facts").output
    facts = run("patient", "marta", "--facts", "--json").data()

    line = next(line for line in text.splitlines() if "csf.cytology" in line)
    assert "2026-06-02" in line and "positive" in line and "Observation/cytology/_history/1" in line
    cytology = next(fact for fact in facts if fact["kind"] == "csf.cytology")
    assert cytology["source"]["rule"]
    assert cytology.keys() == set(Fact.__struct_fields__)


@pytest.mark.usefixtures("chart")
def test_patients_in_conflict_are_flagged_on_every_fact(run: Run, tmp_path: Path) -> None:
    namesake = CHART[0] | {"id": "namesake", "birthDate": "1948-12-24"}
    (tmp_path / "namesake.json").write_text(json.dumps(namesake))
    run("import", str(tmp_path / "namesake.json"))

    assert all("patient_conflict" in fact["flags"] for fact in run("patient", "marta", "--facts", "--json").data())
    assert "patient_conflict" in run("patient", "marta", "--json").data()["classification"]["flags"]


def test_the_catalogue_of_facts_names_kind_type_unit_values_and_section(run: Run) -> None:
    kinds = run("facts", "kinds", "--json").data()

    assert {"csf.cytology", "mri.scorecard", "performance.ecog", "variant", "therapy.drug", "lm.diagnosis"} <= {
        entry["kind"] for entry in kinds
    }
    protein = next(entry for entry in kinds if (entry["kind"], entry["item"]) == ("csf.chemistry", "protein"))
    assert (protein["value_type"], protein["unit"], protein["section"]) == ("number", "mg/dL", "3")
    cytology = next(entry for entry in kinds if entry["kind"] == "csf.cytology")
    assert {"positive", "suspicious", "atypical", "negative", "inadequate"} <= set(cytology["values"])
    assert "csf.cytology" in run("facts", "kinds").output


@pytest.mark.usefixtures("chart")
def test_codes_and_words_without_mapping_are_listed_with_their_first_receipt(run: Run) -> None:
    (listed,) = [row for row in run("mappings", "unmapped", "--json").data() if row["value"] == "magenta"]

    assert listed["count"] == 1
    assert run("receipts", "show", listed["first_receipt"]).code == 0
    assert "magenta" in run("mappings", "unmapped").output


def test_an_empty_database_says_so(run: Run) -> None:
    assert "No messages have come." in run("receipts", "list").output
    assert "The outbox is empty." in run("outbox", "list").output
    assert "Everything that came is mapped." in run("mappings", "unmapped").output


@pytest.mark.usefixtures("chart")
def test_receipts_show_what_came_and_what_became_of_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"resourceType":"Patient"')
    run("import", str(tmp_path / "bad.json"))
    rejected, stored = run("receipts", "list", "--json").data()

    assert [receipt["status"] for receipt in (rejected, stored)] == ["rejected", "stored"]
    assert [receipt["id"] for receipt in run("receipts", "list", "--status", "rejected", "--json").data()] == [
        rejected["id"]
    ]
    shown = run("receipts", "show", rejected["id"]).data()
    assert "ends before it is complete" in shown["outcome"]["issue"][0]["diagnostics"]
    assert run("receipts", "show", rejected["id"], "--body").output == '{"resourceType":"Patient"'
    assert "import" in run("receipts", "list").output


@pytest.mark.usefixtures("chart")
def test_the_outbox_shows_results_on_their_way_and_sends_parked_ones_again(
    run: Run, opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEPTOBRIDGE_EHR", "https://hospital.example/fhir")
    assert run("evaluate").output == "1 patients evaluated\n"
    waiting = run("outbox", "list", "--json").data()["rows"]
    assert waiting and {row["state"] for row in waiting} == {"pending"}

    with opened.transaction() as session:
        row = session.exec(select(OutboxRow).order_by(col(OutboxRow.id))).first()
        assert row is not None
        row.state = "parked"
        session.add(row)
        parked = row.id
    assert str(parked) in run("outbox", "list", "--state", "parked").output
    assert run("outbox", "retry", str(parked)).output == "1 will be sent again\n"
    with opened.reading() as session:
        assert outbox.list_rows(session, state="parked", limit=10) == []


def test_serve_answers_until_it_is_told_to_end_and_ends_in_order(database: str, tmp_path: Path) -> None:
    service = ServiceProcess(port=_free_port(), database=database, folder=tmp_path / "service").start()
    try:
        assert service.process is not None
        service.process.send_signal(signal.SIGTERM)
        # The process says by which signal it ended, after it has ended in order.
        assert service.process.wait(20) in (0, -signal.SIGTERM)
    finally:
        service.kill()


def test_pull_takes_the_charts_of_another_service_and_again_changes_nothing(
    run: Run, opened: Database, tmp_path: Path
) -> None:
    hospital_database = f"sqlite:///{tmp_path}/hospital.db"
    (tmp_path / "chart.ndjson").write_text("\n".join(map(json.dumps, CHART)))
    subprocess.run(
        [sys.executable, "-m", "leptobridge", "import", str(tmp_path / "chart.ndjson")],
        env=os.environ | {"LEPTOBRIDGE_DATABASE": hospital_database}, check=True, capture_output=True,
    )  # fmt: skip
    hospital = ServiceProcess(
        port=_free_port(), database=hospital_database, folder=tmp_path / "hospital", settings={"evaluation": "false"}
    ).start()
    try:
        first = run("pull", "--from", hospital.base_url)
        again = run("pull", "--from", hospital.base_url, "--patient", "marta")
        missing = run("pull", "--from", hospital.base_url, "--patient", "nobody")
    finally:
        hospital.stop()

    assert (first.code, again.code, missing.code) == (0, 0, 4)
    assert first.output.startswith("1 patients")
    summary = run("patient", "marta", "--json").data()
    assert summary["classification"]["certainty"] == "confirmed"
    with opened.reading() as session:
        assert {row.version for row in session.exec(select(Resource)) if row.sender != "leptobridge"} == {1}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
