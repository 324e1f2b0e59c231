"""Styles of many small pieces: pixel, pointillism, glass, lowpoly."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.corpus.filters import contours, flatten, mean_by, opened, saturate, slope, soften, step, to_image, to_plane
from engine.corpus.looks.scene import Scene
from engine.corpus.marks import Dots, dots, facets, quarries
from engine.corpus.raster import Plane, Rgb, luminance, mix, rgb


def pixel(scene: Scene, rng: np.random.Generator) -> Rgb:
    """A 32 x 32 picture of few colours, its figures crisp and outlined, enlarged without smoothing."""
    size = len(scene.rgb)
    behind, _ = _filled(scene.rgb, 1 - scene.subject)
    figure, cover = _filled(scene.rgb, scene.subject)
    few = to_image(saturate(behind, 1.25)).quantize(16, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    ground = to_plane(few.convert("RGB"))
    inside = cover > 0.42
    padded = np.pad(inside, 1)
    rim = (padded[2:, 1:-1] | padded[:-2, 1:-1] | padded[1:-1, 2:] | padded[1:-1, :-2]) & ~inside
    ground = np.where(rim[..., None], ground * 0.45, ground)
    small = np.where(inside[..., None], np.rint(saturate(figure, 1.25) * 9) / 9, ground)
    return to_plane(to_image(small).resize((size, size), Image.Resampling.NEAREST))


def _filled(image: Rgb, cover: Plane) -> tuple[Rgb, Plane]:
    """Shrink to 32 x 32 what ``cover`` covers, and its coverage."""
    small = to_plane(to_image(cover).resize((32, 32), Image.Resampling.BOX))
    part = to_plane(to_image(image * cover[..., None]).resize((32, 32), Image.Resampling.BOX))
    return (part / np.maximum(small, 0.02)[..., None]).astype(np.float32), small


def _sparks(scene: Scene) -> Plane:
    """Return the coverage of what is bright and thin, such as rain, crests and windows."""
    light = luminance(scene.rgb)
    return step(light - opened(light, 2.5), 0.04, 0.14) * (1 - scene.subject)


def pointillism(scene: Scene, rng: np.random.Generator) -> Rgb:
    """A lattice of round dots of pure colours, warm ones beside cool ones, smaller in the figures."""
    size = len(scene.rgb)
    pure = saturate(scene.rgb, 1.35)
    ground = saturate(soften(scene.rgb, 3), 0.9) * 0.72 + 0.02
    sheet = _dotted(pure, ground, dots(size, 16), 1.0)
    fine = mix(pure, _dotted(pure, pure * 0.75, dots(size, 32), 0.5), 0.75)
    return mix(sheet, fine, np.maximum(step(soften(scene.subject, 1.0), 0.25, 0.6), 0.7 * _sparks(scene)))


def _dotted(image: Rgb, ground: Rgb, lattice: Dots, vary: float) -> Rgb:
    part = 32 / len(lattice.centres) ** 0.5
    colours = soften(image, part)[lattice.centres[:, 0], lattice.centres[:, 1]] + vary * lattice.shifts
    return mix(ground, np.clip(colours, 0, 1)[lattice.owner], lattice.cover)


def glass(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Saturated panes in lead: diamonds behind, and the figures' own outlines."""
    lead, shade = quarries(len(scene.rgb))
    behind = 1 - step(soften(scene.subject, 1.2), 0.1, 0.5)
    bright = saturate(flatten(scene.rgb), 1.2) * (0.98 + shade * (0.2 + 0.8 * behind))[..., None] + 0.05
    ring = contours(scene.glow, 0.1, 0.2) * step(soften(scene.glow, 5), 0.12, 0.2)
    lines = np.maximum(lead, ring) * behind
    lines = np.maximum(lines, contours(scene.subject, 0.1, 0.2))
    return mix(np.clip(bright, 0, 1), rgb("#24212b"), 0.84 * soften(lines, 0.75))


def lowpoly(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat triangles whose corners lie on the edges: broad in the landscape, fine in the figures."""
    pull = slope(soften(scene.rgb, 1.0)) + slope(soften(scene.glow, 1.0))
    near: Plane = np.maximum(scene.subject, scene.glow)
    broad = _faceted(scene.rgb, np.float32(1.001) - scene.subject, pull, 8, 0.05)
    fine = mix(_faceted(scene.rgb, near + np.float32(0.001), pull, 28, 0.03), scene.rgb, 0.3 + 0.7 * _sparks(scene))
    return saturate(mix(broad, fine, np.maximum(step(soften(near, 0.8), 0.3, 0.7), 0.7 * _sparks(scene))), 1.2)


def _faceted(image: Rgb, weight: Plane, pull: Plane, count: int, tilt: float) -> Rgb:
    owner, tones = facets(pull, count)
    colours = mean_by(owner, image, len(tones), weight) * (1 + tilt * tones)[:, None]
    return np.clip(colours, 0, 1)[owner]
