"""A Bundle as a plan: what each entry asks for, its resource as data and as received text (http.html#transaction)."""

from dataclasses import dataclass
from typing import Any, Literal

from leptobridge.fhir.issue import Issue

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPlan:
    """What one entry asks for. ``index`` is its place in ``Bundle.entry``.

    ``resource_type`` and ``resource_id`` are those of the URL (a POST has no id); ``query`` the criteria of a
    conditional update or delete (``identifier=urn:x|1``) or of a search. ``resource`` is the parsed resource, ``text``
    its bytes as received. ``issues`` are the faults of this entry, with paths below ``Bundle.entry[index]``; an entry
    with errors must not be stored.
    """

    index: int
    method: Method
    resource_type: str
    resource_id: str | None = None
    query: str | None = None
    full_url: str | None = None
    if_none_exist: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    resource: dict[str, Any] | None = None
    text: bytes = b""
    issues: tuple[Issue, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether anything forbids carrying this entry out."""
        return any(issue.is_error for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlan:
    """All entries of one Bundle in the order received.

    ``type`` is Bundle.type. ``issues`` are faults of the Bundle itself and between its entries. A transaction is
    refused as a whole when it or any entry has an error; everything else is taken entry by entry.
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

    def all_issues(self) -> tuple[Issue, ...]:
        """Faults of the Bundle, then of its entries in order."""
        return self.issues + tuple(issue for entry in self.entries for issue in entry.issues)

    def in_processing_order(self) -> tuple[EntryPlan, ...]:
        """Transactions: DELETE, POST, PUT and PATCH, GET and HEAD; everything else in the order received."""
        raise NotImplementedError


def plan_bundle(bundle: dict[str, Any], body: bytes) -> BundlePlan:
    """Plan a parsed Bundle; ``body`` is the text that ``bundle`` was parsed from. Never raises for bad content.

    ``bundle`` comes from :func:`json_text.parse_resource` of the same ``body``. Resources are checked by
    :func:`structure.check_resource`. Transactions: ``request`` present, fullUrl and targets unique, every ``urn:``
    reference carried by an entry (error 400). Sets: PUT-like entries that keep their ids, POST-like without id.
    """
    raise NotImplementedError


def plan_resource(resource: dict[str, Any], text: bytes, *, index: int = 0) -> EntryPlan:
    """A single resource outside any Bundle as the entry that a set would hold for it."""
    raise NotImplementedError
