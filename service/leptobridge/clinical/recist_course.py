"""RECIST 1.1 over a series of sums, with persistence of PR (7.1)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from leptobridge.clinical.completion import try_every
from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.recist_rules import DOMAINS, VERSION, NewLesion, NonTargets, respond
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of
from leptobridge.clinical.target_lesions import possible_over_visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Recist11CourseInputs:
    """Sums of the targets in mm, baseline first, then one per visit (rule interface 7, recist_1_1_course)."""

    __pydantic_config__ = STRICT

    sums_mm: tuple[NonNegative | None, ...]
    non_targets: NonTargets | None = None
    new_lesion: NewLesion | None = None


class _Visit(NamedTuple):
    """Response at a visit; ``persists``: it no longer meets PR by itself."""

    response: str
    persists: bool = False


def decide_recist_1_1_course(inputs: Recist11CourseInputs) -> Result:
    """The response at the last visit, output ``responses`` with one per visit after baseline (7.1).

    Once PR or CR was reached later visits are at least PR until PD, even above 70 % of the baseline. A visit without a
    sum does not count for the nadir. A baseline sum of 0 is ``invalid_input``.
    """
    baseline, *visits = inputs.sums_mm or (None,)
    if baseline == 0:
        return _result(inputs, "invalid_input", "7.1", None, reason="no_target_at_baseline")
    if not visits:
        return _result(inputs, "NE", "7.1/NE", (), missing=("sums_mm",))
    targets = tuple(possible_over_visits(baseline, visits))
    tried = try_every(
        lambda non_targets, new_lesion: _responses(targets, non_targets, new_lesion),
        {"non_targets": inputs.non_targets, "new_lesion": inputs.new_lesion},
        DOMAINS,
    )
    by_visit = [set(possible) for possible in zip(*tried.decisions, strict=True)]
    responses = tuple(_agreed(possible) for possible in by_visit)
    last = responses[-1]
    missing: list[str] = []
    if last == "NE":
        missing = [*tried.missing, *(["sums_mm"] if len(targets[-1]) > 1 else [])]
    persists = last == "PR" and all(visit.persists for visit in by_visit[-1])
    rule = "7.1/persistence" if persists else f"7.1/{last}"
    return _result(inputs, last, rule, responses, missing=tuple(missing))


@lru_cache(maxsize=1024)
def _responses(
    targets: tuple[frozenset[str], ...], non_targets: NonTargets | None, new_lesion: NewLesion | None
) -> tuple[_Visit, ...]:
    """The visits with known non-targets and new lesions; a response that was reached persists until PD."""
    visits: list[_Visit] = []
    responded = False
    for possible in targets:
        outcomes = respond(possible, non_targets, new_lesion).decisions
        open_ = {_Visit("PR", True) if responded and o.value == "SD" else _Visit(o.value) for o in outcomes}
        response = _agreed(open_)
        visits.append(_Visit(response, response == "PR" and any(visit.persists for visit in open_)))
        responded = response in ("CR", "PR") or (responded and response != "PD")
    return tuple(visits)


def _agreed(possible: set[_Visit]) -> str:
    responses = {visit.response for visit in possible}
    return responses.pop() if len(responses) == 1 else "NE"


def _result(
    inputs: Recist11CourseInputs,
    value: str,
    rule: str,
    responses: tuple[str, ...] | None,
    *,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule=rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"responses": responses},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")

RECIST_1_1_COURSE = System(
    name="recist_1_1_course",
    version=VERSION,
    section="7.1",
    purpose="RECIST 1.1 over a series of sums, with persistence of PR",
    source="recist.eortc.org/faq/managing-pr-when-tp-measurements-change-slightly-over-time",
    evidence="partly_verified",
    inputs=Recist11CourseInputs,
    decide=decide_recist_1_1_course,
    values=one_of(*_RESPONSES, "invalid_input"),
    outputs=(
        Output("responses", "One per visit after baseline", {"type": ["array", "null"], "items": one_of(*_RESPONSES)}),
    ),
    table={
        "7.1/persistence": [
            {"before": "CR or PR, no PD since", "visit": "SD", "response": "PR"},
            {"before": "any", "visit": "any other", "response": "that of the visit (recist_1_1)"},
        ]
    },
)

SYSTEMS = (RECIST_1_1_COURSE,)
