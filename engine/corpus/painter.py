"""The painter: factors become a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.factors import Factors, draw_factors, generator
from engine.corpus.figures import FLOATING, LIFT, light_up, nominal_box, sprite_of
from engine.corpus.grounds import GROUNDS, HORIZON
from engine.corpus.landscape import Landscape
from engine.corpus.looks import LOOKS, Scene
from engine.corpus.moods import sign, tone
from engine.corpus.palettes import tint
from engine.corpus.raster import Plane, Rgb, blur, grid, luminance, mix, rgb, soften
from engine.corpus.skies import HOURS, haze, paint_sky, strike, veil

__all__ = ["compose_scene", "nominal_box", "paint", "paint_indexed"]

JITTER = 0.012


def paint(factors: Factors, rng: np.random.Generator, size: int = 128) -> NDArray[np.uint8]:
    """Paint one picture, (size, size, 3) uint8; the same stream gives the same picture."""
    scene = compose_scene(factors, rng, size)
    styled = LOOKS.get(factors.style, LOOKS["plain"])(scene, rng)
    return (np.clip(styled, 0, 1) * 255 + 0.5).astype(np.uint8)


def paint_indexed(seed: int, index: int, size: int = 128) -> tuple[NDArray[np.uint8], Factors]:
    """Paint picture ``index`` of the corpus ``seed``: it depends on these two numbers alone."""
    factors = draw_factors(seed, index)
    return paint(factors, generator(seed, index, 1), size), factors


def compose_scene(factors: Factors, rng: np.random.Generator, size: int) -> Scene:
    """Paint sky, landscape, figures, weather, mood and palette, without a style."""
    ground, hour = GROUNDS[factors.ground], factors.hour
    sky, glow = paint_sky(rng, hour, size, ground.skyline)
    light = rgb(HOURS[hour].light)
    if factors.mood:
        signed = sign(factors.mood, sky, float(luminance(light[None])[0]))
        sky = mix(signed, sky, 0.75 * glow)
    land = Landscape(rng, sky, hour)
    ground.paint(land)
    backdrop, glow = haze(land.rgb, hour, HORIZON), glow * land.sky
    if hour == "storm":
        backdrop, glow = strike(rng, backdrop)
    picture, subject = _place_figures(backdrop, factors, rng)
    picture = veil(picture, hour, subject)
    key = rgb(HOURS[hour].key)
    if factors.mood:
        picture = tone(factors.mood, picture, subject)
    if factors.palette:
        picture = tint(picture, factors.palette, subject)
        key = tint(key[None, None], factors.palette, np.zeros((1, 1), np.float32))[0, 0]
    return Scene(soften(picture.clip(0, 1)), subject, glow * (1 - subject), key)


def _place_figures(scene: Rgb, factors: Factors, rng: np.random.Generator) -> tuple[Rgb, Plane]:
    """Put the figures into the scene, those behind first; return it and what they cover."""
    size = len(scene)
    covered = np.zeros((size, size), np.float32)
    boxes = [nominal_box(factors.figures, k) for k in range(len(factors.figures))]
    shifts = rng.uniform(-JITTER, JITTER, (len(boxes), 2))
    for k in sorted(range(len(boxes)), key=lambda k: boxes[k][3]):
        layer, alpha = _layer(factors, k, boxes[k], shifts[k], size)
        floating = factors.figures[k].subject in FLOATING
        scene = _ground_contact(scene, factors, boxes[k], floating)
        scene = mix(_set_off(scene, layer, alpha), layer, alpha)
        covered = np.maximum(covered, alpha)
    return scene, covered


def _set_off(scene: Rgb, layer: Rgb, alpha: Plane) -> Rgb:
    """Brighten what lies around a dark figure, darken what lies around a bright one."""
    near = np.clip(blur(alpha, max(1, len(scene) // 64)) * 1.6, 0, 1)
    rim = np.clip(near - alpha, 0, 1)
    own = float(np.average(luminance(layer), weights=alpha))
    around = float(np.average(luminance(scene), weights=rim + 1e-6))
    return mix(scene, rgb("#ffffff"), near * 0.4) if own < around else mix(scene, scene * 0.55, near)


def _layer(
    factors: Factors, k: int, box: tuple[float, ...], shift: NDArray[np.float64], size: int
) -> tuple[Rgb, Plane]:
    figure = factors.figures[k]
    left, top, right, bottom = (round(v * size) for v in np.asarray(box) + np.tile(shift, 2))
    canvas = Image.new("RGBA", (size, size))
    sprite = sprite_of(figure).resize((max(right - left, 1), max(bottom - top, 1)), Image.Resampling.BILINEAR)
    canvas.paste(sprite, (left, top))
    pixels = np.asarray(canvas, np.float32) / 255
    hour = HOURS[factors.hour]
    colours = light_up(pixels[..., :3], rgb(hour.light), figure.colour is not None)
    return mix(colours, rgb(hour.horizon), hour.haze * 0.3), pixels[..., 3].copy()


def _ground_contact(scene: Rgb, factors: Factors, box: tuple[float, ...], floating: bool) -> Rgb:
    """Tie a figure to what it stands on: a shadow, or foam where it swims."""
    x, y = grid(len(scene))
    left, _, right, foot = box
    foot += LIFT * 0.8 if floating else -0.01
    distance = ((x - (left + right) / 2) / ((right - left) * 0.5)) ** 2 + ((y - foot) / 0.035) ** 2
    patch = np.clip(1.3 - distance, 0, 1)
    if factors.ground == "sea":
        return mix(scene, rgb("#eaf7fd") * rgb(HOURS[factors.hour].light), patch * 0.7)
    return mix(scene, scene * 0.45, patch * 0.75)
