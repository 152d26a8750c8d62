"""EANO-ESMO: the rules EE1 to EE11, modifiers M1 to M6, MRI subtypes, scope, refutation (clinical reference 2, 19)."""

from tests.acceptance.stories.pieces import (
    ATYPICAL,
    BREAST,
    CLEAR,
    IA,
    IIA,
    LINEAR,
    LM_NOT_SHOWN,
    LM_SHOWN,
    MELANOMA,
    NO_SIGNS,
    NSCLC,
    POSITIVE,
    TWO_NEGATIVES,
    TYPICAL,
)
from tests.acceptance.story import (
    Expected,
    Person,
    Story,
    biopsy,
    cancer,
    card,
    classified,
    clinical,
    corrected,
    csf,
    dural,
    lm,
    mri,
    says,
    unscreened,
)

NO_MRI = "mri_lm brain_imaged spine_imaged"
NEGATIVE = csf(-6, "negative")
REPEAT = "repeat_lumbar_puncture"
REFUTED = corrected(lm(-6), state="refuted", stated=20, reason="Tuberculous meningitis")

STORIES = (
    Story(
        "ee1-linear",
        "Tumour cells and linear enhancement.",
        [NSCLC, POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "ee1-biopsy",
        "One negative puncture, but a positive leptomeningeal biopsy; nodules without sizes (R-11).",
        [BREAST, NEGATIVE, biopsy(-4, "positive"), card(-5, 1, 0, 0, 0, 0), NO_SIGNS],
        [
            Expected(
                0,
                classified("confirmed", "EE1", "IB", flags="nodule_size_unknown", actions=REPEAT),
                verdicts=unscreened("++", "+?-", "++"),
            )
        ],
    ),
    Story(
        "ee1-both-patterns",
        "Linear 30 %, nodules 70 %, one of 12 x 8 mm.",
        [NSCLC, POSITIVE, card(-5, 1, 1, 0, 0, 0, linear_share=30, sizes=("12x8",)), TYPICAL],
        [Expected(0, classified("confirmed", "EE1", "IC"), verdicts=LM_SHOWN)],
    ),
    Story(
        "ee1-twenty-percent",
        "The smaller pattern is exactly 20 %: both count (2.2, G4).",
        [NSCLC, POSITIVE, card(-5, 1, 0, 0, 0, 1, linear_share=80, sizes=("10x5",)), TYPICAL],
        [Expected(0, classified("confirmed", "EE1", "IC"), verdicts=LM_SHOWN)],
    ),
    Story(
        "ee1-dominant-pattern",
        "Nodules make up less than 20 %: the dominant pattern is linear.",
        [NSCLC, POSITIVE, card(-5, 1, 1, 0, 0, 0, linear_share=85), TYPICAL],
        [Expected(0, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "ee1-share-unknown",
        "Both patterns and no share recorded: C with a warning.",
        [NSCLC, POSITIVE, card(-5, 1, 1, 0, 0, 0, sizes=("9x9",)), TYPICAL],
        [
            Expected(
                0,
                classified(
                    "confirmed", "EE1", "IC", warnings="share_not_recorded", flags="nodule_size_below_diagnostic"
                ),
                verdicts=LM_SHOWN,
            )
        ],
    ),
    Story(
        "ee2-hydrocephalus",
        "Melanoma cells in CSF and hydrocephalus alone.",
        [MELANOMA, POSITIVE, card(-5, 0, 0, 1, 0, 0), ATYPICAL],
        [Expected(0, classified("confirmed", "EE2", "ID"), verdicts=unscreened("++", "-?+", "++", arm="exploratory"))],
    ),
    Story(
        "ee2-normal",
        "Tumour cells, a normal MRI and no signs.",
        [NSCLC, POSITIVE, CLEAR, NO_SIGNS],
        [Expected(0, classified("confirmed", "EE2", "ID"), verdicts=LM_SHOWN)],
    ),
    Story(
        "ee3-no-mri",
        "Tumour cells, MRI never done.",
        [NSCLC, POSITIVE, TYPICAL],
        [
            Expected(
                0, classified("confirmed", "EE3", type="I", missing=NO_MRI, warnings="mri_missing"), verdicts=LM_SHOWN
            )
        ],
    ),
    Story(
        "ee3-spine-not-imaged",
        "Tumour cells, brain clear, spine not graded: the letter is open (R-06).",
        [NSCLC, POSITIVE, card(-5, 0, 0, 0, None, None), TYPICAL],
        [
            Expected(
                0,
                classified("confirmed", "EE3", type="I", missing="mri_lm spine_imaged", warnings="mri_missing"),
                verdicts=LM_SHOWN,
            )
        ],
    ),
    Story(
        "ee4-two-negatives",
        "Two negative punctures, linear enhancement, typical signs.",
        [NSCLC, *TWO_NEGATIVES, LINEAR, TYPICAL],
        [Expected(0, IIA, verdicts=LM_SHOWN)],
    ),
    Story(
        "m6-spine-alone",
        "Spinal nodules seen, the brain never imaged: disease, but its pattern is open (M6).",
        [BREAST, *TWO_NEGATIVES, card(-5, None, None, None, 1, 0, imaged={"brain": "no"}), TYPICAL],
        [Expected(0, classified("probable", "EE4", type="II", missing="mri_lm"), verdicts=LM_SHOWN)],
    ),
    Story(
        "ee5-suspicious",
        "Suspicious cells count as equivocal; small nodules; atypical signs.",
        [NSCLC, csf(-6, "suspicious"), card(-5, 1, 1, 0, 0, 0, linear_share=50, sizes=("6x4",)), ATYPICAL],
        [
            Expected(
                0,
                classified("possible", "EE5", "IIC", actions=REPEAT, flags="nodule_size_below_diagnostic"),
                verdicts=LM_SHOWN,
            )
        ],
    ),
    Story(
        "ee6-hydrocephalus",
        "Typical signs, hydrocephalus alone, one negative puncture.",
        [NSCLC, NEGATIVE, card(-5, 0, 0, 1, 0, 0), TYPICAL],
        [Expected(0, classified("possible", "EE6", "IID", actions=REPEAT), verdicts=LM_NOT_SHOWN)],
    ),
    Story(
        "ee6-equivocal-enhancement",
        "Equivocal enhancement counts as absent (2.2, D-24).",
        [NSCLC, *TWO_NEGATIVES, card(-5, 0, "eq", 0, 0, 0), TYPICAL],
        [Expected(0, classified("possible", "EE6", "IID"), verdicts=LM_NOT_SHOWN)],
    ),
    Story(
        "ee7-nothing-found",
        "Looked for LM and found nothing.",
        [NSCLC, NEGATIVE, CLEAR, NO_SIGNS],
        [Expected(0, classified("lack_of_evidence", "EE7", actions=REPEAT), verdicts=LM_NOT_SHOWN)],
    ),
    Story(
        "ee8-no-mri",
        "Typical signs, a negative puncture, no MRI.",
        [NSCLC, NEGATIVE, TYPICAL],
        [
            Expected(
                0,
                classified("not_evaluable", "EE8", missing=NO_MRI, actions=REPEAT),
                verdicts=unscreened("+?", "+??", "+?"),
            )
        ],
    ),
    Story(
        "ee8-spine-in-part",
        "Nothing seen, but the spine was imaged in part only (R-06).",
        [NSCLC, NEGATIVE, card(-5, 0, 0, 0, 0, 0, imaged={"spine": "part"}), ATYPICAL],
        [
            Expected(
                0,
                classified("not_evaluable", "EE8", missing="mri_lm spine_imaged", actions=REPEAT),
                verdicts=unscreened("+?", "+?-", "+?"),
            )
        ],
    ),
    Story(
        "ee9-signs-unknown",
        "Nobody recorded the signs.",
        [NSCLC, *TWO_NEGATIVES, LINEAR],
        [
            Expected(
                0,
                classified("not_evaluable", "EE9", "IIA", missing="clinical_lm"),
                verdicts=unscreened("++", "+??", "++"),
            )
        ],
    ),
    Story(
        "ee9-unknown-is-latest",
        "The latest statement on the signs is that they are not known.",
        [NSCLC, *TWO_NEGATIVES, LINEAR, clinical(-9, "typical"), clinical(-4, "unknown")],
        [
            Expected(
                0,
                classified("not_evaluable", "EE9", "IIA", missing="clinical_lm"),
                verdicts=unscreened("++", "+??", "++"),
            )
        ],
    ),
    Story(
        "ee10-signs-unknown",
        "Normal MRI, signs not recorded.",
        [NSCLC, *TWO_NEGATIVES, CLEAR],
        [Expected(0, classified("not_evaluable", "EE10", missing="clinical_lm"), verdicts=LM_NOT_SHOWN)],
    ),
    Story(
        "ee11-no-cancer",
        "No cancer, as stated; typical signs and imaging.",
        [says(-10, "cancer", False), NEGATIVE, LINEAR, TYPICAL],
        [
            Expected(
                0,
                classified("possible", "EE11", "IIA", warnings="no_known_cancer", actions=REPEAT),
                verdicts=unscreened("?+", "??+", "?+", arm=None),
            )
        ],
    ),
    Story(
        "m1-no-csf",
        "CSF is not mentioned at all (R-05).",
        [NSCLC, LINEAR, TYPICAL],
        [Expected(0, classified("probable", "EE4", "IIA", provisional=True), verdicts=LM_SHOWN)],
    ),
    Story(
        "m1-not-done",
        "CSF cytology stated as not done.",
        [NSCLC, csf(-6, "not_done", ml=None, minutes=None), LINEAR, TYPICAL],
        [Expected(0, classified("probable", "EE4", "IIA", provisional=True), verdicts=LM_SHOWN)],
    ),
    Story(
        "m1-lack-of-evidence",
        "Normal MRI and no signs, but CSF was never taken.",
        [NSCLC, CLEAR, NO_SIGNS],
        [Expected(0, classified("lack_of_evidence", "EE7", provisional=True), verdicts=unscreened("+?", "+??", "+?"))],
    ),
    Story(
        "m1-acellular",
        "An inadequate sample is no negative one.",
        [NSCLC, csf(-6, "inadequate"), LINEAR, ATYPICAL],
        [Expected(0, classified("possible", "EE5", "IIA", provisional=True), verdicts=unscreened("++", "+??", "++"))],
    ),
    Story(
        "m1-small-negative",
        "Three millilitres without tumour cells are inadequate (2.6); the first negative asks for another.",
        [BREAST, csf(-6, "negative", ml=3), card(-5, 1, 0, 0, 0, 0), TYPICAL],
        [
            Expected(
                0,
                classified("probable", "EE4", "IIB", provisional=True, actions=REPEAT, flags="nodule_size_unknown"),
                verdicts=LM_SHOWN,
            )
        ],
    ),
    Story(
        "unknown-volume",
        "A negative of unknown volume is negative in the classification.",
        [NSCLC, csf(-6, "negative", ml=None, minutes=None), LINEAR, TYPICAL],
        [Expected(0, classified("probable", "EE4", "IIA", actions=REPEAT), verdicts=LM_SHOWN)],
    ),
    Story(
        "m3-tumour-cell-count",
        "Three cells in 3 mL beside negative cytology are shown and change nothing.",
        [NSCLC, csf(-8, "negative", cells=(3, 3)), csf(-6, "negative"), LINEAR, TYPICAL],
        [Expected(0, classified("probable", "EE4", "IIA", notes="ctc_supports_lm"), verdicts=LM_SHOWN)],
    ),
    Story(
        "m4-equivocal-wins",
        "Inadequate, atypical and negative samples: equivocal.",
        [NSCLC, csf(-9, "inadequate"), csf(-6, "atypical"), csf(-3, "negative"), LINEAR, TYPICAL],
        [Expected(0, classified("probable", "EE4", "IIA", actions=REPEAT), verdicts=LM_SHOWN)],
    ),
    Story(
        "m4-positive-wins",
        "Two millilitres with tumour cells win over a large negative sample.",
        [NSCLC, csf(-8, "positive", ml=2), csf(-6, "negative"), LINEAR, NO_SIGNS],
        [Expected(0, classified("confirmed", "EE1", "IA"), verdicts=LM_SHOWN)],
    ),
    Story(
        "m4-two-reports",
        "Two pathologists contradict each other on one sample: positive wins.",
        [NSCLC, csf(-6, "negative", second="positive"), LINEAR, TYPICAL],
        [Expected(0, classified("confirmed", "EE1", "IA", flags="conflicting_sources"), verdicts=LM_SHOWN)],
    ),
    Story(
        "m6-present",
        "The report says leptomeningeal disease and no pattern.",
        [NSCLC, *TWO_NEGATIVES, mri(-5, "present"), TYPICAL],
        [Expected(0, classified("probable", "EE4", type="II", missing="mri_lm"), verdicts=LM_SHOWN)],
    ),
    Story(
        "m6-from-the-card",
        "Linear enhancement seen, nodules not evaluable: disease without a pattern.",
        [NSCLC, POSITIVE, card(-5, "ne", 1, 0, "ne", 0), TYPICAL],
        [Expected(0, classified("confirmed", "EE1", type="I", missing="mri_lm"), verdicts=LM_SHOWN)],
    ),
    Story(
        "reader-class",
        "The reader's class stands without a card.",
        [NSCLC, POSITIVE, mri(-5, "D_normal"), TYPICAL],
        [Expected(0, classified("confirmed", "EE2", "ID"), verdicts=LM_SHOWN)],
    ),
    Story(
        "dural-only",
        "Dural tissue establishes dural metastasis, not LM (R-07).",
        [BREAST, dural(-8), biopsy(-4, "positive", "dural"), *TWO_NEGATIVES, CLEAR, NO_SIGNS],
        [Expected(0, classified("lack_of_evidence", "EE7", compartment="dural"), verdicts=LM_NOT_SHOWN)],
    ),
    Story(
        "dural-and-leptomeningeal",
        "Tumour in the dura and tumour cells in CSF.",
        [BREAST, biopsy(-4, "positive", "dural"), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, classified("confirmed", "EE1", "IA", compartment="both"), verdicts=LM_SHOWN)],
    ),
    Story(
        "refuted",
        "LM suspected, treated as such by nobody, and refuted on day 20 (R-08).",
        [NSCLC, REFUTED, *TWO_NEGATIVES, LINEAR, TYPICAL],
        [
            Expected(10, IIA, verdicts=LM_SHOWN),
            Expected(
                30,
                classified("refuted", "R-08", reason="Tuberculous meningitis", history="probable IIA"),
                verdicts=unscreened("+-", "+--", "+-"),
            ),
        ],
    ),
    Story(
        "evidence-after-refutation",
        "Tumour cells after the refutation: classified anew from what came later alone.",
        [NSCLC, REFUTED, *TWO_NEGATIVES, LINEAR, TYPICAL, csf(30, "positive")],
        [
            Expected(
                25,
                classified("refuted", "R-08", reason="Tuberculous meningitis", history="probable IIA"),
                verdicts=unscreened("+-", "+--", "+-"),
            ),
            Expected(
                40,
                classified(
                    "confirmed",
                    "EE3",
                    type="I",
                    missing=NO_MRI,
                    warnings="mri_missing",
                    flags="evidence_after_refutation",
                ),
                verdicts=LM_SHOWN,
            ),
        ],
    ),
    Story(
        "lymphoma",
        "A haematological primary is outside the scope of the classification (R-16).",
        [cancer(-600, "lymphoma"), csf(-6, "positive", flow="positive"), LINEAR, TYPICAL],
        [
            Expected(
                0, classified("not_evaluable", "R-16", reason="outside_scope"), verdicts=unscreened("-+", "-?+", "-+")
            )
        ],
    ),
    Story(
        "glioblastoma",
        "So is a primary brain tumour.",
        [cancer(-600, "glioma"), POSITIVE, LINEAR, TYPICAL],
        [
            Expected(
                0, classified("not_evaluable", "R-16", reason="outside_scope"), verdicts=unscreened("-+", "-?+", "-+")
            )
        ],
    ),
    Story(
        "meninges-coded-as-primary",
        "C70.9 beside lung cancer is how charts code LM: no primary, needs review.",
        [NSCLC, cancer(-20, "meninges"), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, classified("confirmed", "EE1", "IA", flags="needs_review"), verdicts=LM_SHOWN)],
    ),
    Story(
        "two-primaries-in-scope",
        "Breast and lung cancer: both in scope, and both are what RADIATE-LM takes.",
        [BREAST, NSCLC, POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=LM_SHOWN)],
    ),
    Story(
        "two-primaries-mixed",
        "Breast cancer and lymphoma: which of them reached the meninges is unknown.",
        [BREAST, cancer(-300, "lymphoma"), POSITIVE, LINEAR, TYPICAL],
        [
            Expected(
                0,
                classified("not_evaluable", "G1", missing="primary"),
                verdicts=unscreened("?+", "??+", "?+", arm=None),
            )
        ],
    ),
    Story(
        "unknown-primary",
        "A solid tumour of unstated kind is in scope.",
        [cancer(-600, "unknown_primary"), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=unscreened("++", "??+", "++", arm=None))],
    ),
    Story(
        "colon-cancer-of-a-man",
        "Another carcinoma; what concerns pregnancy is met for a man.",
        [cancer(-600, "colon"), POSITIVE, LINEAR, TYPICAL],
        [Expected(0, IA, verdicts=unscreened("++", "-?+", "++", arm="exploratory", women=False))],
        person=Person("1955-02", "male"),
    ),
)
