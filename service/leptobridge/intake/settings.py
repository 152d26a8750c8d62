"""What an installation may set about taking messages in."""

from dataclasses import dataclass, field

from leptobridge.fhir.json_text import Limits
from leptobridge.fhir.validation.strictness import TOLERANT, Strictness


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """``base_url`` is where this service answers (``https://host/fhir``): references to it are to our own resources.

    ``channel_evaluates`` False keeps resources without making anybody due (an installation that acts as a hospital).

    ``strictness`` says whether what the specification forbids is refused, or taken in and flagged.
    """

    limits: Limits = field(default_factory=Limits)
    base_url: str | None = None
    channel_evaluates: bool = True
    strictness: Strictness = TOLERANT
