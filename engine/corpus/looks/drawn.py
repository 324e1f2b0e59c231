"""Styles of the line: ink, woodcut."""

from __future__ import annotations

import numpy as np

from engine.corpus.filters import contours, dabs, flatten, saturate, soften, step, tones
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
    washed = grey * mix(np.ones_like(hue), hue, 0.28)
    sky = (1 - step(y, 0.35, 0.62)) * (1 - scene.subject)
    spot = mix(grey, scene.key * (0.55 + 0.45 * grey), 0.8)
    washed = mix(washed, spot, sky)
    washed = mix(washed, saturate(flat, 1.2), 0.85 * scene.subject)
    washed = mix(washed, np.ones_like(washed), 0.9 * scene.glow)
    washed = np.clip(washed, 0, 1) * rgb("#fdf6e6")
    return mix(washed, rgb("#2b2a33"), 0.9 * _outlines(scene, 0.05))


def woodcut(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat tints under one black block, whose broad carved bands thin out towards the light."""
    size = len(scene.rgb)
    flat = flatten(scene.rgb)
    light = luminance(flat)
    levels = 0.32 + 0.25 * step(light, 0.22, 0.34) + 0.22 * step(light, 0.44, 0.56) + 0.2 * step(light, 0.67, 0.79)
    tint = mix(rgb("#f4e7c9"), saturate(tones(flat, levels), 1.3), 0.8)
    x, y = grid(size)
    turns = 8 * y + 0.14 * np.sin(2 * np.pi * 4 * x)
    profile = 0.5 + 0.5 * np.cos(2 * np.pi * turns)
    dark = 1 - soften(light, 4)
    behind = (1 - step(soften(scene.subject, 1.5), 0.05, 0.3)) * (1 - 0.9 * scene.glow)
    cut = step(np.minimum(0.95 * dark - 0.2, 0.5) - profile, -0.12, 0.12) * behind
    block: Plane = np.maximum(cut, _outlines(scene, 0.07))
    return mix(tint, rgb("#2b2224"), 0.92 * block)


def _outlines(scene: Scene, faint: float) -> Plane:
    """Return the lines round the figures and along the landscape's edges steeper than ``faint``."""
    behind = contours(dabs(scene.rgb, 4), faint, 1.8 * faint) * (1 - step(soften(scene.subject, 1.2), 0.1, 0.5))
    lines: Plane = np.maximum(behind, contours(scene.subject, 0.1, 0.2))
    return lines
