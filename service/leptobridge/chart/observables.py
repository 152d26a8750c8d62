"""The observables: what can be asked with a code ``O#…`` and the fact kind that it becomes (exchange.md 1 to 10).

``mappings/observables.yaml`` maps foreign codes and words to these names; the local code of an observable is its name
in kebab-case. An ``O#`` code that is not listed here is a statement (exchange.md 10, last line).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

ValueType = Literal["answer", "number", "integer", "boolean", "text", "size", "any", "none"]


@dataclass(frozen=True, slots=True)
class Observable:
    """One thing that is asked. ``answers`` names the answer set in ``mappings/answers.yaml`` (type answer); ``unit`` is
    the canonical unit of a number; ``reader`` names the compound reading, where the components belong together."""

    name: str
    kind: str
    item: str
    type: ValueType
    section: str
    answers: str | None = None
    unit: str | None = None
    reader: str | None = None


LANO_DOMAINS = (
    "gait",
    "strength",
    "sensation",
    "vision",
    "eye_movements",
    "facial_strength",
    "hearing",
    "swallowing",
    "level_of_consciousness",
    "behaviour",
)
CARD_ITEMS = ("brain_nodules", "brain_linear", "hydrocephalus", "spine_nodules", "spine_linear")
TECHNIQUE_UNITS = {
    "field_strength_t": "T",
    "gadolinium_mmol_per_kg": "mmol/kg",
    "contrast_delay_min": "min",
    "brain_slice_mm": "mm",
    "spine_slice_mm": "mm",
}
#: Blood values and their canonical units (exchange.md 9).
LABORATORY_UNITS = {
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
#: CSF chemistry and its canonical units (exchange.md 3, codes.md 3).
CSF_CHEMISTRY_UNITS = {
    "protein": "mg/dL",
    "glucose": "mg/dL",
    "leukocytes": "/uL",
    "nucleated_cells": "/uL",
    "erythrocytes": "/uL",
    "neutrophils_percent": "%",
    "lymphocytes_percent": "%",
    "monocytes_percent": "%",
    "macrophages_percent": "%",
    "eosinophils_percent": "%",
    "atypical_lymphocytes_percent": "%",
    "ldh": "U/L",
    "cea": "ng/mL",
    "ca_15_3": "U/mL",
    "ca_125": "U/mL",
    "ca_19_9": "U/mL",
    "ck19": "ng/mL",
    "nse": "ng/mL",
    "beta_2_microglobulin": "mg/L",
    "hcg_beta": "mIU/mL",
    "psa": "ng/mL",
}
#: Forms that a reader fills for a rule; their components are the inputs of the rule (exchange.md 4, 5, 8).
READER_FORMS = ("rano_bm", "recist_1_1", "irecist", "ipcg", "nano", "oligometastatic_state")
#: Statements that are numbers, with their unit (exchange.md 7, 10); the others of the list are boolean.
STATEMENT_UNITS = {
    "symptoms_worsening_days": "d",
    "life_expectancy_weeks": "wk",
    "neurologically_stable_days": "d",
    "cycles": None,
    "line_of_therapy": None,
}
STATEMENTS = (
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
    "pregnant",
    "informed_consent",
    "nursing",
    "contraception_agreed",
    "therapy_history_complete",
    "induction_completed",
    "cycles",
    "line_of_therapy",
)


def _imaging() -> Iterable[Observable]:
    for item in CARD_ITEMS:
        yield Observable(item, "mri.scorecard", item, "answer", "4", "presence")
        yield Observable(f"{item}_change", "mri.scorecard", f"{item}_change", "answer", "4", "change")
    yield Observable("lm_scorecard", "mri.scorecard", "", "none", "4")
    yield Observable("form_complete", "mri.scorecard", "form_complete", "boolean", "4")
    yield Observable("rater_overall", "mri.scorecard", "rater_overall", "answer", "4", "response")
    for item in ("linear_share_percent", "nodule_share_percent"):
        yield Observable(item, "mri.scorecard", item, "number", "4", unit="%")
    for item in ("brain_nodule_size", "spine_nodule_size"):
        yield Observable(item, "mri.scorecard", item, "size", "4", unit="mm")
    yield Observable("nodule", "mri.nodule", "", "none", "4", reader="nodule")
    for item in ("brain_imaged", "spine_imaged"):
        yield Observable(item, "mri.exam", item, "answer", "4", "imaged")
    for item, unit in TECHNIQUE_UNITS.items():
        yield Observable(item, "mri.exam", item, "number", "4", unit=unit)
    yield Observable("mri_lm", "mri.lm", "", "answer", "4", "mri_lm")
    yield Observable("brain_parenchymal", "mri.parenchymal", "brain", "answer", "4", "parenchymal")
    yield Observable("spine_intramedullary", "mri.parenchymal", "spine", "answer", "4", "parenchymal")
    yield Observable("lesion", "lesion", "", "none", "4", reader="lesion")
    yield Observable("lesion_list_complete", "lesion_list_complete", "", "boolean", "4")
    for name in READER_FORMS:
        yield Observable(name, "assessment.item", name, "none", "4", reader="form")


def _diagnoses() -> Iterable[Observable]:
    yield Observable("cancer", "cancer.known", "", "answer", "2", "yes_no")
    yield Observable("primary", "cancer.primary", "", "answer", "2", "primary")
    yield Observable("histology", "cancer.histology", "", "answer", "2", "histology")
    yield Observable("stage", "cancer.stage", "", "answer", "2", "stage")


def _csf() -> Iterable[Observable]:
    yield Observable("csf_cytology", "csf.cytology", "", "answer", "3", "cytology", reader="cytology")
    yield Observable("cytology", "csf.cytology", "needs_specimen", "answer", "3", "cytology", reader="cytology")
    yield Observable("flow", "csf.flow", "", "answer", "3", "flow")
    yield Observable("csf_ctc", "csf.ctc", "", "number", "3", unit="1", reader="ctc")
    yield Observable("csf_ctdna", "csf.ctdna", "", "answer", "3", "detection")
    for item, unit in CSF_CHEMISTRY_UNITS.items():
        yield Observable(f"csf_{item}", "csf.chemistry", item, "number", "3", unit=unit)
    yield Observable("opening_pressure", "csf.opening_pressure", "", "number", "3", unit="mm[H2O]")
    yield Observable("volume_ml", "csf.sample", "volume_ml", "number", "3", unit="mL")
    yield Observable("processed_min", "csf.sample", "processed_min", "number", "3", unit="min")
    yield Observable("fixed", "csf.sample", "fixed", "boolean", "3")
    yield Observable("site", "csf.sample", "site", "answer", "3", "csf_site")
    yield Observable("ventricular_device", "csf.device", "", "boolean", "3")
    yield Observable("meningeal_biopsy", "biopsy", "meningeal", "answer", "3", "biopsy")
    yield Observable("dural_biopsy", "biopsy", "dural", "answer", "3", "biopsy")


def _examination() -> Iterable[Observable]:
    yield Observable("neurological_examination", "neuro.exam", "", "none", "5")
    for domain in LANO_DOMAINS:
        yield Observable(domain, "neuro.exam", domain, "integer", "5")
    yield Observable("other_domains_normal", "neuro.exam", "other_domains_normal", "boolean", "5")
    yield Observable("explained_by_other_cause", "neuro.exam", "explained_by_other_cause", "answer", "5", "domain")
    yield Observable("clinician_neuro", "neuro.exam", "clinician_neuro", "answer", "5", "clinician_neuro")
    yield Observable("attribution", "neuro.exam", "attribution", "answer", "5", "attribution")
    yield Observable("clinical_lm", "neuro.clinical_lm", "", "answer", "5", "clinical_lm")
    yield Observable("symptom", "symptom", "", "answer", "5", "symptom")
    for scale in ("ecog", "kps", "lansky", "gcs"):
        yield Observable(scale, f"performance.{scale}", "", "integer", "5", reader="performance")
    yield Observable("performance_status", "performance.ecog", "", "integer", "5", reader="performance")


def _genes() -> Iterable[Observable]:
    yield Observable("variant", "variant", "", "answer", "6", "presence", reader="variant")
    yield Observable("gene_report", "variant", "", "text", "6", reader="variant")
    yield Observable("gene_tested", "gene.tested", "", "none", "6", reader="gene_tested")
    yield Observable("her2_ihc", "receptor.her2", "her2_ihc", "answer", "6", "her2_ihc", reader="receptor")
    yield Observable("her2_fish_ratio", "receptor.her2", "her2_fish_ratio", "number", "6", unit="1", reader="receptor")
    yield Observable("her2_fish", "receptor.her2", "her2_fish", "answer", "6", "polarity", reader="receptor")
    yield Observable("her2_label", "receptor.her2", "her2_label", "answer", "6", "polarity", reader="receptor")
    yield Observable("er", "receptor.er", "er", "answer", "6", "polarity", reader="receptor")
    yield Observable("pr", "receptor.pr", "pr", "answer", "6", "polarity", reader="receptor")
    yield Observable("pd_l1", "pdl1", "pd_l1", "answer", "6", "polarity", reader="receptor")


def _therapies_and_statements() -> Iterable[Observable]:
    yield Observable("radiation_dose_gy", "therapy.radiotherapy", "dose_gy", "number", "7", unit="Gy")
    yield Observable("fractions", "therapy.radiotherapy", "fractions", "integer", "7")
    yield Observable("corticosteroids", "therapy.steroid", "corticosteroids", "answer", "7", "steroids")
    yield Observable("response", "disease.status", "", "answer", "8", "disease_status", reader="disease_status")
    for item, unit in LABORATORY_UNITS.items():
        yield Observable(item, "laboratory", item, "number", "9", unit=unit)
    for code in STATEMENTS:
        value_type: ValueType = "any" if code in STATEMENT_UNITS else "boolean"
        yield Observable(code, "statement", code, value_type, "10", unit=STATEMENT_UNITS.get(code))


OBSERVABLES: Mapping[str, Observable] = {
    row.name: row
    for rows in (_imaging, _diagnoses, _csf, _examination, _genes, _therapies_and_statements)
    for row in rows()
}


def observable_of_local_code(code: str) -> Observable:
    """The observable of a local code ``O#<code>``: the listed one, else a statement of that name (exchange.md 10)."""
    name = code.replace("-", "_")
    known = OBSERVABLES.get(name)
    return known if known is not None else Observable(name, "statement", name, "any", "10")
