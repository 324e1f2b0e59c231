"""All that is needed to paint one picture exactly again."""

from dataclasses import dataclass, field

from pydantic import ConfigDict

from engine.api.brief import Adjustment, Box, Ingredient, OwnStyle, Share
from engine.api.guides import Control, Layout, Lora, Palette, Reference

RECIPE_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What the pixels depend on beside the request; two equal backends with equal rows give identical pixels."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    executor: str
    """`full`, `fast` or `seamless`: see `engine.diffusion.executors`."""
    device: str
    """Such as `cpu` or `cuda (NVIDIA H200)`."""
    precision: str
    """Such as `float32` or `bfloat16`."""
    threads: int
    versions: dict[str, str] = field(default_factory=dict)
    """Library name to version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one picture was painted. It is kept in the database and inside the PNG."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    version: int = RECIPE_VERSION
    mode: str = "imagine"
    family: str
    model: str
    model_hash: str
    """SHA-256 over the model's manifest, so that the same name with other weights is noticed."""
    prompt: str
    """As asked, before any style words."""
    negative: str
    style: str | None
    styles: tuple[OwnStyle, ...] = ()
    """Where `style` is of a guild's own making, what it was then."""
    seed: int
    """Of the whole brief; this picture was drawn from `seed + index`."""
    index: int
    count: int
    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str
    source: str | None = None
    strength: float | None = None
    parents: tuple[str, ...] = ()
    """SHA-256 of the files that it descends from."""
    noise: tuple[Share, ...] = ()
    mask: str | None = None
    box: Box | None = None
    find: str | None = None
    place: Box | None = None
    tile: bool = False
    ingredients: tuple[Ingredient, ...] = ()
    loop: bool = True
    references: tuple[Reference, ...] = ()
    palette: Palette | None = None
    layout: Layout | None = None
    control: Control | None = None
    loras: tuple[Lora, ...] = ()
    keep_colours: bool = False
    timeline: tuple[Adjustment, ...] = ()
    """Changes made while it was painted, with the step each took effect at."""
    rows: tuple[tuple[int, int], ...] = ()
    """Network rows of each step's batch, run-length encoded as (rows, steps)."""
    backend: Backend
