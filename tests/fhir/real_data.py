"""Where the sample data lies that nobody on the project wrote, and what is read from it."""

import functools
from pathlib import Path
from typing import Any

import orjson
import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"

needs_shared_data = pytest.mark.skipif(not SHARED.exists(), reason="the shared sample data is not beside this clone")


@functools.cache
def synthea_bodies() -> tuple[bytes, ...]:
    """Twelve transaction bundles as received."""
    return tuple((SHARED / "synthea" / "bundles.ndjson").read_bytes().splitlines())


@functools.cache
def synthea_resources() -> tuple[dict[str, Any], ...]:
    """The 4,528 resources of the twelve bundles."""
    return tuple(entry["resource"] for body in synthea_bodies() for entry in orjson.loads(body)["entry"])
