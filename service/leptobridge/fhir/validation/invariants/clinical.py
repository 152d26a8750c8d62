"""Invariants of clinical and personal resources (R4, each resource's page, section constraints)."""

from collections.abc import Mapping
from typing import Any, Final

from leptobridge.fhir.validation.invariants.data_types import in_order
from leptobridge.fhir.validation.invariants.shape import Predicate, has, has_choice, has_code, one_of
from leptobridge.fhir.vocabulary import CONDITION_CLINICAL, CONDITION_VERIFICATION, UCUM

_ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_ABATED = ("resolved", "remission", "inactive")


def _is_mistake(node: dict[str, Any], system: str) -> bool:
    return has_code(node.get("verificationStatus"), system, "entered-in-error")


def _parts_differ_from_whole(node: dict[str, Any]) -> bool:
    """obs-7: where the whole has a value, no component has its code."""
    if "component" not in node or not has_choice(node, "value"):
        return True
    whole = node["code"].get("coding", [])
    return not any(coding in whole for part in node["component"] for coding in part["code"].get("coding", ()))


def _is_percentage(node: dict[str, Any]) -> bool:
    """ras-1 at the prediction: both ends of a probability range are percentages."""
    probability = node.get("probabilityRange", {})
    return all(
        end not in probability or (probability[end].get("code"), probability[end].get("system")) == ("%", UCUM)
        for end in ("low", "high")
    )


def _one_reference_sequence(node: dict[str, Any]) -> bool:
    named = ("genomeBuild", "referenceSeqId", "referenceSeqPointer", "referenceSeqString")
    return sum(has(node, name) for name in named) == 1


def _is_practitioner(member: dict[str, Any]) -> bool:
    """Where the reference tells its type, it is a Practitioner."""
    reference = member.get("reference", "")
    return not reference or reference.startswith(("#", "urn:")) or "Practitioner/" in reference


CLINICAL: Final[Mapping[str, Predicate]] = {
    "ait-1": lambda node: has(node, "clinicalStatus") or _is_mistake(node, _ALLERGY_VERIFICATION),
    "ait-2": lambda node: not (has(node, "clinicalStatus") and _is_mistake(node, _ALLERGY_VERIFICATION)),
    "con-1": lambda node: one_of(node, "summary", "assessment"),
    "con-2": lambda node: one_of(node, "code", "detail"),
    "con-4": lambda node: (
        not has_choice(node, "abatement") or has_code(node.get("clinicalStatus"), CONDITION_CLINICAL, *_ABATED)
    ),
    "con-5": lambda node: not (_is_mistake(node, CONDITION_VERIFICATION) and has(node, "clinicalStatus")),
    "fhs-1": lambda node: not (has_choice(node, "age") and has_choice(node, "born")),
    "fhs-2": lambda node: not has(node, "estimatedAge") or has_choice(node, "age"),
    "gol-1": lambda node: not has_choice(node, "detail") or has(node, "measure"),
    "grp-1": lambda node: not has(node, "member") or node.get("actual") is True,
    "imm-1": lambda node: one_of(node, "documentType", "reference"),
    "imr-1": lambda node: one_of(node, "vaccineCode", "targetDisease"),
    "mad-1": lambda node: has(node, "dose") or has_choice(node, "rate"),
    "mdd-1": lambda node: in_order(node.get("whenPrepared"), node.get("whenHandedOver")),
    "msq-3": lambda node: node.get("coordinateSystem") in (0, 1),
    "msq-5": lambda node: has(node, "chromosome") == has(node, "genomeBuild"),
    "msq-6": _one_reference_sequence,
    "obs-3": lambda node: one_of(node, "low", "high", "text"),
    "obs-6": lambda node: not has(node, "dataAbsentReason") or not has_choice(node, "value"),
    "obs-7": _parts_differ_from_whole,
    "org-1": lambda node: one_of(node, "identifier", "name"),
    "org-2": lambda node: all(address.get("use") != "home" for address in node.get("address", ())),
    "org-3": lambda node: all(contact.get("use") != "home" for contact in node.get("telecom", ())),
    "pat-1": lambda node: one_of(node, "name", "telecom", "address", "organization"),
    "ras-1": _is_percentage,
    "ras-2": lambda node: node.get("probabilityDecimal", 0) <= 100,
    "sev-1": lambda node: not (has(node, "name") and has(node, "query")),
    "ces-1": lambda node: has(node, "category") != has(node, "productOrService"),
    "ctm-1": lambda node: not has(node, "onBehalfOf") or _is_practitioner(node.get("member", {})),
}
