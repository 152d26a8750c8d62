"""Ingest of transaction bundles over HTTP, side by side with the naive stack (and a HAPI server with ``--hapi``).

Every server gets one core, the clients the other; the servers take turns within each scenario, several rounds, and the
median counts. Only ratios inside one table compare.

    python -m benchmarks.ingest [--seconds 4] [--rounds 3] [--clients 1 8 32] [--postgresql] [--hapi]
        [--with-evaluation]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.load import Measurement, Template, full_templates, measure, numbering, small_templates
from tests.peers.hapi_server import HapiServer, free_port
from tests.postgresql_cluster import PostgresqlServer, running_cluster
from tests.service_process import ServiceProcess, resident_mib

SYNTHEA = Path(__file__).resolve().parents[2] / "shared" / "data" / "synthea" / "bundles.ndjson"
SERVER_CORE, CLIENT_CORE = "0", 1


@dataclass(frozen=True)
class Contestant:
    """A running server."""

    name: str
    base_url: str
    process_id: int


@dataclass
class Row:
    """The rounds of one server in one scenario."""

    rounds: list[Measurement]
    rss_mib: float

    @property
    def resources_per_second(self) -> float:
        return statistics.median(measurement.resources_per_second for measurement in self.rounds)

    @property
    def generator_share(self) -> float:
        return statistics.median(measurement.generator_share for measurement in self.rounds)

    def percentile_ms(self, share: float) -> float:
        return statistics.median(measurement.percentile_ms(share) for measurement in self.rounds)

    @property
    def errors(self) -> list[str]:
        return [error for measurement in self.rounds for error in measurement.errors]


def main() -> None:
    options = _options()
    cores = SERVER_CORE if (os.cpu_count() or 1) > 1 else None
    if cores:
        os.sched_setaffinity(0, {CLIENT_CORE})
    kinds = {"small": small_templates()}
    if options.synthea.exists():
        kinds["full"] = full_templates(options.synthea)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leptobridge-bench-")))
        cluster = stack.enter_context(_unpinned_cluster()) if options.postgresql else None
        contestants = _start(stack, folder, cluster, cores, options)
        rows = _compare(contestants, kinds, options)
    _print_table(rows, kinds)
    if any(row.errors for row in rows.values()):
        sys.exit("some requests failed: the figures do not count")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="of one round (4)")
    parser.add_argument("--rounds", type=int, default=3, help="per server and scenario, interleaved (3)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--postgresql", action="store_true", help="a private PostgreSQL instead of SQLite")
    parser.add_argument("--hapi", action="store_true", help="with a HAPI FHIR JPA server (Java 17, Maven)")
    parser.add_argument("--with-evaluation", action="store_true", help="the service also evaluates what comes in")
    parser.add_argument("--synthea", type=Path, default=SYNTHEA, help="NDJSON with a full bundle a line")
    return parser.parse_args()


def _start(
    stack: ExitStack, folder: Path, cluster: PostgresqlServer | None, cores: str | None, options: argparse.Namespace
) -> list[Contestant]:
    def database(name: str) -> str:
        if cluster is None:
            return f"sqlite:///{folder}/{name}.db"
        cluster.create(name)
        return cluster.url(name)

    service = ServiceProcess(
        port=free_port(), database=database("leptobridge"), folder=folder / "service", cores=cores,
        settings={"evaluation": str(options.with_evaluation).lower(), "delivery": "false"},
    ).start()  # fmt: skip
    stack.callback(service.stop)
    assert service.process
    naive = stack.enter_context(_naive_stack(folder, database("naive"), cores))
    contestants = [Contestant("leptobridge", service.base_url, service.process.pid), naive]
    if options.hapi:
        jdbc = None
        if cluster is not None:
            cluster.create("hapi")
            jdbc = cluster.jdbc_url("hapi")
        hapi = HapiServer(
            port=free_port(), folder=folder / "hapi", jdbc=jdbc, db_user=cluster.user if cluster else "sa",
            optimising=True, cores=cores,
        ).start()  # fmt: skip
        stack.callback(hapi.kill)
        assert hapi.process
        contestants.append(Contestant("hapi", hapi.base_url, hapi.process.pid))
    return contestants


@contextmanager
def _unpinned_cluster() -> Iterator[PostgresqlServer]:
    """PostgreSQL uses whichever core is free, whatever this process is bound to."""
    pinned = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
    with running_cluster() as cluster:
        os.sched_setaffinity(0, pinned)
        yield cluster


@contextmanager
def _naive_stack(folder: Path, database: str, cores: str | None) -> Iterator[Contestant]:
    port = free_port()
    pinned = ["taskset", "-c", cores] if cores else []
    command = [sys.executable, "-m", "uvicorn", "benchmarks.naive_stack:app", "--port", str(port), "--no-access-log"]
    repository = Path(__file__).resolve().parents[1]
    with (folder / "naive.log").open("wb") as log:
        process = subprocess.Popen(
            [*pinned, *command], cwd=repository, env=os.environ | {"NAIVE_DATABASE": database}, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield Contestant("naive", f"http://127.0.0.1:{port}/fhir", process.pid)
    finally:
        process.kill()
        process.wait()


Scenario = tuple[str, int, str]  # kind of bundle, clients, server


def _compare(
    contestants: list[Contestant], kinds: dict[str, list[Template]], options: argparse.Namespace
) -> dict[Scenario, Row]:
    rows: dict[Scenario, Row] = {}
    numbers = numbering()
    for kind, templates in kinds.items():
        for clients in options.clients:
            for _ in range(options.rounds):
                for contestant in contestants:
                    measured = measure(contestant.base_url, templates, clients, options.seconds, numbers)
                    row = rows.setdefault((kind, clients, contestant.name), Row([], 0.0))
                    row.rounds.append(measured)
                    row.rss_mib = max(row.rss_mib, resident_mib(contestant.process_id))
            print(f"measured: {kind} bundles, {clients} clients", file=sys.stderr, flush=True)
    return rows


def _print_table(rows: dict[Scenario, Row], kinds: dict[str, list[Template]]) -> None:
    for kind, templates in kinds.items():
        mean = statistics.mean(template.entries for template in templates)
        print(f"\n{kind} bundles: {len(templates)} templates, {mean:.0f} entries on average")
    print(f"\n{'bundles':8}{'clients':>8}  {'server':12}{'resources/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'RSS MiB':>9}"
          f"{'x naive':>9}{'client core':>13}{'errors':>8}")  # fmt: skip
    for (kind, clients, name), row in rows.items():
        rate = row.resources_per_second
        naive = rows[kind, clients, "naive"].resources_per_second
        ratio = f"{rate / naive:.1f}" if naive else "-"
        print(
            f"{kind:8}{clients:8}  {name:12}{rate:12,.0f}{row.percentile_ms(0.5):9.1f}{row.percentile_ms(0.99):9.1f}"
            f"{row.rss_mib:9.0f}{ratio:>9}{row.generator_share:13.0%}{len(row.errors):8}"
        )
        if row.errors:
            print(f"    first error: {row.errors[0]}")


if __name__ == "__main__":
    main()
