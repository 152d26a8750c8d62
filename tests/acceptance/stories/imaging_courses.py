"""Series of MRI scorecards and their part in the response (clinical reference 4, 5; exchange 4)."""

from tests.acceptance.stories.pieces import (
    CLEAR,
    GAIT,
    IIA,
    IMAGING_ONLY,
    LM_SHOWN,
    NO_DEVICE,
    NSCLC,
    POSITIVE,
    START,
    TWO_NEGATIVES,
    TYPICAL,
)
from tests.acceptance.story import (
    Expected,
    Story,
    at,
    card,
    classified,
    corrected,
    csf,
    exam,
)

NOT_REPEATED = "csf_not_repeated"
#: The linear enhancement as before.
STABLE_30 = card(30, 0, 1, 0, 0, 0, brain_linear="no_change")


STORIES = (
    Story(
        "progression-on-imaging-alone",
        "Isolated imaging progression is progression (C1, anchor A2).",
        [*IMAGING_ONLY, card(30, 1, 1, 0, 0, 0, brain_linear="no_change"), exam(30, gait=1), csf(30, "negative")],
        [Expected(40, IIA, [at(30, "stable", "PD", "NN", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
    Story(
        "mixed",
        "One item improved, one new: progression.",
        [*IMAGING_ONLY, card(30, 0, 1, 0, 1, 0, brain_linear="improved", spine_nodules="worse"), exam(30, gait=1)],
        [Expected(40, IIA, [at(30, "stable", "PD", "NE", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
    Story(
        "item-not-evaluable",
        "One item could not be graded: imaging is not evaluable (SC-O2, C4).",
        [*IMAGING_ONLY, card(30, 0, "ne", 0, 0, 0), exam(30, gait=1)],
        [Expected(40, IIA, [at(30, "stable", "NE", "NE", "NE", "C4", missing="imaging")], LM_SHOWN)],
    ),
    Story(
        "presence-alone",
        "Present then and now, and the reader gave no change: nothing is computed from presence.",
        [*IMAGING_ONLY, card(30, 0, 1, 0, 0, 0), exam(30, gait=1)],
        [Expected(40, IIA, [at(30, "stable", "NE", "NE", "NE", "C4", missing="imaging")], LM_SHOWN)],
    ),
    Story(
        "reader-where-derived-is-open",
        "The card cannot be derived, so the reader's overall grade is used (R-10).",
        [*IMAGING_ONLY, card(30, 0, "ne", 0, 0, 0, overall="PR"), exam(30, gait=1)],
        [
            Expected(
                40, IIA, [at(30, "stable", "PR", "NE", "PR", "C6", warnings=NOT_REPEATED, source="reader")], LM_SHOWN
            )
        ],
    ),
    Story(
        "reader-differs",
        "The reader says PR, the items say SD: the derived grade is used (R-10).",
        [*IMAGING_ONLY, card(30, 0, 1, 0, 0, 0, brain_linear="no_change", overall="PR"), exam(30, gait=1)],
        [Expected(40, IIA, [at(30, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "impossible-card",
        "Absent before, present now, graded no change: the card contradicts itself (SC-V).",
        [*IMAGING_ONLY, card(30, 1, 1, 0, 0, 0, brain_nodules="no_change", brain_linear="no_change"), exam(30, gait=1)],
        [
            Expected(
                40,
                IIA,
                [at(30, "stable", "NE", "NE", "NE", "C4", missing="imaging", flags="scorecard_invalid")],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "improvement-stands",
        "Improved, then no change, then worse: the improvement stands until the worsening.",
        [
            *IMAGING_ONLY,
            card(30, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(30, gait=1),
            card(60, 0, 1, 0, 0, 0, brain_linear="no_change"),
            exam(60, gait=1),
            card(90, 0, 1, 0, 0, 0, brain_linear="worse"),
            exam(90, gait=1),
        ],
        [
            Expected(
                95,
                IIA,
                [
                    at(30, "stable", "PR", "NE", "PR", "C6", warnings=NOT_REPEATED),
                    at(60, "stable", "PR", "NE", "PR", "C6", warnings=NOT_REPEATED),
                    at(90, "stable", "PD", "NE", "PD", "C1", pd=90),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "resolved-and-back",
        "Gone on day 30, back on day 60: against the baseline 1 and 1, but the reader's worse counts.",
        [
            *IMAGING_ONLY,
            card(30, 0, 0, 0, 0, 0),
            exam(30, gait=1),
            card(60, 0, 1, 0, 0, 0, brain_linear="worse"),
            exam(60, gait=1),
        ],
        [
            Expected(
                65,
                IIA,
                [
                    at(30, "stable", "CR", "NE", "CR", "C5", warnings=NOT_REPEATED),
                    at(60, "stable", "PD", "NE", "PD", "C1", pd=60),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "form-complete",
        "A complete form: what it leaves out is absent on its own card (R-01).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            card(-5, None, 1, None, None, None, complete=True),
            GAIT,
            TYPICAL,
            START,
            card(30, None, None, 0, None, None, complete=True),
            exam(30, gait=1),
        ],
        [Expected(40, IIA, [at(30, "stable", "CR", "NE", "CR", "C5", warnings=NOT_REPEATED)], LM_SHOWN)],
    ),
    Story(
        "form-not-complete",
        "Without that statement what is left out is not evaluable.",
        [
            NSCLC,
            *TWO_NEGATIVES,
            card(-5, None, 1, None, None, None, complete=True),
            GAIT,
            TYPICAL,
            START,
            card(30, None, 0, None, None, None),
            exam(30, gait=1),
        ],
        [Expected(40, IIA, [at(30, "stable", "NE", "NE", "NE", "C4", missing="imaging")], LM_SHOWN)],
    ),
    Story(
        "hydrocephalus-baseline",
        "Hydrocephalus alone at baseline is imaging disease (D-27).",
        [
            NSCLC,
            POSITIVE,
            card(-5, 0, 0, 1, 0, 0),
            GAIT,
            TYPICAL,
            NO_DEVICE,
            START,
            card(30, 0, 0, 0, 0, 0),
            exam(30, gait=1),
            csf(30, "negative"),
        ],
        [
            Expected(
                40,
                classified("confirmed", "EE2", "ID"),
                [at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags="cr_pending_csf_confirmation")],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "no-card-in-the-window",
        "The last card is 40 days old: neither the baseline nor the change is known.",
        [
            NSCLC,
            *TWO_NEGATIVES,
            card(-40, 0, 1, 0, 0, 0),
            GAIT,
            TYPICAL,
            START,
            card(30, 0, 1, 0, 0, 0, brain_linear="no_change"),
            exam(30, gait=1),
            csf(30, "negative"),
        ],
        [Expected(40, IIA, [at(30, "stable", "NE", "NN", "NE", "G1", missing="baseline_mri_lm imaging")], LM_SHOWN)],
    ),
    Story(
        "worse-without-baseline",
        "The reader compares with a card outside the window: his worse counts all the same.",
        [
            NSCLC,
            *TWO_NEGATIVES,
            card(-40, 0, 1, 0, 0, 0),
            GAIT,
            TYPICAL,
            START,
            card(30, 0, 1, 0, 0, 0, brain_linear="worse"),
            exam(30, gait=1),
        ],
        [Expected(40, IIA, [at(30, "stable", "PD", "NE", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
    Story(
        "corrected-card",
        "The follow-up card was corrected from worse to no change.",
        [
            *IMAGING_ONLY,
            corrected(card(30, 0, 1, 0, 0, 0, brain_linear="worse"), changes={"brain_linear": "no_change"}),
            exam(30, gait=1),
        ],
        [Expected(40, IIA, [at(30, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "csf-only",
        "Normal MRI at baseline, cleared CSF: imaging still shows none (CSF only, 5.4).",
        [
            NSCLC,
            POSITIVE,
            CLEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            START,
            card(30, 0, 0, 0, 0, 0),
            exam(30, gait=1),
            csf(30, "negative"),
            card(58, 0, 0, 0, 0, 0),
            exam(58, gait=1),
            csf(58, "negative"),
        ],
        [
            Expected(
                60,
                classified("confirmed", "EE2", "ID"),
                [
                    at(30, "stable", "SD", "CLEAR_U", "SD", "C7", flags="repeat_csf"),
                    at(58, "stable", "SD", "CLEAR_C", "CR", "C5"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "worse-and-nothing-else",
        "The reader wrote that the enhancement is worse and graded no presence: his worse counts all the same.",
        [*IMAGING_ONLY, card(30, None, None, 0, 0, 0, brain_linear="worse"), exam(30, gait=1)],
        [Expected(40, IIA, [at(30, "stable", "PD", "NE", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
)
