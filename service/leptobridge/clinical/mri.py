"""MRI of the neuraxis at diagnosis: subtype of LM (2.2, completeness 2.1) and size of nodules (R-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.inputs import STRICT, NonNegative, Percent, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

Finding = Literal["yes", "no", "equivocal"]
Nodules = tuple[tuple[NonNegative, NonNegative], ...]

#: Equivocal enhancement counts as absent in every row (2.2, decision following tbl1).
PRESENT: Final[Mapping[str | None, tuple[bool, ...]]] = {
    "yes": (True,),
    "no": (False,),
    "equivocal": (False,),
    None: (False, True),
}
FINDINGS = ("linear", "nodules", "hydrocephalus")
#: A pattern below this share of the disease does not make subtype C (2.2, seed 000).
MINIMUM_SHARE_PERCENT = Decimal(20)
#: Diagnostic size of a nodule, short and long diameter in mm, boundaries included (2.2). Not that of section 4.
DIAGNOSTIC_NODULE_MM = (Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class MriSubtypeInputs:
    """What the reader saw (rule interface 2, mri_subtype). ``spine_imaged``: the full spine; in part = false (R-06)."""

    __pydantic_config__ = STRICT

    linear: Finding | None = None
    nodules: Finding | None = None
    hydrocephalus: Finding | None = None
    linear_share_percent: Percent | None = None
    nodule_share_percent: Percent | None = None
    brain_imaged: bool | None = None
    spine_imaged: bool | None = None
    nodules_mm: Nodules | None = None


class _Subtype(NamedTuple):
    """``value`` is ``None`` where neither pattern was seen and a region is open."""

    value: str | None
    warning: str | None = None


def decide_mri_subtype(inputs: MriSubtypeInputs) -> Result:
    """``mri_lm`` of a diagnostic MRI (2.2): A, B, C, D_hydrocephalus, D_normal, not_evaluable or invalid_input."""
    findings = (PRESENT[inputs.linear], PRESENT[inputs.nodules], PRESENT[inputs.hydrocephalus])
    open_regions = regions_not_imaged(inputs.brain_imaged, inputs.spine_imaged)
    possible = {_subtype(combination, bool(open_regions), inputs) for combination in product(*findings)}
    values = {subtype.value for subtype in possible}
    if len(values) == 1 and None not in values:
        warnings = {subtype.warning for subtype in possible if subtype.warning}
        return _known_subtype(inputs, next(iter(values)) or "", warnings)
    missing = [name for position, name in enumerate(FINDINGS) if _matters(position, findings, inputs)]
    if None in values:
        missing += open_regions
    return Result(
        value="not_evaluable",
        rule="2.2",
        criteria_version="eano-esmo-2023",
        inputs_used=given(inputs),
        missing=tuple(missing),
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=_candidates(values, findings[2]),
    )


def _matters(position: int, findings: tuple[tuple[bool, ...], ...], inputs: MriSubtypeInputs) -> bool:
    """Whether the unknown finding could change the subtype once both regions are imaged (G1)."""
    if len(findings[position]) == 1:
        return False
    others = [(False,) if index == position else finding for index, finding in enumerate(findings)]
    for combination in product(*others):
        with_finding = tuple(index == position or finding for index, finding in enumerate(combination))
        if _subtype(with_finding, False, inputs).value != _subtype(combination, False, inputs).value:
            return True
    return False


def regions_not_imaged(brain_imaged: bool | None, spine_imaged: bool | None) -> list[str]:
    """Input names of the regions that were not, or not known to be, imaged (2.1, R-06)."""
    return [
        name for name, imaged in (("brain_imaged", brain_imaged), ("spine_imaged", spine_imaged)) if imaged is not True
    ]


def nodule_size_flag(mri_lm: str | None, nodules_mm: Nodules | None) -> tuple[str, ...]:
    """``nodule_size_below_diagnostic`` or ``nodule_size_unknown`` beside B and C; the letter stands (R-11)."""
    if mri_lm not in ("B", "C"):
        return ()
    if nodules_mm is None:
        return ("nodule_size_unknown",)
    short, long = DIAGNOSTIC_NODULE_MM
    if any(min(nodule) >= short and max(nodule) >= long for nodule in nodules_mm):
        return ()
    return ("nodule_size_below_diagnostic",)


def _subtype(findings: tuple[bool, ...], region_open: bool, inputs: MriSubtypeInputs) -> _Subtype:
    linear, nodules, hydrocephalus = findings
    if linear and nodules:
        return _subtype_of_both(inputs.linear_share_percent, inputs.nodule_share_percent)
    if linear:
        return _Subtype("A")
    if nodules:
        return _Subtype("B")
    if region_open:
        return _Subtype(None)
    return _Subtype("D_hydrocephalus" if hydrocephalus else "D_normal")


def _subtype_of_both(linear_share: Decimal | None, nodule_share: Decimal | None) -> _Subtype:
    """The two shares add to 100 %: one gives the other (2.2)."""
    if linear_share is None and nodule_share is None:
        return _Subtype("C", "share_not_recorded")
    linear = 100 - nodule_share if linear_share is None and nodule_share is not None else linear_share
    assert linear is not None
    if nodule_share is not None and linear + nodule_share != 100:
        return _Subtype("invalid_input")
    if linear < MINIMUM_SHARE_PERCENT:
        return _Subtype("B", CRITERIA_NOT_VERIFIED)
    if 100 - linear < MINIMUM_SHARE_PERCENT:
        return _Subtype("A", CRITERIA_NOT_VERIFIED)
    return _Subtype("C")


def _known_subtype(inputs: MriSubtypeInputs, value: str, warnings: set[str]) -> Result:
    patterns = (inputs.linear, inputs.nodules)
    # C rests on the 20 % rule, which section 17 still wants checked; an equivocal finding read as absent is a decision,
    # but for the enhancement of D.
    equivocal_counted = "equivocal" in (patterns if value in ("A", "B") else (inputs.hydrocephalus,))
    if value in ("C", "invalid_input") or equivocal_counted:
        warnings.add(CRITERIA_NOT_VERIFIED)
    return Result(
        value=value,
        rule="2.2" if value == "invalid_input" else f"2.2/{value}",
        criteria_version="eano-esmo-2023",
        inputs_used=given(inputs),
        reason="shares_do_not_add_up" if value == "invalid_input" else None,
        warnings=tuple(sorted(warnings)),
        flags=nodule_size_flag(value, inputs.nodules_mm),
    )


def _candidates(values: set[str | None], hydrocephalus: tuple[bool, ...]) -> tuple[str, ...]:
    if None in values:
        values = values | {"A", "B", "C"} | {"D_hydrocephalus" if has else "D_normal" for has in hydrocephalus}
    return tuple(sorted(value for value in values if value is not None and value != "invalid_input"))


MRI_SUBTYPE = System(
    name="mri_subtype",
    version="eano-esmo-2023",
    section="2.2",
    purpose="MRI subtype of LM",
    source="Le Rhun 2023, ESMO Open 8(5):101624, table 1; seed 000 for the 20 % rule",
    evidence="partly_verified",
    inputs=MriSubtypeInputs,
    decide=decide_mri_subtype,
    values=one_of("A", "B", "C", "D_hydrocephalus", "D_normal", "not_evaluable", "invalid_input"),
    table={
        "2.2": [
            {"linear": "yes", "nodules": "no", "hydrocephalus": "any", "mri_lm": "A"},
            {"linear": "no", "nodules": "yes", "hydrocephalus": "any", "mri_lm": "B"},
            {"linear": "yes", "nodules": "yes", "shares": "each at least 20 %", "mri_lm": "C"},
            {"linear": "yes", "nodules": "yes", "shares": "one below 20 %", "mri_lm": "the dominant pattern"},
            {"linear": "yes", "nodules": "yes", "shares": "unknown", "mri_lm": "C", "warning": "share_not_recorded"},
            {"linear": "no", "nodules": "no", "hydrocephalus": "yes", "regions": "both", "mri_lm": "D_hydrocephalus"},
            {"linear": "no", "nodules": "no", "hydrocephalus": "no", "regions": "both", "mri_lm": "D_normal"},
        ],
        "equivocal": "counts as absent",
    },
)

SYSTEMS = (MRI_SUBTYPE,)
