"""Suspected progression: raised, confirmed, resolved, late, unresolved, death (clinical reference 5.3)."""

from tests.acceptance.stories.imaging_courses import STABLE_30
from tests.acceptance.stories.pieces import IA, IIA, IMAGING_ONLY, LM_SHOWN
from tests.acceptance.story import Expected, Person, Story, TimePointExpected, at, card, csf, exam

#: Gait two levels worse on day 30, and nobody says why.
SUSPECTED = (*IMAGING_ONLY, STABLE_30, exam(30, gait=3))
RAISED = at(30, "worse", "SD", "NE", "SUSPECTED_PD", "C2b")
STANDS = ("SUSPECTED_PD", "5.3")


def resolving(days: int, value: str, rule: str, flags: str = "") -> Story:
    """The gait is back and the MRI unchanged so many days after the first suspicion."""
    day = 30 + days
    point: TimePointExpected = at(day, "stable", "SD", "NE", value, rule, flags=flags)
    return Story(
        f"re-assessed-after-{days}-days",
        f"Re-assessed {days} days after the suspicion, the gait as at baseline.",
        [*SUSPECTED, card(day, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(day, gait=1)],
        [Expected(day + 1, IIA, [RAISED, point], LM_SHOWN)],
    )


STORIES = (
    resolving(20, *STANDS),
    resolving(21, "SD", "C7"),
    resolving(35, "SD", "C7"),
    resolving(36, "SD", "C7", flags="late_reassessment"),
    resolving(56, "SD", "C7", flags="late_reassessment"),
    resolving(57, *STANDS, flags="unresolved"),
    Story(
        "confirmed",
        "Still worse after 28 days without another cause: progression on the first day.",
        [*SUSPECTED, card(58, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(58, gait=3)],
        [Expected(60, IIA, [RAISED, at(58, "worse", "SD", "NE", "PD", "C2b", pd=30)], LM_SHOWN)],
    ),
    Story(
        "other-cause-found",
        "Still worse, but another cause was found: the suspicion gives way.",
        [*SUSPECTED, card(58, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(58, gait=3, attribution="other")],
        [Expected(60, IIA, [RAISED, at(58, "stable", "SD", "NE", "SD", "C7")], LM_SHOWN)],
    ),
    Story(
        "imaging-before-day-21",
        "Progression on imaging after 14 days: dated on the first suspicion.",
        [*SUSPECTED, card(44, 1, 1, 0, 0, 0, brain_nodules="worse", brain_linear="no_change"), exam(44, gait=3)],
        [Expected(50, IIA, [RAISED, at(44, "worse", "PD", "NE", "PD", "C1", pd=30)], LM_SHOWN)],
    ),
    Story(
        "attributed-before-day-21",
        "Attributed to LM after 15 days: progression by C2a, dated on the first suspicion.",
        [*SUSPECTED, card(45, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(45, gait=3, attribution="lm")],
        [Expected(50, IIA, [RAISED, at(45, "worse", "SD", "NE", "PD", "C2a", pd=30)], LM_SHOWN)],
    ),
    Story(
        "still-worse-before-day-21",
        "Still worse after 15 days: the suspicion stands.",
        [*SUSPECTED, card(45, 0, 1, 0, 0, 0, brain_linear="no_change"), exam(45, gait=3)],
        [Expected(50, IIA, [RAISED, at(45, "worse", "SD", "NE", *STANDS)], LM_SHOWN)],
    ),
    Story(
        "not-examined-again",
        "An MRI after 30 days, but no neurological examination: the suspicion stands.",
        [*SUSPECTED, card(60, 0, 1, 0, 0, 0, brain_linear="no_change")],
        [Expected(65, IIA, [RAISED, at(60, "NE", "SD", "NE", *STANDS, missing="neuro")], LM_SHOWN)],
    ),
    Story(
        "died-before-re-assessment",
        "Death before the re-assessment: the time point keeps its suspicion.",
        [*SUSPECTED],
        [Expected(100, IIA, [RAISED], LM_SHOWN)],
        person=Person(died=50),
    ),
    Story(
        "csf-not-sampled-again",
        "The suspicion came from CSF, and CSF was not sampled again.",
        [
            *IMAGING_ONLY,
            STABLE_30,
            exam(30, gait=1),
            csf(30, "positive"),
            card(58, 0, 1, 0, 0, 0, brain_linear="no_change"),
            exam(58, gait=1),
        ],
        [
            Expected(
                60,
                IA,
                [
                    at(30, "stable", "SD", "CONV", "SUSPECTED_PD", "C3", flags="repeat_csf"),
                    at(58, "stable", "SD", "NE", *STANDS),
                ],
                LM_SHOWN,
            )
        ],
    ),
)
