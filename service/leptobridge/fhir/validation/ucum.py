"""Whether a text is a unit of UCUM: its grammar over the table of unit symbols (https://ucum.org/ucum, section 2)."""

import re
from functools import lru_cache

from leptobridge.fhir.validation.ucum_units import METRIC_UNITS, OTHER_UNITS, PREFIXES

_ANNOTATION = re.compile(r"\{[\x21-\x7a\x7c\x7e ]*\}")
_EXPONENT = re.compile(r"[+-]?[0-9]+")
_INTEGER = re.compile(r"[0-9]+")
_SYMBOL = re.compile(r"(?:\[[^\[\]{}()\s]*\]|[^\[\]{}()./\s\"=+-])+")
_TRAILING_EXPONENT = re.compile(r"(.*?[^0-9+-])([+-]?[0-9]+)")
_DEEPEST = 20


class _NotAUnitError(Exception):
    pass


@lru_cache(maxsize=4096)
def unit_fault(code: str) -> str | None:
    """Why ``code`` is no UCUM unit, as a sentence; None for a unit. Total and without side effects."""
    try:
        rest = _term(code[1:] if code.startswith("/") else code, 0)
        if not rest:
            return None
    except _NotAUnitError:
        pass
    return "The code is no UCUM unit."


def _term(text: str, depth: int) -> str:
    """Components joined by ``.`` and ``/``; returns what follows."""
    if depth > _DEEPEST:
        raise _NotAUnitError
    rest = _component(text, depth)
    while rest[:1] in (".", "/"):
        rest = _component(rest[1:], depth)
    return rest


def _component(text: str, depth: int) -> str:
    if text.startswith("("):
        rest = _term(text[1:], depth + 1)
        if not rest.startswith(")"):
            raise _NotAUnitError
        return rest[1:]
    if annotation := _ANNOTATION.match(text):
        return text[annotation.end() :]
    symbol = _SYMBOL.match(text)
    sign = _signed_exponent(text, symbol.end()) if symbol else 0
    if symbol is None:
        raise _NotAUnitError
    written = text[: symbol.end() + sign]
    rest = text[symbol.end() + sign :]
    if not (_INTEGER.fullmatch(written) or _is_annotatable_unit(written)):
        raise _NotAUnitError
    annotation = _ANNOTATION.match(rest)
    return rest[annotation.end() :] if annotation else rest


def _signed_exponent(text: str, start: int) -> int:
    """How long an exponent with a sign is that follows a symbol (``m-2``)."""
    if text[start : start + 1] in ("+", "-") and (match := _EXPONENT.match(text, start)):
        return match.end() - start
    return 0


def _is_annotatable_unit(written: str) -> bool:
    if _is_simple_unit(written):
        return True
    match = _TRAILING_EXPONENT.fullmatch(written)
    return match is not None and _is_simple_unit(match[1])


def _is_simple_unit(symbol: str) -> bool:
    if symbol in METRIC_UNITS or symbol in OTHER_UNITS:
        return True
    return any(symbol[:length] in PREFIXES and symbol[length:] in METRIC_UNITS for length in (1, 2))
