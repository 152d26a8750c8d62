"""Builds a Java counterpart once, with Maven, into the user's cache folder; named after its sources."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

ATTEMPTS = 2  # a registry that does not answer in time may do so the next time


class CannotBuildError(Exception):
    """Java or Maven is missing or failed; the text says which."""


def built(project: Path, goal: str, finish: Callable[[Path], None]) -> Path:
    """The folder of the compiled ``project``; ``finish`` completes a fresh one before anybody else sees it.

    Two test processes may ask at once: one builds, the other waits.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leptobridge"
    folder = cache / f"{project.name}-{_digest(project)}"
    if (folder / "complete").exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{project.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _compile(project, goal, folder)
            finish(folder)
            (folder / "complete").touch()
    return folder


def java() -> str:
    """The Java program, version 17 or newer."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    if not found:
        raise CannotBuildError("Java 17 or newer is not installed (JAVA_HOME, PATH)")
    version = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', version)
    if not number or int(number[1]) < 17:
        raise CannotBuildError(f"Java 17 or newer is needed; {found} says: {version.strip()}")
    return found


def missing() -> str | None:
    """Why no Java counterpart can run here, or None."""
    try:
        java()
    except CannotBuildError as error:
        return str(error)
    return None if shutil.which("mvn") else "Maven (mvn) is not installed"


def _compile(project: Path, goal: str, folder: Path) -> None:
    java()
    maven = shutil.which("mvn")
    if not maven:
        raise CannotBuildError("Maven (mvn) is not installed")
    command = [maven, "-B", "-q", "-f", str(project / "pom.xml"), f"-Doutput.dir={folder}", goal]
    for _ in range(ATTEMPTS):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode == 0:
            return
    raise CannotBuildError(f"Maven could not build {project.name}:\n{done.stdout[-4000:]}")


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for what a build needs only while it runs."""
    return tempfile.TemporaryDirectory(prefix="leptobridge-build-")


def _digest(project: Path) -> str:
    digest = hashlib.sha256(str(Path(__file__).read_bytes()).encode())
    for file in sorted(path for path in project.rglob("*") if path.is_file() and "target" not in path.parts):
        digest.update(f"{file.relative_to(project)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
