"""RANO-BM response at one time point (6.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leptobridge.clinical.decision_table import as_data
from leptobridge.clinical.inputs import STRICT, NonNegative, given
from leptobridge.clinical.rano_bm_rules import (
    NO_TARGETS,
    ROWS,
    WORSE_SUSTAINED_DAYS,
    WORSE_UNTIL_KPS,
    ClinicalStatus,
    Corticosteroids,
    Criteria,
    KarnofskyCourse,
    NewLesion,
    NonTargets,
    is_impossible,
    respond,
    status_by_kps,
)
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of, one_of_or_null
from leptobridge.clinical.target_lesions import (
    PD_FROM_PERCENT,
    PD_GROWTH_MM,
    PR_UNTIL_PERCENT,
    Sizes,
    possible_target_responses,
    total_of,
)

VERSION: Final = "rano-bm-2015"
SCANS: Final = ("baseline_mm", "nadir_mm", "current_mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class RanoBmInputs:
    """Rule interface 6, rano_bm. Sizes: longest diameter of each target in mm, in the same order at every scan.

    An empty array means that there were no targets; the nadir is the scan of the smallest sum, baseline included.
    """

    __pydantic_config__ = STRICT

    baseline_mm: tuple[NonNegative | None, ...] | None = None
    nadir_mm: tuple[NonNegative | None, ...] | None = None
    current_mm: tuple[NonNegative | None, ...] | None = None
    non_targets: NonTargets | None = None
    new_lesion: NewLesion | None = None
    corticosteroids: Corticosteroids | None = None
    clinical_status: ClinicalStatus | None = None
    kps: KarnofskyCourse | None = None
    immunotherapy: bool | None = None


def decide_rano_bm(inputs: RanoBmInputs) -> Result:
    """``CR``, ``PR``, ``SD``, ``PD``, ``NE`` or ``invalid_input`` (6.2).

    Outputs: ``target_response``, the targets alone; ``recist_1_1_target_response``, the same lesions by their sum
    (D-08). Both are ``None`` without targets. Unknown criteria are tried at each value (G1).
    """
    impossible = _why_impossible(inputs)
    if impossible:
        return _result(inputs, "invalid_input", "6.2", reason=impossible)
    scans = (inputs.baseline_mm, inputs.nadir_mm, inputs.current_mm)
    no_targets = () in scans
    targets: frozenset[str] = frozenset({NO_TARGETS}) if no_targets else possible_target_responses(*scans)
    recist: frozenset[str] = frozenset({NO_TARGETS}) if no_targets else possible_target_responses(*map(_as_sum, scans))
    clinical_status, missing_of_clinical_status = _clinical_status(inputs)
    criteria = Criteria(
        targets=targets,
        non_targets=inputs.non_targets,
        new_lesion=inputs.new_lesion,
        corticosteroids=inputs.corticosteroids,
        clinical_status=clinical_status,
        immunotherapy=inputs.immunotherapy,
    )
    tried = respond(criteria)
    missing: list[str] = []
    for name in tried.missing:
        match name:
            case "targets":
                missing += [scan for scan, sizes in zip(SCANS, scans, strict=True) if sizes is None or None in sizes]
            case "clinical_status":
                missing += missing_of_clinical_status
            case _:
                missing.append(name)
    value = tried.agreed or "NE"
    return _result(
        inputs,
        value,
        f"6.2/{value}",
        targets=_only(targets),
        recist=_only(recist),
        # Steroids that were increased leave no other response than PD, so they are the reason of every NE.
        reason="steroid_increase" if value == "NE" and inputs.corticosteroids == "increased" else None,
        missing=tuple(missing),
        candidates=tuple(possible for possible in tried.decisions if possible != "NE") if missing else (),
    )


def _why_impossible(inputs: RanoBmInputs) -> str | None:
    scans = [sizes for sizes in (inputs.baseline_mm, inputs.nadir_mm, inputs.current_mm) if sizes is not None]
    if len(set(map(len, scans))) > 1:
        return "not_the_same_lesions"
    if 0 in (inputs.baseline_mm or ()):
        return "target_absent_at_baseline"
    baseline, nadir = total_of(inputs.baseline_mm), total_of(inputs.nadir_mm)
    if baseline is not None and nadir is not None and nadir > baseline:
        return "nadir_above_baseline"
    return "impossible_kps" if is_impossible(inputs.kps) else None


def _clinical_status(inputs: RanoBmInputs) -> tuple[frozenset[str], list[str]]:
    """What the status can be, and what would settle it; the clinician's goes before one from Karnofsky (G9)."""
    if inputs.clinical_status is not None:
        return frozenset({inputs.clinical_status}), []
    if inputs.kps is None:
        return frozenset({"stable", "worse"}), ["clinical_status"]
    by_kps = status_by_kps(inputs.kps)
    return frozenset(by_kps.decisions), ["clinical_status", *by_kps.missing]


def _as_sum(sizes: Sizes) -> Sizes:
    """The sum as the only size, beside ``None`` if a lesion is unknown: what is known is at least there."""
    if sizes is None:
        return None
    known = [size for size in sizes if size is not None]
    return (sum(known, Decimal(0)), Decimal(0) if len(known) == len(sizes) else None)


def _only(possible: Iterable[str]) -> str | None:
    first, *others = possible
    return "NE" if others else None if first == NO_TARGETS else first


def _result(
    inputs: RanoBmInputs,
    value: str,
    rule: str,
    *,
    targets: str | None = None,
    recist: str | None = None,
    reason: str | None = None,
    missing: tuple[str, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Result:
    followed = inputs.new_lesion == "equivocal" or (
        inputs.new_lesion == "present" and inputs.immunotherapy is True and value != "PD"
    )
    return Result(
        value=value,
        rule=rule,
        criteria_version=VERSION,
        inputs_used=given(inputs),
        outputs={"target_response": targets, "recist_1_1_target_response": recist},
        reason=reason,
        missing=missing,
        warnings=(CRITERIA_NOT_VERIFIED,),
        flags=("follow_new_lesion",) if followed else (),
        candidates=candidates,
    )


_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")

RANO_BM = System(
    name="rano_bm",
    version=VERSION,
    section="6.2",
    purpose="RANO-BM response at one time point",
    source="Lin 2015, Lancet Oncol 16:e270; PMC6499019 table T4; 5 mm and Karnofsky from recall, gaps by decision",
    evidence="partly_verified",
    inputs=RanoBmInputs,
    decide=decide_rano_bm,
    values=one_of(*_RESPONSES, "invalid_input"),
    outputs=(
        Output("target_response", "The targets alone", one_of_or_null(*_RESPONSES)),
        Output("recist_1_1_target_response", "The same lesions by the sum rule of 7.1", one_of_or_null(*_RESPONSES)),
    ),
    table={
        "6.2": as_data(ROWS),
        "targets": {
            "PR_until_percent_of_baseline": PR_UNTIL_PERCENT,
            "PD_from_percent_of_nadir": PD_FROM_PERCENT,
            "PD_growth_of_a_lesion_mm": PD_GROWTH_MM,
        },
        "clinical_status worse": {
            "kps_until_by_baseline": WORSE_UNTIL_KPS,
            "sustained_days": WORSE_SUSTAINED_DAYS,
            "other_cause": False,
        },
    },
)

SYSTEMS = (RANO_BM,)
