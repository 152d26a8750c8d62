"""Trial verdicts: thresholds, windows, conversions, categories, policies (clinical reference 9.1, 14, 19)."""

from tests.acceptance.statements import Card, Statement
from tests.acceptance.stories.pieces import (
    ATYPICAL,
    BREAST,
    CLEAR,
    ELIGIBLE,
    EXPLORATORY,
    IA,
    LINEAR,
    MELANOMA,
    NO_SIGNS,
    NSCLC,
    POSITIVE,
    RANDOMISED,
    TYPICAL,
    failed,
    open_verdict,
    screened,
    verdicts,
)
from tests.acceptance.story import (
    PEMBROLIZUMAB,
    Expected,
    Person,
    Story,
    Verdict,
    cancer,
    classified,
    comorbidity,
    csf,
    ecog,
    kps,
    lansky,
    says,
)

LM = (POSITIVE, LINEAR, TYPICAL)
FOR_ALL = verdicts(RANDOMISED, ELIGIBLE, ELIGIBLE)
REPEAT = "repeat_lumbar_puncture"


def breast(
    key: str,
    about: str,
    said: tuple[Statement, ...],
    pcsi: Verdict = RANDOMISED,
    pembrolizumab: Verdict = ELIGIBLE,
    *,
    on: int = 10,
    person: Person | None = None,
) -> Story:
    """A woman with breast cancer and LM of class IA who is fit for everything but what the story is about."""
    expected = Expected(on, IA, verdicts=verdicts(pcsi, ELIGIBLE, pembrolizumab))
    return Story(key, about, [BREAST, *LM, *said], [expected], person or Person())


def cytology(key: str, about: str, word: str, mri: Card, expected: Expected) -> Story:
    """One word of a cytologist under two policies; typical signs."""
    return Story(key, about, [NSCLC, csf(-6, word), mri, TYPICAL, *screened()], [expected])


EQUIVOCAL_D = classified("possible", "EE6", "IID", actions=REPEAT)
EQUIVOCAL_A = classified("probable", "EE4", "IIA", actions=REPEAT)

STORIES = (
    breast("fit-for-all", "Everything is recorded and in favour.", screened()),
    Story(
        "counts-of-ten-days",
        "Counts count for ten days in NCT02886585, and are unknown, not failed, afterwards.",
        [BREAST, *LM, *screened()],
        [
            Expected(15, IA, verdicts=FOR_ALL),
            Expected(16, IA, verdicts=verdicts(RANDOMISED, ELIGIBLE, open_verdict("I6 I7 I8", "eligible"))),
        ],
    ),
    breast(
        "counts-on-the-limit",
        "Haemoglobin 8, neutrophils 1,000, platelets 100,000: above is not at least (G4).",
        screened(counts={"haemoglobin": 8, "neutrophils": 1000, "platelets": 100000}),
        failed("I7 I8 I9", clinical="eligible"),
        failed("I6 I8", clinical="eligible"),
    ),
    breast(
        "counts-just-above",
        "Haemoglobin 9, neutrophils 1,500, platelets 100,001.",
        screened(counts={"haemoglobin": 9, "neutrophils": 1500, "platelets": 100001}),
    ),
    breast("kps-50", "Karnofsky 50.", (*screened(5, "kps"), kps(5, 50)), failed("I5"), failed("I4")),
    breast(
        "kps-60",
        "Karnofsky 60 is the limit, and what NCT02886585 equates with ECOG 2.",
        (*screened(5, "kps"), kps(5, 60)),
    ),
    breast("ecog-1", "ECOG 1 is at least Karnofsky 70 on every map.", (*screened(5, "kps"), ecog(5, 1))),
    breast(
        "ecog-2",
        "ECOG 2 is Karnofsky 50 on one map and 60 on others.",
        (*screened(5, "kps"), ecog(5, 2)),
        open_verdict("I5", arm="randomised"),
    ),
    breast(
        "ecog-3",
        "ECOG 3 may be Karnofsky 60, but is above 2.",
        (*screened(5, "kps"), ecog(5, 3)),
        open_verdict("I5", arm="randomised"),
        failed("I4"),
    ),
    breast(
        "ecog-4",
        "ECOG 4 is below Karnofsky 60 on every map.",
        (*screened(5, "kps"), ecog(5, 4)),
        failed("I5"),
        failed("I4"),
    ),
    breast(
        "both-scales",
        "Both scales on one day: each criterion takes its own.",
        (*screened(5, "kps"), ecog(5, 2), kps(5, 50)),
        failed("I5"),
    ),
    breast(
        "latest-status",
        "The latest performance status counts, in whatever scale.",
        (*screened(5, "kps"), kps(-40, 50), ecog(5, 1)),
    ),
    breast(
        "status-contradicts",
        "Two ECOG of one time: the later issued decides.",
        (*screened(5, "kps"), ecog(5, 1, issued=5), ecog(5, 4, issued=6)),
        failed("I5"),
        failed("I4"),
    ),
    breast(
        "pregnant",
        "Pregnancy excludes from NCT04343573; it is a laboratory criterion.",
        screened(pregnant=True),
        failed("E4", clinical="eligible"),
    ),
    breast(
        "pregnancy-diagnosed",
        "A diagnosed pregnancy says the same.",
        (*screened(5, "pregnant"), comorbidity(-30, "pregnancy")),
        failed("E4", clinical="eligible"),
    ),
    breast(
        "pregnancy-unknown",
        "No statement on pregnancy.",
        screened(5, "pregnant"),
        open_verdict("E4", "eligible", "randomised"),
    ),
    breast(
        "man",
        "What concerns pregnancy is met for a man without a statement.",
        screened(5, "pregnant"),
        person=Person("1960-01-01", "male"),
    ),
    breast(
        "sex-unknown",
        "Neither sex nor pregnancy is recorded.",
        screened(5, "pregnant"),
        open_verdict("E4", "eligible", "randomised"),
        person=Person("1960-01-01", None),
    ),
    breast(
        "consent-refused",
        "Without consent nobody is eligible, but clinically she is (R-13).",
        screened(informed_consent=False),
        failed("I6", clinical="eligible"),
    ),
    breast(
        "consent-missing",
        "Consent is hardly ever in the chart at screening.",
        screened(5, "informed_consent"),
        open_verdict("I6", "eligible", "randomised"),
    ),
    breast(
        "consent-not-known-any-more",
        "The latest statement says that consent is not known.",
        (*screened(2), says(5, "informed_consent", None)),
        open_verdict("I6", "eligible", "randomised"),
    ),
    breast(
        "consent-to-another-trial",
        "A consent that concerns one trial says nothing of another.",
        (*screened(5, "informed_consent"), says(5, "informed_consent", True, about=PEMBROLIZUMAB)),
        open_verdict("I6", "eligible", "randomised"),
    ),
    Story(
        "consent-in-january",
        "A consent of January counts once January is over.",
        [BREAST, *LM, *screened(12, "informed_consent"), says("2026-01", "informed_consent", True)],
        [
            Expected(15, IA, verdicts=verdicts(open_verdict("I6", "eligible", "randomised"), ELIGIBLE, ELIGIBLE)),
            Expected(20, IA, verdicts=FOR_ALL),
        ],
    ),
    breast(
        "counts-missing",
        "Counts and consent are missing: clinically eligible, pending the rest (R-13).",
        screened(5, "counts", "informed_consent"),
        open_verdict("I6 I7 I8 I9", "eligible", "randomised"),
        open_verdict("I6 I7 I8", "eligible"),
    ),
    breast("encephalopathy", "Encephalopathy excludes.", screened(encephalopathy=True), failed("E1")),
    breast(
        "deficit-unknown",
        "Encephalopathy is denied, a severe deficit not asked.",
        screened(5, "severe_neurological_deficit"),
        open_verdict("E1", arm="randomised"),
    ),
    breast("no-candidate", "No candidate for radiotherapy.", screened(candidate_for_radiotherapy=False), failed("I3")),
    breast(
        "six-weeks",
        "A life expectancy of exactly six weeks is not more than six.",
        screened(life_expectancy_weeks=6),
        pembrolizumab=failed("I5"),
    ),
    breast(
        "prior-radiotherapy",
        "Earlier radiotherapy prevents craniospinal irradiation.",
        screened(prior_radiotherapy_prevents_csi=True),
        failed("E3"),
    ),
    breast(
        "systemic-disease",
        "Systemic disease out of control without options.",
        screened(uncontrolled_systemic_disease_without_options=True),
        failed("E2"),
    ),
    breast(
        "born-2008",
        "Born in 2008: sixteen for certain, eighteen perhaps (R-17).",
        screened(),
        pembrolizumab=open_verdict("I3"),
        person=Person("2008"),
    ),
    breast(
        "birth-unknown",
        "The date of birth is unknown.",
        screened(),
        open_verdict("I5", arm="randomised"),
        open_verdict("I3"),
        person=Person(None),
    ),
    Story(
        "boy-of-twelve",
        "Under 16 the Lansky scale is asked.",
        [MELANOMA, *LM, *screened(5, "kps", "pregnant"), lansky(5, 70)],
        [Expected(10, IA, verdicts=verdicts(EXPLORATORY, failed("I1"), failed("I3", "I4")))],
        Person("2013-06-01", "male"),
    ),
    Story(
        "boy-with-karnofsky",
        "A Karnofsky status says nothing of a boy of twelve.",
        [MELANOMA, *LM, *screened(5, "pregnant")],
        [Expected(10, IA, verdicts=verdicts(open_verdict("I5", arm="exploratory"), failed("I1"), failed("I3")))],
        Person("2013-06-01", "male"),
    ),
    Story(
        "melanoma",
        "Other solid tumours go to the exploratory group; RADIATE-LM does not take them.",
        [MELANOMA, *LM, *screened()],
        [Expected(10, IA, verdicts=verdicts(EXPLORATORY, failed("I1"), ELIGIBLE))],
    ),
    Story(
        "small-cell",
        "Small cell lung cancer is neither NSCLC nor randomised.",
        [cancer(-600, "sclc"), *LM, *screened()],
        [Expected(10, IA, verdicts=verdicts(EXPLORATORY, failed("I1"), ELIGIBLE))],
    ),
    Story(
        "lung-cancer-of-unknown-kind",
        "Lung cancer, histology not recorded.",
        [cancer(-600, "lung"), *LM, *screened()],
        [Expected(10, IA, verdicts=verdicts(Verdict("eligible", "eligible"), open_verdict("I1"), ELIGIBLE))],
    ),
    Story(
        "not-new",
        "The clinician states that LM is not newly diagnosed.",
        [NSCLC, *LM, *screened(newly_diagnosed_lm=False)],
        [Expected(10, IA, verdicts=verdicts(RANDOMISED, failed("I2"), ELIGIBLE))],
    ),
    Story(
        "atypical-signs",
        "Imaging without typical signs and without cells is not enough for RADIATE-LM.",
        [NSCLC, csf(-8, "negative"), csf(-6, "negative"), LINEAR, ATYPICAL, *screened()],
        [Expected(10, classified("possible", "EE5", "IIA"), verdicts=verdicts(RANDOMISED, failed("I3"), ELIGIBLE))],
    ),
    Story(
        "no-evidence-at-all",
        "Nothing on MRI, nothing in CSF, no signs.",
        [NSCLC, csf(-8, "negative"), csf(-6, "negative"), CLEAR, NO_SIGNS, *screened()],
        [
            Expected(
                10, classified("lack_of_evidence", "EE7"), verdicts=verdicts(failed("I2"), failed("I3"), failed("I2"))
            )
        ],
    ),
    cytology(
        "suspicious-normal-mri",
        "Suspicious is positive under RADIATE-LM (14.12).",
        "suspicious",
        CLEAR,
        Expected(10, EQUIVOCAL_D, verdicts=verdicts(failed("I2"), ELIGIBLE, failed("I2"))),
    ),
    cytology(
        "atypical-linear",
        "Atypical is not positive, but imaging and typical signs are (14.12).",
        "atypical",
        LINEAR,
        Expected(10, EQUIVOCAL_A, verdicts=FOR_ALL),
    ),
    cytology(
        "atypical-normal-mri",
        "Atypical with a normal MRI.",
        "atypical",
        CLEAR,
        Expected(10, EQUIVOCAL_D, verdicts=verdicts(failed("I2"), failed("I3"), failed("I2"))),
    ),
    cytology(
        "equivocal-without-word",
        "Equivocal, and no word that says which: both are tried (G1).",
        "equivocal",
        CLEAR,
        Expected(10, EQUIVOCAL_D, verdicts=verdicts(failed("I2"), open_verdict("I3"), failed("I2"))),
    ),
)
