"""The FHIR package that comes with the service (``profiles/package``): definitions and forms."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]


@cache
def shipped_resources(resource_type: str) -> tuple[Json, ...]:
    """The resources of a type in the package, in the order of their ids."""
    return tuple(orjson.loads(path.read_bytes()) for path in sorted(_folder().glob(f"{resource_type}-*.json")))


def _folder() -> Path:
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_profiles"
    return packaged if packaged.is_dir() else package.parent.parent / "profiles" / "package"
