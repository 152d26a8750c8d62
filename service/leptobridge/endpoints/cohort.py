"""The patients of a cohort, from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leptobridge.endpoints.participants import NotPlaced, Participant, participant_of, without_other_studies
from leptobridge.evaluation.evaluate import evaluate_person
from leptobridge.evaluation.stored_facts import FactReader, stored_facts
from leptobridge.store.database import Database
from leptobridge.store.facts import persons_with_facts
from leptobridge.trials.definition import Trial

#: Name of the group of every patient.
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who took part in ``study`` (``None``: everybody who was treated for LM), as known ``on`` a day."""

    study: str | None
    on: date
    participants: tuple[Participant, ...]
    not_placed: tuple[NotPlaced, ...]

    def groups(self, *, by_arm: bool) -> Mapping[str, tuple[Participant, ...]]:
        """Everybody, and with ``by_arm`` each arm; a patient whose arm is not known is in none."""
        groups = {EVERYBODY: self.participants}
        if by_arm:
            arms = sorted({participant.arm for participant in self.participants if participant.arm is not None})
            groups |= {arm: tuple(p for p in self.participants if p.arm == arm) for arm in arms}
        return groups


def read_cohort(database: Database, study: str | None, on: date, trials: Sequence[Trial], reader: FactReader) -> Cohort:
    """Evaluates every stored patient as of ``on``; ``trials`` give the baseline windows. Nothing is written."""
    participants: list[Participant] = []
    not_placed: list[NotPlaced] = []
    with database.reading() as session:
        persons = persons_with_facts(session)
    for person in persons:
        with database.reading() as session:
            facts = stored_facts(session, person, reader)
        if study is not None:
            facts = without_other_studies(facts, study)
            if not any(fact.kind == "enrolment" for fact in facts):
                continue
        match participant_of(evaluate_person(person, facts, on, trials), study):
            case Participant() as participant:
                participants.append(participant)
            case NotPlaced() as absent:
                not_placed.append(absent)
    return Cohort(study, on, tuple(participants), tuple(not_placed))
