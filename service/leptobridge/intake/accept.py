"""Take messages in: Bundles and single resources, all by the same path.

One transaction takes a message from receipt to due persons: after the answer nothing of it can be lost, and before it
nothing of it can be seen. A refused message keeps its receipt with the OperationOutcome, in a transaction of its own.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace
from sqlmodel import Session

from leptobridge.fhir.bundle import BundlePlan, EntryPlan, plan_bundle, plan_resource
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.json_text import MalformedJsonError, parse_resource
from leptobridge.intake.answer import FHIR_JSON, Answer, RefusedError, outcome_body
from leptobridge.intake.conditions import names_to_lock
from leptobridge.intake.entry import Context, Entry
from leptobridge.intake.new_ids import new_id
from leptobridge.intake.response import resource_headers, response_body
from leptobridge.intake.settings import IntakeSettings
from leptobridge.intake.take import refuse_faulty_plan, take_entries
from leptobridge.store.bulk import answers_awaited_late
from leptobridge.store.database import Database
from leptobridge.store.identities import DEFAULT_SENDER
from leptobridge.store.persons import lock_names
from leptobridge.store.receipts import Channel, Message, ReceiptStatus, find_answer, record_receipt

PlanT = TypeVar("PlanT")

#: Bytes up to which a message is read within the writer's turn.
PLANNED_IN_TURN = 256 * 1024


def accept_bundle(
    database: Database,
    body: bytes,
    *,
    sender: str | None,
    content_type: str,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
) -> Answer:
    """Take a Bundle in. ``sender`` is the authenticated client, None where there is none.

    Transactions: 200 with a transaction-response, or 4xx with an OperationOutcome that names ``Bundle.entry[i]``.
    Batches and sets: 200 with a batch-response. Channel ``import``: any Bundle entry by entry; what fails the
    structural check is kept with its issues and without facts; the body is a report (`import_report`). The same bytes
    of the same sender get the first answer again.
    """
    message = _message(body, "POST", sender=sender, content_type=content_type, channel=channel, now=now)

    def work(session: Session, plan: BundlePlan) -> Answer:
        context = replace(_context(message, sender, settings), all_or_nothing=plan.is_transaction)
        own_name = f"message {message.sha256} {message.sender}"
        lock_names(session, changed=[own_name, *names_to_lock(plan.entries)], read=())
        before = find_answer(
            session, sha256=message.sha256, sender=message.sender, request=message.request, channel=channel
        )
        # Who only reads wants what is there now.
        if before is not None and not plan.only_reads:
            return Answer(
                status=before.status, headers=before.headers, body=before.body, receipt=before.receipt, repeated=True
            )
        entries, due = take_entries(session, plan.in_processing_order(), context)
        answer = Answer(
            status=200,
            headers={"Content-Type": FHIR_JSON},
            body=response_body("transaction-response" if plan.is_transaction else "batch-response", entries),
            receipt=message.id,
            due=due if settings.channel_evaluates else frozenset(),
        )
        _record(session, message, answer, entries)
        return answer

    return _in_transaction(database, message, lambda: _plan(body, channel, settings), work)


def create_resource(
    database: Database,
    resource_type: str,
    body: bytes,
    *,
    if_none_exist: str | None = None,
    sender: str | None,
    content_type: str,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
) -> Answer:
    """``POST [type]``: 201 with the stored resource, Location, ETag, Last-Modified; 200 where If-None-Exist matched."""
    plan = _single_plan("POST", resource_type, None)
    return _accept_single(
        database,
        lambda: replace(_checked(body, resource_type, settings, plan), if_none_exist=if_none_exist),
        _message(body, f"POST {resource_type}", sender=sender, content_type=content_type, channel=channel, now=now),
        client=sender,
        settings=settings,
    )


def update_resource(
    database: Database,
    resource_type: str,
    resource_id: str,
    body: bytes,
    *,
    if_match: str | None = None,
    sender: str | None,
    content_type: str,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
) -> Answer:
    """``PUT [type]/[id]``: 200 or 201 with the stored resource; 412 where If-Match names another version."""
    plan = replace(_single_plan("PUT", resource_type, resource_id), if_match=if_match)
    return _accept_single(
        database,
        lambda: _checked(body, resource_type, settings, plan),
        _message(
            body,
            f"PUT {resource_type}/{resource_id}",
            sender=sender,
            content_type=content_type,
            channel=channel,
            now=now,
        ),
        client=sender,
        settings=settings,
    )


def update_conditionally(
    database: Database,
    resource_type: str,
    query: str,
    body: bytes,
    *,
    if_match: str | None = None,
    sender: str | None,
    content_type: str,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
) -> Answer:
    """``PUT [type]?query``: updates the one match, creates where there is none, 412 where there are several."""
    plan = replace(_single_plan("PUT", resource_type, None), query=query, if_match=if_match)
    return _accept_single(
        database,
        lambda: _checked(body, resource_type, settings, plan),
        _message(
            body, f"PUT {resource_type}?{query}", sender=sender, content_type=content_type, channel=channel, now=now
        ),
        client=sender,
        settings=settings,
    )


def delete_resource(
    database: Database,
    resource_type: str,
    resource_id: str,
    *,
    if_match: str | None = None,
    sender: str | None,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
) -> Answer:
    """``DELETE [type]/[id]``: 204, whether or not there was something to delete; its facts are taken back."""
    plan = replace(_single_plan("DELETE", resource_type, resource_id), if_match=if_match)
    return _accept_single(
        database,
        lambda: plan,
        _message(
            b"", f"DELETE {resource_type}/{resource_id}", sender=sender, content_type="", channel=channel, now=now
        ),
        client=sender,
        settings=settings,
    )


def _plan(body: bytes, channel: Channel, settings: IntakeSettings) -> BundlePlan:
    data = parse_resource(body, settings.limits)
    importing = channel == "import"
    if data.get("resourceType") != "Bundle":
        if not importing:
            raise RefusedError(400, [Issue("error", "invalid", "This endpoint takes a Bundle.", "resourceType")])
        return BundlePlan(type="collection", entries=(plan_resource(data, body, strictness=settings.strictness),))
    plan = plan_bundle(data, body, entry_by_entry=importing, strictness=settings.strictness)
    if not importing:
        refuse_faulty_plan(plan)
    return plan


def _single_plan(method: str, resource_type: str, resource_id: str | None) -> EntryPlan:
    return EntryPlan(
        index=0,
        method="POST" if method == "POST" else "PUT" if method == "PUT" else "DELETE",
        resource_type=resource_type,
        resource_id=resource_id,
    )


def _checked(body: bytes, resource_type: str, settings: IntakeSettings, plan: EntryPlan) -> EntryPlan:
    """The plan with its resource; raises for a body that is not a sound resource of the type that the URL names."""
    resource = parse_resource(body, settings.limits)
    checked = plan_resource(resource, body, strictness=settings.strictness)
    issues = list(checked.issues)
    if checked.resource_type != resource_type:
        issues.append(Issue("error", "invalid", "The resource is not of the type that the URL names.", "resourceType"))
    if plan.method == "PUT" and plan.resource_id is not None and checked.resource_id != plan.resource_id:
        sentence = "The id of the resource must be the one that the URL names."
        issues.append(Issue("error", "value", sentence, f"{resource_type}.id"))
    if any(issue.is_error for issue in issues):
        raise RefusedError(400, issues)
    return replace(plan, resource=resource, text=checked.text, references=checked.references, issues=tuple(issues))


def _accept_single(
    database: Database,
    plan: Callable[[], EntryPlan],
    message: Message,
    *,
    client: str | None,
    settings: IntakeSettings,
) -> Answer:
    def work(session: Session, planned: EntryPlan) -> Answer:
        context = replace(_context(message, client, settings), all_or_nothing=True)
        lock_names(session, changed=names_to_lock([planned]), read=())
        (entry,), due = take_entries(session, [planned], context)
        text = entry.current.raw.encode() if entry.action == "nothing" and entry.current else entry.text
        shows_resource = entry.status != 204
        answer = Answer(
            status=entry.status or 200,
            headers={
                **({"Content-Type": FHIR_JSON} if shows_resource else {}),
                **resource_headers(entry, settings.base_url if shows_resource else None),
            },
            body=text if shows_resource else b"",
            receipt=message.id,
            due=due if settings.channel_evaluates else frozenset(),
        )
        _record(session, message, answer, [entry])
        return answer

    return _in_transaction(database, message, plan, work)


def _in_transaction(
    database: Database, message: Message, plan: Callable[[], PlanT], work: Callable[[Session, PlanT], Answer]
) -> Answer:
    """Plan and work; a refusal keeps its receipt and is the answer."""

    def carry_out(session: Session, planned: PlanT) -> Answer:
        with answers_awaited_late(session):
            return work(session, planned)

    try:
        if message.full_size <= PLANNED_IN_TURN:
            return database.run_prepared(plan, carry_out)
        # To read a large message takes long: no other writer waits for that.
        planned = plan()
        return database.run(lambda session: carry_out(session, planned))
    except MalformedJsonError as error:
        status, issues = error.status, error.issues
    except RefusedError as error:
        status, issues = error.status, error.issues
    outcome = outcome_body(issues)
    answer = Answer(status=status, headers={"Content-Type": FHIR_JSON}, body=outcome, receipt=message.id)
    # What is too large to be read is too large to be kept; its size and hash are.
    kept = replace(message, body=b"") if status == 413 else message
    database.run(lambda session: _record_answer(session, kept, "rejected", outcome, answer))
    return answer


def _message(
    body: bytes, request: str, *, sender: str | None, content_type: str, channel: Channel, now: datetime
) -> Message:
    return Message(
        id=new_id(now),
        sender=sender or DEFAULT_SENDER,
        channel=channel,
        request=request,
        content_type=content_type,
        received_at=now,
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
        size=len(body),
    )


def _context(message: Message, client: str | None, settings: IntakeSettings) -> Context:
    return Context(
        receipt=message.id,
        client=client,
        now=message.received_at,
        settings=settings,
        importing=message.channel == "import",
        names_url=message.request != "POST",
    )


def _record(session: Session, message: Message, answer: Answer, entries: Sequence[Entry]) -> None:
    issues = [issue for entry in entries for issue in entry.issues]
    partial = any(entry.refused or not entry.is_sound for entry in entries)
    outcome = outcome_body(issues) if issues else None
    _record_answer(session, message, "partial" if partial else "stored", outcome, answer)


def _record_answer(
    session: Session, message: Message, status: ReceiptStatus, outcome: bytes | None, answer: Answer
) -> None:
    record_receipt(
        session,
        message,
        status=status,
        outcome=outcome.decode() if outcome else None,
        answer_status=answer.status,
        answer_headers=answer.headers,
        answer_body=answer.body if message.request == "POST" else b"",
    )
