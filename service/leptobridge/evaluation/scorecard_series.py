"""A series of MRI scorecards as the rules take it (exchange.md 4, Series of cards; clinical.md 4.2, 4.3, R-01, R-10).

Two comparisons, never mixed: the reader grades change against the *previous* card, so SC-V checks him against that one;
the response is change against the *baseline* card, so SC-O takes that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leptobridge.chart.chart import CardItem, MriExamination
from leptobridge.clinical.result import Result
from leptobridge.clinical.scorecard import LmScorecardInputs, decide_lm_scorecard
from leptobridge.evaluation.lm_imaging import CARD_ITEMS, presence_of

Change = Literal["improved", "no_change", "worse", "NE"]

#: SC-V: the changes that a pair of presences allows, the only one first (4.2). None is NE.
ALLOWED_CHANGES: Mapping[tuple[int | None, int | None], tuple[Change, ...]] = {
    (0, 0): ("no_change",),
    (0, 1): ("worse",),
    (1, 0): ("improved",),
    (1, 1): ("improved", "no_change", "worse"),
}


@dataclass(frozen=True, slots=True)
class CardReading:
    """The result of one card against the baseline. ``imaging``: what LM-COMP-1 takes; None = NE."""

    result: Result
    derived: str | None
    reader: str | None
    invalid_item: str | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """What has to be shown of the card itself."""
        return ("scorecard_invalid",) if self.invalid_item is not None else ()


def read_cards(
    before: Sequence[MriExamination], baseline: MriExamination | None, follow_up: Sequence[MriExamination]
) -> tuple[CardReading, ...]:
    """One reading per card of ``follow_up``, which is sorted by time.

    ``before``: the cards up to the start of the course, the last of which the reader compared his first card with;
    ``baseline``: the card of the baseline window, if there is one.
    """
    readings = []
    previous = before[-1] if before else None
    standing: set[str] = set()
    for card in follow_up:
        readings.append(_read_card(card, previous, baseline, standing))
        previous = card
    return tuple(readings)


def grade(examination: MriExamination | None, item: str) -> int | None:
    """Presence as the card's 1, 0 or NE (None); an equivocal finding is neither (unknown is safer than resolved)."""
    if examination is None:
        return None
    return {"present": 1, "absent": 0}.get(presence_of(examination, item) or "")


def _read_card(
    card: MriExamination, previous: MriExamination | None, baseline: MriExamination | None, standing: set[str]
) -> CardReading:
    items: Any = {}
    invalid = None
    for item in CARD_ITEMS:
        now, change = grade(card, item), _stated_change(card, previous, item)
        if change is None:
            invalid = invalid or item
            change = "NE"
        if change == "worse":
            standing.discard(item)
        elif change == "improved" and baseline is not None:
            standing.add(item)
        items[item] = _against_baseline(grade(baseline, item), now, change, item in standing)
    if invalid is not None:
        # The card contradicts itself or its predecessor: no grade is derived from it, and the reader's own is not used.
        stated: Any = {item: _as_stated(card, previous, item) for item in CARD_ITEMS}
        return CardReading(decide_lm_scorecard(LmScorecardInputs(items=stated)), None, None, invalid)
    result = decide_lm_scorecard(LmScorecardInputs(items=items, rater_overall=card.rater_overall))  # type: ignore[arg-type]
    derived = result.outputs.get("derived")
    return CardReading(result, str(derived) if derived is not None else None, card.rater_overall)


def _stated_change(card: MriExamination, previous: MriExamination | None, item: str) -> Change | None:
    """The reader's change, filled where the pair with the previous card leaves one value; None if SC-V forbids it."""
    stated = card.items.get(item, CardItem()).change
    now = grade(card, item)
    if presence_of(card, item) is None and card.items.get(item, CardItem()).presence is None:
        # Presence was left out: a worsening counts all the same (SC-O1), any other change says too little.
        return "worse" if stated == "worse" else "NE"
    if previous is None or grade(previous, item) is None:
        if now is None or stated is None:
            return "NE" if stated in (None, "NE") else None
        fits = any(stated in changes for (_, after), changes in ALLOWED_CHANGES.items() if after == now)
        return stated if fits or stated == "NE" else None
    if now is None:
        return "NE" if stated in (None, "NE") else None
    allowed = ALLOWED_CHANGES[grade(previous, item), now]
    if stated is None:
        return allowed[0] if len(allowed) == 1 else "NE"
    return stated if stated in allowed else "NE" if stated == "NE" else None


def _against_baseline(before: int | None, now: int | None, change: Change, improved_before: bool) -> dict[str, Any]:
    """The item as SC-O takes it; a reader's ``worse`` always counts, also where the baseline card is silent (SC-O1)."""
    if change == "worse":
        return {"baseline": before if before is not None else 1, "follow_up": 1, "change": "worse"}
    if before is None or now is None:
        return {"baseline": before, "follow_up": now, "change": "NE"}
    if (before, now) != (1, 1):
        return {"baseline": before, "follow_up": now, "change": ALLOWED_CHANGES[before, now][0]}
    if change == "no_change" and improved_before:
        change = "improved"
    return {"baseline": 1, "follow_up": 1, "change": change}


def _as_stated(card: MriExamination, previous: MriExamination | None, item: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"baseline": grade(previous, item), "follow_up": grade(card, item)}
    change = card.items.get(item, CardItem()).change
    if change is not None:
        entry["change"] = change
    return entry
