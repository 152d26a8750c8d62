"""Due patients to conclusions to Observations to the outbox: the edge of the evaluation (exchange.md 12; design 3).

A patient is claimed, evaluated from the stored facts, and written in one transaction: facts that were read just now,
changed conclusions, their Observations and Provenances as resources, one outbox row per changed Observation, and the
end of the claim. A message that comes in meanwhile leaves the patient due. Whatever crashes: the claim's lease ends and
another worker starts over.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import orjson
import structlog
from sqlmodel import Session

from leptobridge.clinical.result import Result
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person
from leptobridge.evaluation.observation import build_observation, build_provenance
from leptobridge.evaluation.own_resources import OwnResource, write_own_resources
from leptobridge.evaluation.risk_assessment import build_risk_assessment, risk_assessment_id
from leptobridge.evaluation.stored_facts import FactReader, Reading, facts_of, keep, read_person
from leptobridge.store.conclusions import conclusions_of_person, store_conclusions
from leptobridge.store.database import Database
from leptobridge.store.due import DuePerson, claim_due, finish_due, postpone_due
from leptobridge.store.outbox import enqueue
from leptobridge.store.resources import current_versions
from leptobridge.store.schema import ConclusionRow
from leptobridge.trials.definition import Trial

LEASE = timedelta(minutes=2)
#: How long a patient whose evaluation failed is left alone.
RETRY = timedelta(minutes=5)
#: How often a worker looks by itself for patients whose time has come.
POLL_SECONDS = 1.0

_log = structlog.get_logger("leptobridge.evaluation")


@dataclass(frozen=True, slots=True)
class Change:
    """A conclusion to write: new (version 1), changed, or no longer made (``conclusion`` None)."""

    row: ConclusionRow
    conclusion: Conclusion | None


def evaluate_due(
    database: Database,
    trials: Sequence[Trial],
    reader: FactReader,
    *,
    now: datetime,
    destination: str | None,
    limit: int = 20,
) -> int:
    """Evaluate up to ``limit`` patients whose time has come; answers how many were claimed.

    ``destination``: base URL of the EHR that gets the Observations, None where there is none.
    """
    claimed = database.run(lambda session: claim_due(session, now=now, lease=LEASE, limit=limit))
    for due in claimed:
        try:
            with database.reading() as session:
                readings = read_person(session, due.person, reader)
                facts = facts_of(session, due.person, readings)
            evaluation = evaluate_person(due.person, facts, now.date(), trials)
            database.run(partial(_write, due=due, readings=readings, evaluation=evaluation, now=now, to=destination))
        except Exception as error:
            # The text of the error may hold what the chart says; its type does not.
            _log.error("evaluation.failed", person=due.person, error=type(error).__name__)
            database.run(lambda session: postpone_due(session, due, now + RETRY))  # noqa: B023
    return len(claimed)


def _write(
    session: Session,
    *,
    due: DuePerson,
    readings: Sequence[Reading],
    evaluation: Evaluation,
    now: datetime,
    to: str | None,
) -> None:
    keep(session, readings)
    write_evaluation(session, due, evaluation, now, to)


def run_evaluation(
    database: Database,
    trials: Sequence[Trial],
    reader: FactReader,
    *,
    clock: Callable[[], datetime],
    destination: str | None,
    stop: threading.Event,
    wake: threading.Event,
    written: Callable[[], None] = lambda: None,
) -> None:
    """Evaluate due patients until ``stop``; ``wake`` says there may be some, ``written`` hears that there were."""
    while not stop.is_set():
        wake.clear()
        if evaluate_due(database, trials, reader, now=clock(), destination=destination):
            written()
        else:
            wake.wait(POLL_SECONDS)


def write_evaluation(
    session: Session, due: DuePerson, evaluation: Evaluation, now: datetime, destination: str | None
) -> None:
    """Write what changed and end the claim, in the transaction of ``session``."""
    changes = find_changes(evaluation, conclusions_of_person(session, due.person))
    if changes:
        resources = _resources(session, changes, now)
        write_own_resources(session, resources, person=due.person, now=now)
        store_conclusions(session, [change.row for change in changes])
        if destination is not None:
            enqueue(
                session,
                [(change.row.observation_id, change.row.version) for change in changes],
                destination=destination,
                person=due.person,
                now=now,
            )
    recheck = evaluation.recheck_on
    finish_due(session, due, next_at=datetime.combine(recheck, time(), UTC) if recheck is not None else None)


def find_changes(evaluation: Evaluation, stored: Mapping[str, ConclusionRow]) -> list[Change]:
    """What differs from the stored conclusions; a conclusion that is no longer made becomes entered-in-error."""
    changes = []
    for conclusion in evaluation.conclusions:
        before = stored.get(conclusion.identifier)
        if before is not None and before.fingerprint == conclusion.fingerprint and before.status != "entered-in-error":
            continue
        changes.append(Change(_row(conclusion, 1 if before is None else before.version + 1), conclusion))
    made = {conclusion.identifier for conclusion in evaluation.conclusions}
    for identifier, before in stored.items():
        if identifier not in made and before.status != "entered-in-error":
            row = before.model_copy(update={"version": before.version + 1, "status": "entered-in-error"})
            changes.append(Change(row, None))
    return changes


def observation_id(identifier: str) -> str:
    """The id under which a conclusion's Observation stands here, for ever."""
    return f"lb-{identifier}"


def _row(conclusion: Conclusion, version: int) -> ConclusionRow:
    return ConclusionRow(
        identifier=conclusion.identifier,
        person=conclusion.person,
        system=conclusion.system,
        time_point=conclusion.time_point.isoformat() if conclusion.time_point else None,
        trial=conclusion.trial,
        fingerprint=conclusion.fingerprint,
        observation_id=observation_id(conclusion.identifier),
        version=version,
        status="final" if version == 1 else "amended",
        effective=conclusion.effective.isoformat(),
        valid_until=conclusion.valid_until.isoformat() if conclusion.valid_until else None,
        document=orjson.dumps(conclusion.result.to_json()).decode(),
    )


def _resources(session: Session, changes: Sequence[Change], now: datetime) -> list[OwnResource]:
    """The Observation and the Provenance of each change, the version of both that of the conclusion."""
    withdrawn = [
        key
        for change in changes
        if change.conclusion is None
        for key in (
            ("Observation", change.row.observation_id),
            ("RiskAssessment", risk_assessment_id(change.row.observation_id)),
        )
    ]
    before = current_versions(session, withdrawn)
    evidence = {
        (kind, identity)
        for change in changes
        if change.conclusion is not None
        for kind, _, identity in (source.reference.partition("/") for source in change.conclusion.evidence)
    }
    receipts = {f"{kind}/{id_}": row.receipt_id for (kind, id_), row in current_versions(session, evidence).items()}
    resources = []
    for change in changes:
        row = change.row
        if change.conclusion is None:
            document: dict[str, Any] = orjson.loads(before["Observation", row.observation_id].raw)
            document |= {"status": "entered-in-error", "issued": now.isoformat(timespec="milliseconds")}
            resources.append(OwnResource(document, row.version))
            beside = before.get(("RiskAssessment", risk_assessment_id(row.observation_id)))
            if beside is not None:
                resources.append(OwnResource(orjson.loads(beside.raw) | {"status": "entered-in-error"}, row.version))
            resources.append(OwnResource(_withdrawal(row, now), 1))
            continue
        resources.append(
            OwnResource(
                build_observation(change.conclusion, observation_id=row.observation_id, issued=now, status=row.status),
                row.version,
            )
        )
        prediction = build_risk_assessment(
            change.conclusion, observation_id=row.observation_id, issued=now, status=row.status
        )
        if prediction is not None:
            resources.append(OwnResource(prediction, row.version))
        provenance = build_provenance(
            change.conclusion,
            observation_id=row.observation_id,
            version=row.version,
            recorded=now,
            messages=receipts,
        )
        resources.append(OwnResource(provenance, 1))
    return resources


def _withdrawal(row: ConclusionRow, now: datetime) -> dict[str, Any]:
    """Provenance of the version that takes a conclusion back: there is no evidence left to name."""
    taken_back = Conclusion(
        person=row.person,
        system=row.system,
        effective=now.date(),
        result=_stored_result(row),
    )
    return build_provenance(
        taken_back, observation_id=row.observation_id, version=row.version, recorded=now, messages={}
    )


def _stored_result(row: ConclusionRow) -> Result:
    document = orjson.loads(row.document)
    return Result(document["value"], document["rule"], document["criteria_version"])
