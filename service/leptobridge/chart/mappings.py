"""The mappings: what a hospital may change, read from ``mappings/*.yaml`` and compiled into lookup tables.

The directory is the argument, else the environment variable ``LEPTOBRIDGE_MAPPINGS``, else the copy in the installed
package, else the repository's ``mappings/``. A file that is missing in a site's directory is taken from the shipped
ones.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from leptobridge.chart.answer_mappings import AnswerMappings, AnswerSet, compile_answers
from leptobridge.chart.cancer_mappings import CancerMappings, compile_cancers
from leptobridge.chart.gene_mappings import GeneMappings, compile_genes
from leptobridge.chart.observable_mappings import ObservableMappings, compile_observables
from leptobridge.chart.observables import OBSERVABLES
from leptobridge.chart.therapy_mappings import TherapyMappings, compile_therapies
from leptobridge.chart.unit_mappings import UnitMappings, compile_units

#: The parser of libyaml, ten times as fast, where PyYAML was built with it. Both read plain data alone.
_SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FILES = ("answers", "observables", "cancers", "drugs", "therapies", "units", "genes")


class MappingsError(ValueError):
    """The mappings cannot be used; ``faults`` names each fault with its file and path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Mappings:
    """All mappings, compiled. ``version`` is a hash of the files: facts can be told to be of an older mapping."""

    version: str
    answers: AnswerMappings
    observables: ObservableMappings
    cancers: CancerMappings
    therapies: TherapyMappings
    units: UnitMappings
    genes: GeneMappings

    @property
    def answer_sets(self) -> dict[str, AnswerSet]:
        """The answer sets by name."""
        return dict(self.answers.sets)


def shipped_directory() -> Path:
    """Where the mappings that come with the service are: in the package, else in the repository."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_mappings"
    return packaged if packaged.is_dir() else package.parent.parent / "mappings"


def load_mappings(directory: Path | None = None) -> Mappings:
    """Read, check and compile the mappings.

    Raises MappingsError with every fault found (unreadable YAML with its line, unknown names, contradictions).
    """
    chosen = directory
    if chosen is None and os.environ.get("LEPTOBRIDGE_MAPPINGS"):
        chosen = Path(os.environ["LEPTOBRIDGE_MAPPINGS"])
    faults: list[str] = []
    if chosen is not None and not chosen.is_dir():
        raise MappingsError([f"the directory of mappings {chosen} does not exist"])
    digest = hashlib.sha256()
    data = {name: _read(name, chosen, digest, faults) for name in FILES}
    if faults:
        raise MappingsError(faults)
    try:
        answers = compile_answers(data["answers"], faults)
        mappings = Mappings(
            version=digest.hexdigest()[:12],
            answers=answers,
            observables=compile_observables(data["observables"], faults),
            cancers=compile_cancers(data["cancers"], answers.modifiers, faults),
            therapies=compile_therapies(data["drugs"], data["therapies"], faults),
            units=compile_units(data["units"], faults),
            genes=compile_genes(data["genes"], faults),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MappingsError([*faults, f"a part is missing or has the wrong shape: {error!r}"]) from error
    faults += [
        f"answers.yaml: sets: {observable.answers!r} is missing, {observable.name} asks for it"
        for observable in OBSERVABLES.values()
        if observable.answers is not None and observable.answers not in mappings.answers.sets
    ]
    if faults:
        raise MappingsError(faults)
    return mappings


def _read(name: str, directory: Path | None, digest: Any, faults: list[str]) -> dict[str, Any]:
    own = None if directory is None else directory / f"{name}.yaml"
    path = own if own is not None and own.is_file() else shipped_directory() / f"{name}.yaml"
    try:
        content = path.read_bytes()
        digest.update(content)
        data = yaml.load(content, Loader=_SAFE_LOADER)
    except OSError as error:
        faults.append(f"{name}.yaml: cannot be read: {error.strerror}")
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        faults.append(f"{name}.yaml: {where}{getattr(error, 'problem', 'is not YAML')}")
        return {}
    if not isinstance(data, dict):
        faults.append(f"{name}.yaml: a mapping of sections is expected")
        return {}
    return data
