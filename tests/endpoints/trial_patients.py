"""Patients of a small trial whose endpoints can be worked out by hand."""

import uuid
from collections.abc import Mapping
from typing import Any

from tests import dialects
from tests.dialects import Json

TRIAL = "NCT04343573"
ITEMS = ("brain-nodules", "brain-linear", "hydrocephalus", "spine-nodules", "spine-linear")
#: What the reader says of the linear enhancement of the brain, the only finding of these patients → what follows.
PARTIAL_RESPONSE, STABLE, PROGRESSION = "improved", "no-change", "worse"


def patient(
    number: str,
    *,
    start: str,
    trial: str = TRIAL,
    arm: str | None = None,
    status: str = "on-study",
    diagnosed: str = "2026-01-05",
    mri: Mapping[str, str] | None = None,
    gait: Mapping[str, int] | None = None,
    seen: str | None = None,
    death: str | None = None,
) -> Json:
    """A transaction bundle: LM by MRI with negative CSF, an enrolment, and what happened afterwards.

    ``mri``: day → the reader's change; every MRI comes with a normal examination. ``gait``: day → level of an
    examination by itself. ``seen``: a last contact.
    """
    subject: Json = {
        "resourceType": "Patient",
        "identifier": [{"system": "https://hospital.example/id", "value": number}],
    }
    if death is not None:
        subject["deceasedDateTime"] = death
    enrolment = {**dialects.enrolment(trial, start), "status": status}
    if arm is not None:
        enrolment["actualArm"] = arm
    chart: list[Json] = [
        dialects.cancer("plain", "nsclc", "2025-01-15"),
        dialects.leptomeningeal_metastasis("plain", diagnosed),
        dialects.scorecard("plain", _findings(), {}, "2026-01-05"),
        dialects.neurological_examination({}, True, "2026-01-05"),
        dialects.csf_specimen("plain", "2026-01-05", 12),
        dialects.csf_cytology("plain", "negative", "2026-01-05"),
        enrolment,
    ]
    for day, change in (mri or {}).items():
        chart.append(dialects.scorecard("plain", _findings(), {"brain-linear": change}, day))
        chart.append(dialects.neurological_examination({}, True, day))
    chart += [dialects.neurological_examination({"gait": level}, True, day) for day, level in (gait or {}).items()]
    if seen is not None:
        chart.append(dialects.performance("plain", 1, seen))
    return _transaction(subject, chart)


def _findings() -> dict[str, bool]:
    return {item: item == "brain-linear" for item in ITEMS}


def _transaction(subject: Json, chart: list[Json]) -> Json:
    urn = f"urn:uuid:{uuid.uuid4()}"
    specimen = f"urn:uuid:{uuid.uuid4()}"
    entries = [{"fullUrl": urn, "resource": subject, "request": {"method": "POST", "url": "Patient"}}]
    for resource in chart:
        role = "individual" if resource["resourceType"] == "ResearchSubject" else "subject"
        whole: dict[str, Any] = {**resource, role: {"reference": urn}}
        full_url = specimen if resource["resourceType"] == "Specimen" else f"urn:uuid:{uuid.uuid4()}"
        if resource is chart[5]:
            whole["specimen"] = {"reference": specimen}
        request = {"method": "POST", "url": resource["resourceType"]}
        entries.append({"fullUrl": full_url, "resource": whole, "request": request})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
