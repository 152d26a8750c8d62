"""Settings of a LeptoBridge process: from the command line, the environment (``LEPTOBRIDGE_…``) and a TOML file.

A value given on the command line wins over the environment, the environment over the file. Rooms below take plain
arguments; only the faces read settings.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from leptobridge.chart.mappings import Mappings
from leptobridge.evaluation.stored_facts import FactReader
from leptobridge.fhir.json_text import Limits as MessageLimits
from leptobridge.fhir.validation.strictness import Strictness
from leptobridge.intake.settings import IntakeSettings

#: Names the settings file where ``--settings`` does not.
SETTINGS_FILE_VARIABLE = "LEPTOBRIDGE_SETTINGS"


class SettingsError(ValueError):
    """The settings cannot be used; the text names each setting and what is wrong, never the value given."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("not a time zone of the IANA database") from error
    return name


def _base_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("a base URL starts with http:// or https://")
    return url.rstrip("/")


def settings_file(given: Path | None) -> Path | None:
    """The file to read: the one given, else the one that the environment names."""
    named = os.environ.get(SETTINGS_FILE_VARIABLE)
    return given or (Path(named) if named else None)


ZoneName = Annotated[str, AfterValidator(_known_zone)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Limits(BaseModel):
    """What one request may hold; beyond it the answer is 413 (bytes) or 422 (depth, entries)."""

    body_bytes: int = Field(default=64 * 1024 * 1024, ge=1024, description="largest body in bytes")
    depth: int = Field(default=100, ge=10, description="deepest nesting of JSON objects and arrays")
    entries: int = Field(default=20_000, ge=1, description="most entries of one bundle")


class SenderSettings(BaseModel):
    """What is known of one sender beforehand (exchange.md 0, time; 7, completeness)."""

    zone: ZoneName | None = Field(default=None, description="zone in which an instant written with Z is read as a day")
    therapy_history_complete: bool = Field(
        default=False, description="every cancer-directed therapy of its patients is in what it sends"
    )


class ValidationSettings(BaseModel):
    """What happens to resources that break the rules of FHIR beyond mere structure, and which optional rules apply."""

    mode: Literal["flag", "reject"] = Field(
        default="flag", description="flag: take in what can be read, with warnings on the receipt; reject: refuse it"
    )
    example_urls: bool = Field(default=True, description="example.org and the like are allowed")
    embedded_html: bool = Field(default=True, description="what looks like HTML tags is allowed in texts")
    publication: bool = Field(default=False, description="the rules of published definitions apply")
    extensions: tuple[str, ...] = Field(default=(), description="URL prefixes of extensions that need no definition")

    @property
    def strictness(self) -> Strictness:
        """As the check takes it."""
        return Strictness(
            rejects=self.mode == "reject",
            example_urls=self.example_urls,
            embedded_html=self.embedded_html,
            publication=self.publication,
            extension_prefixes=self.extensions,
        )


class Settings(BaseSettings):
    """All settings; each is ``LEPTOBRIDGE_<NAME>`` in the environment, nested ones ``LEPTOBRIDGE_LIMITS__DEPTH``."""

    model_config = SettingsConfigDict(env_prefix="LEPTOBRIDGE_", env_nested_delimiter="__", extra="forbid")

    settings: Path | None = Field(default=None, description="TOML file with settings")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    base_url: BaseUrl | None = Field(
        default=None,
        description="FHIR base as clients see it, where a proxy stands before it; otherwise from each request",
    )
    database: str = Field(default="sqlite:///leptobridge.db", description="database URL (SQLite or PostgreSQL)")
    ehr: BaseUrl | None = Field(default=None, description="FHIR base of the EHR that results are written to")
    ehr_token: SecretStr | None = Field(default=None, description="bearer token for the EHR")
    evaluation: bool = Field(default=True, description="evaluate due patients in this process")
    delivery: bool = Field(default=True, description="deliver results to the EHR in this process (needs ehr)")
    clients: dict[str, str] = Field(
        default_factory=dict, description="bearer token -> name of the sender; none: the service is open", repr=False
    )
    senders: dict[str, SenderSettings] = Field(default_factory=dict, description="what is known of each sender")
    zone: ZoneName | None = Field(default=None, description="zone of senders that have none of their own")
    limits: Limits = Field(default_factory=Limits)
    validation: ValidationSettings = Field(default_factory=ValidationSettings)
    mappings: Path | None = Field(default=None, description="directory of mappings laid over those that come along")
    trials: Path | None = Field(default=None, description="directory of trial files instead of those that come along")
    baseline_window_days: int = Field(
        default=28, ge=0, le=365, description="days before the start in which a baseline counts"
    )
    poll_seconds: float = Field(
        default=2.0, gt=0, description="how often the workers look for work without being woken"
    )
    lease_seconds: int = Field(
        default=60, ge=5, description="how long a claimed patient or delivery belongs to one worker"
    )
    threads: int = Field(default=8, ge=1, description="requests worked on at once")
    page_size: int = Field(default=50, ge=1, description="entries of a search page where _count is not given")
    page_size_max: int = Field(default=1000, ge=1, description="largest _count that is honoured")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_file(init_settings().get("settings"))
        in_order = (init_settings, env_settings)
        return (*in_order, TomlConfigSettingsSource(settings_cls, file)) if file else in_order

    def zone_of(self, sender: str) -> ZoneInfo | None:
        """Zone of a sender: its own, else the common one, else none."""
        own = self.senders.get(sender)
        name = (own.zone if own else None) or self.zone
        return ZoneInfo(name) if name else None

    @property
    def complete_senders(self) -> frozenset[str]:
        """Senders whose charts hold every cancer-directed therapy (exchange.md 7, completeness)."""
        return frozenset(name for name, sender in self.senders.items() if sender.therapy_history_complete)

    def intake_settings(self) -> IntakeSettings:
        """How messages are taken in."""
        return IntakeSettings(
            limits=MessageLimits(**self.limits.model_dump()),
            base_url=self.base_url,
            channel_evaluates=self.evaluation,
            strictness=self.validation.strictness,
        )

    def fact_reader(self, mappings: Mappings) -> FactReader:
        """How resources are read as facts, by what is set of their senders."""
        return FactReader(mappings, self.zone_of, self.complete_senders)

    def with_values(self, **values: Any) -> Self:
        """The same settings with some replaced; ``None`` leaves one as it is. The result is validated again."""
        given = {name: value for name, value in values.items() if value is not None}
        return type(self).model_validate(self.model_dump() | given)


def load_settings(file: Path | None = None, **values: Any) -> Settings:
    """Settings of this process: ``values`` (those not ``None``) over the environment over the TOML ``file``.

    Without ``file`` the variable LEPTOBRIDGE_SETTINGS names it. Raises SettingsError for a file that cannot be read
    or a value that cannot be used.
    """
    path = settings_file(file)
    if path is not None and not path.is_file():
        raise SettingsError(f"no settings file {path}")

    try:
        return Settings(**{name: value for name, value in values.items() if value is not None}, settings=path)
    except ValidationError as error:
        raise SettingsError("; ".join(_problem(item) for item in error.errors(include_input=False))) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"settings file {path} cannot be read ({type(error).__name__})") from error


def _problem(item: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "settings"
    return f"{where}: {item['msg']}"
