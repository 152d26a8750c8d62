"""Printing rows and data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import typer


def print_json(data: Any) -> None:
    """Indented JSON on standard output."""
    typer.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2, default=str).decode())


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], nothing: str) -> None:
    """Columns under their names, as wide as what stands in them; ``nothing`` is said where there are no rows."""
    cells = [["" if row.get(column) is None else str(row[column]) for column in columns] for row in rows]
    if not cells:
        typer.echo(nothing)
        return
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    for line in [list(columns), *cells]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
