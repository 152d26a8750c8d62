"""The story language: what happened to a patient, in dated statements, and what follows from it by the reference.

Days are whole numbers counted from ``DAY_ZERO``, the day on which most courses start; a text is a date of its own
precision (``"2026-01"``). Statements know nothing of FHIR: `tests.acceptance.rendering` writes each of them in three
dialects. Expectations are worked out by hand from the clinical and exchange references, never taken from the code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

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


def cancer(day: Day, kind: str, **more: Any) -> Cancer:
    return Cancer(day=day, kind=kind, **more)


def lm(day: Day, state: Any = "active", **more: Any) -> Lm:
    return Lm(day=day, state=state, **more)


def dural(day: Day, **more: Any) -> Dural:
    return Dural(day=day, **more)


def csf(day: Day, cytology: str | None, **more: Any) -> Csf:
    return Csf(day=day, cytology=cytology, **more)


def card(day: Day, *grades: Grade, **more: Any) -> Card:
    """``card(28, 0, 1, 0, 0, 0, brain_linear="improved")``: five grades, and the reader's changes by item."""
    changes = {item: more.pop(item) for item in ITEMS if item in more}
    return Card(day=day, grades=grades, changes=changes, **more)


def mri(day: Day, lm_class: str, **more: Any) -> Mri:
    return Mri(day=day, lm=lm_class, **more)


def exam(day: Day, **more: Any) -> Exam:
    """``exam(30, gait=2)``: the domains that are abnormal (``-1`` = not assessed); the rest is stated to be normal."""
    options = {"rest_normal", "judged", "attribution", "explained", *Statement.__dataclass_fields__}
    levels = {domain: (None if level == -1 else level) for domain, level in more.items() if domain not in options}
    return Exam(day=day, levels=levels, **{name: value for name, value in more.items() if name in options})


def clinical(day: Day, value: str, **more: Any) -> Clinical:
    return Clinical(day=day, value=value, **more)


def biopsy(day: Day, result: str, tissue: Any = "meningeal", **more: Any) -> Biopsy:
    return Biopsy(day=day, result=result, tissue=tissue, **more)


def device(day: Day, present: bool, **more: Any) -> Device:
    return Device(day=day, present=present, **more)


def drug(day: Day, name: str, **more: Any) -> Drug:
    return Drug(day=day, drug=name, **more)


def radiotherapy(day: Day, volume: str, **more: Any) -> Radiotherapy:
    return Radiotherapy(day=day, volume=volume, **more)


def enrolled(day: Day, study: str, status: str = "on-study", **more: Any) -> Enrolled:
    return Enrolled(day=day, study=study, subject_status=status, **more)


def ecog(day: Day, score: int, **more: Any) -> Performance:
    return Performance(day=day, scale="ecog", score=score, **more)


def kps(day: Day, score: int, **more: Any) -> Performance:
    return Performance(day=day, scale="kps", score=score, **more)


def lansky(day: Day, score: int, **more: Any) -> Performance:
    return Performance(day=day, scale="lansky", score=score, **more)


def blood(day: Day, **values: float) -> Blood:
    return Blood(day=day, values=values)


def says(day: Day, code: str, value: bool | int | None, **more: Any) -> Says:
    return Says(day=day, code=code, value=value, **more)


def comorbidity(day: Day, kind: str, **more: Any) -> Comorbidity:
    return Comorbidity(day=day, kind=kind, **more)


def corrected(earlier: AnyStatement, **changes: Any) -> tuple[AnyStatement, AnyStatement]:
    """A statement and its later version, which corrects it in another message."""
    name = earlier.name or f"corrected-{type(earlier).__name__.lower()}-{written(earlier.day)}"
    first = replace(earlier, name=name)
    return first, replace(first, wave=first.wave + 1, **changes)


def in_error(statement: AnyStatement) -> tuple[AnyStatement, AnyStatement]:
    """A statement that a later message takes back."""
    return corrected(statement, status="entered-in-error")


def under_old_number(*statements: Statement) -> tuple[Statement, ...]:
    """What was recorded under a number that was later merged into the patient's own."""
    return tuple(replace(statement, number="old") for statement in statements)


@dataclass(frozen=True)
class Person:
    """Demographics; ``born`` with its own precision, None = unknown."""

    born: str | None = "1966-05-20"
    sex: str | None = "female"
    died: Day | None = None


@dataclass(frozen=True)
class Classified:
    """The expected classification. Lists are complete but for ``criteria_not_verified``."""

    value: str
    rule: str
    type_letter: str | None = None
    type: str | None = None
    compartment: str | None = "leptomeningeal"
    provisional: bool = False
    reason: str | None = None
    history: str | None = None
    missing: str = ""
    actions: str = ""
    flags: str = ""
    warnings: str = ""
    notes: str = ""


@dataclass(frozen=True)
class TimePointExpected:
    """One expected time point of the response, with complete lists."""

    day: int
    neuro: str
    imaging: str
    csf: str
    value: str
    rule: str
    pd: int | None = None
    missing: str = ""
    flags: str = ""
    warnings: str = ""
    source: str | None = "derived"
    benefit: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Verdict:
    """An expected verdict; every criterion that is not named is met."""

    value: str
    clinical: str
    not_met: str = ""
    unknown: str = ""
    arm: str | None = None


@dataclass(frozen=True)
class Expected:
    """What the service has to say as of ``on``; ``lm`` None = no LM conclusion."""

    on: int
    lm: Classified | None
    response: Sequence[TimePointExpected] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """A patient: ``said`` in any order, ``received`` on a day, and what has to follow."""

    key: str
    about: str
    said: Sequence[Statement | tuple[Statement, ...]]
    expected: Sequence[Expected]
    person: Person = Person()
    received: int = 400

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, corrections unfolded, each with a name."""
        flat: list[Statement] = []
        for part in self.said:
            flat += part if isinstance(part, tuple) else (part,)
        return tuple(
            statement if statement.name else replace(statement, name=f"{type(statement).__name__.lower()}-{position}")
            for position, statement in enumerate(flat)
        )


def classified(value: str, rule: str, type_letter: str | None = None, **more: Any) -> Classified:
    """Expected class; a type without a letter is given as ``type``, nothing at all as no type."""
    kind = more.pop("type", None) or (type_letter[:-1] if type_letter else None)
    more.setdefault("compartment", "leptomeningeal" if kind else None)
    return Classified(value, rule, type_letter, kind, **more)


def at(day: int, *said: str, **more: Any) -> TimePointExpected:
    """Expected time point; ``said``: neurological examination, imaging, CSF, response, rule."""
    neuro, imaging, csf_state, value, rule = said
    more.setdefault("source", "derived" if imaging != "NE" else None)
    return TimePointExpected(day, neuro, imaging, csf_state, value, rule, **more)


PCSI, RADIATE, PEMBROLIZUMAB = "NCT04343573", "NCT06500481", "NCT02886585"
_SIGNS = {"+": "met", "-": "not_met", "?": "unknown"}


def unscreened(
    pcsi: str, radiate: str, pembrolizumab: str, *, arm: str | None = "randomised", women: bool = True
) -> Any:
    """Verdicts on somebody of whom nothing is recorded that only screening finds (counts, consent, performance …).

    ``pcsi``: I1 and I2; ``radiate``: I1 to I3; ``pembrolizumab``: I1 and I2; each ``+`` met, ``-`` not met or ``?``
    unknown. One criterion that is not met makes ineligible, else one that is unknown indeterminate (G8).
    """
    pregnancy = " E4" if women else ""
    return {
        PCSI: _verdict("I1 I2", pcsi, f"I3 I5 I6 I7 I8 I9 E1 E2 E3{pregnancy}", arm=arm),
        RADIATE: _verdict("I1 I2 I3", radiate, ""),
        PEMBROLIZUMAB: _verdict("I1 I2", pembrolizumab, "I4 I5 I6 I7 I8"),
    }


def _verdict(criteria: str, signs: str, unknown: str, arm: str | None = None) -> Verdict:
    named = dict(zip(criteria.split(), signs, strict=True))
    failed = " ".join(name for name, sign in named.items() if sign == "-")
    unknown = " ".join([*(name for name, sign in named.items() if sign == "?"), *unknown.split()])
    value = "ineligible" if failed else "indeterminate" if unknown else "eligible"
    return Verdict(value, value, failed, unknown, None if failed else arm)
