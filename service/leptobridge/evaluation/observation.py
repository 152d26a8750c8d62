"""A conclusion as the Observation that goes back, and its Provenance (exchange.md 12)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.provenance import Provenance

from leptobridge.clinical.result import Result
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.naming import finding, is_identifier, observable, to_code
from leptobridge.fhir import vocabulary

#: Types that R4 allows in Observation.derivedFrom; other evidence goes into the extension.
DERIVED_FROM_TYPES = frozenset(
    {"Observation", "QuestionnaireResponse", "ImagingStudy", "DocumentReference", "Media", "MolecularSequence"}
)

#: UCUM units of numeric outputs, by the last word of their name (rule-interface 0.2: units are part of the name).
UNITS = {"mm": "mm", "ml": "mL", "mg": "mg", "days": "d", "min": "min", "percent": "%", "months": "mo"}
#: UCUM units of numeric values of whole rule sets; a score has none.
VALUE_UNITS = {"csf_ctc": "/mL"}
NO_UNIT = "1"

#: Repeated list components and whether their entries name inputs (``O#``) or identifiers (``F#``).
LISTS = {
    "missing": observable,
    "warnings": finding,
    "flags": finding,
    "actions": finding,
    "notes": finding,
    "candidates": finding,
}


def build_observation(
    conclusion: Conclusion, *, observation_id: str, issued: datetime, status: str = "final"
) -> dict[str, Any]:
    """The Observation of a conclusion as JSON data, checked against the R4B model.

    ``issued`` has a zone. ``status``: ``final``, ``amended`` when it supersedes, ``entered-in-error`` when the
    conclusion is no longer made. It conforms to the profiles of ``profiles/`` and claims none: servers refuse the claim
    of a profile that they do not know.
    """
    result = conclusion.result
    document: dict[str, Any] = {
        "resourceType": "Observation",
        "id": observation_id,
        "identifier": [{"system": vocabulary.CONCLUSION, "value": conclusion.identifier}],
        "status": status,
        "category": [{"coding": [{"system": vocabulary.OBSERVATION_CATEGORY, "code": _category(conclusion.system)}]}],
        "code": observable(conclusion.system),
        "subject": {"reference": f"Patient/{conclusion.person}"},
        "effectiveDateTime": conclusion.effective.isoformat(),
        "issued": issued.isoformat(timespec="milliseconds"),
    }
    if conclusion.trial is not None:
        document["focus"] = [{"type": "ResearchStudy", "identifier": study_identifier(conclusion.trial)}]
    if isinstance(result.value, str):
        document["valueCodeableConcept"] = finding(result.value)
    else:
        document.update(_value(result.value, VALUE_UNITS.get(conclusion.system, NO_UNIT)))
    evidence = dict.fromkeys(source.reference for source in conclusion.evidence)
    derived = [reference for reference in evidence if reference.split("/")[0] in DERIVED_FROM_TYPES]
    other = [reference for reference in evidence if reference.split("/")[0] not in DERIVED_FROM_TYPES]
    if other:
        document["extension"] = [
            {"url": vocabulary.WORKFLOW_SUPPORTING_INFO, "valueReference": {"reference": reference}}
            for reference in other
        ]
    if derived:
        document["derivedFrom"] = [{"reference": reference} for reference in derived]
    document["component"] = [*_components(conclusion)]
    Observation.model_validate(document)
    return document


def build_provenance(
    conclusion: Conclusion, *, observation_id: str, version: int, recorded: datetime, messages: Mapping[str, str]
) -> dict[str, Any]:
    """Provenance of one Observation version, down to the messages that its facts came from.

    ``messages``: evidence reference → id of the receipt in which that version came. The id is deterministic: one
    Provenance per Observation version.
    """
    entities = [
        {
            "role": "source",
            "what": {"reference": f"{reference}/_history/{version_used}"}
            | (
                {"identifier": {"system": f"{vocabulary.BASE}/receipt", "value": messages[reference]}}
                if reference in messages
                else {}
            ),
        }
        for reference, version_used in dict.fromkeys((s.reference, s.version) for s in conclusion.evidence)
    ]
    document: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": f"{observation_id}-{version}",
        "target": [{"reference": f"Observation/{observation_id}/_history/{version}"}],
        "recorded": recorded.isoformat(timespec="milliseconds"),
        "activity": {"coding": [{"system": vocabulary.DATA_OPERATION, "code": "CREATE" if version == 1 else "UPDATE"}]},
        "agent": [
            {
                "type": {"coding": [{"system": vocabulary.PROVENANCE_PARTICIPANT, "code": "assembler"}]},
                "who": {"display": f"LeptoBridge, rule set {conclusion.result.criteria_version}"},
            }
        ],
    }
    if entities:
        document["entity"] = entities
    Provenance.model_validate(document)
    return document


def study_identifier(registry_id: str) -> dict[str, str]:
    """Identifier of a study in its registry (exchange.md 12)."""
    system = vocabulary.CHICTR if registry_id.startswith("ChiCTR") else vocabulary.CLINICALTRIALS_GOV
    return {"system": system, "value": registry_id}


def _category(system: str) -> str:
    return "laboratory" if system.startswith("csf_") else "exam"


def _components(conclusion: Conclusion) -> Iterator[dict[str, Any]]:
    result = conclusion.result
    yield {"code": observable("rule"), "valueString": result.rule}
    yield {"code": observable("criteria_version"), "valueString": result.criteria_version}
    for name, output in result.outputs.items():
        # R4 (obs-7) forbids a component with the code of its Observation beside a value.
        yield from _output(f"{name}_output" if name == conclusion.system else name, output)
    if result.reason:
        # The reason of a refutation is a clinician's text, every other reason one of the rules' own words.
        text = result.value == "refuted" or not is_identifier(result.reason)
        value: dict[str, Any] = (
            {"valueString": result.reason} if text else {"valueCodeableConcept": finding(result.reason)}
        )
        yield {"code": observable("reason"), **value}
    for criterion in conclusion.criteria:
        code = {"coding": [{"system": vocabulary.CRITERION, "code": f"{conclusion.trial}.{criterion.criterion}"}]}
        if criterion.text:
            code["text"] = criterion.text  # type: ignore[assignment]
        if criterion.verdict == "unknown":
            absent = {"coding": [{"system": vocabulary.DATA_ABSENT_REASON, "code": "unknown"}]}
            yield {"code": code, "dataAbsentReason": absent}
        else:
            yield {"code": code, "valueCodeableConcept": finding(criterion.verdict)}
    yield from _lists(conclusion, result)
    if conclusion.valid_until is not None:
        yield {"code": observable("valid_until"), "valueDateTime": conclusion.valid_until.isoformat()}


def _lists(conclusion: Conclusion, result: Result) -> Iterator[dict[str, Any]]:
    for name, concept in LISTS.items():
        entries = list(getattr(result, name))
        if name == "flags":
            entries += conclusion.flags
        singular = {"missing": "missing"}.get(name, name.removesuffix("s"))
        for entry in sorted(set(entries)):
            yield {"code": observable(singular), "valueCodeableConcept": concept(entry)}


def _output(name: str, output: Any) -> Iterator[dict[str, Any]]:
    """Components of one named output: an array repeats, an object becomes one component per key."""
    match output:
        case None | "":
            return
        case Mapping():
            for key, value in output.items():
                yield from _output(f"{to_code(name)}-{to_code(str(key))}", value)
        case tuple() | list():
            for value in output:
                yield from _output(name, value)
        case _:
            yield {"code": observable(name), **_value(output, UNITS.get(re.split("[_-]", name)[-1], NO_UNIT))}


def _value(output: Any, unit: str) -> dict[str, Any]:
    match output:
        case bool():
            return {"valueBoolean": output}
        case int():
            return {"valueInteger": output}
        case Decimal() | Fraction() | float():
            quantity = {"value": _number(output), "unit": unit, "system": vocabulary.UCUM, "code": unit}
            return {"valueQuantity": quantity}
        case date():
            return {"valueDateTime": output.isoformat()}
        case str() if is_identifier(output):
            return {"valueCodeableConcept": finding(output)}
    return {"valueString": str(output)}


def _number(value: Decimal | Fraction | float | int) -> int | float:
    return int(value) if value == int(value) else float(value)
