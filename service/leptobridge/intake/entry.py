"""One entry on its way into the store, and what becomes of it."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from leptobridge.fhir.bundle import EntryPlan
from leptobridge.fhir.issue import Issue, IssueCode
from leptobridge.fhir.references import FoundReference
from leptobridge.intake.conditions import Condition
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.resources import CurrentResource

#: What an entry does to the store: ``late`` goes straight into history, ``nothing`` leaves all as it is.
Action = Literal["insert", "replace", "late", "nothing"]


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all entries of one message. ``client`` is the authenticated sender; ``importing`` keeps whatever
    can be kept, with its issues; ``names_url``: the message is a single resource, sent to a URL of this server;
    ``all_or_nothing``: an entry that is refused refuses the message.
    """

    receipt: str
    client: str | None
    now: datetime
    settings: IntakeSettings
    importing: bool = False
    names_url: bool = False
    all_or_nothing: bool = False


class Entry(msgspec.Struct, kw_only=True, eq=False):
    """State of one entry. ``type`` is the resource's; ``id`` is ours once it is assigned, ``source_id`` the sender's.

    ``matched`` is the resource that a condition found. ``targets`` is what references are rewritten to;
    ``has_other_urns``: other elements name entries of the message, too. ``text`` and ``resource`` are what is stored
    (references rewritten). ``status`` is the HTTP status of the entry once it is known; ``refused``: nothing of it may
    be stored. ``is_sound``: the resource passed the structural check; only then it says anything.
    """

    plan: EntryPlan
    type: str
    sender: str
    source_id: str | None = None
    id: str | None = None
    condition: Condition | None = None
    matched: bool = False
    references: tuple[FoundReference, ...] = ()
    targets: dict[str, str] = {}
    has_other_urns: bool = False
    issues: list[Issue] = []
    status: int | None = None
    refused: bool = False
    is_sound: bool = True
    action: Action = "nothing"
    key: int = 0
    version: int = 0
    last_updated: str = ""
    current: CurrentResource | None = None
    text: bytes = b""
    resource: dict[str, Any] = {}
    subject: str | None = None
    person: str | None = None

    @property
    def urn(self) -> str | None:
        """The ``urn:uuid:`` by which other resources may name this one."""
        return self.plan.full_url if self.plan.full_url and self.plan.full_url.startswith("urn:") else None

    @property
    def place(self) -> str:
        """The path of the entry in its Bundle."""
        return f"Bundle.entry[{self.plan.index}]"

    def refuse(self, status: int, code: IssueCode, diagnostics: str) -> None:
        """Refuse the entry: nothing of it will be stored."""
        self.status, self.refused = status, True
        self.action = "nothing"
        self.issues.append(Issue("error", code, diagnostics, self.place))
