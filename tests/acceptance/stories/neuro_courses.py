"""Change of the neurological examination and its part in the response (clinical reference 3.2, 5, 19)."""

from tests.acceptance.stories.pieces import (
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
    Expected,
    Story,
    at,
    card,
    csf,
    exam,
)

NOT_REPEATED = "csf_not_repeated"
#: The linear enhancement as before.
STABLE_30 = card(30, 0, 1, 0, 0, 0, brain_linear="no_change")


STORIES = (
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
)
