"""Request bytes to data: strict JSON with limits; every fault has a place and the HTTP status that fits."""

from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.issue import Issue


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost: bytes of the body, nesting of its JSON, entries of a Bundle."""

    body_bytes: int = 64 * 1024 * 1024
    depth: int = 100
    entries: int = 20_000


class MalformedJsonError(Exception):
    """A body that cannot be read. ``status`` is 400 (not JSON), 413 (too large) or 422 (too deep, too many entries)."""

    def __init__(self, status: int, issues: tuple[Issue, ...]) -> None:
        super().__init__(f"{status}: {'; '.join(issue.diagnostics for issue in issues)}")
        self.status = status
        self.issues = issues


def parse_resource(body: bytes, limits: Limits | None = None) -> dict[str, Any]:
    """The JSON object of a request body that should hold one resource (a Bundle too).

    Raises MalformedJsonError for: too many bytes (413), invalid UTF-8, NUL, JSON that ends early or is wrong (400, with
    line and column), duplicate keys (400, with the path), nesting deeper or more Bundle entries than allowed (422),
    no object or no ``resourceType`` (400). A UTF-8 byte order mark is tolerated.
    """
    raise NotImplementedError
