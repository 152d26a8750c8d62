"""The load: bundles that no server has seen before, sent by clients that each wait for their answer."""

import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.population import population

NUMBER = "@NUMBER@"


@dataclass(frozen=True)
class Template:
    """A transaction bundle whose patient identifiers hold a placeholder, so that every copy is another patient."""

    text: bytes
    entries: int

    def body(self, number: int) -> bytes:
        return self.text.replace(NUMBER.encode(), b"%08d" % number)


@dataclass
class Measurement:
    """What the clients saw of one server."""

    seconds: float = 0.0
    resources: int = 0
    errors: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    generator_share: float = 0.0

    @property
    def resources_per_second(self) -> float:
        return self.resources / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")


def small_templates(entries: int = 20, count: int = 60) -> list[Template]:
    """Charts of synthetic patients, cut to ``entries`` entries (specimens and what refers to them stay together)."""
    templates = []
    for patient in population(4 * count, seed=9):
        kept = patient.bundle["entry"][:entries]
        urls = {entry["fullUrl"] for entry in kept}
        whole = all(entry["resource"].get("specimen", {}).get("reference", "") in urls | {""} for entry in kept)
        if len(kept) == entries and whole:
            templates.append(_template({**patient.bundle, "entry": kept}))
    return templates[:count]


def full_templates(ndjson: Path) -> list[Template]:
    """Synthea's transaction bundles, from a file with one bundle a line."""
    with ndjson.open(encoding="utf-8") as lines:
        return [_template(json.loads(line)) for line in lines if line.strip()]


def _template(bundle: dict[str, object]) -> Template:
    entries = bundle["entry"]
    assert isinstance(entries, list)
    text = json.dumps(bundle, ensure_ascii=False)
    for entry in entries:
        if entry["resource"]["resourceType"] == "Patient":
            for identifier in entry["resource"]["identifier"]:
                text = text.replace(identifier["value"], identifier["value"] + NUMBER)
    return Template(text.replace(NUMBER + NUMBER, NUMBER).encode(), len(entries))


def measure(
    base_url: str, templates: list[Template], clients: int, seconds: float, numbers: Iterator[int]
) -> Measurement:
    """``clients`` threads post for ``seconds``; a first fifth more warms up and is not counted."""
    crowd = _Crowd(base_url, templates, numbers, begin=time.perf_counter() + seconds / 5, seconds=seconds)
    threads = [threading.Thread(target=crowd.post, args=(seat,)) for seat in range(clients)]
    used, started = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowd.result.generator_share = (time.process_time() - used) / (time.perf_counter() - started)
    return crowd.result


class _Crowd:
    """The clients of one measurement, and what they saw."""

    def __init__(
        self, base_url: str, templates: list[Template], numbers: Iterator[int], *, begin: float, seconds: float
    ) -> None:
        self.host, _, self.path = base_url.removeprefix("http://").partition("/")
        self.templates = templates
        self.numbers = numbers
        self.begin, self.end = begin, begin + seconds
        self.lock = threading.Lock()
        self.result = Measurement()

    def post(self, seat: int) -> None:
        """One client: the next bundle when the last one is answered."""
        connection = http.client.HTTPConnection(self.host, timeout=120)
        choice = random.Random(seat)
        while time.perf_counter() < self.end:
            template = choice.choice(self.templates)
            with self.lock:
                number = next(self.numbers)
            body = template.body(number)
            sent = time.perf_counter()
            error = self._send(connection, body)
            self._note(template, sent, time.perf_counter(), error)
        connection.close()

    def _send(self, connection: http.client.HTTPConnection, body: bytes) -> str:
        headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
        try:
            connection.request("POST", f"/{self.path}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            connection.close()
            return type(problem).__name__
        return "" if answer.status == 200 else f"{answer.status} {text[:200]!r}"

    def _note(self, template: Template, sent: float, done: float, error: str) -> None:
        with self.lock:
            if error:
                self.result.errors.append(error)
            elif sent >= self.begin:
                self.result.latencies.append(done - sent)
                self.result.resources += template.entries
                # the last answers come after the end: they count, and so does the time that they took
                self.result.seconds = max(self.result.seconds, done - self.begin)


def numbering() -> Iterator[int]:
    """Numbers that no other bundle of this run has."""
    return itertools.count(1)
