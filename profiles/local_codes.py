"""The two local code systems: codes/*.yaml, and what the mappings add, as concepts and as FHIR Shorthand.

``codes/observables.yaml`` and ``codes/findings.yaml`` are the source of the code systems lm-observable and lm-finding.
Drugs and other spellings of answers are taken from ``mappings/``, so that no name stands in two places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent
MAPPINGS = ROOT.parent / "mappings"


@dataclass(frozen=True, slots=True)
class Concept:
    """One code with its display in English and Chinese and its definition. ``spelling_of``: the code that it means."""

    code: str
    english: str
    chinese: str
    definition: str
    spelling_of: str | None = None


def observables() -> dict[str, Concept]:
    """The concepts of lm-observable (``O#``) by code."""
    return {concept.code: concept for concept in _listed("observables")}


def findings() -> dict[str, Concept]:
    """The concepts of lm-finding (``F#``) by code: the listed ones, drugs, and other spellings of answers."""
    listed = {concept.code: concept for concept in _listed("findings")}
    for concept in _drugs():
        listed.setdefault(concept.code, concept)
    for concept in _other_spellings(listed):
        listed.setdefault(concept.code, concept)
    return listed


def local_code(name: str) -> str:
    """``brain_linear`` -> ``brain-linear``; what has capitals stays (exchange.md 0)."""
    return name if any(letter.isupper() for letter in name) else name.replace("_", "-").replace(" ", "-")


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _listed(name: str) -> Iterator[Concept]:
    for section in _read(ROOT / "codes" / f"{name}.yaml"):
        for code, (english, chinese, *definition) in section["codes"].items():
            yield Concept(code, english, chinese, definition[0] if definition else f"{section['section']}: {english}")


def _drugs() -> Iterator[Concept]:
    for drug in _read(MAPPINGS / "drugs.yaml")["drugs"]:
        chinese = next((word for word in drug["words"] if not word.isascii()), drug["name"])
        kind = drug["class"].replace("_", " ")
        yield Concept(local_code(drug["name"]), drug["name"].capitalize(), chinese, f"Drug by generic name, {kind}")


def _other_spellings(listed: Mapping[str, Concept]) -> Iterator[Concept]:
    for answers in _read(MAPPINGS / "answers.yaml")["sets"].values():
        for spelling, value in answers.get("codes", {}).items():
            meant = listed[local_code(value)]
            yield Concept(
                local_code(spelling),
                f"{meant.english} ({spelling})",
                meant.chinese,
                f"Other spelling, read as {meant.code}",
                spelling_of=meant.code,
            )


def shorthand(concepts: Mapping[str, Concept]) -> str:
    """The concepts as lines of FHIR Shorthand that follow the head of a CodeSystem."""
    lines: list[str] = []
    for concept in sorted(concepts.values(), key=lambda c: c.code):
        name = f"#{concept.code}"
        lines.append(f"* {name} {quoted(concept.english)} {quoted(concept.definition)}")
        lines.append("  * ^designation[0].language = #zh")
        lines.append(f"  * ^designation[0].value = {quoted(concept.chinese)}")
        if concept.spelling_of is not None:
            lines.append("  * ^property[0].code = #status")
            lines.append("  * ^property[0].valueCode = #deprecated")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A string of FHIR Shorthand."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
