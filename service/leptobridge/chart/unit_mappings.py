"""Units: spellings -> UCUM, and exact conversion to the canonical unit of a fact (``mappings/units.yaml``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from leptobridge.chart.words import normalise


@dataclass(frozen=True, slots=True)
class UnitMappings:
    """Spelling tables and factors as exact fractions."""

    spellings: Mapping[str, str]
    folded: Mapping[str, str]
    factors: Mapping[tuple[str, str], Fraction]
    analyte_factors: Mapping[tuple[str, str, str], Fraction]
    assumed: Mapping[str, str]

    def canonical(self, spelling: str) -> str | None:
        """The UCUM unit of a spelling; case decides first (G/L is not g/L)."""
        text = spelling.strip()
        return self.spellings.get(text) or self.folded.get(normalise(text).replace(" ", ""))

    def convert(self, value: Decimal, unit: str, target: str, item: str) -> Decimal | None:
        """The value in the target unit, None where no factor is known. Exact wherever the decimal expansion ends."""
        if unit == target:
            return value
        factor = self.analyte_factors.get((item, unit, target)) or self.factors.get((unit, target))
        if factor is None:
            return None
        try:
            with localcontext() as context:
                context.prec = 20
                return shortest(value * factor.numerator / factor.denominator)
        except ArithmeticError:
            # A number of astronomical size is no measurement.
            return None


def shortest(value: Decimal) -> Decimal:
    """The number without trailing zeros, whole numbers without an exponent."""
    normal = value.normalize()
    exponent = normal.as_tuple().exponent
    return normal.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 and exponent < 15 else normal


def compile_units(data: Mapping[str, Any], faults: list[str]) -> UnitMappings:
    """Compile the file; an ambiguous spelling or a factor that is no number is a fault."""
    spellings: dict[str, str] = {}
    folded: dict[str, str] = {}
    ambiguous: set[str] = set()
    for unit, listed in data["spellings"].items():
        for spelling in (unit, *listed):
            if spellings.setdefault(spelling, unit) != unit:
                faults.append(f"units.yaml: spellings.{unit}: {spelling!r} stands for {spellings[spelling]} already")
            key = normalise(spelling).replace(" ", "")
            if folded.setdefault(key, unit) != unit:
                ambiguous.add(key)
    factors: dict[tuple[str, str], Fraction] = {}
    for unit, table in data["factors"].items():
        for target, factor in table.items():
            factors[unit, target] = _fraction(factor, f"factors.{unit}.{target}", faults)
    analyte: dict[tuple[str, str, str], Fraction] = {}
    for item, units in data["analyte_factors"].items():
        for unit, table in units.items():
            for target, factor in table.items():
                analyte[item, unit, target] = _fraction(factor, f"analyte_factors.{item}.{unit}.{target}", faults)
    return UnitMappings(
        spellings,
        {key: unit for key, unit in folded.items() if key not in ambiguous},
        factors,
        analyte,
        dict(data.get("assumed_units") or {}),
    )


def _fraction(value: object, path: str, faults: list[str]) -> Fraction:
    try:
        return Fraction(str(value))
    except ValueError:
        faults.append(f"units.yaml: {path}: {value!r} is no number and no fraction")
        return Fraction(1)
