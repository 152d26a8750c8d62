"""Days, weeks and months as the clinical reference counts them (G5)."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

#: Mean days of a month, for the display of survival times (G5).
DAYS_PER_MONTH = Fraction(304375, 10000)


def add_months(anchor: date, months: int) -> date:
    """The day ``months`` calendar months after ``anchor``, clamped to the end of the month (G5).

    Always count from the anchor and never from an earlier result: 2026-08-31 + 1 = 2026-09-30, + 2 = 2026-10-31.
    A day beyond the calendar is its last or first day.
    """
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return date.max if year > MAXYEAR else date.min
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def days_between(first: date, last: date) -> int:
    """Difference of two dates in days; "at least 4 weeks" is a difference of 28 or more (G5)."""
    return (last - first).days


def months_for_display(days: int) -> Decimal:
    """Days as months with one decimal, half up (G5: days / 30.4375)."""
    tenths = Fraction(days) / DAYS_PER_MONTH * 10
    return (Decimal(tenths.numerator) / Decimal(tenths.denominator)).quantize(Decimal(1), ROUND_HALF_UP) / 10
