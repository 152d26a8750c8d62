"""Looking into the database: receipts, outbox, unmapped codes, kinds of facts."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer

from leptobridge.api.administration import outbox_data, receipt_data, unmapped_data
from leptobridge.chart.catalogue import CatalogueEntry, catalogue
from leptobridge.chart.mappings import load_mappings
from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError, failures_shown
from leptobridge.cli.options import AsJson, DatabaseUrl, Limit, SettingsFile, fact_reader, opened_database, settings_for
from leptobridge.cli.output import print_json, print_table
from leptobridge.evaluation.unmapped_terms import unmapped_terms
from leptobridge.store import outbox
from leptobridge.store.receipts import ReceiptStatus, latest_receipts, read_receipt

receipts_app = typer.Typer(no_args_is_help=True, help="Messages as they came, and what became of them.")
outbox_app = typer.Typer(no_args_is_help=True, help="Results on their way to the EHR.")
mappings_app = typer.Typer(no_args_is_help=True, help="What is mapped to facts, and what is not.")
facts_app = typer.Typer(no_args_is_help=True, help="The catalogue of facts.")

_RECEIPT_STATES = ("stored", "partial", "rejected")
_OUTBOX_STATES = ("pending", "claimed", "delivered", "parked", "superseded")


@receipts_app.command("list")
def list_receipts(
    status: Annotated[str | None, typer.Option(help=f"only those that are {', '.join(_RECEIPT_STATES)}")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Print the latest messages, newest first."""
    with failures_shown():
        wanted: ReceiptStatus | None = _one_of(status, _RECEIPT_STATES, "--status")
        with opened_database(settings_for(settings, database)) as opened, opened.reading() as session:
            rows = [receipt_data(receipt) for receipt in latest_receipts(session, status=wanted, limit=limit)]
        if as_json:
            print_json(rows)
            return
        columns = ("received_at", "id", "sender", "channel", "request", "size", "status", "answer_status")
        print_table(columns, rows, "No messages have come.")


@receipts_app.command("show")
def show_receipt(
    receipt_id: Annotated[str, typer.Argument(metavar="ID", help="id of the receipt, see receipts list")],
    body: Annotated[bool, typer.Option("--body", help="the bytes as received instead")] = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Print one message: what came, what was answered, and with --body the very bytes."""
    with failures_shown():
        with opened_database(settings_for(settings, database)) as opened, opened.reading() as session:
            receipt = read_receipt(session, receipt_id)
            if receipt is None:
                raise CommandError("there is no such receipt", ExitCode.NOT_FOUND)
            data = receipt_data(receipt) | {"answer": _parsed(receipt.answer_body)}
            content = bytes(receipt.body)
        if body:
            typer.get_binary_stream("stdout").write(content)
        else:
            print_json(data)


@outbox_app.command("list")
def list_outbox(
    state: Annotated[str | None, typer.Option(help=f"only those that are {', '.join(_OUTBOX_STATES)}")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Print the results on their way, newest first; parked ones wait for a person, with the EHR's answer (--json)."""
    with failures_shown():
        wanted = _one_of(state, _OUTBOX_STATES, "--state")
        with opened_database(settings_for(settings, database)) as opened, opened.reading() as session:
            rows = [outbox_data(row) for row in outbox.list_rows(session, state=wanted, limit=limit)]
            counts = outbox.counts(session)
        if as_json:
            print_json({"counts": counts, "rows": rows})
            return
        columns = (
            "id",
            "state",
            "observation_id",
            "version",
            "attempts",
            "next_attempt_at",
            "last_status",
            "ehr_reference",
        )
        print_table(columns, rows, "The outbox is empty.")
        if counts:
            typer.echo(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))


@outbox_app.command("retry")
def retry_outbox(
    row_ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="rows to send again")] = None,
    every: Annotated[bool, typer.Option("--all", help="every parked row")] = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Send parked results again, once what the EHR refused has been mended."""
    with failures_shown():
        if not row_ids and not every:
            raise CommandError("name rows, or say --all", ExitCode.USAGE)
        with opened_database(settings_for(settings, database)) as opened:
            now = datetime.now(UTC)
            with opened.transaction() as session:
                parked = {row.id for row in outbox.list_rows(session, state="parked", limit=100_000)}
                wanted = [row_id for row_id in parked if row_id is not None] if every else list(row_ids or ())
                unknown = [row_id for row_id in wanted if row_id not in parked]
                for row_id in wanted:
                    if row_id in parked:
                        outbox.release(session, row_id, now=now)
        typer.echo(f"{len(wanted) - len(unknown)} will be sent again")
        if unknown:
            raise CommandError(f"not parked: {', '.join(map(str, unknown))}", ExitCode.NOT_FOUND)


@mappings_app.command("unmapped")
def show_unmapped(
    limit: Limit = 200, as_json: AsJson = False, database: DatabaseUrl = None, settings: SettingsFile = None
) -> None:
    """Print codes and words that no mapping holds, the most frequent first, each with its first receipt."""
    with failures_shown():
        chosen = settings_for(settings, database)
        with opened_database(chosen) as opened, opened.reading() as session:
            rows = [unmapped_data(term) for term in unmapped_terms(session, fact_reader(chosen), limit=limit)]
        if as_json:
            print_json(rows)
            return
        print_table(("count", "kind", "system", "value", "first_receipt"), rows, "Everything that came is mapped.")


@facts_app.command("kinds")
def show_kinds(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Print the catalogue of fact kinds: item, value type, canonical unit, allowed values, section of the reference."""
    with failures_shown():
        entries = catalogue(load_mappings(settings_for(settings, None).mappings))
        rows = [_kind(entry) for entry in entries]
        if as_json:
            print_json(rows)
            return
        shown = [row | {"values": " ".join(row["values"])} for row in rows]
        print_table(("kind", "item", "value_type", "unit", "section", "values", "description"), shown, "No kinds.")


def _kind(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "item": entry.item,
        "value_type": entry.value_type,
        "unit": entry.unit,
        "values": list(entry.values),
        "section": entry.section,
        "description": entry.description,
    }


def _one_of(value: str | None, allowed: tuple[str, ...], option: str) -> Any:
    if value is not None and value not in allowed:
        raise CommandError(f"{option} is one of {', '.join(allowed)}", ExitCode.USAGE)
    return value


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        return None
