"""``leptobridge import``: files as hospitals and projects leave them, entry by entry, with a report."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from leptobridge.store.database import Database
from leptobridge.store.receipts import latest_receipts
from leptobridge.store.schema import Resource
from tests.cli.conftest import Run
from tests.dialects import csf_cytology, leptomeningeal_metastasis
from tests.fhir.real_data import SHARED, needs_shared_data, synthea_bodies

MARTA = {"resourceType": "Patient", "id": "marta", "birthDate": "1961-04-02"}
FAULTY = {"resourceType": "Observation", "id": "faulty", "status": "done", "code": {"text": "?"}}


def resources(store: Database) -> list[Resource]:
    with store.reading() as session:
        return list(session.exec(select(Resource).order_by(col(Resource.key))))


def written(path: Path, *documents: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, documents)))
    return path


def collection(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in listed]}


def test_resources_bundles_and_ndjson_of_either_are_taken_from_files_and_folders(
    run: Run, opened: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "charts" / "deeper"
    folder.mkdir(parents=True)
    written(folder / "a.json", MARTA)
    written(folder / "b.json", collection(MARTA | {"id": "irene"}))
    written(folder / "c.ndjson", MARTA | {"id": "ada"}, collection(MARTA | {"id": "lise"}), MARTA | {"id": "emmy"})
    written(folder / "notes.txt", {"no": "FHIR"})

    done = run("import", str(tmp_path / "charts"))

    assert done.code == 0
    assert sorted(row.id for row in resources(opened)) == ["ada", "emmy", "irene", "lise", "marta"]
    assert done.output.splitlines()[-1].startswith("3 files, 4 messages (0 known already), 5 entries: 5 stored")


def test_what_fails_the_check_is_kept_with_its_issues_and_without_facts_and_the_report_names_it(
    run: Run, opened: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "chart.json", collection(MARTA, FAULTY))
    done = run("import", str(path))

    assert done.code == 3
    assert f"{path} entry 1 kept without facts: Bundle.entry[1].resource.status" in done.errors
    assert "1 stored, 1 kept with issues and without facts, 0 refused" in done.output
    kept = next(row for row in resources(opened) if row.id == "faulty")
    assert kept.issues is not None and "Bundle.entry[1].resource.status" in kept.issues
    facts = run("patient", "marta", "--facts", "--json").data()
    assert {fact["source"]["reference"] for fact in facts} == {"Patient/marta"}


def test_the_report_as_data_says_the_same(run: Run, tmp_path: Path) -> None:
    report = run("import", "--json", str(written(tmp_path / "chart.json", collection(MARTA, FAULTY)))).data()

    assert len(report.pop("issues")) == 1
    assert report == {
        "files": 1, "messages": 1, "entries": 2, "stored": 1, "kept": 1, "refused": 0, "rejected": 0, "repeated": 0,
    }  # fmt: skip


def test_the_same_file_again_changes_nothing(run: Run, opened: Database, tmp_path: Path) -> None:
    path = written(tmp_path / "chart.json", collection(MARTA), MARTA)
    path = path.rename(path.with_suffix(".ndjson"))
    run("import", str(path))
    before = [(row.id, row.version, row.raw) for row in resources(opened)]
    again = run("import", str(path))

    assert (again.code, "2 messages (2 known already)" in again.output) == (0, True)
    assert [(row.id, row.version, row.raw) for row in resources(opened)] == before


def test_a_file_that_cannot_be_read_is_rejected_and_the_others_are_taken(
    run: Run, opened: Database, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"resourceType":"Patient","id":')
    written(tmp_path / "b.json", MARTA)
    done = run("import", str(tmp_path / "a.json"), str(tmp_path / "b.json"))

    assert done.code == 3
    assert "1 messages rejected as a whole" in done.output
    assert "ends before it is complete" in done.errors
    assert [row.id for row in resources(opened)] == ["marta"]
    with opened.reading() as session:
        assert sorted(receipt.status for receipt in latest_receipts(session)) == ["rejected", "stored"]


def test_a_path_that_is_not_there_is_a_mistake_of_the_command_line(run: Run, opened: Database, tmp_path: Path) -> None:
    done = run("import", str(tmp_path / "nothing.json"))

    assert done.code == 2
    assert "no such file or folder" in done.errors
    assert resources(opened) == []


def test_the_sender_may_be_named(run: Run, opened: Database, tmp_path: Path) -> None:
    run("import", "--sender", "klinik", str(written(tmp_path / "chart.json", MARTA)))
    assert [row.sender for row in resources(opened)] == ["klinik"]


def test_faults_name_elements_and_never_what_a_patients_data_say(run: Run, tmp_path: Path) -> None:
    secret = MARTA | {"birthDate": "Marta-Secret", "name": "Marta-Secret"}
    done = run("import", str(written(tmp_path / "chart.json", secret)))
    assert "Patient.birthDate" in done.errors
    assert "Secret" not in done.errors + done.output


@needs_shared_data
def test_synthea_comes_back_without_loss_and_nobody_in_it_is_called_lm(run: Run, opened: Database) -> None:
    done = run("import", str(SHARED / "synthea"))
    assert (done.code, "4528 entries: 4528 stored" in done.output) == (0, True)

    rows = resources(opened)
    stored = iter(rows)
    for body in synthea_bodies():
        entries = json.loads(body, parse_float=str)["entry"]
        stand = [next(stored) for _ in entries]
        places = {entry["fullUrl"]: f"{row.type}/{row.id}" for entry, row in zip(entries, stand, strict=True)}
        for entry, row in zip(entries, stand, strict=True):
            sent = _rewritten(json.dumps(entry["resource"]), places)
            assert _without_identity(row.raw) == _without_identity(sent)

    assert run("evaluate").code == 0
    assert len(resources(opened)) == len(rows), "a conclusion about LM was made"
    for patient in (row.id for row in rows if row.type == "Patient"):
        summary = run("patient", patient, "--json").data()
        assert summary["classification"] is None, patient


def _rewritten(text: str, places: dict[str, str]) -> str:
    return re.sub(r'"(urn:uuid:[^"]+)"', lambda found: f'"{places.get(found[1], found[1])}"', text)


def _without_identity(text: str) -> Any:
    """The resource but for id and meta, its decimals as they were written."""
    data = json.loads(text, parse_float=str)
    data["meta"] = {
        name: value for name, value in data.get("meta", {}).items() if name not in ("versionId", "lastUpdated")
    }
    return {name: value for name, value in data.items() if name != "id" and value != {}}


@needs_shared_data
def test_the_broken_mcode_chart_is_taken_entry_by_entry_and_its_diagnosis_is_shown_as_coded(
    run: Run, opened: Database
) -> None:
    done = run("import", "--json", str(SHARED / "mcode" / "patient_data.json"))
    report = done.data()

    assert done.code == 3
    assert (report["entries"], report["stored"], report["kept"], report["refused"]) == (25, 22, 3, 0)
    rows = resources(opened)
    assert sum(row.issues is not None for row in rows) == 3
    (patient,) = (row.id for row in rows if row.type == "Patient")
    facts = run("patient", patient, "--facts", "--json").data()
    with_issues = {f"{row.type}/{row.id}" for row in rows if row.issues is not None}
    assert not with_issues & {fact["source"]["reference"] for fact in facts}
    summary = run("patient", patient, "--json").data()
    assert [entry["status"] for entry in summary["classification"]["coded"]] == ["active"]
    # No cytology, no imaging of the meninges: the coded diagnosis makes no class.
    assert summary["classification"]["certainty"] not in ("confirmed", "probable")


@needs_shared_data
def test_the_other_mcode_chart_is_stored_whole(run: Run) -> None:
    done = run("import", str(SHARED / "mcode" / "eom_patient_1.json"))
    assert (done.code, "17 entries: 17 stored" in done.output) == (0, True)


def test_an_imported_patient_is_evaluated_by_the_next_evaluation(run: Run, tmp_path: Path) -> None:
    subject = {"reference": "Patient/marta"}
    chart = collection(
        MARTA,
        leptomeningeal_metastasis("us", "2026-06-01") | {"id": "lm", "subject": subject},
        csf_cytology("us", "positive", "2026-06-02") | {"id": "c", "subject": subject},
    )
    run("import", str(written(tmp_path / "chart.json", chart)))

    assert run("evaluate").output == "1 patients evaluated\n"
    assert run("evaluate").output == "0 patients evaluated\n"


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_requests_of_a_file_are_carried_out_entry_by_entry(
    run: Run, opened: Database, tmp_path: Path, kind: str
) -> None:
    entries = [
        {"resource": MARTA, "request": {"method": "PUT", "url": "Patient/marta"}},
        {"resource": MARTA | {"id": "gone"}, "request": {"method": "PUT", "url": "Patient/gone", "ifMatch": 'W/"9"'}},
        {"resource": MARTA | {"id": "plain"}},
    ]
    done = run("import", str(written(tmp_path / "b.json", {"resourceType": "Bundle", "type": kind, "entry": entries})))

    assert done.code == 3
    assert "entry 1 refused" in done.errors
    assert sorted(row.id for row in resources(opened)) == ["marta", "plain"]
