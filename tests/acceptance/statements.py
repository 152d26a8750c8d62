"""Statements about a patient: what a story is told in.

Days are whole numbers counted from ``DAY_ZERO``, the day on which most courses start; a text is a date of its own
precision (``"2026-01"``). Statements know nothing of FHIR: `tests.acceptance.rendering` writes each in three dialects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeVar

DAY_ZERO = date(2026, 1, 12)
Day = int | str
Grade = Literal[0, 1, "ne", "eq"] | None
ITEMS = ("brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear")
AnyStatement = TypeVar("AnyStatement", bound="Statement")


def written(day: Day) -> str:
    """The date of a day as it is written."""
    return day if isinstance(day, str) else (DAY_ZERO + timedelta(days=day)).isoformat()


def date_of(day: Day) -> date:
    """An exact day of a story."""
    return date.fromisoformat(written(day))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One dated statement.

    ``name``: what tells its resources from others; a correction has the name of what it corrects. ``wave``: a later
    wave is another message, issued later. ``status``: the FHIR status where it is not the usual one. ``number``: the
    patient's number that it is recorded under (another one was merged away).
    """

    day: Day
    name: str = ""
    wave: int = 0
    status: str = ""
    issued: Day | None = None
    number: Literal["own", "old"] = "own"


@dataclass(frozen=True, kw_only=True)
class Cancer(Statement):
    """``kind``: see `tests.acceptance.vocabulary.CANCERS`."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class Lm(Statement):
    """A coded LM; ``state`` refuted (with ``reason``, on ``stated``), recurrence, resolved or provisional."""

    state: Literal["active", "refuted", "recurrence", "resolved", "provisional"] = "active"
    reason: str = ""
    stated: Day | None = None
    specific: bool = True


@dataclass(frozen=True, kw_only=True)
class Dural(Statement):
    """A coded dural metastasis."""


@dataclass(frozen=True, kw_only=True)
class Csf(Statement):
    """A CSF sample: adequate (12 mL, 20 minutes) and lumbar unless told otherwise; ``second``: another report on it."""

    cytology: str | None
    site: Literal["lumbar", "ventricular"] | None = "lumbar"
    ml: float | None = 12
    minutes: int | None = 20
    fixed: bool | None = None
    flow: str | None = None
    cells: tuple[int, float] | None = None
    second: str | None = None
    specimen_status: str = "available"


@dataclass(frozen=True, kw_only=True)
class Card(Statement):
    """An MRI scorecard; ``grades`` in the order of the form, None = left out."""

    grades: tuple[Grade, ...]
    changes: Mapping[str, str] = field(default_factory=dict)
    complete: bool | None = None
    overall: str | None = None
    linear_share: int | None = None
    sizes: tuple[str, ...] = ()
    imaged: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mri(Statement):
    """The reader's class of an MRI."""

    lm: str


@dataclass(frozen=True, kw_only=True)
class Exam(Statement):
    """A neurological examination; domains that are not named are normal where ``rest_normal``."""

    levels: Mapping[str, int | None]
    rest_normal: bool = True
    judged: str | None = None
    attribution: str | None = None
    explained: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clinical(Statement):
    """The clinician's judgement of the signs: typical, atypical, none or unknown."""

    value: str


@dataclass(frozen=True, kw_only=True)
class Biopsy(Statement):
    """Tissue from the leptomeninges or from the dura."""

    result: str
    tissue: Literal["meningeal", "dural"] = "meningeal"


@dataclass(frozen=True, kw_only=True)
class Device(Statement):
    """A ventricular device, present or stated to be absent."""

    present: bool


@dataclass(frozen=True, kw_only=True)
class Drug(Statement):
    """A drug that was given, or only ``ordered``."""

    drug: str
    until: Day | None = None
    intrathecal: bool = False
    ordered: bool = False


@dataclass(frozen=True, kw_only=True)
class Radiotherapy(Statement):
    """Radiotherapy of a volume: wbrt, craniospinal, involved-field, focal-brain, extracranial."""

    volume: str


@dataclass(frozen=True, kw_only=True)
class Enrolled(Statement):
    """Enrolment in a study."""

    study: str
    subject_status: str = "on-study"


@dataclass(frozen=True, kw_only=True)
class Performance(Statement):
    """A performance status: ecog, kps or lansky."""

    scale: str
    score: int


@dataclass(frozen=True, kw_only=True)
class Blood(Statement):
    """Blood values: haemoglobin in g/dL, neutrophils and platelets per microlitre."""

    values: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Says(Statement):
    """A statement that a trial asks for; ``value`` None = asked, not known. ``about``: the one trial it concerns."""

    code: str
    value: bool | int | None
    unit: str | None = None
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comorbidity(Statement):
    """Another diagnosis that trials ask for: encephalopathy, hydrocephalus, pregnancy."""

    kind: str
    abated: Day | None = None
