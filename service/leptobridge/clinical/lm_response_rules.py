"""The rules C1 to C7 of LM-COMP-1 over its components (5.3), and what remains possible where one is unknown."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from leptobridge.clinical.completion import try_every
from leptobridge.clinical.csf_series import CsfState
from leptobridge.clinical.decision_table import Outcome, Row, first_fit
from leptobridge.clinical.inputs import Response

Neuro = Literal["improved", "stable", "worse", "NE"]
Attribution = Literal["lm", "undetermined"]

#: 5.3 read top down. A component is required if it was abnormal at baseline, neuro always: below C4 an NE is one that
#: was not required, so that CSF which was NE there counts as not repeated.
ROWS: Final = (
    Row(Outcome("PD", "C1"), {"imaging": ("PD",)}),
    Row(Outcome("PD", "C2a"), {"neuro": ("worse",), "attribution": ("lm",)}),
    Row(Outcome("SUSPECTED_PD", "C2b"), {"neuro": ("worse",)}),
    Row(Outcome("NE", "R-05"), {"b_csf": (None,)}),
    Row(Outcome("SUSPECTED_PD", "C3"), {"csf": ("CONV",)}),
    Row(Outcome("NE", "C4"), {"neuro": ("NE",)}),
    Row(Outcome("NE", "C4"), {"imaging": ("NE",), "b_img": (True,)}),
    Row(Outcome("NE", "C4"), {"csf": ("NE",), "b_csf": (True,)}),
    Row(Outcome("CR", "C5"), {"imaging": ("CR",), "csf": ("NN", "CLEAR_C", "NE")}),
    Row(Outcome("CR", "C5"), {"imaging": ("SD",), "b_img": (False,), "csf": ("CLEAR_C",)}),
    Row(Outcome("PR", "C6"), {"imaging": ("CR", "PR"), "csf": ("NN", "CLEAR_C", "CLEAR_U", "NE")}),
    Row(Outcome("PR", "C6"), {"csf": ("CLEAR_C",)}),
    Row(Outcome("SD", "C7")),
)

#: CSF states that a sample can show where cytology was positive at baseline (3.4).
STATES_OF_POSITIVE_BASELINE: Final[tuple[CsfState, ...]] = ("CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ")
#: Imaging responses that a scorecard can show, by whether there was imaging disease at baseline (5.4).
RESPONSES_OF_BASELINE: Final[dict[bool, tuple[Response, ...]]] = {True: ("CR", "PR", "SD", "PD"), False: ("SD", "PD")}


class Components(NamedTuple):
    """The components as the rules read them; ``None`` at baseline = unknown."""

    neuro: Neuro
    attribution: Attribution
    imaging: Response
    csf: CsfState
    b_img: bool | None
    b_csf: bool | None


class Decision(NamedTuple):
    """Response with the rule that decides, and what is missing where it is NE."""

    value: str
    rule: str
    missing: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def combine(components: Components) -> Decision:
    """The first rule of 5.3 that holds; an unknown MRI baseline is tried at both values (G1)."""
    tried = try_every(_first_rule, components._asdict(), {"b_img": (True, False)})
    value, rule, _ = tried.agreed or Outcome("NE", "G1")
    return Decision(value, rule, _missing(components) if value == "NE" else ())


def _first_rule(**components: Any) -> Outcome:
    return first_fit(ROWS, **components)


def _missing(components: Components) -> tuple[str, ...]:
    """Baselines that are unknown, and components that are NE though required, or perhaps required (5.2)."""
    lacking = {
        "baseline_csf_cytology": components.b_csf is None,
        "baseline_mri_lm": components.b_img is None,
        "neuro": components.neuro == "NE",
        "imaging": components.imaging == "NE" and components.b_img is not False,
        "csf": components.csf == "NE" and components.b_csf is True,
    }
    return tuple(name for name, is_lacking in lacking.items() if is_lacking)


@lru_cache(maxsize=4096)
def possible_responses(components: Components) -> tuple[str, ...]:
    """Responses that remain possible for unknown components and baselines, each tried at each value (G1).

    CSF that was negative at baseline need not be repeated, so its NE stands for itself (5.3).
    """
    possible: set[str] = set()
    for b_img in _tried(components.b_img):
        for b_csf in _tried(components.b_csf):
            unknown: dict[str, Sequence[Any]] = {}
            if components.neuro == "NE":
                unknown |= {"neuro": ("stable", "worse"), "attribution": ("lm", "undetermined")}
            if components.imaging == "NE":
                unknown["imaging"] = RESPONSES_OF_BASELINE[b_img]
            if components.csf == "NE" and b_csf:
                unknown["csf"] = STATES_OF_POSITIVE_BASELINE
            known = components._replace(b_img=b_img, b_csf=b_csf)._asdict()
            tried = try_every(_first_rule, {**known, **dict.fromkeys(unknown)}, unknown)
            possible |= {outcome.value for outcome in tried.decisions}
    return tuple(sorted(possible - {"NE"}))


def _tried(known: bool | None) -> tuple[bool, ...]:
    return (True, False) if known is None else (known,)
