"""What is asked of the engine."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from engine.api.guides import MAX_LORAS, MAX_REFERENCES, Control, Layout, Lora, Palette, Reference, Sha256

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

Guidance = Annotated[float, Field(ge=0, le=50)]
Strength = Annotated[float, Field(ge=0, le=1)]

Mode = Literal["imagine", "vary", "edit", "erase", "enlarge", "blend", "morph"]
"""What is done: painted from words (and perhaps a picture), varied, repainted in a part, taken out of a picture, made
larger (`width` and `height` are then two or four times those of `source`), mixed of `ingredients`, or led from one of
them to the next, a picture of the brief being a frame."""
MAX_INGREDIENTS = 5
Animation = Literal["webp", "apng", "gif", "mp4"]
Language = Literal["en", "zh"]
"""What Salon speaks."""
MAX_SHARES = 64
"""Noises that one picture's may be mixed of, which is also how long a line of subtle variations is followed."""

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in parts of a picture's sides: (0, 0) is the upper left corner, (1, 1) the lower right one."""

    __pydantic_config__ = _STRICT

    left: Annotated[float, Field(ge=-8, le=9)]
    top: Annotated[float, Field(ge=-8, le=9)]
    right: Annotated[float, Field(ge=-8, le=9)]
    bottom: Annotated[float, Field(ge=-8, le=9)]


@dataclass(frozen=True, slots=True)
class Share:
    """One of the noises that a picture's own is mixed of."""

    __pydantic_config__ = _STRICT

    seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    """Of one picture, its index included."""
    weight: Annotated[float, Field(ge=0, le=1)]


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
class Ingredient:
    """One of the pictures and prompts that are blended, or that a morph leads through."""

    __pydantic_config__ = _STRICT

    prompt: str = ""
    negative: str = ""
    style: str | None = None
    guidance: Guidance | None = None
    """The brief's where it is None; so is style, and negative where it is empty."""
    noise: Annotated[tuple[Share, ...], Field(max_length=MAX_SHARES)] = ()
    """What it was painted from, on the same model and at the same size; without it the brief's own seed serves."""
    picture: Sha256 | None = None
    """What it looks like, where that is not painted from its noise."""
    weight: float = 1.0
    """blend: its part in the mixture, relative to the others'."""


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
    """How far to go from `source`: 0 returns it as the autoencoder sees it, 1 keeps nothing of it.

    With `noise`, how far to turn from that: 0 is the picture it belongs to, 1 a new one; likewise with the
    `ingredients` of a blend. In a morph between pictures, how far its frames go from both halfway.
    """
    mode: Mode = "imagine"
    parents: Annotated[tuple[Sha256, ...], Field(max_length=MAX_COUNT)] = ()
    """Files that the picture descends from, for its recipe; nothing is read from them."""
    noise: Annotated[tuple[Share, ...], Field(max_length=MAX_SHARES)] = ()
    """vary: the noise that another picture was painted from, on the same model and at the same size."""
    mask: Sha256 | None = None
    """edit, erase: a picture of the shape of `source`, white where that is painted anew."""
    box: Box | None = None
    """edit, erase: a part of `source` that is painted anew."""
    find: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """edit, erase: words for what of `source` is painted anew, wherever the model sees it."""
    place: Box | None = None
    """edit: where `source` lies on the new picture, which is painted anew around it; it may stick out."""
    tile: bool = False
    """Whether the picture's opposite edges fit each other, so that it may be repeated without a seam."""
    ingredients: Annotated[tuple[Ingredient, ...], Field(max_length=64)] = ()
    """blend, morph: what is mixed; `prompt` is then only what the result is called."""
    loop: bool = True
    """morph: whether it leads back to where it began."""
    animation: Animation = "webp"
    """morph: the kind of file that the frames are put together in."""
    references: Annotated[tuple[Reference, ...], Field(max_length=MAX_REFERENCES)] = ()
    """Pictures that it is painted after: for what they show, for how they look, or away from them."""
    palette: Palette | None = None
    layout: Layout | None = None
    control: Control | None = None
    loras: Annotated[tuple[Lora, ...], Field(max_length=MAX_LORAS)] = ()
    """Adapters that the model wears while it paints."""
    keep_colours: bool = False
    """Restyling: whether the picture stays in its own colours and takes on marks and tones alone."""
    timeline: tuple[Adjustment, ...] = ()
    executor: Executor = "auto"
    only: Annotated[int, Field(ge=0)] | None = None
    """Paint the whole brief but return this picture alone: batches, and so pixels, are then those of the first time."""
    previews: bool = False
    language: Language | None = None
    """In which the person is told what there is to know about their request; None: that of the prompt."""
    max_bytes: Annotated[int, Field(ge=1024)] = DEFAULT_MAX_BYTES

    @property
    def pictures(self) -> tuple[Sha256, ...]:
        """The pictures that the engine reads, by content hash."""
        references = (name for style in self.styles for name in style.references)
        mixed = (ingredient.picture for ingredient in self.ingredients)
        after: list[Sha256 | None] = [reference.picture for reference in self.references]
        after.append(self.palette.picture if self.palette else None)
        after.append(self.layout.mask if self.layout else None)
        after.append(self.control.picture if self.control else None)
        names = (self.source, self.mask, *references, *mixed, *after)
        return tuple(name for name in names if name is not None)
