"""The catalogue of fact kinds: kind, item, value type, canonical unit, allowed values and section of exchange.md.

Printed by ``leptobridge facts kinds``. What is asked with a code is generated from :mod:`observables`; what other
resources state (Patient, Condition, Specimen, Procedure …) is listed here.
"""

from dataclasses import dataclass

from leptobridge.chart.mappings import Mappings
from leptobridge.chart.observables import OBSERVABLES


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One row of the catalogue. ``values`` is empty where any value of the type is allowed."""

    kind: str
    item: str
    value_type: str
    unit: str | None
    values: tuple[str, ...]
    section: str
    description: str = ""


_RESOURCE_FACTS: tuple[CatalogueEntry, ...] = (
    CatalogueEntry("patient.birth_date", "", "date", None, (), "1", "time = the date with its precision"),
    CatalogueEntry("patient.sex", "", "code", None, ("male", "female", "other", "unknown"), "1"),
    CatalogueEntry("patient.death", "", "boolean", None, (), "1", "time = date of death where known"),
    CatalogueEntry(
        "patient.last_seen",
        "resource type",
        "date",
        None,
        (),
        "1",
        "one for each resource version: its clinical time; details issued, last_updated, received, has_member",
    ),
    CatalogueEntry("enrolment", "study", "text", None, (), "1", "details arm, status; time and end of the period"),
    CatalogueEntry("cancer.primary", "", "code", None, (), "2", "details site, histology, stage"),
    CatalogueEntry("lm.diagnosis", "", "code", None, ("active", "refuted", "history"), "2", "details reason, primary"),
    CatalogueEntry("dural.diagnosis", "", "code", None, ("active", "refuted", "history"), "2"),
    CatalogueEntry("metastasis", "site", "code", None, ("active", "refuted", "history"), "2"),
    CatalogueEntry("comorbidity", "code", "code", None, ("active", "refuted", "history"), "2"),
    CatalogueEntry("csf.sample", "specimen", "code", None, (), "3", "details site, volume_ml, processed_min, fixed"),
    CatalogueEntry("specimen", "", "code", None, ("blood", "tissue", "other"), "6", "details origin (metastasis …)"),
    CatalogueEntry("report", "", "none", None, (), "3", "a DiagnosticReport: details results, specimens"),
    CatalogueEntry("mri.exam", "region", "code", None, ("brain", "spine", "spine_part"), "4"),
    CatalogueEntry(
        "therapy.drug",
        "generic name or class",
        "code",
        None,
        ("given", "ordered"),
        "7",
        "details drug_class, route, anticancer, cns_relevant, dose, dose_unit, reason_for_stop, line, event",
    ),
    CatalogueEntry("therapy.radiotherapy", "course", "code", None, (), "7", "details volume, technique, dose_gy …"),
    CatalogueEntry("therapy.surgery", "", "text", None, (), "7", "value = kind of operation"),
    CatalogueEntry("therapy.cart", "", "text", None, (), "7"),
)


def catalogue(mappings: Mappings) -> tuple[CatalogueEntry, ...]:
    """All kinds and items, sorted by section and kind; allowed values come from the answer sets of the mappings."""
    asked = (
        CatalogueEntry(
            row.kind,
            row.item,
            row.type,
            row.unit,
            mappings.answer_sets[row.answers].values if row.answers else (),
            row.section,
            f"O#{row.name.replace('_', '-')}",
        )
        for row in OBSERVABLES.values()
    )
    rows = (*_RESOURCE_FACTS, *asked)
    return tuple(sorted(rows, key=lambda row: (int(row.section), row.kind, row.item)))


def format_catalogue(mappings: Mappings) -> str:
    """The catalogue as a table of plain text for the command line."""
    lines = [f"{'kind':<22} {'item':<32} {'type':<8} {'unit':<9} {'section':<8} values"]
    for row in catalogue(mappings):
        values = ", ".join(row.values) or row.description
        lines.append(
            f"{row.kind:<22} {row.item:<32} {row.value_type:<8} {row.unit or '':<9} {row.section:<8} {values}".rstrip()
        )
    return "\n".join(lines)
