"""Decision tables as data: rows read top down, the first row that fits decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What a row says: ``value``, the ``rule`` id that it goes by, and a ``reason`` where the system lists one."""

    value: str
    rule: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """``when``: factor → the values of it that fit; a factor that is not named may have any value."""

    outcome: Outcome
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def fits(self, factors: Mapping[str, Any]) -> bool:
        """Whether the row holds for these factors, all of them known."""
        # A plain loop: tables are read at every completion of what is unknown, and all() costs three times as much.
        for name, values in self.when.items():  # noqa: SIM110
            if factors[name] not in values:
                return False
        return True


def first_fit(rows: Sequence[Row], /, **factors: Any) -> Outcome:
    """The outcome of the first row that fits; a table ends with a row that always does, or is complete.

    Where a factor is unknown: ``try_every(partial(first_fit, rows), factors, domains)``.
    """
    for row in rows:
        if row.fits(factors):
            return row.outcome
    raise LookupError("no row of the decision table fits")


def as_data(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as plain data for the catalogue, in the order in which they are read."""
    return [
        {
            "when": {name: list(values) for name, values in row.when.items()},
            **{name: said for name, said in row.outcome._asdict().items() if said is not None},
        }
        for row in rows
    ]
