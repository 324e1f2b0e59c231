"""Figures: the subjects of a picture, coloured as named, put in their places and lit."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.factors import Figure
from engine.corpus.raster import Plane, Rgb, luminance, mix, rgb
from engine.corpus.sprites import sprites

Box = tuple[float, float, float, float]

ALONE = {"small": 0.45, "large": 0.66}
TOGETHER = {"small": 0.305, "large": 0.41}
WIDEST = 0.98
SPOTS = {
    1: {"left": 0.33, "centre": 0.5, "right": 0.67},
    2: {"left": 0.23, "centre": 0.5, "right": 0.77},
    3: {"left": 0.20, "centre": 0.5, "right": 0.80},
}
FOOT = {1: 0.92, 2: 0.93, 3: 0.94}
REAR_FOOT = {2: 0.90, 3: 0.80}
FLOATING = ("airplane", "balloon", "bee", "butterfly", "rocket", "ufo")
LIFT = 0.09
COLOURS = {
    "red": "#dd1a22",
    "orange": "#ff8412",
    "yellow": "#ffdd14",
    "green": "#22a83c",
    "blue": "#1f5ce6",
    "purple": "#8a35cc",
    "white": "#f4f5f7",
    "black": "#2b2b33",
}
MAIN_SHARE = 0.5


def nominal_box(figures: Sequence[Figure], k: int) -> Box:
    """Return where figure ``k`` stands before chance moves it a little.

    The box is (left, top, right, bottom) in fractions of the side, the sprite's own outline.
    """
    figure, count = figures[k], len(figures)
    sprite = sprites()[figure.subject]
    height = (ALONE if count == 1 else TOGETHER)[figure.size]
    width = height * sprite.width / sprite.height
    if width > WIDEST:
        width, height = WIDEST, height * WIDEST / width
    rear = count > 1 and figure.place == "centre"
    foot = (REAR_FOOT if rear else FOOT)[count]
    if figure.subject in FLOATING and not rear:
        foot -= LIFT
    middle = SPOTS[count][figure.place]
    left = min(max(middle - width / 2, 0.01), 0.99 - width)
    return left, foot - height, left + width, foot


def sprite_of(figure: Figure) -> Image.Image:
    """Return the figure's sprite, RGBA, in its named colour or its own."""
    if figure.colour is None:
        return sprites()[figure.subject]
    return _recoloured(figure.subject, figure.colour)


@functools.cache
def _recoloured(subject: str, colour: str) -> Image.Image:
    sprite = sprites()[subject]
    pixels = np.asarray(sprite, np.float32) / 255
    painted, alpha = pixels[..., :3], pixels[..., 3:]
    weight, middle = _main_parts(subject)
    light = luminance(painted)
    shaded = _ramp(rgb(COLOURS[colour]), light / middle, colour)
    both = np.concatenate([mix(painted, shaded, weight), alpha], -1)
    return Image.fromarray((both * 255 + 0.5).astype(np.uint8), "RGBA")


def _ramp(colour: Rgb, light: Plane, name: str) -> Rgb:
    """Shade a colour: ``light`` 1 leaves it, less darkens it, more brightens it."""
    reach = {"white": 0.55, "black": 1.0}.get(name, 0.8)
    dark = colour * (1 - reach * np.clip(1 - light, 0, 1))[..., None]
    bright = np.clip(light - 1, 0, 1) * (0.3 if name == "black" else 0.55)
    return mix(dark, np.ones(3, np.float32), bright)


@functools.cache
def _main_parts(subject: str) -> tuple[Plane, float]:
    """Return how much each pixel belongs to the glyph's main colours, and their mean brightness."""
    sprite = sprites()[subject]
    pixels = np.asarray(sprite, np.float32) / 255
    painted, solid = pixels[..., :3], pixels[..., 3] > 0.5
    flat = Image.fromarray((painted[solid] * 255).astype(np.uint8)[None])
    few = flat.quantize(12, Image.Quantize.MEDIANCUT, kmeans=4)
    tones = np.asarray(few.convert("RGB"), np.float32).reshape(-1, 3) / 255
    clusters, shares = np.unique(tones, axis=0, return_counts=True)
    chosen = _choose(clusters, shares / shares.sum())
    near = _distance(painted, clusters[chosen])
    far = _distance(painted, clusters[~chosen]) if (~chosen).any() else np.ones_like(near)
    weight = np.clip((far - near) / (far + near + 1e-6) * 2.5 + 0.5, 0, 1).astype(np.float32)
    light = luminance(painted)
    middle = float(np.average(light[solid], weights=weight[solid] + 1e-6))
    return weight, middle


def _choose(clusters: NDArray[np.float32], shares: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pick the tones that make up most of a glyph, dark outlines and eyes aside."""
    light = luminance(clusters)
    chosen = np.zeros(len(clusters), bool)
    for index in np.argsort(-shares):
        if light[index] > 0.3 and shares[chosen].sum() < MAIN_SHARE:
            chosen[index] = True
    kin = np.abs(_chroma(clusters)[:, None] - _chroma(clusters[chosen])).sum(-1).min(1)
    return chosen | ((kin < 0.22) & (light > 0.25))


def _chroma(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    light = luminance(colours)[..., None]
    return (colours - light) / (light + 0.15)


def _distance(painted: Rgb, clusters: NDArray[np.float32]) -> Plane:
    return np.linalg.norm(painted[..., None, :] - clusters, axis=-1).min(-1)


def light_up(colours: Rgb, light: Rgb, named: bool) -> Rgb:
    """Light a figure by the hour, mildly enough that its colours keep their names."""
    own = float(luminance(light[None])[0])
    tint = light / max(own, 1e-3)
    strength = 0.16 if named else 0.3
    level = 0.62 + 0.38 * own
    return np.clip(colours * level * (1 + strength * (tint - 1)), 0, 1).astype(np.float32)
