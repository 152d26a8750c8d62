"""How facts are made from charts: time, correction, conflict, merging, suspicion (exchange reference 0, 2)."""

from tests.acceptance.stories.pieces import (
    IA,
    IIA,
    LINEAR,
    LM_SHOWN,
    NSCLC,
    POSITIVE,
    TWO_NEGATIVES,
    TYPICAL,
)
from tests.acceptance.story import (
    Expected,
    Story,
    cancer,
    card,
    classified,
    corrected,
    csf,
    in_error,
    lm,
    under_old_number,
    unscreened,
)

NO_MRI = "mri_lm brain_imaged spine_imaged"
PROVISIONAL = classified("probable", "EE4", "IIA", provisional=True)

STORIES = (
    Story(
        "nothing-points-to-lm",
        "Lung cancer with a brain metastasis: no LM conclusion.",
        [NSCLC, cancer(-10, "brain_metastasis")],
        [Expected(0, None, verdicts=unscreened("+?", "+??", "+?"))],
    ),
    Story(
        "only-suspected",
        "A provisional LM and a preliminary card are suspicions, not facts.",
        [NSCLC, lm(-6, "provisional"), card(-5, 0, 1, 0, 0, 0, status="preliminary")],
        [Expected(0, None, verdicts=unscreened("+?", "+??", "+?"))],
    ),
    Story(
        "coded-only",
        "LM is coded, and nothing that could classify it is on record.",
        [NSCLC, lm(-6)],
        [
            Expected(
                0,
                classified("not_evaluable", "EE8", missing=f"{NO_MRI} clinical_lm"),
                verdicts=unscreened("+?", "+??", "+?"),
            )
        ],
    ),
    Story(
        "not-specific",
        "Brain coverings, leptomeninges or dura: LM, but the code does not say so.",
        [NSCLC, lm(-6, specific=False)],
        [
            Expected(
                0,
                classified("not_evaluable", "EE8", missing=f"{NO_MRI} clinical_lm", flags="not_lm_specific"),
                verdicts=unscreened("+?", "+??", "+?"),
            )
        ],
    ),
    Story(
        "known-to-the-month",
        "An MRI of January counts once January is over.",
        [NSCLC, *TWO_NEGATIVES, card("2026-01", 0, 1, 0, 0, 0), TYPICAL],
        [
            Expected(
                10,
                classified("not_evaluable", "EE8", missing=NO_MRI, reason="date_precision"),
                verdicts=unscreened("+?", "+??", "+?"),
            ),
            Expected(20, IIA, verdicts=LM_SHOWN),
        ],
    ),
    Story(
        "dated-in-the-future",
        "A sample dated twenty days after its receipt counts when its day has come.",
        [NSCLC, LINEAR, TYPICAL, csf(20, "positive")],
        [
            Expected(5, PROVISIONAL, verdicts=LM_SHOWN),
            Expected(25, classified("confirmed", "EE1", "IA", flags="future_dated"), verdicts=LM_SHOWN),
        ],
        received=0,
    ),
    Story(
        "point-of-view",
        "What was sampled later does not exist for an earlier day.",
        [NSCLC, *TWO_NEGATIVES, LINEAR, TYPICAL, csf(15, "positive")],
        [Expected(0, IIA, verdicts=LM_SHOWN), Expected(20, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "amended-report",
        "Cytology was first reported negative, later corrected to positive, also for the day before.",
        [NSCLC, corrected(csf(-6, "negative"), cytology="positive", status="amended"), LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "sample-in-error",
        "The positive sample was another patient's.",
        [NSCLC, in_error(csf(-6, "positive")), LINEAR, TYPICAL],
        [Expected(0, PROVISIONAL, verdicts=LM_SHOWN)],
    ),
    Story(
        "specimen-in-error",
        "A specimen taken back takes back what was found in it.",
        [NSCLC, corrected(csf(-6, "positive"), specimen_status="entered-in-error"), LINEAR, TYPICAL],
        [Expected(0, PROVISIONAL, verdicts=LM_SHOWN)],
    ),
    Story(
        "specimen-unsatisfactory",
        "A negative from an unsatisfactory specimen is inadequate.",
        [NSCLC, csf(-6, "negative", specimen_status="unsatisfactory"), LINEAR, TYPICAL],
        [Expected(0, PROVISIONAL, verdicts=LM_SHOWN)],
    ),
    Story(
        "card-in-error",
        "The card was read from the wrong patient's images.",
        [NSCLC, POSITIVE, in_error(card(-5, 1, 1, 1, 0, 0)), TYPICAL],
        [
            Expected(
                0, classified("confirmed", "EE3", type="I", missing=NO_MRI, warnings="mri_missing"), verdicts=LM_SHOWN
            )
        ],
    ),
    Story(
        "merged",
        "Half of the chart stands under a number that was merged away.",
        [under_old_number(NSCLC, POSITIVE), LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "recurrence",
        "LM coded as recurrence is not newly diagnosed.",
        [NSCLC, lm(-6, "recurrence"), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=unscreened("++", "+-+", "++"))],
    ),
    Story(
        "clear-before",
        "The MRI of October was complete and clear: LM is new (R-14).",
        [NSCLC, card(-100, 0, 0, 0, 0, 0), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=unscreened("++", "+++", "++"))],
    ),
)
