"""Charts that nobody generated: the demo's patients, and published mCODE patients where they lie beside the clone."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from leptobridge.cli.exit_codes import ExitCode

REPOSITORY = Path(__file__).resolve().parents[1]
DEMO_BUNDLES = sorted((REPOSITORY / "service" / "leptobridge" / "demo" / "patients").glob("*.json"))
MCODE_BUNDLES = sorted((REPOSITORY.parent / "shared" / "data" / "mcode").glob("*.json"))


def leptobridge(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end, as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "leptobridge", *arguments], env=os.environ | {"LEPTOBRIDGE_DATABASE": database},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def import_files(paths: Sequence[Path], database: str) -> None:
    """``leptobridge import`` of files to its end; the report may name entries that are kept without facts."""
    done = leptobridge("import", *map(str, paths), database=database)
    ended_well = done.returncode in (ExitCode.DONE, ExitCode.WITH_ISSUES)
    assert ended_well, f"import failed ({done.returncode}):\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
