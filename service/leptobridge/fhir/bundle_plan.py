"""What a Bundle asks for: the plan of its entries, in frozen form (http.html#transaction)."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from leptobridge.fhir.bundle_request import Method
from leptobridge.fhir.issue import Issue

_PROCESSING_ORDER: Final = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}


class EntryPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry asks for. ``index`` is its place in ``Bundle.entry``.

    ``resource_type`` and ``resource_id`` are those of the URL (a POST has no id); ``query`` the criteria of a
    conditional update or delete (``identifier=urn:x|1``) or of a search; ``url`` the URL of a GET below the base.
    ``resource`` is the parsed resource, ``text`` its bytes as received, ``references`` what
    :func:`references.written_references` finds in it. ``issues`` are the faults of this entry, with
    paths below ``Bundle.entry[index]``; an entry with errors must not be carried out. ``has_request`` tells an entry
    of a transaction or batch from a plain resource, which is stored by its id as by PUT, without id as by POST.
    """

    index: int
    method: Method
    resource_type: str
    resource_id: str | None = None
    query: str | None = None
    url: str = ""
    full_url: str | None = None
    if_none_exist: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    resource: dict[str, Any] | None = None
    text: bytes = b""
    references: list[tuple[bytes, int]] = []
    has_request: bool = True
    issues: tuple[Issue, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether anything forbids carrying this entry out."""
        return bool(self.issues) and any(issue.is_error for issue in self.issues)

    @property
    def path(self) -> str:
        """Where the entry stands in its Bundle."""
        return f"Bundle.entry[{self.index}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlan:
    """All entries of one Bundle in the order received.

    ``type`` is Bundle.type (empty if it is missing or wrong, which ``issues`` say). ``issues`` are faults of the Bundle
    itself. A transaction is refused as a whole when it or any entry has an error; everything else is taken entry by
    entry. Entries of a searchset that are outcomes, and of a response that hold no resource, are not in ``entries``.
    """

    type: str
    entries: tuple[EntryPlan, ...]
    issues: tuple[Issue, ...] = ()

    @property
    def is_transaction(self) -> bool:
        """Whether all or nothing is to be carried out."""
        return self.type == "transaction"

    @property
    def is_set(self) -> bool:
        """Whether the entries are plain resources that keep their ids (collection, document, message, searchset...)."""
        return self.type not in ("transaction", "batch")

    @property
    def only_reads(self) -> bool:
        """Whether nothing at all is to be written."""
        return bool(self.entries) and all(entry.method in ("GET", "HEAD") for entry in self.entries)

    @property
    def has_errors(self) -> bool:
        """Whether the Bundle or any entry has an error."""
        return any(issue.is_error for issue in self.issues) or any(entry.has_errors for entry in self.entries)

    def all_issues(self) -> tuple[Issue, ...]:
        """Faults of the Bundle, then of its entries in order."""
        return self.issues + tuple(issue for entry in self.entries for issue in entry.issues)

    def in_processing_order(self) -> tuple[EntryPlan, ...]:
        """Transactions: DELETE, POST, PUT, GET and HEAD; everything else in the order received."""
        if not self.is_transaction:
            return self.entries
        return tuple(sorted(self.entries, key=lambda entry: _PROCESSING_ORDER[entry.method]))
