"""What of a StructureDefinition a check needs: its differential, element by element, without the prose.

The form is JSON, so that R4's own profiles and extensions are kept compiled. A profile is its base and what it adds;
snapshots are not read, so that a package without them can be used, and a wrong one does no harm.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_KEPT = ("min", "max", "maxLength")
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def is_profile(structure: Mapping[str, Any]) -> bool:
    """Whether a StructureDefinition constrains another (a profile or an extension)."""
    return structure.get("derivation") == "constraint" and "differential" in structure and "baseDefinition" in structure


def profile_source(structure: Mapping[str, Any]) -> Json:
    """``type``, ``base``, ``elements``, and for extensions ``contexts`` (pairs of type and expression)."""
    source: Json = {
        "type": structure["type"],
        "base": without_version(structure["baseDefinition"]),
        "elements": [_element(element) for element in structure["differential"]["element"]],
    }
    if "version" in structure:
        source["version"] = structure["version"]
    if "context" in structure:
        source["contexts"] = [[c.get("type", ""), c.get("expression", "")] for c in structure["context"]]
    if "contextInvariant" in structure:
        source["contextInvariants"] = structure["contextInvariant"]
    if any(
        element.get("path") == structure["type"] and element.get("isModifier")
        for element in structure["differential"]["element"]
    ):
        source["isModifier"] = True
    return source


def without_version(canonical: str) -> str:
    """A canonical without ``|version``."""
    return canonical.partition("|")[0]


def _element(element: Mapping[str, Any]) -> Json:
    found: Json = {"id": _element_id(element)}
    found |= {name: element[name] for name in _KEPT if name in element}
    if "type" in element:
        found["types"] = [_type(declared) for declared in element["type"]]
    for name, value in element.items():
        for kind in ("fixed", "pattern", "minValue", "maxValue"):
            if name.startswith(kind) and name != kind and name[len(kind)].isupper():
                found[kind] = value
    binding = element.get("binding", {})
    if binding.get("strength") in ("required", "extensible") and "valueSet" in binding:
        found["binding"] = [binding["strength"], without_version(binding["valueSet"])]
    if "constraint" in element:
        found["constraints"] = [
            [rule["key"], rule["severity"], rule.get("expression", ""), rule.get("human", "")]
            for rule in element["constraint"]
        ]
    if "slicing" in element:
        slicing = element["slicing"]
        found["slicing"] = {
            "by": [[by["type"], by["path"]] for by in slicing.get("discriminator", ())],
            "rules": slicing.get("rules", "open"),
            "ordered": slicing.get("ordered", False),
        }
    return found


def _element_id(element: Mapping[str, Any]) -> str:
    """The id (``Observation.component:Systolic.code``); made of path and slice name where it is missing."""
    identity: str = element.get("id", "")
    path: str = element["path"]
    if identity.count(".") == path.count("."):
        return identity
    return f"{path}:{element['sliceName']}" if "sliceName" in element else path


def _type(declared: Mapping[str, Any]) -> Json:
    code: str = declared.get("code", "")
    if code.startswith("http://hl7.org/fhirpath/"):
        code = next((x["valueUrl"] for x in declared.get("extension", ()) if x["url"] == _FHIR_TYPE), "string")
    found: Json = {"code": code}
    if "profile" in declared:
        found["profiles"] = [without_version(url) for url in declared["profile"]]
    if "targetProfile" in declared:
        found["targets"] = [without_version(url) for url in declared["targetProfile"]]
    if "aggregation" in declared:
        found["aggregation"] = declared["aggregation"]
    return found
