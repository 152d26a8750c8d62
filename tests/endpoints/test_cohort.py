"""Endpoints of stored patients: who is in the cohort, which events count, and what is reported (clinical.md 15.1)."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from leptobridge.cli.main import app
from tests.dialects import Json
from tests.endpoints.trial_patients import PARTIAL_RESPONSE, PROGRESSION, STABLE, TRIAL, patient

ON = "2026-12-31"
RESPONDER = patient(
    "responder", start="2026-01-10", arm="protons",
    mri={"2026-03-10": PARTIAL_RESPONSE, "2026-05-10": PROGRESSION}, death="2026-07-09",
)  # fmt: skip
LOST = patient("lost", start="2026-01-10", arm="photons", mri={"2026-03-10": STABLE}, seen="2026-06-09")
EARLY_DEATH = patient("early death", start="2026-02-01", arm="photons", death="2026-05-02")
CONFIRMED = patient("confirmed suspicion", start="2026-01-10", gait={"2026-03-10": 2, "2026-04-07": 2})
UNRESOLVED = patient("unresolved suspicion", start="2026-01-10", gait={"2026-02-10": 0, "2026-03-10": 2})

Endpoints = Callable[..., Result]


@pytest.fixture
def endpoints(database_url: str, tmp_path: Path) -> Iterator[Endpoints]:
    """Imports patients, then runs the command over them."""

    def run(*arguments: str, patients: tuple[Json, ...] = (), on: str = ON) -> Result:
        files = [tmp_path / f"{number}.json" for number in range(len(patients))]
        for file, bundle in zip(files, patients, strict=True):
            file.write_text(json.dumps(bundle))
        if files:
            assert _invoke("import", *map(str, files), "--database", database_url).exit_code == 0
        return _invoke("endpoints", *arguments, "--on", on, "--database", database_url)

    yield run


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def data_of(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def event(data: dict[str, Any], endpoint: str, place: int = 0) -> tuple[str, int | None]:
    """Event and days of the n-th patient who has the endpoint."""
    row = [row for row in data["table"] if row["endpoint"] == endpoint][place]
    return row["event"], row["days"]


def survival(data: dict[str, Any], endpoint: str, group: str = "all", analysis: str = "primary") -> dict[str, Any]:
    wanted = {"endpoint": endpoint, "group": group, "analysis": analysis}
    (found,) = [entry for entry in data["survival"] if entry.items() >= wanted.items()]
    return dict(found)


def test_a_responder_who_progressed_and_died_has_every_endpoint(endpoints: Endpoints) -> None:
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(RESPONDER,)))

    assert {name: event(data, name) for name in ("os", "pfs", "cns_pfs", "lm_pfs", "dor")} == {
        "os": ("death", 180),
        "pfs": ("PD", 120),
        "cns_pfs": ("PD", 120),
        "lm_pfs": ("PD", 120),
        "dor": ("PD", 61),
    }
    assert data["table"][0]["best_response"] == "PR"


def test_a_patient_without_event_is_censored_where_last_examined_or_seen(endpoints: Endpoints) -> None:
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(LOST,)))

    assert event(data, "os") == ("censored", 150)
    assert event(data, "lm_pfs") == ("censored", 59)
    assert [row["endpoint"] for row in data["table"]] == ["os", "pfs", "cns_pfs", "lm_pfs"], "no response, no duration"


def test_a_confirmed_suspicion_is_an_event_on_its_first_day(endpoints: Endpoints) -> None:
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(CONFIRMED,)))

    assert event(data, "lm_pfs") == ("PD", 59)


@pytest.mark.parametrize(
    ("on", "primary", "sensitivity"),
    [("2026-05-05", "not_evaluable", "not_evaluable"), ("2026-05-06", "PD", "censored")],
)
def test_a_suspicion_that_nobody_re_assessed_is_open_until_day_56_and_then_counts(
    endpoints: Endpoints, on: str, primary: str, sensitivity: str
) -> None:
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(UNRESOLVED,), on=on))
    (row,) = [row for row in data["table"] if row["endpoint"] == "lm_pfs"]

    assert (row["event"], row["sensitivity_event"]) == (primary, sensitivity)
    assert row["missing"] == ("resolution" if primary == "not_evaluable" else "")


def test_the_cohort_of_a_trial_is_whoever_took_part(endpoints: Endpoints) -> None:
    elsewhere = patient("elsewhere", start="2026-01-10", trial="NCT02886585")
    screened = patient("screened", start="2026-01-10", status="screening")
    some_day = patient("some day", start="2026-02")
    too_early = patient("before the diagnosis", start="2026-01-02")
    data = data_of(
        endpoints("--trial", TRIAL, "--json", patients=(LOST, elsewhere, screened, some_day, too_early))
    )  # fmt: skip

    assert data["patients"] == 1
    assert sorted(absent["reason"] for absent in data["not_placed"]) == ["date_precision", "no_course_from_enrolment"]


def test_a_later_enrolment_elsewhere_does_not_move_the_start(endpoints: Endpoints) -> None:
    moved = patient("moved", start="2026-01-10", seen="2026-06-09")
    subject, second = moved["entry"][0]["fullUrl"], patient("x", start="2026-04-01", trial="NCT02886585")
    (enrolment,) = [e for e in second["entry"] if e["resource"]["resourceType"] == "ResearchSubject"]
    enrolment["resource"]["individual"] = {"reference": subject}
    moved["entry"].append(enrolment)
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(moved,)))

    assert event(data, "os") == ("censored", 150)
    assert event(data_of(endpoints("--trial", "NCT02886585", "--json")), "os") == ("censored", 69)


def test_what_happened_after_the_day_asked_for_is_not_known(endpoints: Endpoints) -> None:
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(RESPONDER,), on="2026-05-09"))

    assert event(data, "lm_pfs") == ("censored", 59)


def test_medians_and_rates_of_a_trial_and_its_arms(endpoints: Endpoints) -> None:
    everybody = (RESPONDER, LOST, EARLY_DEATH, CONFIRMED)
    data = data_of(endpoints("--trial", TRIAL, "--by-arm", "--json", patients=everybody))

    whole = survival(data, "os")
    assert (whole["patients"], whole["events"], whole["censored"]) == (4, 2, 2)
    # At risk on day 87: 4 (the last examination of the confirmed suspicion); deaths on days 90 and 180.
    assert [(step["days"], step["at_risk"], step["survival"]) for step in whole["steps"] if step["events"]] == [
        (90, 3, 0.6667),
        (180, 1, 0),
    ]
    assert whole["median"] == {"days": 180, "months": 5.9}
    assert survival(data, "os", "photons")["events"] == 1
    assert survival(data, "dor")["patients"] == 1

    rates = {response["group"]: response for response in data["responses"]}
    assert rates["all"]["best_response"] == {"CR": 0, "PR": 1, "SD": 1, "PD": 1, "NE": 1}
    assert rates["all"]["intention_to_treat"] == {"orr_percent": 25.0, "dcr_percent": 50.0, "denominator": 4}
    assert rates["all"]["evaluable"] == {"orr_percent": 33.3, "dcr_percent": 66.7, "denominator": 3}
    assert rates["protons"]["intention_to_treat"]["orr_percent"] == 100


def test_patients_who_lack_what_an_endpoint_needs_are_counted_apart(endpoints: Endpoints) -> None:
    never_assessed = patient("never assessed", start="2026-01-10", seen="2026-06-09")
    data = data_of(endpoints("--trial", TRIAL, "--json", patients=(never_assessed, LOST)))

    assert (survival(data, "lm_pfs")["patients"], survival(data, "lm_pfs")["not_evaluable"]) == (1, 1)
    assert survival(data, "os")["patients"] == 2


def test_the_report_is_written_as_data_tables_and_figures(endpoints: Endpoints, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    result = endpoints("--trial", TRIAL, "--out", str(folder), patients=(RESPONDER, LOST))

    assert result.exit_code == 0
    assert json.loads((folder / "endpoints.json").read_text())["patients"] == 2
    with (folder / "events.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["endpoint"], row["days"]) for row in rows if row["event"] == "death"] == [("os", "180")]
    with (folder / "curves.csv").open(newline="") as file:
        assert {row["endpoint"] for row in csv.DictReader(file)} == {"os", "pfs", "cns_pfs", "lm_pfs", "dor"}
    for name in ("os", "pfs", "cns_pfs", "lm_pfs", "dor"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_text_names_medians_rates_and_who_is_left_out(endpoints: Endpoints) -> None:
    some_day = patient("some day", start="2026-02")
    text = endpoints("--trial", TRIAL, patients=(RESPONDER, LOST, some_day)).stdout

    assert f"{TRIAL}, as of {ON}: 2 patients, 1 more without a start" in text
    assert "date precision" in text
    assert "intention to treat (n = 2): ORR 50.0 %, DCR 100.0 %" in text
    assert "5.9 (" in text


def test_all_is_every_course_of_treatment_whatever_the_trial(endpoints: Endpoints) -> None:
    elsewhere = patient("elsewhere", start="2026-01-10", trial="NCT02886585")
    data = data_of(endpoints("--all", "--json", patients=(LOST, elsewhere)))

    assert (data["study"], data["patients"]) == (None, 2)


def test_an_empty_cohort_has_its_exit_code(endpoints: Endpoints) -> None:
    assert endpoints("--trial", TRIAL).exit_code == 4


@pytest.mark.parametrize("arguments", [(), ("--all", "--trial", TRIAL), ("--all", "--on", "May")])
def test_a_command_line_that_asks_for_no_cohort_is_refused(arguments: tuple[str, ...]) -> None:
    assert _invoke("endpoints", *arguments).exit_code == 2
