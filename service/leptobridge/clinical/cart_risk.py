"""Risk factors before CD19 CAR-T in CNS lymphoma, each by itself (RISK-CART, 12.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from leptobridge.clinical.inputs import STRICT, YesNo
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "kaulen-2026"


class Risk(NamedTuple):
    """What the presence of a factor says, and its multivariable hazard ratio."""

    raised: str
    hazard_ratio: Decimal


#: No interaction is published, so there is neither a product nor a score (12.1).
RISKS: Final[Mapping[str, Risk]] = {
    "pce": Risk("higher_risk_of_refractory_disease", Decimal("2.75")),
    "lmd": Risk("higher_risk_of_relapse_after_cr", Decimal("2.72")),
}
ABSENT: Final = "not_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRiskInputs:
    """MRI before infusion: ``pce`` peripheral contrast enhancement, ``lmd`` leptomeningeal involvement."""

    __pydantic_config__ = STRICT

    pce: YesNo | None = None
    lmd: YesNo | None = None


def decide_cart_risk(inputs: CartRiskInputs) -> Result:
    """``computed``, or ``not_evaluable`` if both factors are unknown (12.1).

    Outputs: each factor's statement and hazard ratio; ``combined_score`` is never given.
    """
    outputs: dict[str, Any] = {}
    used: list[str] = []
    for name, risk in RISKS.items():
        finding = getattr(inputs, name)
        if finding in (None, "unknown"):
            outputs[name] = "not_evaluable"
        else:
            used.append(name)
            outputs[name] = risk.raised if finding == "yes" else ABSENT
        outputs[f"{name}_hazard_ratio"] = risk.hazard_ratio if finding == "yes" else None
    return Result(
        value="computed" if used else "not_evaluable",
        rule="RISK-CART",
        criteria_version=VERSION,
        inputs_used=tuple(used),
        outputs={**outputs, "combined_score": None},
        missing=tuple(name for name in RISKS if name not in used),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


_HAZARD_RATIO: Final = {"type": ["number", "null"]}

CART_RISK = System(
    name="cart_risk",
    version=VERSION,
    section="12.1",
    purpose="Risk factors of CNS lymphoma before CD19 CAR-T",
    source="Kaulen 2026, 10.1186/s13045-025-01761-8; that the factors are not combined is a project decision",
    evidence="partly_verified",
    inputs=CartRiskInputs,
    decide=decide_cart_risk,
    values=one_of("computed", "not_evaluable"),
    outputs=(
        Output("pce", "Peripheral contrast enhancement", one_of(RISKS["pce"].raised, ABSENT, "not_evaluable")),
        Output("lmd", "Leptomeningeal involvement", one_of(RISKS["lmd"].raised, ABSENT, "not_evaluable")),
        Output("pce_hazard_ratio", "Where peripheral enhancement is present", _HAZARD_RATIO),
        Output("lmd_hazard_ratio", "Where leptomeningeal involvement is present", _HAZARD_RATIO),
        Output("combined_score", "Never given: no interaction is published", {"type": "null"}),
    ),
    table={
        "RISK-CART": [
            {"factor": name, "yes": risk.raised, "hazard_ratio": float(risk.hazard_ratio), "no": ABSENT}
            for name, risk in RISKS.items()
        ]
    },
)

SYSTEMS = (CART_RISK,)
