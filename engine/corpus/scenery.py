"""Scenery: the shapes that landscapes are made of, as masks (size, size) or as lists of shapes.

All places and lengths are fractions of the side.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from engine.corpus.raster import Circle, Plane, disks, grid, stencil


def tree_row(rng: np.random.Generator, count: int, height: float) -> list[tuple[float, float]]:
    """Return places across the sheet and heights of trees, the middle ones lower."""
    xs = np.linspace(-0.02, 1.02, count) + rng.uniform(-0.25, 0.25, count) / count
    tall = height * rng.uniform(0.8, 1.1, count) * (0.72 + 0.5 * np.abs(xs - 0.5))
    return [(float(x), float(t)) for x, t in zip(xs, tall, strict=True)]


def pines(size: int, trees: Sequence[tuple[float, float]], base: float, snow: bool = False) -> Plane:
    """Return the mask of pines, three tiers each, or that of the snow upon their tiers."""

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for x, tall in trees:
            for tier in (2, 1, 0):
                top, half = base - tall * (1 - 0.26 * tier), tall * (0.19 + 0.07 * tier)
                parts = ((1.0, 0), (0.63, 255)) if snow else ((1.0, 255),)
                for part, level in parts:
                    low, wide = top + 0.48 * tall * part, half * part
                    corners = ((x, top), (x + wide, low), (x - wide, low))
                    canvas.polygon([(a * side, b * side) for a, b in corners], level)

    return stencil(size, draw)


@functools.cache
def wave_crest(size: int, level: float, shifted: int) -> Plane:
    """Return a line of scalloped crests, four across, (size,)."""
    x = (np.arange(size, dtype=np.float32) + 0.5) / size
    return level + 0.035 * np.abs(np.sin(4 * np.pi * (x + 0.125 * shifted))).astype(np.float32) - 0.035


def towers(rng: np.random.Generator, low: float, high: float, start: float) -> list[tuple[float, ...]]:
    """Return the boxes of towers, on a grid of sixteenths of the side."""
    boxes = []
    left = start - 0.125
    while left < 1:
        width = float(rng.choice((0.125, 0.1875)))
        middle = abs(left + width / 2 - 0.5)
        top = np.rint((low + (high - low) * (rng.random() * 0.7 + 0.3 - 0.6 * middle)) * 16) / 16
        boxes.append((left, float(top), left + width - 1 / 128, 0.78))
        left += width
    return boxes


def windows(blocks: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """Return the panes of towers, each (left, top, right, bottom), at fixed places of the sheet."""
    panes = []
    for left, top, right, _ in blocks:
        for x in np.arange(left, right - 0.02, 0.0625):
            for y in np.arange(top + 0.03125, 0.72, 0.0625):
                panes.append((float(x) + 0.017, float(y), float(x) + 0.043, float(y) + 0.03))
    return panes


@functools.cache
def blossoms(size: int, y: float, count: int, shifted: int) -> tuple[Plane, Plane]:
    """Return a row of blossoms: the masks of their petals and of their hearts; far ones have none."""
    pitch = 1 / count
    radius = min(0.40 * pitch, 0.048)
    xs = [(k + 0.5 * shifted) * pitch for k in range(count + 1)]
    if radius < 0.03:
        return disks(size, [(x, y, radius) for x in xs]), np.zeros((size, size), np.float32)
    turn = np.arange(5) * 2 * np.pi / 5 - np.pi / 2
    petals = [
        (x + 0.6 * radius * float(np.cos(a)), y + 0.6 * radius * float(np.sin(a)), 0.52 * radius)
        for x in xs
        for a in turn
    ]
    return disks(size, petals), disks(size, [(x, y, 0.36 * radius) for x in xs])


def crown(x: float, y: float, r: float) -> list[Circle]:
    """Return the three disks of a broadleaf tree's crown."""
    return [(x, y - 0.3 * r, 0.85 * r), (x - 0.5 * r, y + 0.25 * r, 0.7 * r), (x + 0.5 * r, y + 0.25 * r, 0.7 * r)]


@functools.cache
def lava_cracks(size: int) -> Plane:
    """Return two winding cracks of lava in the foreground."""
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for level, phase, high in ((0.82, 0.0, 0.014), (0.95, 2.0, 0.020)):
        middle = level + 0.022 * np.sin(4 * np.pi * x + phase)
        total = np.maximum(total, np.clip((high - np.abs(y - middle)) * size + 0.5, 0, 1))
    return total.astype(np.float32)
