"""JSON to a checked resource: the service's check beside fhir.resources R4B and the official validator, in one run.

``python -m benchmarks.validation [BUNDLES.ndjson] [--official]``: medians of interleaved rounds on one core, resources
a second from bytes to verdict, and ratios. The official engine (a warm JVM; some minutes) is measured if asked for.
"""

import argparse
import gc
import resource as process
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from fhir.resources.R4B import get_fhir_model_class

from leptobridge.fhir.structure import STRICT, check_resource
from leptobridge.fhir.validation.strictness import TOLERANT
from tests.peers.official_validator import Judge, running_judge

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "synthea" / "bundles.ndjson"
ROUNDS = 5
#: What the slow ones judge of the sample.
FOR_MODELS, FOR_OFFICIAL = 6, 12

_START_UP = """
import time, resource
start = time.perf_counter()
from leptobridge.fhir.structure import check_resource
check_resource({"resourceType": "Patient", "gender": "f"})
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def resources_of(path: Path) -> list[bytes]:
    """The resources of the bundles, each as its JSON text."""
    bundles = (orjson.loads(line) for line in path.read_bytes().splitlines())
    return [orjson.dumps(entry["resource"]) for bundle in bundles for entry in bundle["entry"]]


def rate(work: Callable[[bytes], Any], texts: Iterable[bytes]) -> float:
    """Texts a second of processor time."""
    listed = list(texts)
    start = time.process_time()
    for text in listed:
        work(text)
    return len(listed) / (time.process_time() - start)


def judge_model(text: bytes) -> None:
    """As fhir.resources does it."""
    data = orjson.loads(text)
    get_fhir_model_class(data["resourceType"]).model_validate(data)


def official_rate(judge: Judge, texts: list[bytes]) -> float:
    """Resources a second of the official engine, by the clock: its JVM is another process."""
    start = time.perf_counter()
    judge.findings(text.decode() for text in texts)
    return len(texts) / (time.perf_counter() - start)


def measure(texts: list[bytes], judge: Judge | None) -> dict[str, float]:
    """Medians by name."""
    works: dict[str, Callable[[], float]] = {
        "orjson alone": lambda: rate(orjson.loads, texts),
        "check, default strictness": lambda: rate(
            lambda text: check_resource(orjson.loads(text), None, TOLERANT), texts
        ),
        "check, strict": lambda: rate(lambda text: check_resource(orjson.loads(text), None, STRICT), texts),
        "fhir.resources R4B": lambda: rate(judge_model, texts[::FOR_MODELS]),
    }
    if judge is not None:
        works["official validator"] = lambda: official_rate(judge, texts[::FOR_OFFICIAL])
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(ROUNDS + 1):  # the first round warms up
        for name, work in works.items():
            found[name].append(work())
        if number == 0:  # as a service does once it has started
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 50)
    return {name: median(rates[1:]) for name, rates in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--official", action="store_true", help="measure the official validator, too")
    options = parser.parse_args()
    texts = resources_of(options.bundles)
    print(f"{len(texts)} resources, {sum(map(len, texts)) // len(texts)} bytes on average")
    if options.official:
        with running_judge() as judge:
            rates = measure(texts, judge)
    else:
        rates = measure(texts, None)
    ours = rates["check, default strictness"]
    for name, found in rates.items():
        print(f"{name:28} {found:10,.0f} resources/s   {ours / found:8.2f} times slower than ours")
    started = subprocess.run(
        [sys.executable, "-c", _START_UP], capture_output=True, text=True, check=True
    ).stdout.split()
    print(f"start-up with the first check {float(started[0]):.2f} s, {float(started[1]):.0f} MiB after it")
    print(f"RSS of this process {process.getrusage(process.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
