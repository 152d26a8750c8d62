"""What a sender is told: status, headers and body, ready for any face (REST, import, pull)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from leptobridge.fhir.issue import Issue, operation_outcome

FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one message. ``receipt`` is where the message is kept, ``due`` whom it made due for evaluation.

    ``repeated``: the same bytes came before, and this is the first answer again.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    receipt: str = ""
    due: frozenset[str] = frozenset()
    repeated: bool = False

    def data(self) -> Any:
        """The body as data; None where there is none."""
        return orjson.loads(self.body) if self.body else None


class RefusedError(Exception):
    """The whole message is refused with this status; nothing of it may be stored but its receipt."""

    def __init__(self, status: int, issues: Iterable[Issue]) -> None:
        self.status = status
        self.issues = tuple(issues)
        super().__init__(f"{status}: {len(self.issues)} issues")


def outcome_body(issues: Iterable[Issue]) -> bytes:
    """An OperationOutcome as JSON."""
    return orjson.dumps(operation_outcome(issues))
