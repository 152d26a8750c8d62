"""The FHIR package in other hands: the official validator and a FHIR server load it and judge by it as we do."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from leptobridge.demo.patients import demo_patients
from profiles.package import package_files, write_archive
from tests.peers.conftest import SDC
from tests.peers.hapi_server import HapiServer, free_port
from tests.peers.official_validator import Finding, Judge, running_judge
from tests.profiles.compiled import definitions, examples, invariants
from tests.profiles.emitted import emitted_on_the_demonstration
from tests.profiles.fail_examples import FAIL_EXAMPLES

pytestmark = [pytest.mark.peer, pytest.mark.slow]

Json = dict[str, Any]

FHIR = {"Content-Type": "application/fhir+json"}

#: Remarks that say what is not at hand offline, and nothing about our resources.
EXPLAINED = {
    "bcp:47": "languages are no CodeSystem of R4 core",
    SDC: "the definitions of Structured Data Capture are not at hand",
    "Target Code System": "a map leads to a terminology that is not at hand",
    "has status 'not-present'": "R4 core knows SNOMED CT by name alone",
    "No definition could be found for URL value": "identifier and code systems of others",
}


def shown(findings: Sequence[Finding], resources: Sequence[Json], *severities: str) -> list[str]:
    return [
        f"{resources[f.position]['resourceType']}/{resources[f.position].get('id')}: {f.expression}: {f.message}"
        for f in findings
        if f.severity in severities and not any(part in f.message for part in EXPLAINED)
    ]


def broken_invariants(findings: Sequence[Finding], position: int) -> set[str]:
    """Keys of the invariants that one resource breaks, by the validator's messages; other errors as they are."""
    found: set[str] = set()
    for finding in findings:
        if finding.position == position and finding.severity in ("error", "fatal", "warning"):
            key = re.search(r"Constraint failed: ([a-z]+(?:-[a-z]+)?-[0-9]+)", finding.message)
            if key or not any(part in finding.message for part in EXPLAINED):
                found.add(key[1] if key else finding.message)
    return found


def test_definitions_and_examples_are_without_error_and_without_unexplained_warning(profile_judge: Judge) -> None:
    resources = [*definitions(), *examples()]
    findings = profile_judge.findings(resources)
    assert shown(findings, resources, "fatal", "error") == []
    assert shown(findings, resources, "warning") == []


def test_each_broken_example_breaks_its_invariant_and_nothing_else(profile_judge: Judge) -> None:
    findings = profile_judge.findings(make() for make in FAIL_EXAMPLES.values())
    broken = {key: broken_invariants(findings, position) for position, key in enumerate(FAIL_EXAMPLES)}
    assert broken == {key: {key} for key in FAIL_EXAMPLES}


def test_what_is_emitted_on_the_demonstration_conforms(profile_judge: Judge) -> None:
    resources = [
        resource for patient in demo_patients() for resource in emitted_on_the_demonstration(patient, claim=True)
    ]
    assert len(resources) > 100
    findings = profile_judge.findings(resources)
    assert shown(findings, resources, "fatal", "error") == []


def test_snapshots_of_the_official_engine_judge_as_ours_do(
    java_and_maven: None, profile_judge: Judge, tmp_path: Path
) -> None:
    """The same package without snapshots, which the official engine then makes itself, gives the same verdicts."""
    bare = [{name: part for name, part in d.items() if name != "snapshot"} for d in definitions()]
    write_archive(package_files(bare), tmp_path / "bare.tgz")
    resources = [*examples(), *(make() for make in FAIL_EXAMPLES.values())]
    ours = _verdicts(profile_judge.findings(resources))
    with running_judge([tmp_path / "bare.tgz"], [SDC]) as official:
        assert _verdicts(official.findings(resources)) == ours


def _verdicts(findings: Sequence[Finding]) -> set[tuple[int, str, str]]:
    return {(f.position, f.severity, f.message) for f in findings if f.severity in ("fatal", "error", "warning")}


def test_a_fhir_server_that_loads_the_package_takes_the_examples_and_refuses_the_broken_ones(
    java_and_maven: None, package: Path, tmp_path: Path
) -> None:
    server = HapiServer(port=free_port(), folder=tmp_path / "hapi", packages=(package,), validate_requests=True).start()
    try:
        with httpx.Client(base_url=server.base_url, trust_env=False, timeout=120, headers=FHIR) as client:
            for profile in (d for d in definitions() if d["resourceType"] == "StructureDefinition"):
                found = client.get("/StructureDefinition", params={"url": profile["url"], "_summary": "count"})
                assert found.json()["total"] == 1, profile["url"]
            for resource in sorted(examples(), key=lambda r: r["resourceType"] != "Patient"):
                answer = client.put(f"/{resource['resourceType']}/{resource['id']}", content=json.dumps(resource))
                assert answer.status_code in (200, 201), f"{resource['id']}: {_errors(answer)}"
            for key, make in FAIL_EXAMPLES.items():
                if invariants()[key] == "error":
                    broken = make()
                    answer = client.put(f"/{broken['resourceType']}/{broken['id']}", content=json.dumps(broken))
                    assert answer.status_code == 422, key
                    assert any(key in text for text in _errors(answer)), f"{key}: {_errors(answer)}"
    finally:
        server.kill()


def _errors(answer: httpx.Response) -> list[str]:
    issues = answer.json().get("issue", [])
    return [str(issue.get("diagnostics", "")) for issue in issues if issue["severity"] in ("error", "fatal")]
