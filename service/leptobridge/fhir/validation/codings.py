"""Whether a coding can be what it says: its system is one, has the code, and calls it what is written."""

from dataclasses import dataclass
from typing import Any

from leptobridge.fhir.validation.code_forms import code_form_fault
from leptobridge.fhir.validation.terminology import Terminology
from leptobridge.fhir.validation.uri_forms import is_absolute

_MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class CodingFault:
    """What is wrong with a coding. ``member`` is where; ``rule``: code, display, unit, code-form or code-system."""

    rule: str
    member: str
    sentence: str


class CodingCheck:
    """Judges codings by a terminology and remembers the verdicts: real data repeats few codings very often."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._known: dict[tuple[Any, Any, Any], CodingFault | None] = {}

    def fault(self, system: Any, code: Any, display: Any) -> CodingFault | None:
        """The first fault of a coding; members that are no text are passed over, since the structure names them."""
        key = (system, code, display)
        try:
            if key in self._known:
                return self._known[key]
        except TypeError:
            return None
        found = self._find(system, code, display)
        if len(self._known) < _MOST_REMEMBERED:
            self._known[key] = found
        return found

    def _find(self, system: Any, code: Any, display: Any) -> CodingFault | None:
        if not isinstance(system, str):
            return None
        if not is_absolute(system):
            return CodingFault("code-system", "system", "A code system is named by an absolute URI.")
        if "/ValueSet/" in system:
            return CodingFault("code-system", "system", "The URI names a value set, not a code system.")
        if not isinstance(code, str):
            return None
        form = code_form_fault(system, code)
        if form is not None:
            return CodingFault("code-form", "code", form)
        known = self._terminology.code_system(system)
        if known is None:
            return None
        if not known.knows(code):
            return CodingFault("code", "code", "The code system has no such code.")
        names = known.names(code)
        if isinstance(display, str) and names and display.lower() not in map(str.lower, names):
            return CodingFault("display", "display", "The display is none of those that the code system has.")
        return None

    def quantity_fault(self, system: Any, code: Any) -> CodingFault | None:
        """The fault of a quantity's unit code."""
        if not isinstance(system, str):
            return None
        if not is_absolute(system):
            return CodingFault("code-system", "system", "A system of units is named by an absolute URI.")
        form = code_form_fault(system, code) if isinstance(code, str) else None
        return CodingFault("unit", "code", form) if form is not None else None
