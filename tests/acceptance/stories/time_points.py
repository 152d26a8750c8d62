"""What opens a course, what is its baseline, and which examinations make a time point (exchange 1, 7, 12)."""

from tests.acceptance.stories.pieces import (
    ATYPICAL,
    BOTH,
    GAIT,
    IA,
    IIA,
    IMAGING_ONLY,
    LINEAR,
    LM_SHOWN,
    NO_DEVICE,
    NSCLC,
    POSITIVE,
    START,
    TWO_NEGATIVES,
    TYPICAL,
)
from tests.acceptance.story import (
    PEMBROLIZUMAB,
    RADIATE,
    Expected,
    Story,
    at,
    card,
    classified,
    clinical,
    corrected,
    csf,
    drug,
    enrolled,
    exam,
    lm,
    radiotherapy,
    unscreened,
)

NOT_REPEATED = "csf_not_repeated"
#: The linear enhancement as before.
STABLE_30 = card(30, 0, 1, 0, 0, 0, brain_linear="no_change")


STORIES = (
    Story(
        "window-28",
        "Examined exactly 28 days before the start: that is the baseline.",
        [
            NSCLC,
            csf(-28, "positive"),
            card(-28, 0, 1, 0, 0, 0),
            exam(-28, gait=1),
            clinical(-28, "typical"),
            NO_DEVICE,
            lm(-20),
            START,
            card(30, 0, 0, 0, 0, 0),
            exam(30, gait=1),
            csf(30, "negative"),
        ],
        [
            Expected(
                40, IA, [at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags="cr_pending_csf_confirmation")], LM_SHOWN
            )
        ],
    ),
    Story(
        "window-29",
        "Examined 29 days before the start: no neurological baseline.",
        [
            NSCLC,
            csf(-28, "positive"),
            card(-28, 0, 1, 0, 0, 0),
            exam(-29, gait=1),
            clinical(-29, "typical"),
            NO_DEVICE,
            lm(-20),
            START,
            card(30, 0, 0, 0, 0, 0),
            exam(30, gait=1),
            csf(30, "negative"),
        ],
        [Expected(40, IA, [at(30, "NE", "CR", "CLEAR_U", "NE", "C4", missing="neuro")], LM_SHOWN)],
    ),
    Story(
        "examined-on-the-day-of-the-start",
        "The day of the start belongs to the baseline.",
        [
            NSCLC,
            csf(0, "positive"),
            card(0, 0, 1, 0, 0, 0),
            exam(0, gait=1),
            clinical(0, "typical"),
            NO_DEVICE,
            lm(-1),
            START,
            card(15, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(1, gait=1),
            csf(29, "positive"),
        ],
        [Expected(40, IA, [at(15, "stable", "PR", "POS", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "equally-near",
        "Examinations 14 days before and after a card: the one before; the other serves the next card.",
        [
            *IMAGING_ONLY,
            exam(16, gait=1),
            STABLE_30,
            exam(44, gait=3, attribution="lm"),
            card(58, 0, 1, 0, 0, 0, brain_linear="no_change"),
        ],
        [
            Expected(
                60,
                IIA,
                [
                    at(30, "stable", "SD", "NE", "SD", "C7"),
                    at(58, "worse", "SD", "NE", "PD", "C2a", pd=58),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "one-examination-two-cards",
        "One examination between two cards serves both.",
        [*IMAGING_ONLY, STABLE_30, exam(40, gait=1), card(50, 0, 1, 0, 0, 0, brain_linear="no_change")],
        [
            Expected(
                60,
                IIA,
                [
                    at(30, "stable", "SD", "NE", "SD", "C7"),
                    at(50, "stable", "SD", "NE", "SD", "C7"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "fifteen-days-off",
        "An examination and a sample 15 days after the card are a time point of their own.",
        [*BOTH, card(30, 0, 0, 0, 0, 0), exam(30, gait=1), csf(30, "negative"), exam(45, gait=1), csf(45, "negative")],
        [
            Expected(
                50,
                IA,
                [
                    at(30, "stable", "CR", "CLEAR_U", "PR", "C6", flags="cr_pending_csf_confirmation"),
                    at(45, "stable", "NE", "CLEAR_U", "NE", "C4", missing="imaging"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "up-to-the-day-asked",
        "Asked on day 35, the card of day 58 is not there yet.",
        [*IMAGING_ONLY, STABLE_30, exam(30, gait=1), card(58, 1, 1, 0, 0, 0, brain_nodules="worse")],
        [
            Expected(-1, IIA, [], LM_SHOWN),
            Expected(0, IIA, [], LM_SHOWN),
            Expected(35, IIA, [at(30, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN),
            Expected(
                60,
                IIA,
                [
                    at(30, "stable", "SD", "NE", "SD", "C7"),
                    at(58, "NE", "PD", "NE", "PD", "C1", pd=58),
                ],
                LM_SHOWN,
            ),
        ],
    ),
    Story(
        "enrolled-after-therapy",
        "The enrolment on day 20 opens the course; what came before it is baseline.",
        [
            *BOTH,
            card(10, 0, 1, 0, 0, 1, brain_linear="no_change"),
            exam(10, gait=1),
            csf(10, "positive"),
            enrolled(20, RADIATE),
            enrolled(40, PEMBROLIZUMAB, "screening"),
            card(50, 0, 0, 0, 0, 1, spine_linear="no_change"),
            exam(50, gait=1),
            csf(50, "negative"),
        ],
        [
            Expected(15, IA, [at(10, "stable", "PD", "POS", "PD", "C1", pd=10)], LM_SHOWN),
            Expected(55, IA, [at(50, "stable", "PR", "CLEAR_U", "PR", "C6")], LM_SHOWN),
        ],
    ),
    Story(
        "what-opens-a-course",
        "An old drug, a steroid, an order and focal radiotherapy do not; whole-brain radiotherapy does.",
        [
            NSCLC,
            drug(-400, "osimertinib", until=-8),
            POSITIVE,
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            drug(-5, "dexamethasone"),
            drug(-4, "methotrexate", ordered=True),
            radiotherapy(-3, "focal-brain"),
            radiotherapy(0, "wbrt"),
            exam(14, gait=1),
            card(14, 0, 1, 0, 0, 0, brain_linear="no_change"),
            csf(14, "positive"),
        ],
        [Expected(20, IA, [at(14, "stable", "SD", "POS", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "intrathecal-therapy",
        "Intrathecal methotrexate opens a course whoever made the diagnosis.",
        [
            NSCLC,
            POSITIVE,
            LINEAR,
            GAIT,
            TYPICAL,
            NO_DEVICE,
            drug(0, "methotrexate", intrathecal=True, until=40),
            card(30, 0, 1, 0, 0, 0, brain_linear="worse"),
            exam(30, gait=1),
        ],
        [Expected(40, IA, [at(30, "stable", "PD", "NE", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
    Story(
        "later-cards-belong-to-the-response",
        "The class stays that of the diagnosis, but a later positive sample makes it type I.",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            GAIT,
            ATYPICAL,
            NO_DEVICE,
            START,
            card(30, 1, 1, 0, 0, 0),
            exam(30, gait=1),
            clinical(30, "typical"),
            csf(60, "positive"),
        ],
        [
            Expected(
                40, classified("possible", "EE5", "IIA"), [at(30, "stable", "PD", "NE", "PD", "C1", pd=30)], None or {}
            ),
            Expected(
                70,
                IA,
                [
                    at(30, "stable", "PD", "NE", "PD", "C1", pd=30),
                    at(60, "NE", "NE", "CONV", "SUSPECTED_PD", "C3", flags="repeat_csf"),
                ],
                LM_SHOWN,
            ),
        ],
    ),
    Story(
        "refuted-in-the-course",
        "Treated as LM from day 0, refuted on day 60: what was seen before stays, what comes later is no response.",
        [
            *IMAGING_ONLY,
            corrected(lm(-6), state="refuted", stated=60, reason="Neurosarcoidosis"),
            STABLE_30,
            exam(30, gait=1),
            exam(90, gait=1),
        ],
        [
            Expected(40, IIA, [at(30, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN),
            Expected(
                95,
                classified("refuted", "R-08", reason="Neurosarcoidosis", history="probable IIA"),
                [at(30, "stable", "SD", "NE", "SD", "C7")],
                unscreened("+-", "+--", "+-"),
            ),
        ],
    ),
)
