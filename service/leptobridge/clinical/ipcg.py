"""Response of CNS lymphoma by the International PCNSL Collaborative Group (IPCG, 12.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Annotated, Any, Final, Literal

from pydantic import Field, WithJsonSchema

from leptobridge.clinical.completion import Tried, remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, NonNegative, Number, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "ipcg-2005"

Change = Annotated[Number, Field(ge=-100), WithJsonSchema({"type": "number", "minimum": -100})]
Csf = Literal["negative", "suspicious", "positive", "not_done"]

#: Change of the enhancement versus baseline in percent, boundaries included (12.2).
PR_UP_TO_PERCENT = Decimal(-50)
PD_FROM_PERCENT = Decimal(25)

#: Read top down: PD in any column, CR, CRu, PR, SD (12.2, D-33).
#: ``csf``: ``persistent`` = positive since baseline, never cleared; ``progressive`` = positive otherwise.
ROWS: Final = (
    Row(Outcome("PD", "PD"), {"new_site": (True,)}),
    Row(Outcome("PD", "PD"), {"imaging": ("increase",)}),
    Row(Outcome("PD", "PD"), {"eye": ("new", "recurrent")}),
    Row(Outcome("PD", "PD"), {"csf": ("progressive",)}),
    Row(Outcome("CR", "CR"), {"imaging": ("none",), "steroids": (False,), "eye": ("normal",), "csf": ("negative",)}),
    Row(Outcome("CRu", "CRu (a)"), {"imaging": ("none",), "eye": ("normal", "minor_rpe"), "csf": ("negative",)}),
    Row(Outcome("CRu", "CRu (b)"), {"imaging": ("minimal",), "eye": ("normal", "minor_rpe"), "csf": ("negative",)}),
    Row(Outcome("PR", "PR (a)"), {"imaging": ("decrease",), "eye": ("normal", "minor_rpe"), "csf": ("negative",)}),
    Row(Outcome("PR", "PR (b)"), {"imaging": ("none",), "eye": ("improved_not_clear",)}),
    Row(Outcome("PR", "PR (b)"), {"imaging": ("none",), "csf": ("persistent", "suspicious")}),
    Row(Outcome("SD", "SD")),
)
PRESENT: Final[tuple[str, ...]] = ("decrease", "unchanged", "increase")
#: What an unknown factor could be, beside imaging and CSF (G1).
DOMAINS: Final = {
    "steroids": (False, True),
    "eye": ("normal", "minor_rpe", "improved_not_clear", "unchanged", "new", "recurrent"),
    "new_site": (False, True),
}
#: Components that are named where they are unknown, even beside a PD that another one decides.
COMPONENTS: Final = ("imaging", "eye", "csf", "new_site")


@dataclass(frozen=True, slots=True, kw_only=True)
class IpcgInputs:
    """Rule interface 12, ipcg. ``steroid_mg``: dexamethasone equivalent per day; changes are versus baseline."""

    __pydantic_config__ = STRICT

    enhancement: Literal["none", "minimal", "present"] | None = None
    enhancement_change_percent: Change | None = None
    steroid_mg: NonNegative | None = None
    eye: (
        Literal["normal", "minor_rpe", "improved_not_clear", "unchanged", "new", "recurrent", "not_examined"] | None
    ) = None
    eye_involved_before: bool | None = None
    csf: Csf | None = None
    csf_baseline: Csf | None = None
    csf_cleared_between: bool | None = None
    new_site: bool | None = None


def decide_ipcg(inputs: IpcgInputs) -> Result:
    """CR, CRu, PR, SD, PD, or NE if an unknown component can change the response (12.2).

    An eye that was never involved and was not examined counts as normal, with a warning. A CSF that was not done is
    unknown, now as at baseline.
    """
    imaging, csf = _imaging_classes(inputs), _csf_classes(inputs)
    factors: dict[str, Any] = {
        "imaging": imaging[0] if len(imaging) == 1 else None,
        "steroids": None if inputs.steroid_mg is None else inputs.steroid_mg > 0,
        "eye": _eye(inputs),
        "csf": csf[0] if len(csf) == 1 else None,
        "new_site": inputs.new_site,
    }
    tried = _responses(imaging, csf)(**factors)
    outcome = tried.agreed or Outcome("NE", "NE")
    unknown = [name for name in factors if name in tried.missing or (name in COMPONENTS and factors[name] is None)]
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        missing=tuple(name for factor in unknown for name in _input_names(inputs, factor)),
        warnings=(*(("eye_not_examined",) if inputs.eye == "not_examined" else ()), CRITERIA_NOT_VERIFIED),
        candidates=() if tried.agreed else tuple(dict.fromkeys(said.value for said in tried.decisions)),
    )


@cache
def _responses(imaging: tuple[str, ...], csf: tuple[str, ...]) -> Callable[..., Tried[Outcome]]:
    """The response to known and unknown factors, where imaging and CSF can be of these classes."""
    return remembering(partial(first_fit, ROWS), {"imaging": imaging, **DOMAINS, "csf": csf})


def _imaging_classes(inputs: IpcgInputs) -> tuple[str, ...]:
    """What the imaging can be: the change tells the class of an enhancement that is present, or could be."""
    if inputs.enhancement in ("none", "minimal"):
        return (inputs.enhancement,)
    change = inputs.enhancement_change_percent
    if change is None:
        present = PRESENT
    elif change <= PR_UP_TO_PERCENT:
        present = ("decrease",)
    else:
        present = ("increase",) if change >= PD_FROM_PERCENT else ("unchanged",)
    return present if inputs.enhancement == "present" else ("none", "minimal", *present)


def _eye(inputs: IpcgInputs) -> str | None:
    if inputs.eye != "not_examined":
        return inputs.eye
    return "normal" if inputs.eye_involved_before is False else None


def _csf_classes(inputs: IpcgInputs) -> tuple[str, ...]:
    """What the CSF can be: a positive one by what was known before (D-43)."""
    if inputs.csf in ("negative", "suspicious"):
        return (inputs.csf,)
    positive: tuple[str, ...] = ("persistent", "progressive")
    if inputs.csf_cleared_between or inputs.csf_baseline in ("negative", "suspicious"):
        positive = ("progressive",)
    elif inputs.csf_baseline == "positive" and inputs.csf_cleared_between is False:
        positive = ("persistent",)
    return positive if inputs.csf == "positive" else ("negative", "suspicious", *positive)


def _input_names(inputs: IpcgInputs, factor: str) -> tuple[str, ...]:
    """The inputs behind an unknown factor."""
    match factor:
        case "imaging":
            return ("enhancement",) if inputs.enhancement is None else ("enhancement_change_percent",)
        case "steroids":
            return ("steroid_mg",)
        case "eye" if inputs.eye == "not_examined" and inputs.eye_involved_before is None:
            return ("eye", "eye_involved_before")
        case "csf":
            return _csf_input_names(inputs)
    return (factor,)


def _csf_input_names(inputs: IpcgInputs) -> tuple[str, ...]:
    names = [] if inputs.csf == "positive" else ["csf"]
    if not inputs.csf_cleared_between and inputs.csf_baseline in (None, "not_done"):
        names.append("csf_baseline")
    if inputs.csf_cleared_between is None and inputs.csf_baseline not in ("negative", "suspicious"):
        names.append("csf_cleared_between")
    return tuple(names)


IPCG = System(
    name="ipcg",
    version=VERSION,
    section="12.2",
    purpose="IPCG response of CNS lymphoma",
    source="IPCG table, ashpublications.net/view-large/6498253; order and cases between the rows are project decisions",
    evidence="partly_verified",
    inputs=IpcgInputs,
    decide=decide_ipcg,
    values=one_of("CR", "CRu", "PR", "SD", "PD", "NE"),
    table={
        "12.2": as_data(ROWS),
        "imaging": {"decrease": f"change of {PR_UP_TO_PERCENT} % or less", "increase": f"{PD_FROM_PERCENT} % or more"},
        "steroids": "any dexamethasone equivalent above 0 mg",
    },
)

SYSTEMS = (IPCG,)
