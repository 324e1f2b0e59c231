"""What is asked of the engine."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

Executor = Literal["auto", "full", "fast"]
"""Which implementation of the network call serves: eager torch, the compiled one, or whichever is ready."""

MAX_PROMPT = 4000
"""Longest prompt accepted, in characters."""
MAX_COUNT = 16
MAX_STEPS = 200
MAX_SIDE = 4096
"""Longest side of a picture accepted by any model, in pixels; a model may set a lower one."""
MAX_SEED = 2**63 - 1
DEFAULT_MAX_BYTES = 8 * 1024 * 1024
"""Bytes an encoded picture may take unless the brief says otherwise (Discord's plain upload limit is 10 MiB)."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Guidance = Annotated[float, Field(ge=0, le=50)]
Strength = Annotated[float, Field(ge=0, le=1)]

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A change to a running brief, applied once a picture has taken `step` steps.

    A field that is None stays as it is. Sent live, `step` is ignored and the change is applied at the next boundary;
    the recipe then records the step at which that was.
    """

    __pydantic_config__ = _STRICT

    step: Annotated[int, Field(ge=0)] = 0
    prompt: str | None = None
    guidance: Guidance | None = None
    strength: Strength | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStyle:
    """A look that a guild made for itself. It travels in the brief, for no catalogue of an engine has it."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(min_length=1, max_length=40)]
    prompt: Annotated[str, Field(pattern=r"^[^{}]*\{prompt\}[^{}]*$", max_length=1000)]
    """Template with one `{prompt}`."""
    negative: Annotated[str, Field(max_length=1000)] = ""
    references: Annotated[tuple[Sha256, ...], Field(max_length=3)] = ()
    """Pictures of the look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One request for pictures. What is None is chosen by the model's own defaults.

    Picture number i of the brief is painted from `seed + i`, so that any one of them can be had again.
    """

    __pydantic_config__ = _STRICT

    id: Annotated[str, Field(min_length=1, max_length=100)]
    prompt: str
    negative: str = ""
    style: str | None = None
    styles: tuple[OwnStyle, ...] = ()
    """Looks of a guild's own, which `style` may name before those of the catalogue."""
    family: str = "diffusion"
    model: str | None = None
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 4
    seed: Annotated[int, Field(ge=0, le=MAX_SEED - MAX_COUNT)] | None = None
    width: Annotated[int, Field(ge=1)] | None = None
    """Pixels; so is height."""
    height: Annotated[int, Field(ge=1)] | None = None
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] | None = None
    guidance: Guidance | None = None
    scheduler: str | None = None
    source: Sha256 | None = None
    """The picture to start from instead of pure noise (image to image)."""
    strength: Strength = 0.6
    """How far to go from `source`: 0 returns it as the autoencoder sees it, 1 keeps nothing of it."""
    timeline: tuple[Adjustment, ...] = ()
    executor: Executor = "auto"
    only: Annotated[int, Field(ge=0)] | None = None
    """Paint the whole brief but return this picture alone: batches, and so pixels, are then those of the first time."""
    previews: bool = False
    max_bytes: Annotated[int, Field(ge=1024)] = DEFAULT_MAX_BYTES
