"""Cutting away what is not the subject."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.gathered.prepare.saliency import salient_objects
from engine.corpus.gathered.samples import Sample

_NEAR = 28.0
"""Levels (of 256) from the border's colour that still belong to the border."""
_UNIFORM = 0.92
_SMALLEST = 0.25
"""Part of a side that must be left, or what looked like a border is taken for the picture."""
_SCALES = (0.8, 0.9)
_HELD = 0.98
"""Part of what is salient that a closer crop must hold."""
_PLACES = 9


class Trim:
    """Cut off a border of one colour, such as the paper or the wall around a photographed painting."""

    name: ClassVar[str] = "trim"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture without its border, or as it is."""
        box = content_box(np.asarray(sample.picture, np.float32))
        if box == (0, 0, *sample.picture.size):
            return [sample]
        return [replace(sample, picture=sample.picture.crop(box))]


class Segment:
    """Crop a square on the subject, found by its saliency: never less than 0.8 of the shorter side."""

    name: ClassVar[str] = "segment"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the square."""
        return [replace(sample, picture=sample.picture.crop(subject_box(sample.picture)))]


def content_box(pixels: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) of what is not border, of (h, w, 3) levels; all where there is none."""
    height, width = pixels.shape[:2]
    whole = (0, 0, width, height)
    frame = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    border = np.median(frame, 0)
    if (_apart(frame, border) <= _NEAR).mean() < _UNIFORM:
        return whole
    inside = _apart(pixels, border) > _NEAR
    # A line of the border may hold some specks; a line of the picture holds more than that.
    rows = np.flatnonzero(inside.mean(1) > 0.02)
    columns = np.flatnonzero(inside.mean(0) > 0.02)
    if len(rows) == 0 or len(columns) == 0:
        return whole
    left, top, right, bottom = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    if right - left < _SMALLEST * width or bottom - top < _SMALLEST * height:
        return whole
    return left, top, right, bottom


def subject_box(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the square (left, top, right, bottom) that holds the most of what is salient.

    The smallest square serves that holds nearly all of it, so that nothing a caption tells of is cut off.
    """
    objects = salient_objects(picture)
    total = float(objects.sum())
    short = min(picture.size)
    for scale in (*_SCALES, 1.0):
        box, held = _best_square(objects, picture.size, round(scale * short))
        if held >= _HELD * total > 0:
            return box
    return box


def _best_square(
    objects: NDArray[np.float32], size: tuple[int, int], side: int
) -> tuple[tuple[int, int, int, int], float]:
    """Try squares of ``side`` pixels on a grid; return the one that holds most, of equals the most central."""
    width, height = size
    summed = np.pad(objects, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    down, across = objects.shape[0] / height, objects.shape[1] / width
    best: tuple[float, float, tuple[int, int, int, int]] | None = None
    for left in np.unique(np.linspace(0, width - side, _PLACES).round().astype(int)):
        for top in np.unique(np.linspace(0, height - side, _PLACES).round().astype(int)):
            x0, x1 = round(left * across), round((left + side) * across)
            y0, y1 = round(top * down), round((top + side) * down)
            held = float(summed[y1, x1] - summed[y0, x1] - summed[y1, x0] + summed[y0, x0])
            off_centre = abs(left - (width - side) / 2) + abs(top - (height - side) / 2)
            if best is None or (held, -off_centre) > best[:2]:
                best = held, -off_centre, (int(left), int(top), int(left) + side, int(top) + side)
    assert best is not None
    return best[2], best[0]


def _apart(pixels: NDArray[np.float32], colour: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.abs(pixels - colour).max(-1)
