"""Due window of the next examination (15.2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final, Literal

from leptobridge.clinical.calendar import add_months
from leptobridge.clinical.inputs import STRICT, Day, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

Context = Literal[
    "alk_treated",
    "alk_brain_mri",
    "deposein_neurology_and_pro",
    "deposein_cerebrospinal_mri",
    "lm_practice",
    "csf_clearance",
    "it_trastuzumab_off_treatment",
    "pembrolizumab_cns_trial_brain_mri",
    "irecist_confirmation",
    "suspected_pd",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """Time from the last examination to the first and the last day of the window; ``most`` ``None``: no end.

    Months are calendar months and a week is 7 days (G5). ``source`` is the evidence tag of the row.
    """

    least: int
    most: int | None
    unit: Literal["days", "weeks", "months"]
    source: str

    def window(self, last: date) -> tuple[date, date | None]:
        """First and last day on which the examination after ``last`` is due."""
        return self._after(last, self.least), None if self.most is None else self._after(last, self.most)

    def _after(self, last: date, count: int) -> date:
        if self.unit == "months":
            return add_months(last, count)
        days = 7 * count if self.unit == "weeks" else count
        return last + min(timedelta(days), date.max - last)


INTERVALS: Final[Mapping[Context, Interval]] = {
    "alk_treated": Interval(2, 3, "months", "seed 004"),
    "alk_brain_mri": Interval(3, 6, "months", "seed 004"),
    "deposein_neurology_and_pro": Interval(1, 1, "months", "PMC6216986"),
    "deposein_cerebrospinal_mri": Interval(2, 2, "months", "PMC6216986"),
    "lm_practice": Interval(2, 3, "months", "recall, unverified (EANO-ESMO)"),
    "csf_clearance": Interval(28, None, "days", "seed 000"),
    "it_trastuzumab_off_treatment": Interval(2, 3, "months", "tuftsmedicalcenter.org, 11678"),
    "pembrolizumab_cns_trial_brain_mri": Interval(6, 6, "weeks", "fightingaddictioncenter.com, 58828"),
    "irecist_confirmation": Interval(4, 8, "weeks", "7.2"),
    "suspected_pd": Interval(21, 35, "days", "decision"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpInputs:
    """Rule interface 15, follow_up. ``last_date``: last examination, first negative CSF, iUPD or first suspicion."""

    __pydantic_config__ = STRICT

    context: Context
    last_date: Day | None = None
    as_of_date: Day | None = None


def decide_follow_up(inputs: FollowUpInputs) -> Result:
    """``overdue`` after the last day of the window, not on it; ``scheduled`` without a day of the question.

    Outputs: ``due_from_date``, and ``due_to_date``, which is ``None`` for a window without end.
    """
    if inputs.last_date is None:
        return _result(inputs, "not_evaluable", missing=("last_date",))
    due_from, due_to = INTERVALS[inputs.context].window(inputs.last_date)
    if inputs.as_of_date is None:
        return _result(inputs, "scheduled", due_from, due_to)
    overdue = due_to is not None and inputs.as_of_date > due_to
    return _result(inputs, "overdue" if overdue else "not_overdue", due_from, due_to)


def _result(
    inputs: FollowUpInputs,
    value: str,
    due_from: date | None = None,
    due_to: date | None = None,
    *,
    missing: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="15.2",
        criteria_version="follow-up-1",
        inputs_used=given(inputs),
        outputs={"due_from_date": due_from, "due_to_date": due_to},
        missing=missing,
        # The due rule is a decision for every interval, whatever the evidence of its length.
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


FOLLOW_UP = System(
    name="follow_up",
    version="follow-up-1",
    section="15.2",
    purpose="Due window of the next examination",
    source="Each interval as its row says; the due rule is a decision",
    evidence="partly_verified",
    inputs=FollowUpInputs,
    decide=decide_follow_up,
    values=one_of("overdue", "not_overdue", "scheduled", "not_evaluable"),
    outputs=(
        Output("due_from_date", "First day of the window", {"type": ["string", "null"], "format": "date"}),
        Output("due_to_date", "Last day of the window; null = no end", {"type": ["string", "null"], "format": "date"}),
    ),
    table={"15.2": [{"context": context, **asdict(interval)} for context, interval in INTERVALS.items()]},
)

SYSTEMS = (FOLLOW_UP,)
