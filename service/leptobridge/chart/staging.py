"""Stages: texts and codes -> roman numeral with optional letter (exchange.md 2, cancer.primary)."""

import re
from collections.abc import Iterator

from leptobridge.chart.resource_reading import Element, codings, elements, texts

_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_ROMAN_STAGE = re.compile(
    r"(?:(?:stage|ajcc|uicc|figo|分期)\s*:?\s*[cpy]*\s*|^\s*[cp]?)(IV|III|II|I|[1-4])\s*([A-Ca-c])?\d?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_CHINESE_STAGE = re.compile(r"(IV|III|II|I|[1-4]|[一二三四])\s*([A-Ca-c])?\d?\s*期", re.IGNORECASE)
_CHINESE_NUMBER = {"一": "I", "二": "II", "三": "III", "四": "IV"}
#: A distant metastasis in a TNM formula: M1, cM1c, pM1a.
_DISTANT = re.compile(r"(?<![A-Za-z])[cp]?M1[a-d]?(?![A-Za-z0-9])")
_FULLWIDTH = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"})


def stage_of_text(text: str) -> str | None:
    """``Stage IIIb``, ``cT2 … Stage 3A``, ``IV期`` -> ``IIIB``, ``IIIA``, ``IV``; None if the text names no stage."""
    plain = text.translate(_FULLWIDTH)
    match = _CHINESE_STAGE.search(plain) or _ROMAN_STAGE.search(plain)
    if match is None:
        return "IV" if _DISTANT.search(plain) else None
    number, letter = match.group(1).upper(), match.group(2)
    number = _ROMAN.get(number) or _CHINESE_NUMBER.get(number) or number
    return number + (letter or "").upper()


def stage_of_concept(concept: object) -> str | None:
    """The stage that a CodeableConcept names: its text and displays first, then its codes."""
    candidates = [
        *texts(concept),
        *(code.replace("-", " ") for _, code, _ in codings(concept) if not code.isdigit() or len(code) == 1),
    ]
    return next((stage for text in candidates if (stage := stage_of_text(text)) is not None), None)


def _summaries(condition: Element) -> Iterator[object]:
    for stage in elements(condition.get("stage")):
        yield stage.get("summary")


def stage_of_condition(condition: Element) -> str | None:
    """``Condition.stage.summary``, else the words of the code (``NSCLC stage IV``, 肺腺癌IV期)."""
    for summary in _summaries(condition):
        found = stage_of_concept(summary)
        if found is not None:
            return found
    for text in texts(condition.get("code")):
        match = re.search(r"stage|分期|期", text, re.IGNORECASE)
        found = stage_of_text(text) if match else None
        if found is not None:
            return found
    return None
