"""The decision table of EANO-ESMO certainty (2.3), read by :mod:`leptobridge.clinical.eano_esmo`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PATTERN: Final = frozenset({"A", "B", "C", "present"})
NO_PATTERN: Final = frozenset({"D_hydrocephalus", "D_normal"})
OPEN: Final = frozenset({"not_done"})

#: Rules that rest on verified text alone; every other carries ``criteria_not_verified`` (G10).
VERIFIED: Final = frozenset({"EE1", "EE2", "EE4"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row of 2.3. ``clinical`` and ``cancer`` default to any; without ``certainty`` the row is not evaluable."""

    rule: str
    tumour_cells: bool
    mri: frozenset[str]
    clinical: tuple[str, ...] = ("typical", "atypical", "none", "unknown")
    cancer: tuple[str, ...] = ("yes", "no", "unknown")
    type: str | None = None
    certainty: str | None = None
    warning: str | None = None
    missing: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


_NORMAL_OR_ATYPICAL: Final = ("atypical", "none")
_UNKNOWN: Final = ("unknown",)
_CANCER_POSSIBLE: Final = ("yes", "unknown")
_ANY_CERTAINTY: Final = ("lack_of_evidence", "possible", "probable")
_PROBABLE_OR_POSSIBLE: Final = ("possible", "probable")
_POSSIBLE_OR_LACK: Final = ("lack_of_evidence", "possible")

#: M5, open for 2023: the two D rows of EE6 stand apart, so that a site can rank D_hydrocephalus differently. Where the
#: patient has no known cancer the unknown clinical class of EE9 changes nothing, so G1 gives the result.
TABLE: Final[tuple[Row, ...]] = (
    Row("EE1", True, PATTERN, type="I", certainty="confirmed"),
    Row("EE2", True, NO_PATTERN, type="I", certainty="confirmed"),
    Row("EE3", True, OPEN, type="I", certainty="confirmed", warning="mri_missing", missing=("mri_lm",)),
    Row("EE4", False, PATTERN, ("typical",), ("yes",), type="II", certainty="probable"),
    Row("EE4", False, PATTERN, ("typical",), _UNKNOWN, "II", missing=("cancer",), candidates=_PROBABLE_OR_POSSIBLE),
    Row("EE5", False, PATTERN, _NORMAL_OR_ATYPICAL, type="II", certainty="possible"),
    Row("EE6", False, frozenset({"D_hydrocephalus"}), ("typical",), type="II", certainty="possible"),
    Row("EE6", False, frozenset({"D_normal"}), ("typical",), type="II", certainty="possible"),
    Row("EE7", False, NO_PATTERN, _NORMAL_OR_ATYPICAL, certainty="lack_of_evidence"),
    Row("EE8", False, OPEN, ("typical",), _CANCER_POSSIBLE, missing=("mri_lm",), candidates=_PROBABLE_OR_POSSIBLE),
    Row("EE8", False, OPEN, ("typical",), ("no",), missing=("mri_lm",), candidates=("possible",)),
    Row("EE8", False, OPEN, _NORMAL_OR_ATYPICAL, missing=("mri_lm",), candidates=_POSSIBLE_OR_LACK),
    Row("EE8", False, OPEN, _UNKNOWN, _CANCER_POSSIBLE, missing=("mri_lm", "clinical_lm"), candidates=_ANY_CERTAINTY),
    Row("EE8", False, OPEN, _UNKNOWN, ("no",), missing=("mri_lm", "clinical_lm"), candidates=_POSSIBLE_OR_LACK),
    Row("EE9", False, PATTERN, _UNKNOWN, ("yes",), "II", missing=("clinical_lm",), candidates=_PROBABLE_OR_POSSIBLE),
    Row(
        "EE9",
        False,
        PATTERN,
        _UNKNOWN,
        _UNKNOWN,
        type="II",
        missing=("clinical_lm", "cancer"),
        candidates=_PROBABLE_OR_POSSIBLE,
    ),
    Row("EE9", False, PATTERN, _UNKNOWN, ("no",), type="II", certainty="possible"),
    Row("EE10", False, NO_PATTERN, _UNKNOWN, missing=("clinical_lm",), candidates=_POSSIBLE_OR_LACK),
    Row("EE11", False, PATTERN, ("typical",), ("no",), type="II", certainty="possible", warning="no_known_cancer"),
)

#: The table by (tumour cells found, mri_lm, clinical_lm, cancer).
ROWS: Final[Mapping[tuple[bool, str, str, str], Row]] = {
    (row.tumour_cells, mri, clinical, cancer): row
    for row in TABLE
    for mri in row.mri
    for clinical in row.clinical
    for cancer in row.cancer
}

#: The table for the clinician who compares it with the paper.
PRINTED: Final[list[dict[str, Any]]] = [
    {
        "rule": row.rule,
        "cytology_or_biopsy": "positive" if row.tumour_cells else "none positive",
        "mri_lm": sorted(row.mri),
        "clinical_lm": list(row.clinical),
        "cancer": list(row.cancer),
        "type": row.type,
        "certainty": row.certainty or "not_evaluable",
        "warning": row.warning,
        "missing": list(row.missing),
    }
    for row in TABLE
]
