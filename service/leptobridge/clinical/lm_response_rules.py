"""The rules C1 to C7 of LM-COMP-1 over its components (5.3), and what remains possible where one is unknown."""

from functools import lru_cache
from itertools import product
from typing import Final, Literal, NamedTuple

from leptobridge.clinical.csf_series import CsfState
from leptobridge.clinical.inputs import Response

Neuro = Literal["improved", "stable", "worse", "NE"]
Attribution = Literal["lm", "undetermined"]
Combined = Literal["CR", "PR", "SD", "PD", "SUSPECTED_PD", "NE", "invalid_input"]

#: 5.3 as printed; the first rule whose condition holds decides.
RULES: Final = (
    {"rule": "C1", "condition": "imaging PD", "result": "PD"},
    {"rule": "C2a", "condition": "neuro worse, attribution LM", "result": "PD"},
    {"rule": "C2b", "condition": "neuro worse, attribution undetermined", "result": "SUSPECTED_PD"},
    {"rule": "R-05", "condition": "CSF at baseline unknown", "result": "NE"},
    {"rule": "C3", "condition": "csf CONV", "result": "SUSPECTED_PD"},
    {"rule": "C4", "condition": "a required component is NE", "result": "NE"},
    {
        "rule": "C5",
        "condition": "(a) csf NN or CLEAR_C, or CSF not required and not repeated; (b) imaging CR, or no imaging "
        "disease at baseline and still none; (c) imaging CR or csf CLEAR_C",
        "result": "CR",
    },
    {
        "rule": "C6",
        "condition": "(a) csf NN, CLEAR_C or CLEAR_U, or CSF not required and not repeated; (b) imaging CR or PR, or "
        "csf CLEAR_C",
        "result": "PR",
    },
    {"rule": "C7", "condition": "otherwise", "result": "SD"},
)

#: CSF states that a sample can show, by what cytology was at baseline (3.4).
STATES_OF_BASELINE: Final[dict[bool, tuple[CsfState, ...]]] = {
    True: ("CLEAR_U", "CLEAR_C", "POS", "CONV", "EQ"),
    False: ("NN", "CONV", "EQ"),
}
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
    """Response with the rule that decides, the flag that the rule itself adds, and what is missing."""

    value: Combined
    rule: str
    flag: str | None = None
    missing: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def combine(components: Components) -> Decision:
    """The first rule of 5.3 that holds; an unknown MRI baseline is tried at both values (G1)."""
    if components.imaging == "PD":
        return Decision("PD", "C1")
    if components.neuro == "worse":
        return Decision("PD", "C2a") if components.attribution == "lm" else Decision("SUSPECTED_PD", "C2b")
    if components.b_csf is None:
        unassessed = _required_and_not_assessed(components)
        unknown_mri = ("baseline_mri_lm",) if components.b_img is None else ()
        return Decision("NE", "R-05", missing=("baseline_csf_cytology", *unknown_mri, *unassessed))
    if components.csf == "CONV":
        return Decision("SUSPECTED_PD", "C3")
    if components.b_img is not None:
        return _combine_known(components)
    imaging_disease = components._replace(b_img=True)
    with_disease = _combine_known(imaging_disease)
    without_disease = _combine_known(components._replace(b_img=False))
    if with_disease.value != without_disease.value:
        return Decision("NE", "G1", missing=("baseline_mri_lm", *_required_and_not_assessed(imaging_disease)))
    if with_disease.value == "NE":
        missing = dict.fromkeys((*without_disease.missing, *with_disease.missing, "baseline_mri_lm"))
        return with_disease._replace(missing=tuple(missing))
    return with_disease if with_disease.flag == without_disease.flag else without_disease


def _required_and_not_assessed(components: Components) -> tuple[str, ...]:
    """Required components that are NE: neuro always, the others if abnormal at baseline (5.2)."""
    required = (("neuro", True), ("imaging", components.b_img), ("csf", components.b_csf))
    return tuple(name for name, needed in required if needed and getattr(components, name) == "NE")


def _combine_known(components: Components) -> Decision:
    """C4 to C7 with both baselines known."""
    missing = _required_and_not_assessed(components)
    if missing:
        return Decision("NE", "C4", missing=missing)
    csf, imaging = components.csf, components.imaging
    not_repeated = not components.b_csf and csf == "NE"
    still_none = not components.b_img and imaging == "SD"
    response_shown = imaging == "CR" or csf == "CLEAR_C"
    if (csf in ("NN", "CLEAR_C") or not_repeated) and (imaging == "CR" or still_none) and response_shown:
        return Decision("CR", "C5")
    if (csf in ("NN", "CLEAR_C", "CLEAR_U") or not_repeated) and (imaging in ("CR", "PR") or csf == "CLEAR_C"):
        pending = imaging == "CR" and csf == "CLEAR_U"
        return Decision("PR", "C6", flag="cr_pending_csf_confirmation" if pending else None)
    return Decision("SD", "C7")


@lru_cache(maxsize=4096)
def possible_responses(components: Components) -> tuple[str, ...]:
    """Responses that remain possible for unknown components and baselines, each tried at each value (G1)."""
    unassessed = components.neuro == "NE"
    neuro: tuple[Neuro, ...] = ("stable", "worse") if unassessed else (components.neuro,)
    attributions: tuple[Attribution, ...] = ("lm", "undetermined") if unassessed else (components.attribution,)
    possible: set[str] = set()
    for b_img, b_csf in product(_tried(components.b_img), _tried(components.b_csf)):
        imaging = RESPONSES_OF_BASELINE[b_img] if components.imaging == "NE" else (components.imaging,)
        csf = STATES_OF_BASELINE[b_csf] if components.csf == "NE" and b_csf else (components.csf,)
        for change, attribution, response, state in product(neuro, attributions, imaging, csf):
            possible.add(combine(Components(change, attribution, response, state, b_img, b_csf)).value)
    return tuple(sorted(possible - {"NE"}))


def _tried(known: bool | None) -> tuple[bool, ...]:
    return (True, False) if known is None else (known,)
