"""Oligometastatic disease: the ESTRO/EORTC state (gate 10.2, tree 10.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, Literal

from leptobridge.clinical.calendar import add_months
from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT, Count, Day, YesNo, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "estro-eortc-2020"

#: Beyond either number the disease is polymetastatic (10.2, seed 002).
MAX_METASTASES = 5
MAX_ORGANS = 3
#: A longer interval from the primary diagnosis is metachronous; exactly so many months are not (10.3, D-13).
SYNCHRONOUS_MONTHS = 6

STATES: Final = {
    1: "synchronous_oligometastatic_disease",
    2: "metachronous_oligorecurrence",
    3: "metachronous_oligoprogression",
    4: "repeat_oligorecurrence",
    5: "repeat_oligoprogression",
    6: "repeat_oligopersistence",
    7: "induced_oligorecurrence",
    8: "induced_oligoprogression",
    9: "induced_oligopersistence",
}
STATE_NUMBER: Final = {name: number for number, name in STATES.items()}


def _state(number: int, **answers: str) -> Row:
    when = {question: (answer,) for question, answer in answers.items()}
    return Row(Outcome(STATES[number], f"10.3/{number}"), when)


#: The gate in its order: numbers, diffuse spread, LM (10.2).
GATE: Final = (
    Row(Outcome("not_applicable", "10.2"), {"metastases": ("none",)}),
    Row(Outcome("polymetastatic", "10.2"), {"metastases": ("many",)}),
    Row(Outcome("polymetastatic", "10.2"), {"organs": ("many",)}),
    Row(Outcome("not_oligometastatic", "10.2", "diffuse_spread"), {"diffuse_spread": (True,)}),
    Row(Outcome("not_oligometastatic", "10.2", "leptomeningeal"), {"lm": ("confirmed", "probable")}),
    Row(Outcome("indeterminate", "10.2"), {"lm": ("possible",)}),
)
#: The tree (10.3). A first metastasis seen under therapy is a progression whatever Q5 says, so state 3 does not ask it.
TREE: Final = (
    _state(7, q1="yes", q4="no"),
    _state(8, q1="yes", q4="yes", q5="yes"),
    _state(9, q1="yes", q4="yes", q5="no"),
    _state(4, q1="no", q2="yes", q4="no"),
    _state(5, q1="no", q2="yes", q4="yes", q5="yes"),
    _state(6, q1="no", q2="yes", q4="yes", q5="no"),
    _state(1, q1="no", q2="no", q3="no"),
    _state(2, q1="no", q2="no", q3="yes", q4="no"),
    _state(3, q1="no", q2="no", q3="yes", q4="yes"),
)
_YES_NO: Final = ("yes", "no")
#: What an unknown factor could be (G1).
DOMAINS: Final = {
    "metastases": ("none", "few", "many"),
    "organs": ("few", "many"),
    "diffuse_spread": (True, False),
    "lm": ("none", "possible", "confirmed"),
    **dict.fromkeys(("q1", "q2", "q3", "q4", "q5"), _YES_NO),
}
#: Where an organ has metastases, there are some.
SOME_METASTASES: Final = {**DOMAINS, "metastases": ("few", "many")}
_TRIED: Final = remembering(partial(first_fit, (*GATE, *TREE)), DOMAINS)
_TRIED_WITH_SOME: Final = remembering(partial(first_fit, (*GATE, *TREE)), SOME_METASTASES)
_TRIED_IN_TREE: Final = remembering(partial(first_fit, TREE), DOMAINS)
INTERVAL: Final = ("primary_diagnosis_date", "oligometastasis_diagnosis_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class OligometastaticStateInputs:
    """Rule interface 10, oligometastatic_state. Metastases and organs are counted without regional nodes.

    ``q2``: earlier oligometastatic state that was treated locally (R-15). The two dates answer Q3.
    """

    __pydantic_config__ = STRICT

    metastases: Count | None = None
    organs: Count | None = None
    regional_nodes_involved: Count | None = None
    diffuse_spread: bool | None = None
    lm: Literal["none", "possible", "probable", "confirmed", "not_examined"] | None = None
    q1: YesNo | None = None
    q2: YesNo | None = None
    primary_diagnosis_date: Day | None = None
    oligometastasis_diagnosis_date: Day | None = None
    q4: YesNo | None = None
    q5: YesNo | None = None


def decide_oligometastatic_state(inputs: OligometastaticStateInputs) -> Result:
    """One of the nine states, or what the gate before the tree says (10.2, 10.3); output ``state``, 1 to 9.

    Unknown answers are tried at each value: a state on which all branches agree stands, else ``not_evaluable`` with
    the states still possible. LM that nobody looked for and nothing points to counts as none, with a warning (R-15).
    A number that is missing is not inferred from the other one; numbers that contradict each other are
    ``invalid_input`` (G11).
    """
    if _impossible_numbers(inputs.metastases, inputs.organs):
        return _result(inputs, Outcome("invalid_input", "G11", "metastases_and_organs_contradict"))
    factors = _factors(inputs)
    tried = (_TRIED_WITH_SOME if inputs.organs else _TRIED)(**factors)
    outcome = tried.agreed
    warnings = ["lm_not_examined"] if inputs.lm == "not_examined" else []
    if outcome is None:
        missing, candidates = _input_names(inputs, tried.missing), _values(tried.decisions)
        return _result(inputs, Outcome("not_evaluable", "10.3"), missing, candidates, warnings)
    candidates = ()
    if outcome.value == "indeterminate":
        without_lm = _TRIED_IN_TREE(**{**factors, "lm": "none"})
        candidates = ("not_oligometastatic", *_values(without_lm.decisions))
    if STATE_NUMBER.get(outcome.value) == 3 and inputs.q5 == "no":
        warnings.append("q5_contradiction")
    return _result(inputs, outcome, (), candidates, warnings)


def _impossible_numbers(metastases: int | None, organs: int | None) -> bool:
    """Whether lesions and organs contradict each other where the gate does not already decide by one of them (G11)."""
    if metastases is None or organs is None:
        return False
    if metastases == 0:
        return organs > MAX_ORGANS
    return organs == 0 or metastases < organs <= MAX_ORGANS


def _factors(inputs: OligometastaticStateInputs) -> dict[str, Any]:
    """The inputs in the classes that the gate and the tree tell apart; ``None`` = unknown."""
    answers = {name: getattr(inputs, name) for name in ("q1", "q2", "q4", "q5")}
    return {
        "metastases": _number_class(inputs.metastases, MAX_METASTASES),
        "organs": None if inputs.organs is None else "many" if inputs.organs > MAX_ORGANS else "few",
        "diffuse_spread": bool(inputs.diffuse_spread),
        "lm": "none" if inputs.lm == "not_examined" else inputs.lm,
        "q3": _metachronous(inputs.primary_diagnosis_date, inputs.oligometastasis_diagnosis_date),
        **{name: None if answer == "unknown" else answer for name, answer in answers.items()},
    }


def _number_class(number: int | None, maximum: int) -> str | None:
    if number is None:
        return None
    return "none" if number == 0 else "many" if number > maximum else "few"


def _metachronous(primary: date | None, oligometastasis: date | None) -> str | None:
    """Q3; a metastasis found before its primary is synchronous."""
    if primary is None or oligometastasis is None:
        return None
    return "yes" if oligometastasis > add_months(primary, SYNCHRONOUS_MONTHS) else "no"


def _input_names(inputs: OligometastaticStateInputs, factors: tuple[str, ...]) -> tuple[str, ...]:
    names = [name for name in factors if name != "q3"]
    return (*names, *(name for name in INTERVAL if "q3" in factors and getattr(inputs, name) is None))


def _values(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(outcome.value for outcome in outcomes))


def _result(
    inputs: OligometastaticStateInputs,
    outcome: Outcome,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
    warnings: Sequence[str] = (),
) -> Result:
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=tuple(
            name for name in given(inputs) if name != "regional_nodes_involved" and getattr(inputs, name) != "unknown"
        ),
        outputs={"state": STATE_NUMBER.get(outcome.value)},
        reason=outcome.reason,
        missing=missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
        candidates=candidates,
    )


OLIGOMETASTATIC_STATE = System(
    name="oligometastatic_state",
    version=VERSION,
    section="10.3",
    purpose="ESTRO/EORTC state of oligometastatic disease",
    source="Guckenberger 2020, Lancet Oncol 21:e18-e28, by seed 002; questions and the cut of 6 months from recall",
    evidence="partly_verified",
    inputs=OligometastaticStateInputs,
    decide=decide_oligometastatic_state,
    values=one_of(
        *STATES.values(),
        "polymetastatic",
        "not_oligometastatic",
        "indeterminate",
        "not_evaluable",
        "not_applicable",
        "invalid_input",
    ),
    outputs=(Output("state", "Number of the state", {"type": ["integer", "null"], "minimum": 1, "maximum": 9}),),
    table={
        "10.2": as_data(GATE),
        "10.3": as_data(TREE),
        "metastases": {"none": "0", "few": f"1 to {MAX_METASTASES}", "many": f"more than {MAX_METASTASES}"},
        "organs": {"few": f"at most {MAX_ORGANS}", "many": f"more than {MAX_ORGANS}"},
        "q3": {"no": f"at most {SYNCHRONOUS_MONTHS} calendar months", "yes": f"more than {SYNCHRONOUS_MONTHS}"},
    },
)

SYSTEMS = (OLIGOMETASTATIC_STATE,)
