"""``leptobridge patient ID``: what is concluded of one patient, and from which facts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from sqlalchemy import select
from sqlmodel import Session, col

from leptobridge.api.operations import evaluate_stored
from leptobridge.api.people import persons_with
from leptobridge.api.refusal import RefusedError
from leptobridge.chart.fact_json import fact_to_json
from leptobridge.chart.facts import Fact
from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError, failures_shown
from leptobridge.cli.options import (
    AsJson,
    AsOf,
    DatabaseUrl,
    SettingsFile,
    day_or_today,
    fact_reader,
    opened_database,
    settings_for,
)
from leptobridge.cli.output import print_json, print_table
from leptobridge.evaluation.stored_facts import stored_facts
from leptobridge.evaluation.summary import format_summary, summarise
from leptobridge.intake.unresolved import unresolved_references
from leptobridge.store.conclusions import conclusions_of_person
from leptobridge.store.persons import person_of
from leptobridge.store.schema import OutboxRow
from leptobridge.trials.library_files import LIBRARY, load_trials


def show_patient(
    patient: Annotated[str, typer.Argument(metavar="ID", help="Patient id, or an identifier as SYSTEM|VALUE")],
    *,
    on: AsOf = None,
    facts: Annotated[bool, typer.Option("--facts", help="the facts with their sources instead")] = False,
    as_json: AsJson = False,
    database: DatabaseUrl = None,
    settings: SettingsFile = None,
) -> None:
    """Print what the rules say of a patient: classification with certainty, a line per assessment, each trial's verdict
    with the criteria that decide or are unknown, the ids of the Observations that stand in the EHR, and references that
    are unresolved, since what they name has not come.

    Computed now from the stored facts; nothing is stored. Exit code 4 where nobody has this id.
    """
    with failures_shown():
        chosen = settings_for(settings, database)
        day = day_or_today(on)
        trials, reader = load_trials(chosen.trials or LIBRARY), fact_reader(chosen)
        with opened_database(chosen) as opened, opened.reading() as session:
            patient_id = _patient_id(session, patient)
            try:
                evaluation = evaluate_stored(session, patient_id, day, trials, reader)
            except RefusedError:
                raise CommandError("there is no such patient", ExitCode.NOT_FOUND) from None
            person = person_of(session, patient_id)
            if facts:
                _print_facts(stored_facts(session, person, reader), as_json)
                return
            summary = summarise(evaluation, observations_in_ehr(session, person))
            unresolved = unresolved_references(session, person)
        if as_json:
            print_json(summary | {"unresolved": [asdict(reference) for reference in unresolved]})
            return
        typer.echo(format_summary(summary))
        for reference in unresolved:
            typer.echo(f"  Unresolved         {reference.source}: {reference.path} -> {reference.target}")


def observations_in_ehr(session: Session, person: str) -> dict[str, str]:
    """Identifier of a conclusion -> the Observation in the EHR that says so, as far as it was delivered."""
    delivered = select(col(OutboxRow.observation_id), col(OutboxRow.ehr_reference)).where(
        col(OutboxRow.person) == person, col(OutboxRow.state) == "delivered", col(OutboxRow.ehr_reference).is_not(None)
    )
    rows = session.connection().execute(delivered.order_by(col(OutboxRow.version)))
    standing = {observation_id: str(reference) for observation_id, reference in rows}
    return {
        identifier: standing[row.observation_id]
        for identifier, row in conclusions_of_person(session, person).items()
        if row.observation_id in standing
    }


def _patient_id(session: Session, text: str) -> str:
    if "|" not in text:
        return text.removeprefix("Patient/")
    system, _, value = text.rpartition("|")
    people = persons_with(session, system or None, value)
    if len(people) > 1:
        raise CommandError("several patients carry this identifier", ExitCode.NOT_FOUND)
    if not people:
        raise CommandError("there is no such patient", ExitCode.NOT_FOUND)
    return people[0]


def _print_facts(known: Sequence[Fact], as_json: bool) -> None:
    if as_json:
        print_json([orjson.loads(fact_to_json(fact)) for fact in known])
        return
    facts = sorted(known, key=lambda fact: (_time(fact), fact.kind, fact.item))
    rows = [
        {
            "fact": f"{fact.kind} {fact.item}".strip(),
            "value": _value(fact),
            "time": _time(fact),
            "status": fact.status,
            "source": f"{fact.source.reference}/_history/{fact.source.version}",
            "rule": fact.source.rule,
            "flags": " ".join(fact.flags),
        }
        for fact in facts
    ]
    print_table(("time", "fact", "value", "status", "source", "rule", "flags"), rows, "No facts are known.")


def _time(fact: Fact) -> str:
    return fact.time.text if fact.time is not None else ""


def _value(fact: Fact) -> str:
    if fact.value is None:
        return fact.absence or ""
    return f"{fact.value} {fact.unit or ''}".rstrip()
