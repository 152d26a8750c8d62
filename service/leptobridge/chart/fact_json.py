"""Facts as JSON text, and back: the form in which they are stored (design 3). Members are those of the types."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact, FactValue, Source

#: A Decimal is an object with this one key, so that its written precision survives and it stays apart from text.
_DECIMAL = "decimal"

_encode = msgspec.json.Encoder().encode


def fact_to_json(fact: Fact) -> str:
    """The JSON text of a fact; :func:`fact_from_json` gives back an equal one from its data."""
    return _encode(_document(fact)).decode()


def facts_to_json(facts: Iterable[Fact]) -> str:
    """A JSON array of facts."""
    return _encode([_document(fact) for fact in facts]).decode()


def _document(fact: Fact) -> Any:
    document: Any = fact
    if type(fact.value) is Decimal:
        document = _marked(fact, "value", _value_to_json(fact.value))
    if Decimal in map(type, fact.details.values()):
        document = _marked(document, "details", {name: _value_to_json(value) for name, value in fact.details.items()})
    return document


def _marked(document: Any, member: str, value: Any) -> dict[str, Any]:
    """The members of a fact with one of them in its JSON form."""
    return {**(document if isinstance(document, dict) else msgspec.structs.asdict(document)), member: value}


def _value_to_json(value: Any) -> Any:
    return {_DECIMAL: str(value)} if type(value) is Decimal else value


def fact_from_json(document: Mapping[str, Any]) -> Fact:
    """The fact of the data that the text of :func:`fact_to_json` holds."""
    source = document["source"]
    return Fact(
        kind=document["kind"],
        item=document["item"],
        value=_value_from_json(document["value"]),
        unit=document["unit"],
        absence=document["absence"],
        status=document["status"],
        time=_time_from_json(document["time"]),
        end=_time_from_json(document["end"]),
        details={name: _detail_from_json(value) for name, value in document["details"].items()},
        source=Source(source["reference"], source["version"], source["rule"]),
        recency=document["recency"],
        identifiers=tuple(document["identifiers"]),
        flags=tuple(document["flags"]),
    )


def _value_from_json(value: Any) -> FactValue:
    return Decimal(value[_DECIMAL]) if isinstance(value, dict) else value


def _detail_from_json(value: Any) -> FactValue | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else _value_from_json(value)


def _time_from_json(document: Mapping[str, str] | None) -> ClinicalTime | None:
    if document is None:
        return None
    instant = document["instant"]
    return ClinicalTime(
        document["text"],
        date.fromisoformat(document["first"]),
        date.fromisoformat(document["last"]),
        datetime.fromisoformat(instant) if instant is not None else None,
    )
