"""The command line in this process, on a database of each test's own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from leptobridge.cli.main import app
from leptobridge.store.database import Database


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    output: str
    errors: str

    def data(self) -> Any:
        return json.loads(self.output)


Run = Callable[..., Outcome]


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of the empty database that every command works on."""
    path = tmp_path / "leptobridge.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("LEPTOBRIDGE_DATABASE", f"sqlite:///{path}")
    return f"sqlite:///{path}"


@pytest.fixture
def opened(database: str) -> Any:
    """The same database, to look into."""
    store = Database.open(database)
    yield store
    store.close()


@pytest.fixture
def run(database: str) -> Run:
    def command(*arguments: str) -> Outcome:
        result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return command
