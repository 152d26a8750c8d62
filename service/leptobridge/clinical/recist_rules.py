"""The time-point table of RECIST 1.1 (7.1), and what remains possible where a part of it is unknown."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from leptobridge.clinical.completion import Tried, try_every
from leptobridge.clinical.decision_table import Outcome, Row, first_fit

NonTargets = Literal["none_at_baseline", "CR", "non_cr_non_pd", "not_all_evaluated", "unequivocal_pd"]
NewLesion = Literal["none", "present"]

VERSION: Final = "recist-1.1"
NONE_AT_BASELINE: Final = "none_at_baseline"

#: 7.1 read top down; targets that are not all evaluated are tried at each response.
ROWS: Final = (
    Row(Outcome("PD", "7.1/PD"), {"new_lesion": ("present",)}),
    Row(Outcome("PD", "7.1/PD"), {"targets": ("PD",)}),
    Row(Outcome("PD", "7.1/PD"), {"non_targets": ("unequivocal_pd",)}),
    Row(
        Outcome("not_applicable", "7.1", "no_disease_at_baseline"),
        {"targets": (NONE_AT_BASELINE,), "non_targets": (NONE_AT_BASELINE,)},
    ),
    Row(Outcome("CR", "7.1/CR"), {"targets": (NONE_AT_BASELINE,), "non_targets": ("CR",)}),
    Row(
        Outcome("non_cr_non_pd", "7.1/non_cr_non_pd"),
        {"targets": (NONE_AT_BASELINE,), "non_targets": ("non_cr_non_pd",)},
    ),
    Row(Outcome("NE", "7.1/NE"), {"targets": (NONE_AT_BASELINE,)}),
    Row(Outcome("CR", "7.1/CR"), {"targets": ("CR",), "non_targets": ("CR", NONE_AT_BASELINE)}),
    Row(Outcome("PR", "7.1/PR"), {"targets": ("CR", "PR")}),
    Row(Outcome("SD", "7.1/SD"), {"targets": ("SD",)}),
)

#: What an unknown non-target status or new lesion could be.
DOMAINS: Final[Mapping[str, tuple[Any, ...]]] = {
    "non_targets": (NONE_AT_BASELINE, "CR", "non_cr_non_pd", "not_all_evaluated", "unequivocal_pd"),
    "new_lesion": ("none", "present"),
}


@lru_cache(maxsize=1024)
def respond(
    targets: frozenset[str],
    non_targets: NonTargets | None,
    new_lesion: NewLesion | None,
    *,
    markers_raised: bool = False,
) -> Tried[Outcome]:
    """The outcomes that the unknown parts leave open (7.1, G1).

    ``targets``: the responses that remain possible for them, or ``none_at_baseline``. ``markers_raised``: tumour
    markers recorded as raised turn a CR of the non-targets into non-CR/non-PD (D-44). There are few questions, and each
    is worked out once.
    """

    def decide(targets: str, non_targets: str, new_lesion: str) -> Outcome:
        if markers_raised and non_targets == "CR":
            non_targets = "non_cr_non_pd"
        return first_fit(ROWS, targets=targets, non_targets=non_targets, new_lesion=new_lesion)

    known = next(iter(targets)) if len(targets) == 1 else None
    return try_every(
        decide,
        {"targets": known, "non_targets": non_targets, "new_lesion": new_lesion},
        {"targets": sorted(targets), **DOMAINS},
    )
