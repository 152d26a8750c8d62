"""The chart: everything known of one person up to a day, joined from facts and typed for rules and trials.

Whatever is ``None`` or missing from a mapping is unknown (G1); an empty tuple says that nothing is on record, which is
not "none". Every entry names its evidence and carries the flags of the facts it was made from. All tuples are sorted
by time, earliest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import FactValue, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry of a chart has: its time, the resource versions it rests on, and the flags of its facts."""

    time: ClinicalTime | None = None
    evidence: tuple[Source, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Patient: ``sex`` is the FHIR code male, female, other or unknown; ``dead`` None = no statement."""

    birth_date: ClinicalTime | None = None
    sex: str | None = None
    dead: bool | None = None
    death: ClinicalTime | None = None
    last_seen: ClinicalTime | None = None
    evidence: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Entry):
    """ResearchSubject: ``study`` is the registry id (``NCT…``, ``ChiCTR…``) where known; ``time`` is period.start."""

    study: str
    arm: str | None = None
    status: str = ""
    end: ClinicalTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryCancer(Entry):
    """A primary malignancy: ``primary`` of rule-interface 0.4; ``histology`` nsclc, sclc, adenocarcinoma, squamous …;
    ``stage`` roman numeral I to IV with optional letter."""

    primary: str
    site: str | None = None
    histology: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LmDiagnosis(Entry):
    """A coded or worded LM diagnosis. ``refuted``: with ``reason``, at ``time``. ``recurrent``: not newly diagnosed.
    ``primary``: the primary that the Condition itself names, if it does."""

    status: Literal["active", "refuted", "history"]
    reason: str | None = None
    recurrent: bool = False
    primary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Entry):
    """Dural metastasis, another metastasis (``code`` = site) or a comorbidity (``code`` of the catalogue)."""

    code: str
    end: ClinicalTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CtcCount(Entry):
    """CSF tumour cells: count in the analysed volume, or a concentration per mL where only that was reported."""

    count: int | None = None
    censored: bool = False
    volume_ml: Decimal | None = None
    per_ml: Decimal | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfSample(Entry):
    """One CSF sample with all that was reported of it. ``cytology`` is the raw class before any policy: positive,
    suspicious, atypical, equivocal, negative, inadequate, not_done; None = not reported. ``flow`` as rule-interface
    0.4. ``chemistry``: analyte → (value, unit, outside the laboratory's own range or None). ``ctdna``: detected,
    not_detected."""

    site: str | None = None
    volume_ml: Decimal | None = None
    processed_min: Decimal | None = None
    fixed: bool | None = None
    cytology: str | None = None
    cytology_raw: str | None = None
    flow: str | None = None
    ctc: CtcCount | None = None
    ctdna: str | None = None
    chemistry: Mapping[str, tuple[Decimal, str, bool | None]] = field(default_factory=dict)
    opening_pressure_mm_h2o: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Biopsy(Entry):
    """Tissue: ``tissue`` is ``meningeal`` or ``dural`` (R-07); ``result`` positive, negative, not_done or None."""

    tissue: Literal["meningeal", "dural"]
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardItem:
    """One item of a scorecard as the reader left it. ``presence`` None = not named; ``not_evaluable`` = named so."""

    presence: Literal["present", "absent", "not_evaluable", "equivocal"] | None = None
    change: Literal["improved", "no_change", "worse", "NE"] | None = None
    evidence: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MriExamination(Entry):
    """Everything that was recorded of one day's neuraxis MRI.

    ``items``: scorecard items by name (``brain_nodules`` …); empty = no card that day. ``lm_class``: the reader's
    ``O#mri-lm``. ``brain_imaged`` / ``spine_imaged``: stated or derived from the card (exchange.md 4); part = False.
    ``technique``: the numeric items of ``mri_qa``. ``nodules_mm``: two diameters per nodule. ``parenchymal``: brain,
    spine → present / absent.
    """

    items: Mapping[str, CardItem] = field(default_factory=dict)
    form_complete: bool | None = None
    rater_overall: str | None = None
    linear_share_percent: Decimal | None = None
    nodule_share_percent: Decimal | None = None
    nodules_mm: tuple[tuple[Decimal, Decimal], ...] = ()
    lm_class: str | None = None
    brain_imaged: bool | None = None
    spine_imaged: bool | None = None
    technique: Mapping[str, Decimal] = field(default_factory=dict)
    parenchymal: Mapping[str, str] = field(default_factory=dict)
    parenchymal_response: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_card(self) -> bool:
        """Whether a scorecard was recorded (any of its five items, or the statement that the form is complete)."""
        return bool(self.items) or self.form_complete is not None or self.rater_overall is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeurologicalExamination(Entry):
    """One examination: domain → level, None = explicitly not assessed, key absent = not named (R-03)."""

    levels: Mapping[str, int | None] = field(default_factory=dict)
    other_domains_normal: bool | None = None
    explained_by_other_cause: tuple[str, ...] = ()
    clinician_neuro: str | None = None
    attribution: Literal["lm", "undetermined", "other"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedAnswer(Entry):
    """A coded statement such as clinical_lm or steroids; ``value`` None = asked, not known."""

    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceStatus(Entry):
    """``scale`` is ecog, kps, lansky or gcs; ``limits``: lowest and highest score of a range ("ECOG 0-1"), no value."""

    scale: Literal["ecog", "kps", "lansky", "gcs"]
    value: int | None
    limits: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Entry):
    """A gene finding: ``alteration`` in one-letter protein notation (L858R) or exon_19_deletion, rearrangement,
    amplification, mutation …; ``present`` None = not known; ``specimen`` csf, blood, tissue or None."""

    gene: str
    alteration: str | None
    present: bool | None
    specimen: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receptor(Entry):
    """One receptor result: ``name`` her2_ihc (0 to 3), her2_fish_ratio, her2_fish, her2_label, er, pr, pd_l1;
    ``specimen`` metastasis, primary or None; ``specimen_key`` joins the results of one specimen."""

    name: str
    value: FactValue
    specimen: Literal["metastasis", "primary"] | None = None
    specimen_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy(Entry):
    """A therapy: ``time`` is its start. ``kind`` drug, radiotherapy, surgery or cart.

    Drugs: ``name`` generic or None where only the class is known, ``drug_class`` (egfr_tki, alk_tki, cytotoxic,
    checkpoint_inhibitor, steroid …), ``anticancer``, ``route`` (``intrathecal``, ``oral`` …), ``reason_for_stop``
    progression, toxicity, completed, other. ``ordered_only``: a request without an administration. Radiotherapy:
    ``volume`` wbrt, craniospinal, involved_field, focal_brain, focal_spine, extracranial; ``technique`` proton, photon,
    srs, sbrt. ``administrations``: the days on which it was given, where single ones are on record.
    """

    kind: Literal["drug", "radiotherapy", "surgery", "cart"]
    name: str | None = None
    drug_class: str | None = None
    anticancer: bool = False
    route: str | None = None
    status: str = ""
    ongoing: bool | None = None
    ordered_only: bool = False
    end: ClinicalTime | None = None
    reason_for_stop: str | None = None
    line: int | None = None
    dose: Decimal | None = None
    dose_unit: str | None = None
    volume: str | None = None
    technique: str | None = None
    dose_gy: Decimal | None = None
    fractions: int | None = None
    body_site: str | None = None
    administrations: tuple[ClinicalTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """All that a number behind a comparator says: the value lies beyond ``limit`` ("platelets < 10", "> 3 months")."""

    comparator: Literal["<", "<=", ">", ">="]
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Entry):
    """A blood value in its canonical unit (exchange.md 9): ``code`` haemoglobin, neutrophils, platelets …"""

    code: str
    value: Decimal | None
    unit: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Entry):
    """A statement that a trial asks for (exchange.md 10), and other ``O#`` statements such as induction_completed,
    therapy_history_complete, cycles, ventricular_device: ``code`` in snake_case; ``focus`` the registry id it concerns;
    ``value`` None = asked, not known."""

    code: str
    value: FactValue
    unit: str | None = None
    focus: str | None = None
    bound: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseStatus(Entry):
    """Response or trend stated by others (exchange.md 8): ``value`` CR … NE, or not_detected, improved, stable,
    worsened, undetermined; ``compartment`` cns, leptomeningeal, extracranial, overall or None."""

    value: str | None
    compartment: str | None = None
    criteria: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion(Entry):
    """One lesion at one date (exchange.md 4). ``compartment``: cns, extracranial or None."""

    lesion_id: str | None = None
    role: str | None = None
    compartment: str | None = None
    kind: str | None = None
    organ: str | None = None
    longest_mm: Decimal | None = None
    perpendicular_mm: Decimal | None = None
    short_axis_mm: Decimal | None = None
    axial_slices: int | None = None
    irradiated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderForm(Entry):
    """A form that a reader filled for a rule (``O#rano-bm``, ``O#recist-1-1``, ``O#irecist``, ``O#ipcg``, ``O#nano``,
    ``O#oligometastatic-state``): ``system`` in snake_case, ``items`` input name → values in the order sent."""

    system: str
    items: Mapping[str, tuple[FactValue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingItem(Entry):
    """Something ordered or preliminary: shown where the item is missing, never a fact."""

    kind: str
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything known of one person from facts whose clinical time is on or before ``on``."""

    on: date
    demographics: Demographics = Demographics()
    enrolments: tuple[Enrolment, ...] = ()
    primaries: tuple[PrimaryCancer, ...] = ()
    known_cancer: tuple[CodedAnswer, ...] = ()
    lm_diagnoses: tuple[LmDiagnosis, ...] = ()
    dural_diagnoses: tuple[Diagnosis, ...] = ()
    metastases: tuple[Diagnosis, ...] = ()
    comorbidities: tuple[Diagnosis, ...] = ()
    refuted_comorbidities: tuple[Diagnosis, ...] = ()
    csf_samples: tuple[CsfSample, ...] = ()
    ventricular_device: tuple[CodedAnswer, ...] = ()
    biopsies: tuple[Biopsy, ...] = ()
    mri_examinations: tuple[MriExamination, ...] = ()
    neurological_examinations: tuple[NeurologicalExamination, ...] = ()
    clinical_lm: tuple[CodedAnswer, ...] = ()
    symptoms: tuple[CodedAnswer, ...] = ()
    performance: tuple[PerformanceStatus, ...] = ()
    variants: tuple[Variant, ...] = ()
    genes_tested: tuple[CodedAnswer, ...] = ()
    receptors: tuple[Receptor, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    corticosteroids: tuple[CodedAnswer, ...] = ()
    disease_status: tuple[DiseaseStatus, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    statements: tuple[Statement, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    lesion_lists_complete: tuple[CodedAnswer, ...] = ()
    reader_forms: tuple[ReaderForm, ...] = ()
    pending: tuple[PendingItem, ...] = ()
    #: Days on which a fact that is still in the future will count (exchange.md 0, future).
    future_days: tuple[date, ...] = ()
