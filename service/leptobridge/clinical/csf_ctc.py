"""Circulating tumour cells in the CSF at each published cut-off (11.2). They never change the type of LM (D-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, Final, Literal

from leptobridge.clinical.inputs import STRICT, Count, CsfCytology, NonNegative, Primary, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "csf-ctc-1"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """``cells`` in ``volume_ml``, boundary included; ``reached`` and ``below`` name the two groups of the study."""

    cells: Fraction
    volume_ml: int
    platform: str
    reached: str
    below: str
    use: Literal["diagnosis", "prognosis"]

    def result(self, per_ml: Fraction, *, censored: bool) -> str:
        """The group of a concentration; below the cut-off a lower bound decides nothing."""
        if per_ml * self.volume_ml >= self.cells:
            return self.reached
        return "not_evaluable" if censored else self.below


#: Cut-offs, each with the platform that it was derived on (11.2). A raw count is never compared.
CUTOFFS: Final[Mapping[str, Cutoff]] = {
    "lin_2017": Cutoff(Fraction(1), 1, "CellSearch/EpCAM", "positive", "negative", "diagnosis"),
    "van_bussel_2020": Cutoff(Fraction(9, 10), 1, "EpCAM immunoflow cytometry", "positive", "negative", "diagnosis"),
    "diaz_2022": Cutoff(Fraction(61), 3, "CellSearch", "poor_prognosis", "not_poor_prognosis", "prognosis"),
}
#: Primaries whose cells carry no EpCAM, so that every platform above misses them (11.2, rule interface 11).
EPCAM_NEGATIVE: Final[tuple[Primary, ...]] = (
    "melanoma",
    "sarcoma",
    "primary_brain_tumour",
    "lymphoma",
    "leukaemia",
    "other_haematological",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfCtcInputs:
    """Rule interface 11, csf_ctc. ``volume_ml``: analysed volume; ``count_censored``: "``count`` or more"."""

    __pydantic_config__ = STRICT

    count: Count | None = None
    count_censored: bool | None = None
    volume_ml: NonNegative | None = None
    primary: Primary | None = None
    csf_cytology: CsfCytology | None = None


def decide_csf_ctc(inputs: CsfCtcInputs) -> Result:
    """Cells per ml with two decimals, ``not_evaluable``, ``not_applicable`` or ``invalid_input`` (11.2).

    Outputs: the group at each cut-off, compared exactly and before rounding; ``platforms``. A count without its
    volume is not evaluable, whatever the count. In a volume of 0 ml nothing can be counted: ``invalid_input`` (G11).
    """
    if inputs.volume_ml == 0:
        return _result(inputs, "invalid_input", reason="impossible_volume_ml")
    if inputs.primary in EPCAM_NEGATIVE:
        return _result(inputs, "not_applicable")
    missing = tuple(name for name in ("count", "volume_ml", "primary") if getattr(inputs, name) is None)
    if inputs.count is None or inputs.volume_ml is None or missing:
        return _result(inputs, "not_evaluable", missing=missing)
    censored = bool(inputs.count_censored)
    per_ml = inputs.count / Fraction(inputs.volume_ml)
    groups = {name: cutoff.result(per_ml, censored=censored) for name, cutoff in CUTOFFS.items()}
    supports_lm = inputs.csf_cytology == "negative" and any(
        groups[name] == cutoff.reached for name, cutoff in CUTOFFS.items() if cutoff.use == "diagnosis"
    )
    return _result(
        inputs,
        _two_decimals(per_ml),
        outputs={**groups, "platforms": {name: cutoff.platform for name, cutoff in CUTOFFS.items()}},
        flags=("censored",) if censored else (),
        notes=("ctc_supports_lm",) if supports_lm else (),
    )


def _two_decimals(value: Fraction) -> Decimal:
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def _result(
    inputs: CsfCtcInputs,
    value: str | Decimal,
    *,
    outputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="11.2",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={**dict.fromkeys((*CUTOFFS, "platforms")), **(outputs or {})},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        flags=flags,
        notes=notes,
    )


_DIAGNOSIS: Final = {"type": ["string", "null"], "enum": ["positive", "negative", "not_evaluable", None]}
_PROGNOSIS: Final = {
    "type": ["string", "null"],
    "enum": ["poor_prognosis", "not_poor_prognosis", "not_evaluable", None],
}

CSF_CTC = System(
    name="csf_ctc",
    version=VERSION,
    section="11.2",
    purpose="CSF circulating tumour cells at each cut-off",
    source="Lin 2017; van Bussel 2020; Diaz 2022 (authors of the last two from recall)",
    evidence="partly_verified",
    inputs=CsfCtcInputs,
    decide=decide_csf_ctc,
    values={"anyOf": [{"type": "number", "minimum": 0}, one_of("not_evaluable", "not_applicable", "invalid_input")]},
    outputs=(
        Output("lin_2017", "At least 1 cell per ml", _DIAGNOSIS),
        Output("van_bussel_2020", "At least 0.9 cells per ml", _DIAGNOSIS),
        Output("diaz_2022", "At least 61 cells per 3 ml", _PROGNOSIS),
        Output("platforms", "Cut-off → platform that it was derived on", {"type": ["object", "null"]}),
    ),
    table={
        "11.2": [
            {
                "cutoff": name,
                "cells_from": float(cutoff.cells),
                "per_ml": cutoff.volume_ml,
                "platform": cutoff.platform,
                "use": cutoff.use,
                "reached": cutoff.reached,
                "below": cutoff.below,
            }
            for name, cutoff in CUTOFFS.items()
        ],
        "not_applicable": EPCAM_NEGATIVE,
    },
)

SYSTEMS = (CSF_CTC,)
