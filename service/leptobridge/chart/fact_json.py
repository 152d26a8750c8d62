"""Facts as JSON documents, and back: the form in which they are stored (design 3). Empty members are left out."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact, FactValue, Source

#: A Decimal is an object with this one key, so that its written precision survives and it stays apart from text.
_DECIMAL = "decimal"


def fact_to_json(fact: Fact) -> dict[str, Any]:
    """The document of a fact; :func:`fact_from_json` gives back an equal one."""
    document: dict[str, Any] = {
        "kind": fact.kind,
        "reference": fact.source.reference,
        "version": fact.source.version,
        "recency": fact.recency,
    }
    optional: dict[str, Any] = {
        "item": fact.item,
        "rule": fact.source.rule,
        "unit": fact.unit,
        "absence": fact.absence,
        "status": "" if fact.status == "counted" else fact.status,
        "time": _time_to_json(fact.time),
        "end": _time_to_json(fact.end),
        "details": {name: _detail_to_json(value) for name, value in fact.details.items()},
        "identifiers": list(fact.identifiers),
        "flags": list(fact.flags),
    }
    if fact.value is not None:
        document["value"] = _value_to_json(fact.value)
    return document | {name: value for name, value in optional.items() if value}


def fact_from_json(document: Mapping[str, Any]) -> Fact:
    """The fact of a document that :func:`fact_to_json` made."""
    return Fact(
        kind=document["kind"],
        item=document.get("item", ""),
        value=_value_from_json(document.get("value")),
        unit=document.get("unit"),
        absence=document.get("absence"),
        status=document.get("status", "counted"),
        time=_time_from_json(document.get("time")),
        end=_time_from_json(document.get("end")),
        details={name: _detail_from_json(value) for name, value in document.get("details", {}).items()},
        source=Source(document["reference"], document["version"], document.get("rule", "")),
        recency=document["recency"],
        identifiers=tuple(document.get("identifiers", ())),
        flags=tuple(document.get("flags", ())),
    )


def _value_to_json(value: FactValue) -> Any:
    return {_DECIMAL: str(value)} if isinstance(value, Decimal) else value


def _value_from_json(value: Any) -> FactValue:
    return Decimal(value[_DECIMAL]) if isinstance(value, dict) else value


def _detail_to_json(value: FactValue | tuple[str, ...]) -> Any:
    return list(value) if isinstance(value, tuple) else _value_to_json(value)


def _detail_from_json(value: Any) -> FactValue | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else _value_from_json(value)


def _time_to_json(time: ClinicalTime | None) -> list[str] | None:
    if time is None:
        return None
    days = [time.text, time.first.isoformat(), time.last.isoformat()]
    return days if time.instant is None else [*days, time.instant.isoformat()]


def _time_from_json(document: list[str] | None) -> ClinicalTime | None:
    if document is None:
        return None
    text, first, last, *instant = document
    return ClinicalTime(
        text,
        date.fromisoformat(first),
        date.fromisoformat(last),
        datetime.fromisoformat(instant[0]) if instant else None,
    )
