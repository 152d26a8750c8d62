"""Read, vread and history of one resource (R4 http.html#read, #vread, #history)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import msgspec
from sqlmodel import Session
from starlette.responses import Response

from leptobridge.api.bundles import write_bundle
from leptobridge.api.page_token import PageToken, read_token, write_token
from leptobridge.api.refusal import refuse
from leptobridge.api.responses import fhir_response
from leptobridge.fhir.date_time import parse_time
from leptobridge.fhir.structure import resource_types
from leptobridge.store.instant import instant_of
from leptobridge.store.persons import person_of
from leptobridge.store.resources import StoredVersion, history, read_resource, read_version

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_STATUS = {"POST": "201 Created", "PUT": "200 OK", "DELETE": "204 No Content"}


def require_type(resource_type: str) -> None:
    """Raises RefusedError 404 for what is no resource type of R4."""
    if resource_type not in resource_types():
        shown = resource_type if resource_type.isalnum() and len(resource_type) <= 64 else ""
        raise refuse(404, "not-supported", "This is not a resource type of FHIR R4.", shown)


def require_id(resource_type: str, resource_id: str) -> None:
    """Raises RefusedError 404: what is no id names nothing."""
    if not _ID.fullmatch(resource_id):
        raise refuse(404, "value", "An id is 1 to 64 letters, digits, hyphens and points.", f"{resource_type}.id")


def read_current(
    session: Session, resource_type: str, resource_id: str, headers: Mapping[str, str], base: str
) -> Response:
    """The current version; the id of a merged patient answers for the survivor. 404, 410, 304 as HTTP has them."""
    stored = read_resource(session, resource_type, resource_id)
    moved = False
    if resource_type == "Patient":
        person = person_of(session, resource_id)
        survivor = read_resource(session, "Patient", person) if person != resource_id else None
        if survivor is not None and not survivor.deleted:
            stored, moved = survivor, True
    if stored is None:
        raise refuse(404, "not-found", f"There is no {resource_type} with this id.", f"{resource_type}.id")
    _require_present(stored)
    answer = version_headers(stored)
    if moved:
        answer["Content-Location"] = f"{base}/Patient/{stored.id}"
    if _unchanged(stored, headers):
        return fhir_response(304, None, answer)
    return fhir_response(200, stored.raw.encode(), answer)


def read_one_version(session: Session, resource_type: str, resource_id: str, version: str) -> Response:
    """One version by its number."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    stored = read_version(session, resource_type, resource_id, number)
    if stored is None:
        raise refuse(404, "not-found", "There is no such version.", f"{resource_type}.meta.versionId")
    _require_present(stored)
    return fhir_response(200, stored.raw.encode(), version_headers(stored))


def read_history(
    session: Session,
    resource_type: str,
    resource_id: str,
    pairs: Sequence[tuple[str, str]],
    *,
    base: str,
    page_size: int,
) -> bytes:
    """All versions, the newest first, as a history Bundle with paging. Takes ``_count`` and ``_since``."""
    path = f"{resource_type}/{resource_id}/_history"
    given = dict(pairs)
    token = read_token(given["_page"], path) if "_page" in given else None
    asked = dict(token.pairs) if token else given
    versions = history(session, resource_type, resource_id)
    if not versions:
        raise refuse(404, "not-found", f"There is no {resource_type} with this id.", f"{resource_type}.id")
    count = _whole(asked.get("_count"), page_size)
    since = _since(asked.get("_since"))
    kept = [v for v in versions if since is None or instant_of(v.last_updated) >= since]
    rest = [v for v in kept if token is None or v.version < token.after[0]]
    links = [("self", f"{base}/{path}" + (f"?_page={given['_page']}" if token else ""))]
    if len(rest) > count > 0:
        kept_pairs = [(name, value) for name, value in asked.items() if name in ("_count", "_since")]
        place = PageToken(path=path, pairs=kept_pairs, after=[rest[count - 1].version], total=len(kept))
        links.append(("next", f"{base}/{path}?_page={write_token(place)}"))
    return write_bundle("history", (_history_entry(base, v) for v in rest[:count]), total=len(kept), links=links)


def version_headers(stored: StoredVersion) -> dict[str, str]:
    """ETag and Last-Modified of a version."""
    modified = format_datetime(instant_of(stored.last_updated), usegmt=True)
    return {"ETag": f'W/"{stored.version}"', "Last-Modified": modified}


def _require_present(stored: StoredVersion) -> None:
    if stored.deleted:
        raise refuse(
            410, "deleted", f"This {stored.type} was deleted.", f"{stored.type}.id", ETag=f'W/"{stored.version}"'
        )


def _unchanged(stored: StoredVersion, headers: Mapping[str, str]) -> bool:
    tags = headers.get("if-none-match")
    if tags is not None:
        wanted = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
        return "*" in wanted or str(stored.version) in wanted
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and instant_of(stored.last_updated).replace(microsecond=0) <= moment


def _history_entry(base: str, version: StoredVersion) -> dict[str, Any]:
    here = f"{version.type}/{version.id}"
    entry: dict[str, Any] = {"fullUrl": f"{base}/{here}"}
    if not version.deleted:
        entry["resource"] = msgspec.Raw(version.raw.encode())
    entry["request"] = {"method": version.method, "url": version.type if version.method == "POST" else here}
    entry["response"] = {
        "status": "201 Created" if version.version == 1 else _STATUS.get(version.method, "200 OK"),
        "etag": f'W/"{version.version}"',
        "lastModified": version.last_updated,
    }
    return entry


def _whole(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise refuse(400, "value", "_count is a whole number, 0 or more.", "_count")
    return int(text[:6])


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = parse_time(text.replace(" ", "+"))
    if moment is None or moment.instant is None:
        raise refuse(400, "value", "_since is an instant with its offset.", "_since")
    return moment.instant
