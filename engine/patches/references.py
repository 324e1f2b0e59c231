"""The pictures of a look: a person's or guild's own, or some painted by the corpus for a style of the catalogue."""

import numpy as np
import torch
from PIL import Image

from engine.api import Brief, OwnStyle
from engine.api.errors import InvalidBrief, MissingInputs
from engine.corpus.factors import Factors
from engine.corpus.looks import LOOKS
from engine.corpus.painter import paint
from engine.diffusion import pixels
from engine.families.base import Inputs
from engine.patches.colour import monge
from engine.styles.catalogue import Style, find, look

_TAUGHT_AS = {"illustration": "plain", "watercolor": "watercolour"}
"""Names of the catalogue that the corpus knows by another."""
_SEED = 7
SCENES = (("autumn", "dawn"), ("meadow", "noon"), ("mountains", "stars"))
"""Grounds and hours that a look is shown on, without figures: those would be found in the result."""
_SIDE = 192
_RIM = 1 / 16
"""Part of a painted side that is cut off, where some looks have a torn edge or a frame."""


def of(brief: Brief, inputs: Inputs) -> list[Image.Image]:
    """Return one to three pictures of the look that a brief names.

    They are in the style's own colours, and of the nearest one where the corpus does not paint it.

    Raises:
        InvalidBrief: it names none, or one without pictures.
        UnknownName: there is no such style.
        MissingInputs: a picture of it is not at hand.
    """
    if brief.style is None:
        raise InvalidBrief("Say in which style: name one, or send one to three pictures of it.")
    style = look(brief.style, brief.styles)
    if isinstance(style, OwnStyle):
        if not style.references:
            raise InvalidBrief(f"The style {style.name} has no pictures to learn from; give it one to three.")
        if not inputs.keys() >= set(style.references):
            raise MissingInputs
        return [inputs[name] for name in style.references]
    name = _painted(style).name
    found = [shown(_TAUGHT_AS.get(name, name), scene) for scene in SCENES]
    return [_coloured(one, style.palette) for one in found] if style.palette else found


def notices(brief: Brief) -> tuple[str, ...]:
    """Say which look stands in for one that the corpus does not paint."""
    style = look(brief.style, brief.styles) if brief.style is not None else None
    if not isinstance(style, Style) or style.nearest is None:
        return ()
    return (
        f"There is no picture of the style {style.title} here; its colours were taken, and the marks of the nearest, "
        f"{_painted(style).title}.",
    )


def shown(name: str, scene: tuple[str, str]) -> Image.Image:
    """Paint a ground at an hour in one of the corpus' looks."""
    assert name in LOOKS
    ground, hour = scene
    factors = Factors((), ground=ground, hour=hour, mood=None, palette=None, style=name)
    painted = Image.fromarray(paint(factors, np.random.default_rng(_SEED), _SIDE))
    rim = round(_RIM * _SIDE)
    return painted.crop((rim, rim, _SIDE - rim, _SIDE - rim))


def _painted(style: Style) -> Style:
    return find(style.nearest) if style.nearest else style


def _coloured(image: Image.Image, palette: tuple[str, ...]) -> Image.Image:
    """Move a picture's colours to those of a palette."""
    colours = torch.tensor([[int(colour[at : at + 2], 16) / 255 for colour in palette] for at in (1, 3, 5)])
    moved = monge(pixels.to_tensor(image)[0] / 2 + 0.5, [colours[:, None]])
    (result,) = pixels.to_images(moved[None] * 2 - 1)
    return result
