"""Codes that a trial file may name: statements with their category, blood values with their canonical unit."""

from collections.abc import Mapping

from leptobridge.trials.verdict import Category

_CLINICAL = (
    "candidate_for_radiotherapy",
    "newly_diagnosed_lm",
    "symptoms_worsening_days",
    "extracranial_disease_stable",
    "measurable_disease",
    "life_expectancy_weeks",
    "severe_neurological_deficit",
    "encephalopathy",
    "severe_white_matter_lesions",
    "severe_neurotoxicity",
    "severe_liver_dysfunction",
    "severe_kidney_dysfunction",
    "active_infection",
    "autoimmune_disease",
    "mri_contraindication",
    "lumbar_puncture_contraindication",
    "ommaya_possible",
    "not_suitable_for_csf_sampling",
    "neurologically_stable_days",
    "prior_radiotherapy_prevents_csi",
    "uncontrolled_systemic_disease_without_options",
)
_LABORATORY = ("pregnant",)
_ADMINISTRATIVE = ("informed_consent", "nursing", "contraception_agreed")

#: exchange.md 10: statement -> category (R-13).
STATEMENT_CATEGORIES: Mapping[str, Category] = {
    **dict.fromkeys(_CLINICAL, "clinical"),
    **dict.fromkeys(_LABORATORY, "laboratory"),
    **dict.fromkeys(_ADMINISTRATIVE, "administrative"),
}

#: exchange.md 9: blood value -> canonical unit.
BLOOD_UNITS: Mapping[str, str] = {
    "haemoglobin": "g/dL",
    "leukocytes": "/uL",
    "neutrophils": "/uL",
    "platelets": "/uL",
    "creatinine": "mg/dL",
    "bilirubin": "mg/dL",
    "ast": "U/L",
    "alt": "U/L",
    "albumin": "g/dL",
    "inr": "1",
    "ldh": "U/L",
}
