"""Compile the profiles: FHIR Shorthand, code lists and forms into the FHIR package of this folder.

``python -m profiles.compile --core hl7.fhir.r4.core.tgz [--check]``

The compiler (SUSHI) is pinned by ``package-lock.json`` and runs offline: the R4 definitions are the package given.
Everything that it needs or writes lies under ``build/profiles``. The result, one file a resource with its snapshot,
goes to ``profiles/package``; ``--check`` compares instead of writing. Either way ``build/profiles/package.tgz`` is the
installable package, the same bytes for the same source.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from profiles.capability import capability_statement
from profiles.forms import questionnaires
from profiles.generated import generated_files
from profiles.package import manifest, package_files, write_archive

ROOT = Path(__file__).resolve().parent
WORK = ROOT.parent / "build" / "profiles"
CORE = "hl7.fhir.r4.core#4.0.1"
#: What the compiler would ask a registry for; sushi-config.yaml names these empty ones instead.
EMPTY = ("hl7.terminology.r4", "hl7.fhir.uv.extensions.r4", "hl7.fhir.uv.tools.r4")

Json = dict[str, Any]


class CompilationError(Exception):
    """The compiler is missing or refuses the sources; the text says what it said."""


def compile_profiles(core: Path) -> list[Json]:
    """All resources of the package as JSON data. ``core``: the FHIR package hl7.fhir.r4.core 4.0.1.

    Raises CompilationError on any error or warning of the compiler.
    """
    _lay_out_packages(core)
    _install_compiler()
    source = WORK / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "input", source / "input")
    shutil.copy(ROOT / "sushi-config.yaml", source)
    for name, text in generated_files().items():
        (source / "input" / "fsh" / name).write_text(text, encoding="utf-8")
    _run_compiler(source)
    compiled = sorted((source / "fsh-generated" / "resources").glob("*.json"))
    return [_without_mappings(json.loads(path.read_text(encoding="utf-8"))) for path in compiled]


def _all_resources(core: Path) -> list[Json]:
    """What is compiled, what is written from data, and what the service concluded of the story."""
    version = manifest()["version"]
    resources = [*compile_profiles(core), *questionnaires(version)]
    concluded = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "examples").glob("*.json"))]
    return [*resources, capability_statement(resources, version), *concluded]


def _without_mappings(resource: Json) -> Json:
    """Snapshots repeat how R4 maps to HL7 v2 and v3: much text, and nothing about these profiles."""
    for element in resource.get("snapshot", {}).get("element", []):
        element.pop("mapping", None)
    if resource["resourceType"] == "StructureDefinition":
        resource.pop("mapping", None)
    return resource


def _lay_out_packages(core: Path) -> None:
    packages = WORK / "home" / ".fhir" / "packages"
    if not (packages / CORE / "package" / "package.json").exists():
        shutil.rmtree(packages, ignore_errors=True)
        with tarfile.open(core, mode="r:gz") as archive:
            if hasattr(tarfile, "data_filter"):  # early releases of Python 3.11 know no filters; the hash vouches
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(packages / CORE)
        for name in EMPTY:
            folder = packages / f"{name}#0.0.0" / "package"
            folder.mkdir(parents=True)
            manifest = {"name": name, "version": "0.0.0", "fhirVersions": ["4.0.1"], "dependencies": {}}
            (folder / "package.json").write_text(json.dumps(manifest))


def _install_compiler() -> None:
    folder = WORK / "compiler"
    lock = (ROOT / "package-lock.json").read_bytes()
    installed = folder / "installed-lock.json"
    if installed.exists() and installed.read_bytes() == lock:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, {})
    installed.write_bytes(lock)


def _run_compiler(source: Path) -> None:
    compiler = WORK / "compiler" / "node_modules" / "fsh-sushi" / "dist" / "app.js"
    # the home folder holds the packages; the address is one where no registry answers
    settings = {"HOME": str(WORK / "home"), "FPL_REGISTRY": "http://localhost:9", "NO_COLOR": "1"}
    said = _run(["node", str(compiler), "build", "--snapshot", str(source)], source, settings)
    problems = re.findall(r"^(?:error|warn)\b.*(?:\n(?!\w).*)*", said, re.MULTILINE)
    if problems:
        raise CompilationError("\n".join(problems))


def _run(command: list[str], folder: Path, settings: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, env=os.environ | settings, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise CompilationError(f"{command[0]} is not installed (Node.js 18 or newer with npm is needed)") from error
    if done.returncode:
        raise CompilationError(f"{command[0]} failed:\n{done.stdout[-6000:]}")
    return done.stdout


def _differences(wanted: Mapping[str, bytes], folder: Path) -> list[str]:
    present = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def _write(wanted: Mapping[str, bytes], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core", type=Path, required=True, help="hl7.fhir.r4.core.tgz, version 4.0.1")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if profiles/package differs")
    options = parser.parse_args()
    try:
        files = package_files(_all_resources(options.core))
    except CompilationError as error:
        sys.exit(str(error))
    folder = ROOT / "package"
    if options.check:
        if differing := _differences(files, folder):
            sys.exit("profiles/package is not what its sources compile to: " + ", ".join(differing))
    else:
        _write(files, folder)
    write_archive(files, WORK / "package.tgz")
    print(f"{len(files)} files, {WORK / 'package.tgz'}")


if __name__ == "__main__":
    main()
