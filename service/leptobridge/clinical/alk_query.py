"""Reported sensitivity for the ALK variants of a sample, or the ALK-independent branch (ALK-Q, 13.3, R-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from leptobridge.clinical.alk_variants import (
    COMPOUNDS,
    DRUGS,
    MEANING,
    SINGLE_VARIANTS,
    in_one_letter_notation,
    reported,
)
from leptobridge.clinical.inputs import STRICT, Day, given
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

VERSION: Final = "alk-q-1"

OtherFinding = Literal["met_amplification", "egfr_mutation", "small_cell_transformation"]

#: Finding of the ALK-independent branch → what seed 004 lists for it (13.3).
OPTION_BY_FINDING: Final[Mapping[OtherFinding, str]] = {
    "met_amplification": "alk_tki_plus_capmatinib_or_savolitinib",
    "egfr_mutation": "alk_tki_plus_osimertinib",
    "small_cell_transformation": "chemo_with_or_without_immunotherapy",
}
NOTHING_FOUND: Final = "unknown_mechanism"
#: What a region-studied statement has to name before an empty list of variants means "none found" (R-14).
KINASE_DOMAIN: Final = "alk_kinase_domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlkQInputs:
    """Rule interface 13, alk_q. ``variants``: ``[]`` = tested and none found; sample type and date are not read.

    ``progressed_on``: drugs progressed on while taken or within 30 days of the last dose (R-14).
    """

    __pydantic_config__ = STRICT

    variants: tuple[str, ...] | None = None
    phase: Literal["cis", "trans", "unknown"] | None = None
    other_findings: tuple[OtherFinding, ...] | None = None
    region_studied: tuple[str, ...] | None = None
    progressed_on: tuple[str, ...] | None = None
    sample_type: Literal["tissue", "plasma", "csf"] | None = None
    sample_date: Day | None = None


def decide_alk_q(inputs: AlkQInputs) -> Result:
    """``kinase_variant``, ``alk_independent`` or ``not_evaluable`` where the kinase domain was not tested (13.3).

    Outputs: ``drugs`` → report for a kinase variant, else ``options`` for the other findings; ``progressed_on`` as
    given, which never changes a report. Variants in another notation than one-letter protein are ``invalid_input``.
    """
    if inputs.variants is None:
        return _result(inputs, "not_evaluable", missing=("variants",))
    if not in_one_letter_notation(inputs.variants):
        return _result(inputs, "invalid_input", reason="variant_notation")
    if inputs.variants:
        return _of_kinase_variants(inputs, frozenset(inputs.variants))
    if inputs.region_studied is not None and KINASE_DOMAIN not in inputs.region_studied:
        return _result(inputs, "not_evaluable", missing=("variants", "region_studied"))
    findings = dict.fromkeys(inputs.other_findings or ())
    options = tuple(OPTION_BY_FINDING[finding] for finding in findings) or (NOTHING_FOUND,)
    return _result(inputs, "alk_independent", outputs={"options": options})


def _of_kinase_variants(inputs: AlkQInputs, variants: frozenset[str]) -> Result:
    drugs, tabulated = reported(variants)
    notes = []
    if len(variants) > 1:
        if not tabulated:
            # Seed 004 says so of compounds in general; it changes no report (13.3).
            notes += ["compound_not_tabulated", "seed_lorlatinib_covers_most_compounds"]
        if inputs.phase in (None, "unknown"):
            notes.append("cis_trans_unknown")
    sensitive_but_failed = any(drugs.get(drug) == "reported_sensitive" for drug in inputs.progressed_on or ())
    return _result(
        inputs,
        "kinase_variant",
        outputs={"drugs": drugs},
        warnings=("conflict_progressed_on_reported_sensitive",) if sensitive_but_failed else (),
        notes=tuple(notes),
    )


def _result(
    inputs: AlkQInputs,
    value: str,
    *,
    outputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Result:
    return Result(
        value=value,
        rule="ALK-Q",
        criteria_version=VERSION,
        inputs_used=tuple(name for name in given(inputs) if not name.startswith("sample_")),
        outputs={"drugs": None, "progressed_on": inputs.progressed_on or (), "options": None, **(outputs or {})},
        reason=reason,
        missing=missing,
        warnings=(*warnings, CRITERIA_NOT_VERIFIED),
        notes=notes,
    )


def _as_data(variants: list[str], entries: str) -> dict[str, Any]:
    return {"variants": variants, **dict(zip(DRUGS, entries.split(), strict=True))}


ALK_Q = System(
    name="alk_q",
    version=VERSION,
    section="13.3",
    purpose="Reported sensitivity per drug for the ALK variants found, or the ALK-independent branch",
    source="Lin 2017, Cancer Discov 7:137, table 2, columns to be checked; Katayama 2014; Shaw 2016 (recall); seed 004",
    evidence="partly_verified",
    inputs=AlkQInputs,
    decide=decide_alk_q,
    values=one_of("kinase_variant", "alk_independent", "not_evaluable", "invalid_input"),
    outputs=(
        Output(
            "drugs",
            "Drug → what is reported for the variants",
            {"type": ["object", "null"], "additionalProperties": one_of(*MEANING.values())},
        ),
        Output("progressed_on", "As given", {"type": "array", "items": {"type": "string"}}),
        Output(
            "options",
            "ALK-independent branch: one per finding",
            {"type": ["array", "null"], "items": one_of(*OPTION_BY_FINDING.values(), NOTHING_FOUND)},
        ),
    ),
    table={
        "13.2": [_as_data(list(variants), entries) for variants, entries in SINGLE_VARIANTS.items()],
        "13.2 compounds": [_as_data(sorted(variants), entries) for variants, entries in COMPOUNDS.items()],
        "entries": MEANING,
        "13.3 without kinase variant": {**OPTION_BY_FINDING, "nothing found": NOTHING_FOUND},
    },
)

SYSTEMS = (ALK_Q,)
