"""What the engine tells while it paints, and what it tells about itself."""

from dataclasses import dataclass

from pydantic import ConfigDict

from engine.api.recipe import Recipe

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The brief was accepted."""

    __pydantic_config__ = _STRICT

    ahead: int
    """Briefs accepted earlier and not finished yet."""
    eta_s: float | None
    """Seconds until it is expected to be finished, where step times are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the brief is, counted over all its pictures."""

    __pydantic_config__ = _STRICT

    step: int
    steps: int
    eta_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A cheap look at one unfinished picture."""

    __pydantic_config__ = _STRICT

    index: int
    step: int
    image: bytes
    """WebP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One finished picture."""

    __pydantic_config__ = _STRICT

    index: int
    image: bytes
    """Encoded, at most the brief's `max_bytes`."""
    mime: str
    sha256: str
    """Of `image`."""
    thumbnail: bytes
    """WebP, longest side at most 512 pixels."""
    width: int
    height: int
    recipe: Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """All frames of a morph in one file; sent after them."""

    __pydantic_config__ = _STRICT

    image: bytes
    """Encoded, at most the brief's `max_bytes`."""
    mime: str
    sha256: str
    """Of `image`."""
    still: bytes
    """WebP of the frame halfway, for where nothing moves; longest side at most 512 pixels."""
    width: int
    height: int
    frames: int
    """As shown: a loop between two goes there and back."""
    seconds: float
    """That it takes once."""
    recipe: Recipe
    """Of the whole morph; it is in the file too where its kind can hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The last event of a brief that went well."""

    __pydantic_config__ = _STRICT

    seconds: float
    """From admission to the last picture."""
    notices: tuple[str, ...] = ()
    """Sentences for the person, such as words that the model does not know."""


Event = Queued | Progress | Preview | Picture | Moving | Finished
"""What `paint` yields; a failure is raised as an `EngineError` instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model that this engine can paint with."""

    __pydantic_config__ = _STRICT

    name: str
    family: str
    title: str
    native: tuple[int, int]
    """Width and height in pixels."""
    multiple: int
    """Both sides must be divisible by this."""
    max_side: int
    steps: int
    guidance: float
    schedulers: tuple[str, ...]
    """The first is the default."""
    loaded: bool
    step_seconds: dict[int, float]
    """Measured seconds of one step, by network rows, at the native size; empty until measured."""
    row_cap: int | None
    """Rows beyond which a larger batch stops paying; None until measured."""
    preparing: bool = False
    """Whether its fast executor is being prepared in the background."""
    hash: str = ""
    """As `Recipe.model_hash`: whether it is still the one that painted a picture."""
    varies: bool = True
    """Whether it takes every mode and tiles; a model without an adapter only paints from words and pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleInfo:
    """One named look."""

    __pydantic_config__ = _STRICT

    name: str
    title: str
    description: str
    title_zh: str = ""
    description_zh: str = ""
    aliases: tuple[str, ...] = ()
    """Other names that it answers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What `describe()` answers."""

    __pydantic_config__ = _STRICT

    engine_version: str
    protocol: int
    device: str
    threads: int
    memory_bytes: int
    """Resident memory of the engine process."""
    models: tuple[ModelInfo, ...]
    default_model: str
    styles: tuple[StyleInfo, ...]
    max_prompt: int
    max_count: int
    max_upload_bytes: int
    running: int
    """Briefs admitted and not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of an untrusted picture: re-encoded without metadata, upright, first frame, RGB."""

    __pydantic_config__ = _STRICT

    sha256: str
    """Of `image`: the name under which a brief may refer to it."""
    image: bytes
    """PNG."""
    thumbnail: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Plain measures of one picture."""

    __pydantic_config__ = _STRICT

    sha256: str
    extractor: str
    """Name and version of what measured; features of different extractors are never mixed."""
    names: tuple[str, ...]
    values: tuple[float, ...]
