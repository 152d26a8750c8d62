"""The hospital's FHIR server in the tests: HAPI FHIR JPA (R4), which can be made to fail as servers do.

``python -m tests.peers.hapi_server --port 8090 [--package FILE] …`` runs one until it is interrupted (``--help``).
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from tests.peers.maven_build import CannotBuildError, built, java, scratch_folder
from tests.service_process import resident_mib

PROJECT = Path(__file__).parent / "java" / "fhir-server"
START_SECONDS = 240


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """How the server fails: the share of writes refused with 503, and of writes done whose answer is lost."""

    fail_rate: float = 0.0
    lose_response_rate: float = 0.0
    latency_ms: int = 0
    seed: int = 7


@dataclass(kw_only=True)
class HapiServer:
    """One server on loopback. ``folder`` holds its log and, unless ``jdbc`` names a database, its data (H2)."""

    port: int
    folder: Path
    jdbc: str | None = None
    db_user: str = "sa"
    trouble: Trouble = Trouble()
    require_token: str = ""
    packages: tuple[Path, ...] = ()
    validate_requests: bool = False
    heap: str = "1500m"
    optimising: bool = False
    cores: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def start(self) -> "HapiServer":
        """Returns when the server answers; raises RuntimeError with the end of its log when it does not come up."""
        self.folder.mkdir(parents=True, exist_ok=True)
        build = built(PROJECT, "package", _archive_classes)
        self.process = _launch(self, build)
        if not _answers_in_time(self):
            self.kill()
            raise RuntimeError(f"the FHIR server did not come up:\n{self.log()[-3000:]}")
        return self

    def stop(self) -> None:
        """Ends it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power failure would."""
        self._end(signal.SIGKILL)

    def restart(self, trouble: Trouble | None = None) -> "HapiServer":
        """Stops and starts with the same data, from now on failing as ``trouble`` says, if given."""
        self.stop()
        self.trouble = trouble or self.trouble
        return self.start()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def resident_mib(self) -> float:
        """Memory in use."""
        assert self.process
        return resident_mib(self.process.pid)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _launch(server: HapiServer, build: Path, *first: str) -> subprocess.Popen[bytes]:
    # with a write delay of 0 a commit is on the disk before its answer is sent
    file = f"jdbc:h2:file:{server.folder.resolve()}/fhir;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
    options = {
        "host": "127.0.0.1",
        "port": server.port,
        "jdbc": server.jdbc or file,
        "db_user": server.db_user,
        "db_password": "",
        "packages": [str(path.resolve()) for path in server.packages],
        "validate_requests": server.validate_requests,
        "enforce_references": False,
        "subscriptions": False,
        "require_token": server.require_token,
        **asdict(server.trouble),
    }
    options_file = server.folder / "options.json"  # a file, so that no token shows in the process list
    options_file.touch(mode=0o600)
    options_file.write_text(json.dumps(options))
    # its defaults start faster; what serves a benchmark is compiled as a production server would be
    compiler = ["-XX:+UseParallelGC"] if server.optimising else ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    archive = build / "classes.jsa"
    sharing = [f"-XX:SharedArchiveFile={archive}"] if archive.exists() else []
    pinned = ["taskset", "-c", server.cores] if server.cores else []
    command = [
        *pinned, java(), f"-Xmx{server.heap}", "-XX:+ExitOnOutOfMemoryError", *compiler, *sharing, *first,
        "-Xlog:cds*=off", "-Dfile.encoding=UTF-8", "-Duser.timezone=UTC",
        "-jar", str(build / "fhir-server.jar"), str(options_file),
    ]  # fmt: skip
    with (server.folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=server.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _answers_in_time(server: HapiServer) -> bool:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=60) as client:
        while server.process and server.process.poll() is None and time.monotonic() < deadline:
            try:
                if client.get(f"{server.base_url}/metadata", params={"_summary": "true"}).status_code == 200:
                    return True
            except httpx.HTTPError:
                time.sleep(0.2)
    return False


def _archive_classes(build: Path) -> None:
    """Starts the server once and keeps its parsed classes (class data sharing), which later starts then only map."""
    with scratch_folder() as folder:
        server = HapiServer(port=free_port(), folder=Path(folder))
        server.process = _launch(server, build, f"-XX:ArchiveClassesAtExit={build / 'classes.jsa'}")
        if not _answers_in_time(server):
            server.kill()
            raise CannotBuildError(f"the FHIR server was built, but does not start:\n{server.log()[-3000:]}")
        server.process.terminate()
        server.process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, default=None, help="keep the data in this folder")
    parser.add_argument("--fail-rate", type=float, default=0.0, help="share of writes answered by 503")
    parser.add_argument("--lose-response-rate", type=float, default=0.0, help="share of writes done, the answer lost")
    parser.add_argument("--require-token", default="", help="401 without this bearer token")
    parser.add_argument("--package", type=Path, action="append", default=[], help="install a FHIR package (.tgz)")
    parser.add_argument(
        "--validate-requests", action="store_true", help="422 for what violates R4 or a claimed profile"
    )
    options = parser.parse_args()
    trouble = Trouble(fail_rate=options.fail_rate, lose_response_rate=options.lose_response_rate)
    with scratch_folder() as scratch:
        server = HapiServer(
            port=options.port,
            folder=options.data or Path(scratch),
            trouble=trouble,
            require_token=options.require_token,
            packages=tuple(options.package),
            validate_requests=options.validate_requests,
        ).start()
        print(server.base_url, flush=True)
        try:
            assert server.process
            os.waitpid(server.process.pid, 0)
        except KeyboardInterrupt:
            server.stop()


if __name__ == "__main__":
    main()
