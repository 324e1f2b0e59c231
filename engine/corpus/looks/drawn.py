"""Styles of the line: ink, woodcut."""

from __future__ import annotations

import numpy as np

from engine.corpus.filters import contours, flatten, opened, saturate, soften, step, tones
from engine.corpus.looks.scene import Scene
from engine.corpus.raster import Plane, Rgb, grid, luminance, mix, rgb


def ink(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Brushed contours on cream paper, three grey washes, and the hour's and subjects' colours."""
    flat = flatten(scene.rgb)
    light = luminance(flat)
    low, high = np.percentile(light, (3, 97))
    level = np.clip((light - 0.6 * low) / max(high - 0.6 * low, 0.35), 0, 1)
    tone = 0.42 + 0.18 * step(level, 0.15, 0.29) + 0.18 * step(level, 0.39, 0.53) + 0.22 * step(level, 0.63, 0.77)
    _, y = grid(len(light))
    grey = np.repeat(tone[..., None], 3, -1).astype(np.float32)
    hue = flat / (light[..., None] + 0.05)
    vivid = step(np.ptp(flat, axis=-1), 0.2, 0.45) * step(np.abs(flat - scene.key).max(-1), 0.2, 0.4)
    washed = grey * mix(np.ones_like(hue), hue, 0.35 + 0.5 * vivid * (1 - step(y, 0.4, 0.6)))
    own = np.maximum(vivid, step(flat.min(-1), 0.82, 0.94))
    sky = (1 - step(y, 0.35, 0.62)) * (1 - scene.subject) * (1 - 0.8 * own)
    spot = mix(grey, scene.key * (0.55 + 0.45 * grey), 0.8)
    washed = mix(washed, spot, sky)
    washed = mix(washed, saturate(flat, 1.2), 0.85 * scene.subject)
    washed = mix(washed, 0.5 + 0.5 * scene.rgb, scene.glow)
    washed = np.clip(washed, 0, 1) * rgb("#fdf6e6")
    return mix(washed, rgb("#33323c"), 0.88 * _outlines(scene, 0.03))


def woodcut(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat tints under one black block, whose broad carved bands thin out towards the light."""
    size = len(scene.rgb)
    flat = flatten(scene.rgb)
    light = luminance(flat)
    levels = 0.32 + 0.25 * step(light, 0.22, 0.34) + 0.22 * step(light, 0.44, 0.56) + 0.2 * step(light, 0.67, 0.79)
    levels = np.where(scene.subject > 0.5, light, levels)
    tint = mix(rgb("#f4e7c9"), saturate(tones(flat, levels), 1.3), 0.8)
    x, y = grid(size)
    turns = 8 * y + 0.14 * np.sin(2 * np.pi * 4 * x)
    profile = 0.5 + 0.5 * np.cos(2 * np.pi * turns)
    dark = 1 - soften(light, 4)
    behind = (1 - step(soften(scene.subject, 1.5), 0.05, 0.3)) * (1 - 0.9 * scene.glow)
    cut = step(np.minimum(0.95 * dark - 0.2, 0.5) - profile, -0.22, 0.22) * behind
    block: Plane = np.maximum(cut, _outlines(scene, 0.04))
    return mix(tint, mix(rgb("#2b2224"), 0.7 * scene.key, 0.35), 0.9 * soften(block, 0.6))


def _outlines(scene: Scene, faint: float) -> Plane:
    """Return the lines round the figures and along the landscape's edges steeper than ``faint``.

    Where edges crowd, as in a field of flowers, there are none: a hand would leave them out.
    """
    edges = contours(opened(luminance(scene.rgb), 2.5), faint, 1.8 * faint) * (
        1 - step(soften(scene.subject, 1.2), 0.1, 0.5)
    )
    edges *= 1 - 0.8 * step(soften(edges, 5), 0.28, 0.5)
    return soften(np.maximum(edges, contours(scene.subject, 0.1, 0.2)), 0.5)
