"""Facts as JSON text, and back: the form in which they are stored (design 3). Members are those of the dataclasses."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact, FactValue, Source

#: A Decimal is an object with this one key, so that its written precision survives and it stays apart from text.
_DECIMAL = "decimal"


def fact_to_json(fact: Fact) -> str:
    """The JSON text of a fact; :func:`fact_from_json` gives back an equal one from its data."""
    return orjson.dumps(fact, default=_decimal_to_json).decode()


def _decimal_to_json(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


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
