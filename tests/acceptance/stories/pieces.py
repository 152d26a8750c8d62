"""Statements and verdicts that many stories share."""

from typing import Any

from tests.acceptance.statements import Statement
from tests.acceptance.story import (
    PCSI,
    PEMBROLIZUMAB,
    RADIATE,
    Verdict,
    blood,
    cancer,
    card,
    classified,
    clinical,
    csf,
    device,
    drug,
    exam,
    kps,
    says,
    unscreened,
)

NSCLC, BREAST, MELANOMA = cancer(-600, "nsclc"), cancer(-600, "breast"), cancer(-600, "melanoma")
TYPICAL, ATYPICAL, NO_SIGNS = clinical(-6, "typical"), clinical(-6, "atypical"), clinical(-6, "none")
POSITIVE = csf(-6, "positive")
TWO_NEGATIVES = (csf(-8, "negative"), csf(-6, "negative"))
LINEAR = card(-5, 0, 1, 0, 0, 0)
CLEAR = card(-5, 0, 0, 0, 0, 0)
NO_DEVICE = device(-6, False)
START = drug(0, "osimertinib")
GAIT = exam(-6, gait=1)

#: Disease on imaging and in CSF at baseline, a slight gait disorder, treatment from day 0: class IA, EE1.
BOTH = (NSCLC, POSITIVE, LINEAR, GAIT, TYPICAL, NO_DEVICE, START)
IA = classified("confirmed", "EE1", "IA")
#: Disease on imaging alone: class IIA, EE4.
IMAGING_ONLY = (NSCLC, *TWO_NEGATIVES, LINEAR, GAIT, TYPICAL, NO_DEVICE, START)
IIA = classified("probable", "EE4", "IIA")
#: LM on imaging or in CSF, lung adenocarcinoma, nothing screened; nobody says whether LM is new.
LM_SHOWN = unscreened("++", "+?+", "++")
#: No LM on imaging, cytology negative, and no typical signs beside LM on imaging.
LM_NOT_SHOWN = unscreened("+-", "+?-", "+-")


def screened(day: int = 5, *leave_out: str, **changes: Any) -> tuple[Statement, ...]:
    """Everything that the three trials ask for beside cancer and LM, all in favour; by name left out or changed."""
    answers: dict[str, Any] = {
        "candidate_for_radiotherapy": True, "newly_diagnosed_lm": True, "life_expectancy_weeks": 20,
        "severe_neurological_deficit": False, "encephalopathy": False,
        "uncontrolled_systemic_disease_without_options": False, "prior_radiotherapy_prevents_csi": False,
        "informed_consent": True, "pregnant": False, **changes,
    }  # fmt: skip
    counts = answers.pop("counts", {"haemoglobin": 11.2, "neutrophils": 3200, "platelets": 180000})
    statements: list[Statement] = [
        says(day, code, value, unit="wk" if code.endswith("weeks") else None)
        for code, value in answers.items()
        if code not in leave_out
    ]
    if "kps" not in leave_out:
        statements.append(kps(day, 80))
    if "counts" not in leave_out:
        statements.append(blood(day, **counts))
    return tuple(statements)


def verdicts(pcsi: Verdict, radiate: Verdict, pembrolizumab: Verdict) -> dict[str, Verdict]:
    return {PCSI: pcsi, RADIATE: radiate, PEMBROLIZUMAB: pembrolizumab}


ELIGIBLE = Verdict("eligible", "eligible")
RANDOMISED = Verdict("eligible", "eligible", arm="randomised")
EXPLORATORY = Verdict("eligible", "eligible", arm="exploratory")


def failed(criteria: str, unknown: str = "", clinical: str = "ineligible") -> Verdict:
    return Verdict("ineligible", clinical, criteria, unknown)


def open_verdict(unknown: str, clinical: str = "indeterminate", arm: str | None = None) -> Verdict:
    return Verdict("indeterminate", clinical, "", unknown, arm)
