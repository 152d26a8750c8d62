"""Rates of NCT03091478, whose "CNS response" includes stable disease (14.11, D-07)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leptobridge.clinical.inputs import STRICT, Response
from leptobridge.clinical.rates import DISEASE_CONTROL, OBJECTIVE_RESPONSE, PERCENT_OR_NULL, percent
from leptobridge.clinical.result import Result
from leptobridge.clinical.system import Output, System, one_of

COUNTED: Final[Mapping[str, tuple[Response, ...]]] = {
    "cns_response_percent": DISEASE_CONTROL,
    "orr_percent": OBJECTIVE_RESPONSE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResponseRatesInputs:
    """One response per patient (rule interface 14, trial_response_rates)."""

    __pydantic_config__ = STRICT

    responses: tuple[Response, ...]


def decide_trial_response_rates(inputs: TrialResponseRatesInputs) -> Result:
    """``computed`` with ``cns_response_percent`` (SD included) and ``orr_percent``; no patient: ``not_evaluable``."""
    patients = len(inputs.responses)
    counts = Counter(inputs.responses)
    return Result(
        value="computed" if patients else "not_evaluable",
        rule="14.11",
        criteria_version="nct03091478-1",
        inputs_used=("responses",),
        outputs={
            name: percent(sum(counts[response] for response in responses), patients) if patients else None
            for name, responses in COUNTED.items()
        },
        missing=() if patients else ("responses",),
    )


TRIAL_RESPONSE_RATES = System(
    name="trial_response_rates",
    version="nct03091478-1",
    section="14.11",
    purpose="Rates of NCT03091478, whose CNS response includes SD",
    source="Naidoo 2021, J Immunother Cancer 8(Suppl 3):A471",
    evidence="verified",
    inputs=TrialResponseRatesInputs,
    decide=decide_trial_response_rates,
    values=one_of("computed", "not_evaluable"),
    outputs=(
        Output("cns_response_percent", "CR, PR and SD over all patients, one decimal", PERCENT_OR_NULL),
        Output("orr_percent", "CR and PR over all patients, one decimal", PERCENT_OR_NULL),
    ),
    table={"14.11": COUNTED},
)

SYSTEMS = (TRIAL_RESPONSE_RATES,)
