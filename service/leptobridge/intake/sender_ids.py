"""The ids of named senders in one message: known ones, those that are claimed, and new ones in place of taken ones."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from leptobridge.intake.new_ids import new_ids
from leptobridge.store.identities import DEFAULT_SENDER, Identity, known_ids, record_identities, reserved_by
from leptobridge.store.resources import holders

#: Sender, type and id as the sender uses it.
SourceKey = tuple[str, str, str]


class SenderIds:
    """Our ids for ids of senders. Everything that may be asked for is looked up at once.

    ``written`` are ids under which something is to be stored, ``referred`` those that references name. The default
    sender's ids are ours as they are, unless it wrote one that a named sender held.
    """

    def __init__(
        self, session: Session, written: Iterable[SourceKey], referred: Iterable[SourceKey], now: datetime
    ) -> None:
        self._fresh = new_ids(now)
        self._known: dict[SourceKey, str] = {}
        self._new: list[Identity] = []
        by_sender: dict[str, set[tuple[str, str]]] = defaultdict(set)
        claimed: set[SourceKey] = set(written)
        for sender, resource_type, source_id in claimed.union(referred):
            by_sender[sender].add((resource_type, source_id))
        unknown: set[tuple[str, str]] = set()
        for sender in sorted(by_sender):
            known = known_ids(session, sender, by_sender[sender])
            self._known |= {(sender, *key): ours for key, ours in known.items()}
            strange = by_sender[sender] - known.keys()
            unknown |= {key for key in strange if sender != DEFAULT_SENDER or (sender, *key) in claimed}
        self._owner = holders(session, unknown) | reserved_by(session, unknown)

    def known(self, sender: str, resource_type: str, source_id: str) -> str | None:
        """Our id where the sender's stands for another one; None where nothing was recorded."""
        return self._known.get((sender, resource_type, source_id))

    def make_new(self) -> str:
        """An id that nobody has."""
        return next(self._fresh)

    def resolve(self, sender: str, resource_type: str, source_id: str, *, reserve: bool) -> str | None:
        """Our id for a sender's id. One that is not known yet is claimed, or replaced where another sender holds it;
        None instead, unless ``reserve``.
        """
        key = (sender, resource_type, source_id)
        if key in self._known:
            return self._known[key]
        owner = self._owner.get((resource_type, source_id))
        if owner == sender or (sender == DEFAULT_SENDER and (owner is None or not reserve)):
            return source_id
        if not reserve:
            return None
        ours = source_id if owner is None else self.make_new()
        self.name(sender, resource_type, source_id, ours)
        return ours

    def name(self, sender: str, resource_type: str, source_id: str, ours: str) -> None:
        """Let a sender's id, if it is not known yet, stand for ours."""
        key = (sender, resource_type, source_id)
        if key in self._known:
            return
        self._known[key] = ours
        self._owner.setdefault((resource_type, ours), sender)
        self._new.append(Identity(sender, resource_type, source_id, ours))

    def record(self, session: Session) -> None:
        """Keep what was claimed and given out."""
        record_identities(session, self._new)
        self._new = []
