"""Simon two-stage designs: the decision at a stage, and the error rates of a design (14.8, 14.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, repeat
from math import comb
from operator import mul
from typing import Annotated, Final

from pydantic import AfterValidator, Field, WithJsonSchema

from leptobridge.clinical.inputs import STRICT, Count, Integer, Number, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "simon-1989"

#: A size no two-stage trial reaches; the error rates sum over the patients.
LARGEST_TRIAL = 1000

#: Stage → (decision below the boundary, decision from the boundary on, its name in ``config``).
DECISIONS: Final[Mapping[int, tuple[str, str, str]]] = {
    1: ("stop", "continue", "continue_if_at_least"),
    2: ("not_promising", "promising", "promising_if_at_least"),
}
#: Trials whose boundaries stand in their publication (14.8); those of NCT02939300 are not verified (14.9).
BOUNDARIES_VERIFIED: Final[frozenset[str]] = frozenset({"NCT02886585"})


def _known_stage(stage: int) -> int:
    if stage not in DECISIONS:
        raise ValueError("stage 1 or 2 is expected")
    return stage


Stage = Annotated[Integer, AfterValidator(_known_stage), WithJsonSchema({"type": "integer", "enum": [1, 2]})]
Rate = Annotated[Number, Field(ge=0, le=1), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonDesign:
    """Patients of stage 1 and in all; numbers alive from which the trial goes on, and from which it is promising."""

    __pydantic_config__ = STRICT

    n1: Count
    continue_if_at_least: Count
    n: Count
    promising_if_at_least: Count

    @property
    def is_possible(self) -> bool:
        """Whether stage 1 is part of the trial, and each boundary lies within its stage."""
        return (
            1 <= self.n1 <= self.n <= LARGEST_TRIAL
            and self.continue_if_at_least <= self.n1
            and self.promising_if_at_least <= self.n
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonTwoStageInputs:
    """Patients alive at 3 months (rule interface 14, simon_two_stage); ``n``: patients in the count."""

    __pydantic_config__ = STRICT

    config: SimonDesign
    stage: Stage
    alive: Count
    n: Count
    trial: str | None = None
    status_unknown: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonOperatingCharacteristicsInputs:
    """A design and the rates to reject and to detect (rule interface 14)."""

    __pydantic_config__ = STRICT

    p0: Rate
    p1: Rate
    config: SimonDesign


def decide_simon_two_stage(inputs: SimonTwoStageInputs) -> Result:
    """The decision if worst and best case agree, else ``indeterminate`` (14.8).

    The worst case has every patient of unknown status dead, the best case alive. Planned patients who are not yet in
    the count are of unknown status too (G1).
    """
    unknown = inputs.status_unknown or 0
    counted = inputs.alive + unknown
    if not inputs.config.is_possible:
        return _decision(inputs, "invalid_input", reason="impossible_design")
    if counted > inputs.n:
        return _decision(inputs, "invalid_input", reason="impossible_count")
    below, reached, boundary_name = DECISIONS[inputs.stage]
    boundary: int = getattr(inputs.config, boundary_name)
    planned = inputs.config.n1 if inputs.stage == 1 else inputs.config.n
    best = counted + max(planned - inputs.n, 0)
    if inputs.alive >= boundary:
        return _decision(inputs, reached)
    if best < boundary:
        return _decision(inputs, below)
    return _decision(inputs, "indeterminate", reason="status_unknown", candidates=(below, reached))


def _decision(
    inputs: SimonTwoStageInputs, value: str, *, reason: str | None = None, candidates: tuple[str, ...] = ()
) -> Result:
    verified = inputs.trial in BOUNDARIES_VERIFIED and not inputs.status_unknown and not candidates
    return Result(
        value=value,
        rule="14.8",
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=reason,
        warnings=() if verified else (CRITERIA_NOT_VERIFIED,),
        candidates=candidates,
    )


def decide_simon_operating_characteristics(inputs: SimonOperatingCharacteristicsInputs) -> Result:
    """``computed`` with ``alpha``, ``power`` and ``early_stop_p0``, probabilities with three decimals (14.8).

    ``invalid_input``: ``p0`` above ``p1``, or a design that is impossible.
    """
    reason = None
    if inputs.p0 > inputs.p1:
        reason = "rates_reversed"
    elif not inputs.config.is_possible:
        reason = "impossible_design"
    outputs: dict[str, Decimal | None] = {"alpha": None, "power": None, "early_stop_p0": None}
    if reason is None:
        alpha, early_stop = _promising_and_early_stop(inputs.p0, inputs.config)
        power, _ = _promising_and_early_stop(inputs.p1, inputs.config)
        outputs = {"alpha": _shown(alpha), "power": _shown(power), "early_stop_p0": _shown(early_stop)}
    return Result(
        value="computed" if reason is None else "invalid_input",
        rule="14.8",
        criteria_version=VERSION,
        inputs_used=("p0", "p1", "config"),
        outputs=outputs,
        reason=reason,
    )


def _promising_and_early_stop(rate: Decimal, design: SimonDesign) -> tuple[Decimal, Decimal]:
    """Probabilities under ``rate`` of ``promising`` at the end, and of ``stop`` after stage 1."""
    first = _binomial(design.n1, rate)
    second = _binomial(design.n - design.n1, rate)
    at_least = list(accumulate(reversed(second)))[::-1]
    promising = Decimal(0)
    for alive in range(design.continue_if_at_least, design.n1 + 1):
        needed = max(design.promising_if_at_least - alive, 0)
        if needed < len(at_least):
            promising += first[alive] * at_least[needed]
    return promising, sum(first[: design.continue_if_at_least], Decimal(0))


def _binomial(n: int, rate: Decimal) -> list[Decimal]:
    """Probability of 0, 1, … ``n`` successes."""
    successes = list(accumulate(repeat(rate, n), mul, initial=Decimal(1)))
    failures = list(accumulate(repeat(1 - rate, n), mul, initial=Decimal(1)))
    return [comb(n, count) * successes[count] * failures[n - count] for count in range(n + 1)]


def _shown(probability: Decimal) -> Decimal:
    return probability.quantize(Decimal("0.001"), ROUND_HALF_UP)


_PROBABILITY = {"type": ["number", "null"], "minimum": 0, "maximum": 1}

SIMON_TWO_STAGE = System(
    name="simon_two_stage",
    version=VERSION,
    section="14.8, 14.9",
    purpose="Decision of a Simon two-stage design on patients alive at 3 months",
    source="Design of NCT02886585: Brastianos 2020, PubMed 32483359; patients of unknown status are a decision",
    evidence="partly_verified",
    inputs=SimonTwoStageInputs,
    decide=decide_simon_two_stage,
    values=one_of("stop", "continue", "promising", "not_promising", "indeterminate", "invalid_input"),
    table={
        "14.8": [
            {"stage": stage, "boundary": boundary, "below": below, "from": reached}
            for stage, (below, reached, boundary) in DECISIONS.items()
        ],
        "boundaries_verified": sorted(BOUNDARIES_VERIFIED),
    },
)

SIMON_OPERATING_CHARACTERISTICS = System(
    name="simon_operating_characteristics",
    version=VERSION,
    section="14.8",
    purpose="Error rates of a Simon two-stage design",
    source="Derived: binomial probabilities of both stages",
    evidence="verified",
    inputs=SimonOperatingCharacteristicsInputs,
    decide=decide_simon_operating_characteristics,
    values=one_of("computed", "invalid_input"),
    outputs=(
        Output("alpha", "Probability of promising under p0", _PROBABILITY),
        Output("power", "Probability of promising under p1", _PROBABILITY),
        Output("early_stop_p0", "Probability of stop after stage 1 under p0", _PROBABILITY),
    ),
    table={"14.8": {"promising": "continue at stage 1, and the boundary of stage 2 reached over both stages"}},
)

SYSTEMS = (SIMON_TWO_STAGE, SIMON_OPERATING_CHARACTERISTICS)
