"""Small drawing helpers: noise, ridges, antialiased masks and mixing. All arrays are float32."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Plane = NDArray[np.float32]
Rgb = NDArray[np.float32]
Circle = tuple[float, float, float]
"""x, y and radius, in fractions of the side."""

OVERSAMPLE = 3
SOFT = 0.12


def rgb(code: str) -> Rgb:
    """Turn ``"#rrggbb"`` into three floats in [0, 1]."""
    return np.frombuffer(bytes.fromhex(code[1:]), np.uint8).astype(np.float32) / 255


def mix(a: Rgb, b: Rgb, amount: Plane | float) -> Rgb:
    """Blend from ``a`` to ``b``; a plane ``amount`` (H, W) applies to every channel."""
    if isinstance(amount, np.ndarray) and amount.ndim == 2:
        amount = amount[..., None]
    return (a + (b - a) * amount).astype(np.float32)


@functools.cache
def grid(size: int) -> tuple[Plane, Plane]:
    """Return the x and y of every pixel's centre as fractions of the side, each (H, W)."""
    line = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.broadcast_to(line, (size, size)), np.broadcast_to(line[:, None], (size, size))


def smooth(values: Plane, low: float, high: float) -> Plane:
    """Rise smoothly from 0 at ``low`` to 1 at ``high``."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def noise(rng: np.random.Generator, size: int, cells: tuple[int, int], octaves: int = 3) -> Plane:
    """Return fractal value noise in about [0, 1]; ``cells`` is its coarsest grid, (across, down)."""
    total = np.zeros((size, size), np.float32)
    weight = 0.0
    for octave in range(octaves):
        across, down = (min(size, count << octave) for count in cells)
        coarse = Image.fromarray(rng.random((down + 1, across + 1), np.float32))
        fine = coarse.resize((size, size), Image.Resampling.BICUBIC)
        total += np.asarray(fine) * 0.5**octave
        weight += 0.5**octave
    return np.clip((total / weight - 0.5) * 1.6 + 0.5, 0, 1)


def ridge(rng: np.random.Generator, size: int, bumps: int, octaves: int = 4, sharp: bool = False) -> Plane:
    """Return a skyline in [0, 1] over x, (W,); ``sharp`` joins its points by straight lines."""
    x = (np.arange(size) + 0.5) / size
    total = np.zeros(size)
    for octave in range(octaves):
        count = bumps << octave
        knots = rng.random(count + 3)
        place = x * count + rng.random()
        left = place.astype(int)
        along = place - left
        if not sharp:
            along = along * along * (3 - 2 * along)
        total += (knots[left] * (1 - along) + knots[left + 1] * along) * 0.5**octave
    total -= total.min()
    return (total / max(float(total.max()), 1e-6)).astype(np.float32)


def below(line: Plane | float, size: int) -> Plane:
    """Return the antialiased mask of what lies below a line of heights (fractions of the side)."""
    _, y = grid(size)
    return np.clip((y - np.asarray(line)) * size + 0.5, 0, 1).astype(np.float32)


def disk(size: int, x: float, y: float, radius: float, soft: float = 0.0) -> Plane:
    """Return the mask of a disk, its rim one pixel wide or ``soft`` of the side."""
    across, down = grid(size)
    distance = np.hypot(across - x, down - y)
    return np.clip((radius - distance) / max(soft, 1 / size) + 0.5, 0, 1).astype(np.float32)


def stencil(size: int, draw: Callable[[ImageDraw.ImageDraw, float], None]) -> Plane:
    """Return an antialiased mask; ``draw`` gets a drawing of levels 0-255 and its side."""
    canvas = Image.new("L", (size * OVERSAMPLE, size * OVERSAMPLE))
    draw(ImageDraw.Draw(canvas), float(size * OVERSAMPLE))
    return np.asarray(canvas.reduce(OVERSAMPLE), np.float32) / 255


def rectangles(size: int, boxes: Iterable[Sequence[float]]) -> Plane:
    """Return the mask of boxes (left, top, right, bottom), in fractions of the side."""

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for box in boxes:
            canvas.rectangle(tuple(value * side for value in box), 255)

    return stencil(size, draw)


def polygon(
    size: int,
    points: Sequence[tuple[float, float]],
    origin: tuple[float, float] = (0, 0),
    scale: tuple[float, float] = (1, 1),
) -> Plane:
    """Return the mask of a polygon; its corners count from ``origin`` in units of ``scale``."""

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        (x, y), (wide, high) = origin, scale
        canvas.polygon([((x + a * wide) * side, (y + b * high) * side) for a, b in points], 255)

    return stencil(size, draw)


def disks(size: int, circles: Iterable[Circle]) -> Plane:
    """Return the mask of circles."""

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for x, y, r in circles:
            canvas.ellipse(tuple(value * side for value in (x - r, y - r, x + r, y + r)), 255)

    return stencil(size, draw)


def luminance(image: Rgb) -> Plane:
    """Return perceived brightness in [0, 1] (Rec. 601 weights)."""
    return image @ np.array([0.299, 0.587, 0.114], np.float32)


def blur(plane: Plane, radius: int) -> Plane:
    """Average over a square of side ``2 * radius + 1``; a plane (H, W) or a picture (H, W, C)."""
    side = 2 * radius + 1
    for axis in (0, 1):
        pad = [(0, 0)] * plane.ndim
        pad[axis] = (radius + 1, radius)
        sums = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.float64)
        high = np.take(sums, range(side, sums.shape[axis]), axis=axis)
        low = np.take(sums, range(sums.shape[axis] - side), axis=axis)
        plane = ((high - low) / side).astype(np.float32)
    return plane


def soften(image: Rgb) -> Rgb:
    """Widen the rims of shapes by about a pixel, so that they survive a coarse autoencoder."""
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if a == axis else (0, 0) for a in range(3)], mode="edge")
        first, last = (padded.take(range(k, k + image.shape[axis]), axis) for k in (0, 2))
        image = image + SOFT * (first + last - 2 * image)
    return image


def edges(image: Rgb) -> Plane:
    """Return the strength of the local gradient, summed over channels, in about [0, 1]."""
    down = np.abs(np.diff(image, axis=0, append=image[-1:])).sum(-1)
    across = np.abs(np.diff(image, axis=1, append=image[:, -1:])).sum(-1)
    return (down + across).astype(np.float32)
