"""The story language: short ways to make statements, and what has to follow from them by the reference.

Expectations are worked out by hand from the clinical and exchange references, never taken from the code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.acceptance.statements import (
    ITEMS,
    AnyStatement,
    Biopsy,
    Blood,
    Cancer,
    Card,
    Clinical,
    Comorbidity,
    Csf,
    Day,
    Device,
    Drug,
    Dural,
    Enrolled,
    Exam,
    Grade,
    Lm,
    Mri,
    Performance,
    Radiotherapy,
    Says,
    Statement,
    written,
)


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
