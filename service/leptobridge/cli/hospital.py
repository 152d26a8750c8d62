"""Reading from an EHR's FHIR server, politely: pages by their links, and again later when it is busy."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlsplit

import httpx
import orjson

from leptobridge.cli.failure import CommandError
from leptobridge.delivery.backoff import retry_delay
from leptobridge.delivery.failure import parse_retry_after

#: The same request may succeed later.
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})

ATTEMPTS = 8
TIMEOUT = httpx.Timeout(60.0, connect=10.0)


class NotServedError(Exception):
    """The server answered a read with a status that no repetition changes."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the EHR answered {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """A Bundle as it came: its bytes, the ids of the patients in it, and the address of the next page."""

    body: bytes
    patient_ids: tuple[str, ...]
    entries: int
    next_url: str | None


@dataclass(slots=True)
class Hospital:
    """One FHIR base URL. ``sleep`` and ``random`` are arguments, so that waiting can be tested without waiting."""

    base: str
    http: httpx.Client
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)

    def page(self, url: str) -> Page:
        """The Bundle at ``url`` (relative to the base, or a link of this server).

        Raises NotServedError for a final refusal, CommandError where the server stays busy, does not answer or answers
        something else than a Bundle.
        """
        body = self._get(self._absolute(url))
        try:
            bundle = orjson.loads(body)
        except orjson.JSONDecodeError:
            bundle = None
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise CommandError("the EHR answered a search with something that is no Bundle")
        resources = [entry.get("resource") or {} for entry in bundle.get("entry") or []]
        patients = tuple(str(r["id"]) for r in resources if r.get("resourceType") == "Patient" and r.get("id"))
        following = [link.get("url") for link in bundle.get("link") or [] if link.get("relation") == "next"]
        return Page(body, patients, len(resources), following[0] if following else None)

    def served_types(self) -> frozenset[str]:
        """The resource types that the CapabilityStatement lists with search; empty where it cannot be read."""
        try:
            statement = orjson.loads(self._get(f"{self.base}/metadata"))
        except (NotServedError, orjson.JSONDecodeError):
            return frozenset()
        return frozenset(
            str(item.get("type"))
            for rest in statement.get("rest") or []
            for item in rest.get("resource") or []
            if any(interaction.get("code") == "search-type" for interaction in item.get("interaction") or [])
        )

    def _absolute(self, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            return f"{self.base}/{url}"
        here, there = urlsplit(self.base), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            # The token must not follow a link to somebody else.
            raise CommandError("the EHR's next link leads to another server; give that address with --from")
        return url

    def _get(self, url: str) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            wait = None
            try:
                answer = self.http.get(url)
            except (httpx.TransportError, httpx.DecodingError):
                status = 0
            else:
                status = answer.status_code
                if answer.is_success:
                    return answer.content
                if status not in BUSY:
                    raise NotServedError(status)
                wait = parse_retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            if attempt < ATTEMPTS:
                self.sleep(retry_delay(attempt, self.random, wait).total_seconds())
        raise CommandError(
            f"the EHR stays busy ({status}); run the same command again to continue"
            if status
            else "the EHR is not reached; run the same command again to continue"
        )
