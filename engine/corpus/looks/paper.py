"""The style of stacked sheets: papercut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.corpus.filters import mean_by, saturate, shifted, soften, step, to_image, to_plane
from engine.corpus.looks.scene import Scene
from engine.corpus.raster import Plane, Rgb, mix, rgb

SHEETS = 5
GRAIN = 64
SCRAPS = 0.8


def papercut(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat sheets stacked from the sky down to the ground, each throwing its shadow on the next."""
    size = len(scene.rgb)
    behind = _without_figures(scene)
    stack, colours = _sheets(behind)
    out = np.broadcast_to(colours[0], scene.rgb.shape)
    for level in range(1, SHEETS):
        edge = to_image((stack >= level).astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
        out = _laid(out, colours[level], step(soften(to_plane(edge), 2), 0.4, 0.6), 2)
    around = to_plane(to_image(soften(behind, 4)).resize((size, size), Image.Resampling.BICUBIC))
    scraps = step(np.abs(scene.rgb - around).max(-1), 0.14, 0.3) * (1 - scene.subject)
    out = mix(out, scene.rgb, SCRAPS * scraps)
    out = _laid(out, mix(scene.rgb, rgb("#fffbe8"), 0.4), scene.glow, 2)
    out = _laid(out, 0.5 * out + 0.5 * rgb("#fdfbf5"), step(soften(scene.subject, 1.2), 0.08, 0.3), 3)
    return mix(out, saturate(scene.rgb, 1.1), scene.subject)


def _without_figures(scene: Scene) -> Rgb:
    """Shrink the scene to the grain of its sheets, the colours round each figure in its place."""
    small = to_plane(to_image(scene.rgb).resize((GRAIN, GRAIN), Image.Resampling.BOX))
    figures = to_plane(to_image(scene.subject).resize((GRAIN, GRAIN), Image.Resampling.BOX))
    bare = 1 - step(soften(figures, 1.5), 0.02, 0.2)
    wide = soften(bare, 8)[..., None] + 0.02
    return mix(soften(small * bare[..., None], 8) / wide, small, bare)


def _sheets(behind: Rgb) -> tuple[NDArray[np.intp], Rgb]:
    """Sort a picture into sheets of one colour each, the highest in the picture first."""
    small = to_image(behind).filter(ImageFilter.MedianFilter(5))
    few = small.quantize(SHEETS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    labels = np.asarray(Image.fromarray(np.asarray(few)).filter(ImageFilter.ModeFilter(3)), np.intp)
    rows = np.repeat(np.arange(GRAIN), GRAIN)
    heights = np.bincount(labels.ravel(), rows, SHEETS) / np.maximum(np.bincount(labels.ravel(), minlength=SHEETS), 1)
    order = np.argsort(heights, kind="stable")
    colours = mean_by(labels, to_plane(small), SHEETS)[order]
    return np.argsort(order)[labels], saturate(colours, 1.25)


def _laid(below: Rgb, colour: Rgb, cover: Plane, lift: float) -> Rgb:
    """Lay a sheet over others: its shadow falls down and to the right."""
    drop = round(lift * len(cover) / 128)
    fallen = shifted(soften(cover, lift), -drop, -drop)
    return mix(below * (1 - 0.33 * fallen[..., None]), colour, cover)
