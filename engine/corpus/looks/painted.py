"""Styles of the brush: plain, watercolour, oil."""

from __future__ import annotations

import numpy as np

from engine.corpus.filters import dabs, saturate, slope, soften, step
from engine.corpus.looks.scene import Scene
from engine.corpus.marks import torn_edge
from engine.corpus.raster import Plane, Rgb, grid, luminance, mix, rgb


def plain(scene: Scene, rng: np.random.Generator) -> Rgb:
    """The scene as it is, a little brighter."""
    return saturate(scene.rgb, 1.1)


def watercolour(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Pale washes, darker where their edges dried, on paper that shows around a torn border."""
    size = len(scene.rgb)
    paper = rgb("#fdfaf1")
    wash = dabs(scene.rgb, 4)
    wash = mix(wash, dabs(scene.rgb, 2), 0.75 * scene.subject)
    wash = saturate(wash, 1.25) ** 0.8
    rims = step(slope(soften(wash, 1.0)), 0.03, 0.22)
    wash = wash * (1 - 0.3 * rims[..., None])
    bloom = soften(scene.subject, 2.6)
    gap = step(bloom, 0.12, 0.4) * (1 - step(soften(scene.subject, 1.0), 0.2, 0.7))
    wash = mix(wash, paper, 0.25 * gap)
    wash = mix(wash, mix(paper, scene.rgb, 0.5), 0.8 * scene.glow)
    sheet, pool = torn_edge(size)
    wash = wash * (1 - 0.15 * pool[..., None])
    return mix(paper, mix(wash, paper, 0.12), sheet)


def oil(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Thick dabs lit from the upper left, their strokes bending round the subject and the light."""
    size = len(scene.rgb)
    near: Plane = np.maximum(scene.subject, scene.glow)
    paint = dabs(scene.rgb, 4)
    paint = mix(paint, dabs(scene.rgb, 2), step(soften(near, 1.2), 0.1, 0.5))
    paint = saturate(paint, 1.3)
    x, y = grid(size)
    bend = 1.3 * soften(scene.subject, 9) + 1.6 * soften(scene.glow, 7) + 1.0 * soften(luminance(paint), 5)
    turns = 12 * y + 1.2 * np.sin(2 * np.pi * x) + 2.2 * bend
    bristle = np.sin(2 * np.pi * turns)
    height = luminance(paint)
    relief = soften(0.5 + 0.9 * (height - np.roll(height, (1, 1), (0, 1))), 0.7) - 0.5
    shade = 0.085 * bristle * (1 - 0.75 * scene.subject) + np.clip(1.6 * relief, -0.25, 0.25) * (
        1 - 0.5 * scene.subject
    )
    warm = paint * np.array([1.05, 1.0, 0.92], np.float32)
    lit: Rgb = warm * (1 + shade[..., None]) + 0.05 * shade[..., None]
    return np.clip(lit, 0, 1)
