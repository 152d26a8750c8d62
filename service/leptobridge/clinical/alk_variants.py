"""What is reported of ALK kinase variants and ALK inhibitors (13.2): literature retrieval, not a prescription."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

Report = Literal["reported_sensitive", "reported_resistant", "conflict", "no_data"]

DRUGS: Final = ("crizotinib", "ceritinib", "alectinib", "brigatinib", "lorlatinib", "ensartinib")
#: S reported targeted, R reported resistance, S/R both, . no entry.
MEANING: Final[Mapping[str, Report]] = {
    "S": "reported_sensitive",
    "R": "reported_resistant",
    "S/R": "conflict",
    ".": "no_data",
}
#: Variants of a row of 13.2 that share its entries → the entries in the order of ``DRUGS``. A row holds for each
#: substitution that it names and for no other; S (T/N) at I1171 holds for those two alone.
SINGLE_VARIANTS: Final[Mapping[tuple[str, ...], str]] = {
    ("I1151Tins",): "R R . S S .",
    ("L1152P", "L1152R"): "R R S S S .",
    ("C1156Y", "C1156T"): "R R S S S S",
    ("I1171T", "I1171N"): "R S R . S .",
    ("I1171S",): "R . R . S .",
    ("F1174C", "F1174L", "F1174V"): "R R S S S .",
    ("V1180L",): "R S R . . .",
    ("L1196M",): "R S S S S S",
    ("L1198F",): "S . . . . .",
    ("G1202R",): "R R R S/R S .",
    ("S1206C", "S1206Y"): "R S S . S .",
    ("E1210K",): "R . . . S .",
    ("G1269A", "G1269S"): "R S S S S .",
}
#: Compounds of 13.2. That C1156Y + L1198F is sensitive to crizotinib is recall (Shaw 2016).
COMPOUNDS: Final[Mapping[frozenset[str], str]] = {
    frozenset({"C1156Y", "L1198F"}): "S . . . R .",
    frozenset({"E1210K", "S1206C"}): ". . . R . .",
    frozenset({"E1210K", "D1203N"}): ". . . R . .",
}


def _by_drug(entries: str) -> Mapping[str, Report]:
    return {drug: MEANING[entry] for drug, entry in zip(DRUGS, entries.split(), strict=True)}


_BY_VARIANT: Final = {
    variant: _by_drug(entries) for variants, entries in SINGLE_VARIANTS.items() for variant in variants
}
_BY_COMPOUND: Final = {variants: _by_drug(entries) for variants, entries in COMPOUNDS.items()}
_NO_ENTRY: Final = _by_drug(" ".join("." for _ in DRUGS))

#: One-letter protein notation of a substitution, insertion, deletion or duplication: ``G1202R``, ``I1151Tins``.
_NOTATION: Final = re.compile(r"[A-Z]\d+(_[A-Z]\d+)?([A-Z]|[A-Z]*(ins|del|dup|delins)[A-Z]*)")


def in_one_letter_notation(variants: Iterable[str]) -> bool:
    """Whether the table can be asked for these names; another notation would read as "no data"."""
    return all(_NOTATION.fullmatch(variant) for variant in variants)


def reported(variants: frozenset[str]) -> tuple[Mapping[str, Report], bool]:
    """Drug → report for the variants of one sample, at least one; and whether the table has a row for just these.

    A compound without a row of its own is resistant where any of its variants plainly is (S/R is not), and otherwise
    ``no_data``: a compound can resist a drug that covers each single variant (13.3, D-34).
    """
    if len(variants) == 1:
        (variant,) = variants
        return _BY_VARIANT.get(variant, _NO_ENTRY), variant in _BY_VARIANT
    if variants in _BY_COMPOUND:
        return _BY_COMPOUND[variants], True
    rows = [_BY_VARIANT.get(variant, _NO_ENTRY) for variant in variants]
    return {
        drug: "reported_resistant" if any(row[drug] == "reported_resistant" for row in rows) else "no_data"
        for drug in DRUGS
    }, False
