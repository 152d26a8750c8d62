"""Courses: baseline, time points, imaging series, neurological change (clinical reference 3.2, 4, 5; exchange 12)."""

from tests.acceptance.stories.pieces import (
    ATYPICAL,
    BOTH,
    CLEAR,
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
    Statement,
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
)

NOT_REPEATED = "csf_not_repeated"
PROVISIONAL = classified("probable", "EE4", "IIA", provisional=True)
#: Linear enhancement, no CSF taken, the first examination with everything normal.
STABLE_30 = card(30, 0, 1, 0, 0, 0, brain_linear="no_change")


def without(pieces: tuple[Statement, ...], *unwanted: Statement) -> tuple[Statement, ...]:
    return tuple(piece for piece in pieces if piece not in unwanted)


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
        "improves",
        "Cannot walk at baseline, walks unaided on day 30; persistent cells.",
        [
            NSCLC,
            POSITIVE,
            LINEAR,
            exam(-6, gait=3),
            TYPICAL,
            NO_DEVICE,
            START,
            card(30, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(30, gait=1),
            csf(30, "positive"),
        ],
        [Expected(40, IA, [at(30, "improved", "PR", "POS", "SD", "C7", benefit=True)], LM_SHOWN)],
    ),
    Story(
        "one-level-blocks-improvement",
        "Gait 3 to 1, but sensation one level worse: stable (D-39).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            exam(-6, gait=3),
            TYPICAL,
            START,
            card(30, 0, 1, 0, 0, 0, brain_linear="improved"),
            exam(30, gait=1, vision=1),
        ],
        [Expected(40, IIA, [at(30, "stable", "PR", "NE", "PR", "C6", warnings=NOT_REPEATED)], LM_SHOWN)],
    ),
    Story(
        "highest-level",
        "Sensation 1 to 2 is its highest level: worse, attributed to LM (C2a).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            exam(-6, sensation=1),
            TYPICAL,
            START,
            STABLE_30,
            exam(30, sensation=2, attribution="lm"),
        ],
        [Expected(40, IIA, [at(30, "worse", "SD", "NE", "PD", "C2a", pd=30)], LM_SHOWN)],
    ),
    Story(
        "worse-than-the-best",
        "Gait 2, 0, then 2 again: two levels worse than the best (3.2).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            exam(-6, gait=2),
            TYPICAL,
            START,
            STABLE_30,
            exam(30, gait=0),
            card(60, 0, 1, 0, 0, 0, brain_linear="no_change"),
            exam(60, gait=2),
        ],
        [
            Expected(
                65,
                IIA,
                [
                    at(30, "improved", "SD", "NE", "SD", "C7", benefit=True),
                    at(60, "worse", "SD", "NE", "SUSPECTED_PD", "C2b"),
                ],
                LM_SHOWN,
            )
        ],
    ),
    Story(
        "hip-fracture",
        "Gait is worse because of a fracture: left out, the rest is unchanged.",
        [*IMAGING_ONLY, STABLE_30, exam(30, gait=3, explained=("gait",))],
        [Expected(40, IIA, [at(30, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "headache-relieved",
        "No domain scored at either visit: the clinician's judgement stands in (R-02).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            exam(-6, rest_normal=False, judged="stable"),
            TYPICAL,
            START,
            STABLE_30,
            exam(30, rest_normal=False, judged="improved"),
        ],
        [Expected(40, IIA, [at(30, "improved", "SD", "NE", "SD", "C7", flags="not_scored", benefit=True)], LM_SHOWN)],
    ),
    Story(
        "written-by-exception",
        "Different domains were scored, and nobody said that the rest is normal (R-03).",
        [
            NSCLC,
            *TWO_NEGATIVES,
            LINEAR,
            exam(-6, gait=1, rest_normal=False),
            TYPICAL,
            START,
            STABLE_30,
            exam(30, vision=2, rest_normal=False),
        ],
        [Expected(40, IIA, [at(30, "NE", "SD", "NE", "NE", "C4", missing="neuro")], LM_SHOWN)],
    ),
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
)
