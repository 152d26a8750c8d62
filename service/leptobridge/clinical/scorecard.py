"""The revised imaging scorecard: consistency of the items and overall LM response (4.2, 4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from pydantic import with_config
from typing_extensions import TypedDict

from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, Presence, Response
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null

ScorecardItemName = Literal["brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear"]
Change = Literal["improved", "no_change", "worse", "NE"]

#: The five LM items in the order of the form (4.1).
ITEMS: Final[tuple[ScorecardItemName, ...]] = (
    "brain_nodules",
    "brain_linear",
    "hydrocephalus",
    "spine_nodules",
    "spine_linear",
)
#: SC-V: (baseline, follow-up) → the changes that can be graded, the first one filled in where it is the only one.
ALLOWED_CHANGES: Final[Mapping[tuple[int, int], tuple[Change, ...]]] = {
    (0, 0): ("no_change",),
    (0, 1): ("worse",),
    (1, 0): ("improved",),
    (1, 1): ("improved", "no_change", "worse"),
}


#: SC-O read top down, over what the five items show (4.3).
ROWS: Final = (
    Row(Outcome("PD", "SC-O1"), {"any_worse": (True,)}),
    Row(Outcome("NE", "SC-O2"), {"any_not_evaluable": (True,)}),
    Row(Outcome("SD", "SC-O3"), {"any_present": (False,)}),
    Row(Outcome("CR", "SC-O4"), {"all_of_baseline_gone": (True,)}),
    Row(Outcome("PR", "SC-O5"), {"any_improved": (True,)}),
    Row(Outcome("SD", "SC-O6")),
)


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


class _Item(NamedTuple):
    """An item after SC-V; ``change`` ``None`` = inconsistent."""

    baseline: int | None
    follow_up: int | None
    change: Change | None


_NOT_EVALUABLE: Final = _Item(None, None, "NE")
_ABSENT: Final = _Item(0, 0, "no_change")


def decide_lm_scorecard(inputs: LmScorecardInputs) -> Result:
    """Reader's or derived overall response (4.2, 4.3).

    Outputs: ``derived``; ``imaging`` with ``imaging_source``, what LM-COMP-1 takes (R-10); ``item``, the first
    inconsistent item in the order of the form.
    """
    items = {name: _read(name, inputs) for name in ITEMS}
    inconsistent = next((name for name, item in items.items() if item.change is None), None)
    if inconsistent:
        return _result(inputs, "invalid_input", "SC-V", reason="change_not_possible", item=inconsistent)
    changes = [item.change for item in items.values()]
    overall, rule, _ = first_fit(
        ROWS,
        any_worse="worse" in changes,
        any_not_evaluable="NE" in changes,
        any_present=any(item.baseline or item.follow_up for item in items.values()),
        all_of_baseline_gone=all(item.follow_up == 0 for item in items.values() if item.baseline),
        any_improved="improved" in changes,
    )
    return _result(
        inputs,
        overall,
        rule,
        missing=tuple(name for name, item in items.items() if item.change == "NE") if rule == "SC-O2" else (),
        flags=("mixed",) if rule == "SC-O1" and "improved" in changes else (),
        warnings=("no_baseline_imaging_disease",) if rule == "SC-O3" else (),
    )


def _read(name: ScorecardItemName, inputs: LmScorecardInputs) -> _Item:
    """The item with what R-01 and SC-V fill in; an explicit null or a change graded NE stays NE."""
    unnamed = 0 if inputs.form_complete else None
    if name not in inputs.items:
        return _ABSENT if inputs.form_complete else _NOT_EVALUABLE
    item = inputs.items[name]
    if item is None:
        return _NOT_EVALUABLE
    baseline, follow_up = item.get("baseline", unnamed), item.get("follow_up", unnamed)
    change = item.get("change")
    if change == "NE":
        return _Item(baseline, follow_up, "NE")
    if baseline is None or follow_up is None:
        return _Item(baseline, follow_up, "NE" if change is None else None)
    allowed = ALLOWED_CHANGES[baseline, follow_up]
    if change is None:
        return _Item(baseline, follow_up, allowed[0] if len(allowed) == 1 else "NE")
    return _Item(baseline, follow_up, change if change in allowed else None)


def _result(
    inputs: LmScorecardInputs,
    derived: str,
    rule: str,
    *,
    reason: str | None = None,
    item: str | None = None,
    missing: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Result:
    reader = inputs.rater_overall
    outputs: dict[str, str | None] = {"item": item}
    value = derived
    if item is None:
        from_reader = derived == "NE" and reader is not None
        imaging = str(reader) if from_reader else derived
        source = None if imaging == "NE" else "reader" if from_reader else "derived"
        outputs = {"derived": derived, "imaging": imaging, "imaging_source": source, "item": None}
        value = derived if reader is None else reader
        if reader is not None and reader != derived:
            warnings += ("mismatch",)
    given = [name for name in ("form_complete", "rater_overall") if getattr(inputs, name) is not None]
    return Result(
        value=value,
        rule=rule,
        criteria_version="eortc-rano-2019",
        inputs_used=("items", *given),
        outputs=outputs,
        reason=reason,
        missing=missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
        flags=flags,
        candidates=("PD", "SD", "PR", "CR") if derived == "NE" and reader is None else (),
    )


_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")

LM_SCORECARD = System(
    name="lm_scorecard",
    version="eortc-rano-2019",
    section="4.2, 4.3",
    purpose="Consistency and overall LM response of the revised imaging scorecard",
    source="Le Rhun 2019, PMC6502503; EORTC BTG/RANO 2022, PMC9527515; derivation from recall",
    evidence="from_recall",
    inputs=LmScorecardInputs,
    decide=decide_lm_scorecard,
    values=one_of(*_RESPONSES, "invalid_input"),
    outputs=(
        Output("derived", "The response derived from the items", one_of_or_null(*_RESPONSES)),
        Output("imaging", "What lm_comp_1 takes", one_of_or_null(*_RESPONSES)),
        Output("imaging_source", "Whose grade that is", one_of_or_null("derived", "reader")),
        Output("item", "The first inconsistent item", one_of_or_null(*ITEMS)),
    ),
    table={
        "SC-V": [
            {"baseline": baseline, "follow_up": follow_up, "allowed": list(changes)}
            for (baseline, follow_up), changes in ALLOWED_CHANGES.items()
        ],
        "SC-O": as_data(ROWS),
    },
)

SYSTEMS = (LM_SCORECARD,)
