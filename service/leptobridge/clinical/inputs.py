"""Types of the rule inputs, shared by all rule sets (rule interface 0.2 and 0.4).

Inputs are frozen dataclasses whose annotations say everything that the rule service checks: enumerations are
``Literal``, numbers are :data:`Number` (exact, never a float), dates are :data:`Day`. ``None`` and absent are the same,
unknown (G1), but for the statements of completeness: where a key that was left out differs from an explicit null
the input is a ``TypedDict`` or a mapping.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Item = TypeVar("Item")

#: Configuration of every input dataclass: no unknown field, no coercion between types.
STRICT = ConfigDict(extra="forbid", strict=True)

#: Sizes of what a clinic measures or counts; a quotient of two such numbers is still a JSON number.
SMALLEST = Decimal("1e-12")
LARGEST = Decimal("1e12")


def _exact_number(value: Any) -> Decimal:
    kind = type(value)
    if kind is int:
        return _of_possible_size(Decimal(value))
    if kind is not float and kind is not Decimal:
        raise ValueError("a number is expected")
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("a finite number is expected")
    return _of_possible_size(number)


def _exact_integer(value: Any) -> int:
    number = _exact_number(value) if type(value) is not bool else None
    if number is None or number != int(number):
        raise ValueError("an integer is expected")
    return int(number)


def _of_possible_size(number: Decimal) -> Decimal:
    """Refuses a size that nothing has as outside the range of its input, which makes it impossible (G11)."""
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise PydanticCustomError("outside_range", "a number of possible size is expected")
    return number


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a date YYYY-MM-DD is expected")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date of the calendar is expected") from None


Number = Annotated[Decimal, BeforeValidator(_exact_number), WithJsonSchema({"type": "number"})]
NonNegative = Annotated[
    Decimal, BeforeValidator(_exact_number), Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})
]
Integer = Annotated[int, BeforeValidator(_exact_integer), WithJsonSchema({"type": "integer"})]
#: How many there are; fewer than none is impossible (G11).
Count = Annotated[int, BeforeValidator(_exact_integer), Field(ge=0), WithJsonSchema({"type": "integer", "minimum": 0})]
Percent = Annotated[
    Decimal,
    BeforeValidator(_exact_number),
    Field(ge=0, le=100),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
#: Whether a finding was there: 1 present, 0 absent.
Presence = Annotated[
    Literal[0, 1], BeforeValidator(_exact_integer), WithJsonSchema({"type": "integer", "enum": [0, 1]})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]

YesNo = Literal["yes", "no", "unknown"]
CsfCytology = Literal["positive", "equivocal", "negative", "inadequate", "not_done"]
Biopsy = Literal["positive", "negative", "not_done"]
MriLm = Literal["A", "B", "C", "present", "D_hydrocephalus", "D_normal", "not_done"]
ClinicalLm = Literal["typical", "atypical", "none", "unknown"]
Primary = Literal[
    "breast_cancer",
    "lung_cancer",
    "other_carcinoma",
    "melanoma",
    "sarcoma",
    "solid_tumour",
    "primary_brain_tumour",
    "lymphoma",
    "leukaemia",
    "other_haematological",
]
Site = Literal["lumbar", "ventricular"]
Response = Literal["CR", "PR", "SD", "PD", "NE"]

#: Primaries to which CSF flow cytometry applies (3.4 CSF3, 11.4).
HAEMATOLOGICAL: frozenset[str] = frozenset({"lymphoma", "leukaemia", "other_haematological"})
#: Primaries outside the scope of sections 2 and 5 (2, R-16).
OUTSIDE_SCOPE: frozenset[str] = HAEMATOLOGICAL | {"primary_brain_tumour"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfSample:
    """One CSF sample (rule interface 0.4). ``fixed``: fixed at once after sampling."""

    __pydantic_config__ = STRICT

    date: Day | None = None
    site: Site | None = None
    csf_cytology: CsfCytology | None = None
    flow: Literal["positive", "equivocal", "negative", "not_done"] | None = None
    volume_ml: NonNegative | None = None
    processed_min: NonNegative | None = None
    fixed: bool | None = None


def at_least_one(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Refuses an empty array; unlike a minimal length it stays silent where the only item is itself at fault."""
    if not items:
        raise ValueError("at least one is expected")
    return items


def given(inputs: Any) -> tuple[str, ...]:
    """Names of the inputs of a rule set that were given, in the order of its table; ``None`` = not given."""
    return tuple(name for name in inputs.__dataclass_fields__ if getattr(inputs, name) is not None)
