"""LM-specific molGPA with the points that a site configures (9.3). No points are known, so none are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from leptobridge.clinical.completion import try_every
from leptobridge.clinical.inputs import STRICT, Integer, Number
from leptobridge.clinical.performance_status import VALUES
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result, to_json_value
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

#: Configured points → the input and the values of it that earn them (9.3: EGFR/ALK status, KPS, extracranial disease).
EARNED_BY: Final[Mapping[str, tuple[str, tuple[str | int, ...]]]] = {
    "gene_positive": ("gene", ("positive",)),
    "kps_ge_80": ("kps", (80, 90, 100)),
    "ecm_absent": ("extracranial_metastases", ("absent",)),
}
#: Lowest score of the upper groups, unless the configuration names others; recall, low confidence (9.3).
DEFAULT_CUTOFFS: Final[Mapping[str, Decimal]] = {"middle": Decimal("0.5"), "high": Decimal("1.5")}
#: One value of each class that the points tell apart (G1).
DOMAINS: Final[Mapping[str, tuple[str | int, ...]]] = {
    "gene": ("positive", "negative"),
    "kps": (100, 0),
    "extracranial_metastases": ("present", "absent"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MolGpaCutoffs:
    """Lowest score of a group; one left out has its default, 0.5 and 1.5."""

    __pydantic_config__ = STRICT

    middle: Number | None = None
    high: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MolGpaConfig:
    """Points of each factor, as the site took them from the publication."""

    __pydantic_config__ = STRICT

    gene_positive: Number
    kps_ge_80: Number
    ecm_absent: Number
    cutoffs: MolGpaCutoffs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LmMolGpaInputs:
    """Rule interface 9, lm_molgpa; ``gene``: EGFR or ALK."""

    __pydantic_config__ = STRICT

    config: MolGpaConfig | None = None
    gene: Literal["positive", "negative", "unknown"] | None = None
    kps: Integer | None = None
    extracranial_metastases: Literal["present", "absent"] | None = None


def decide_lm_molgpa(inputs: LmMolGpaInputs) -> Result:
    """The sum of the configured points, ``not_evaluable`` or ``invalid_input`` (9.3); output ``group``.

    Without a configuration nothing is computed. An unknown factor is tried at each value (G1). A lowest score of the
    high group below that of the middle group is ``invalid_input``.
    """
    if inputs.kps is not None and inputs.kps not in VALUES["kps"]:
        return _result(inputs, "invalid_input", reason="impossible_kps")
    config = inputs.config
    if config is None:
        return _result(inputs, "not_evaluable", reason="points_not_verified", missing=("config",))
    cutoffs = dict(DEFAULT_CUTOFFS)
    if config.cutoffs is not None:
        named = {"middle": config.cutoffs.middle, "high": config.cutoffs.high}
        cutoffs.update({group: lowest for group, lowest in named.items() if lowest is not None})
    if cutoffs["high"] < cutoffs["middle"]:
        return _result(inputs, "invalid_input", reason="cutoffs_out_of_order")

    def score(**factors: Any) -> Decimal:
        earned = (getattr(config, points) for points, (name, values) in EARNED_BY.items() if factors[name] in values)
        return sum(earned, Decimal(0))

    tried = try_every(score, _known(inputs), DOMAINS)
    total = tried.agreed
    if total is None:
        return _result(inputs, "not_evaluable", missing=tried.missing)
    group = "high" if total >= cutoffs["high"] else "middle" if total >= cutoffs["middle"] else "low"
    return _result(inputs, total, group=group)


def _known(inputs: LmMolGpaInputs) -> dict[str, Any]:
    return {
        "gene": None if inputs.gene == "unknown" else inputs.gene,
        "kps": inputs.kps,
        "extracranial_metastases": inputs.extracranial_metastases,
    }


def _result(
    inputs: LmMolGpaInputs,
    value: str | Decimal,
    *,
    group: str | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
) -> Result:
    read = {"config": inputs.config, **_known(inputs)}
    return Result(
        value=value,
        rule="9.3",
        criteria_version="lm-molgpa-2019",
        inputs_used=tuple(name for name, known in read.items() if known is not None),
        outputs={"group": group},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


LM_MOLGPA = System(
    name="lm_molgpa",
    version="lm-molgpa-2019",
    section="9.3",
    purpose="LM-specific molGPA with configured points",
    source="Yin 2019, Lung Cancer 131:134-138; factors by seed 000, points not known, groups from recall",
    evidence="from_recall",
    inputs=LmMolGpaInputs,
    decide=decide_lm_molgpa,
    values={"anyOf": [{"type": "number"}, one_of("not_evaluable", "invalid_input")]},
    outputs=(Output("group", "Group of the score", one_of_or_null("low", "middle", "high")),),
    table=to_json_value(
        {
            "9.3": [
                {"points": points, "input": name, "earned_by": values} for points, (name, values) in EARNED_BY.items()
            ],
            "lowest score of the group unless configured": DEFAULT_CUTOFFS,
        }
    ),
)

SYSTEMS = (LM_MOLGPA,)
