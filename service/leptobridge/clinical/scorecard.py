"""The revised imaging scorecard: consistency of the items and overall LM response (4.2, 4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from leptobridge.clinical.inputs import STRICT, Presence, Response
from leptobridge.clinical.result import Result

ScorecardItemName = Literal["brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear"]
Change = Literal["improved", "no_change", "worse", "NE"]


@with_config(STRICT)
class ScorecardItem(TypedDict, total=False):
    """One item; a key left out was not named, which differs from ``None`` where the form is complete (R-01)."""

    baseline: Presence | None
    follow_up: Presence | None
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LmScorecardInputs:
    """Rule interface 4, lm_scorecard: item name → item; ``None`` as an item is an explicit NE."""

    __pydantic_config__ = STRICT

    items: Mapping[ScorecardItemName, ScorecardItem | None]
    form_complete: bool | None = None
    rater_overall: Response | None = None


def decide_lm_scorecard(inputs: LmScorecardInputs) -> Result:
    """Reader's or derived overall response; outputs derived, imaging, imaging_source, item (4.2, 4.3, R-10)."""
    raise NotImplementedError
