"""Options that several commands share, and the settings that come of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from leptobridge.api.settings import Settings, load_settings
from leptobridge.chart.mappings import load_mappings
from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError
from leptobridge.evaluation.stored_facts import FactReader
from leptobridge.store.database import Database

SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="TOML file with settings [env: LEPTOBRIDGE_SETTINGS]"),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///path or postgresql://… [default: sqlite:///leptobridge.db; env: LEPTOBRIDGE_DATABASE]",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON data instead of text")]
AsOf = Annotated[str | None, typer.Option("--on", metavar="DATE", help="as of this day, YYYY-MM-DD [default: today]")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="most rows to print")]


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The database of the settings, migrated; closed at the end."""
    database = Database.open(settings.database)
    try:
        yield database
    finally:
        database.close()


def settings_for(file: Path | None, database: str | None) -> Settings:
    """The settings of a command that works on a database."""
    return load_settings(file, database=database)


def fact_reader(settings: Settings) -> FactReader:
    """How a command reads resources as facts."""
    return settings.fact_reader(load_mappings(settings.mappings))


def day_or_today(text: str | None) -> date:
    """The day of ``--on``."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError("--on takes a date as YYYY-MM-DD", ExitCode.USAGE) from None
