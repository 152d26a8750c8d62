"""CSF flow cytometry together with cytology, in haematological primaries alone (11.4)."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import HAEMATOLOGICAL, STRICT, CsfCytology, Primary, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import System, one_of

VERSION: Final = "csf-flow-1"

#: Read top down (11.4). A positive cytology stands whatever the flow; a positive flow stands without cytology (CSF3).
#: An equivocal cytology beside a negative flow is neither positive nor negative.
ROWS: Final = (
    Row(Outcome("not_applicable", "11.4"), {"haematological": (False,)}),
    Row(Outcome("positive", "11.4"), {"csf_cytology": ("positive",)}),
    Row(Outcome("possible_false_positive", "11.4"), {"flow": ("positive",), "active_meningitis": (True,)}),
    Row(Outcome("csf_involvement_by_flow", "11.4"), {"flow": ("positive",)}),
    Row(Outcome("negative", "11.4"), {"flow": ("negative",), "csf_cytology": ("negative",)}),
    Row(
        Outcome("not_evaluable", "11.4", "equivocal_cytology"), {"flow": ("negative",), "csf_cytology": ("equivocal",)}
    ),
    Row(Outcome("not_evaluable", "11.4")),
)
#: What an unknown factor could be (G1).
DOMAINS: Final = {
    "haematological": (True, False),
    "flow": ("positive", "negative", "not_done"),
    "csf_cytology": ("positive", "equivocal", "negative", "inadequate", "not_done"),
    "active_meningitis": (True, False),
}
_TRIED: Final = remembering(partial(first_fit, ROWS), DOMAINS)
#: Values that say a report is not there.
NO_REPORT: Final = (None, "not_done", "inadequate")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfFlowInputs:
    """Rule interface 11, csf_flow. ``active_meningitis``: active inflammatory disease."""

    __pydantic_config__ = STRICT

    primary: Primary | None = None
    flow: Literal["positive", "negative", "not_done"] | None = None
    csf_cytology: CsfCytology | None = None
    active_meningitis: bool | None = None


def decide_csf_flow(inputs: CsfFlowInputs) -> Result:
    """What flow cytometry and cytology say together (11.4); unknown inputs are tried at each value (G1)."""
    factors: dict[str, Any] = {
        "haematological": None if inputs.primary is None else inputs.primary in HAEMATOLOGICAL,
        "flow": inputs.flow,
        "csf_cytology": inputs.csf_cytology,
        "active_meningitis": inputs.active_meningitis,
    }
    tried = _TRIED(**factors)
    outcome = tried.agreed or Outcome("not_evaluable", "11.4")
    missing: list[str] = []
    if outcome.value == "not_evaluable":
        missing = ["primary" if name == "haematological" else name for name in tried.missing]
        missing += [name for name in _absent_reports(inputs) if name not in missing]
    candidates = dict.fromkeys(said.value for said in tried.decisions) if len(tried.decisions) > 1 else {}
    return Result(
        value=outcome.value,
        rule=outcome.rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        reason=outcome.reason,
        missing=tuple(missing),
        warnings=(CRITERIA_NOT_VERIFIED,),
        candidates=tuple(value for value in candidates if value != "not_evaluable"),
    )


def _absent_reports(inputs: CsfFlowInputs) -> list[str]:
    """The reports that are not there; beside a positive cytology none is needed."""
    if inputs.csf_cytology == "positive":
        return []
    return [name for name in ("flow", "csf_cytology") if getattr(inputs, name) in NO_REPORT]


CSF_FLOW = System(
    name="csf_flow",
    version=VERSION,
    section="11.4",
    purpose="CSF flow cytometry together with cytology",
    source="Seed 000; the reading of missing reports is a project decision",
    evidence="partly_verified",
    inputs=CsfFlowInputs,
    decide=decide_csf_flow,
    values=one_of(
        "positive", "csf_involvement_by_flow", "possible_false_positive", "negative", "not_applicable", "not_evaluable"
    ),
    table={"11.4": as_data(ROWS)},
)

SYSTEMS = (CSF_FLOW,)
