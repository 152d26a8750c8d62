"""``leptobridge validate``: files, profiles and packages from the command line."""

import json
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.main import app

Json = dict[str, Any]

PROFILE = "https://hospital.example/fhir/StructureDefinition/csf-report"


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["validate", *map(str, arguments)])
    return result.exit_code, result.output


def csf_report(**changes: Any) -> Json:
    return {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "CSF cytology"}} | changes


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of one profile without snapshot: a CSF report names its specimen and says when it was issued."""
    profile = {
        "resourceType": "StructureDefinition",
        "url": PROFILE,
        "name": "CsfReport",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "DiagnosticReport",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/DiagnosticReport",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "DiagnosticReport.issued", "path": "DiagnosticReport.issued", "min": 1},
                {"id": "DiagnosticReport.specimen", "path": "DiagnosticReport.specimen", "min": 1},
            ]
        },
    }
    manifest = {"name": "hospital.csf", "version": "1.0.0", "fhirVersions": ["4.0.1"]}
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("package.json", manifest), ("StructureDefinition-csf-report.json", profile)):
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return path


def test_a_sound_file_ends_with_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(json.dumps(csf_report()))
    assert run(tmp_path) == (ExitCode.DONE, "0 errors, 0 warnings, 0 remarks\n")


def test_each_fault_is_shown_with_its_file_line_and_place(tmp_path: Path) -> None:
    lines = [csf_report(), csf_report(status="done"), csf_report(effectivePeriod={"start": "2024-03", "end": "2023"})]
    file = tmp_path / "reports.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n{")
    code, output = run(file)
    assert code == ExitCode.WITH_ISSUES
    assert f"{file}:2: error: DiagnosticReport.status: " in output
    assert f"{file}:3: error: DiagnosticReport.effectivePeriod: per-1" in output
    assert f"{file}:4: fatal: (document): " in output
    assert "3 errors" in output


def test_the_findings_come_as_json(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(csf_report(status="done")))
    code, output = run(file, "--json")
    (finding,) = json.loads(output)
    assert code == ExitCode.WITH_ISSUES
    assert (finding["severity"], finding["expression"]) == ("error", "DiagnosticReport.status")


def test_another_projects_package_is_compiled_and_its_profile_judged(tmp_path: Path, package: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(csf_report(issued="2024-03-05T10:00:00Z")))
    code, output = run(file, "--package", package, "--profile", PROFILE)
    assert code == ExitCode.WITH_ISSUES
    assert "DiagnosticReport.specimen is required by csf-report" in output
    assert "1 errors" in output
    claimed = csf_report(issued="2024-03-05T10:00:00Z", meta={"profile": [PROFILE]}, specimen=[{"display": "CSF"}])
    file.write_text(json.dumps(claimed))
    assert run(file, "--package", package)[0] == ExitCode.DONE


def test_options_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(csf_report()))
    assert run(file, "--profile", PROFILE)[0] == ExitCode.USAGE
    assert run(file, "--package", file)[0] == ExitCode.USAGE
    assert run(tmp_path / "nothing.json")[0] == ExitCode.USAGE


@pytest.mark.parametrize(
    ("option", "change"),
    [
        ("--security", {"conclusion": "cells <b>seen</b>"}),
        ("--no-examples", {"identifier": [{"system": "http://lab.example.org/id", "value": "1"}]}),
    ],
)
def test_optional_rules_are_asked_for(tmp_path: Path, option: str, change: Json) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(csf_report(**change)))
    assert run(file)[0] == ExitCode.DONE
    assert run(file, option)[0] == ExitCode.WITH_ISSUES
