"""Figures: the subjects of a picture, coloured as named, put in their places and lit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from engine.corpus.dyes import dyed
from engine.corpus.factors import Figure
from engine.corpus.raster import Rgb, luminance
from engine.corpus.sprites import sprites

Box = tuple[float, float, float, float]

ALONE = {"small": 0.45, "large": 0.66}
TOGETHER = {"small": 0.305, "large": 0.41}
WIDEST = {1: 0.86, 2: 0.48, 3: 0.46}
SPOTS = {
    ("left",): (0.33,),
    ("centre",): (0.5,),
    ("right",): (0.67,),
    ("left", "centre"): (0.21, 0.575),
    ("left", "right"): (0.26, 0.74),
    ("centre", "right"): (0.425, 0.79),
    ("left", "centre", "right"): (0.18, 0.5, 0.82),
}
FOOT = 0.93
REAR_FOOT = {2: 0.85, 3: 0.74}
FLOATING = ("airplane", "balloon", "bee", "butterfly", "rocket", "ufo")
LIFT = 0.09


def nominal_box(figures: Sequence[Figure], k: int) -> Box:
    """Return where figure ``k`` stands before chance moves it a little.

    The box is (left, top, right, bottom) in fractions of the side, the sprite's own outline.
    """
    figure, count = figures[k], len(figures)
    sprite = sprites()[figure.subject]
    height = (ALONE if count == 1 else TOGETHER)[figure.size]
    width = height * sprite.width / sprite.height
    if width > WIDEST[count]:
        width, height = WIDEST[count], height * WIDEST[count] / width
    rear = count > 1 and figure.place == "centre"
    foot = REAR_FOOT[count] if rear else FOOT
    if figure.subject in FLOATING and not rear:
        foot -= LIFT
    middle = SPOTS[tuple(other.place for other in figures)][k]
    left = min(max(middle - width / 2, 0.01), 0.99 - width)
    return left, foot - height, left + width, foot


def sprite_of(figure: Figure) -> Image.Image:
    """Return the figure's sprite, RGBA, in its named colour or its own."""
    if figure.colour is None:
        return sprites()[figure.subject]
    return dyed(figure.subject, figure.colour)


def light_up(colours: Rgb, light: Rgb, named: bool) -> Rgb:
    """Light a figure by the hour, mildly enough that its colours keep their names."""
    own = float(luminance(light[None])[0])
    tint = light / max(own, 1e-3)
    strength = 0.16 if named else 0.3
    level = 0.62 + 0.38 * own
    return np.clip(colours * level * (1 + strength * (tint - 1)), 0, 1).astype(np.float32)
