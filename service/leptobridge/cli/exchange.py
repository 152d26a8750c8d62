"""``leptobridge import`` and ``leptobridge pull``: what is taken in from files and from an EHR."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer

from leptobridge.api.settings import Settings
from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import failures_shown
from leptobridge.cli.hospital import TIMEOUT, Hospital
from leptobridge.cli.import_files import ImportReport, files_of, messages_of, note_answer
from leptobridge.cli.options import AsJson, DatabaseUrl, SettingsFile, opened_database, settings_for
from leptobridge.cli.output import print_json
from leptobridge.cli.pull_plan import PullPlan, PullReport, first_plan, pull
from leptobridge.intake.accept import accept_bundle
from leptobridge.intake.answer import FHIR_JSON, Answer
from leptobridge.store.database import Database
from leptobridge.store.pull_progress import forget_progress, keep_progress, read_progress
from leptobridge.store.receipts import Channel

#: Faults printed before the report stops listing them.
MOST_LINES = 200


def import_paths(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="files (.json, .ndjson, .jsonl) or folders")],
    *,
    sender: Annotated[str | None, typer.Option(help="name of the sender [default: from the entries' fullUrl]")] = None,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Take in Bundles of any type, single resources and NDJSON of either, entry by entry, and print a report.

    Nothing is all-or-nothing here: what fails the structural check is kept with its issues and gives no facts, what
    cannot be kept is refused, and everything else stands. Patients become due; a running service, or leptobridge
    evaluate, evaluates them. The same file again changes nothing. Exit code 3 where anything was refused or kept with
    issues.
    """
    with failures_shown():
        chosen = settings_for(settings, database)
        files = files_of(paths)
        report = ImportReport()
        with opened_database(chosen) as opened:
            for file in files:
                for message in messages_of(file):
                    answer = _accept(opened, message.body, sender=sender, channel="import", settings=chosen)
                    note_answer(report, message, answer)
        _print_import(report, len(files), as_json)
        raise typer.Exit(int(report.exit_code))


def pull_from(
    *,
    ehr: Annotated[str, typer.Option("--from", metavar="EHR_URL", help="FHIR base of the EHR, https://host/fhir")],
    patients: Annotated[
        list[str] | None, typer.Option("--patient", metavar="ID", help="only this patient; may be repeated")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN", envvar="LEPTOBRIDGE_EHR_TOKEN", show_envvar=True, help="bearer token for the EHR"
        ),
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="begin anew instead of continuing")] = False,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Read charts from an EHR: Patient/$everything, or searches by patient where the EHR has no such operation.

    Pages are followed to their end; a busy EHR is asked again later. Progress is kept in the database: the same command
    continues where an interrupted one stopped. What has not changed since the last pull changes nothing here. Exit code
    3 where a page or part of it was refused, 4 where a patient named is not there.
    """
    with failures_shown():
        chosen = settings_for(settings, database)
        source = ehr.rstrip("/")
        names = [name.removeprefix("Patient/") for name in patients or []]
        request = " ".join(sorted(set(names)))
        secret = token or (chosen.ehr_token.get_secret_value() if chosen.ehr_token else None)
        with opened_database(chosen) as opened, _client(secret) as http:
            plan = first_plan(names) if restart else _kept_plan(opened, source, request) or first_plan(names)
            report = PullReport()
            pull(
                Hospital(source, http),
                plan,
                take_in=lambda page: _is_taken(_accept(opened, page, sender=source, channel="pull", settings=chosen)),
                keep=lambda left: _keep_plan(opened, source, request, left),
                report=report,
            )
        _print_pull(report, as_json)
        if report.refused:
            raise typer.Exit(int(ExitCode.WITH_ISSUES))
        if report.missing and names:
            raise typer.Exit(int(ExitCode.NOT_FOUND))


def _accept(
    database: Database,
    body: bytes,
    *,
    sender: str | None,
    channel: Channel,
    settings: Settings,
) -> Answer:
    return accept_bundle(
        database,
        body,
        sender=sender,
        content_type=FHIR_JSON,
        channel=channel,
        now=datetime.now(UTC),
        settings=settings.intake_settings(),
    )


def _is_taken(answer: Answer) -> bool:
    """Whether a page was accepted with all that is in it."""
    if answer.status >= 400:
        return False
    responses = [entry.get("response", {}) for entry in answer.data().get("entry", [])]
    return not any(str(response.get("status", "")).startswith(("4", "5")) for response in responses)


def _client(token: str | None) -> httpx.Client:
    headers = {"Accept": FHIR_JSON, "Cache-Control": "no-cache"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=False)


def _kept_plan(database: Database, source: str, request: str) -> PullPlan | None:
    with database.reading() as session:
        text = read_progress(session, source, request)
    return msgspec.json.decode(text, type=PullPlan) if text else None


def _keep_plan(database: Database, source: str, request: str, plan: PullPlan) -> None:
    if plan.is_finished:
        database.run(lambda session: forget_progress(session, source, request))
    else:
        text = msgspec.json.encode(plan).decode()
        database.run(lambda session: keep_progress(session, source, request, text, datetime.now(UTC)))


def _print_import(report: ImportReport, files: int, as_json: bool) -> None:
    if as_json:
        print_json({"files": files} | report.data())
        return
    for line in report.lines[:MOST_LINES]:
        typer.echo(line, err=True)
    if len(report.lines) > MOST_LINES:
        typer.echo(f"... and {len(report.lines) - MOST_LINES} more (--json lists all)", err=True)
    typer.echo(
        f"{files} files, {report.messages} messages ({report.repeated} known already), {report.entries} entries: "
        f"{report.stored} stored, {report.kept} kept with issues and without facts, {report.refused} refused; "
        f"{report.rejected} messages rejected as a whole"
    )


def _print_pull(report: PullReport, as_json: bool) -> None:
    if as_json:
        print_json({name: getattr(report, name) for name in ("patients", "pages", "entries", "missing", "refused")})
        return
    typer.echo(
        f"{report.patients} patients, {report.pages} pages, {report.entries} resources; "
        f"{report.missing} patients not found, {report.refused} pages not taken in whole (leptobridge receipts list)"
    )
