"""Speed of the rule sets: one decision inside the process, and the rule service against an empty route of its server.

The server gets one core, the client the other; the requests take turns, several rounds, and the median counts. Rates
are per second of the server's own processor time, so that other work on the machine does not disturb them. Only the
ratio compares with another machine.

    python -m benchmarks.rules [--calls 3000] [--seconds 2] [--rounds 3] [--connections 8]
"""

import argparse
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.app import create_app
from leptobridge.api.logs import configure_logs
from leptobridge.api.settings import Settings
from leptobridge.cli.serve import calm_collector
from leptobridge.clinical.catalogue import SYSTEMS
from tests.peers.hapi_server import free_port

EXAMPLES = Path(__file__).resolve().parents[1] / "tests" / "clinical" / "interface_examples.json"
SERVER_CORE, CLIENT_CORE = 0, 1
#: Microseconds inside the process that no decision may reach; share of the empty route's rate that each has to reach.
LIMIT_MICROSECONDS = 50
LEAST_SHARE = 0.5
#: Over HTTP: a small request, usual ones, and the slowest decision.
SAMPLE = frozenset({"follow_up", "recist_1_1", "eano_esmo_classification", "lm_comp_1", "csf_state", "rano_bm_course"})


@dataclass(frozen=True)
class Case:
    """One request of the interface's examples."""

    system: str
    body: bytes


def cases() -> list[Case]:
    """One request for every rule set."""
    examples: list[Mapping[str, Any]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return [Case(example["system"], json.dumps(example["inputs"]).encode()) for example in examples]


def median_microseconds(case: Case, calls: int) -> float:
    """Median time of ``decide`` on ready inputs."""
    system = SYSTEMS[case.system]
    inputs = system.parse(case.body)
    times = []
    for _ in range(calls):
        begin = time.perf_counter_ns()
        system.decide(inputs)
        times.append(time.perf_counter_ns() - begin)
    return statistics.median(times) / 1000


def serve(port: int) -> None:
    """The service on its core, as ``leptobridge serve`` runs it, with an empty route before all others."""
    os.sched_setaffinity(0, {SERVER_CORE})
    configure_logs("info")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(database=f"sqlite:///{folder}/rules.db", evaluation=False, delivery=False))
        app.add_api_route("/empty", empty, methods=["POST"], response_model=None)
        app.router.routes.insert(0, app.router.routes.pop())
        calm_collector()
        uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None)


async def empty(request: Request) -> Response:
    """Reads the body and answers with nothing."""
    await request.body()
    return Response()


@contextmanager
def running_server() -> Iterator[tuple[int, int]]:
    """Port and process id of a server of its own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.rules", "--serve", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not _listens(port):
                if server.poll() is not None:
                    raise SystemExit("the server did not start")
                time.sleep(0.05)
            yield port, server.pid
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


class Client:
    """One connection, which waits for its answer before it asks again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self._request = request
        self._received = b""

    def ask(self) -> None:
        self._received = b""
        self.socket.sendall(self._request)

    def has_answer(self) -> bool:
        """Reads what has come; whether the answer is complete. Anything but 200 ends the measurement."""
        self._received += self.socket.recv(65536)
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"not answered: {self._received[:200]!r}")
        return len(body) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])


def processor_seconds(process_id: int) -> float:
    """Processor time that a process has used so far (proc(5), fields utime and stime)."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def requests_per_second(server: tuple[int, int], path: str, body: bytes, connections: int, seconds: float) -> float:
    """Rate at which the server answers ``connections`` clients, per second of its processor time."""
    port, process_id = server
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    clients = [Client(port, head.encode() + body) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.ask()
        answered, used, end = 0, processor_seconds(process_id), time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _ in selector.select(1):
                if key.data.has_answer():
                    answered += 1
                    key.data.ask()
    for client in clients:
        client.socket.close()
    return answered / (processor_seconds(process_id) - used)


def main() -> None:
    """Measures both, prints a line per rule set, and ends with exit code 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3000, help="calls of each decision")
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement over HTTP")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    os.sched_setaffinity(0, {CLIENT_CORE})
    within = _print_decisions(arguments.calls)
    enough = _print_rates(arguments.seconds, arguments.rounds, arguments.connections)
    sys.exit(not (within and enough))


def _print_decisions(calls: int) -> bool:
    rows = sorted(((median_microseconds(case, calls), case.system) for case in cases()), reverse=True)
    print(f"one decision inside the process, median of {calls} calls, microseconds (limit {LIMIT_MICROSECONDS})")
    for microseconds, system in rows:
        print(f"  {system:34}{microseconds:8.1f}")
    print(f"slowest: {rows[0][1]}, {rows[0][0]:.1f}\n")
    return rows[0][0] < LIMIT_MICROSECONDS


def _print_rates(seconds: float, rounds: int, connections: int) -> bool:
    sample = [case for case in cases() if case.system in SAMPLE]
    paths = {"/empty": b"{}"} | {f"/rules/{case.system}": case.body for case in sample}
    rates: dict[str, list[float]] = {path: [] for path in paths}
    with running_server() as server:
        for path, body in paths.items():
            requests_per_second(server, path, body, connections, seconds / 5)
        for _ in range(rounds):
            for path, body in paths.items():
                rates[path].append(requests_per_second(server, path, body, connections, seconds))
    medians = {path: statistics.median(measured) for path, measured in rates.items()}
    print(
        f"requests per second of processor time, {connections} connections, median of {rounds} rounds of {seconds:g} s"
    )
    for path, rate in medians.items():
        print(f"  {path:34}{rate:8.0f}{rate / medians['/empty']:8.2f} of the empty route")
    return min(medians.values()) >= LEAST_SHARE * medians["/empty"]


if __name__ == "__main__":
    main()
