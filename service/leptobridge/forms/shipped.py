"""The Questionnaires that come with the service: those of the FHIR package in ``profiles/package``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

Json = Mapping[str, Any]


@cache
def shipped_questionnaires() -> Mapping[str, Json]:
    """Questionnaires by canonical URL, in the order of their ids."""
    files = sorted(_folder().glob("Questionnaire-*.json"))
    return {form["url"]: form for form in map(orjson.loads, (path.read_bytes() for path in files))}


def questionnaire_of(response: Json) -> Json | None:
    """The shipped Questionnaire that a response answers, a version (``|0.1.0``) not regarded."""
    canonical = response.get("questionnaire")
    return shipped_questionnaires().get(canonical.partition("|")[0]) if isinstance(canonical, str) else None


def _folder() -> Path:
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_profiles"
    return packaged if packaged.is_dir() else package.parent.parent / "profiles" / "package"
