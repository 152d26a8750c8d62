"""The package as it is committed, and the validator that knows it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from leptobridge.fhir.issue import Issue
from leptobridge.fhir.structure import Strictness, Validator
from leptobridge.fhir.validation.library import r4_library

Json = dict[str, Any]

PACKAGE = Path(__file__).resolve().parents[2] / "profiles" / "package"
STRICT = Strictness(rejects=True, extension_prefixes=("http://hl7.org/fhir/uv/sdc/",))


@cache
def definitions() -> tuple[Json, ...]:
    """The definitions of the package."""
    return _read(PACKAGE)


@cache
def examples() -> tuple[Json, ...]:
    """The examples of the package."""
    return _read(PACKAGE / "example")


def example(name: str) -> Json:
    """A copy of one example, ``Type/id``."""
    found = next(resource for resource in examples() if f"{resource['resourceType']}/{resource['id']}" == name)
    copied: Json = json.loads(json.dumps(found))
    return copied


@cache
def validator() -> Validator:
    """The service's validator with the package on top of R4."""
    return Validator(r4_library().with_resources(definitions()))


def errors(resource: Json, *profiles: str) -> list[Issue]:
    """All errors of a resource, strictly, by its own and the given profiles."""
    return [issue for issue in validator().check(resource, None, STRICT, profiles=profiles) if issue.is_error]


def invariants() -> dict[str, str]:
    """Key of each invariant of the profiles -> its severity."""
    return {
        constraint["key"]: constraint["severity"]
        for definition in definitions()
        if definition["resourceType"] == "StructureDefinition"
        for element in definition["differential"]["element"]
        for constraint in element.get("constraint", ())
    }


def _read(folder: Path) -> tuple[Json, ...]:
    paths = sorted(path for path in folder.glob("*.json") if path.name not in ("package.json", ".index.json"))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in paths)
