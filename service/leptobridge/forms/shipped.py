"""The Questionnaires that come with the service."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from leptobridge.fhir.shipped_package import shipped_resources

Json = Mapping[str, Any]


@cache
def shipped_questionnaires() -> Mapping[str, Json]:
    """Questionnaires by canonical URL, in the order of their ids."""
    return {form["url"]: form for form in shipped_resources("Questionnaire")}


def questionnaire_of(response: Json) -> Json | None:
    """The shipped Questionnaire that a response answers, a version (``|0.1.0``) not regarded."""
    canonical = response.get("questionnaire")
    return shipped_questionnaires().get(canonical.partition("|")[0]) if isinstance(canonical, str) else None
