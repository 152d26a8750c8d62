"""The catalogue of fact kinds: kind, item, value type, canonical unit, allowed values and section of exchange.md.

Printed by ``leptobridge facts kinds``. What is asked with a code and answered with one value is generated from
:mod:`observables`; what other resources state, and what is read from several elements together, is listed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from leptobridge.chart.mappings import Mappings
from leptobridge.chart.observables import OBSERVABLES, READER_FORMS


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One row of the catalogue. An ``item`` in angle brackets is open; ``values`` is empty where any value of the type
    is allowed; ``asked`` is the local code that asks for it, empty where other resources state it."""

    kind: str
    item: str
    value_type: str
    unit: str | None
    values: tuple[str, ...]
    section: str
    description: str = ""
    asked: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the item is whatever the sender names."""
        return self.item.startswith("<")


_STATES = ("active", "refuted", "history")
_POLARITY = ("positive", "negative", "equivocal")
_LESION_SIZES = ("longest_mm", "perpendicular_mm", "short_axis_mm")
_LESION_WORDS = ("lesion_id", "role", "kind", "organ", "compartment")
_DRUG_DETAILS = (
    "details name, drug_class, route, anticancer, cns_relevant, dose, dose_unit, reason_for_stop, supporting"
)

_RESOURCE_FACTS: tuple[CatalogueEntry, ...] = (
    CatalogueEntry("patient.birth_date", "", "date", None, (), "1", "time = the date with its precision"),
    CatalogueEntry("patient.sex", "", "code", None, ("male", "female", "other", "unknown"), "1"),
    CatalogueEntry("patient.death", "", "boolean", None, (), "1", "time = date of death where known"),
    CatalogueEntry(
        "patient.last_seen",
        "<resource type>",
        "none",
        None,
        (),
        "1",
        "one for each resource version: its time; details issued, last_updated, received, has_member, specimen",
    ),
    CatalogueEntry("enrolment", "<study>", "text", None, (), "1", "details arm, status; time and end of the period"),
    CatalogueEntry("cancer.primary", "", "code", None, (), "2", "details site, histology, stage, state"),
    CatalogueEntry("lm.diagnosis", "", "code", None, _STATES, "2", "details reason, primary, evidence, recurrent"),
    CatalogueEntry("dural.diagnosis", "dura", "code", None, _STATES, "2"),
    CatalogueEntry("metastasis", "<site>", "code", None, _STATES, "2"),
    CatalogueEntry("comorbidity", "<code>", "code", None, _STATES, "2"),
    CatalogueEntry(
        "csf.sample",
        "specimen",
        "code",
        None,
        ("csf",),
        "3",
        "details site, volume_ml, processed_min, fixed, collected",
    ),
    CatalogueEntry("csf.ctc", "", "integer", "1", (), "3", "details censored, volume_ml, platform", "O#csf-ctc"),
    CatalogueEntry("csf.ctc", "per_ml", "number", "/mL", (), "3", "a concentration as sent", "O#csf-ctc"),
    CatalogueEntry("report", "", "none", None, (), "3", "a DiagnosticReport: details results, specimens"),
    CatalogueEntry("mri.exam", "brain", "code", None, ("brain",), "4"),
    CatalogueEntry("mri.exam", "spine", "code", None, ("full", "part"), "4", "details parts"),
    CatalogueEntry(
        "mri.lm",
        "conclusion",
        "code",
        None,
        ("A", "B", "C", "present", "D_hydrocephalus", "D_normal", "not_done"),
        "4",
        "a report's conclusion, beside the reader's class",
    ),
    *(CatalogueEntry("mri.nodule", item, "number", "mm", (), "4", "", "O#nodule") for item in _LESION_SIZES),
    CatalogueEntry("mri.nodule", "distance_to_leptomeninges_mm", "number", "mm", (), "4", "", "O#nodule"),
    *(CatalogueEntry("mri.nodule", item, "text", None, (), "4", "", "O#nodule") for item in _LESION_WORDS),
    CatalogueEntry("lesion", "", "none", None, (), "4", "a lesion of which nothing is told", "O#lesion"),
    *(CatalogueEntry("lesion", item, "number", "mm", (), "4", "details organ", "O#lesion") for item in _LESION_SIZES),
    *(CatalogueEntry("lesion", item, "text", None, (), "4", "details organ", "O#lesion") for item in _LESION_WORDS),
    CatalogueEntry("lesion", "axial_slices", "integer", None, (), "4", "details organ", "O#lesion"),
    CatalogueEntry("lesion", "irradiated", "boolean", None, (), "4", "details organ", "O#lesion"),
    CatalogueEntry(
        "assessment.item",
        "<input of the rule>",
        "any",
        None,
        (),
        "4",
        "details form, index",
        ", ".join(f"O#{form.replace('_', '-')}" for form in READER_FORMS),
    ),
    CatalogueEntry(
        "variant", "<gene>", "boolean", None, (), "6", "details alteration, specimen_type, method", "O#variant"
    ),
    CatalogueEntry(
        "gene.tested", "<gene>", "text", None, (), "6", "nothing found, unless a variant says so", "O#gene-tested"
    ),
    CatalogueEntry("receptor.her2", "her2_ihc", "integer", None, ("0", "1", "2", "3"), "6", "", "O#her2-ihc"),
    CatalogueEntry("receptor.her2", "her2_fish_ratio", "number", "1", (), "6", "", "O#her2-fish-ratio"),
    CatalogueEntry("receptor.her2", "her2_fish", "answer", None, _POLARITY, "6", "", "O#her2-fish"),
    CatalogueEntry("receptor.her2", "her2_label", "answer", None, _POLARITY, "6", "", "O#her2-label"),
    CatalogueEntry("receptor.er", "er", "answer", None, _POLARITY, "6", "details percent", "O#er"),
    CatalogueEntry("receptor.pr", "pr", "answer", None, _POLARITY, "6", "details percent", "O#pr"),
    CatalogueEntry("pdl1", "pd_l1", "text", None, (), "6", "a result, or the percentage", "O#pd-l1"),
    CatalogueEntry(
        "specimen", "", "code", None, ("blood", "tissue", "other"), "6", "details origin (metastasis …), collected"
    ),
    CatalogueEntry("therapy.drug", "<name or class>", "code", None, ("given", "ordered"), "7", _DRUG_DETAILS),
    CatalogueEntry(
        "therapy.steroid", "<name>", "code", None, ("given", "ordered"), "7", "details dexamethasone_mg_per_day"
    ),
    CatalogueEntry(
        "therapy.radiotherapy", "course", "code", None, ("given",), "7", "details volume, technique, dose_gy …"
    ),
    CatalogueEntry("therapy.surgery", "", "text", None, (), "7", "value = kind of operation"),
    CatalogueEntry("therapy.cart", "", "text", None, (), "7", "an infusion"),
    CatalogueEntry("therapy.cart", "<product>", "text", None, (), "7", "an infusion"),
    CatalogueEntry("statement", "<code>", "any", None, (), "10", "any other local code", "O#…"),
)
#: Readings of several elements, or under another name, that the rows above describe.
_DESCRIBED = frozenset(
    {"form", "lesion", "nodule", "ctc", "variant", "gene_tested", "receptor"}
)  # fmt: skip


def catalogue(mappings: Mappings) -> tuple[CatalogueEntry, ...]:
    """All kinds and items, sorted by section and kind; allowed values come from the answer sets of the mappings."""
    rows = (*_RESOURCE_FACTS, *_asked(mappings))
    return tuple(sorted(rows, key=lambda row: (int(row.section), row.kind, row.item, row.value_type)))


def _asked(mappings: Mappings) -> Iterator[CatalogueEntry]:
    for row in OBSERVABLES.values():
        if row.type == "none" or row.reader in _DESCRIBED:
            continue
        values = mappings.answer_sets[row.answers].values if row.answers else ()
        code = f"O#{row.name.replace('_', '-')}"
        yield CatalogueEntry(row.kind, row.item, row.type, row.unit, values, row.section, "", code)


def format_catalogue(mappings: Mappings) -> str:
    """The catalogue as a table of plain text for the command line."""
    lines = [f"{'kind':<22} {'item':<32} {'type':<8} {'unit':<9} {'section':<8} values; what else is told; asked by"]
    for row in catalogue(mappings):
        told = "; ".join(part for part in (", ".join(row.values), row.description, row.asked) if part)
        lines.append(
            f"{row.kind:<22} {row.item:<32} {row.value_type:<8} {row.unit or '':<9} {row.section:<8} {told}".rstrip()
        )
    return "\n".join(lines)
