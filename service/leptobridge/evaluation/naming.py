"""Names of results in the two local code systems (exchange.md 0: kebab-case, but mixed case stays as it is)."""

import re

from leptobridge.fhir.vocabulary import FINDING, OBSERVABLE

#: What is an identifier and no prose: it becomes a code, anything else a string.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-.]*")


def to_code(identifier: str) -> str:
    """``lack_of_evidence`` → ``lack-of-evidence``; ``SUSPECTED_PD`` and ``D_hydrocephalus`` stay."""
    return identifier if any(letter.isupper() for letter in identifier) else identifier.replace("_", "-")


def is_identifier(text: str) -> bool:
    """Whether a text is an identifier of the rules rather than somebody's words."""
    return _IDENTIFIER.fullmatch(text) is not None


def observable_coding(name: str) -> dict[str, str]:
    """Coding of something that is asked (``O#``)."""
    return {"system": OBSERVABLE, "code": to_code(name)}


def finding_coding(identifier: str) -> dict[str, str]:
    """Coding of something that is answered (``F#``)."""
    return {"system": FINDING, "code": to_code(identifier)}


def observable(name: str) -> dict[str, object]:
    """CodeableConcept of something that is asked (``O#``)."""
    return {"coding": [observable_coding(name)], "text": name.replace("_", " ").replace("-", " ")}


def finding(identifier: str) -> dict[str, object]:
    """CodeableConcept of something that is answered (``F#``)."""
    return {"coding": [finding_coding(identifier)], "text": identifier.replace("_", " ")}
