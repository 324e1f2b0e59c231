"""The engine's settings: the only place under `engine` that reads the environment.

Each is read from `SALON_ENGINE__<NAME>`; `bot.settings` nests the same tree.
"""

import re
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from engine.api.errors import SettingsRefused

PREFIX = "SALON_ENGINE__"


def default_data_dir() -> Path:
    """Return `.salon/` beside the sources in a checkout, else the user's data folder."""
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").is_file():
        return root / ".salon"
    return Path(platformdirs.user_data_dir("salon"))


class EngineSettings(BaseSettings):
    """What a person may set about the engine. Unknown keys are refused."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True, use_attribute_docstrings=True
    )

    model: str = "mini"
    """The model used where a brief names none: `mini`, a folder, or a Hugging Face repository such as `owner/name`."""
    models: tuple[str, ...] = ()
    """Further models that briefs may name (a JSON list)."""
    describer: str = "mini-clip"
    """Who says what pictures show: `mini-clip`, or a captioner such as BLIP (a folder or a Hugging Face repository)."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1`, `mps`..."""
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """Of the network when eager torch serves; `auto` is float32 on a CPU and bfloat16 on a GPU."""
    executor: Literal["auto", "full", "fast"] = "auto"
    """`full` never compiles, `fast` waits for the compiled network, `auto` serves eagerly until that is ready."""
    threads: int = Field(default=0, ge=0, le=1024)
    """CPU threads; 0 takes every core."""
    listen: str | None = None
    """Where the engine process listens and clients look for it: a socket path, or `host:port` on a private network.

    None: every client starts an engine of its own.
    """
    data_dir: Path = Field(default_factory=default_data_dir)
    """Where caches live."""
    cache_mb: int = Field(default=512, ge=16)
    """Most megabytes of input pictures kept."""
    max_briefs: int = Field(default=64, ge=1)
    """Briefs held at once; more are refused as busy."""
    permutations: int = Field(default=16, ge=1, le=1000)
    """Requests that one prompt with choices in braces may become."""
    max_states: int = Field(default=64, ge=1)
    """Unfinished pictures held in memory at once; further briefs wait."""
    row_cap: int = Field(default=0, ge=0)
    """Most network rows of one batch; 0 measures where throughput flattens."""
    hang_s: float = Field(default=600.0, gt=0)
    """Seconds one step may take before the client gives the engine up as hung."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    """How much the engine writes into its log."""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def load_settings(**overrides: object) -> EngineSettings:
    """Read the settings from the environment; keyword arguments win.

    Raises:
        SettingsRefused: naming the key and what is wrong with it.
    """
    try:
        return EngineSettings(**overrides)  # type: ignore[arg-type]
    except SettingsError as error:  # a list or a table that is not JSON; its message names the field
        raise SettingsRefused(_not_json(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsRefused(f"{key}: {first['msg'].lower()}; you gave {first.get('input')!r}.") from error


def _not_json(error: SettingsError) -> str:
    named = re.search(r'field "(\w+)"', str(error))
    key = PREFIX + (named[1].upper() if named else "...")
    return f"""{key} takes a JSON list such as '["owner/name"]'; write it so, or unset it."""
