"""Generations of ALK inhibitors (13.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leptobridge.clinical.inputs import STRICT
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "alk-tki-1"

#: Drug → generation (13.1). AB-106 is a ROS1/NTRK inhibitor and no ALK inhibitor of the list (1.6 E13, recall).
GENERATIONS: Final[Mapping[str, int]] = {
    "crizotinib": 1,
    "alectinib": 2,
    "brigatinib": 2,
    "ceritinib": 2,
    "ensartinib": 2,
    "iruplinalkib": 2,
    "lorlatinib": 3,
    "TPX-0131": 4,
    "NVL-655": 4,
}
#: What rests on recall: a generation, or that the drug has none.
FROM_RECALL: Final = frozenset({"ensartinib", "iruplinalkib", "NVL-655", "AB-106"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlkTkiGenerationInputs:
    """Generic names in lower case, investigational names as printed; any other name is accepted."""

    __pydantic_config__ = STRICT

    drugs: tuple[str, ...]


def decide_alk_tki_generation(inputs: AlkTkiGenerationInputs) -> Result:
    """``computed``; output ``generations``, drug as given → 1 to 4, ``None`` = not an ALK inhibitor of the list."""
    return Result(
        value="computed",
        rule="13.1",
        criteria_version=VERSION,
        inputs_used=("drugs",),
        outputs={"generations": {drug: GENERATIONS.get(drug) for drug in inputs.drugs}},
        warnings=() if FROM_RECALL.isdisjoint(inputs.drugs) else (CRITERIA_NOT_VERIFIED,),
    )


ALK_TKI_GENERATION = System(
    name="alk_tki_generation",
    version=VERSION,
    section="13.1",
    purpose="Generation of ALK inhibitors",
    source="Seed 004; generation of ensartinib, iruplinalkib and NVL-655 and identity of AB-106 from recall",
    evidence="partly_verified",
    inputs=AlkTkiGenerationInputs,
    decide=decide_alk_tki_generation,
    values=one_of("computed"),
    outputs=(
        Output(
            "generations",
            "Drug as given → generation; null = not an ALK inhibitor of the list",
            {
                "type": "object",
                "additionalProperties": {"type": ["integer", "null"], "minimum": 1, "maximum": 4},
            },
        ),
    ),
    table={
        "13.1": [
            {"drug": drug, "generation": generation, "evidence": "recall" if drug in FROM_RECALL else "seed 004"}
            for drug, generation in GENERATIONS.items()
        ],
        "no ALK inhibitor (1.6 E13)": ["AB-106"],
    },
)

SYSTEMS = (ALK_TKI_GENERATION,)
