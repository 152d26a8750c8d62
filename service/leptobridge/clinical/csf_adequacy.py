"""Adequacy of CSF samples, and whether a negative can be relied on (ADQ, 11.1)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from leptobridge.clinical.inputs import STRICT, CsfSample, Site
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

Grade = Literal["optimal", "acceptable", "suboptimal", "inadequate", "not_evaluable"]

MINIMUM_VOLUME_ML = Decimal(5)
IDEAL_ABOVE_ML = Decimal(10)
PROCESSED_WITHIN_MIN = Decimal(30)
#: Grades of which a negative counts (CSF4, 11.1).
ADEQUATE: Final[frozenset[Grade]] = frozenset({"optimal", "acceptable"})
#: A negative is relied on from so many adequate samples.
RELIABLE_NEGATIVES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfSampleAdequacyInputs:
    """Rule interface 11, csf_sample_adequacy; the date of a sample is not needed."""

    __pydantic_config__ = STRICT

    samples: tuple[CsfSample, ...]
    known_disease_site: Site | None = None


def sample_grade(sample: CsfSample) -> Grade:
    """Grade by volume and handling (11.1); below 5 ml ``inadequate`` whatever the result."""
    if sample.volume_ml is None:
        return "not_evaluable"
    if sample.volume_ml < MINIMUM_VOLUME_ML:
        return "inadequate"
    prompt = handled_in_time(sample)
    if prompt is None:
        return "not_evaluable"
    if not prompt:
        return "suboptimal"
    return "optimal" if sample.volume_ml > IDEAL_ABOVE_ML else "acceptable"


def handled_in_time(sample: CsfSample) -> bool | None:
    """Processed within 30 minutes or fixed at once; ``None`` where neither is known to hold and one is unknown."""
    if sample.fixed or (sample.processed_min is not None and sample.processed_min <= PROCESSED_WITHIN_MIN):
        return True
    return None if sample.fixed is None or sample.processed_min is None else False


def unknown_grade_fields(sample: CsfSample) -> tuple[str, ...]:
    """The unknown fields that decide the grade of a sample; empty where it has one."""
    if sample_grade(sample) != "not_evaluable":
        return ()
    fields = ["volume_ml"] if sample.volume_ml is None else []
    if handled_in_time(sample) is None:
        fields += [name for name in ("processed_min", "fixed") if getattr(sample, name) is None]
    return tuple(fields)


def decide_csf_sample_adequacy(inputs: CsfSampleAdequacyInputs) -> Result:
    """``positive``, ``reliable_negative`` or ``not_reliable``; output ``grades``, one per sample in their order.

    A negative whose grade or site is unknown cannot be shown to be adequate, so it does not make a result reliable.
    """
    grades = tuple(map(sample_grade, inputs.samples))
    negatives = [
        (sample, grade)
        for sample, grade in zip(inputs.samples, grades, strict=True)
        if sample.csf_cytology == "negative"
    ]
    adequate = [sample for sample, grade in negatives if grade in ADEQUATE]
    site = inputs.known_disease_site
    if any(sample.csf_cytology == "positive" for sample in inputs.samples):
        value = "positive"
    elif len(adequate) >= RELIABLE_NEGATIVES and (site is None or any(sample.site == site for sample in adequate)):
        value = "reliable_negative"
    else:
        value = "not_reliable"
    missing = {field for sample in inputs.samples for field in unknown_grade_fields(sample)}
    if value == "not_reliable":
        missing |= {"csf_cytology"} if any(sample.csf_cytology is None for sample in inputs.samples) else set()
        missing |= {"site"} if site and any(sample.site is None for sample in adequate) else set()
    # A late and unfixed sample of unknown volume is suboptimal or inadequate: either calls for another one.
    repeat = any(
        grade in ("suboptimal", "inadequate") or handled_in_time(sample) is False for sample, grade in negatives
    )
    return Result(
        value=value,
        rule="ADQ",
        criteria_version="adq-1",
        inputs_used=("samples",) if site is None else ("samples", "known_disease_site"),
        outputs={"grades": grades},
        missing=tuple(sorted(missing)),
        warnings=(CRITERIA_NOT_VERIFIED,),
        actions=("repeat_lumbar_puncture",) if repeat else (),
    )


_IN_TIME: Final = f"at most {PROCESSED_WITHIN_MIN} min, or fixed at once"
_LATE: Final = f"> {PROCESSED_WITHIN_MIN} min, unfixed"

CSF_SAMPLE_ADEQUACY = System(
    name="csf_sample_adequacy",
    version="adq-1",
    section="11.1",
    purpose="Grade of each CSF sample, and whether a negative can be relied on",
    source="Glantz 1998; Le Rhun 2023, table 1; seed 000; grades are a project decision",
    evidence="project_decision",
    inputs=CsfSampleAdequacyInputs,
    decide=decide_csf_sample_adequacy,
    values=one_of("positive", "reliable_negative", "not_reliable"),
    outputs=(
        Output(
            "grades",
            "One per sample, in the order sent",
            {
                "type": "array",
                "items": one_of("optimal", "acceptable", "suboptimal", "inadequate", "not_evaluable"),
            },
        ),
    ),
    table={
        "ADQ": [
            {"volume": f"> {IDEAL_ABOVE_ML} ml", "processed": _IN_TIME, "grade": "optimal"},
            {"volume": f"{MINIMUM_VOLUME_ML} to {IDEAL_ABOVE_ML} ml", "processed": _IN_TIME, "grade": "acceptable"},
            {"volume": f"at least {MINIMUM_VOLUME_ML} ml", "processed": _LATE, "grade": "suboptimal"},
            {"volume": f"< {MINIMUM_VOLUME_ML} ml", "processed": "any", "grade": "inadequate"},
        ]
    },
)

SYSTEMS = (CSF_SAMPLE_ADEQUACY,)
