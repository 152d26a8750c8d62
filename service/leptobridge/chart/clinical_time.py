"""Clinically relevant times with the precision in which they were written (exchange.md 0, clinical.md R-17)."""

from datetime import date, datetime

import msgspec


class ClinicalTime(msgspec.Struct, frozen=True):
    """A day, or the interval of days that a partial date stands for.

    ``text`` is the FHIR dateTime as written; ``first`` and ``last`` are the possible clinical days, both included,
    equal for an exact day. The clinical day is the day at the written offset. ``instant`` is set where a time of day
    was given with its offset.
    """

    text: str
    first: date
    last: date
    instant: datetime | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the day itself is known (day counts are computed only then, R-17)."""
        return self.first == self.last
