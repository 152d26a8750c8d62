"""What is known of a person, read from the store: the facts, with the flags of the person upon them."""

from msgspec.structs import replace
from sqlmodel import Session

from leptobridge.chart.fact_json import fact_from_json
from leptobridge.chart.facts import Fact
from leptobridge.store.facts import facts_of_person
from leptobridge.store.persons import person_flags


def stored_facts(session: Session, person: str) -> tuple[Fact, ...]:
    """All facts of a person. Where it is in doubt who the person is (``patient_conflict``), each of them says so."""
    facts = tuple(map(fact_from_json, facts_of_person(session, person)))
    flags = person_flags(session, person)
    return tuple(replace(fact, flags=(*fact.flags, *flags)) for fact in facts) if flags else facts
