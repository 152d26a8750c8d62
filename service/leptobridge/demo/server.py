"""LeptoBridge servers as child processes: started on a free port, waited for, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ServerNotReadyError(RuntimeError):
    """A server did not come up; the text carries the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running LeptoBridge: its address, its database and its process."""

    name: str
    port: int
    database: str
    process: subprocess.Popen[bytes]

    @property
    def root(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def fhir(self) -> str:
        return f"{self.root}/fhir"


def free_port(preferred: int) -> int:
    """``preferred`` if nobody listens there, else a port that the system draws."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # As the server itself will bind: a port that is only waiting for its last packets is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


@contextmanager
def running_server(
    name: str, folder: Path, preferred_port: int, environment: Mapping[str, str], *options: str
) -> Iterator[Server]:
    """A server with its own SQLite file and log in ``folder``; stopped at the end, by force if need be.

    Raises ServerNotReadyError if ``/health`` does not answer 200 in time.
    """
    port = free_port(preferred_port)
    database = f"sqlite:///{folder / name}.db"
    command = [sys.executable, "-m", "leptobridge", "serve", "--host", HOST, "--port", str(port)]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("LEPTOBRIDGE_")}
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--database", database, *options],
            env={**inherited, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # An interrupt at the terminal reaches the demonstration, which then stops its servers in order.
            start_new_session=True,
        )
    server = Server(name, port, database, process)
    try:
        _wait_until_healthy(server, log)
        yield server
    finally:
        _stop(process)


def _wait_until_healthy(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx.get(f"{server.root}/health", timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServerNotReadyError(f"the {server.name} did not start:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
