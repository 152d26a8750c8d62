"""Resources: the current version of each, its history, and what search finds it by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from sqlalchemy import text
from sqlmodel import Session

from leptobridge.store.bulk import KeyedStatement, Statement, insert_rows, is_postgresql
from leptobridge.store.person_groups import default_person

ResourceKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """One version as it was stored. ``raw`` is JSON text, empty where ``deleted``; ``issues`` faults of an import."""

    key: int
    type: str
    id: str
    version: int
    last_updated: str
    method: str
    deleted: bool
    sender: str
    receipt_id: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentResource(StoredVersion):
    """The current version, with what decides about the next one (columns of `schema.Resource`)."""

    latest_version: int
    source_id: str | None
    source_updated: str | None
    source_issued: str | None
    subject: str | None
    person: str | None


class ResourceToStore(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A new version that becomes current; columns of `schema.Resource`. ``search``: (parameter, value, system)."""

    key: int
    type: str
    id: str
    version: int
    latest_version: int
    last_updated: str
    method: str
    sender: str
    receipt_id: str
    raw: str
    deleted: bool = False
    source_id: str | None = None
    source_updated: str | None = None
    source_issued: str | None = None
    subject: str | None = None
    person: str | None = None
    status: str | None = None
    date_first: str | None = None
    date_last: str | None = None
    issues: str | None = None
    search: frozenset[tuple[str, str, str]] = frozenset()


_COLUMNS = ResourceToStore.__struct_fields__[:-1]
_CURRENT_FIELDS = tuple(field.name for field in fields(CurrentResource))
_CURRENT_COLUMNS = ", ".join(f"r.{name}" for name in _CURRENT_FIELDS)
_CURRENT = KeyedStatement(
    f"SELECT {_CURRENT_COLUMNS} FROM {{keys}} CROSS JOIN resource r WHERE r.type = a AND r.id = b",  # noqa: S608
    width=2,
)
_CURRENT_LOCKED = KeyedStatement(
    f"SELECT {_CURRENT_COLUMNS} FROM {{keys}} CROSS JOIN resource r WHERE r.type = a AND r.id = b",  # noqa: S608
    width=2,
    postgresql_suffix=" ORDER BY r.key FOR UPDATE OF r",
)
_HOLDERS = KeyedStatement(
    "SELECT r.type, r.id, r.sender FROM {keys} CROSS JOIN resource r WHERE r.type = a AND r.id = b", width=2
)


def current_versions(
    session: Session, keys: Iterable[ResourceKey], *, for_update: bool = False
) -> dict[ResourceKey, CurrentResource]:
    """The current versions by ``(type, id)``, deleted ones included; ``for_update`` locks them until the commit."""
    statement = _CURRENT_LOCKED if for_update else _CURRENT
    found = [_current(row) for row in statement.run(session, keys)]
    return {(resource.type, resource.id): resource for resource in found}


def holders(session: Session, keys: Iterable[ResourceKey]) -> dict[ResourceKey, str]:
    """Which sender holds each of these ids; those that nobody holds are left out."""
    return {(kind, name): sender for kind, name, sender in _HOLDERS.run(session, keys)}


def _current(row: Any) -> CurrentResource:
    columns = dict(zip(_CURRENT_FIELDS, row, strict=True))
    return CurrentResource(**{**columns, "deleted": bool(columns["deleted"])})


def read_resource(session: Session, resource_type: str, resource_id: str) -> CurrentResource | None:
    """The current version, or its deletion; None where this id never was."""
    key = (resource_type, resource_id)
    return current_versions(session, [key]).get(key)


_VERSIONS = Statement(
    "SELECT v.resource_key AS key, v.version, v.last_updated, v.method, v.deleted, v.sender, v.receipt_id, v.raw"
    " FROM resource_version v JOIN resource r ON r.key = v.resource_key WHERE r.type = :type AND r.id = :id"
    " UNION ALL SELECT r.key, r.version, r.last_updated, r.method, r.deleted, r.sender, r.receipt_id, r.raw"
    " FROM resource r WHERE r.type = :type AND r.id = :id ORDER BY 2 DESC"
)


def history(session: Session, resource_type: str, resource_id: str) -> list[StoredVersion]:
    """All versions, the highest number first; empty where this id never was."""
    return [
        StoredVersion(
            key=key,
            type=resource_type,
            id=resource_id,
            version=version,
            last_updated=last_updated,
            method=method,
            deleted=bool(deleted),
            sender=sender,
            receipt_id=receipt_id,
            raw=raw,
        )
        for key, version, last_updated, method, deleted, sender, receipt_id, raw in _VERSIONS.rows(
            session, type=resource_type, id=resource_id
        )
    ]


def read_version(session: Session, resource_type: str, resource_id: str, version: int) -> StoredVersion | None:
    """One version by its number."""
    return next((v for v in history(session, resource_type, resource_id) if v.version == version), None)


_OF_PERSON = text(
    f"SELECT {_CURRENT_COLUMNS} FROM resource r"  # noqa: S608
    " WHERE r.person = :person AND NOT r.deleted ORDER BY r.type, r.id"
)


def resources_of_person(session: Session, person: str) -> list[CurrentResource]:
    """All current resources about a person, by type and id."""
    return [_current(row) for row in session.connection().execute(_OF_PERSON, {"person": person})]


_MATCHES = Statement(
    "SELECT r.id FROM search_entry s JOIN resource r ON r.key = s.resource_key WHERE s.parameter = :parameter"
    " AND s.value = :value AND (:any_system OR s.system = :system) AND r.type = :type AND NOT r.deleted ORDER BY r.key"
)


def find_by_entry(session: Session, resource_type: str, *, parameter: str, value: str, system: str | None) -> list[str]:
    """Ids of the resources with this search value; ``system`` None means any."""
    rows = _MATCHES.rows(
        session,
        type=resource_type,
        parameter=parameter,
        value=value,
        system=system or "",
        any_system=system is None,
    )
    return [name for (name,) in rows]


#: Under which `schema.SearchEntry` keeps the ``urn:`` that a message gave a resource as its fullUrl.
FULL_URL = "full-url"
_BY_URN = KeyedStatement(
    "SELECT s.value, r.type, r.id FROM {keys} CROSS JOIN search_entry s JOIN resource r ON r.key = s.resource_key"
    " WHERE s.parameter = 'full-url' AND s.value = a AND NOT r.deleted ORDER BY r.key"
)


def find_by_urn(session: Session, urns: Iterable[str]) -> dict[str, str]:
    """``Type/id`` of the resource that came last under each urn, as far as there is one."""
    return {urn: f"{kind}/{name}" for urn, kind, name in _BY_URN.run(session, [(urn,) for urn in urns])}


# One look into the index per alias: as a join, PostgreSQL reads the whole table while it has no statistics.
_ABOUT = KeyedStatement(
    "SELECT a FROM {keys} WHERE (SELECT 1 FROM resource r WHERE r.subject = a AND r.person ="
    " coalesce((SELECT p.person FROM person_alias p WHERE p.alias = a), b) LIMIT 1) = 1",
    width=2,
)


def known_subjects(session: Session, aliases: Iterable[str]) -> frozenset[str]:
    """Those of the aliases that stored resources are about."""
    keys = [(alias, default_person(alias)) for alias in aliases]
    return frozenset(subject for (subject,) in _ABOUT.run(session, keys))


#: PostgreSQL gives numbers out; on SQLite, where the writer has the table to itself, they follow the last one.
_NEW_KEYS = Statement(
    "SELECT coalesce(max(key), 0) FROM resource",
    postgresql="SELECT nextval(pg_get_serial_sequence('resource', 'key')) FROM generate_series(1, :count)",
)


def allocate_keys(session: Session, count: int) -> Sequence[int]:
    """Numbers for new rows of `schema.Resource`; call it with the writer's turn."""
    if not count:
        return []
    found = [key for (key,) in _NEW_KEYS.rows(session, count=count)]
    return found if is_postgresql(session) else range(found[0] + 1, found[0] + 1 + count)


def _columns_of(resource: ResourceToStore) -> tuple[Any, ...]:
    return msgspec.structs.astuple(resource)[:-1]


def insert_resources(session: Session, resources: Sequence[ResourceToStore]) -> None:
    """Store resources that are new here, with their search entries."""
    insert_rows(session, "resource", _COLUMNS, [_columns_of(resource) for resource in resources])
    _insert_search(session, resources)


_TO_HISTORY = KeyedStatement(
    "INSERT INTO resource_version (resource_key, version, last_updated, method, deleted, sender, source_updated,"
    " source_issued, receipt_id, raw) SELECT r.key, r.version, r.last_updated, r.method, r.deleted, r.sender,"
    " r.source_updated, r.source_issued, r.receipt_id, r.raw FROM resource r"
    " WHERE r.key IN (SELECT CAST(a AS bigint) FROM {keys})"
)
_FORGET_SEARCH = KeyedStatement("DELETE FROM search_entry WHERE resource_key IN (SELECT CAST(a AS bigint) FROM {keys})")
#: A name under which a resource once came stays until it comes under another one.
_FORGET_VALUES = KeyedStatement(
    "DELETE FROM search_entry WHERE resource_key IN (SELECT CAST(a AS bigint) FROM {keys}) AND parameter <> 'full-url'"
)
_REPLACE = Statement(
    "UPDATE resource SET "  # noqa: S608
    + ", ".join(f"{name} = :{name}" for name in _COLUMNS if name not in ("key", "type", "id"))
    + " WHERE key = :key"
)


def replace_resources(session: Session, resources: Sequence[ResourceToStore]) -> None:
    """Make new versions current; what was current goes into history, and its search entries away."""
    keys = [(str(resource.key),) for resource in resources]
    _TO_HISTORY.execute(session, keys)
    renamed = {str(r.key) for r in resources if any(parameter == FULL_URL for parameter, _, _ in r.search)}
    _FORGET_SEARCH.execute(session, [(key,) for (key,) in keys if key in renamed])
    _FORGET_VALUES.execute(session, [(key,) for (key,) in keys if key not in renamed])
    parameters = [dict(zip(_COLUMNS, _columns_of(resource), strict=True)) for resource in resources]
    _REPLACE.execute_many(session, parameters)
    _insert_search(session, resources)


_HISTORY_COLUMNS = (
    "resource_key",
    "version",
    "last_updated",
    "method",
    "deleted",
    "sender",
    "source_updated",
    "source_issued",
    "receipt_id",
    "raw",
)
_NUMBER_TAKEN = Statement("UPDATE resource SET latest_version = :version WHERE key = :key")


def insert_late_versions(session: Session, resources: Sequence[ResourceToStore]) -> None:
    """Put versions that came late straight into history: they take the next number and are never current."""
    rows = [
        (
            resource.key,
            resource.version,
            resource.last_updated,
            resource.method,
            resource.deleted,
            resource.sender,
            resource.source_updated,
            resource.source_issued,
            resource.receipt_id,
            resource.raw,
        )
        for resource in resources
    ]
    insert_rows(session, "resource_version", _HISTORY_COLUMNS, rows)
    _NUMBER_TAKEN.execute_many(session, [{"key": r.key, "version": r.version} for r in resources])


def _insert_search(session: Session, resources: Sequence[ResourceToStore]) -> None:
    rows = [(*entry, resource.key) for resource in resources for entry in sorted(resource.search)]
    insert_rows(session, "search_entry", ("parameter", "value", "system", "resource_key"), rows)


_REFERRERS = KeyedStatement(
    "SELECT DISTINCT r.person FROM {keys} CROSS JOIN search_entry s JOIN resource r ON r.key = s.resource_key"
    " WHERE s.parameter IN ('specimen', 'focus', 'derived-from', 'has-member', 'medication', 'study', 'reason')"
    " AND s.value = b AND s.system = a AND r.person IS NOT NULL",
    width=2,
)


def persons_referring_to(session: Session, keys: Iterable[ResourceKey]) -> list[str]:
    """Whose resources refer to these ones: they are due when the target of a dangling reference arrives."""
    return sorted(row[0] for row in _REFERRERS.run(session, keys))


_REFERRING = KeyedStatement(
    f"SELECT DISTINCT {_CURRENT_COLUMNS} FROM {{keys}} CROSS JOIN search_entry s"  # noqa: S608
    " JOIN resource r ON r.key = s.resource_key WHERE s.parameter IN ('medication', 'study')"
    " AND s.value = b AND s.system = a AND NOT r.deleted AND r.issues IS NULL",
    width=2,
)


def referring_resources(session: Session, keys: Iterable[ResourceKey]) -> list[CurrentResource]:
    """Sound resources whose ``medication`` or ``study`` is one of these."""
    return sorted((_current(row) for row in _REFERRING.run(session, keys)), key=lambda resource: resource.key)
