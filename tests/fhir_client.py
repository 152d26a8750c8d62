"""A FHIR client for tests: sends bundles until they are accepted, and reads what stands on a server."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

CONCLUSION = "https://leptobridge.org/fhir/conclusion"

Json = dict[str, Any]


class FhirClient:
    """One FHIR base URL."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = httpx.Client(timeout=60, trust_env=False, headers={"Accept": "application/fhir+json"})

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str) -> Json:
        """Parsed answer to a read or search; raises for anything but 200."""
        answer = self._http.get(f"{self.base_url}/{path}", params=parameters or None)
        answer.raise_for_status()
        parsed: Json = answer.json()
        return parsed

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """The answer to a POST, whatever it is."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._http.post(
            f"{self.base_url}/{path}".rstrip("/"), content=content, headers={"Content-Type": "application/fhir+json"}
        )

    def post_until_accepted(self, bundle: Mapping[str, Any], patience: float = 120.0) -> Json:
        """As an interface engine does: the same bytes again until a 2xx, whatever happens to the server meanwhile."""
        deadline = time.monotonic() + patience
        last = "nothing"
        while time.monotonic() < deadline:
            try:
                answer = self.post("", bundle)
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if answer.is_success:
                    accepted: Json = answer.json()
                    return accepted
                if answer.status_code < 500 and answer.status_code not in {409, 429}:
                    raise AssertionError(f"refused with {answer.status_code}: {answer.text[:500]}")
                last = f"{answer.status_code} {answer.text[:300]}"
            time.sleep(0.05)
        raise AssertionError(f"not accepted within {patience} s; the last answer was {last}")

    def all(self, resource_type: str, **parameters: str) -> Iterator[Json]:
        """Every resource of a type, page by page."""
        page = self.get(resource_type, _count="200", **parameters)
        while True:
            for entry in page.get("entry", []):
                if entry["resource"]["resourceType"] == resource_type:
                    yield entry["resource"]
            following = [link["url"] for link in page.get("link", []) if link["relation"] == "next"]
            if not following:
                return
            answer = self._http.get(following[0])
            answer.raise_for_status()
            page = answer.json()

    def conclusions(self) -> list[Json]:
        """Every Observation that says to be a conclusion of the service."""
        return [observation for observation in self.all("Observation") if conclusion_identifier(observation)]

    def provenance_counts(self) -> Counter[tuple[str, str]]:
        """How often each (target Observation, time of recording) has a Provenance."""
        counts: Counter[tuple[str, str]] = Counter()
        for provenance in self.all("Provenance"):
            for target in provenance["target"]:
                reference = "/".join(target.get("reference", "").split("/_history/")[0].split("/")[-2:])
                counts[reference, provenance["recorded"]] += 1
        return counts


def conclusion_identifier(observation: Mapping[str, Any]) -> str | None:
    """The conclusion's id, if the Observation is one."""
    values = [item["value"] for item in observation.get("identifier", []) if item.get("system") == CONCLUSION]
    return values[0] if values else None


def in_parallel(base_url: str, bundles: Iterator[Mapping[str, Any]], clients: int = 4) -> list[threading.Thread]:
    """Starts clients that share the bundles and each send theirs until accepted; join them to wait."""
    lock = threading.Lock()

    def send() -> None:
        client = FhirClient(base_url)
        while True:
            with lock:
                bundle = next(bundles, None)
            if bundle is None:
                client.close()
                return
            client.post_until_accepted(bundle)

    threads = [threading.Thread(target=send, name=f"sender {seat}") for seat in range(clients)]
    for thread in threads:
        thread.start()
    return threads
