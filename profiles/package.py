"""The FHIR package: manifest, index and archive (confluence.hl7.org, NPM package specification for FHIR)."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parent
#: What is an instance and no definition goes into the folder of examples, which a server does not load.
DEFINITIONS = frozenset(
    {
        "CapabilityStatement", "CodeSystem", "ConceptMap", "NamingSystem", "OperationDefinition", "Questionnaire",
        "SearchParameter", "StructureDefinition", "ValueSet",
    }
)  # fmt: skip
#: The fields that an index entry repeats from its resource, where it has them.
INDEXED = ("resourceType", "id", "url", "version", "kind", "type", "supplements", "content")


def package_files(resources: Iterable[Json]) -> dict[str, bytes]:
    """Path below ``package/`` -> content: the resources, an index per folder, and package.json."""
    files: dict[str, bytes] = {"package.json": _text(manifest())}
    folders: dict[str, list[Json]] = {"": []}
    for resource in sorted(resources, key=lambda r: (r["resourceType"], r["id"])):
        folder = "" if resource["resourceType"] in DEFINITIONS else "example/"
        name = f"{resource['resourceType']}-{resource['id']}.json"
        files[folder + name] = _text(resource)
        folders.setdefault(folder, []).append(_index_entry(name, resource))
    for folder, entries in folders.items():
        files[f"{folder}.index.json"] = _text({"index-version": 1, "files": entries})
    return files


def manifest() -> Json:
    """package.json of the FHIR package, from the settings of the compiler."""
    settings = yaml.safe_load((ROOT / "sushi-config.yaml").read_text(encoding="utf-8"))
    return {
        "name": "leptobridge.fhir",
        "version": settings["version"],
        "description": "Profiles, value sets and forms of LeptoBridge for leptomeningeal metastasis",
        "canonical": settings["canonical"],
        "title": "LeptoBridge",
        "type": "fhir.ig",
        "license": "Apache-2.0",
        "author": "LeptoBridge",
        "fhirVersions": [settings["fhirVersion"]],
        "dependencies": {"hl7.fhir.r4.core": settings["fhirVersion"]},
        "directories": {"lib": "package", "example": "package/example"},
    }


def write_archive(files: Mapping[str, bytes], path: Path) -> None:
    """The package as ``.tgz``: the same files give the same bytes, whenever and by whomever it is written."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(f"package/{name}")
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data.getvalue(), compresslevel=9, mtime=0))


def _index_entry(name: str, resource: Json) -> Json:
    return {"filename": name} | {field: resource[field] for field in INDEXED if field in resource}


def _text(document: Json) -> bytes:
    """JSON with one element of a list a line, so that a change shows as few lines."""
    lines = [f" {json.dumps(key)}: {_member(value)}" for key, value in document.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _member(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n ]"
    if isinstance(value, dict) and "element" in value:
        return '{"element": ' + _member(value["element"]) + "}"
    return json.dumps(value, ensure_ascii=False)
