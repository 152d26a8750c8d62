"""What can be said of codes of systems too large to ship: UCUM has a grammar, SNOMED CT and LOINC have check digits."""

import re

from leptobridge.fhir.validation.ucum import unit_fault
from leptobridge.fhir.vocabulary import LOINC, SNOMED, UCUM

_CONCEPT = re.compile(r"[1-9][0-9]{2,14}[01]0[0-9]")
_WORD = re.compile(r"\w+", re.ASCII)
_LOINC_PART = re.compile(r"L[A-Z][0-9]+-[0-9]")
_LOINC_NUMBER = re.compile(r"[0-9]{1,8}-[0-9]")

# Verhoeff's multiplication table of the dihedral group D5, and the permutation that is iterated by position.
_D5 = ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
       "5987604321", "6598710432", "7659821043", "8765932104", "9876543210")  # fmt: skip
_PERMUTATION = "1576283094"


def code_form_fault(system: str, code: str) -> str | None:
    """Why ``code`` cannot be one of ``system``, as a sentence; None where nothing speaks against it.

    A SNOMED CT code with other characters than letters and digits is an expression, which is not judged.
    """
    if system == UCUM:
        return unit_fault(code)
    if system == SNOMED and _WORD.fullmatch(code) and not (_CONCEPT.fullmatch(code) and _verhoeff(code) == 0):
        return "The code is no SNOMED CT concept identifier: its form or check digit is wrong."
    if system == LOINC and not (_LOINC_PART.fullmatch(code) or (_LOINC_NUMBER.fullmatch(code) and _luhn(code) == 0)):
        return "The code is no LOINC code: its form or check digit is wrong."
    return None


def _verhoeff(digits: str) -> int:
    """Zero for a SNOMED CT identifier with the right check digit (RF2 specification, appendix C)."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character)
        for _ in range(position % 8):
            digit = int(_PERMUTATION[digit])
        total = int(_D5[total][digit])
    return total


def _luhn(code: str) -> int:
    """Zero for a LOINC number with the right check digit (LOINC users' guide, modulus 10)."""
    total = 0
    for position, character in enumerate(reversed(code.replace("-", ""))):
        weighted = int(character) * (1 + position % 2)
        total += weighted - 9 if weighted > 9 else weighted
    return total % 10
