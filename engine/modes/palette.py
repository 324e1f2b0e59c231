"""A picture in the colours of a palette.

Halfway, the estimate of the finished picture is brought to the palette, so that what follows is painted in its light;
at the end its pixels are brought there exactly. Any architecture can do it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from PIL.Image import Image

from engine.api import Brief
from engine.api.errors import InvalidBrief
from engine.api.guides import Palette
from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors import Executor
from engine.families.base import Inputs
from engine.modes.colours import Colours, gathered, transported
from engine.modes.oklab import from_srgb
from engine.names import unknown
from engine.styles.catalogue import catalogue, folded

STEERED = 0.45
"""When the estimate is brought to the palette, as a part of all steps: the layout stands, and details are to come."""
_STEERING = 0.7
"""How far it is brought there by a strength of 1; all the way, what differs in colour alone would merge."""
OF_A_PICTURE = 8
"""Colours that are taken from a picture."""
_SIDE = 96


@dataclass(frozen=True)
class Tint:
    """The palette of one picture, ready to use."""

    colours: Colours
    strength: float

    def due(self, position: int, steps: int) -> bool:
        """Whether the estimate is brought to the palette in that step of so many."""
        return position == int(STEERED * steps)

    def steered(self, adapter: Adapter, executor: Executor, clean: torch.Tensor) -> torch.Tensor:
        """Bring the latent of a finished picture, (1, channels, rows, columns), to the palette."""
        seen = executor.decode(clean).float().cpu()
        (image,) = pixels.to_images(seen)
        moved = self._moved(image, _STEERING * self.strength)
        # Both go through the autoencoder, or what it loses would count as a change of colour.
        before, after = (adapter.encode_image(one, torch.Generator("cpu").manual_seed(0)) for one in (image, moved))
        return clean + after - before

    def worn(self, image: Image) -> Image:
        """Bring a painted picture to the palette."""
        return self._moved(image, self.strength)

    def _moved(self, image: Image, strength: float) -> Image:
        found = transported(unit(image), self.colours, strength)
        return pixels.to_images(2 * found[None] - 1)[0]


def tint(brief: Brief, inputs: Inputs) -> Tint | None:
    """Return the palette of a brief, or None where it has none.

    Raises:
        InvalidBrief: it names no colours, or in more than one way.
        UnknownName: there is no such palette.
    """
    if brief.palette is None:
        return None
    return Tint(colours_of(brief.palette, inputs), brief.palette.strength)


def colours_of(palette: Palette, inputs: Inputs) -> Colours:
    """Return the colours of a palette; see `tint`."""
    if sum(map(bool, (palette.name, palette.colours, palette.picture))) != 1:
        raise InvalidBrief("Give a palette by its name, by its colours or by a picture of it, in one of these ways.")
    if palette.picture is not None:
        shown = pixels.fit(inputs[palette.picture], _SIDE, _SIDE)
        return gathered(unit(shown), OF_A_PICTURE)
    found = palette.colours or named(palette.name or "")
    lab = from_srgb(torch.tensor([[int(one[at : at + 2], 16) / 255 for at in (1, 3, 5)] for one in found]))
    return Colours(lab, torch.full((len(lab),), 1 / len(lab)))


def unit(image: Image) -> torch.Tensor:
    """Return the pixels of a picture, (3, height, width) in 0..1."""
    return pixels.to_tensor(image)[0] / 2 + 0.5


def named(name: str) -> tuple[str, ...]:
    """Return the colours, such as `#f4d35e`, of a palette of the house or of a style.

    Raises:
        UnknownName: there is none.
    """
    if (plain := folded(name)) not in palettes():
        raise unknown("palette", name, palettes())
    return palettes()[plain]


@cache
def palettes() -> dict[str, tuple[str, ...]]:
    """Return all palettes that have a name: those of the styles, and some of the house."""
    told = tomllib.loads(Path(__file__).with_name("palettes.toml").read_text(encoding="utf-8"))
    of_styles = {style.name: style.palette for style in catalogue() if style.palette}
    return of_styles | {name: tuple(colours) for name, colours in told.items()}
