"""Which of our ids stands for a sender's id (exchange.md 0, ids): two senders may use the same one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from leptobridge.store.bulk import KeyedStatement, insert_rows

#: Senders of whom nothing is known address our own ids.
DEFAULT_SENDER = "default"


@dataclass(frozen=True, slots=True)
class Identity:
    """``source_id`` of ``sender`` is our ``id``."""

    sender: str
    type: str
    source_id: str
    id: str


_OURS = KeyedStatement(
    "SELECT i.type, i.source_id, i.id FROM {keys} CROSS JOIN sender_identity i"
    " WHERE i.sender = :sender AND i.type = a AND i.source_id = b",
    width=2,
)
_RESERVED = KeyedStatement(
    "SELECT i.type, i.id, i.sender FROM {keys} CROSS JOIN sender_identity i WHERE i.type = a AND i.id = b", width=2
)


def known_ids(session: Session, sender: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Our ids for a sender's ``(type, id)``, as far as it has used them."""
    return {(kind, source_id): ours for kind, source_id, ours in _OURS.run(session, keys, sender=sender)}


def reserved_by(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """For which named sender each of our ``(type, id)`` is kept, where it is."""
    return {(kind, ours): sender for kind, ours, sender in _RESERVED.run(session, keys)}


def record_identities(session: Session, identities: Sequence[Identity]) -> None:
    """Keep new identities; where another transaction took one of them first the whole message is taken in once more."""
    rows = [(identity.sender, identity.type, identity.source_id, identity.id) for identity in identities]
    insert_rows(session, "sender_identity", ("sender", "type", "source_id", "id"), rows)
