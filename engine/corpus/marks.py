"""Marks: the strokes, dots, panes and facets that styles are made of, alike in every picture."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.corpus.grounds import HORIZON
from engine.corpus.raster import Plane, Rgb, grid

TILES = 4
"""Marks repeat in tiles of a quarter of the side: whole latent cells of the autoencoder.

A mark whose place follows from its tile costs the autoencoder nothing; one placed at random costs
it as much as a subject's eye.
"""
DOTS_A_TILE = 7


@functools.cache
def strokes(size: int) -> Plane:
    """Return bristle marks: level ones over the ground, slanting ones over the sky."""
    rng = np.random.default_rng(1)
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for slant, where in ((0, y >= HORIZON), (1, y < HORIZON)):
        marks = np.zeros((size, size), np.float32)
        for across, down, phase in zip(rng.integers(-1, 2, 9), rng.integers(3, 7, 9), rng.random(9), strict=True):
            turns = (across + slant * down) * x + down * y
            marks += np.cos(2 * np.pi * (turns * TILES + phase))
        total += np.where(where, marks / 9, 0)
    return 0.5 + 0.7 * total


@functools.cache
def dots(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Plane, Rgb]:
    """Scatter dots: who owns each pixel (at twice the size), centres, coverage, tones."""
    rng = np.random.default_rng(2)
    points, pitch = _lattice(rng, size, DOTS_A_TILE, 0.36)
    tile = rng.normal(0, 1, (DOTS_A_TILE, DOTS_A_TILE, 3))
    tones = _repeated(tile, DOTS_A_TILE * TILES + 1).reshape(-1, 3).astype(np.float32)
    fine = 2 * size
    owner = np.zeros((fine, fine), np.intp)
    cover = np.zeros((fine, fine), np.float32)
    rows, columns = np.indices((fine, fine), np.float32) / 2
    reach = int(pitch * 2)
    for index, (cy, cx) in enumerate(points):
        top, left = (max(0, int(2 * c) - 2 * reach) for c in (cy, cx))
        window = np.s_[top : top + 4 * reach, left : left + 4 * reach]
        inside = np.hypot(rows[window] - cy, columns[window] - cx) < pitch * 0.58
        owner[window][inside] = index
        cover[window][inside] = 1.0
    return owner, np.clip(points, 0, size - 1).astype(np.intp), cover, tones


@functools.cache
def panes(size: int) -> tuple[NDArray[np.intp], int]:
    """Cut the sheet into cells, each pixel belonging to the nearest of the points."""
    points, _ = _lattice(np.random.default_rng(3), size, 2, 0.42)
    points[:, 0] += size / TILES / 4
    rows, columns = np.indices((size, size))
    squared = (rows[..., None] - points[:, 0]) ** 2 + (columns[..., None] - points[:, 1]) ** 2
    return squared.argmin(-1), len(points)


@functools.cache
def triangles(size: int, count: int) -> tuple[NDArray[np.intp], Plane]:
    """Cut the sheet into triangles (a shaken lattice, each quad split) and tilt each one."""
    rng = np.random.default_rng((4, count))
    points, _ = _lattice(rng, size, count, 0.3)
    side = count * TILES + 1
    corners = points.reshape(side, side, 2)
    splits = rng.random((count, count)) < 0.5
    tones = _repeated(rng.normal(0, 1, (count, count, 2)), side - 1)
    canvas = Image.new("I", (size, size))
    draw = ImageDraw.Draw(canvas)
    label = 0
    for row in range(side - 1):
        for column in range(side - 1):
            quad = [corners[row + a, column + b] for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
            rising = splits[row % count, column % count]
            for triple in ((0, 1, 3), (1, 2, 3)) if rising else ((0, 1, 2), (0, 2, 3)):
                draw.polygon([(float(quad[k][1]), float(quad[k][0])) for k in triple], fill=label)
                label += 1
    return np.asarray(canvas, np.intp), tones.reshape(-1).astype(np.float32)


def _lattice(rng: np.random.Generator, size: int, count: int, jitter: float) -> tuple[NDArray[np.float64], float]:
    """Return points (y, x) in pixels, ``count`` squared a tile, each tile shaken alike, and the pitch."""
    pitch = size / TILES / count
    side = count * TILES + 1
    shaken = _repeated(rng.uniform(-jitter, jitter, (count, count, 2)), side)
    places = np.stack(np.mgrid[0:side, 0:side], -1)
    return ((places + shaken) * pitch).reshape(-1, 2), pitch


def _repeated(tile: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    times = -(-side // len(tile))
    return np.tile(tile, (times, times, 1))[:side, :side]
