"""A SearchQuery as SQL over the store's resource table and its search entries."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import col

from leptobridge.api.search_dates import DateSpan, approximate
from leptobridge.api.search_query import Filter, SearchQuery, Target, Token
from leptobridge.store.instant import instant_text
from leptobridge.store.schema import Resource, SearchEntry

#: Finds whom a patient's id means today: the survivor of a merger; None where the id is not known.
ResolvePerson = Callable[[str], str | None]

#: Finds whom the holders of an identifier (system or None for any, value) are.
ResolveIdentifier = Callable[[str | None, str], Sequence[str]]

Condition = ColumnElement[bool]


class StatementBuilder:
    """Builds the conditions of one search. Persons are resolved through the functions given, dates against ``now``."""

    def __init__(self, person_of: ResolvePerson, persons_with: ResolveIdentifier, now: datetime) -> None:
        self._person_of = person_of
        self._persons_with = persons_with
        self._now = now

    def conditions(self, query: SearchQuery) -> list[Condition]:
        """What a resource must satisfy to be a match; paging comes on top."""
        matching = [col(Resource.type) == query.resource_type, col(Resource.deleted).is_(False)]
        return matching + [self._filter(item) for item in query.filters]

    def count(self, query: SearchQuery) -> Select[int]:
        """How many match."""
        return select(func.count()).select_from(Resource).where(*self.conditions(query))

    def page(self, query: SearchQuery, after: Sequence[Any] | None, limit: int) -> Select[Any]:
        """``limit`` matches behind the place ``after`` (values of `sort_values`), in the order asked for."""
        ordering = sort_columns(query)
        statement = select(Resource).where(*self.conditions(query))
        if after is not None:
            statement = statement.where(_behind(ordering, after))
        return statement.order_by(*(c.desc() if down else c.asc() for c, down in ordering)).limit(limit)

    def _filter(self, item: Filter) -> Condition:
        parameter = item.parameter
        if item.modifier == "missing":
            return self._missing(item)
        if item.modifier == "identifier":
            return self._by_identifier(item)
        alternatives = [self._value(item, value) for value in item.values]
        condition = or_(false(), *alternatives)
        if item.modifier == "not":
            return not_(condition) if parameter.column is None else or_(not_(condition), _column(item).is_(None))
        return condition

    def _value(self, item: Filter, value: object) -> Condition:
        match value:
            case DateSpan():
                return self._date(item, value)
            case Token():
                return self._token(item, value)
            case Target():
                return self._reference(item, value)
            case str():
                return self._string(item, value)
        raise TypeError(type(value).__name__)

    def _date(self, item: Filter, span: DateSpan) -> Condition:
        if item.parameter.column == "date":
            first, last = col(Resource.date_first), col(Resource.date_last)
        else:
            first = last = col(Resource.last_updated)
        wanted = approximate(span, self._now) if span.prefix == "ap" else span
        low, high = instant_text(wanted.first), instant_text(wanted.last)
        inside = and_(first >= low, last <= high)
        # R4 search.html 3.1.1.4.8: what each prefix demands of the two spans.
        demands: dict[str, Condition] = {
            "eq": inside,
            "ne": not_(inside),
            "gt": last > high,
            "lt": first < low,
            "ge": or_(last > high, inside),
            "le": or_(first < low, inside),
            "sa": first > high,
            "eb": last < low,
            "ap": and_(first <= high, last >= low),
        }
        return and_(first.is_not(None), demands[span.prefix])

    def _token(self, item: Filter, token: Token) -> Condition:
        if item.parameter.column is not None:
            return _column(item) == token.code if token.code is not None else _column(item).is_not(None)
        return _entry(item.parameter.entry, token.code, token.system)

    def _reference(self, item: Filter, target: Target) -> Condition:
        parameter = item.parameter
        alternatives: list[Condition] = []
        if target.url is not None:
            return _entry(parameter.entry or parameter.name, target.url, "url")
        if parameter.column == "person" and target.type in (None, "Patient") and target.id is not None:
            person = self._person_of(target.id)
            alternatives.append(col(Resource.person) == person if person else false())
        if parameter.entry and (parameter.column is None or target.type != "Patient"):
            alternatives.append(_entry(parameter.entry, target.id, target.type))
        return or_(false(), *alternatives)

    def _by_identifier(self, item: Filter) -> Condition:
        """``specimen:identifier=system|value``, ``patient.identifier=…``: whoever carries that identifier."""
        alternatives: list[Condition] = []
        for token in item.values:
            if not isinstance(token, Token) or token.code is None:
                continue
            if item.parameter.column == "person":
                people = self._persons_with(token.system, token.code)
                alternatives.append(col(Resource.person).in_(list(people)))
            else:
                name = f"{token.system or ''}|{token.code}"
                alternatives.append(_entry(item.parameter.entry, name, "identifier"))
        return or_(false(), *alternatives)

    def _string(self, item: Filter, text: str) -> Condition:
        wanted = text.lower()
        rows = _entry_rows(item.parameter.entry)
        value = col(SearchEntry.value)
        match item.modifier:
            case "exact":
                return exists(rows.where(value == wanted))
            case "contains":
                return exists(rows.where(value.contains(wanted, autoescape=True)))
        return exists(rows.where(value.startswith(wanted, autoescape=True)))

    def _missing(self, item: Filter) -> Condition:
        if item.parameter.column is not None:
            absent: Condition = _column(item).is_(None)
            if item.parameter.entry:
                absent = and_(absent, not_(exists(_entry_rows(item.parameter.entry))))
        else:
            absent = not_(exists(_entry_rows(item.parameter.entry)))
        return absent if item.values[0] == "true" else not_(absent)


def sort_columns(query: SearchQuery) -> list[tuple[ColumnElement[Any], bool]]:
    """Columns and whether they descend; the key comes last, so that the order is total and pages never overlap."""
    ordering: list[tuple[ColumnElement[Any], bool]] = []
    for name, down in query.sort:
        ordering.append((func.coalesce(_by_name(name), literal("")), down))
    ordering.append((_by_name("key").expression, False))
    return ordering


def sort_values(query: SearchQuery, row: Resource) -> list[Any]:
    """The place of a match in the order of `sort_columns`."""
    return [getattr(row, name) or "" for name, _ in query.sort] + [row.key]


def _behind(ordering: Sequence[tuple[ColumnElement[Any], bool]], place: Sequence[Any]) -> Condition:
    alternatives: list[Condition] = []
    for depth, (column, down) in enumerate(ordering):
        level = [ordering[i][0] == place[i] for i in range(depth)]
        beyond = column < place[depth] if down else column > place[depth]
        alternatives.append(and_(*level, beyond))
    return or_(*alternatives)


def _by_name(name: str) -> InstrumentedAttribute[Any]:
    return getattr(Resource, name)  # type: ignore[no-any-return]


def _column(item: Filter) -> InstrumentedAttribute[Any]:
    name = item.parameter.column
    return _by_name("date_first" if name == "date" else str(name))


def _entry_rows(parameter: str) -> Select[Any]:
    return select(col(SearchEntry.resource_key)).where(
        col(SearchEntry.parameter) == parameter, col(SearchEntry.resource_key) == col(Resource.key)
    )


def _entry(parameter: str, value: str | None, system: str | None) -> Condition:
    rows = _entry_rows(parameter)
    if value is not None:
        rows = rows.where(col(SearchEntry.value) == value)
    if system is not None:
        rows = rows.where(col(SearchEntry.system) == system)
    return exists(rows)
