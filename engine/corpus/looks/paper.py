"""The style of stacked sheets: papercut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.corpus.filters import dabs, mean_by, saturate, shifted, soften, step, to_image, to_plane
from engine.corpus.looks.scene import Scene
from engine.corpus.raster import Plane, Rgb, mix, rgb

SHEETS = 6
GRAIN = 64


def papercut(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat sheets stacked from the sky down to the ground, each throwing its shadow on the next."""
    size = len(scene.rgb)
    stack, colours = _sheets(scene)
    out = np.broadcast_to(colours[0], scene.rgb.shape)
    for level in range(1, SHEETS):
        edge = to_image((stack >= level).astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
        out = _laid(out, colours[level], step(soften(to_plane(edge), 1.2), 0.4, 0.6), 2)
    out = _laid(out, rgb("#fffbe8"), scene.glow, 2)
    out = _laid(out, rgb("#fdfbf5"), step(soften(scene.subject, 1.2), 0.08, 0.3), 3)
    return mix(out, saturate(dabs(scene.rgb, 2), 1.2), scene.subject)


def _sheets(scene: Scene) -> tuple[NDArray[np.intp], Rgb]:
    """Sort what lies behind the figures into sheets of one colour, the highest in the picture first."""
    open_part = 1 - step(soften(scene.subject, 1.5), 0.02, 0.2)
    wide = soften(open_part, 8)[..., None] + 0.02
    behind = mix(soften(scene.rgb * open_part[..., None], 8) / wide, soften(scene.rgb, 2), open_part)
    small = to_image(behind).resize((GRAIN, GRAIN), Image.Resampling.BOX)
    labels = np.asarray(small.quantize(SHEETS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE), np.intp)
    labels = np.asarray(Image.fromarray(labels.astype(np.uint8)).filter(ImageFilter.ModeFilter(5)), np.intp)
    rows = np.repeat(np.arange(GRAIN), GRAIN)
    heights = np.bincount(labels.ravel(), rows, SHEETS) / np.maximum(np.bincount(labels.ravel(), minlength=SHEETS), 1)
    order = np.argsort(heights)
    colours = mean_by(labels, to_plane(small), SHEETS)[order]
    return np.argsort(order)[labels], saturate(colours, 1.25)


def _laid(below: Rgb, colour: Rgb, cover: Plane, lift: float) -> Rgb:
    """Lay a sheet over others: its shadow falls down and to the right."""
    drop = round(lift * len(cover) / 128)
    fallen = shifted(soften(cover, lift), -drop, -drop)
    return mix(below * (1 - 0.4 * fallen[..., None]), colour, cover)
