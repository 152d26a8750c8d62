"""``Patient/{id}/$everything``: all that is stored about one patient, in pages (R4 patient-operation-everything)."""

from collections.abc import Sequence

import orjson
from sqlalchemy import func, select
from sqlmodel import Session, col

from leptobridge.api.bundles import stored_entry, write_bundle
from leptobridge.api.page_token import PageToken, read_token, write_token
from leptobridge.api.refusal import refuse
from leptobridge.fhir.references import find_references
from leptobridge.store.persons import patients_of_person, person_of
from leptobridge.store.resources import current_versions
from leptobridge.store.schema import Resource


def patient_everything(
    session: Session,
    patient_id: str,
    pairs: Sequence[tuple[str, str]],
    *,
    base: str,
    page_size: int,
    page_size_max: int,
) -> bytes:
    """A searchset page. Takes ``_count`` and ``_type``. Raises RefusedError 404 where nobody is known, else 400."""
    path = f"Patient/{patient_id}/$everything"
    given = dict(pairs)
    token = read_token(given["_page"], path) if "_page" in given else None
    asked = dict(token.pairs) if token else given
    count = _count(asked.get("_count"), page_size, page_size_max)
    person = person_of(session, patient_id)
    known = current_versions(session, [("Patient", name) for name in patients_of_person(session, person)])
    if not any(not patient.deleted for patient in known.values()):
        raise refuse(404, "not-found", "There is no Patient with this id.", "Patient.id")
    conditions = [col(Resource.person) == person, col(Resource.deleted).is_(False)]
    if "_type" in asked:
        conditions.append(col(Resource.type).in_(asked["_type"].split(",")))
    if token is None:
        counting = select(func.count()).select_from(Resource).where(*conditions)
        total = int(session.connection().execute(counting).scalar_one())
    else:
        total = token.total or 0
        conditions.append(col(Resource.key) > token.after[0])
    found = list(session.scalars(select(Resource).where(*conditions).order_by(col(Resource.key)).limit(count + 1)))
    rows = found[:count]
    links = [("self", f"{base}/{path}" + (f"?_page={given['_page']}" if token else ""))]
    if len(found) > count:
        kept = [(name, value) for name, value in asked.items() if name in ("_count", "_type")]
        place = PageToken(path=path, pairs=kept, after=[rows[-1].key], total=total)
        links.append(("next", f"{base}/{path}?_page={write_token(place)}"))
    entries = [stored_entry(base, row, "match") for row in rows]
    entries += [stored_entry(base, row, "include") for row in _shared(session, rows)]
    return write_bundle("searchset", entries, total=total, links=links)


def _shared(session: Session, rows: Sequence[Resource]) -> list[Resource]:
    """What the rows refer to that is nobody's in particular: Medication, ResearchStudy, Organization and the like."""
    targets: dict[str, set[str]] = {}
    for row in rows:
        for reference in find_references(orjson.loads(row.raw)):
            if reference.kind == "relative" and reference.target_type and reference.target_id:
                targets.setdefault(reference.target_type, set()).add(reference.target_id)
    found: list[Resource] = []
    for resource_type in sorted(targets):
        statement = select(Resource).where(
            col(Resource.type) == resource_type,
            col(Resource.id).in_(sorted(targets[resource_type])),
            col(Resource.person).is_(None),
            col(Resource.deleted).is_(False),
        )
        found += session.scalars(statement.order_by(col(Resource.key)))
    return found


def _count(text: str | None, default: int, highest: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:9]) == 0:
        raise refuse(400, "value", "_count is a whole number above 0.", "_count")
    return min(int(text[:9]), highest)
