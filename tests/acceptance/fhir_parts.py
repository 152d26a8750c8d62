"""Pieces of which every rendering is made: times, references, Observations, answers in the manner of a dialect."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.acceptance import statements as told
from tests.acceptance import vocabulary as words
from tests.acceptance.vocabulary import concept
from tests.dialects import SNOMED, Dialect, Json, finding

OFFSETS: Mapping[Dialect, str] = {"us": "-05:00", "plain": "+01:00", "chinese": "+08:00"}


Parts = Iterator[tuple[str, Json]]


def local(key: str) -> Json:
    return {"reference": f"local:{key}"}


def kebab(name: str) -> str:
    return name.replace("_", "-")


def time(day: told.Day, dialect: Dialect, hour: int = 10, minutes: int = 0) -> str:
    """A date in the plain dialect, elsewhere a time with its offset; a partial date stays what it is."""
    text = told.written(day)
    if isinstance(day, str) or dialect == "plain":
        return text
    moment = datetime.fromisoformat(text) + timedelta(hours=hour, minutes=minutes)
    return moment.isoformat() + OFFSETS[dialect]


def observation(code: Json, when: str, value: Json | None = None, **more: Any) -> Json:
    return {
        "resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": when, **(value or {}),
        **more,
    }  # fmt: skip


def coded(value: Json) -> Json:
    return {"valueCodeableConcept": value}


def worded(word: words.Word, dialect: Dialect) -> Json:
    """An answer in the manner of the dialect: a general code and words, a local code, Chinese words."""
    if dialect == "us":
        return coded(concept((SNOMED, word.snomed), text=word.english))
    return coded(finding(word.local)) if dialect == "plain" else {"valueString": word.chinese}
