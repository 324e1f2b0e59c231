"""The painter: factors become a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.factors import Factors, draw_factors, generator
from engine.corpus.grounds import GROUNDS, HORIZON, Landscape
from engine.corpus.looks import LOOKS, Scene
from engine.corpus.raster import Plane, Rgb, blur, grid, mix, rgb
from engine.corpus.skies import HOURS, haze, paint_sky, veil
from engine.corpus.sprites import sprites

PLACES = {"left": 0.31, "centre": 0.5, "right": 0.69}
HEIGHT = (0.54, 0.66)
WIDEST = 0.66
FLOATS = ("balloon", "butterfly", "rocket")


def paint(factors: Factors, rng: np.random.Generator, size: int = 128) -> NDArray[np.uint8]:
    """Paint one picture, (size, size, 3) uint8; the same stream gives the same picture."""
    scene = compose_scene(factors, rng, size)
    styled = LOOKS[factors.style](scene, rng)
    return (np.clip(styled, 0, 1) * 255 + 0.5).astype(np.uint8)


def paint_indexed(seed: int, index: int, size: int = 128) -> tuple[NDArray[np.uint8], Factors]:
    """Paint picture ``index`` of the corpus ``seed``: it depends on these two numbers alone."""
    factors = draw_factors(seed, index)
    return paint(factors, generator(seed, index, 1), size), factors


def compose_scene(factors: Factors, rng: np.random.Generator, size: int) -> Scene:
    """Paint sky, landscape, subject and weather, without a style."""
    land = Landscape(rng, paint_sky(rng, factors.hour, size), factors.hour)
    GROUNDS[factors.ground](land)
    backdrop = haze(land.rgb, factors.hour, HORIZON)
    picture, mask = _place(backdrop, factors, rng)
    return Scene(veil(rng, picture, factors.hour).clip(0, 1), mask)


def _place(scene: Rgb, factors: Factors, rng: np.random.Generator) -> tuple[Rgb, Plane]:
    """Put the subject into the scene, lit by the hour; return both and what it covers."""
    size = len(scene)
    sprite = sprites()[factors.subject]
    scale = min(rng.uniform(*HEIGHT) / sprite.height, WIDEST / sprite.width) * size
    width, height = round(sprite.width * scale), round(sprite.height * scale)
    centre = PLACES[factors.place] + rng.normal(0, 0.012)
    lift = 0.10 if factors.subject in FLOATS else 0.0
    foot = rng.uniform(0.88, 0.93) - lift
    left = min(max(round(centre * size - width / 2), 1), size - width - 1)
    top = round(foot * size) - height
    layer = Image.new("RGBA", (size, size))
    layer.paste(sprite.resize((width, height), Image.Resampling.LANCZOS), (left, top))
    pixels = np.asarray(layer, np.float32) / 255
    colour, mask = pixels[..., :3], pixels[..., 3].copy()
    middle = (left + width / 2) / size
    scene = _ground_contact(scene, factors, middle, foot + lift * 0.8, width / size)
    if factors.ground == "sea" and not lift:
        mask = mask * _waterline(size, foot - 0.03)
    light = rgb(HOURS[factors.hour].light)
    colour = colour * (0.38 + 0.62 * light)
    halo = np.clip(blur(mask, max(1, size // 64)) - mask, 0, 1)
    scene = mix(scene, rgb(HOURS[factors.hour].horizon), halo * 0.5)
    pale = HOURS[factors.hour].haze * 0.35
    return mix(scene, mix(colour, rgb(HOURS[factors.hour].horizon), pale), mask), mask


def _waterline(size: int, level: float) -> Plane:
    x, y = grid(size)
    surface = level + 0.008 * np.sin(x * 40)
    return np.clip((surface - y) * size + 0.5, 0, 1).astype(np.float32)


def _ground_contact(scene: Rgb, factors: Factors, middle: float, foot: float, width: float) -> Rgb:
    """Tie the subject to what it stands on: a shadow, or foam where it swims."""
    size = len(scene)
    x, y = grid(size)
    distance = ((x - middle) / (width * 0.52)) ** 2 + ((y - foot) / 0.035) ** 2
    patch = np.clip(1.3 - distance, 0, 1)
    if factors.ground == "sea":
        return mix(scene, rgb("#e4f3fb") * rgb(HOURS[factors.hour].light), patch * 0.55)
    return mix(scene, scene * 0.45, patch * 0.8)
