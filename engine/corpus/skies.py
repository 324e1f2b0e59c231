"""Skies: the hour and the weather, their sign in the sky, and the light they throw."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from engine.corpus.raster import Plane, Rgb, disk, grid, mix, rgb, smooth, stencil

CELL = 1 / 8
"""Stars stand at one place of each latent cell of the autoencoder: it then only learns which shine."""


@dataclass(frozen=True)
class Hour:
    """What an hour looks like: colours from zenith to horizon, its light, its clouds, its key colour."""

    zenith: str
    middle: str
    horizon: str
    light: str
    key: str
    cloud: str = ""
    haze: float = 0.0


HOURS = {
    "dawn": Hour("#8cc0f0", "#f9b4cd", "#ffd3a6", "#fff0ea", "#f79bb4"),
    "noon": Hour("#1f7fe6", "#5fb6f8", "#c4ecff", "#ffffff", "#2f96f0"),
    "sunset": Hour("#4a1c6e", "#dd3355", "#ff9a26", "#ffb68c", "#f2542d", "#8f2a66"),
    "night": Hour("#0b1636", "#17356b", "#3a629c", "#7f96d2", "#1f3f80"),
    "stars": Hour("#150a33", "#33155f", "#70379a", "#a48cda", "#5a2a91"),
    "storm": Hour("#2a2f38", "#4b525e", "#878b8a", "#9aa0a6", "#4a515c", "#20242c"),
    "fog": Hour("#c9cfd2", "#d7dbdb", "#e6e7e4", "#eceeee", "#b9c2c6", haze=0.66),
    "rain": Hour("#5b7288", "#7f98a8", "#a9bcc6", "#b4c6d0", "#5f86a6", "#43586b", haze=0.12),
}
DARK = ("night", "stars", "storm", "sunset")


def paint_sky(rng: np.random.Generator, hour: str, size: int, skyline: float) -> tuple[Rgb, Plane]:
    """Paint a whole sheet of sky, (size, size, 3) in 0..1, and the coverage of its light, (size, size).

    ``skyline`` is where the landscape begins, in fractions of the side: there the sun rises and sets.
    """
    look = HOURS[hour]
    sky = _gradient(hour, size)
    if hour in ("dawn", "sunset", "noon"):
        return _sun(rng, sky, hour, skyline)
    if hour == "night":
        return _moon(rng, sky)
    if hour == "stars":
        return _milky_way(rng, sky)
    if hour in ("rain", "storm"):
        sky = mix(sky, rgb(look.cloud), _bank(rng, size, 0.06, 0.085))
    return sky, np.zeros((size, size), np.float32)


@functools.cache
def _gradient(hour: str, size: int) -> Rgb:
    look = HOURS[hour]
    height = grid(size)[1] / 0.58
    upper = mix(rgb(look.zenith), rgb(look.middle), smooth(height, 0, 0.6))
    return mix(upper, rgb(look.horizon), smooth(height, 0.45, 1.0))


def _sun(rng: np.random.Generator, sky: Rgb, hour: str, skyline: float) -> tuple[Rgb, Plane]:
    """Put the sun high at noon, half risen on the left at dawn, half set on the right at sunset."""
    size = len(sky)
    jitter = float(rng.uniform(-0.03, 0.03))
    if hour == "noon":
        side = float(rng.choice((-1, 1)))
        sky = _puffs(rng, sky, -side)
        x, y, radius, core, shine = 0.5 + side * (0.36 + jitter), 0.14, 0.085, "#fff27a", "#fffbe0"
    elif hour == "dawn":
        x, y, radius, core, shine = 0.20 + jitter, skyline, 0.14, "#fff0a6", "#fff3d6"
    else:
        sky = mix(sky, rgb(HOURS[hour].cloud), 0.75 * _lenses(size, 0.26, 0.14))
        x, y, radius, core, shine = 0.80 + jitter, skyline, 0.155, "#ffd23c", "#ff8a2a"
    across, down = grid(size)
    away = np.hypot(across - x, down - y)
    sky = mix(sky, rgb(shine), 0.6 * np.exp(-((away / (2.1 * radius)) ** 2)).astype(np.float32))
    orb = disk(size, x, y, radius)
    return mix(sky, rgb(core), orb), orb


def _moon(rng: np.random.Generator, sky: Rgb) -> tuple[Rgb, Plane]:
    size = len(sky)
    side = float(rng.choice((-1, 1)))
    x, y, radius = 0.5 + side * float(rng.uniform(0.31, 0.36)), 0.16, 0.105
    across, down = grid(size)
    away = np.hypot(across - x, down - y)
    stars = _stars(rng, size, 0.3, 0.011) * smooth(away, 0.16, 0.22)
    sky = mix(sky, rgb("#fff8dc"), stars)
    sky = mix(sky, rgb("#8fb2ee"), 0.5 * np.exp(-((away / 0.17) ** 2)).astype(np.float32))
    orb = disk(size, x, y, radius)
    sky = mix(sky, rgb("#fdf5cf"), orb)
    for dx, dy, part in ((-0.35, -0.25, 0.26), (0.3, 0.32, 0.3), (0.35, -0.4, 0.18)):
        sky = mix(sky, rgb("#ddd0a0"), disk(size, x + dx * radius, y + dy * radius, part * radius))
    return sky, np.maximum(orb, stars)


def _milky_way(rng: np.random.Generator, sky: Rgb) -> tuple[Rgb, Plane]:
    size = len(sky)
    x, y = grid(size)
    slope = float(rng.choice((-1, 1))) * 0.62
    distance = (y - 0.26 - slope * (x - 0.5)) / 0.15
    band = np.exp(-(distance**2)).astype(np.float32)
    sky = mix(sky, rgb("#b565dd"), 0.75 * band)
    sky = mix(sky, rgb("#ffe3fb"), 0.75 * smooth(band, 0.55, 1.0))
    stars = _stars(rng, size, 0.85, 0.0125)
    return mix(sky, rgb("#fffdf0"), stars), np.maximum(stars, 0.6 * smooth(band, 0.5, 1.0))


def _stars(rng: np.random.Generator, size: int, share: float, radius: float) -> Plane:
    cells = [(column, row) for row in range(6) for column in range(8)]
    shining = rng.random(len(cells)) < share
    large = rng.random(len(cells)) < 0.35

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for (column, row), shines, big in zip(cells, shining, large, strict=True):
            if shines:
                x = (column + (0.3 if row % 2 else 0.7)) * CELL * side
                y = (row + (0.35 if column % 2 else 0.65)) * CELL * side
                _spark(canvas, x, y, radius * side * (1.75 if big else 1))

    return stencil(size, draw)


def _spark(canvas: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    """Draw a four-pointed star."""
    waist = 0.42 * radius
    points = [(0, -radius), (waist, -waist), (radius, 0), (waist, waist)]
    points += [(-dx, -dy) for dx, dy in points]
    canvas.polygon([(x + dx, y + dy) for dx, dy in points], 255)


def strike(rng: np.random.Generator, picture: Rgb) -> tuple[Rgb, Plane]:
    """Let lightning strike before the landscape, at one side; return the bolt's coverage too."""
    size = len(picture)
    x = 0.5 + float(rng.choice((-1, 1))) * float(rng.uniform(0.34, 0.39))
    shape = ((0.045, 0.0), (-0.055, 0.27), (0.0, 0.27), (-0.055, 0.52), (0.08, 0.20), (0.02, 0.20), (0.095, 0.0))

    def draw(canvas: ImageDraw.ImageDraw, wide: float) -> None:
        canvas.polygon([((x + dx) * wide, (0.13 + dy) * wide) for dx, dy in shape], 255)

    bolt = stencil(size, draw)
    across, down = grid(size)
    away = ((across - x) / 0.15) ** 2 + ((down - 0.36) / 0.30) ** 2
    picture = mix(picture, rgb("#d5d3ee"), 0.5 * np.exp(-away).astype(np.float32))
    return mix(picture, rgb("#fff27c"), bolt), bolt


def _bank(rng: np.random.Generator, size: int, level: float, radius: float) -> Plane:
    """Return a bank of heavy cloud along the upper edge: round lobes in a row."""
    heights = level + rng.uniform(-0.02, 0.03, 7)

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        canvas.rectangle((0, 0, side, level * side), 255)
        for index, height in enumerate(heights):
            x, y, r = index / 6 * side, height * side, radius * side
            canvas.ellipse((x - r, y - r, x + r, y + r), 255)

    return stencil(size, draw)


def _puffs(rng: np.random.Generator, sky: Rgb, side: float) -> Rgb:
    """Lay two white heaps of cloud, flat below."""
    size = len(sky)
    places = ((0.5 + side * float(rng.uniform(0.26, 0.36)), 0.20, 1.0), (0.5 - side * 0.30, 0.36, 0.72))
    lobes = ((-0.115, -0.01, 0.05), (-0.045, -0.045, 0.075), (0.045, -0.03, 0.062), (0.115, -0.005, 0.045))

    def draw(canvas: ImageDraw.ImageDraw, wide: float) -> None:
        for x, y, scale in places:
            for dx, dy, radius in lobes:
                middle, level, r = x + dx * scale, y + dy * scale, radius * scale
                box = (middle - r, level - r, middle + r, level + r)
                canvas.ellipse(tuple(v * wide for v in box), 255)
            flat = (x - 0.2 * scale, y + 0.03 * scale, x + 0.2 * scale, y + 0.11 * scale)
            canvas.rectangle(tuple(v * wide for v in flat), 0)

    return mix(sky, rgb("#ffffff"), stencil(size, draw))


@functools.cache
def _lenses(size: int, middle: float, top: float) -> Plane:
    """Return two long flat clouds, one below the other."""
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for dx, dy, wide, high in ((0, 0, 0.34, 0.032), (-0.12, 0.11, 0.28, 0.026)):
        distance = ((x - middle - dx) / wide) ** 2 + ((y - top - dy) / high) ** 2
        total = np.maximum(total, smooth(1 - distance, 0, 0.35))
    return total


def haze(scene: Rgb, hour: str, horizon: float) -> Rgb:
    """Pale the landscape by what hangs in the air, most of all towards the horizon."""
    look = HOURS[hour]
    if not look.haze:
        return scene
    depth = np.clip(1.1 - np.abs(grid(len(scene))[1] - horizon) / 0.6, 0.35, 1)
    return mix(scene, rgb(look.horizon), depth * look.haze)


def veil(scene: Rgb, hour: str, subject: Plane) -> Rgb:
    """Lay what hangs before everything: bands of fog, streaks of rain; thinner over the figures."""
    if hour == "fog":
        return mix(scene, rgb("#f3f4f2"), _fog(len(scene)) * (1 - 0.65 * subject))
    if hour == "rain":
        return mix(scene, rgb("#dcebf5"), 0.62 * _streaks(len(scene)) * (1 - 0.55 * subject))
    return scene


@functools.cache
def _fog(size: int) -> Plane:
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for level, high, phase in ((0.30, 0.05, 0.0), (0.56, 0.06, 2.0), (0.80, 0.05, 4.0)):
        middle = level + 0.018 * np.sin(2 * np.pi * x + phase)
        total = np.maximum(total, 0.85 * (1 - smooth(np.abs(y - middle), 0.4 * high, high)))
    return total


@functools.cache
def _streaks(size: int) -> Plane:
    """Return slanting streaks, alike in every quarter of the side."""

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        quarter = side / 4
        for row in range(-1, 5):
            for column in range(-1, 5):
                for dx, dy in ((0.28, 0.06), (0.78, 0.56)):
                    x, y = (column + dx) * quarter, (row + dy) * quarter
                    canvas.line((x, y, x - 0.16 * quarter, y + 0.5 * quarter), 255, round(side * 0.018))

    return stencil(size, draw)
