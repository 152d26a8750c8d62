"""Coverage of local ablation in oligometastatic disease (LAT-COV, 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leptobridge.clinical.completion import try_every
from leptobridge.clinical.inputs import STRICT, Integer, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "xu-2018"
#: How many of the metastases were treated.
Treated = Literal["every", "some", "none"]

#: (primary treated, metastases treated) → coverage (LAT-COV).
COVERAGE: Final[Mapping[tuple[bool, Treated], str]] = {
    (True, "every"): "all",
    (True, "some"): "partial",
    (True, "none"): "partial",
    (False, "every"): "partial",
    (False, "some"): "partial",
    (False, "none"): "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LatCovInputs:
    """What was treated by local ablation (rule interface 1, lat_cov)."""

    __pydantic_config__ = STRICT

    primary_treated: bool | None = None
    metastases_treated: Integer | None = None
    metastases_total: Integer | None = None


def decide_lat_cov(inputs: LatCovInputs) -> Result:
    """``all``, ``partial``, ``none``, ``not_evaluable``, or ``invalid_input`` for impossible numbers (LAT-COV)."""
    treated, total = inputs.metastases_treated, inputs.metastases_total
    if (total is not None and total < 1) or (
        treated is not None and not 0 <= treated <= (treated if total is None else total)
    ):
        return _result(inputs, "invalid_input", reason="impossible_number_of_metastases")
    shares = _possible_shares(treated, total)
    tried = try_every(
        lambda primary_treated, metastases_treated: COVERAGE[primary_treated, metastases_treated],
        {
            "primary_treated": inputs.primary_treated,
            "metastases_treated": shares[0] if len(shares) == 1 else None,
        },
        {"primary_treated": (True, False), "metastases_treated": shares},
    )
    if tried.agreed is not None:
        some = tried.agreed == "partial" and "some" in shares
        return _result(inputs, tried.agreed, warnings=(CRITERIA_NOT_VERIFIED,) if some else ())
    numbers = ("metastases_treated", "metastases_total") if "metastases_treated" in tried.missing else ()
    return _result(
        inputs,
        "not_evaluable",
        missing=tuple(name for name in ("primary_treated", *numbers) if getattr(inputs, name) is None),
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=tried.decisions,
    )


def _possible_shares(treated: int | None, total: int | None) -> tuple[Treated, ...]:
    if treated == 0:
        return ("none",)
    if treated is None:
        return ("none", "some", "every")
    if total is None:
        return ("some", "every")
    return ("every",) if treated == total else ("some",)


def _result(
    inputs: LatCovInputs,
    value: str,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="LAT-COV",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=reason,
        missing=missing,
        warnings=warnings,
        candidates=candidates,
    )


LAT_COV = System(
    name="lat_cov",
    version=VERSION,
    section="1.3",
    purpose="Coverage of local ablation",
    source="Xu 2018 as quoted in seed 002; that incomplete coverage of the metastases is partial is a project decision",
    evidence="partly_verified",
    inputs=LatCovInputs,
    decide=decide_lat_cov,
    values=one_of("all", "partial", "none", "not_evaluable", "invalid_input"),
    table={
        "LAT-COV": [
            {"primary_treated": primary, "metastases_treated": share, "coverage": coverage}
            for (primary, share), coverage in COVERAGE.items()
        ]
    },
)

SYSTEMS = (LAT_COV,)
