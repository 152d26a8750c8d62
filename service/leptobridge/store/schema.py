"""The tables. Instants are UTC text of one width (`store.instant`), documents are JSON text, ids are FHIR ids.

How search reads them (exchange.md 0, design 6):

- ``_id``, ``_lastUpdated``, ``status``, ``date`` (``birthdate`` of a Patient), ``patient`` and ``subject`` are
  columns of `Resource`: ``id``, ``last_updated``, ``status``, ``date_first``/``date_last`` (the instants that the
  value spans, both included; NULL where there is none), ``person``. Resolve ``patient=ID`` with
  `store.persons.person_of` first, so that the resources of a merged patient are found under each of its ids.
- every other parameter is rows of `SearchEntry`: ``(parameter, value, system)``. Tokens: ``system`` is the code
  system or ``""``; ``code``, ``category``, ``identifier``, ``gender``. References: ``system`` is the target's type,
  ``value`` its id (``specimen``, ``focus``, ``derived-from``, ``study``, ``individual``, ``target``, ``subject``
  where it is no Patient); of a logical reference ``value`` is ``system|value`` of its identifier and ``system`` is
  ``identifier``; of a foreign absolute URL ``value`` is the URL and ``system`` is ``url``. Strings (``name``,
  ``family``): lower case, ``system`` ``""``.

A search is ``resource`` joined once per further parameter with ``search_entry`` on ``resource_key``, ``deleted``
false.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel


class Receipt(SQLModel, table=True):
    """One message as it came, and what became of it.

    ``status``: ``stored``, ``rejected`` (nothing of it is stored), ``partial`` (some entries were refused).
    ``request`` is method and target (``POST``, ``PUT Patient/5``). The answer is kept, so that a repetition gets it
    again.
    """

    __tablename__ = "receipt"
    __table_args__ = (Index("receipt_repetition", "sha256", "sender"), Index("receipt_received", "received_at"))

    id: str = Field(primary_key=True)
    sender: str
    channel: str
    request: str
    content_type: str
    received_at: str
    sha256: str
    size: int
    status: str
    outcome: str | None = Field(default=None, sa_column=Column(Text))
    answer_status: int
    answer_headers: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    answer_body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Resource(SQLModel, table=True):
    """The current version of each resource. ``raw`` is its JSON text, empty once deleted.

    ``latest_version`` is the highest version number given out: an older version that arrives late takes a number and
    goes into history, while ``version`` stays current. ``subject`` is the patient as the resource names it (an alias
    of `PersonAlias`), ``person`` whom that is today. ``source_updated`` and ``source_issued`` are the sender's
    ``meta.lastUpdated`` and ``issued`` (UTC text). ``receipt_id`` is no foreign key: the receipt is written last, in
    the same transaction, and a check would read all resources then. ``issues`` holds the structural faults of an
    imported resource.
    """

    __tablename__ = "resource"
    __table_args__ = (
        Index("resource_identity", "id", "type", unique=True),
        Index("resource_person", "person", "type"),
        Index("resource_updated", "type", "last_updated"),
    )

    key: int = Field(sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True))
    type: str
    id: str
    version: int
    latest_version: int
    last_updated: str
    method: str
    deleted: bool = False
    sender: str
    source_id: str | None = None
    source_updated: str | None = None
    source_issued: str | None = None
    subject: str | None = None
    person: str | None = None
    status: str | None = None
    date_first: str | None = None
    date_last: str | None = None
    issues: str | None = Field(default=None, sa_column=Column(Text))
    receipt_id: str
    raw: str = Field(sa_column=Column(Text, nullable=False))


class ResourceVersion(SQLModel, table=True):
    """History: every version that is not current, as it was stored."""

    __tablename__ = "resource_version"

    resource_key: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), ForeignKey("resource.key"), primary_key=True)
    )
    version: int = Field(primary_key=True)
    last_updated: str
    method: str
    deleted: bool = False
    sender: str
    source_updated: str | None = None
    source_issued: str | None = None
    receipt_id: str
    raw: str = Field(sa_column=Column(Text, nullable=False))


class SenderIdentity(SQLModel, table=True):
    """Which of our ids stands for a named sender's id; also reserved ids of targets that have not come yet."""

    __tablename__ = "sender_identity"
    __table_args__ = (Index("sender_identity_ours", "type", "id", unique=True),)

    sender: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    id: str


class SearchEntry(SQLModel, table=True):
    """One searchable value of a current resource."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("search_entry_resource", "resource_key"), {"sqlite_with_rowid": False})

    parameter: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    system: str = Field(primary_key=True, default="")
    resource_key: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), ForeignKey("resource.key"), primary_key=True)
    )


class PersonAlias(SQLModel, table=True):
    """A name of a person: ``Patient/<id>``, or ``system|value`` of a logical reference, and whom it means.

    ``sequence`` orders aliases by arrival. ``replaced_by`` is the alias that ``Patient.link`` names. ``conflict``:
    shares an identifier with a patient of another birth date or sex (flag ``patient_conflict``).
    """

    __tablename__ = "person_alias"
    __table_args__ = (Index("person_alias_person", "person"), Index("person_alias_replaced_by", "replaced_by"))

    alias: str = Field(primary_key=True)
    sequence: str
    person: str
    birth_date: str | None = None
    sex: str | None = None
    replaced_by: str | None = None
    conflict: bool = False


class PersonIdentifier(SQLModel, table=True):
    """A business identifier ``system|value`` that an alias carries."""

    __tablename__ = "person_identifier"
    __table_args__ = (Index("person_identifier_alias", "alias"),)

    identifier: str = Field(primary_key=True)
    alias: str = Field(primary_key=True, foreign_key="person_alias.alias")


class FactRow(SQLModel, table=True):
    """The facts that one version of a resource states, as they were read; ``documents`` is a JSON array.

    Of no account once the resource has another version, or facts are read with something else than ``made_with`` (the
    versions of the service and of the mappings). NULL: what the resource says depends on another one, so that it is
    read each time.
    """

    __tablename__ = "fact"

    resource_key: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), ForeignKey("resource.key"), primary_key=True)
    )
    version: int
    made_with: str
    documents: str | None = Field(default=None, sa_column=Column(Text))


class Unmapped(SQLModel, table=True):
    """A code or word that no mapping holds, how often it came, and the receipt in which it came first."""

    __tablename__ = "unmapped"

    kind: str = Field(primary_key=True)
    system: str = Field(primary_key=True, default="")
    value: str = Field(primary_key=True)
    count: int
    first_receipt: str


class Due(SQLModel, table=True):
    """A person to be evaluated from ``due_at`` on. ``generation`` grows with every message about the person."""

    __tablename__ = "due"
    __table_args__ = (Index("due_at_time", "due_at"),)

    person: str = Field(primary_key=True)
    due_at: str
    generation: int = 1
    leased_until: str | None = None


class ConclusionRow(SQLModel, table=True):
    """What was concluded last under one stable identifier, and the Observation that says so.

    ``status``: ``final``, ``amended``, ``entered-in-error``. ``document`` is the conclusion as data.
    """

    __tablename__ = "conclusion"
    __table_args__ = (Index("conclusion_person", "person"),)

    identifier: str = Field(primary_key=True)
    person: str
    system: str
    time_point: str | None = None
    trial: str | None = None
    fingerprint: str
    observation_id: str
    version: int
    status: str
    effective: str
    valid_until: str | None = None
    document: str = Field(default="{}", sa_column=Column(Text, nullable=False))


class OutboxRow(SQLModel, table=True):
    """One version of an Observation on its way to one destination.

    ``state``: ``pending``, ``claimed``, ``delivered``, ``parked`` (a person has to look), ``superseded`` (a newer
    version goes instead). ``ehr_reference`` and ``ehr_version`` are what the destination answered.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_version", "observation_id", "destination", "version", unique=True),
        Index("outbox_next", "destination", "state", "next_attempt_at"),
    )

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    observation_id: str
    version: int
    destination: str
    person: str
    state: str = "pending"
    attempts: int = 0
    created_at: str
    next_attempt_at: str
    leased_until: str | None = None
    last_status: int | None = None
    last_outcome: str | None = Field(default=None, sa_column=Column(Text))
    ehr_reference: str | None = None
    ehr_version: str | None = None
