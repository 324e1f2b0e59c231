"""Marks: the dots, panes and facets that styles are made of.

Whatever does not follow from the scene repeats every quarter of the side, in whole latent cells of
the autoencoder: a mark whose place follows from its tile costs it nothing, one placed at random as
much as a subject's eye.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.corpus.filters import step
from engine.corpus.raster import Plane, Rgb, grid

TILES = 4


@functools.cache
def torn_edge(size: int) -> tuple[Plane, Plane]:
    """Return how far a wash covers the sheet inside its border, and where its pigment pooled."""
    x, y = grid(size)
    waves = np.zeros((size, size), np.float32)
    for turns, phase in ((2, 0.1), (4, 0.7), (7, 0.3)):
        waves += (np.sin(2 * np.pi * (turns * x + phase)) + np.sin(2 * np.pi * (turns * y + 1.7 * phase))) / turns
    inside = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) + 0.020 * waves
    return step(inside, 0.022, 0.04), step(inside, 0.022, 0.04) * (1 - step(inside, 0.04, 0.09))


class Dots(NamedTuple):
    """Round dots on a sheet of side ``s``.

    The dot nearest each pixel and how far one covers it, (s, s); of each dot its centre (y, x) in
    pixels and its shift of tone, (n, 3).
    """

    owner: NDArray[np.intp]
    cover: Plane
    centres: NDArray[np.intp]
    shifts: Rgb


@functools.cache
def dots(size: int, count: int) -> Dots:
    """Return ``count`` rows of dots, every other one shifted by half a dot, warm ones beside cool ones."""
    pitch = size / count
    rows, columns = np.mgrid[0:count, 0 : count + 1].reshape(2, -1)
    centres = np.stack((rows + 0.5, columns + 0.5 * (rows % 2)), -1) * pitch
    warm = np.where((rows // 2 + columns) % 2, 1.0, -1.0)
    shifts = warm[:, None] * np.array([0.07, 0.02, -0.06]) + 0.03 * (1 - 2 * (columns % 2))[:, None]
    fine = 4
    y, x = (np.indices((size * fine, size * fine)) + 0.5) / (fine * pitch)
    row = np.clip(y.astype(np.intp), 0, count - 1)
    column = np.clip(np.rint(x - 0.5 * (row % 2)).astype(np.intp), 0, count)
    away = np.hypot(y - row - 0.5, x - column - 0.5 * (row % 2))
    cover = (away < 0.52).astype(np.float32).reshape(size, fine, size, fine).mean((1, 3))
    owner = (row * (count + 1) + column)[fine // 2 :: fine, fine // 2 :: fine]
    return Dots(owner, cover, np.clip(centres, 0, size - 1).astype(np.intp), shifts.astype(np.float32))


@functools.cache
def quarries(size: int) -> tuple[Plane, Plane]:
    """Return the lead of a window of diamonds (3 px wide at 128) and the tone of each diamond."""
    x, y = (line * 2 for line in grid(size))
    rising, falling = x + y - 0.5, x - y + 0.5
    away = np.minimum(*(np.abs(across - np.rint(across)) for across in (rising, falling)))
    frame = np.minimum(np.minimum(x, 2 - x), np.minimum(y, 2 - y)) * size / 2
    lead = np.maximum(_line(away * size / 2 / np.sqrt(2), size), np.clip(2.0 * size / 128 + 0.5 - frame, 0, 1))
    parity = (np.floor(rising) + 2 * np.floor(falling)) % 4
    inner = (rising % 1 - 0.5) ** 2 + (falling % 1 - 0.5) ** 2
    shade = np.choose(parity.astype(int), [0.10, -0.08, 0.02, -0.12])
    return lead.astype(np.float32), (shade + 0.1 - 0.4 * inner).astype(np.float32)


def _line(away: Plane, size: int) -> Plane:
    line: Plane = np.clip(1.5 * size / 128 + 0.5 - away, 0, 1)
    return line


def facets(pull: Plane, count: int) -> tuple[NDArray[np.intp], Plane]:
    """Cut the sheet into triangles, their corners drawn to where ``pull`` is strongest.

    Returns the triangle of each pixel and the tilt of each triangle, -1 to 1.
    """
    size = len(pull)
    corners = _corners(pull, count)
    canvas = Image.new("I", (size, size))
    draw = ImageDraw.Draw(canvas)
    label = 0
    for row in range(count):
        for column in range(count):
            quad = [corners[row + a][column + b] for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
            rising = (row + column) % 2
            for triple in ((0, 1, 3), (1, 2, 3)) if rising else ((0, 1, 2), (0, 2, 3)):
                draw.polygon([quad[k] for k in triple], fill=label)
                label += 1
    tones = np.tile([1.0, -1.0, 0.3, -0.6], count * count)[: 2 * count * count]
    return np.asarray(canvas, np.intp), tones.astype(np.float32)


def _corners(pull: Plane, count: int) -> list[list[tuple[float, float]]]:
    """Snap each point of a lattice to the strongest pull within reach; edges stay edges."""
    size = len(pull)
    pitch = size / count
    reach = int(pitch * 0.45)
    rng = np.random.default_rng(4)
    steps = np.arange(-reach, reach + 1)
    line = np.arange(count + 1) * pitch
    jitter = rng.uniform(-0.25, 0.25, (2, count + 1, count + 1)) * pitch
    rows = np.rint(line[:, None] + jitter[0]).astype(int)
    columns = np.rint(line[None, :] + jitter[1]).astype(int)
    near_rows = np.clip(np.rint(line)[:, None, None, None].astype(int) + steps[:, None], 0, size - 1)
    near_columns = np.clip(np.rint(line)[None, :, None, None].astype(int) + steps, 0, size - 1)
    window = pull[near_rows, near_columns].reshape(count + 1, count + 1, -1)
    best = window.argmax(-1)
    strong = window.max(-1) > 0.03
    rows = np.where(strong, np.rint(line)[:, None] + steps[best // len(steps)], rows)
    columns = np.where(strong, np.rint(line)[None, :] + steps[best % len(steps)], columns)
    rows[0], rows[-1] = 0, size
    columns[:, 0], columns[:, -1] = 0, size
    return [[(float(x), float(y)) for y, x in zip(r, c, strict=True)] for r, c in zip(rows, columns, strict=True)]
