"""Searching one type: matches, what they include, paging links (R4 http.html#search, search.html)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlmodel import Session, col

from leptobridge.api.bundles import outcome_entry, stored_entry, write_bundle
from leptobridge.api.page_token import PageToken, read_token, write_token
from leptobridge.api.people import persons_with
from leptobridge.api.search_query import Include, SearchQuery, parse_search
from leptobridge.api.search_statement import StatementBuilder, sort_values
from leptobridge.store.persons import person_of
from leptobridge.store.schema import Resource, SearchEntry

#: The parameter of our paging links.
PAGE = "_page"

#: Most resources that ``_include`` and ``_revinclude`` add to one page.
INCLUDE_LIMIT = 5_000


def search_type(
    session: Session,
    resource_type: str,
    pairs: Sequence[tuple[str, str]],
    *,
    base: str,
    now: datetime,
    strict: bool,
    page_size: int,
    page_size_max: int,
) -> bytes:
    """The searchset Bundle for ``pairs`` (decoded query parameters). Raises RefusedError 400."""
    tokens = [value for name, value in pairs if name == PAGE]
    token = read_token(tokens[0], resource_type) if tokens else None
    query = parse_search(
        resource_type,
        token.pairs if token else pairs,
        base=base,
        strict=strict and token is None,
        page_size=page_size,
        page_size_max=page_size_max,
    )
    builder = StatementBuilder(lambda name: person_of(session, name), lambda s, v: persons_with(session, s, v), now)
    total = token.total if token else None
    if token is None and (query.with_total or query.count_only):
        total = int(session.connection().execute(builder.count(query)).scalar_one())
    rows: list[Resource] = []
    more = False
    if not query.count_only:
        found = list(session.scalars(builder.page(query, token.after if token else None, query.count + 1)))
        rows, more = found[: query.count], len(found) > query.count
    entries = [stored_entry(base, row, "match") for row in rows]
    entries += [stored_entry(base, row, "include") for row in _included(session, query, rows)]
    if query.ignored:
        entries.append(outcome_entry(query.ignored))
    here = f"{base}/{resource_type}"
    self_url = f"{here}?{PAGE}={tokens[0]}" if tokens else _with_query(here, query.used)
    links = [("self", self_url), ("first", _with_query(here, query.used))]
    if more:
        place = PageToken(path=resource_type, pairs=query.used, after=sort_values(query, rows[-1]), total=total)
        links.append(("next", f"{here}?{PAGE}={write_token(place)}"))
    return write_bundle("searchset", entries, total=total, links=links)


def _with_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{url}?{urlencode(pairs)}" if pairs else url


def _included(session: Session, query: SearchQuery, rows: Sequence[Resource]) -> list[Resource]:
    matched = {(row.type, row.id) for row in rows}
    found: dict[tuple[str, str], Resource] = {}
    for include in query.includes:
        wanted = [target for target in _targets(session, include, rows) if target not in matched]
        for row in _read(session, wanted):
            found.setdefault((row.type, row.id), row)
    for include in query.reverse_includes:
        for row in _referring(session, include, query.resource_type, rows):
            if (row.type, row.id) not in matched:
                found.setdefault((row.type, row.id), row)
    return list(found.values())[:INCLUDE_LIMIT]


def _targets(session: Session, include: Include, rows: Sequence[Resource]) -> list[tuple[str, str]]:
    """Type and id of what the rows refer to by the parameter."""
    targets: list[tuple[str, str]] = []
    if include.parameter.column == "person" and include.target in (None, "Patient"):
        targets += [("Patient", row.person) for row in rows if row.person]
    if include.parameter.entry:
        keys = [row.key for row in rows]
        statement = select(col(SearchEntry.system), col(SearchEntry.value)).where(
            col(SearchEntry.parameter) == include.parameter.entry, col(SearchEntry.resource_key).in_(keys)
        )
        if include.target:
            statement = statement.where(col(SearchEntry.system) == include.target)
        targets += [(kind, value) for kind, value in session.connection().execute(statement)]
    return list(dict.fromkeys(targets))


def _read(session: Session, wanted: Iterable[tuple[str, str]]) -> list[Resource]:
    by_type: dict[str, list[str]] = {}
    for kind, resource_id in wanted:
        by_type.setdefault(kind, []).append(resource_id)
    found: list[Resource] = []
    for kind, ids in by_type.items():
        statement = select(Resource).where(
            col(Resource.type) == kind, col(Resource.id).in_(ids), col(Resource.deleted).is_(False)
        )
        found += session.scalars(statement.order_by(col(Resource.key)))
    return found


def _referring(session: Session, include: Include, target_type: str, rows: Sequence[Resource]) -> list[Resource]:
    """Resources of the include's source type that refer to the rows by the parameter."""
    ids = [row.id for row in rows]
    statement = select(Resource).where(col(Resource.type) == include.source, col(Resource.deleted).is_(False))
    if include.parameter.column == "person" and target_type == "Patient":
        statement = statement.where(col(Resource.person).in_([row.person or row.id for row in rows]))
    elif include.parameter.entry:
        pointing = select(col(SearchEntry.resource_key)).where(
            col(SearchEntry.parameter) == include.parameter.entry,
            col(SearchEntry.system) == target_type,
            col(SearchEntry.value).in_(ids),
        )
        statement = statement.where(col(Resource.key).in_(pointing))
    else:
        return []
    return list(session.scalars(statement.order_by(col(Resource.key)).limit(INCLUDE_LIMIT)))
