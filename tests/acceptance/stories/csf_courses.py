"""Series of CSF samples: CSF1 to CSF6, states and their part in the response (clinical reference 3.4, 5.3, 11.1)."""

from tests.acceptance.statements import Card, Exam, Statement
from tests.acceptance.stories.pieces import (
    BOTH,
    GAIT,
    IA,
    IIA,
    IMAGING_ONLY,
    LINEAR,
    LM_SHOWN,
    NO_DEVICE,
    NSCLC,
    START,
    TYPICAL,
)
from tests.acceptance.story import (
    Expected,
    Story,
    at,
    cancer,
    card,
    classified,
    csf,
    device,
    drug,
    exam,
    lm,
    says,
    unscreened,
)

PENDING = "cr_pending_csf_confirmation"
WITHOUT_DEVICE = tuple(piece for piece in BOTH if piece != NO_DEVICE)


def gone(day: int) -> tuple[Card, Exam]:
    """Nothing left on MRI, the gait as before."""
    return card(day, 0, 0, 0, 0, 0), exam(day, gait=1)


def same(day: int) -> tuple[Card, Exam]:
    """The linear enhancement and the gait as before."""
    return card(day, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(day, gait=1)


#: A device, cells at the lumbar site alone (CSF2).
DEVICE: tuple[Statement | tuple[Statement, ...], ...] = (
    *WITHOUT_DEVICE, device(-20, True), csf(-5, "negative", site="ventricular"),
)  # fmt: skip

STORIES = (
    Story(
        "clears",
        "Cleared and confirmed after exactly 28 days; complete response (C5).",
        [*BOTH, gone(30), csf(30, "negative"), gone(58), csf(58, "negative")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "one-day-short",
        "The second negative comes after 27 days.",
        [*BOTH, gone(30), csf(30, "negative"), gone(57), csf(57, "negative")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(57, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "equivocal-in-between",
        "A suspicious sample neither counts as negative nor restarts the clock.",
        [*BOTH, gone(30), csf(30, "negative"), gone(44), csf(44, "suspicious"), gone(58), csf(58, "negative")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(44, "stable", "CR", "EQ", "SD", "C7", flags="repeat_csf"),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "inadequate-in-between",
        "Nor does a sample that cannot be shown to be adequate.",
        [*BOTH, gone(30), csf(30, "negative"), csf(44, "negative", ml=4), gone(58), csf(58, "negative")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "positive-in-between",
        "A positive restarts the clock.",
        [*BOTH, same(30), csf(30, "negative"), same(44), csf(44, "positive"), same(60), csf(60, "negative")],
        [
            Expected(
                65,
                IA,
                [
                    at(30, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                    at(44, "stable", "SD", "POS", "SD", "C7"),
                    at(60, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "cells-come-back",
        "Positive after confirmed clearance is CONV; the first negative after it starts anew.",
        [
            *BOTH,
            gone(30),
            csf(30, "negative"),
            gone(58),
            csf(58, "negative"),
            gone(90),
            csf(90, "positive"),
            gone(118),
            csf(118, "negative"),
        ],
        [
            Expected(
                120,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                    at(90, "stable", "CR", "CONV", "SUSPECTED_PD", "C3", flags="repeat_csf"),
                    at(118, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "equivocal-after-clearance",
        "A negative after an equivocal one that followed clearance is CLEAR_C again.",
        [
            *BOTH,
            gone(30),
            csf(30, "negative"),
            gone(58),
            csf(58, "negative"),
            gone(80),
            csf(80, "atypical"),
            gone(100),
            csf(100, "negative"),
        ],
        [
            Expected(
                105,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                    at(80, "stable", "CR", "EQ", "SD", "C7", flags="repeat_csf"),
                    at(100, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "refractory",
        "Cells after induction, otherwise partial response: SD, refractory (CSF5).",
        [
            *BOTH,
            says(20, "induction_completed", True),
            card(30, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(30, gait=1),
            csf(30, "positive"),
        ],
        [Expected(40, IA, [at(30, "stable", "PR", "POS", "SD", "C7", flags="csf_refractory")], LM_SHOWN)],
    ),
    Story(
        "new-cells",
        "Negative at baseline, positive now, negative again: the suspicion gives way (LM-T5).",
        [*IMAGING_ONLY, same(30), csf(30, "positive"), same(58), csf(58, "negative")],
        [
            Expected(29, IIA, [], LM_SHOWN),
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "SD", "CONV", "SUSPECTED_PD", "C3", flags="repeat_csf"),
                    at(58, "stable", "SD", "NN", "SD", "C7"),
                ],
                LM_SHOWN,
            ),
        ],
    ),
    Story(
        "new-cells-confirmed",
        "Positive again after 28 days: progression, dated on the first suspicion.",
        [*IMAGING_ONLY, same(30), csf(30, "positive"), same(58), csf(58, "positive")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "SD", "CONV", "SUSPECTED_PD", "C3", flags="repeat_csf"),
                    at(58, "stable", "SD", "CONV", "PD", "C3", pd=30, flags="repeat_csf"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "baseline-equivocal",
        "Atypical cells at baseline: later states are those of a negative baseline.",
        [
            NSCLC,
            csf(-6, "atypical"),
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            START,
            card(30, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(30, gait=1),
            csf(30, "negative"),
            same(60),
            csf(60, "suspicious"),
        ],
        [
            Expected(
                65,
                classified("probable", "EE4", "IIA", actions="repeat_lumbar_puncture"),
                [
                    at(30, "stable", "PR", "NN", "PR", "C6"),
                    at(60, "stable", "PR", "EQ", "SD", "C7", flags="repeat_csf"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "baseline-csf-unknown",
        "Nobody recorded a baseline CSF: no response, unless C1 or C2 decides (R-05).",
        [
            NSCLC,
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            START,
            gone(30),
            card(60, 0, 1, 0, 0, 0, brain_linear="worse"),
            exam(60, gait=1),
        ],
        [
            Expected(
                65,
                classified("probable", "EE4", "IIA", provisional=True),
                [
                    at(30, "stable", "CR", "NE", "NE", "R-05", missing="baseline_csf_cytology"),
                    at(60, "stable", "PD", "NE", "PD", "C1", pd=60),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "baseline-csf-small",
        "Three millilitres without cells at baseline are inadequate: the baseline is not known.",
        [NSCLC, csf(-6, "negative", ml=3), LINEAR, GAIT, TYPICAL, NO_DEVICE, START, gone(30)],
        [
            Expected(
                40,
                classified("probable", "EE4", "IIA", provisional=True, actions="repeat_lumbar_puncture"),
                [
                    at(30, "stable", "CR", "NE", "NE", "R-05", missing="baseline_csf_cytology"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "baseline-volume-unknown",
        "A negative of unknown volume is negative at baseline.",
        [
            NSCLC,
            csf(-8, "negative", ml=None, minutes=None),
            csf(-6, "negative", ml=None, minutes=None),
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            START,
            gone(30),
        ],
        [Expected(40, IIA, [at(30, "stable", "CR", "NE", "CR", "C5", warnings="csf_not_repeated")], LM_SHOWN)],
    ),
    Story(
        "second-site-never-sampled",
        "Cells at the lumbar site, a device, only ventricular samples: never confirmed (CSF2).",
        [
            *DEVICE,
            same(30),
            csf(30, "negative", site="ventricular"),
            same(58),
            csf(58, "negative", site="ventricular"),
            same(90),
            csf(90, "negative"),
            same(118),
            csf(118, "negative"),
        ],
        [
            Expected(
                120,
                IA,
                [
                    at(30, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                    at(58, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                    at(90, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                    at(118, "stable", "SD", "CLEAR_C", "PR", "C6"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "both-sites-of-one-day",
        "Lumbar and ventricular samples of the same days: cleared at both sites.",
        [
            *DEVICE,
            gone(30),
            csf(30, "negative"),
            csf(30, "negative", site="ventricular"),
            gone(60),
            csf(60, "negative"),
            csf(60, "negative", site="ventricular"),
        ],
        [
            Expected(
                65,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(60, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "device-unknown",
        "Whether there is a device is unknown: not confirmed, and the response says why.",
        [*WITHOUT_DEVICE, gone(30), csf(30, "negative"), gone(58), csf(58, "negative")],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING, missing="ventricular_device"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "site-unknown",
        "A device, and nobody wrote where the later samples came from.",
        [
            *WITHOUT_DEVICE,
            device(-20, True),
            gone(30),
            csf(30, "negative", site=None),
            gone(58),
            csf(58, "negative", site=None),
        ],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING, missing="site"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "site-unknown-without-device",
        "Without a device all samples are lumbar.",
        [*BOTH, gone(30), csf(30, "negative", site=None), gone(58), csf(58, "negative", site=None)],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "processed-late",
        "Negative after 90 unfixed minutes, then negative of unknown volume: neither counts (CSF4).",
        [*BOTH, gone(30), csf(30, "negative", ml=8, minutes=90, fixed=False), gone(60), csf(60, "negative", ml=None)],
        [
            Expected(
                65,
                IA,
                [
                    at(30, "stable", "CR", "NE", "NE", "C4", missing="csf"),
                    at(60, "stable", "CR", "NE", "NE", "C4", missing="csf volume_ml"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "fixed-at-once",
        "Fixation replaces the 30 minutes; five millilitres are enough (G4).",
        [*BOTH, gone(30), csf(30, "negative", ml=5, minutes=90, fixed=True), gone(58), csf(58, "negative", minutes=30)],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags=PENDING),
                    at(58, "stable", "CR", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "small-positive",
        "A positive counts at any volume and delay.",
        [*BOTH, same(30), csf(30, "positive", ml=1, minutes=240)],
        [Expected(40, IA, [at(30, "stable", "SD", "POS", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "equivocal-blocks",
        "An equivocal sample blocks a response even where CSF was not required.",
        [*IMAGING_ONLY, gone(30), csf(30, "suspicious")],
        [
            Expected(
                40,
                classified("probable", "EE4", "IIA", actions="repeat_lumbar_puncture"),
                [at(30, "stable", "CR", "EQ", "SD", "C7", flags="repeat_csf")],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "inadequate-repeat",
        "A repeat that is inadequate counts as not repeated (D-28).",
        [*IMAGING_ONLY, gone(30), csf(30, "negative", ml=4)],
        [Expected(40, IIA, [at(30, "stable", "CR", "NE", "CR", "C5", warnings="csf_not_repeated")], LM_SHOWN)],
    ),
    Story(
        "lymphoma-course",
        "Lymphoma: cytology and flow cytometry together; the combined response is outside the scope.",
        [
            cancer(-600, "lymphoma"),
            csf(-6, "positive", flow="negative"),
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            lm(-6),
            drug(0, "methotrexate", intrathecal=True),
            gone(30),
            csf(30, "negative", flow="negative"),
            gone(58),
            csf(58, "negative"),
        ],
        [
            Expected(
                60,
                classified("not_evaluable", "R-16", reason="outside_scope"),
                [
                    at(30, "stable", "CR", "CLEAR_U", "NE", "R-16", reason="outside_scope"),
                    at(58, "stable", "CR", "NE", "NE", "R-16", reason="outside_scope", missing="flow"),
                ],
                unscreened("-+", "-?+", "-+"),
            )
        ],
    ),
    Story(
        "sampled-twice-a-day",
        "One positive sample of the day decides for the day.",
        [*BOTH, gone(30), csf(30, "negative"), csf(30, "positive", name="second-tap")],
        [Expected(40, IA, [at(30, "stable", "CR", "POS", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "nearest-sampling-day",
        "Of two sampling days near a card the nearer one is gathered, and the later one is not yet.",
        [*BOTH, csf(25, "positive"), gone(30), csf(36, "negative")],
        [Expected(40, IA, [at(30, "stable", "CR", "POS", "SD", "C7")], LM_SHOWN)],
    ),
)
