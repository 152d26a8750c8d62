"""Response and control in lesions that were not irradiated (14.17, 15.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any, Final

from leptobridge.clinical.inputs import STRICT, NonNegative
from leptobridge.clinical.rates import DISEASE_CONTROL, OBJECTIVE_RESPONSE
from leptobridge.clinical.result import Result
from leptobridge.clinical.system import Output, System, one_of
from leptobridge.clinical.target_lesions import (
    PD_FROM_PERCENT,
    PD_GROWTH_MM,
    PR_UNTIL_PERCENT,
    possible_target_responses,
)

#: Lesions of unknown irradiation beyond this number are not tried in every combination.
MOST_TRIED: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AbscopalLesion:
    """One lesion: whether it lay in the radiation field, and its size in mm at baseline and now."""

    __pydantic_config__ = STRICT

    irradiated: bool | None = None
    baseline_mm: NonNegative | None = None
    current_mm: NonNegative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbscopalResponseInputs:
    """Rule interface 14, abscopal_response."""

    __pydantic_config__ = STRICT

    lesions: tuple[AbscopalLesion, ...]


def decide_abscopal_response(inputs: AbscopalResponseInputs) -> Result:
    """``CR``, ``PR``, ``SD`` or ``PD`` of the sum of the lesions that were not irradiated, nadir = baseline (7.1).

    ``not_applicable`` if every lesion was irradiated; ``NE`` where what is unknown can change the response; a lesion of
    0 mm at baseline is ``invalid_input``. Outputs: ``abscopal_response`` (CR or PR) and ``abscopal_control``
    (CR, PR or SD), ``None`` where open or not applicable.
    """
    unknown = [lesion for lesion in inputs.lesions if lesion.irradiated is None]
    outside = [lesion for lesion in inputs.lesions if lesion.irradiated is False]
    possible: set[str] = set()
    for choice in product((True, False), repeat=min(len(unknown), MOST_TRIED)):
        chosen = [lesion for lesion, taken in zip(unknown, choice, strict=False) if taken]
        possible |= _possible([*outside, *chosen])
    if len(unknown) > MOST_TRIED:
        possible |= {"CR", "PR", "SD", "PD"}
    if len(possible) == 1:
        value = possible.pop()
        reason = "no_lesion_at_baseline" if value == "invalid_input" else None
        return _result(value, (value,), reason=reason)
    relevant = [*outside, *unknown]
    missing = [name for name in AbscopalLesion.__dataclass_fields__ if any(getattr(x, name) is None for x in relevant)]
    return _result("NE", tuple(sorted(possible)), missing=tuple(missing))


def _possible(lesions: Sequence[AbscopalLesion]) -> set[str]:
    """What remains possible of lesions that were all not irradiated."""
    if not lesions:
        return {"not_applicable"}
    baseline = _sum(lesion.baseline_mm for lesion in lesions)
    current = _sum(lesion.current_mm for lesion in lesions)
    if any(lesion.baseline_mm == 0 for lesion in lesions):
        return {"invalid_input"}
    if current is None:
        # The lesions that were measured may have grown enough by themselves.
        measured = sum((lesion.current_mm for lesion in lesions if lesion.current_mm is not None), Decimal(0))
        if baseline is not None and possible_target_responses((baseline,), (baseline,), (measured,)) == {"PD"}:
            return {"PD"}
        return {"PR", "SD", "PD"} if measured else {"CR", "PR", "SD", "PD"}
    return set(possible_target_responses((baseline,), (baseline,), (current,)))


def _sum(sizes: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


def _result(
    value: str, possible: tuple[str, ...], *, reason: str | None = None, missing: tuple[str, ...] = ()
) -> Result:
    return Result(
        value=value,
        rule="14.17",
        criteria_version="recist-1.1",
        inputs_used=("lesions",),
        outputs={
            "abscopal_response": _agreed(possible, OBJECTIVE_RESPONSE),
            "abscopal_control": _agreed(possible, DISEASE_CONTROL),
        },
        reason=reason,
        missing=missing,
        candidates=possible if value == "NE" else (),
    )


def _agreed(possible: tuple[str, ...], counted: tuple[str, ...]) -> bool | None:
    """Whether the response counts, if every possible one says the same."""
    if "not_applicable" in possible or "invalid_input" in possible:
        return None
    verdicts = {response in counted for response in possible}
    return verdicts.pop() if len(verdicts) == 1 else None


_BOOLEAN_OR_NULL: Final[dict[str, Any]] = {"type": ["boolean", "null"]}

ABSCOPAL_RESPONSE = System(
    name="abscopal_response",
    version="recist-1.1",
    section="14.17, 15.1",
    purpose="Response and control in lesions that were not irradiated",
    source="Seed 002; Theelen 2019 (NCT02492568); sizes by Eisenhauer 2009",
    evidence="verified",
    inputs=AbscopalResponseInputs,
    decide=decide_abscopal_response,
    values=one_of("CR", "PR", "SD", "PD", "NE", "not_applicable", "invalid_input"),
    outputs=(
        Output("abscopal_response", "CR or PR", _BOOLEAN_OR_NULL),
        Output("abscopal_control", "CR, PR or SD", _BOOLEAN_OR_NULL),
    ),
    table={
        "counted": "the sum of the lesions that were not irradiated",
        "7.1": {
            "CR": "sum of 0 mm",
            "PR": {"at_most_percent_of_baseline": PR_UNTIL_PERCENT},
            "PD": {"at_least_percent_of_baseline": PD_FROM_PERCENT, "growth_at_least_mm": int(PD_GROWTH_MM)},
            "SD": "else",
        },
        "14.17": {"abscopal_response": OBJECTIVE_RESPONSE, "abscopal_control": DISEASE_CONTROL},
    },
)

SYSTEMS = (ABSCOPAL_RESPONSE,)
