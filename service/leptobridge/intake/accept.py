"""Take messages in: Bundles and single resources, all by the same path.

One transaction takes a message from receipt to due persons: after the answer nothing of it can be lost, and before it
nothing of it can be seen. A refused message keeps its receipt with the OperationOutcome, in a transaction of its own.
"""

from datetime import datetime

from leptobridge.chart.mappings import Mappings
from leptobridge.intake.answer import Answer
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.database import Database
from leptobridge.store.receipts import Channel


def accept_bundle(
    database: Database,
    body: bytes,
    *,
    sender: str | None,
    content_type: str,
    channel: Channel,
    now: datetime,
    settings: IntakeSettings,
    mappings: Mappings,
) -> Answer:
    """Take a Bundle in. ``sender`` is the authenticated client, None where there is none.

    Transactions: 200 with a transaction-response, or 4xx with an OperationOutcome that names ``Bundle.entry[i]``.
    Batches and sets: 200 with a batch-response. Channel ``import``: any Bundle entry by entry; what fails the
    structural check is kept with its issues and without facts; the body is a report (`import_report`). The same bytes
    of the same sender get the first answer again.
    """
    raise NotImplementedError


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
    mappings: Mappings,
) -> Answer:
    """``POST [type]``: 201 with the stored resource, Location, ETag and Last-Modified; 200 where If-None-Exist matched."""
    raise NotImplementedError


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
    mappings: Mappings,
) -> Answer:
    """``PUT [type]/[id]``: 200 or 201 with the stored resource; 412 where If-Match names another version."""
    raise NotImplementedError


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
    mappings: Mappings,
) -> Answer:
    """``PUT [type]?query``: updates the one match, creates where there is none, 412 where there are several."""
    raise NotImplementedError


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
    mappings: Mappings,
) -> Answer:
    """``DELETE [type]/[id]``: 204, whether or not there was something to delete; its facts are taken back."""
    raise NotImplementedError
