"""Quality of the MRI technique (2.1). Flags never change the certainty class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import gt, lt
from typing import Any, Final

from leptobridge.clinical.inputs import STRICT, NonNegative
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

#: Item → (what is flagged, limit): one-sided limits, so a higher dose or a longer delay passes (2.1, D-23).
LIMITS: Final[Mapping[str, tuple[Callable[[Any, Any], bool], Decimal]]] = {
    "field_strength_t": (lt, Decimal("1.5")),
    "gadolinium_mmol_per_kg": (lt, Decimal("0.1")),
    "contrast_delay_min": (lt, Decimal(10)),
    "brain_slice_mm": (gt, Decimal(1)),
    "spine_slice_mm": (gt, Decimal(3)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MriQaInputs:
    """The technique of one examination (rule interface 2, mri_qa); units are part of the names."""

    __pydantic_config__ = STRICT

    field_strength_t: NonNegative | None = None
    gadolinium_mmol_per_kg: NonNegative | None = None
    contrast_delay_min: NonNegative | None = None
    brain_slice_mm: NonNegative | None = None
    spine_slice_mm: NonNegative | None = None


def decide_mri_qa(inputs: MriQaInputs) -> Result:
    """``flagged`` if any item is, else ``not_evaluable`` if any is unknown, else ``pass``; output ``items`` (2.1)."""
    items = {name: _judge(getattr(inputs, name), *limit) for name, limit in LIMITS.items()}
    verdicts = set(items.values())
    return Result(
        value=next(value for value in ("flagged", "not_evaluable", "pass") if value in verdicts),
        rule="2.1",
        criteria_version="eano-esmo-2023",
        inputs_used=tuple(name for name, verdict in items.items() if verdict != "not_evaluable"),
        outputs={"items": items},
        missing=tuple(name for name, verdict in items.items() if verdict == "not_evaluable"),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


def _judge(value: Decimal | None, beyond: Callable[[Any, Any], bool], limit: Decimal) -> str:
    if value is None:
        return "not_evaluable"
    return "flagged" if beyond(value, limit) else "pass"


MRI_QA = System(
    name="mri_qa",
    version="eano-esmo-2023",
    section="2.1",
    purpose="Quality flags of the MRI technique",
    source="Le Rhun 2023, ESMO Open 8(5):101624, table 1; flag limits are a project decision",
    evidence="project_decision",
    inputs=MriQaInputs,
    decide=decide_mri_qa,
    values=one_of("flagged", "not_evaluable", "pass"),
    outputs=(
        Output(
            "items",
            "Verdict on each of the five items",
            {"type": "object", "additionalProperties": one_of("pass", "flagged", "not_evaluable")},
        ),
    ),
    table={
        "2.1": [
            {"item": name, "flagged": f"{'below' if beyond is lt else 'above'} {limit}"}
            for name, (beyond, limit) in LIMITS.items()
        ]
    },
)

SYSTEMS = (MRI_QA,)
