"""One resource for each invariant of the profiles that breaks it and no other: an example with one thing changed."""

from collections.abc import Callable, Mapping
from typing import Any

from leptobridge.fhir.vocabulary import CRITERION, DATA_ABSENT_REASON, FINDING, OBSERVABLE, SNOMED, UCUM
from tests.profiles.compiled import example

Json = dict[str, Any]


def finding(code: str) -> Json:
    return {"coding": [{"system": FINDING, "code": code}]}


def with_elements(source: str | Json, **elements: Any) -> Json:
    """An example (or what was made of one) with other elements; None removes one."""
    merged = (example(source) if isinstance(source, str) else source) | elements
    return {element: value for element, value in merged.items() if value is not None}


def with_component(name: str, code: str, *, system: str = OBSERVABLE, **content: Any) -> Json:
    """An example with other content of a component (added where it is not there, taken out where there is none)."""
    changed = example(name)
    rest = [c for c in changed["component"] if c["code"]["coding"][0]["code"] != code]
    if content:
        rest.append({"code": {"coding": [{"system": system, "code": code}]}, **content})
    changed["component"] = rest
    return changed


def _with_no_component_but(changed: Json, *kept: str) -> Json:
    changed["component"] = [c for c in changed["component"] if c["code"]["coding"][0]["code"] in kept]
    return changed


def _percent(value: int) -> Json:
    return {"valueQuantity": {"value": value, "unit": "%", "system": UCUM, "code": "%"}}


def _shares() -> Json:
    changed = with_component(CARD, "linear-share-percent", **_percent(70))
    changed["component"].append(
        {"code": {"coding": [{"system": OBSERVABLE, "code": "nodule-share-percent"}]}, **_percent(20)}
    )
    return changed


def _eligible() -> Json:
    """All clinical criteria as they were, and yet eligible."""
    return with_elements(VERDICT, valueCodeableConcept=finding("eligible"))


CARD = "Observation/wei-lan-card-2"
EXAMINATION = "Observation/wei-lan-examination-2"
CLASS = "Observation/wei-lan-eano-esmo-classification"
RESPONSE = "Observation/wei-lan-lm-response-2026-03-16"
VERDICT = "Observation/wei-lan-trial-eligibility-NCT04343573"
REFUTED = "Condition/duarte-lm-refuted"

FAIL_EXAMPLES: Mapping[str, Callable[[], Json]] = {
    "lm-dx-1": lambda: with_elements(
        "Condition/wei-lan-lm", code={"coding": [{"system": SNOMED, "code": "128462008"}]}, bodySite=None
    ),
    "lm-dx-2": lambda: with_elements(REFUTED, note=None),
    "lm-dx-3": lambda: with_elements(
        "Condition/wei-lan-lm", code={"coding": finding("dural-metastasis")["coding"], "text": "dural metastasis"}
    ),
    "dm-1": lambda: with_elements(
        "Condition/duarte-dural", code={"coding": [{"system": SNOMED, "code": "128462008"}]}
    ),
    "sc-1": lambda: _with_no_component_but(example(CARD), "brain-imaged", "spine-imaged"),
    "sc-2": lambda: with_component(CARD, "hydrocephalus-change", valueCodeableConcept=finding("worse")),
    "sc-3": lambda: with_component(CARD, "brain-linear", valueCodeableConcept=finding("not-evaluable")),
    "sc-4": lambda: with_component(CARD, "brain-nodule-size", valueString="12 mm"),
    "sc-5": _shares,
    "ne-1": lambda: _with_no_component_but(
        with_component(EXAMINATION, "attribution", valueCodeableConcept=finding("lm")), "attribution"
    ),
    "ps-1": lambda: with_elements("Observation/wei-lan-ecog", valueInteger=6),
    "ps-2": lambda: with_elements(
        "Observation/wei-lan-ecog", valueInteger=75, code={"coding": [{"system": OBSERVABLE, "code": "kps"}]}
    ),
    "sp-1": lambda: with_elements("Specimen/wei-lan-csf-1", collection={"method": {"text": "lumbar puncture"}}),
    "sp-2": lambda: with_elements(
        "Specimen/wei-lan-csf-1",
        collection={
            "collectedDateTime": "2026-01-06",
            "quantity": {"value": -4, "unit": "mL", "system": UCUM, "code": "mL"},
        },
    ),
    "cy-1": lambda: with_elements(
        "Observation/wei-lan-cytology-1", code={"coding": [{"system": "http://loinc.org", "code": "32190-1"}]}
    ),
    "cy-2": lambda: with_elements("Observation/wei-lan-cytology-1", valueCodeableConcept=None),
    "ct-1": lambda: with_component("Observation/wei-lan-ctc", "volume-ml"),
    "ct-2": lambda: with_elements("Observation/wei-lan-ctc", valueInteger=-1),
    "ch-1": lambda: with_elements("Observation/wei-lan-protein", valueQuantity={"value": 92}),
    "va-1": lambda: with_component("Observation/wei-lan-variant", "48018-6"),
    "ds-1": lambda: with_component("Observation/wei-lan-body", "compartment"),
    "lc-1": lambda: with_elements(CLASS, status="preliminary"),
    "lc-2": lambda: _with_no_component_but(
        with_elements("Observation/wei-lan-rano-bm", valueCodeableConcept=finding("NE")), "rule", "criteria-version"
    ),
    "cl-1": lambda: with_elements(CLASS, valueCodeableConcept=finding("probable")),
    "cl-2": lambda: with_elements(
        with_component(CLASS, "type"), valueCodeableConcept=finding("possible")
    ),
    "cl-3": lambda: with_elements(
        with_component(CLASS, "type", valueCodeableConcept=finding("II")), valueCodeableConcept=finding("refuted")
    ),
    "lr-1": lambda: with_component(RESPONSE, "pd-date", valueDateTime="2026-03-16"),
    "lr-2": lambda: with_elements(
        with_component(RESPONSE, "clinical-benefit", valueCodeableConcept=finding("improved")),
        valueCodeableConcept=finding("SUSPECTED_PD"),
    ),
    "te-1": _eligible,
    "te-2": lambda: with_elements(VERDICT, valueCodeableConcept=finding("ineligible")),
    "te-3": lambda: with_component(
        VERDICT, "NCT04343573.I1", system=CRITERION, valueCodeableConcept=finding("not-met")
    ),
    "te-4": lambda: with_component(
        VERDICT, "NCT04343573.I1", system=CRITERION, valueCodeableConcept=finding("met"),
        dataAbsentReason={"coding": [{"system": DATA_ABSENT_REASON, "code": "unknown"}]},
    ),
}  # fmt: skip
