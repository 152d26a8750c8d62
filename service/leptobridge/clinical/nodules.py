"""Nodules on the response card: compartment, measurability, suggested grade of size (4.1, 4.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "eortc-rano-2019"

#: A nodule nearer than this to the leptomeninges belongs to LM (4.1); at 2 mm or more it is parenchymal.
LM_NODULE_BELOW_MM = 2
#: Both diameters must be greater, boundary excluded (4.1, G4). Not the size at diagnosis (2.2).
MEASURABLE_ABOVE_MM = 5
#: Change of the sum of products versus the previous scan, in percent (4.4); ``worse`` is tested first.
WORSE_FROM_PERCENT = 25
IMPROVED_FROM_PERCENT = -50

Diameters = tuple[NonNegative, NonNegative]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoduleCompartmentInputs:
    """Distance from the outer edge to the leptomeninges in mm."""

    __pydantic_config__ = STRICT

    distance_to_leptomeninges_mm: NonNegative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoduleMeasurableInputs:
    """Two orthogonal diameters in mm."""

    __pydantic_config__ = STRICT

    diameters_mm: Diameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoduleSizeSuggestionInputs:
    """The same nodules in the same order at the previous scan and now, in mm; [0, 0] = gone."""

    __pydantic_config__ = STRICT

    reference_mm: tuple[Diameters, ...] | None = None
    current_mm: tuple[Diameters, ...] | None = None
    baseline_mm: tuple[Diameters, ...] | None = None
    new_measurable_nodule: bool | None = None


def decide_nodule_compartment(inputs: NoduleCompartmentInputs) -> Result:
    """``lm_nodule`` below 2 mm, else ``parenchymal`` (4.1)."""
    distance = inputs.distance_to_leptomeninges_mm
    if distance is None:
        return _missing("4.1", ("distance_to_leptomeninges_mm",), ("lm_nodule", "parenchymal"))
    return Result(
        value="lm_nodule" if distance < LM_NODULE_BELOW_MM else "parenchymal",
        rule="4.1",
        criteria_version=VERSION,
        inputs_used=("distance_to_leptomeninges_mm",),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


def decide_nodule_measurable(inputs: NoduleMeasurableInputs) -> Result:
    """``measurable`` if both diameters are greater than 5 mm, else ``non_measurable`` (4.1)."""
    if inputs.diameters_mm is None:
        return _missing("4.1", ("diameters_mm",), ("measurable", "non_measurable"))
    return Result(
        value="measurable" if min(inputs.diameters_mm) > MEASURABLE_ABOVE_MM else "non_measurable",
        rule="4.1",
        criteria_version=VERSION,
        inputs_used=("diameters_mm",),
    )


def decide_nodule_size_suggestion(inputs: NoduleSizeSuggestionInputs) -> Result:
    """Suggested grade of nodule size (4.4); a suggestion alone, the reader's grade stands (G9).

    Outputs: ``change_percent`` of the sum of products versus the previous scan and ``change_from_baseline_percent``,
    one decimal, ``None`` where the sum to compare with is unknown, zero or of other nodules. Lists of unequal length
    are ``invalid_input``.
    """
    reference, current = inputs.reference_mm, inputs.current_mm
    if reference is not None and current is not None and len(reference) != len(current):
        return _suggestion(inputs, "invalid_input", reason="not_the_same_nodules")
    if inputs.new_measurable_nodule:
        return _suggestion(inputs, "worse")
    if reference is None or current is None:
        absent = tuple(
            name for name in ("reference_mm", "current_mm", "new_measurable_nodule") if getattr(inputs, name) is None
        )
        return _suggestion(inputs, "not_evaluable", missing=absent, candidates=("improved", "no_change", "worse"))
    before, now = _sum_of_products(reference), _sum_of_products(current)
    if now > 0 and 100 * now >= (100 + WORSE_FROM_PERCENT) * before:
        return _suggestion(inputs, "worse")
    improved = before > 0 and 100 * now <= (100 + IMPROVED_FROM_PERCENT) * before
    value = "improved" if improved else "no_change"
    if inputs.new_measurable_nodule is None:
        return _suggestion(inputs, "not_evaluable", missing=("new_measurable_nodule",), candidates=(value, "worse"))
    return _suggestion(inputs, value)


def _sum_of_products(nodules: Iterable[tuple[Decimal, Decimal]]) -> Fraction:
    return sum((Fraction(first) * Fraction(second) for first, second in nodules), Fraction(0))


def _change_percent(
    before: tuple[tuple[Decimal, Decimal], ...] | None, now: tuple[tuple[Decimal, Decimal], ...] | None
) -> Decimal | None:
    if before is None or now is None or len(before) != len(now):
        return None
    reference = _sum_of_products(before)
    if not reference:
        return None
    percent = (_sum_of_products(now) - reference) / reference * 100
    tenths = floor(abs(percent) * 10 + Fraction(1, 2))
    return Decimal(tenths if percent >= 0 else -tenths).scaleb(-1)


def _suggestion(
    inputs: NoduleSizeSuggestionInputs,
    value: str,
    *,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
    reason: str | None = None,
) -> Result:
    outputs: dict[str, Decimal | None] = {}
    if value != "invalid_input":
        outputs = {
            "change_percent": _change_percent(inputs.reference_mm, inputs.current_mm),
            "change_from_baseline_percent": _change_percent(inputs.baseline_mm, inputs.current_mm),
        }
    return Result(
        value=value,
        rule="4.4",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs=outputs,
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


def _missing(rule: str, missing: tuple[str, ...], candidates: tuple[str, ...]) -> Result:
    return Result(
        value="not_evaluable",
        rule=rule,
        criteria_version=VERSION,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


NODULE_COMPARTMENT = System(
    name="nodule_compartment",
    version=VERSION,
    section="4.1",
    purpose="LM nodule or parenchymal",
    source="Le Rhun 2019, PMC6502503 table T5, footnote 1",
    evidence="partly_verified",
    inputs=NoduleCompartmentInputs,
    decide=decide_nodule_compartment,
    values=one_of("lm_nodule", "parenchymal", "not_evaluable"),
    table={"4.1": {"lm_nodule_below_mm": LM_NODULE_BELOW_MM}},
)

NODULE_MEASURABLE = System(
    name="nodule_measurable",
    version=VERSION,
    section="4.1",
    purpose="Measurability of a nodule on the response card",
    source="Le Rhun 2019, PMC6502503 table T5; seed 000",
    evidence="verified",
    inputs=NoduleMeasurableInputs,
    decide=decide_nodule_measurable,
    values=one_of("measurable", "non_measurable", "not_evaluable"),
    table={"4.1": {"measurable_both_diameters_above_mm": MEASURABLE_ABOVE_MM}},
)

NODULE_SIZE_SUGGESTION = System(
    name="nodule_size_suggestion",
    version=VERSION,
    section="4.4",
    purpose="Suggested grade of nodule size",
    source="Thresholds borrowed from bidimensional neuro-oncology practice; a project decision",
    evidence="project_decision",
    inputs=NoduleSizeSuggestionInputs,
    decide=decide_nodule_size_suggestion,
    values=one_of("improved", "no_change", "worse", "not_evaluable", "invalid_input"),
    outputs=(
        Output("change_percent", "Sum of products versus the previous scan", {"type": ["number", "null"]}),
        Output("change_from_baseline_percent", "The same versus baseline", {"type": ["number", "null"]}),
    ),
    table={
        "4.4": [
            {"grade": "worse", "change_percent_from": WORSE_FROM_PERCENT, "or": "a new measurable nodule"},
            {"grade": "improved", "change_percent_until": IMPROVED_FROM_PERCENT},
            {"grade": "no_change"},
        ]
    },
)

SYSTEMS = (NODULE_SIZE_SUGGESTION, NODULE_COMPARTMENT, NODULE_MEASURABLE)
