"""The patients of the demonstration: charts as hospitals send them, and what the rules say of each, by hand.

Every person is invented. ``patients/NN-name.json`` is a bundle ready for ``POST /fhir``; ``NN-name.expected.yaml``
beside it tells the story and the conclusions that follow from the clinical reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import orjson
import yaml


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """``bundle``: the chart as received, byte for byte. ``expected``: story, classification, responses, verdicts."""

    key: str
    bundle: bytes
    expected: Mapping[str, Any]

    @property
    def patient(self) -> Mapping[str, Any]:
        """The Patient resource of the bundle."""
        entries = orjson.loads(self.bundle)["entry"]
        found: Mapping[str, Any] = next(
            entry["resource"] for entry in entries if entry["resource"]["resourceType"] == "Patient"
        )
        return found


def demo_patients() -> tuple[DemoPatient, ...]:
    """All patients of the demonstration, in the order of their files."""
    folder = resources.files(__package__) / "patients"
    names = sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json"))
    return tuple(
        DemoPatient(
            name,
            (folder / f"{name}.json").read_bytes(),
            yaml.safe_load((folder / f"{name}.expected.yaml").read_text(encoding="utf-8")),
        )
        for name in names
    )
