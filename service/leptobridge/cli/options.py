"""Options that several commands share, and the settings that come of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from leptobridge.api.settings import Settings, load_settings
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
