"""The bot's settings: the only place under `bot` that reads the environment.

Each is read from `SALON_<GROUP>__<NAME>`. A secret may stand in a file instead, whose name is given by the same setting
with `_FILE` behind it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from engine.api.errors import SettingsRefused
from engine.names import nearest
from engine.settings import EngineSettings, default_data_dir
from engine.settings import load_settings as load_engine_settings

PREFIX = "SALON_"
TOKEN = "SALON_DISCORD__TOKEN"  # noqa: S105 - the name of the setting, not a token
UNSCREENED = "I accept that nobody screens these pictures"
"""What an operator must write before a model without a screen paints outside age-restricted channels."""

_GROUP = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DiscordSettings(BaseModel):
    """Discord itself."""

    model_config = _GROUP

    token: SecretStr | None = None
    """The bot's token. Without one, `salon run` opens a Discord of its own in the browser."""
    token_file: Path | None = None
    """A file that holds the token."""


class SandboxSettings(BaseModel):
    """The Discord in a box that serves where there is no token."""

    model_config = _GROUP

    port: int = Field(default=8899, ge=0, le=65535)
    """On 127.0.0.1; 0 takes any free one."""


class StorageSettings(BaseModel):
    """What is kept, where and for how long."""

    model_config = _GROUP

    blobs: str | None = None
    """Folder or fsspec URL of the pictures; None: `blobs` in the data folder."""
    quota_gb: float = Field(default=20.0, gt=0)
    """Gigabytes of pictures; beyond this, the oldest that nobody kept are dropped."""
    retention_days: int = Field(default=90, ge=0)
    """After so many days, pictures that nobody kept are dropped; 0: never."""
    backup_days: int = Field(default=30, ge=1)
    """Backups older than this are deleted, so that what was forgotten is forgotten there too."""


class LimitSettings(BaseModel):
    """How much one may ask for. 0 means no limit, but for `count`."""

    model_config = _GROUP

    count: int = Field(default=4, ge=1, le=4)
    """Pictures of one request."""
    pending_per_member: int = Field(default=10, ge=0)
    """Requests that wait or are painted."""
    pending_per_guild: int = Field(default=200, ge=0)
    """Likewise, of all members of a guild."""
    pending: int = Field(default=10_000, ge=0)
    """Of everybody together."""
    pictures_per_member: int = Field(default=0, ge=0)
    """Per UTC day; a guild's own quota replaces it."""
    pictures_per_guild: int = Field(default=0, ge=0)
    """Per UTC day; a guild's own quota replaces it."""
    own_per_guild: int = Field(default=50, ge=0)
    """Styles that a guild may make for itself, and as many lists of words."""
    cooldown_s: int = Field(default=0, ge=0)
    """Seconds between two requests of one member; a guild's own replaces it."""


class SafetySettings(BaseModel):
    """What protects members."""

    model_config = _GROUP

    unscreened_models: Literal["", "I accept that nobody screens these pictures"] = ""
    """Models other than `mini` have no screen for their pictures and paint only in age-restricted channels, unless this
    holds the sentence `I accept that nobody screens these pictures`."""


class MetricsSettings(BaseModel):
    """The endpoint for Prometheus."""

    model_config = _GROUP

    port: int = Field(default=0, ge=0, le=65535)
    """On 127.0.0.1; 0: none."""


class Settings(BaseSettings):
    """Everything a person may set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        use_attribute_docstrings=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    """Where the database, pictures, backups and logs live."""
    discord: DiscordSettings = DiscordSettings()
    sandbox: SandboxSettings = SandboxSettings()
    storage: StorageSettings = StorageSettings()
    limits: LimitSettings = LimitSettings()
    safety: SafetySettings = SafetySettings()
    metrics: MetricsSettings = MetricsSettings()
    engine: EngineSettings = Field(default_factory=EngineSettings)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much the bot says on standard error."""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.data_dir / "salon.db"

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.data_dir / "backups"

    @property
    def blobs(self) -> str:
        """Where the pictures are, as fsspec reads it."""
        return self.storage.blobs or str(self.data_dir / "blobs")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; keyword arguments win.

    Raises:
        SettingsRefused: naming the setting and what is wrong with it.
    """
    refuse_unknown(os.environ)
    try:
        # By itself first, for it says more exactly what is wrong with a list.
        overrides.setdefault("engine", load_engine_settings())
        settings = Settings(**overrides)
        # The engine's caches follow the data folder, unless they were given a place of their own.
        if "data_dir" not in settings.engine.model_fields_set:
            settings = settings.model_copy(
                update={"engine": settings.engine.model_copy(update={"data_dir": settings.data_dir})}
            )
    except SettingsError as error:
        raise SettingsRefused(f"{PREFIX}: {error}; lists are written as JSON.") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsRefused(f"{key}: {first['msg'][:1].lower()}{first['msg'][1:]}.") from error
    return settings


def read_token(settings: Settings) -> str | None:
    """Return the token, from the setting or its file; None without either.

    Raises:
        SettingsRefused: the file cannot be read or is empty, or both are given.
    """
    given, file = settings.discord.token, settings.discord.token_file
    if file is None:
        return given.get_secret_value().strip() or None if given else None
    if given is not None:
        raise SettingsRefused(f"{TOKEN} and {TOKEN}_FILE are both set; keep one of them.")
    try:
        token = file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsRefused(f"{TOKEN}_FILE: {file} cannot be read ({reason}).") from error
    if not token:
        raise SettingsRefused(f"{TOKEN}_FILE: {file} is empty; put the bot's token into it.")
    return token


def names() -> tuple[str, ...]:
    """Return the name of every setting."""
    return tuple(name for name, _ in described())


def described() -> Iterator[tuple[str, FieldInfo]]:
    """Yield the name of every setting with its type, default and description, for the reference."""
    yield from _described(Settings, PREFIX)


def _described(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        key = prefix + name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _described(field.annotation, key + "__")
        else:
            yield key, field


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Look for settings that do not exist, mistyped ones.

    Raises:
        SettingsRefused: naming one, with what was perhaps meant.
    """
    known = names()
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = _close(name.upper(), known)
            hint = f"did you mean {' or '.join(close)}?" if close else "unset it."
            raise SettingsRefused(f"There is no setting called {name}; {hint}")


def _close(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Suggest from the group that was named, if there is one: the prefixes alone make all settings look alike."""
    group, nested, rest = name.rpartition("__")
    own = {one.removeprefix(f"{group}__"): one for one in known if nested and one.startswith(f"{group}__")}
    if own:
        return tuple(own[hit] for hit in nearest(rest, own))
    whole = {one.removeprefix(PREFIX): one for one in known}
    return tuple(whole[hit] for hit in nearest(name.removeprefix(PREFIX), whole))
