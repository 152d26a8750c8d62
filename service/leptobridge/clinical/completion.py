"""What stands whatever the unknown inputs are: each unknown input is tried at every value it could have (G1)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Generic, TypeVar

Decision = TypeVar("Decision", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tried(Generic[Decision]):
    """The different decisions of all completions, and the unknown inputs that can change the decision."""

    decisions: tuple[Decision, ...]
    missing: tuple[str, ...] = ()

    @property
    def agreed(self) -> Decision | None:
        """The decision that stands whatever the unknown inputs are, else ``None``."""
        return self.decisions[0] if len(self.decisions) == 1 else None


def try_every(
    decide: Callable[..., Decision], inputs: Mapping[str, Any], domains: Mapping[str, Sequence[Any]]
) -> Tried[Decision]:
    """Calls ``decide(**inputs)`` with each input that is ``None`` at every value of its domain.

    ``domains``: input name → the values it could have, or one value of each class that ``decide`` tells apart. An
    input without a domain is passed as it is. An input counts as missing if two completions that differ in it alone
    are decided differently. With everything known ``decide`` is called once.
    """
    unknown = [name for name in domains if inputs[name] is None]
    if not unknown:
        return Tried((decide(**inputs),))
    tried = dict(inputs)
    decided: dict[tuple[Any, ...], Decision] = {}
    for combination in product(*(domains[name] for name in unknown)):
        tried.update(zip(unknown, combination, strict=True))
        decided[combination] = decide(**tried)
    different = tuple(dict.fromkeys(decided.values()))
    if len(different) == 1:
        return Tried(different)
    return Tried(different, tuple(name for place, name in enumerate(unknown) if _matters(place, decided)))


def remembering(
    decide: Callable[..., Decision], domains: Mapping[str, Sequence[Any]]
) -> Callable[..., Tried[Decision]]:
    """``try_every`` for a decision on finitely many inputs, all with a domain: each question is worked out once.

    With much unknown there are hundreds of completions; a population asks the same few questions again and again.
    """
    names = tuple(domains)

    @lru_cache(maxsize=4096)
    def tried(*values: Any) -> Tried[Decision]:
        return try_every(decide, dict(zip(names, values, strict=True)), domains)

    def ask(**inputs: Any) -> Tried[Decision]:
        return tried(*map(inputs.__getitem__, names))

    return ask


def _matters(place: int, decided: Mapping[tuple[Any, ...], Hashable]) -> bool:
    first_by_rest: dict[tuple[Any, ...], Hashable] = {}
    for combination, decision in decided.items():
        rest = combination[:place] + combination[place + 1 :]
        if first_by_rest.setdefault(rest, decision) != decision:
            return True
    return False
