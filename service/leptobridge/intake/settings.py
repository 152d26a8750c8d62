"""What an installation may set about taking messages in."""

from dataclasses import dataclass, field
from datetime import tzinfo

from leptobridge.fhir.json_text import Limits


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """``base_url`` is where this service answers (``https://host/fhir``): references to it are to our own resources.

    ``zone`` is the sender's time zone, for times written with ``Z`` (exchange.md 0, time). ``channel_evaluates`` False
    keeps resources and facts without making anybody due (an installation that acts as a hospital).
    """

    limits: Limits = field(default_factory=Limits)
    base_url: str | None = None
    zone: tzinfo | None = None
    channel_evaluates: bool = True
