"""Response and control rate (15.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field, WithJsonSchema

from leptobridge.clinical.inputs import STRICT, Count, Integer, Response, given
from leptobridge.clinical.result import Result
from leptobridge.clinical.system import Output, System, one_of

#: Responses that count for the objective response rate and for the control rate, which trials call otherwise (15.1).
OBJECTIVE_RESPONSE: Final[tuple[Response, ...]] = ("CR", "PR")
DISEASE_CONTROL: Final[tuple[Response, ...]] = ("CR", "PR", "SD")
COUNTED: Final[Mapping[str, tuple[Response, ...]]] = {
    "orr_percent": OBJECTIVE_RESPONSE,
    "dcr_percent": DISEASE_CONTROL,
}
PERCENT_OR_NULL: Final = {"type": ["number", "null"], "minimum": 0, "maximum": 100}


Denominator = Annotated[Integer, Field(ge=1), WithJsonSchema({"type": "integer", "minimum": 1})]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCounts:
    """Patients per best response; one left out is 0."""

    __pydantic_config__ = STRICT

    CR: Count | None = None
    PR: Count | None = None
    SD: Count | None = None
    PD: Count | None = None
    NE: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesInputs:
    """Rule interface 15, rates; ``denominator``: patients by intention to treat, else the sum of ``counts``."""

    __pydantic_config__ = STRICT

    counts: ResponseCounts
    denominator: Denominator | None = None


def percent(part: int, whole: int) -> Decimal:
    """``part`` of ``whole`` in percent with one decimal, half up; ``part`` at least 0, ``whole`` at least 1."""
    return Decimal((2000 * part + whole) // (2 * whole)).scaleb(-1)


def decide_rates(inputs: RatesInputs) -> Result:
    """``computed`` with ``orr_percent``, ``dcr_percent`` and the ``denominator`` used (15.1).

    ``invalid_input``: a denominator that is less than the counts, or no patient at all.
    """
    counts = {response: getattr(inputs.counts, response) or 0 for response in ResponseCounts.__dataclass_fields__}
    patients = sum(counts.values())
    denominator = patients if inputs.denominator is None else inputs.denominator
    reason = "denominator_too_small" if denominator < max(patients, 1) else None
    shown = {
        name: None if reason else percent(sum(counts[response] for response in responses), denominator)
        for name, responses in COUNTED.items()
    }
    return Result(
        value="invalid_input" if reason else "computed",
        rule="15.1",
        criteria_version="endpoints-1",
        inputs_used=given(inputs),
        outputs={**shown, "denominator": None if reason else denominator},
        reason=reason,
    )


RATES = System(
    name="rates",
    version="endpoints-1",
    section="15.1",
    purpose="Response and control rate",
    source="Seed 000; the denominator is by intention to treat unless another one is given",
    evidence="verified",
    inputs=RatesInputs,
    decide=decide_rates,
    values=one_of("computed", "invalid_input"),
    outputs=(
        Output("orr_percent", "CR and PR over the denominator, one decimal", PERCENT_OR_NULL),
        Output("dcr_percent", "CR, PR and SD over the denominator, one decimal", PERCENT_OR_NULL),
        Output("denominator", "As used", {"type": ["integer", "null"], "minimum": 1}),
    ),
    table={"15.1": COUNTED},
)

SYSTEMS = (RATES,)
