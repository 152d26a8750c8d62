"""``leptobridge endpoints``: event tables, survival estimates and response rates of stored patients."""

from pathlib import Path
from typing import Annotated

import typer

from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError, failures_shown
from leptobridge.cli.options import (
    AsJson,
    AsOf,
    DatabaseUrl,
    SettingsFile,
    day_or_today,
    fact_reader,
    opened_database,
    settings_for,
)
from leptobridge.cli.output import print_json
from leptobridge.endpoints.cohort import read_cohort
from leptobridge.trials.library_files import LIBRARY, load_trials


def show_endpoints(
    *,
    trial: Annotated[str | None, typer.Option(metavar="ID", help="patients enrolled in this study")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="every patient with a course of LM treatment")] = False,
    by_arm: Annotated[bool, typer.Option("--by-arm", help="each arm beside everybody")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="also write endpoints.json, events.csv, curves.csv and a figure each"),
    ] = None,
    on: AsOf = None,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Print OS, PFS, CNS-PFS, LM-PFS and duration of response of a cohort: events, Kaplan-Meier medians with 95 %
    confidence intervals, and the response and control rate of the LM response.

    Computed now from the stored facts; nothing is stored. Needs the extra leptobridge[endpoints]. Exit code 4 where
    nobody is in the cohort.
    """
    with failures_shown():
        if everybody == (trial is not None):
            raise CommandError("either --trial ID or --all", ExitCode.USAGE)
        day = day_or_today(on)
        try:
            from leptobridge.endpoints.output_folder import write_folder  # noqa: PLC0415 - an extra, slow to load
            from leptobridge.endpoints.report import format_report, report, survivals  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is missing; install leptobridge[endpoints]") from None
        chosen = settings_for(settings, database)
        trials = load_trials(chosen.trials or LIBRARY)
        with opened_database(chosen) as opened:
            cohort = read_cohort(opened, trial, day, trials, fact_reader(chosen))
        if not cohort.participants and not cohort.not_placed:
            raise CommandError("nobody is in this cohort", ExitCode.NOT_FOUND)
        found = survivals(cohort, by_arm=by_arm)
        data = report(cohort, found, by_arm=by_arm)
        files = write_folder(out, data, found) if out is not None else []
        if as_json:
            print_json(data)
            return
        typer.echo(format_report(data))
        for file in files:
            typer.echo(f"written: {file}")
