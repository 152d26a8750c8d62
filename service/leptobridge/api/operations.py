"""``$lm-classification``, ``$lm-response``, ``$trial-eligibility``: computed, not stored (exchange.md 12)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from leptobridge.api.body import read_body
from leptobridge.api.bundles import write_bundle
from leptobridge.api.negotiation import require_json_answer, require_json_body
from leptobridge.api.operation_parameters import OperationParameters, read_pairs, read_resource
from leptobridge.api.query import query_pairs
from leptobridge.api.reading import require_id
from leptobridge.api.refusal import RefusedError, refuse
from leptobridge.api.responses import fhir_response
from leptobridge.api.service import Service, service_of
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person, response_conclusions
from leptobridge.evaluation.lacking import lacking_inputs
from leptobridge.evaluation.observation import build_observation
from leptobridge.evaluation.stored_facts import FactReader, stored_facts
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.json_text import Limits, MalformedJsonError, parse_resource
from leptobridge.store.persons import patients_of_person, person_of
from leptobridge.store.resources import current_versions
from leptobridge.trials.definition import Trial

_NAMESPACE = UUID("6b1c2f5e-6a1f-4d1c-9a44-0d8b6f6f1f5a")
_LARGEST_PARAMETERS = 1024 * 1024


def _classifications(evaluation: Evaluation) -> tuple[Conclusion, ...]:
    return tuple(c for c in evaluation.conclusions if c.system == "eano_esmo_classification")


def _verdicts(evaluation: Evaluation) -> tuple[Conclusion, ...]:
    return evaluation.verdicts


@dataclass(frozen=True, slots=True)
class Operation:
    """The parameters that it takes, and which conclusions it answers."""

    parameters: frozenset[str]
    conclusions: Callable[[Evaluation], tuple[Conclusion, ...]]


OPERATIONS: dict[str, Operation] = {
    "lm-classification": Operation(frozenset({"on"}), _classifications),
    "lm-response": Operation(frozenset({"on", "lacking"}), response_conclusions),
    "trial-eligibility": Operation(frozenset({"on", "trial"}), _verdicts),
}


async def run_operation(request: Request, resource_id: str, operation: str) -> Response:
    """``GET`` or ``POST /fhir/Patient/{id}/${operation}``."""
    if operation not in OPERATIONS:
        raise refuse(404, "not-supported", "There is no such operation on Patient.")
    require_id("Patient", resource_id)
    service = service_of(request)
    pairs = query_pairs(request)
    require_json_answer(request, [value for name, value in pairs if name == "_format"])
    asked = OPERATIONS[operation]
    parameters = read_pairs(pairs, asked.parameters)
    if request.method == "POST":
        parameters = await _posted(request, parameters, asked.parameters)
    bundle = await service.read(_answer, service, resource_id, parameters, asked)
    return fhir_response(200, bundle)


async def _posted(request: Request, asked: OperationParameters, allowed: frozenset[str]) -> OperationParameters:
    body = await read_body(request, _LARGEST_PARAMETERS)
    if not body.strip():
        return asked
    require_json_body(request)
    try:
        resource = await asyncio.to_thread(parse_resource, body, Limits(depth=20))
    except MalformedJsonError as error:
        raise RefusedError(error.status, error.issues) from None
    posted = read_resource(resource, allowed)
    if asked.on is not None and posted.on is not None and asked.on != posted.on:
        raise refuse(400, "value", "on may be given once.", "on")
    trials = tuple(dict.fromkeys(asked.trials + posted.trials))
    return OperationParameters(posted.on or asked.on, trials, posted.lacking or asked.lacking)


def _answer(service: Service, patient_id: str, parameters: OperationParameters, operation: Operation) -> bytes:
    now = service.clock()
    trials = _chosen(service.trials, parameters.trials)
    with service.database.reading() as session:
        on = parameters.on or now.date()
        evaluation = evaluate_stored(session, patient_id, on, trials, service.reader)
    lacking = lacking_inputs(evaluation.answers) if parameters.lacking else []
    return _collection(operation.conclusions(evaluation), lacking, now)


def evaluate_stored(
    session: Session, patient_id: str, on: date, trials: tuple[Trial, ...], reader: FactReader
) -> Evaluation:
    """What the rules say of a stored patient as of ``on``. Raises RefusedError 404 where nobody is known by the id."""
    person = person_of(session, patient_id)
    patients = current_versions(session, [("Patient", name) for name in patients_of_person(session, person)])
    facts = stored_facts(session, person, reader)
    if not facts and all(patient.deleted for patient in patients.values()):
        raise refuse(404, "not-found", "There is no Patient with this id.", "Patient.id")
    return evaluate_person(person, facts, on, trials, at_request=True)


def _chosen(loaded: tuple[Trial, ...], asked: tuple[str, ...]) -> tuple[Trial, ...]:
    known = {trial.id: trial for trial in loaded}
    strangers = [name for name in asked if name not in known]
    if strangers:
        issue = Issue("error", "not-found", "No trial of this registry id is loaded.", "trial")
        raise RefusedError(404, [issue] * len(strangers))
    return tuple(known[name] for name in asked) if asked else loaded


def _collection(conclusions: tuple[Conclusion, ...], lacking: list[dict[str, Any]], now: datetime) -> bytes:
    """The Bundle of exactly these conclusions (exchange.md 12); ``lacking`` are extensions of its ``meta``."""
    entries = []
    for conclusion in conclusions:
        name = str(uuid5(_NAMESPACE, f"{conclusion.identifier} {conclusion.effective}"))
        observation = build_observation(conclusion, observation_id=name, issued=now)
        entries.append({"fullUrl": f"urn:uuid:{name}", "resource": observation})
    meta: dict[str, Any] = {"meta": {"extension": lacking}} if lacking else {}
    return write_bundle("collection", entries, **meta)
