"""From a recorded MRI to ``mri_lm``, and from a scorecard to the presence of its items (exchange.md 4)."""

from dataclasses import dataclass
from typing import Literal

from leptobridge.chart.chart import CardItem, MriExamination
from leptobridge.clinical.mri import MriSubtypeInputs, decide_mri_subtype

#: The five LM items of the scorecard in the order of the form (clinical.md 4.1).
CARD_ITEMS = ("brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear")

Presence = Literal["present", "absent", "equivocal"]

#: Which card items make up each pattern of ``mri_subtype`` (exchange.md 4, ``mri.lm``).
PATTERN_ITEMS = {
    "linear": ("brain_linear", "spine_linear"),
    "nodules": ("brain_nodules", "spine_nodules"),
    "hydrocephalus": ("hydrocephalus",),
}


@dataclass(frozen=True, slots=True)
class LmImaging:
    """``mri_lm`` of one examination; None = open (R-06). ``source`` tells a reader's class from a derived one."""

    mri_lm: str | None
    source: Literal["reader", "card", "none"]
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def presence_of(examination: MriExamination, item: str) -> Presence | None:
    """What the card says of an item; a complete form fills what it leaves out, and only its own (R-01)."""
    entry = examination.items.get(item, CardItem())
    if entry.presence is None:
        return "absent" if examination.form_complete else None
    return None if entry.presence == "not_evaluable" else entry.presence


def read_lm_imaging(examination: MriExamination) -> LmImaging:
    """``mri_lm`` of an examination: the reader's class stands (G9), else what the card's items say (2.2, M6)."""
    derived = _derive(examination)
    if examination.lm_class is None:
        return derived
    differs = derived.mri_lm not in (None, "present", examination.lm_class)
    return LmImaging(examination.lm_class, "reader", ("mri_class_differs_from_card",) if differs else ())


def _derive(examination: MriExamination) -> LmImaging:
    if not examination.has_card:
        return LmImaging(None, "none")
    linear, nodules, hydrocephalus = (_pattern(examination, pattern) for pattern in PATTERN_ITEMS)
    if {linear, nodules} == {"yes", None}:
        return LmImaging("present", "card", missing=("mri_lm",))
    result = decide_mri_subtype(
        MriSubtypeInputs(
            linear=linear,
            nodules=nodules,
            hydrocephalus=hydrocephalus,
            linear_share_percent=examination.linear_share_percent,
            nodule_share_percent=examination.nodule_share_percent,
            brain_imaged=examination.brain_imaged,
            spine_imaged=examination.spine_imaged,
            nodules_mm=examination.nodules_mm or None,
        )
    )
    if result.value in ("not_evaluable", "invalid_input"):
        return LmImaging(None, "card", missing=result.missing)
    warnings = tuple(warning for warning in result.warnings if warning == "share_not_recorded")
    return LmImaging(str(result.value), "card", warnings=warnings)


def _pattern(examination: MriExamination, pattern: str) -> Literal["yes", "no", "equivocal"] | None:
    presences = [presence_of(examination, item) for item in PATTERN_ITEMS[pattern]]
    if "present" in presences:
        return "yes"
    if None in presences:
        return None
    return "equivocal" if "equivocal" in presences else "no"
