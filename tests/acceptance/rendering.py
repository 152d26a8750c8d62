"""A story as the resources that a hospital of one dialect sends (exchange reference, sections 0 to 10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance import statements as told
from tests.acceptance import vocabulary as words
from tests.acceptance.fhir_parts import Parts, kebab
from tests.acceptance.rendered_findings import (
    render_biopsy,
    render_card,
    render_clinical,
    render_csf,
    render_exam,
    render_mri,
)
from tests.acceptance.rendered_records import (
    render_blood,
    render_cancer,
    render_comorbidity,
    render_device,
    render_drug,
    render_dural,
    render_enrolled,
    render_lm,
    render_performance,
    render_radiotherapy,
    render_says,
)
from tests.acceptance.story import Story
from tests.acceptance.vocabulary import concept
from tests.dialects import Dialect, Json

PATIENTS = "https://hospital.example/patients"


RESULTS = "https://hospital.example/results"


@dataclass(frozen=True)
class Rendered:
    """A resource without subject; references to others of the story are ``local:<key>``. ``number``: whose it is."""

    key: str
    wave: int
    number: str
    resource: Json


def render(story: Story, dialect: Dialect) -> list[Rendered]:
    """All resources of a story but the Patients; the versions of a corrected statement share their keys."""
    names = [statement.name for statement in story.statements]
    rendered = []
    for statement in story.statements:
        for suffix, resource in _RENDERERS[type(statement)](statement, dialect):
            key = f"{kebab(statement.name)}{suffix}"
            versioned = names.count(statement.name) > 1
            finished = _finish(resource, statement, dialect, key=key, versioned=versioned)
            rendered.append(Rendered(key, statement.wave, statement.number, finished))
    return rendered


def _finish(resource: Json, statement: told.Statement, dialect: Dialect, *, key: str, versioned: bool) -> Json:
    """Status, and for versions the business identifier and when each was made."""
    kind = resource["resourceType"]
    finished = dict(resource)
    if statement.status == "entered-in-error" and kind == "Condition":
        finished["verificationStatus"] = concept((words.VERIFICATION, "entered-in-error"))
        finished.pop("clinicalStatus", None)
    elif statement.status == "entered-in-error" or (statement.status and kind == "Observation"):
        finished["status"] = statement.status
    if kind == "Observation" and statement.issued is not None:
        finished["issued"] = f"{told.written(statement.issued)}T18:00:00Z"
    if versioned:
        made = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=statement.wave)
        finished["identifier"] = [{"system": RESULTS, "value": f"@{key}"}]
        if kind == "Observation" and dialect == "plain":
            finished["issued"] = made.isoformat()
        else:
            finished["meta"] = {"lastUpdated": made.isoformat()}
    return finished


_RENDERERS: Mapping[type[told.Statement], Callable[[Any, Dialect], Parts]] = {
    told.Cancer: render_cancer,
    told.Lm: render_lm,
    told.Dural: render_dural,
    told.Comorbidity: render_comorbidity,
    told.Csf: render_csf,
    told.Card: render_card,
    told.Mri: render_mri,
    told.Exam: render_exam,
    told.Clinical: render_clinical,
    told.Biopsy: render_biopsy,
    told.Device: render_device,
    told.Drug: render_drug,
    told.Radiotherapy: render_radiotherapy,
    told.Enrolled: render_enrolled,
    told.Performance: render_performance,
    told.Blood: render_blood,
    told.Says: render_says,
}
