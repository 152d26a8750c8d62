"""The command ``leptobridge``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from leptobridge import __version__
from leptobridge.api.logs import configure_logs
from leptobridge.cli.endpoints import show_endpoints
from leptobridge.cli.exchange import import_paths, pull_from
from leptobridge.cli.exit_codes import MEANINGS
from leptobridge.cli.failure import failures_shown
from leptobridge.cli.options import DatabaseUrl, SettingsFile, fact_reader, opened_database, settings_for
from leptobridge.cli.patient import show_patient
from leptobridge.cli.records import facts_app, mappings_app, outbox_app, receipts_app
from leptobridge.cli.rules import rules_app
from leptobridge.cli.serve import serve
from leptobridge.cli.validate import validate
from leptobridge.evaluation.run import evaluate_due
from leptobridge.trials.library_files import LIBRARY, load_trials

_HELP = (
    "From a hospital's EHR to the trials for leptomeningeal metastasis, and back.\n\n"
    "Settings come from the command line, else from LEPTOBRIDGE_... in the environment, else from a TOML file "
    "(--settings or LEPTOBRIDGE_SETTINGS).\n\n"
    "Exit codes: " + "; ".join(f"{int(code)} {meaning}" for code, meaning in MEANINGS.items()) + "."
)

app = typer.Typer(
    name="leptobridge",
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def leptobridge(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version and end")
    ] = False,
) -> None:
    """Common options."""


def evaluate(database: DatabaseUrl = None, settings: SettingsFile = None) -> None:
    """Evaluate every patient who is due now, once, and end: for an installation whose server does not evaluate.

    Results are stored as Observations; with an EHR in the settings (LEPTOBRIDGE_EHR) they also go to the outbox, from
    which a running service delivers them.
    """
    with failures_shown():
        chosen = settings_for(settings, database)
        configure_logs("warning")
        trials, reader = load_trials(chosen.trials or LIBRARY), fact_reader(chosen)
        evaluated = 0
        with opened_database(chosen) as opened:
            while claimed := evaluate_due(opened, trials, reader, now=datetime.now(UTC), destination=chosen.ehr):
                evaluated += claimed
        typer.echo(f"{evaluated} patients evaluated")


def demo(
    serve_on: Annotated[bool, typer.Option("--serve", help="stay up for browsing until Ctrl-C")] = False,
) -> None:
    """Show the main job: a hospital and the service on this machine, charts in, results back, one page per patient.

    Everything happens in a temporary folder on the loopback interface and is gone at the end.
    """
    from leptobridge.demo.run import run_demo  # noqa: PLC0415 - the demonstration is loaded only where it is shown

    with failures_shown():
        raise typer.Exit(run_demo(serve_on))


app.command("serve")(serve)
app.command("import")(import_paths)
app.command("pull")(pull_from)
app.command("patient")(show_patient)
app.command("evaluate")(evaluate)
app.command("endpoints")(show_endpoints)
app.command("validate")(validate)
app.command("demo")(demo)
app.add_typer(facts_app, name="facts")
app.add_typer(mappings_app, name="mappings")
app.add_typer(outbox_app, name="outbox")
app.add_typer(receipts_app, name="receipts")
app.add_typer(rules_app, name="rules")
