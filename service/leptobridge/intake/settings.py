"""What an installation may set about taking messages in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from leptobridge.fhir.json_text import Limits
from leptobridge.fhir.validation.strictness import TOLERANT, Strictness


def no_zone(_sender: str) -> tzinfo | None:
    """Nobody's zone is known."""
    return None


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """``base_url`` is where this service answers (``https://host/fhir``): references to it are to our own resources.

    ``zone_of`` gives a sender's time zone, for times written with ``Z`` (exchange.md 0, time); ``complete_senders`` are
    those whose charts hold every cancer-directed therapy (exchange.md 7). ``channel_evaluates`` False keeps resources
    and facts without making anybody due (an installation that acts as a hospital).

    ``strictness`` says whether what the specification forbids is refused, or taken in and flagged.
    """

    limits: Limits = field(default_factory=Limits)
    base_url: str | None = None
    zone_of: Callable[[str], tzinfo | None] = no_zone
    complete_senders: frozenset[str] = frozenset()
    channel_evaluates: bool = True
    strictness: Strictness = TOLERANT
