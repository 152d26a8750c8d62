"""Results as they stand in the hospital, read back from its Observations alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.vocabulary import CRITERION, OBSERVABLE


@dataclass(frozen=True, slots=True)
class StandingResult:
    """One conclusion in the hospital. ``value`` is the code of its answer; ``components`` holds the codes (or words) of
    each component by name, ``criteria`` the verdict per criterion: ``met``, ``not-met`` or ``unknown``."""

    observation_id: str
    kind: str
    value: str
    day: str
    status: str
    trial: str | None
    components: Mapping[str, tuple[str, ...]]
    criteria: Mapping[str, str]

    def one(self, name: str) -> str | None:
        """The first answer of a component, if it has one."""
        return next(iter(self.components.get(name, ())), None)

    def criteria_with(self, verdict: str) -> list[str]:
        """Ids of the criteria with a verdict, without the trial's id before them."""
        return [name.rpartition(".")[2] for name, given in self.criteria.items() if given == verdict]


def read_result(observation: Mapping[str, Any]) -> StandingResult:
    """A result from its Observation (form of exchange.md 12)."""
    components: dict[str, tuple[str, ...]] = {}
    criteria: dict[str, str] = {}
    for component in observation.get("component", []):
        for coding in component["code"].get("coding", []):
            if coding.get("system") == CRITERION:
                criteria[coding["code"]] = _answer(component) or "unknown"
            elif coding.get("system") == OBSERVABLE:
                components[coding["code"]] = (*components.get(coding["code"], ()), _answer(component) or "unknown")
    studies = [focus.get("identifier", {}).get("value") for focus in observation.get("focus", [])]
    return StandingResult(
        observation_id=observation["id"],
        kind=_code(observation["code"], OBSERVABLE) or "",
        value=_answer(observation) or "unknown",
        day=str(observation.get("effectiveDateTime", ""))[:10],
        status=observation["status"],
        trial=next(iter(studies), None),
        components=components,
        criteria=criteria,
    )


def of_kind(results: Iterable[StandingResult], kind: str) -> list[StandingResult]:
    """The results of a kind that still hold, by day and trial."""
    kept = [result for result in results if result.kind == kind and result.status != "entered-in-error"]
    return sorted(kept, key=lambda result: (result.day, result.trial or ""))


def _answer(element: Mapping[str, Any]) -> str | None:
    """The written form of ``value[x]``: its code, else its text, number or date."""
    for name, value in element.items():
        if name == "valueCodeableConcept":
            return _code(value) or value.get("text")
        if name == "valueQuantity":
            return f"{value.get('value')} {value.get('unit', '')}".strip()
        if name.startswith("value"):
            return str(value).lower() if isinstance(value, bool) else str(value)
    return None


def _code(concept: Mapping[str, Any], system: str | None = None) -> str | None:
    codes = [c["code"] for c in concept.get("coding", []) if "code" in c and system in (None, c.get("system"))]
    return codes[0] if codes else None
