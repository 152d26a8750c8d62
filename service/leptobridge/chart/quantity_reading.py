"""Numbers, units and comparators as FHIR and people write them: Quantity, Ratio, number, text."""

import re
from decimal import Decimal, InvalidOperation

from leptobridge.fhir.vocabulary import UCUM

_ASCII = {"≤": "<=", "≥": ">="}
_NUMBER = re.compile(r"\s*(<=|>=|<|>|≤|≥)?\s*([+-]?\d+(?:\.\d+)?)\s*(.*?)\s*")


def decimal_of(value: object) -> Decimal | None:
    """A JSON number as an exact decimal (written precision as far as the parser kept it)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def parse_quantity(value: object) -> tuple[Decimal | None, str | None, str | None]:
    """Number, unit as sent and comparator of a Quantity, a number, a Ratio or a text such as ``8.5 g/dL``."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        if match is None:
            return None, None, None
        comparator = match.group(1)
        return Decimal(match.group(2)), match.group(3) or None, _ASCII.get(comparator, comparator)
    if isinstance(value, dict):
        if "numerator" in value:
            above, below = parse_quantity(value["numerator"]), parse_quantity(value.get("denominator"))
            if above[0] is None or not below[0]:
                return None, None, None
            return above[0] / below[0], None, above[2]
        code, unit = value.get("code"), value.get("unit")
        # A code of another system than UCUM (SNOMED CT for millilitre) says no more than the unit beside it.
        is_ucum = value.get("system", UCUM) == UCUM or not unit
        spelled = code if isinstance(code, str) and code and is_ucum else unit if isinstance(unit, str) else None
        comparator = value.get("comparator")
        return decimal_of(value.get("value")), spelled or None, comparator if isinstance(comparator, str) else None
    return decimal_of(value), None, None
