"""Codes and words that no mapping holds, in everything that came (exchange.md 0, forms of an answer)."""

from collections import defaultdict

from sqlmodel import Session

from leptobridge.chart.extraction import READABLE_TYPES
from leptobridge.evaluation.own_resources import OWN_SENDER
from leptobridge.evaluation.stored_facts import FactReader, read_resources
from leptobridge.store.facts import unread_resources
from leptobridge.store.unmapped import UnmappedTerm, counted_terms


def unmapped_terms(session: Session, reader: FactReader, *, limit: int = 1000) -> list[UnmappedTerm]:
    """The most frequent first, each with the receipt in which it came first; what nobody has read yet is read now."""
    found: dict[tuple[str, str, str], list[UnmappedTerm]] = defaultdict(list)
    for term in counted_terms(session):
        found[term.kind, term.system, term.value].append(term)
    for page in unread_resources(session, READABLE_TYPES, own=OWN_SENDER):
        for reading in read_resources(session, page, reader):
            for term in reading.unmapped:
                found[term.kind, term.system, term.value].append(term)
    totals = [
        UnmappedTerm(*name, sum(term.times for term in terms), min(term.receipt for term in terms))
        for name, terms in found.items()
    ]
    return sorted(totals, key=lambda term: (-term.times, term.value, term.kind))[:limit]
