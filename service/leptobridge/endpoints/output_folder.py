"""A cohort's report as files: data, tables and figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from leptobridge.endpoints.cohort import EVERYBODY
from leptobridge.endpoints.figure import draw_survival
from leptobridge.endpoints.participants import ENDPOINTS
from leptobridge.endpoints.report import Survival, curve_rows, write_csv


def write_folder(folder: Path, data: Mapping[str, Any], found: Sequence[Survival]) -> list[Path]:
    """Writes ``endpoints.json``, ``events.csv``, ``curves.csv`` and a PNG per endpoint; answers their paths.

    The figures show the primary analysis, of the arms where they were asked for, else of everybody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "endpoints.json"
    whole.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2))
    written = [whole]
    for name, rows in (("events.csv", data["table"]), ("curves.csv", curve_rows(data))):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            write_csv(rows, file)
        written.append(folder / name)
    whose = data["study"] or "all courses"
    for endpoint, title in ENDPOINTS.items():
        curves = {
            survival.group: survival.estimate
            for survival in found
            if survival.endpoint == endpoint and survival.analysis == "primary"
        }
        arms = {group: estimate for group, estimate in curves.items() if group != EVERYBODY}
        if curves[EVERYBODY].patients:
            file_ = folder / f"{endpoint}.png"
            draw_survival(f"{title}, {whose}, as of {data['on']}", arms or curves, file_)
            written.append(file_)
    return written
