"""Files and folders as messages: Bundles, single resources, and NDJSON of either; the text goes in as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError
from leptobridge.intake.answer import Answer

SUFFIXES = (".json", ".ndjson", ".jsonl")
LINE_SUFFIXES = (".ndjson", ".jsonl")

#: Resources of an NDJSON file that go in together.
LINES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FileMessage:
    """One message of a file: ``place`` names it for the report, such as ``a.ndjson:17``."""

    place: str
    body: bytes


@dataclass(slots=True)
class ImportReport:
    """What became of everything: ``kept`` entries stand with issues and give no facts, ``refused`` do not stand.

    ``rejected`` messages were refused as a whole, ``repeated`` ones had come before. ``lines`` tell each fault.
    """

    messages: int = 0
    entries: int = 0
    stored: int = 0
    kept: int = 0
    refused: int = 0
    rejected: int = 0
    repeated: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> ExitCode:
        """WITH_ISSUES where anything was refused or kept with issues."""
        faulty = self.kept or self.refused or self.rejected
        return ExitCode.WITH_ISSUES if faulty else ExitCode.DONE

    def data(self) -> dict[str, Any]:
        """The report as JSON data."""
        names = ("messages", "entries", "stored", "kept", "refused", "rejected", "repeated")
        return {name: getattr(self, name) for name in names} | {"issues": self.lines}


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and of folders all below that look like FHIR JSON, sorted. Raises CommandError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in SUFFIXES)
        elif path.is_file():
            found.append(path)
        else:
            raise CommandError(f"no such file or folder: {path}", ExitCode.USAGE)
    return found


def messages_of(path: Path) -> Iterator[FileMessage]:
    """The messages of one file: itself, or of NDJSON its Bundles one by one and its resources in groups."""
    if path.suffix not in LINE_SUFFIXES:
        yield FileMessage(str(path), path.read_bytes())
        return
    group: list[bytes] = []
    first = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text:
                continue
            if not _is_plain_resource(text):
                yield FileMessage(f"{path}:{number}", text)
                continue
            first = first if group else number
            group.append(text)
            if len(group) == LINES_AT_ONCE:
                yield FileMessage(f"{path}:{first}", _as_collection(group))
                group = []
    if group:
        yield FileMessage(f"{path}:{first}", _as_collection(group))


def note_answer(report: ImportReport, message: FileMessage, answer: Answer) -> None:
    """Counts one answer and writes down its faults; they name elements and rules, never what a patient's data say."""
    report.messages += 1
    report.repeated += answer.repeated
    data = answer.data()
    if answer.status >= 400:
        report.rejected += 1
        report.lines += _lines(message.place, data)
        return
    for index, entry in enumerate(data.get("entry", [])):
        response = entry.get("response", {})
        outcome = response.get("outcome") or {}
        faulty = any(issue.get("severity") in ("error", "fatal") for issue in outcome.get("issue", []))
        report.entries += 1
        if str(response.get("status", "")).startswith(("4", "5")):
            report.refused += 1
            report.lines += _lines(f"{message.place} entry {index} refused", outcome)
        elif faulty:
            report.kept += 1
            report.lines += _lines(f"{message.place} entry {index} kept without facts", outcome)
        else:
            report.stored += 1


def _lines(place: str, outcome: Any) -> list[str]:
    return [
        f"{place}: {' '.join(issue.get('expression', []))} {issue.get('diagnostics', '')}".replace("  ", " ")
        for issue in (outcome or {}).get("issue", [])
        if issue.get("severity") in ("error", "fatal")
    ]


def _is_plain_resource(text: bytes) -> bool:
    """Whether a line may go in together with others; a Bundle or something unreadable goes in, and fails, alone."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(data, dict) and data.get("resourceType") not in (None, "Bundle")


def _as_collection(resources: list[bytes]) -> bytes:
    entries = b",".join(b'{"resource":' + resource + b"}" for resource in resources)
    return b'{"resourceType":"Bundle","type":"collection","entry":[' + entries + b"]}"
