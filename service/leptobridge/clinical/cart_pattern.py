"""Pattern of progression of CNS lymphoma after CD19 CAR-T (PD-PAT, 12.1, R-16)."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, Count, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "kaulen-2026"

#: ``first_lmd``: LMD now in a patient without LMD before; it lies where no lesion was (12.1).
ROWS: Final = (
    Row(Outcome("local_and_distant", "PD-PAT"), {"local": (True,), "new_lesion_elsewhere": (True,)}),
    Row(Outcome("local_and_distant", "PD-PAT"), {"local": (True,), "first_lmd": (True,)}),
    Row(Outcome("local", "PD-PAT"), {"local": (True,)}),
    Row(Outcome("distant", "PD-PAT"), {"new_lesion_elsewhere": (True,)}),
    Row(Outcome("distant", "PD-PAT"), {"first_lmd": (True,)}),
    Row(Outcome("not_applicable", "PD-PAT")),
)
DOMAINS: Final = dict.fromkeys(("local", "new_lesion_elsewhere", "first_lmd"), (True, False))
_TRIED: Final = remembering(partial(first_fit, ROWS), DOMAINS)
#: LMD seen up to this day without an earlier MRI of the neuraxis may have been there before (R-16), day 28 included.
POSSIBLY_PRE_EXISTING_UNTIL_DAY = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPatternInputs:
    """Rule interface 12, cart_pattern. ``days_since_infusion``: day on which the LMD was seen, 0 = infusion.

    Whether a site is adjacent is the rater's category: its distance is not published (12.1).
    """

    __pydantic_config__ = STRICT

    progression_at_original_or_adjacent_site: bool | None = None
    new_lesion_elsewhere: bool | None = None
    new_lmd: bool | None = None
    prior_lmd: bool | None = None
    days_since_infusion: Count | None = None
    neuraxis_mri_before_infusion: bool | None = None


def decide_cart_pattern(inputs: CartPatternInputs) -> Result:
    """``local``, ``distant``, ``local_and_distant``, ``not_applicable`` (no progression) or ``not_evaluable``.

    Unknown inputs are tried at each value (G1). The flag ``possible_pre_existing`` leaves the pattern as it is.
    """
    factors: dict[str, Any] = {
        "local": inputs.progression_at_original_or_adjacent_site,
        "new_lesion_elsewhere": inputs.new_lesion_elsewhere,
        "first_lmd": _first_lmd(inputs.new_lmd, inputs.prior_lmd),
    }
    tried = _TRIED(**factors)
    outcome = tried.agreed or Outcome("not_evaluable", "PD-PAT")
    without_mri_before = bool(inputs.new_lmd) and not inputs.neuraxis_mri_before_infusion
    day = inputs.days_since_infusion
    pre_existing = without_mri_before and day is not None and day <= POSSIBLY_PRE_EXISTING_UNTIL_DAY
    missing = list(_input_names(inputs, tried.missing))
    if without_mri_before and day is None:
        missing.append("days_since_infusion")
    candidates = dict.fromkeys(said.value for said in tried.decisions) if tried.agreed is None else {}
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        missing=tuple(missing),
        warnings=(CRITERIA_NOT_VERIFIED,),
        flags=("possible_pre_existing",) if pre_existing else (),
        candidates=tuple(candidates),
    )


def _first_lmd(new_lmd: bool | None, prior_lmd: bool | None) -> bool | None:
    if new_lmd is False or prior_lmd is True:
        return False
    return True if new_lmd and prior_lmd is False else None


def _input_names(inputs: CartPatternInputs, factors: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs behind unknown factors that matter."""
    names: dict[str, tuple[str, ...]] = {
        "local": ("progression_at_original_or_adjacent_site",),
        "first_lmd": ("new_lmd", "prior_lmd"),
    }
    behind = (name for factor in factors for name in names.get(factor, (factor,)))
    return tuple(name for name in behind if getattr(inputs, name) is None)


CART_PATTERN = System(
    name="cart_pattern",
    version=VERSION,
    section="12.1",
    purpose="Pattern of progression of CNS lymphoma after CD19 CAR-T",
    source="Kaulen 2026, 10.1186/s13045-025-01761-8; the reading of adjacent sites and new LMD is a project decision",
    evidence="partly_verified",
    inputs=CartPatternInputs,
    decide=decide_cart_pattern,
    values=one_of("local", "distant", "local_and_distant", "not_applicable", "not_evaluable"),
    table={
        "PD-PAT": as_data(ROWS),
        "possible_pre_existing": f"until day {POSSIBLY_PRE_EXISTING_UNTIL_DAY}, without MRI of the neuraxis before",
    },
)

SYSTEMS = (CART_PATTERN,)
