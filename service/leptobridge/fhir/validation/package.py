"""FHIR NPM packages (``.tgz``) as the resources in them that validation reads."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_READ = ("StructureDefinition", "CodeSystem", "ValueSet", "SearchParameter")

Json = dict[str, Any]


class UnreadablePackageError(Exception):
    """The file is no FHIR package."""


def package_resources(package: Path) -> list[Json]:
    """StructureDefinitions, CodeSystems, ValueSets and SearchParameters of a package, in the order of their names.

    Raises UnreadablePackageError for a file that is no ``.tgz`` with a folder ``package`` of JSON.
    """
    try:
        return list(_resources(package))
    except (OSError, tarfile.TarError, ValueError, EOFError) as error:
        raise UnreadablePackageError(f"{package.name} is no FHIR package ({type(error).__name__})") from error


def _resources(package: Path) -> Iterator[Json]:
    with tarfile.open(package) as archive:
        named = {member.name: member for member in archive if member.isfile() and member.name.endswith(".json")}
        if "package/package.json" not in named:
            raise ValueError("no package.json")
        for name in sorted(named):
            if name.count("/") != 1 or (file := archive.extractfile(named[name])) is None:
                continue
            resource = json.load(file)
            if isinstance(resource, dict) and resource.get("resourceType") in _READ:
                yield resource
