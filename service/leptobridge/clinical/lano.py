"""Change of the neurological examination, N-Δ on the LANO card (3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from leptobridge.clinical.inputs import STRICT, Integer
from leptobridge.clinical.result import Result

Domain = Literal[
    "gait",
    "strength",
    "sensation",
    "vision",
    "eye_movements",
    "facial_strength",
    "hearing",
    "swallowing",
    "level_of_consciousness",
    "behaviour",
]
NeuroChange = Literal["improved", "stable", "worse"]
Levels = Mapping[Domain, Integer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanoChangeInputs:
    """Two examinations as domain → level (rule interface 3, lano_change).

    A level of ``None`` was explicitly not assessed; a domain left out was not named, which is 0 with
    ``other_domains_normal`` (R-03).
    """

    __pydantic_config__ = STRICT

    baseline: Levels
    current: Levels
    best: Levels | None = None
    explained_by_other_cause: tuple[Domain, ...] | None = None
    other_domains_normal: bool | None = None
    clinician_neuro: NeuroChange | None = None


def decide_lano_change(inputs: LanoChangeInputs) -> Result:
    """N-Δ: improved, stable, worse, NE or invalid_input, with outputs excluded and clinician_neuro (3.2)."""
    raise NotImplementedError
