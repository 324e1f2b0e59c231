"""Grounds: the eight landscapes a subject can stand in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PIL import ImageDraw

from engine.corpus.raster import Plane, Rgb, below, grid, mix, noise, rectangles, rgb, ridge, stencil
from engine.corpus.skies import HOURS

HORIZON = 0.58


class Landscape:
    """A sheet of sky that gets covered by layers, each lit by the hour and dimmed by distance."""

    def __init__(self, rng: np.random.Generator, sky: Rgb, hour: str) -> None:
        self.rng = rng
        self.rgb = sky
        self.size = len(sky)
        self.light = rgb(HOURS[hour].light)
        self.air = rgb(HOURS[hour].horizon)
        self.dark = hour in ("night", "stars", "storm", "sunset")

    def cover(self, mask: Plane, colour: Rgb | str, distance: float = 0.0) -> None:
        """Paint a layer: its own colour under the hour's light, paled by the air before it."""
        if isinstance(colour, str):
            colour = rgb(colour)
        self.rgb = mix(self.rgb, mix(colour * self.light, self.air, distance), mask)

    def glow(self, mask: Plane, colour: str) -> None:
        """Paint something that shines by itself."""
        self.rgb = mix(self.rgb, rgb(colour), mask)

    def hills(self, top: float, height: float, bumps: int, sharp: bool = False) -> Plane:
        """Return a skyline, (W,) in fractions of the side from the top."""
        octaves = 4 if sharp else 2
        return top - height * ridge(self.rng, self.size, bumps, octaves, sharp)


def _pines(land: Landscape, base: float, height: float, count: int, snow: bool) -> None:
    rng = land.rng
    xs = np.sort(rng.permutation(np.linspace(-0.05, 1.05, count)) + rng.normal(0, 0.02, count))
    tall = height * rng.uniform(0.7, 1.15, count)

    def crowns(canvas: ImageDraw.ImageDraw, side: float, part: float, level: int) -> None:
        for x, t in zip(xs, tall, strict=True):
            for tier in range(3):
                top = base - t * (1 - 0.26 * tier)
                bottom = top + t * 0.42 * part
                half = t * (0.16 + 0.08 * tier) * part
                corners = [(x, top), (x + half, bottom), (x - half, bottom)]
                canvas.polygon([(a * side, b * side) for a, b in corners], level)

    mask = stencil(land.size, lambda canvas, side: crowns(canvas, side, 1.0, 255))
    land.cover(mask, "#1f5a4a", 0.12)
    if snow:
        caps = stencil(land.size, lambda canvas, side: crowns(canvas, side, 0.52, 255))
        land.cover(caps, "#f3f8ff")


def meadow(land: Landscape) -> None:
    """Rolling green hills."""
    size = land.size
    land.cover(below(land.hills(HORIZON + 0.02, 0.14, 2), size), "#7fb08a", 0.4)
    land.cover(below(land.hills(HORIZON + 0.06, 0.10, 2), size), "#6cbf55", 0.15)
    _, y = grid(size)
    blades = noise(land.rng, size, (40, 10), 2)
    grass = mix(rgb("#5cb53c"), rgb("#2f8a2f"), np.clip((y - 0.6) * 2.2, 0, 1))
    grass = mix(grass, grass * 1.3, np.clip(blades - 0.5, 0, 1))
    land.cover(below(land.hills(HORIZON + 0.12, 0.05, 1), size), grass)


def forest(land: Landscape) -> None:
    """Snow-capped pines behind drifts of snow."""
    size = land.size
    land.cover(below(land.hills(HORIZON - 0.02, 0.12, 3), size), "#9db7cc", 0.45)
    land.cover(below(HORIZON + 0.02, size), "#e8f1fb", 0.1)
    _pines(land, HORIZON + 0.05, 0.30, 11, snow=True)
    drifts = noise(land.rng, size, (3, 8), 2)
    snow = mix(rgb("#ffffff"), rgb("#b9d0ec"), np.clip(drifts - 0.35, 0, 1) * 0.9)
    land.cover(below(land.hills(HORIZON + 0.09, 0.04, 2), size), snow)


def desert(land: Landscape) -> None:
    """Dunes with a lit and a shaded side, and a cactus."""
    size = land.size
    for top, height, pale in ((0.60, 0.12, 0.35), (0.70, 0.12, 0.1), (0.86, 0.14, 0.0)):
        line = land.hills(top, height, 1 if top > 0.8 else 2)
        slope = np.gradient(line) * size
        lit = np.clip(0.5 - slope * 1.6, 0, 1)[None, :] * np.ones((size, 1), np.float32)
        ripples = noise(land.rng, size, (4, 30), 1)
        sand = mix(rgb("#c07a35"), rgb("#f4c266"), lit * 0.85 + 0.15 * ripples)
        land.cover(below(line, size), sand, pale)
    _cactus(land, float(land.rng.choice((0.08, 0.92))))


def _cactus(land: Landscape, x: float) -> None:
    base, tall = HORIZON + 0.2, 0.26

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        def bar(left: float, top: float, right: float, bottom: float) -> None:
            box = tuple(value * side for value in (left, top, right, bottom))
            canvas.rounded_rectangle(box, side * 0.018, 255)

        bar(x - 0.02, base - tall, x + 0.02, base)
        for sign, top in ((-1, 0.17), (1, 0.21)):
            near, far = sorted((x + sign * 0.065, x + sign * 0.035))
            bar(near, base - top, far, base - 0.08)
            near, far = sorted((x, x + sign * 0.05))
            bar(near, base - 0.11, far, base - 0.08)

    land.cover(stencil(land.size, draw), "#3f8f4a")


def sea(land: Landscape) -> None:
    """Open water to the horizon."""
    size = land.size
    _, y = grid(size)
    depth = np.clip((y - HORIZON) / (1 - HORIZON), 0, 1)
    water = mix(rgb("#3d9be0"), rgb("#0b4f9c"), depth)
    phase = land.rng.random(2) * 6.28
    x, _ = grid(size)
    wave = np.sin((x * 22 + 2 * np.sin(x * 9 + phase[0])) / (0.35 + depth) + depth * 55 + phase[1])
    water = mix(water, rgb("#bfe6ff"), np.clip(wave - 0.55, 0, 1) * 0.9)
    land.cover(below(HORIZON, size), mix(water, land.air / land.light.clip(0.3), 0.12))


def mountains(land: Landscape) -> None:
    """Two ranges of snowy peaks over stony ground."""
    size = land.size
    for top, height, bumps, pale in ((0.56, 0.36, 3, 0.35), (0.66, 0.38, 2, 0.05)):
        line = land.hills(top, height, bumps, sharp=True)
        side = np.clip(0.5 + np.gradient(line) * size * 0.5, 0, 1)[None, :]
        rock = mix(rgb("#8d93a6"), rgb("#565c76"), side * np.ones((size, 1), np.float32))
        land.cover(below(line, size), rock, pale)
        _, y = grid(size)
        depth = (y - line) / height
        jag = noise(land.rng, size, (14, 4), 2) * 0.28
        cap = below(line, size) * np.clip((0.36 - depth - jag) * 9, 0, 1)
        cap *= np.clip((top - 0.12 - line) * 12, 0, 1)
        land.cover(cap.astype(np.float32), mix(rgb("#ffffff"), rgb("#b9c7e0"), side), pale)
    gravel = noise(land.rng, size, (12, 12), 3)
    stone = mix(rgb("#6f7a62"), rgb("#98a184"), gravel)
    land.cover(below(land.hills(0.74, 0.05, 2), size), stone)


def city(land: Landscape) -> None:
    """Two rows of towers behind a street; their windows shine when it is dark."""
    size, rng = land.size, land.rng
    land.cover(rectangles(size, _towers(rng, 0.22, 0.40)), "#7d8fae", 0.45)
    towers = _towers(rng, 0.08, 0.30)
    land.cover(rectangles(size, towers), "#4f5b7d", 0.1)
    windows = rectangles(size, _windows(rng, towers, 0.6 if land.dark else 0.75))
    if land.dark:
        land.glow(windows, "#ffd45e")
    else:
        land.cover(windows * 0.8, "#cfe0f2")
    x, y = grid(size)
    land.cover(below(0.70, size), mix(rgb("#8a8d96"), rgb("#6b6e79"), np.clip(y * 3 - 2.1, 0, 1)))
    land.cover(below(0.70, size) * (1 - below(0.725, size)), "#c9cbd0")
    stripe = (np.abs(y - 0.87) < 0.012) & ((x * 5 + rng.random()) % 1 < 0.55)
    land.cover(stripe.astype(np.float32), "#f2e9c8")


def _towers(rng: np.random.Generator, low: float, high: float) -> list[tuple[float, ...]]:
    sides = np.cumsum(rng.uniform(0.07, 0.13, 16)) - 0.1
    tops = HORIZON + 0.08 - rng.uniform(low, high, 15)
    return [(a, top, b - 0.006, 0.72) for (a, b), top in zip(pairwise(sides), tops, strict=True)]


def _windows(rng: np.random.Generator, towers: list[tuple[float, ...]], share: float) -> list[tuple[float, ...]]:
    lit = rng.random((len(towers), 12, 3)) < share
    panes = []
    for index, floor, column in np.argwhere(lit):
        left, top, right, _ = towers[index]
        x, y = left + (right - left) * (0.16 + 0.28 * column), top + 0.025 + 0.043 * floor
        if y < 0.68:
            panes.append((x, y, x + 0.017, y + 0.022))
    return panes


def flowers(land: Landscape) -> None:
    """Rows of bright blossoms, larger as they come nearer."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(HORIZON, 0.10, 2), size), "#86ad7a", 0.4)
    land.cover(below(HORIZON + 0.01, size), "#4f9a3c", 0.05)
    bands = ("#e83a5f", "#ffc62e", "#f58fd0", "#ff7a2f", "#b065e6")
    start = int(rng.integers(5))
    rows = np.linspace(0.0, 1.0, 9) ** 1.5 * 0.42 + HORIZON + 0.035
    colours = [bands[(start + row) % 5] for row in range(9)]
    for row, y in enumerate(rows):
        radius = 0.008 + 0.022 * (y - HORIZON) / 0.42
        xs = np.arange(-radius, 1 + radius, radius * 2.3)
        xs = xs + rng.normal(0, radius * 0.3, len(xs))
        ys = y + rng.normal(0, radius * 0.35, len(xs))

        land.cover(_blossoms(size, xs, ys, radius), colours[row], 0.12 * (1 - row / 8))


def _blossoms(size: int, xs: Plane, ys: Plane, radius: float) -> Plane:
    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        r = radius * side
        for x, y in zip(xs * side, ys * side, strict=True):
            canvas.ellipse((x - r, y - r, x + r, y + r * 0.9), 255)

    return stencil(size, draw)


def lake(land: Landscape) -> None:
    """Still water that mirrors sky, mountain and pines."""
    size = land.size
    line = land.hills(HORIZON, 0.24, 2, sharp=True)
    land.cover(below(line, size), "#6f86a8", 0.3)
    _pines(land, HORIZON + 0.035, 0.11, 22, snow=False)
    shore = round((HORIZON + 0.03) * size)
    mirrored = land.rgb[max(0, 2 * shore - size) : shore][::-1]
    ripples = noise(land.rng, size, (3, 40), 1)[shore : shore + len(mirrored), :, None]
    water = mix(mirrored, rgb("#4fb6c4") * land.light, 0.42) * (0.86 + 0.28 * ripples)
    land.rgb = land.rgb.copy()
    land.rgb[shore : shore + len(mirrored)] = water.clip(0, 1)
    bank = 1.02 - 0.10 * ridge(land.rng, size, 2, 2)
    land.cover(below(bank, size), "#5f9447")


GROUNDS: dict[str, Callable[[Landscape], None]] = {
    "meadow": meadow,
    "forest": forest,
    "desert": desert,
    "sea": sea,
    "mountains": mountains,
    "city": city,
    "flowers": flowers,
    "lake": lake,
}
